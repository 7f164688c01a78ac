//! Takes the records of a setup program in.

use super::dates::{self, within_day};
use super::grammar::{Kind, Record};
use super::words::{self, ended, message_number, product_name};
use super::{About, ErrorKind, Item, Problem, Setup};
use crate::formats::MOST_LOGS;
use crate::formats::codes::{code_in, succeeded};
use crate::formats::lines::{self, KeptLine, LONGEST, ResultLine, clip, name};
use crate::formats::scan::{after, arch, file_name, unquoted, until};
use crate::formats::stamp::{self, Date, Stamp};
use crate::formats::wording::operation;
use crate::run::NamedLog;

/// Most items of a run.
const ITEMS: usize = 1000;
/// Most error lines of a run; the first ones tell the cause.
const PROBLEMS: usize = 300;
/// Most lines under a heading of conditions that stop a setup.
const BLOCKERS: usize = 20;
/// The code with which a setup ends that a condition stopped.
const STOPPED: u32 = 5100;
/// Most lines of a message of Windows Installer.
const MESSAGE_LINES: u64 = 6;
/// Parts of the suite setup that only pass on what components say.
const PASSERS: [&str; 4] = ["setup.exe", "vs70pgui", "vs70uimgr", "msitosit"];

impl Record<'_> {
    /// A date with the year in front, which tells in which order the numbers of the others stand.
    pub(super) fn known_date(&self) -> Option<Date> {
        match self.found.kind {
            Kind::Started => stamp::date(self.found.value),
            Kind::ItemLog => dates::in_name(self.found.name),
            Kind::ItemEnded => dates::in_name(ended(self.found.value)?.log?),
            _ => None,
        }
    }
}

impl Setup {
    /// The record is the first one of another run.
    pub(super) fn is_over(&self, record: &Record<'_>) -> bool {
        let ended = self.result.is_some() && !self.restarting;
        let dated = || record.component.is_some() || record.known_date().is_some();
        match record.found.kind {
            Kind::Started => ended && dated(),
            Kind::Windows => ended,
            Kind::ErrorEvent => self.listed && !self.problems.is_empty(),
            _ => false,
        }
    }

    /// Takes in a line that says nothing.
    pub(super) fn pass(&mut self, number: u64, stamp: Stamp, text: &str) {
        self.clock(number, Some(stamp), text);
        self.others = true;
    }

    fn clock(&mut self, number: u64, stamp: Option<Stamp>, text: &str) {
        let [first, last] = &mut self.run.lines;
        *first = if *first == 0 { number } else { *first };
        *last = number;
        self.first = self.first.or(stamp);
        // The empty lines between two runs are written by the second one.
        if !text.is_empty() {
            self.last = stamp.or(self.last);
        }
        self.open_message = None;
    }

    pub(super) fn take(&mut self, number: u64, text: &str, record: &Record<'_>, error: bool) {
        self.clock(number, record.stamp, record.text);
        self.others |= !matches!(record.found.kind, Kind::ErrorEvent | Kind::EndOfErrors);
        match record.found.kind {
            Kind::Other if error => self.error(KeptLine::new(number, text), record),
            Kind::Other => self.blocker(number, record.text),
            Kind::Blockers => self.blockers = Some(Vec::new()),
            Kind::Started => {
                self.helper |= record.component.is_none() && record.known_date().is_none();
                if std::mem::take(&mut self.restarting) {
                    self.result = None;
                }
                self.stopped = false;
            }
            Kind::Stopped => self.stopped = true,
            Kind::EndOfErrors => self.listed = true,
            Kind::Restarting => self.restarting = true,
            Kind::FinalResult | Kind::ExitCode | Kind::UiExit => {
                let code = record.found.code.unwrap_or(0);
                let time = after(text, "(Elapsed time: ").and_then(words::elapsed);
                self.elapsed = time.or(self.elapsed);
                self.message = clip(words::result_message(record.found.value));
                self.blocked(code);
                self.result = Some(ResultLine::new(number, text, code));
            }
            Kind::Elapsed => self.elapsed = words::elapsed(record.found.value),
            Kind::RollingBack => self.rollback = true,
            Kind::OnFailure => {
                let line = self.room.line(number, text);
                if let Some(item) = self.current_item() {
                    item.on_failure = Some(line);
                }
            }
            Kind::ItemBegins | Kind::ItemLog | Kind::ItemEnded => {
                self.work_on(number, text, record);
            }
            _ => {
                self.fact(record);
                self.trouble(number, text, record);
            }
        }
    }

