//! The command line of a called installer: which package, what to do, which log.

use crate::run::Operation;

/// What a command line of the installer says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Command<'a> {
    /// The program, a path or a bare name.
    pub program: Option<&'a str>,
    /// The package, patch or update.
    pub package: Option<&'a str>,
    /// What is to be done.
    pub verb: Option<Operation>,
    /// Path of the log.
    pub log: Option<&'a str>,
}

/// Ends of the names of packages.
const PACKAGES: [&str; 3] = [".msi", ".msp", ".msu"];

/// Takes a command line apart. Options are those of `msiexec` (Microsoft Learn: msiexec).
#[must_use]
pub fn read(line: &str) -> Command<'_> {
    let mut found = Command::default();
    let mut log_next = false;
    for word in words(line) {
        if std::mem::take(&mut log_next) && found.log.is_none() {
            found.log = Some(word);
            continue;
        }
        let lower = word.to_ascii_lowercase();
        let option = lower.strip_prefix(['/', '-']);
        if found.program.is_none() && lower.ends_with(".exe") || lower == "msiexec" {
            found.program.get_or_insert(word);
        } else if PACKAGES.iter().any(|end| lower.ends_with(end)) {
            found.package.get_or_insert(word);
        } else if option.is_some_and(is_log_option) {
            log_next = true;
        } else if option.is_some_and(|o| o.starts_with("log=") || o.starts_with("log:")) {
            let path = word.get("/log=".len()..).unwrap_or_default();
            found.log.get_or_insert(path.trim_matches('"'));
        } else if let Some(verb) = option.and_then(verb) {
            found.verb.get_or_insert(verb);
        }
    }
    found
}

/// `l*v`, `lvx`, `log`: the letters that `/l` takes.
fn is_log_option(option: &str) -> bool {
    let flags = |flags: &str| flags.chars().all(|c| "iwearucmopvx+!*".contains(c));
    option == "log" || option.strip_prefix('l').is_some_and(flags)
}

fn verb(option: &str) -> Option<Operation> {
    Some(match option {
        "i" | "package" | "a" | "jm" | "ju" => Operation::Install,
        "x" | "uninstall" => Operation::Uninstall,
        "p" | "update" => Operation::Patch,
        _ => {
            let flags = option.strip_prefix('f')?;
            let known = flags.chars().all(|c| "pomeducsamv".contains(c));
            return known.then_some(Operation::Repair);
        }
    })
}

/// Words, parted by blanks outside of quotation marks.
fn words(line: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    line.split(move |c: char| {
        if c == '"' {
            quoted = !quoted;
            return true;
        }
        c.is_whitespace() && !quoted
    })
    .map(|word| word.trim_matches(['\'', ',', '[', ']', '&', '`']))
    .filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn command_lines_of_the_installer() {
        let found = read(
            r#""C:\Windows\System32\msiexec.exe" /i "C:\a b\c.msi" REBOOT=ReallySuppress /QN /L*V "C:\x y\z.log""#,
        );
        assert_eq!(found.program, Some(r"C:\Windows\System32\msiexec.exe"));
        assert_eq!(found.package, Some(r"C:\a b\c.msi"));
        assert_eq!(found.log, Some(r"C:\x y\z.log"));
        assert_eq!(found.verb, Some(Operation::Install));
        let found = read("msiexec /x {A} /qn /log C:\\z.log /lang 1033");
        assert_eq!(
            (found.verb, found.log),
            (Some(Operation::Uninstall), Some("C:\\z.log"))
        );
        let found = read("setup.exe /s /LOG=C:\\z.log");
        assert_eq!(
            (found.program, found.log),
            (Some("setup.exe"), Some("C:\\z.log"))
        );
        assert_eq!(read("msiexec /fomus a.msi").verb, Some(Operation::Repair));
        assert_eq!(read("\" /l"), Command::default());
    }
}
