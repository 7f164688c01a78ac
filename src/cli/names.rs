//! Names of copies: each can be written on every system, and each is given once.

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};

/// Longest name of a file or folder in bytes, with room for a number: file systems end at 255.
const LONGEST: usize = 240;

/// Gives names.
#[derive(Debug, Default)]
pub struct Names {
    /// Names that were given, in lower case, with the number that the next of the same name gets:
    /// so the thousandth of them need not try all that came before it.
    given: HashMap<String, u64>,
}

impl Names {
    /// The name that was wanted, made safe, with a number where it was given before. Names that
    /// differ by case only are the same on Windows.
    pub fn give(&mut self, wanted: &Path) -> PathBuf {
        let name = safe(wanted);
        let key = folded(&name);
        let Some(mut number) = self.given.get(&key).copied() else {
            self.given.insert(key, 2);
            return name;
        };
        loop {
            let next = numbered(&name, number);
            number += 1;
            let taken = folded(&next);
            if !self.given.contains_key(&taken) {
                self.given.insert(taken, 2);
                self.given.insert(key, number);
                return next;
            }
        }
    }
}

fn folded(name: &Path) -> String {
    name.to_string_lossy().to_lowercase()
}

/// `setup-2.log`.
fn numbered(name: &Path, number: u64) -> PathBuf {
    let stem = name.file_stem().unwrap_or(name.as_os_str()).display();
    let end = name.extension().map(|end| format!(".{}", end.display()));
    name.with_file_name(format!("{stem}-{number}{}", end.unwrap_or_default()))
}

/// A path that stays below its folder, and every part of which is a name on Windows too.
fn safe(path: &Path) -> PathBuf {
    let parts = path.components().filter_map(|part| match part {
        Component::Normal(name) => Some(safe_name(&name.to_string_lossy())),
        _ => None,
    });
    let safe: PathBuf = parts.collect();
    match safe.as_os_str().is_empty() {
        true => "log".into(),
        false => safe,
    }
}

/// Windows forbids some characters, drops dots and blanks at the end, and takes the names of
/// devices for these (Microsoft: Naming Files, Paths, and Namespaces).
fn safe_name(name: &str) -> String {
    let forbidden = |c: char| c.is_control() || r#"<>:"/\|?*"#.contains(c);
    let mut safe = name.replace(forbidden, "_");
    let end = safe.trim_end_matches(['.', ' ']).len();
    let lost = safe.len() - end;
    safe.truncate(end);
    safe.push_str(&"_".repeat(lost));
    if is_device(&safe) {
        safe.insert(0, '_');
    }
    if safe.len() > LONGEST {
        let end = Path::new(&safe).extension().unwrap_or_default();
        let end = match end.to_string_lossy() {
            end if end.is_empty() || end.len() > 16 => String::new(),
            end => format!(".{end}"),
        };
        while safe.len() > LONGEST - end.len() {
            safe.pop();
        }
        safe.push_str(&end);
    }
    safe
}

/// Whether Windows takes a name for that of a device, whatever comes behind a dot.
pub fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).trim_end();
    let stem = stem.to_uppercase();
    if matches!(
        stem.as_str(),
        "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$"
    ) {
        return true;
    }
    let port = stem.strip_prefix("COM").or(stem.strip_prefix("LPT"));
    let mut number = port.unwrap_or_default().chars();
    let digit = number.next();
    digit.is_some_and(|c| c.is_ascii_digit() || "¹²³".contains(c)) && number.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_can_be_written_on_every_system() {
        for (name, wanted) in [
            ("a.log", "a.log"),
            ("CON", "_CON"),
            ("nul.log", "_nul.log"),
            ("Com1.old.log", "_Com1.old.log"),
            ("lpt².log", "_lpt².log"),
            ("conout$", "_conout$"),
            ("console.log", "console.log"),
            ("com10.log", "com10.log"),
            ("setup.log.", "setup.log_"),
            ("setup. .", "setup___"),
            ("NUL .log", "_NUL .log"),
            ("12:30 <a>|b?.log", "12_30 _a__b_.log"),
            ("a\u{7}b\\c.log", "a_b_c.log"),
        ] {
            assert_eq!(safe_name(name), wanted);
        }
        let long = format!("{}.log", "ä".repeat(300));
        let cut = safe_name(&long);
        assert!(cut.len() <= LONGEST && cut.ends_with("ä.log"), "{cut}");
        assert_eq!(safe(Path::new("/../x/./b.log")), Path::new("x/b.log"));
        assert_eq!(safe(Path::new("..")), Path::new("log"));
    }

    #[test]
    fn every_name_is_given_once_whatever_its_case() {
        let mut names = Names::default();
        let mut give = |name: &str| names.give(Path::new(name));
        assert_eq!(give("x/A.log"), Path::new("x/A.log"));
        assert_eq!(give("X/a.LOG"), Path::new("X/a-2.LOG"));
        assert_eq!(give("x/a-3.log"), Path::new("x/a-3.log"));
        assert_eq!(give("x/a.log"), Path::new("x/a-4.log"));
        assert_eq!(give("a"), Path::new("a"));
        assert_eq!(give("a"), Path::new("a-2"));
    }

    /// Counted in steps of the table it would be a square: this test would take minutes.
    #[test]
    fn many_equal_names_take_no_square_of_steps() {
        let mut names = Names::default();
        let count = 100_000;
        for _ in 1..count {
            names.give(Path::new("setup.log"));
        }
        assert_eq!(
            names.give(Path::new("setup.log")),
            numbered(Path::new("setup.log"), count)
        );
    }
}
