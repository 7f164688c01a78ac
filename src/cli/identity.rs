//! Which file a path means, whatever it is called: by device and number on Unix, by volume and
//! number on Windows. So links of both kinds do not hide that an output is an input.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

/// A file, or the place of one that is not there yet.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Identity {
    /// Device or volume, and the number of the file on it.
    File(u64, u64),
    /// Where it is, with links followed as far as there is something.
    Place(PathBuf),
}

impl Identity {
    /// What a path means now.
    pub fn of(path: &Path) -> Self {
        numbers(path).map_or_else(
            || Self::Place(folded(resolved(path))),
            |(device, number)| Self::File(device, number),
        )
    }

    /// The file that stands behind standard input, if it is one.
    fn of_standard_input() -> Option<Self> {
        #[cfg(windows)]
        {
            let handle = winapi_util::HandleRef::stdin();
            let data = winapi_util::file::information(handle).ok()?;
            Some(Self::File(data.volume_serial_number(), data.file_index()))
        }
        #[cfg(not(windows))]
        {
            let path = Path::new("/dev/stdin");
            let is_file = path.metadata().is_ok_and(|data| data.is_file());
            is_file.then(|| Self::of(path))
        }
    }

    /// The same where there is something.
    pub fn of_existing(path: &Path) -> Option<Self> {
        path.exists().then(|| Self::of(path))
    }
}

#[cfg(unix)]
fn numbers(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    let data = path.metadata().ok()?;
    Some((data.dev(), data.ino()))
}

#[cfg(windows)]
fn numbers(path: &Path) -> Option<(u64, u64)> {
    // A pipe or a device is opened by whoever reads it, not by those who only ask its name.
    path.metadata().ok().filter(std::fs::Metadata::is_file)?;
    let handle = winapi_util::Handle::from_path_any(path).ok()?;
    let data = winapi_util::file::information(handle).ok()?;
    Some((data.volume_serial_number(), data.file_index()))
}

#[cfg(not(any(unix, windows)))]
fn numbers(_: &Path) -> Option<(u64, u64)> {
    None
}

/// Upper and lower case are one where file systems mostly take them for one.
fn folded(path: PathBuf) -> PathBuf {
    match cfg!(any(windows, target_os = "macos")) {
        true => path.to_string_lossy().to_lowercase().into(),
        false => path,
    }
}

/// The path with all links followed; of what is not there, its folder's.
pub fn resolved(path: &Path) -> PathBuf {
    if let Ok(real) = path.canonicalize() {
        return real;
    }
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    match (whole.parent(), whole.file_name()) {
        (Some(parent), Some(name)) => resolved(parent).join(name),
        _ => whole,
    }
}

/// The files that a name in reports stands for: the path itself, and the archives that an entry
/// lies in (`a.zip!/b.zip!/c.log`).
pub fn files_of(name: &str) -> impl Iterator<Item = &Path> {
    let outer = name
        .match_indices("!/")
        .filter_map(|(at, _)| name.get(..at));
    outer.chain([name]).map(Path::new)
}

/// Files that are read or kept, none of which may be written over.
#[derive(Debug, Default)]
pub struct InUse {
    files: HashMap<Identity, &'static str>,
}

impl InUse {
    /// Takes note of a file, or of the one behind standard input; `what` it is is said where
    /// somebody wants to write over it. Folders, devices and pipes are none.
    pub fn add(&mut self, path: &Path, what: &'static str) {
        let other = path.metadata().is_ok_and(|data| !data.is_file());
        let file = match path.as_os_str() == "-" {
            true => Identity::of_standard_input(),
            false => (!other).then(|| Identity::of(path)),
        };
        if let Some(file) = file {
            self.files.entry(file).or_insert(what);
        }
    }

    /// Refuses to write over one of them.
    ///
    /// # Errors
    /// Where the path is one, by whatever name.
    pub fn refuse(&self, target: &Path) -> Result<()> {
        match self.files.get(&Identity::of(target)) {
            Some(what) => bail!(overwrites(target, what)),
            None => Ok(()),
        }
    }
}

/// What is said where an output is in use.
pub fn overwrites(target: &Path, what: &str) -> String {
    let target = target.display();
    format!("{target}: this is {what}, and is not written over; choose another place")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_all_its_names() {
        let root = std::env::temp_dir().join(format!("msilog-identity-{}", std::process::id()));
        std::fs::create_dir_all(root.join("deep")).unwrap();
        let (file, link) = (root.join("a.log"), root.join("deep/b.log"));
        std::fs::write(&file, "x").unwrap();
        std::fs::hard_link(&file, &link).unwrap();
        let mut in_use = InUse::default();
        in_use.add(&file, "a log");
        in_use.add(&root.join("deep/../new.db"), "the store");
        in_use.add(Path::new("-"), "standard input");
        for target in [link, root.join("deep/../a.log"), root.join("new.db")] {
            assert!(in_use.refuse(&target).is_err(), "{}", target.display());
        }
        for target in [root.join("other.log"), "-".into()] {
            assert!(in_use.refuse(&target).is_ok(), "{}", target.display());
        }
        std::fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn an_entry_lies_in_every_archive_around_it() {
        let files: Vec<_> = files_of("a.zip!/b.zip!/c.log").collect();
        let wanted = ["a.zip", "a.zip!/b.zip", "a.zip!/b.zip!/c.log"].map(Path::new);
        assert_eq!(files, wanted);
    }
}
