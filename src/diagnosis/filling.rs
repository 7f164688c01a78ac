//! What a log has for the places in the words of a remedy (`remedy-facts.tsv`).

use super::asked::{Asked, Said, word};
use crate::formats::scan::file_name;
use crate::grammar::Operation;
use crate::knowledge::guid;
use crate::run::{CodeSpace, Failure, Kind};

/// What the messages 1401 to 1406 call `UNKNOWN`: the records of what is installed for the machine
/// (see `installer-registration-access-denied`).
const RECORDS: &str =
    r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows\CurrentVersion\Installer\UserData\S-1-5-18\";

/// The facts of one failure, looked up by name.
pub struct Filling<'a> {
    asked: &'a Asked<'a>,
    said: &'a Said<'a>,
    failure: &'a Failure,
}

impl<'a> Filling<'a> {
    /// The facts of a failure.
    pub fn new(asked: &'a Asked<'a>, said: &'a Said<'a>, failure: &'a Failure) -> Self {
        Self {
            asked,
            said,
            failure,
        }
    }

    /// The value of a fact, or of what a step asks for, where the log has it.
    pub fn value(&self, name: &str) -> Option<String> {
        let run = self.asked.run;
        let product = &run.product;
        match name {
            "product-code" => product.code.clone(),
            "packed-code" => guid::pack(product.code.as_deref()?),
            "product-name" => product.name.clone(),
            "product-version" => product.version.clone(),
            "package" => self.package(),
            "package-name" => Some(file_name(&self.package()?).to_owned()),
            "package-log" => self.package_log(),
            "bundle" => self.bundle(),
            "machine" => run.machine.name.clone(),
            "windows" => run.machine.windows.clone(),
            "dotnet" => self.asked.dotnet.map(ToString::to_string),
            "arch" => run.machine.arch.clone(),
            "rights" => run.machine.elevated.map(|elevated| {
                let word = if elevated { "elevated" } else { "standard" };
                word.to_owned()
            }),
            "ui" => run.machine.ui_level.map(|level| {
                let word = if level <= 2 { "silent" } else { "shown" };
                word.to_owned()
            }),
            "kind" => Some(word(&self.asked.kind)),
            "action" => self.failure.action.clone(),
            "exit-code" => run.exit_code.map(|code| code.to_string()),
            "program-code" => self.program_code(),
            "cached-package" => self.lines().flat_map(paths).find_map(cached),
            "command-line" => self.command_line(),
            "service" => self.service(),
            "account" => self.operation_field("StartName"),
            "file" => self.file(),
            "folder" => self.folder(),
            "drive" => self.drive(),
            "registry-key" => self.registry_key(),
            "value" => self.argument(&["value"]),
            "component" => self.argument(&["component GUID", "component"]),
            "url" => self.lines().find_map(url),
            "port" => self.lines().find_map(port),
            "site" => self.lines().find_map(|line| quoted_after(line, "site ")),
            "database" => self.lines().find_map(|line| quoted_after(line, "database")),
            _ => None,
        }
    }

