//! The run of the setup program of .NET Framework (and of those that share it), from its log.
//!
//! It works through items: packages, programs, patches, services. What a report can need is kept, the
//! rest is dropped, so memory does not grow with the log.

use super::burn::{KeptLine, succeeded, system_error};
use super::model::{Machine, Operation, Outcome, Product};
use crate::grammar::netfx_setup::{self, Item, Kind};

/// Most items that are kept, and most messages of one.
const MOST: usize = 500;
const MOST_MESSAGES: usize = 20;

/// An item that ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SetupItem {
    /// `MSI`, `Exe` or `Patch`.
    pub kind: String,
    /// Its file name.
    pub name: String,
    /// Whether it worked.
    pub ok: bool,
    /// The code that it failed with.
    pub code: Option<u32>,
    /// The line that says so.
    pub line: KeptLine,
    /// The log that it wrote, and the line that names it.
    pub log: Option<KeptLine>,
    /// Messages of the installer while it ran.
    pub messages: Vec<KeptLine>,
}

/// How the whole ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SetupResult {
    /// The line that says so.
    pub line: KeptLine,
    /// Whether it worked.
    pub ok: bool,
    /// The code in it.
    pub code: Option<u32>,
}

/// One run of the setup program.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SetupSession {
    /// First line with a record.
    pub first_line: u64,
    /// Last line with a record.
    pub last_line: u64,
    /// What it installs.
    pub product: Product,
    /// Where it ran.
    pub machine: Machine,
    /// What it set out to do.
    pub operation: Operation,
    /// The items that ended, in order.
    pub items: Vec<SetupItem>,
    /// The condition that blocked it, as it tells the user.
    pub blocked: Option<KeptLine>,
    /// The first file that could not be fetched or checked.
    pub fetch_failed: Option<KeptLine>,
    /// How it ended.
    pub result: Option<SetupResult>,
    /// Time stamps as they stand there: the first and the last.
    pub stamps: Option<(String, String)>,
    /// The start, where the log gives a date beyond doubt.
    pub started: Option<String>,
    /// Records that say something.
    pub records: u64,
}

impl SetupSession {
    /// How it ended.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        let Some(result) = &self.result else {
            return Outcome::Incomplete;
        };
        match result.code.map(|code| system_error(code).unwrap_or(code)) {
            Some(1602 | 1223) => Outcome::Cancelled,
            Some(3010 | 1641) => Outcome::SucceededReboot,
            Some(code) if !result.ok && !succeeded(code) => Outcome::Failed,
            _ if result.ok => Outcome::Succeeded,
            _ => Outcome::Failed,
        }
    }

    /// The exit code: of HRESULTs that wrap a system error, that error.
    #[must_use]
    pub fn exit_code(&self) -> Option<i64> {
        let code = self.result.as_ref()?.code?;
        Some(i64::from(system_error(code).unwrap_or(code)))
    }

    /// The item that ended it: the last one that failed.
    #[must_use]
    pub fn culprit(&self) -> Option<&SetupItem> {
        self.items.iter().rev().find(|item| !item.ok)
    }

    /// From the first to the last time stamp in milliseconds, where both are of one day.
    #[must_use]
    pub fn duration_ms(&self) -> Option<u64> {
        let (first, last) = self.stamps.as_ref()?;
        let (day, from) = first.split_once([',', ' '])?;
        let (other, to) = last.split_once([',', ' '])?;
        let seconds = |time: &str| {
            let mut parts = time.trim().split(':').map(|part| part.parse::<u64>().ok());
            Some(parts.next()?? * 3600 + parts.next()?? * 60 + parts.next()??)
        };
        let duration = seconds(to)?.checked_sub(seconds(from)?)?;
        (day == other).then_some(duration * 1000)
    }
}

/// Builds a run from lines.
#[derive(Debug, Default)]
pub struct SetupBuilder {
    session: SetupSession,
    block: Option<KeptLine>,
    messages: Vec<KeptLine>,
}

impl SetupBuilder {
    /// Takes a line in; whether it is one of this program that says something.
    pub fn push(&mut self, number: u64, line: &str) -> bool {
        let Some(record) = netfx_setup::record(line) else {
            return self.closing(number, line);
        };
        let found = netfx_setup::kind(&record.text);
        let told = found.is_some();
        if told || self.session.records > 0 {
            self.stamp(number, record.stamp);
        }
        if let Some(kind) = found {
            self.take(number, &record.text, kind);
        }
        told | self.closing(number, line)
    }

