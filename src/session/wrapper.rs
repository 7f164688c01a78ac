//! The installers that a program called, from its log: what it called, and what came back.

use super::burn::{KeptLine, succeeded, system_error};
use super::model::{Operation, Outcome};
use crate::grammar::wrapper::{self, Kind};

/// Most calls that are kept of one log.
const MOST: usize = 1000;

/// One call of an installer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Call {
    /// What was installed, as the program calls it.
    pub name: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// The command, and the line that names it.
    pub command: Option<KeptLine>,
    /// The log that the installer wrote, and the line that names it.
    pub log: Option<KeptLine>,
    /// The line that tells the result.
    pub line: KeptLine,
    /// What came back.
    pub code: u32,
    /// When the program wrote that down.
    pub time: Option<String>,
    /// The line where it was begun.
    pub first_line: u64,
}

impl Call {
    /// How it ended.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match system_error(self.code) {
            Some(1602 | 1223) => Outcome::Cancelled,
            Some(3010 | 1641) => Outcome::SucceededReboot,
            _ if succeeded(self.code) => Outcome::Succeeded,
            _ => Outcome::Failed,
        }
    }

    /// The exit code: of HRESULTs that wrap a system error, that error.
    #[must_use]
    pub fn exit_code(&self) -> i64 {
        i64::from(system_error(self.code).unwrap_or(self.code))
    }

    /// What it set out to do, as the command says.
    #[must_use]
    pub fn operation(&self) -> Operation {
        let command = self.command.as_ref().map(|c| c.text.to_ascii_lowercase());
        let command = command.unwrap_or_default();
        let has = |switch: &str| {
            command.contains(&format!(" {switch} ")) || command.contains(&format!(" {switch}\""))
        };
        match () {
            () if has("/x") || command.contains("/uninstall") => Operation::Uninstall,
            () if has("/p") || command.contains(".msp") => Operation::Patch,
            () if has("/i") || command.contains(".msi") => Operation::Install,
            () => Operation::Unknown,
        }
    }
}

/// Builds the calls from lines.
#[derive(Debug, Default)]
pub struct WrapperBuilder {
    calls: Vec<Call>,
    next: Call,
    /// Calls that were too many to keep.
    pub dropped: u64,
    records: u64,
}

impl WrapperBuilder {
    /// Takes a line in.
    pub fn push(&mut self, number: u64, line: &str) {
        let frame = wrapper::frame(line);
        let Some(kind) = wrapper::kind(frame.text) else {
            return;
        };
        let kept = |text: &str| KeptLine {
            line: number,
            text: text.to_owned(),
        };
        if self.next.first_line == 0 {
            self.next.first_line = number;
        }
        match kind {
            Kind::Begin { name, version } => {
                self.next = Call {
                    name: Some(name.to_owned()),
                    version: version.map(str::to_owned),
                    first_line: number,
                    ..Call::default()
                };
            }
            Kind::Command(command) => {
                self.next.log = wrapper::log_in(command).map(kept);
                self.next.command = Some(kept(command));
            }
            Kind::Log(path) => match self
                .calls
                .last_mut()
                .filter(|_| self.next.command.is_none())
            {
                // Named after the result.
                Some(call) if call.log.is_none() => call.log = Some(kept(path)),
                _ => self.next.log = Some(kept(path)),
            },
            Kind::Result {
                code,
                name,
                command,
            } => {
                self.records += 1;
                let mut call = self.next.clone();
                // The package goes on: it may call another installer.
                self.next.command = None;
                self.next.log = None;
                if let Some(name) = name {
                    call.name = Some(name.to_owned());
                    call.version = None;
                }
                if let Some(command) = command {
                    call.log = call.log.or_else(|| wrapper::log_in(command).map(kept));
                    call.command = Some(kept(command));
                }
                call.line = kept(line.trim());
                call.code = code;
                call.time = frame.time;
                self.keep(call);
            }
            Kind::Worked(name) | Kind::Failed(name) => {
                let last = self.calls.last_mut();
                if let Some(call) = last.filter(|call| call.name.is_none()) {
                    call.name = Some(name.to_owned());
                }
            }
        }
    }

    fn keep(&mut self, call: Call) {
        if self.calls.len() >= MOST {
            self.dropped += 1;
            // The failures count.
            let worked = self
                .calls
                .iter()
                .position(|call| call.outcome() != Outcome::Failed);
            self.calls.remove(worked.unwrap_or(0));
        }
        self.calls.push(call);
    }

    /// How many results it tells.
    #[must_use]
    pub fn records(&self) -> u64 {
        self.records
    }

    /// The calls, in order.
    #[must_use]
    pub fn finish(self) -> Vec<Call> {
        self.calls
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&str]) -> Vec<Call> {
        let mut builder = WrapperBuilder::default();
        for (number, line) in (1..).zip(lines) {
            builder.push(number, line);
        }
        builder.finish()
    }

    #[test]
    fn a_call_has_its_package_command_log_and_result() {
        let calls = read(&[
            r#"<![LOG[Executing [C:\Windows\System32\msiexec.exe /i "C:\x\a.msi" /qn /L*V "C:\Logs\a.log"]...]LOG]!><time="10:11:12.345+060" date="5-1-2023" component="X">"#,
            r#"<![LOG[Execution failed with exit code [1618].]LOG]!><time="10:11:13.345+060" date="5-1-2023" component="X">"#,
            r#"<![LOG[Execution completed successfully with exit code [0].]LOG]!><time="10:12:13.345+060" date="5-1-2023" component="X">"#,
        ]);
        assert_eq!(calls.len(), 2);
        assert_eq!(calls[0].outcome(), Outcome::Failed);
        assert_eq!(calls[0].log.as_ref().unwrap().text, r"C:\Logs\a.log");
        assert_eq!(calls[0].operation(), Operation::Install);
        assert_eq!(calls[0].time.as_deref(), Some("2023-05-01T10:11:13"));
        assert_eq!(calls[1].outcome(), Outcome::Succeeded);
        assert!(calls[1].command.is_none());
    }

    #[test]
    fn a_package_is_named_before_or_after() {
        let calls = read(&[
            "own-tool v1.2.3 [Approved]",
            "ERROR: Running [\"msiexec.exe\" /i \"a.msi\"] was not successful. Exit code was '1603'. See log",
            "The install of own-tool was NOT successful.",
        ]);
        assert_eq!(calls[0].name.as_deref(), Some("own-tool"));
        assert_eq!(
            (calls[0].version.as_deref(), calls[0].exit_code()),
            (Some("1.2.3"), 1603)
        );
        let calls = read(&[
            "Installer failed with exit code: 1603",
            "Installer log is available at: C:\\a.log",
        ]);
        assert_eq!(calls[0].log.as_ref().unwrap().text, "C:\\a.log");
    }

    #[test]
    fn failures_are_kept_first() {
        let mut lines = vec!["Process 1 terminated with exitcode: 1603"];
        lines.extend(["Process 1 terminated with exitcode: 0"; 1500]);
        let calls = read(&lines);
        assert_eq!(calls.len(), MOST);
        assert_eq!(calls[0].exit_code(), 1603);
    }
}