    /// The cause, then the other lines of proof.
    fn lines(&self) -> impl Iterator<Item = &'a str> {
        let cause = self.failure.cause.iter().map(|cause| cause.text.as_str());
        cause.chain(self.failure.evidence.iter().map(|e| e.text.as_str()))
    }

    fn cause(&self) -> Option<&'a str> {
        self.failure.cause.as_ref().map(|cause| cause.text.as_str())
    }

    /// The argument of the cause's message that has one of these roles.
    fn argument(&self, roles: &[&str]) -> Option<String> {
        let mut arguments = self.said.arguments.iter();
        let found = arguments.find(|(role, _)| roles.contains(role));
        found.map(|(_, value)| value.trim().to_owned())
    }

    /// The package; where the run does not tell, the one that the cause is about.
    fn package(&self) -> Option<String> {
        let whole = |path: &str| {
            let end = path.to_ascii_lowercase().find(".msi")? + ".msi".len();
            let path = path.get(..end).filter(|path| path.contains('\\'))?;
            cached(path).is_none().then(|| path.to_owned())
        };
        let named = || self.argument(&["package", "database"]);
        let package = self.asked.run.product.package.clone();
        // A setup program is no package: msiexec takes none.
        let is_program = |path: &String| path.to_ascii_lowercase().ends_with(".exe");
        package
            .filter(|path| !is_program(path))
            .or_else(|| whole(&named()?))
            .or_else(|| paths(self.cause()?).find_map(whole))
    }

    /// The setup program of a bundle. What runs in a folder of its own is a copy that is gone at the end:
    /// only its name is that of the setup.
    fn bundle(&self) -> Option<String> {
        let path = self.asked.run.product.package.as_deref();
        let path = path.filter(|_| self.asked.kind == Kind::Burn)?;
        let lower = path.to_ascii_lowercase();
        if !lower.ends_with(".exe") {
            return None;
        }
        let copied = ["\\.cr\\", "\\.be\\"]
            .iter()
            .any(|folder| lower.contains(folder));
        Some(if copied { file_name(path) } else { path }.to_owned())
    }

    /// The exit code of the program that the package ran.
    fn program_code(&self) -> Option<String> {
        let cause = self.failure.cause.as_ref()?;
        let mut codes = cause.nested_code.iter().chain([&cause.code]);
        let code = codes.find(|code| code.space == CodeSpace::Exit)?;
        Some(code.value?.to_string())
    }

    /// A field of the operation of the script that failed: `ServiceInstall(Name=A,…)`.
    fn operation_field(&self, name: &str) -> Option<String> {
        let operation = self.failure.script_operation.as_deref()?;
        Some(Operation::parse(operation)?.get(name)?.to_owned())
    }

    /// The log of the package that failed; of a run with one log, that one.
    fn package_log(&self) -> Option<String> {
        let logs = &self.asked.run.logs;
        let action = self.failure.action.as_deref();
        let of_package = logs.iter().find(|log| Some(log.of.as_str()) == action);
        let log = of_package.or_else(|| logs.first().filter(|_| logs.len() == 1))?;
        Some(log.path.clone())
    }

    fn service(&self) -> Option<String> {
        let of_script = || {
            let operation = self.failure.script_operation.as_deref()?;
            let services = operation.starts_with("Service");
            self.operation_field("Name").filter(|_| services)
        };
        // `Service 'Display Name' (Key)`, whatever the language and its quote marks.
        let of_text = || {
            let cause = self.failure.cause.as_ref()?;
            let services = |n| matches!(n, 1920..=1923 | 1930 | 1939);
            let services = cause.code.value.is_some_and(services);
            let (_, rest) = cause.text.split_once(['\'', '"', '“', '«', '„'])?;
            let (_, rest) = rest.split_once(" (").or_else(|| rest.split_once('('))?;
            let (name, _) = rest.split_once(')').filter(|_| services)?;
            Some(name.to_owned())
        };
        // `Service 'Key' does not exist on this system.`
        let of_child = || quoted_after(self.cause()?, "service ");
        // `"C:\Windows\System32\net.exe" start Key`
        let of_command = || {
            let command = self.command_line()?;
            let (program, rest) = command
                .split_once(" start ")
                .or_else(|| command.split_once(" stop "))?;
            let program = program.trim_end_matches('"').to_ascii_lowercase();
            let program = program.trim_end_matches(".exe");
            let starts = ["net", "net1", "sc"].contains(&file_name(program));
            let name = rest.trim().trim_matches('"');
            (starts && !name.contains(['"', '/'])).then(|| name.to_owned())
        };
        self.argument(&["service name"])
            .or_else(of_script)
            .or_else(of_text)
            .or_else(of_child)
            .or_else(of_command)
            .filter(|name| !name.trim().is_empty())
    }

    fn command_line(&self) -> Option<String> {
        // `Action X, location: PROGRAM, command: ARGUMENTS`
        let of_text = || {
            let (before, command) = self.cause()?.split_once("command: ")?;
            let location = before
                .split_once("location: ")
                .map(|(_, location)| location);
            let location = location.map(|text| text.trim().trim_end_matches(',').to_owned());
            Some((command.trim().to_owned(), location))
        };
        // What WixQuietExec and its like run is their data.
        let of_quiet = || {
            let target = self.operation_field("Target")?.to_ascii_lowercase();
            let data = self.operation_field("CustomActionData");
            data.filter(|_| target.contains("quietexec"))
        };
        let custom = || self.failure.custom_action.as_ref()?.exe.clone();
        let of_arguments = || Some((self.argument(&["command"])?, self.argument(&["location"])));
        // `Running ["C:\…\msiexec.exe" /i …] was not successful`, `Begin output of msiexec … ----`
        let of_caller = || {
            let marks = [("Running [", "] was not"), ("Begin output of ", " ----")];
            let between = |(start, end)| crate::formats::scan::between(self.cause()?, start, end);
            marks.into_iter().find_map(between).map(str::to_owned)
        };
        let command = match of_arguments().or_else(of_text) {
            Some((command, Some(location))) => Some(called(&location, &command)?),
            Some((command, None)) => Some(command),
            None => of_quiet().or_else(custom).or_else(of_caller),
        };
        command.filter(|command| !command.is_empty())
    }

    fn file(&self) -> Option<String> {
        const ROLES: [&str; 9] = [
            "file",
            "destination file",
            "source file",
            "module",
            "library",
            "cabinet",
            "package",
            "database",
            "path",
        ];
        self.argument(&ROLES)
            .filter(|value| value.contains('\\'))
            .or_else(|| paths(self.cause()?).last().map(str::to_owned))
            // `The cabinet file 'Data1.cab'`: a cabinet within the package has no path.
            .or_else(|| quoted_after(self.cause()?, "cabinet file"))
            .or_else(|| quoted_after(self.cause()?, "resource"))
    }

    fn folder(&self) -> Option<String> {
        let named = self.argument(&["path", "location", "folder"]);
        let named = named.filter(|value| value.contains('\\'));
        named
            .or_else(|| {
                let file = self.file()?;
                let (folder, name) = file.rsplit_once('\\')?;
                // Without a dot in its last part the path is one of a folder.
                Some(if name.contains('.') || name.is_empty() {
                    folder.to_owned()
                } else {
                    file.clone()
                })
            })
            .map(|folder| without_last_backslash(&folder))
    }

    fn drive(&self) -> Option<String> {
        let named = self.argument(&["drive", "volume", "disk/volume label"]);
        let told = || quoted_after(self.cause()?, "volume");
        // `Invalid Drive: Z:\`
        let bare = || {
            let mut words = self.cause()?.split_whitespace();
            let is_drive = |word: &&str| word.len() == 3 && word.ends_with(":\\");
            words.find(is_drive).map(str::to_owned)
        };
        let drive = named.or_else(|| self.file()).or_else(told).or_else(bare)?;
        let letters = drive.get(..2)?;
        letters.ends_with(':').then(|| letters.to_owned())
    }

    fn registry_key(&self) -> Option<String> {
        let of_cause = || {
            let cause = self.cause()?;
            let marks = ["HKEY_", "\\SOFTWARE\\", "UNKNOWN\\"];
            let at = marks.iter().find_map(|mark| cause.find(mark))?;
            Some(cut(cause.get(at..)?).to_owned())
        };
        // `Unexpected or missing value (name: 'A', value: '') in key 'HKU\…'`
        let beside = || self.lines().find_map(|line| quoted_after(line, " in key"));
        let key = self.argument(&["key"]).or_else(of_cause).or_else(beside)?;
        // Messages leave the hive out of keys of the machine; `UNKNOWN` are the installer's own records.
        let records = key.strip_prefix("UNKNOWN\\").map(|rest| (RECORDS, rest));
        let machine = || Some(("HKEY_LOCAL_MACHINE\\", key.strip_prefix('\\')?));
        Some(match records.or_else(machine) {
            Some((before, rest)) => format!("{before}{rest}"),
            None => key,
        })
    }
}