    fn closing(&mut self, number: u64, line: &str) -> bool {
        let Some(text) = netfx_setup::closing(line) else {
            return false;
        };
        // The heading of a section is written at its begin as well: only the end of a block counts.
        let Some(kind @ Kind::Blocked) = netfx_setup::kind(text) else {
            return false;
        };
        self.take(number, text, kind);
        true
    }

    fn stamp(&mut self, number: u64, stamp: Option<&str>) {
        if self.session.records == 0 {
            self.session.first_line = number;
        }
        self.session.last_line = number;
        let Some(stamp) = stamp else { return };
        match &mut self.session.stamps {
            Some((_, last)) => stamp.clone_into(last),
            None => self.session.stamps = Some((stamp.to_owned(), stamp.to_owned())),
        }
    }

    fn take(&mut self, number: u64, text: &str, kind: Kind<'_>) {
        let kept = |text: &str| KeptLine {
            line: number,
            text: text.to_owned(),
        };
        self.session.records += 1;
        let session = &mut self.session;
        match kind {
            Kind::OsVersion(version) => {
                let version = version.split(',').next().unwrap_or(version);
                session.machine.windows = Some(version.to_owned());
            }
            Kind::OsDescription(text) => {
                let arch = ["x64", "x86", "arm64"]
                    .into_iter()
                    .find(|arch| text.contains(arch));
                session.machine.arch = arch.map(str::to_owned);
            }
            Kind::Operation(word) => session.operation = operation(word),
            Kind::PackageName(name) => session.product.name = Some(name_of(name)),
            Kind::PackageVersion(version) => session.product.version = Some(version.to_owned()),
            Kind::CommandLine(_) => {}
            Kind::Begin(_) => self.messages.clear(),
            Kind::Item(item) => self.item(number, text, item),
            Kind::Log(name) => {
                if let Some(item) = session.items.last_mut() {
                    item.log.get_or_insert_with(|| kept(name));
                }
            }
            Kind::Message(message) => {
                if self.messages.len() < MOST_MESSAGES {
                    self.messages.push(kept(message));
                }
            }
            Kind::BlockIf(reason) => self.block = Some(kept(reason)),
            Kind::Blocked => {
                let reason = self.block.take().unwrap_or_else(|| kept(text));
                session.blocked.get_or_insert(reason);
            }
            Kind::FetchFailed(text) => {
                session.fetch_failed.get_or_insert_with(|| kept(text));
            }
            Kind::FinalResult { ok, code } => {
                session.result = Some(SetupResult {
                    line: kept(text),
                    ok,
                    code,
                });
            }
            Kind::Started(stamp) => session.started = iso(stamp),
            Kind::Executable { path, version } => {
                session.product.package = Some(path.to_owned());
                session.product.version = Some(version.to_owned());
            }
            Kind::Exit(code) => {
                session.result = Some(SetupResult {
                    line: kept(text),
                    ok: succeeded(code),
                    code: Some(code),
                });
            }
        }
    }

    fn item(&mut self, number: u64, text: &str, item: Item<'_>) {
        let messages = std::mem::take(&mut self.messages);
        let items = &mut self.session.items;
        if items.len() >= MOST {
            // The failures count, and the last of them most.
            items.remove(items.iter().position(|item| item.ok).unwrap_or(0));
        }
        let kept = |text: &str| KeptLine {
            line: number,
            text: text.to_owned(),
        };
        items.push(SetupItem {
            kind: item.kind.to_owned(),
            name: item
                .path
                .rsplit(['\\', '/'])
                .next()
                .unwrap_or(item.path)
                .to_owned(),
            ok: item.ok,
            code: item.code,
            line: kept(text),
            log: item.log.map(kept),
            messages,
        });
    }

    /// How many records say something.
    #[must_use]
    pub fn records(&self) -> u64 {
        self.session.records
    }

    /// The run.
    #[must_use]
    pub fn finish(self) -> SetupSession {
        self.session
    }
}