    fn fact(&mut self, record: &Record<'_>) {
        let (product, value) = (&mut self.run.product, record.found.value);
        match record.found.kind {
            Kind::PackageName => product.name = Some(product_name(value)),
            Kind::UiProduct => product.name = Some(clip(words::value(value))),
            Kind::UiVersion => product.version = Some(clip(words::value(value))),
            Kind::PackageVersion => product.version = Some(clip(value)),
            Kind::MainComponent => {
                product.name = product.name.take().or(record.component.map(clip));
            }
            // `C:\folder\setup.exe v4.0.30319.1`
            Kind::Executable => {
                let version = value.rsplit_once(" v");
                let version = version.filter(|(_, v)| v.starts_with(|c: char| c.is_ascii_digit()));
                product.package = Some(clip(version.map_or(value, |(path, _)| path).trim_end()));
                product.version = version.map(|(_, version)| clip(version));
            }
            // The extractor puts marks around the whole.
            Kind::CommandLine => {
                self.command_line
                    .get_or_insert_with(|| clip(unquoted(value)));
            }
            Kind::Operation => self.run.operation = operation(value).unwrap_or_default(),
            Kind::Windows => self.run.machine.windows = Some(clip(value)),
            Kind::WindowsDescription => self.run.machine.arch = arch(value),
            _ => {}
        }
    }

    fn trouble(&mut self, number: u64, text: &str, record: &Record<'_>) {
        let line = || KeptLine::new(number, text);
        match record.found.kind {
            Kind::BlockIf => self.block = Some(line()),
            Kind::Blocks => {
                let at = self.block.take().unwrap_or_else(line);
                self.error(at, record);
            }
            Kind::Blocked | Kind::CheckFailed | Kind::Untrusted | Kind::ErrorEvent => {
                self.error(line(), record);
            }
            Kind::InstallerMessage => {
                self.error(line(), record);
                self.open_message = (!text.trim_end().ends_with(']')).then_some(number);
            }
            Kind::Returned | Kind::InstallReturn if !record.found.code.is_none_or(succeeded) => {
                self.error(line(), record);
            }
            Kind::ComponentFailed | Kind::ComponentSucceeded => {
                let failed = record.found.kind == Kind::ComponentFailed;
                self.current = self.named(record.found.name);
                self.begun = None;
                self.end(number, text, record, failed);
            }
            _ => {}
        }
    }

    fn work_on(&mut self, number: u64, text: &str, record: &Record<'_>) {
        let path = words::path(record.found.name);
        let name = name(file_name(path));
        let known = self.current_item().filter(|item| item.name == name);
        match record.found.kind {
            Kind::ItemLog => {
                self.current = self.current.or_else(|| self.component(record));
                self.log(path, number, text);
            }
            Kind::ItemBegins => {
                if known.is_none_or(|item| item.end.is_some()) {
                    self.current = self.add(name);
                    self.begun = record.stamp;
                }
                let line = self.room.line(number, text);
                if let Some(item) = self.current_item() {
                    item.begin.get_or_insert(line);
                }
            }
            _ => {
                if known.is_none() {
                    self.current = self.add(name);
                    self.begun = None;
                }
                let ended = ended(record.found.value);
                if let Some(log) = ended.as_ref().and_then(|ended| ended.log) {
                    self.log(log, number, text);
                }
                let failed = ended.is_some_and(|ended| ended.failed);
                self.end(number, text, record, failed);
            }
        }
    }

    /// Takes in a line that may stand under a heading of conditions that stop the setup.
    pub(super) fn blocker(&mut self, number: u64, text: &str) {
        let text = text.trim();
        let open = self.blockers.as_mut();
        if let Some(all) = open.filter(|all| all.len() < BLOCKERS && !text.is_empty()) {
            all.push(KeptLine::new(number, text));
        }
    }

    /// The setup ended: where a condition stopped it, those under the heading are why.
    fn blocked(&mut self, code: u32) {
        let all = self.blockers.take().unwrap_or_default();
        let known = self
            .problems
            .iter()
            .any(|p| p.about.kind == ErrorKind::Blocked);
        if code == STOPPED && !known {
            let rollback = self.rollback;
            let problem = |at: KeptLine| Problem {
                message: at.text.clone(),
                at,
                code: None,
                number: None,
                about: About {
                    kind: ErrorKind::Blocked,
                    operation: None,
                    item: None,
                    rollback,
                },
            };
            self.problems.extend(all.into_iter().map(problem));
        }
    }

    fn current_item(&mut self) -> Option<&mut Item> {
        self.items.get_mut(self.current?)
    }

    fn add(&mut self, item: &str) -> Option<usize> {
        let at = self.items.len();
        let room = at < ITEMS;
        room.then(|| {
            self.items.push(Item {
                name: self.room.name(item),
                ..Item::default()
            });
            at
        })
    }

