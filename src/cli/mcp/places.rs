//! What may be read.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// The folders and files below which everything is read, and nothing else.
#[derive(Debug)]
pub struct Places {
    roots: Vec<PathBuf>,
}

impl Places {
    /// What lies below these.
    ///
    /// # Errors
    /// Where one is not there.
    pub fn new(roots: &[PathBuf]) -> Result<Self> {
        let real = |root: &PathBuf| {
            let missing = || format!("{}: is not there", root.display());
            root.canonicalize().with_context(missing)
        };
        let roots: Result<_> = roots.iter().map(real).collect();
        Ok(Self { roots: roots? })
    }

    /// Where something asked for lies; a name that is not whole is looked for below each root. What
    /// stands behind `!/` lies in an archive.
    ///
    /// # Errors
    /// Where it is not there or not below a root, also by a link.
    pub fn find(&self, asked: &str) -> Result<PathBuf> {
        let (outer, inside) = match asked.split_once("!/") {
            Some((outer, inside)) => (outer, Some(inside)),
            None => (asked, None),
        };
        let found = self.real(Path::new(outer));
        let Some(found) = found else {
            bail!("{asked}: this is not among what may be read; analyse without a path lists it");
        };
        Ok(match inside {
            Some(inside) => PathBuf::from(format!("{}!/{inside}", found.display())),
            None => found,
        })
    }

    fn real(&self, asked: &Path) -> Option<PathBuf> {
        let whole = self.roots.iter().map(|root| root.join(asked));
        let mut real = whole.filter_map(|path| path.canonicalize().ok());
        real.find(|path| self.roots.iter().any(|root| path.starts_with(root)))
    }

    /// The name of something that was found, as it can be asked for again: below its root.
    pub fn name(&self, path: &str) -> String {
        let below = self.roots.iter().find_map(|root| {
            let root = root.display().to_string();
            let rest = path.strip_prefix(&root)?;
            rest.strip_prefix(['/', '\\'])
        });
        below.unwrap_or(path).to_owned()
    }

    /// All that may be read.
    pub fn all(&self) -> &[PathBuf] {
        &self.roots
    }
}
