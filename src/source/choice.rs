//! Which files of a folder and which entries of an archive are read.

use std::path::Path;
use std::time::SystemTime;

/// What is chosen below a folder and inside an archive. What is named by itself is always read.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    pub(super) names: Names,
    /// Looks only so many folders deep; files of the folder itself lie at 1.
    pub max_depth: Option<usize>,
    /// Leaves out files of a folder that were last written before it. An archive counts as one
    /// file.
    pub newer_than: Option<SystemTime>,
    /// Follows links that lead out of the folder too, and those to folders.
    pub follow: bool,
}

#[derive(Debug, Clone, Default)]
pub(super) enum Names {
    /// `*.log`, `*.txt` and the pages that setup programs write.
    #[default]
    Logs,
    /// What the user asks for.
    #[cfg(feature = "globs")]
    Globs {
        /// Patterns of file names.
        names: globset::GlobSet,
        /// Patterns with a slash: of paths below the folder, or in the archive.
        paths: globset::GlobSet,
    },
}

impl Choice {
    /// Chooses names by patterns in place of `*.log` and `*.txt`; no patterns leave it as it is.
    /// One without a slash is about file names, one with a slash about paths below the folder or
    /// in the archive. Case does not matter.
    ///
    /// # Errors
    /// A pattern that is none.
    #[cfg(feature = "globs")]
    pub fn globs(mut self, patterns: &[String]) -> Result<Self, globset::Error> {
        if patterns.is_empty() {
            return Ok(self);
        }
        let mut names = globset::GlobSetBuilder::new();
        let mut paths = globset::GlobSetBuilder::new();
        for pattern in patterns {
            let glob = globset::GlobBuilder::new(pattern)
                .case_insensitive(true)
                .literal_separator(true)
                .build()?;
            if pattern.contains('/') {
                paths.add(glob);
            } else {
                names.add(glob);
            }
        }
        self.names = Names::Globs {
            names: names.build()?,
            paths: paths.build()?,
        };
        Ok(self)
    }

    /// Whether a file is chosen by its path below the folder or in the archive.
    #[must_use]
    pub fn wants(&self, path: &Path) -> bool {
        match &self.names {
            Names::Logs => {
                let extension = path.extension().and_then(|e| e.to_str()).unwrap_or("");
                extension.eq_ignore_ascii_case("log")
                    || extension.eq_ignore_ascii_case("txt")
                    || is_setup_page(path, extension)
            }
            #[cfg(feature = "globs")]
            Names::Globs { names, paths } => {
                path.file_name().is_some_and(|name| names.is_match(name)) || paths.is_match(path)
            }
        }
    }

    /// Whether a file is as young as is asked for; what does not tell its time is.
    #[must_use]
    pub fn is_young(&self, path: &Path) -> bool {
        self.newer_than.is_none_or(|limit| {
            let written = path.metadata().and_then(|data| data.modified());
            written.map_or(true, |time| time > limit)
        })
    }
}

/// The setup program of .NET Framework writes its log as a page, `Microsoft .NET Framework 4.8
/// Setup_20240305_101112000.html`; other pages are none.
fn is_setup_page(path: &Path, extension: &str) -> bool {
    let stem = path.file_stem().and_then(|stem| stem.to_str());
    let stamped = stem.and_then(|stem| stem.rsplit_once("Setup_"));
    extension.eq_ignore_ascii_case("html")
        && stamped.is_some_and(|(_, stamp)| stamp.starts_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(feature = "globs")]
    fn choice(patterns: &[&str]) -> Choice {
        let patterns: Vec<String> = patterns.iter().map(|p| (*p).to_owned()).collect();
        Choice::default().globs(&patterns).unwrap()
    }

    #[test]
    fn logs_and_texts_are_chosen_by_default() {
        let plain = Choice::default();
        for (path, wanted) in [
            ("a.log", true),
            ("b/c.TXT", true),
            ("d.html", false),
            ("Setup_guide.html", false),
            (
                "x/Microsoft .NET Framework 4.8 Setup_20240305_101112000.html",
                true,
            ),
        ] {
            assert_eq!(plain.wants(Path::new(path)), wanted, "{path}");
        }
    }

    #[cfg(feature = "globs")]
    #[test]
    fn patterns_take_their_place() {
        assert!(choice(&[]).wants(Path::new("a.log")));
        let some = choice(&["MSI*.out", "temp/*.log"]);
        for (path, wanted) in [
            ("a.log", false),
            ("x/msi12.OUT", true),
            ("temp/a.log", true),
            ("temp/deeper/a.log", false),
        ] {
            assert_eq!(some.wants(Path::new(path)), wanted, "{path}");
        }
        assert!(Choice::default().globs(&["[".to_owned()]).is_err());
    }
}