    /// The item of this name, a new one where there is none.
    fn named(&mut self, name: &str) -> Option<usize> {
        let name = lines::name(name);
        let known = self.items.iter().rposition(|item| item.name == name);
        known.or_else(|| self.add(name))
    }

    /// The component that wrote a line, where it is one that does something of its own.
    fn component(&mut self, record: &Record<'_>) -> Option<usize> {
        let name = record.component?;
        let passer = PASSERS.iter().any(|p| name.eq_ignore_ascii_case(p));
        if passer { None } else { self.named(name) }
    }

    fn end(&mut self, number: u64, text: &str, record: &Record<'_>, failed: bool) {
        let times = self.begun.take().zip(record.stamp);
        let line = self.room.line(number, text);
        if let Some(item) = self.current_item() {
            item.duration_ms = times.and_then(|(begun, end)| within_day(begun, end));
            if !item.failed {
                item.end = Some(line);
                item.failed = failed;
            }
        }
        if failed {
            self.error(KeptLine::new(number, text), record);
        }
    }

    fn log(&mut self, path: &str, number: u64, text: &str) {
        let Some(of) = self.current_item().map(|item| item.name.clone()) else {
            return;
        };
        let base = file_name(path);
        let mut known = self.logs.iter().map(|(log, _)| log);
        let is_known = known.any(|log| log.of == of && file_name(&log.path) == base);
        if !is_known && self.logs.len() < MOST_LOGS {
            let log = NamedLog {
                of,
                path: self.room.clip(path),
                line: number,
                product_code: None,
            };
            self.logs.push((log, self.room.line(number, text)));
        }
    }

    fn error(&mut self, at: KeptLine, record: &Record<'_>) {
        if record.component.is_some() {
            self.current = self.component(record);
        }
        if self.problems.len() >= PROBLEMS {
            return;
        }
        let (text, found) = (record.text, record.found);
        let (kind, message, code) = match found.kind {
            Kind::InstallerMessage => {
                let message = found.value.trim_end_matches([']', ' ']);
                (ErrorKind::Installer, message, code_in(message))
            }
            Kind::ErrorEvent => (ErrorKind::Event, found.value, code_in(found.value)),
            Kind::Blocked => (ErrorKind::Blocked, found.value, None),
            Kind::Blocks => {
                let words = after(&at.text, "BlockIf: ").unwrap_or(&at.text);
                (ErrorKind::Blocked, words.trim_end_matches("..."), None)
            }
            Kind::CheckFailed => (ErrorKind::Check, text, code_in(text)),
            Kind::Untrusted => (ErrorKind::Untrusted, text, found.code),
            Kind::ComponentFailed => (ErrorKind::Item, text, code_in(text)),
            Kind::ItemEnded => {
                let code = ended(found.value).and_then(|ended| ended.code);
                (ErrorKind::Item, text, code)
            }
            Kind::Returned | Kind::InstallReturn => (ErrorKind::Returned, text, found.code),
            _ => (ErrorKind::Event, text, code_in(text)),
        };
        let number = match kind {
            ErrorKind::Installer | ErrorKind::Event => message_number(message),
            _ => None,
        };
        let operation = until(until(text, " returned "), " exited with return value ");
        let about = About {
            kind,
            operation: (found.kind == Kind::Returned).then(|| self.room.name(operation)),
            item: self.current,
            rollback: self.rollback,
        };
        self.problems.push(Problem {
            message: self.room.clip(message),
            at,
            code,
            number,
            about,
        });
    }

    /// A message of Windows Installer as it is.
    pub(super) fn installer_says(&mut self, number: u64, text: &str) {
        let harmless = ["Info ", "Warning "]
            .iter()
            .any(|w| text.trim().starts_with(w));
        if self.problems.len() < PROBLEMS && !harmless {
            self.problems.push(Problem {
                at: KeptLine::new(number, text),
                message: self.room.clip(text.trim()),
                code: code_in(text),
                number: message_number(text.trim()),
                about: About {
                    kind: ErrorKind::Installer,
                    operation: None,
                    item: None,
                    rollback: self.rollback,
                },
            });
        }
    }

    /// The rest of a message of Windows Installer that has several lines.
    pub(super) fn continue_message(&mut self, number: u64, text: &str) {
        let near = |begun: &u64| number.saturating_sub(*begun) < MESSAGE_LINES;
        if self.open_message.filter(near).is_none() {
            return;
        }
        let text = text.trim_end();
        if let Some(problem) = self.problems.last_mut() {
            problem.code = problem.code.or_else(|| code_in(text));
            if problem.message.len() + text.len() < LONGEST {
                let rest = text.trim_start().trim_end_matches([']', ' ']);
                problem.message.push(' ');
                problem.message.push_str(rest);
            }
        }
        if text.ends_with(']') {
            self.open_message = None;
        }
    }
}