/// `2015/05/15 13:13:44` as `2015-05-15T13:13:44`.
fn iso(stamp: &str) -> Option<String> {
    let (day, time) = stamp.split_once(' ')?;
    let parts: Vec<&str> = day.split('/').collect();
    let [year, month, day] = parts.as_slice() else {
        return None;
    };
    let digits = [*year, *month, *day].concat();
    let sound = digits.len() == 8 && digits.bytes().all(|b| b.is_ascii_digit());
    (sound && time.len() == 8).then(|| format!("{year}-{month}-{day}T{time}"))
}

/// The product's name: the program calls itself `NAME Setup`.
fn name_of(name: &str) -> String {
    let name = name.strip_suffix(" Setup").unwrap_or(name);
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn operation(word: &str) -> Operation {
    match word {
        "Installing" => Operation::Install,
        "Repairing" => Operation::Repair,
        "Uninstalling" => Operation::Uninstall,
        "UninstallingPatch" | "Patching" => Operation::Patch,
        _ => Operation::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&str]) -> SetupSession {
        let mut builder = SetupBuilder::default();
        for (number, line) in (1..).zip(lines) {
            builder.push(number, line);
        }
        builder.finish()
    }

    #[test]
    fn a_failed_package_ends_the_run() {
        let session = read(&[
            "OS Version = 6.1.7601, SP = 1.0, Platform 2",
            "Operation: Installing",
            "Package Name = Own Framework 9 Setup",
            "Exe (C:\\x\\SetupUtility.exe) succeeded.",
            "Exe Log File: dd_SetupUtility.txt",
            "Action: Performing Action on MSI at C:\\x\\core.msi",
            "Returning IDOK. INSTALLMESSAGE_ERROR [Error 1935.An error occurred]",
            "MSI (C:\\x\\core.msi) Installation failed. Msi Log: Own_MSI_core.msi.txt",
            "Final Result: Installation failed with error code: (0x80070643), \"Fatal\" (Elapsed time: 0 00:00:14).",
        ]);
        assert_eq!(session.outcome(), Outcome::Failed);
        assert_eq!(session.exit_code(), Some(1603));
        assert_eq!(session.product.name.as_deref(), Some("Own Framework 9"));
        assert_eq!(session.machine.windows.as_deref(), Some("6.1.7601"));
        let culprit = session.culprit().unwrap();
        assert_eq!(
            (culprit.name.as_str(), culprit.messages.len()),
            ("core.msi", 1)
        );
        assert_eq!(culprit.log.as_ref().unwrap().text, "Own_MSI_core.msi.txt");
        assert_eq!(
            session.items[0].log.as_ref().unwrap().text,
            "dd_SetupUtility.txt"
        );
    }

    #[test]
    fn the_extractor_has_a_log_of_its_own() {
        let session = read(&[
            "[5/15/2015, 13:13:44] === Logging started: 2015/05/15 13:13:44 ===",
            "[5/15/2015, 13:13:44] Executable: c:\\x\\own.exe v4.0.30319.1",
            "[5/15/2015, 13:17:12] Exiting with result code: 0x643",
        ]);
        assert_eq!(session.started.as_deref(), Some("2015-05-15T13:13:44"));
        assert_eq!(session.duration_ms(), Some(208_000));
        assert_eq!(
            (session.outcome(), session.exit_code()),
            (Outcome::Failed, Some(1603))
        );
        assert_eq!(session.product.package.as_deref(), Some("c:\\x\\own.exe"));
    }

    #[test]
    fn a_block_is_what_it_tells_the_user() {
        let stamp = "<span class=\"t\">[7/21/2019, 09:05:11] </span>";
        let session = read(&[
            &format!(
                "<span class=\"act\"><div class=\"sectionHdr\"><a href=\"#\">{stamp}BlockIf: Not here.<span class=\"sectionExp2\">"
            ),
            &format!(
                "</div><div class=\"sectionHdr\">{stamp}BlockIf evaluated to true<BR></div></span>"
            ),
            &format!(
                "<span class=\"act\"><div class=\"sectionHdr\"><a href=\"#\">{stamp}BlockIf: Nor there.<span class=\"sectionExp2\">"
            ),
            &format!(
                "</div><div class=\"sectionHdr\">{stamp}BlockIf evaluated to false<BR></div></span>"
            ),
        ]);
        assert_eq!(session.blocked.unwrap().text, "Not here.");
    }
}