/// A folder as commands take it in quote marks: a backslash before the closing one would take that in.
fn without_last_backslash(folder: &str) -> String {
    let rest = folder.trim_end_matches('\\');
    match rest.ends_with(':') {
        true => format!("{rest}\\"),
        false => rest.to_owned(),
    }
}

/// The command of a program that the package ran: a place is a program or the folder it ran in.
/// `None` where the program is a part of the package, which nobody can run by hand, and starts no other.
fn called(location: &str, command: &str) -> Option<String> {
    let program = location.to_ascii_lowercase();
    let held = file_name(&program);
    if held.starts_with("msi") && held.ends_with(".tmp") {
        // `/HideWindow "C:\…\net.exe" start A`: the part of the package starts what stands behind.
        let starts = command.to_ascii_lowercase().contains(".exe");
        let mut rest = command.trim_start();
        while rest.starts_with(['/', '-']) {
            rest = rest.split_once(' ')?.1.trim_start();
        }
        return starts.then(|| rest.to_owned());
    }
    let runs = [".exe", ".com", ".bat", ".cmd"]
        .iter()
        .any(|end| program.ends_with(end));
    let again = command.to_ascii_lowercase().contains(&program);
    Some(match runs && !again {
        true if location.contains(' ') => format!("\"{location}\" {command}"),
        true => format!("{location} {command}"),
        false => command.to_owned(),
    })
}

