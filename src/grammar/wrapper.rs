//! Lines of programs that call the installer, as far as they tell what they called and what it
//! returned: Chocolatey, winget, PSAppDeployToolkit, Configuration Manager (`AppEnforce.log`),
//! Windows Update (`WindowsUpdate.log`).
//!
//! Each has its own frame (time, level, component) around a sentence; the sentences are told by
//! their fixed words, which these programs write in English everywhere. A text that merely mentions
//! an exit code is none of them.

mod frame;

pub use frame::{Frame, frame};

/// What a sentence says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind<'a> {
    /// A package or application is begun.
    Begin {
        /// Its name.
        name: &'a str,
        /// Its version.
        version: Option<&'a str>,
    },
    /// The command that is run.
    Command(&'a str),
    /// The log that the installer writes.
    Log(&'a str),
    /// What the installer returned.
    Result {
        /// The exit code or HRESULT.
        code: u32,
        /// What was installed, where the sentence says so itself.
        name: Option<&'a str>,
        /// The command, where the sentence repeats it.
        command: Option<&'a str>,
    },
    /// The package that was begun worked, as the program sees it.
    Worked(&'a str),
    /// It did not work.
    Failed(&'a str),
}

/// What a sentence says; `None` where it is nothing that matters.
#[must_use]
pub fn kind(text: &str) -> Option<Kind<'_>> {
    let text = text.trim();
    chocolatey(text)
        .or_else(|| winget(text))
        .or_else(|| toolkit(text))
        .or_else(|| configuration_manager(text))
        .or_else(|| windows_update(text))
}

fn chocolatey(text: &str) -> Option<Kind<'_>> {
    let text = text.strip_prefix("ERROR: ").unwrap_or(text);
    if let Some(rest) = text.strip_prefix("Running [") {
        let (command, rest) = rest.split_once("] was not successful. Exit code was '")?;
        return Some(Kind::Result {
            code: number(rest)?,
            name: None,
            command: Some(command),
        });
    }
    if let Some(rest) = text
        .strip_prefix("The install of ")
        .or_else(|| text.strip_prefix("The upgrade of "))
    {
        return rest
            .split_once(" was NOT successful")
            .map(|(name, _)| Kind::Failed(name))
            .or_else(|| {
                rest.split_once(" was successful")
                    .map(|(name, _)| Kind::Worked(name))
            });
    }
    // `own-tool v1.2.3 [Approved]`
    let (package, state) = text.rsplit_once(" [")?;
    let known = [
        "Approved]",
        "Approved - Likely broken for FOSS users (due to download location changes)]",
        "Likely broken for FOSS users (due to download location changes)]",
        "Unlisted]",
    ];
    let (name, version) = package
        .split_once(" v")
        .filter(|_| known.contains(&state))?;
    (!name.contains(' ')).then_some(Kind::Begin {
        name,
        version: Some(version),
    })
}

fn winget(text: &str) -> Option<Kind<'_>> {
    let result = |front: &str| {
        let code = number(text.strip_prefix(front)?.trim())?;
        Some(Kind::Result {
            code,
            name: None,
            command: None,
        })
    };
    if let Some(log) = text.strip_prefix("Installer log is available at: ") {
        return Some(Kind::Log(log));
    }
    if let Some(rest) = text.strip_prefix("Manifest fields: Name [") {
        let (name, rest) = rest.split_once("], Version [")?;
        let version = rest.split(']').next();
        return Some(Kind::Begin { name, version });
    }
    result("ShellExecute installer failed: ")
        .or_else(|| result("Installer failed with exit code: "))
        .or_else(|| result("Uninstall failed with exit code: "))
}

/// PSAppDeployToolkit, versions 3 and 4.
fn toolkit(text: &str) -> Option<Kind<'_>> {
    let within = |front: &str| text.strip_prefix(front)?.split(']').next();
    if let Some(code) = within("Execution failed with exit code [").and_then(number) {
        return Some(Kind::Result {
            code,
            name: None,
            command: None,
        });
    }
    if let Some(code) = within("Execution completed successfully with exit code [").and_then(number)
    {
        return Some(Kind::Result {
            code,
            name: None,
            command: None,
        });
    }
    let rest = text.strip_prefix("Executing [")?;
    rest.rsplit_once(']')
        .map(|(command, _)| Kind::Command(command))
}

