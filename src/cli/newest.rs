//! `msilog` without arguments: the newest failed installation that can be found.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::engine::{Options, analyse};
use crate::report::layout::clean;
use crate::report::{Kind, LogReport};
use crate::run::Outcome;

/// Most files that are looked into, the newest first.
const MOST: usize = 200;
/// How the files of installers end.
const ENDINGS: [&str; 4] = ["log", "txt", "htm", "html"];

/// What was looked at, and the newest log in it that tells of a failure.
#[derive(Debug, Default)]
pub struct Look {
    /// The log.
    pub failed: Option<PathBuf>,
    /// Logs of installers that were looked at.
    pub logs: usize,
}

/// Looks where logs lie, and says what was found.
pub fn failed(options: &Options) -> Look {
    let folders = folders();
    let look = look(&folders, options);
    let places: Vec<String> = folders.iter().map(|f| f.display().to_string()).collect();
    let places = places.join(", ");
    let found = match (&look.failed, look.logs) {
        (Some(path), _) => format!(
            "the newest failed installation in {places} is in {}",
            path.display()
        ),
        (None, 0) => format!("no installer log in {places}"),
        (None, 1) => format!("no failed installation in {places}: 1 log looked at"),
        (None, logs) => format!("no failed installation in {places}: {logs} logs looked at"),
    };
    // Where nobody can read it the report is still there.
    let _ = writeln!(anstream::stderr(), "msilog: {}\n", clean(&found));
    look
}

/// Where logs lie: Windows Installer and setup programs write to the folder for temporary files of
/// whoever runs them, which is the one of Windows itself for what runs as SYSTEM.
fn folders() -> Vec<PathBuf> {
    let mut folders = Vec::new();
    if cfg!(windows) {
        folders.push(std::env::temp_dir());
        let windows = std::env::var_os("windir");
        folders.extend(windows.map(|windows| Path::new(&windows).join("Temp")));
    }
    folders.extend(std::env::current_dir().ok());
    let mut known = BTreeSet::new();
    let is_new = |folder: &PathBuf| {
        let place = folder.canonicalize().unwrap_or_else(|_| folder.clone());
        known.insert(place)
    };
    folders.into_iter().filter(is_new).collect()
}

/// The newest log with a failure that lies in one of the folders itself.
fn look(folders: &[PathBuf], options: &Options) -> Look {
    let mut files: Vec<(SystemTime, PathBuf)> = folders.iter().flat_map(|f| files(f)).collect();
    files.sort_by(|a, b| b.cmp(a));
    let mut look = Look::default();
    for (_, path) in files.into_iter().take(MOST) {
        let Some(report) = read(&path, options) else {
            continue;
        };
        look.logs += usize::from(report.kind != Kind::Unrecognised);
        if report.outcome().is_some_and(Outcome::failed) {
            look.failed = Some(path);
            break;
        }
    }
    look
}

/// The files of a folder that may be logs, with the time when each was written last. What cannot be
/// read is passed over: nobody asked for it.
fn files(folder: &Path) -> Vec<(SystemTime, PathBuf)> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let is_wanted = |path: &Path| {
        let ending = path.extension().and_then(|ending| ending.to_str());
        ending.is_some_and(|e| ENDINGS.iter().any(|known| e.eq_ignore_ascii_case(known)))
    };
    let file = |entry: std::fs::DirEntry| {
        let path = entry.path();
        let data = entry.metadata().ok().filter(|_| is_wanted(&path))?;
        let written = data.modified().ok().filter(|_| data.is_file())?;
        Some((written, path))
    };
    entries.filter_map(file).collect()
}

fn read(path: &Path, options: &Options) -> Option<LogReport> {
    let file = std::fs::File::open(path).ok()?;
    analyse(&path.display().to_string(), file, options).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn the_newest_failure_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
        let put = |name: &str, fixture: &str, age: u64| {
            let to = folder.path().join(name);
            std::fs::copy(fixtures.join(fixture).join("install.log"), &to).unwrap();
            let written = SystemTime::now() - Duration::from_secs(age);
            let file = std::fs::File::options().write(true).open(&to).unwrap();
            file.set_modified(written).unwrap();
            to
        };
        let folders = [folder.path().to_owned(), folder.path().join("none")];
        let seek = || look(&folders, &Options::default());
        assert_eq!(seek().logs, 0);
        put("new.log", "clean-success", 10);
        put("notes.md", "disk-full", 5);
        let found = seek();
        assert_eq!((found.failed, found.logs), (None, 1));
        put("old.log", "disk-full", 3000);
        let middle = put("MIDDLE.LOG", "service-1920", 200);
        let found = seek();
        assert_eq!((found.failed, found.logs), (Some(middle), 2));
    }
}
