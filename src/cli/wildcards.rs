//! Names with `*` and `?`. The shells of Windows hand them to the program as they are typed;
//! elsewhere the shell has put the names of files in their place, and the signs may stand in names.

use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

use regex::{Regex, RegexBuilder};

/// The files and folders that a path with `*` and `?` stands for, sorted by name; the path itself
/// where it holds neither, nothing where nothing fits.
///
/// A folder that cannot be read is among them, so that whoever reads it says why.
pub fn matching(path: &Path) -> Vec<PathBuf> {
    let mut found = vec![PathBuf::new()];
    let mut sure = true;
    for component in path.components() {
        let pattern = match component {
            Component::Normal(name) => pattern(name),
            _ => None,
        };
        if let Some(pattern) = pattern {
            found = found.iter().flat_map(|at| inside(at, &pattern)).collect();
            sure = false;
        } else {
            found.iter_mut().for_each(|at| at.push(component));
            // Not every folder that fits a pattern holds what comes after it.
            found.retain(|at| sure || at.symlink_metadata().is_ok());
        }
    }
    if sure {
        // As it was typed, with whatever stands at its end.
        return vec![path.to_owned()];
    }
    found
}

/// What a folder holds of a pattern. Something that is no folder holds nothing.
fn inside(folder: &Path, pattern: &Regex) -> Vec<PathBuf> {
    let here = folder.as_os_str().is_empty();
    let entries = match std::fs::read_dir(if here { Path::new(".") } else { folder }) {
        Ok(entries) => entries,
        Err(_) if folder.is_file() => return Vec::new(),
        Err(_) => return vec![folder.to_owned()],
    };
    let mut found: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.file_name())
        .filter(|name| pattern.is_match(&name.to_string_lossy()))
        .map(|name| folder.join(name))
        .collect();
    found.sort();
    found
}

/// The pattern that a name is, where it holds `*` or `?`. As in `dir`, case does not matter, and
/// `*.*` means all names, also those without a dot.
fn pattern(name: &OsStr) -> Option<Regex> {
    let name = name.to_str()?;
    if !name.contains(['*', '?']) {
        return None;
    }
    let name = if name == "*.*" { "*" } else { name };
    let escaped = regex::escape(name).replace(r"\*", ".*").replace(r"\?", ".");
    RegexBuilder::new(&format!("^{escaped}$"))
        .case_insensitive(true)
        .dot_matches_new_line(true)
        .build()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(wanted: &str, name: &str) -> bool {
        pattern(OsStr::new(wanted)).unwrap().is_match(name)
    }

    #[test]
    fn stars_and_question_marks_stand_for_signs() {
        assert!(fits("*.log", "a.log") && fits("*.log", ".LOG") && fits("MSI?.LOG", "msi1.log"));
        assert!(!fits("*.log", "a.log.zip") && !fits("MSI?.LOG", "msi12.log"));
        assert!(fits("*.*", "README") && !fits("*.x", "README"));
        assert!(fits("a[1]*.log", "a[1]2.log") && !fits("a[1]*.log", "a12.log"));
        assert!(fits("*ä?.log", "grÄß.log"));
        assert!(pattern(OsStr::new("a.log")).is_none());
    }

    #[test]
    fn paths_are_found_in_order_of_their_names() {
        let root = std::env::temp_dir().join(format!("msilog-wildcards-{}", std::process::id()));
        for name in [
            "b/logs/2.log",
            "a/logs/1.LOG",
            "a/logs/3.txt",
            "a/x.log",
            "c.log",
        ] {
            let path = root.join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "x").unwrap();
        }
        let found = |wanted: &str| -> Vec<String> {
            matching(&root.join(wanted))
                .iter()
                .map(|path| path.strip_prefix(&root).unwrap().display().to_string())
                .map(|path| path.replace('\\', "/"))
                .collect()
        };
        assert_eq!(found("*/logs/*.log"), ["a/logs/1.LOG", "b/logs/2.log"]);
        assert_eq!(found("a/*"), ["a/logs", "a/x.log"]);
        assert_eq!(found("*/x.log"), ["a/x.log"]);
        assert_eq!(found("nothing*"), [""; 0]);
        assert_eq!(found("gone/*.log"), ["gone"], "whoever reads it says so");
        assert_eq!(matching(Path::new("no/such/")), [Path::new("no/such/")]);
        std::fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn a_name_without_a_folder_is_looked_for_here() {
        assert_eq!(matching(Path::new("Cargo.tom?")), [Path::new("Cargo.toml")]);
    }
}