fn configuration_manager(text: &str) -> Option<Kind<'_>> {
    if let Some(rest) = text.strip_prefix("+++ Starting Install enforcement for App DT \"") {
        let (name, _) = rest.split_once('"')?;
        return Some(Kind::Begin {
            name,
            version: None,
        });
    }
    if let Some(rest) = text.strip_prefix("Executing Command line: ") {
        return Some(Kind::Command(
            rest.split(" with user context").next().unwrap_or(rest),
        ));
    }
    let rest = text.strip_prefix("Process ")?;
    let (process, code) = rest.split_once(" terminated with exitcode: ")?;
    process.bytes().all(|b| b.is_ascii_digit()).then_some(())?;
    Some(Kind::Result {
        code: number(code)?,
        name: None,
        command: None,
    })
}

fn windows_update(text: &str) -> Option<Kind<'_>> {
    if let Some((_, rest)) = text.split_once(
        "Installation Failure: Windows failed to install the following update with error ",
    ) {
        let (code, name) = rest.split_once(": ")?;
        return Some(Kind::Result {
            code: number(code)?,
            name: Some(name.trim_end_matches('.')),
            command: None,
        });
    }
    let (_, name) = text.split_once(
        "Installation Successful: Windows successfully installed the following update: ",
    )?;
    Some(Kind::Result {
        code: 0,
        name: Some(name.trim_end_matches('.')),
        command: None,
    })
}

/// A code at the front: decimal, negative, or hexadecimal with `0x`.
fn number(text: &str) -> Option<u32> {
    if let Some(digits) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        let end = digits
            .find(|c: char| !c.is_ascii_hexdigit())
            .unwrap_or(digits.len());
        return u32::from_str_radix(digits.get(..end)?, 16).ok();
    }
    let negative = text.starts_with('-');
    let digits = text.strip_prefix('-').unwrap_or(text);
    let end = digits
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(digits.len());
    let value: i64 = digits.get(..end)?.parse().ok()?;
    let value = if negative { -value } else { value };
    let signed = i32::try_from(value).ok().map(i32::cast_unsigned);
    signed.or_else(|| u32::try_from(value).ok())
}

/// The path of the log in a command line: `/L*V "C:\x.log"`.
#[must_use]
pub fn log_in(command: &str) -> Option<&str> {
    let lower = command.to_ascii_lowercase();
    let at = ["/l*", "-l*", "/log ", "/lv", "/li"]
        .iter()
        .find_map(|word| lower.find(word))?;
    let (_, rest) = command.get(at..)?.split_once(' ')?;
    let rest = rest.trim_start();
    match rest.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next(),
        None => rest.split(' ').next(),
    }
    .filter(|path| !path.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_program_tells_the_result_in_its_own_words() {
        for (text, code) in [
            (
                "ERROR: Running [\"C:\\WINDOWS\\System32\\msiexec.exe\" /i \"C:\\x\\a.msi\" /qn] was not successful. Exit code was '1603'. See log for possible error messages.",
                1603,
            ),
            ("ShellExecute installer failed: 1618", 1618),
            ("Installer failed with exit code: 0x8a150006", 0x8a15_0006),
            (
                "Execution failed with exit code [-2147023293].",
                0x8007_0643,
            ),
            ("Process 4711 terminated with exitcode: 3010", 3010),
            (
                "{0A} 2013-05-15 10:11:12:345+0100 1 182 101 {B} 201 80070643 AutomaticUpdates Failure Content Install Installation Failure: Windows failed to install the following update with error 0x80070643: Update for Own (KB1234567).",
                0x8007_0643,
            ),
        ] {
            assert!(
                matches!(kind(text), Some(Kind::Result { code: found, .. }) if found == code),
                "{text}: {:?}",
                kind(text)
            );
        }
        assert_eq!(
            kind("own-tool v1.2.3 [Approved]"),
            Some(Kind::Begin {
                name: "own-tool",
                version: Some("1.2.3")
            })
        );
        assert_eq!(
            kind("The install of own-tool was NOT successful."),
            Some(Kind::Failed("own-tool"))
        );
        for text in [
            "Exit code 1603",
            "Process it terminated",
            "a v1 [b]",
            "Running [x] was fine",
        ] {
            assert_eq!(kind(text), None, "{text}");
        }
    }

    #[test]
    fn the_log_of_the_installer_stands_in_its_command() {
        let command = r#"msiexec.exe /i "C:\a b\x.msi" /qn /L*V "C:\Logs\x y.log" REBOOT=R"#;
        assert_eq!(log_in(command), Some(r"C:\Logs\x y.log"));
        assert_eq!(log_in(r"msiexec /i a.msi /l*v C:\a.log"), Some(r"C:\a.log"));
        assert_eq!(log_in("msiexec /i a.msi"), None);
    }
}