/// A package that Windows Installer keeps.
fn cached(path: &str) -> Option<String> {
    let lower = path.to_ascii_lowercase();
    let ours = lower.contains("\\windows\\installer\\") || lower.contains("\\winnt\\installer\\");
    let package = lower.ends_with(".msi") || lower.ends_with(".msp");
    (ours && package).then(|| path.to_owned())
}

/// The paths in a text, in order: `C:\…` and `\\server\…`. A line of source code, `D:\a\b.cpp:612`, lies
/// on the machine of its maker.
fn paths(text: &str) -> impl Iterator<Item = &str> {
    let starts = text.match_indices('\\').filter_map(move |(at, _)| {
        let before = text.get(..at)?;
        let drive = before.strip_suffix(':').and_then(|b| b.chars().next_back());
        let start = match drive {
            Some(letter) if letter.is_ascii_alphabetic() => at - 2,
            _ if before.ends_with(['\\', ':']) => return None,
            _ if text.get(at..)?.starts_with("\\\\") => at,
            _ => return None,
        };
        let apart = text.get(..start)?.chars().next_back();
        apart.is_none_or(|c| !c.is_alphanumeric()).then_some(start)
    });
    starts.filter_map(move |start| {
        let path = text.get(start..)?;
        let quote = text.get(..start)?.chars().next_back();
        let path = match quote {
            Some(quote @ ('\'' | '"')) => path.split(quote).next()?,
            _ => cut(path),
        };
        (path.len() > 3 && !path.contains(".cpp:")).then_some(path)
    })
}

/// The head of a text up to where a path or key in a sentence ends.
fn cut(text: &str) -> &str {
    const ENDS: [&str; 11] = [
        " failed to ",
        " was rejected by ",
        ". ",
        "  ",
        "; ",
        ", ",
        " -- ",
        ": ",
        "\"",
        "<",
        "|",
    ];
    // `C:\Users\<name>\…` is one path: people put that in the place of a name.
    let in_path = |at: usize| text.get(..at).is_some_and(|t| t.ends_with(['\\', '<']));
    let found = |end: &&str| {
        let mut all = text.match_indices(*end).map(|(at, _)| at);
        all.find(|at| *end != "<" || !in_path(*at))
    };
    let end = ENDS.iter().filter_map(found).min();
    let text = end.and_then(|end| text.get(..end)).unwrap_or(text);
    let text = text
        .split(['\u{3002}', '\u{ff0c}', '\u{300d}'])
        .next()
        .unwrap_or(text);
    text.trim_end_matches(['.', ',', ';', ')', ' ', '\'', ']'])
}

fn url(line: &str) -> Option<String> {
    let at = line.find("https://").or_else(|| line.find("http://"))?;
    let end = |c: char| c.is_whitespace() || "'\"<>,;)]}".contains(c);
    let url = line.get(at..)?.split(end).next()?;
    Some(url.trim_end_matches('.').to_owned())
}

fn port(line: &str) -> Option<String> {
    let lower = line.to_ascii_lowercase();
    let mut words = lower.match_indices("port ").map(|(at, _)| at);
    let apart = |at: &usize| {
        let before = lower.get(..*at).and_then(|b| b.chars().next_back());
        before.is_none_or(|c| !c.is_alphanumeric())
    };
    let at = words.find(apart)? + 5;
    let digits: String = lower
        .get(at..)?
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    let valid = digits.parse::<u16>().is_ok_and(|port| port > 0);
    valid.then_some(digits)
}

/// The quoted text behind a word: `database: 'APP'`.
fn quoted_after(line: &str, word: &str) -> Option<String> {
    let lower = line.to_ascii_lowercase();
    let rest = line.get(lower.find(word)? + word.len()..)?;
    let rest = rest.trim_start_matches([':', ' ']);
    let quote = rest.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    let text = rest.get(1..)?.split(quote).next()?;
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_end_where_they_end() {
        let all = |text| paths(text).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(
            all("Error writing to file: C:\\Program Files\\A b\\c.dll.  System error 5."),
            ["C:\\Program Files\\A b\\c.dll"]
        );
        assert_eq!(
            all("from '\\\\server\\share\\a.msi' to \"D:\\x y\\z\""),
            ["\\\\server\\share\\a.msi", "D:\\x y\\z"]
        );
        assert!(all("no path, a\\b and c:").is_empty());
        assert!(all("context: 0x8a150105 at D:\\a\\Flow.cpp:612").is_empty());
        // What people put in the place of a name is a part of the path.
        assert_eq!(
            all("to C:\\Users\\<<NAME>>\\a.txt <br> and C:\\b\\c was rejected by a policy"),
            ["C:\\Users\\<<NAME>>\\a.txt", "C:\\b\\c"]
        );
        let folders = ["C:\\Users\\", "C:\\", "C:", "\\\\srv\\a"];
        assert_eq!(
            folders.map(without_last_backslash),
            ["C:\\Users", "C:\\", "C:\\", "\\\\srv\\a"]
        );
    }

    #[test]
    fn a_place_is_a_program_or_the_folder_that_it_ran_in() {
        for (location, command, wanted) in [
            (r"C:\A b\c.exe", "/q", Some(r#""C:\A b\c.exe" /q"#)),
            (r"C:\c.exe", "/q", Some(r"C:\c.exe /q")),
            (r"C:\A b\", "d.exe /q", Some("d.exe /q")),
            (r"C:\c.exe", r#""C:\c.exe" /q"#, Some(r#""C:\c.exe" /q"#)),
            (r"C:\Windows\Installer\MSI1A.tmp", "/quiet /norestart", None),
            (
                r"C:\Windows\Installer\MSI1A.tmp",
                "/HideWindow net.exe start A",
                Some("net.exe start A"),
            ),
        ] {
            assert_eq!(
                called(location, command).as_deref(),
                wanted,
                "{location} {command}"
            );
        }
    }

    #[test]
    fn small_facts() {
        assert_eq!(
            url("see https://example.com/a?b=1.").as_deref(),
            Some("https://example.com/a?b=1")
        );
        assert_eq!(port("Port 443 is taken").as_deref(), Some("443"));
        assert_eq!(port("support 443"), None);
        assert_eq!(
            quoted_after("failed to connect to database: 'APP'", "database").as_deref(),
            Some("APP")
        );
        assert_eq!(
            cached("C:\\Windows\\Installer\\1a.msi").as_deref(),
            Some("C:\\Windows\\Installer\\1a.msi")
        );
        assert_eq!(cached("C:\\Temp\\1a.msi"), None);
    }
}
