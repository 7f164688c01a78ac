//! Builds the runs of a setup program from the lines of its log.

use super::dates::{self, Order};
use super::grammar::{self, Kind, Record};
use super::html::{Fragments, is_markup};
use super::stamp::{Date, Stamp};
use super::wording::elapsed_in;
use super::words::{message_number, product_name, technology};
use super::{ErrorKind, ErrorLine, FinalLine, Item, ItemEnd, ItemLog, SetupRun};
use crate::formats::codes::{code_in, succeeded};
use crate::formats::lines::{KeptLine, clip};
use crate::formats::scan::file_name;

/// Most runs of one log.
const RUNS: usize = 100;
/// Most items of a run.
const ITEMS: usize = 1000;
/// Most logs of items of a run.
const LOGS: usize = 1000;
/// Most error lines of a run; the first ones tell the cause.
const ERRORS: usize = 300;
/// Most lines of a message of Windows Installer.
const MESSAGE_LINES: u64 = 6;
/// A log that has none of its own wordings in so many lines is another one; it costs nothing more.
const UNKNOWN: u64 = 20_000;
/// Parts of the suite setup that only pass on what components say.
const PASSERS: [&str; 4] = ["setup.exe", "vs70pgui", "vs70uimgr", "msitosit"];

/// A run while its lines come in.
#[derive(Debug, Default)]
pub(super) struct Run {
    pub setup: SetupRun,
    pub first: Option<Stamp>,
    pub last: Option<Stamp>,
    /// Time that the log itself gives.
    pub elapsed: Option<u64>,
    /// It is a log of the setup's helper, which keeps no result.
    pub helper: bool,
    /// The list of errors came to its end.
    pub listed: bool,
    /// It has more than errors; a list of nothing but errors is one of a setup that failed.
    pub others: bool,
    /// The log of the run came to its end.
    pub stopped: bool,
    current: Option<usize>,
    begun: Option<Stamp>,
    block: Option<KeptLine>,
    rollback: bool,
    restarting: bool,
    /// Line on which a message of Windows Installer began that is not closed.
    open_message: Option<u64>,
}

/// Takes the lines of a log in and gives the runs out.
#[derive(Debug, Default)]
pub struct SetupBuilder {
    pub(super) runs: Vec<Run>,
    pub(super) run: Run,
    pub(super) order: Order,
    fragments: Fragments,
    markup: bool,
    records: u64,
    telling: u64,
    /// Lines before the first one that only these logs have.
    unknown: u64,
}

impl SetupBuilder {
    /// How many lines are such as these logs have; none where no line is one that only they have.
    #[must_use]
    pub fn records(&self) -> u64 {
        if self.telling > 0 { self.records } else { 0 }
    }

    /// Takes a line in.
    pub fn push(&mut self, number: u64, line: &str) {
        if self.telling == 0 {
            self.unknown += 1;
            if self.unknown > UNKNOWN {
                return;
            }
        }
        if !self.markup && !line.starts_with('<') {
            self.text(number, line, false);
            return;
        }
        if !self.markup && !is_markup(line) {
            return;
        }
        self.markup = true;
        let mut fragments = std::mem::take(&mut self.fragments);
        fragments.each(line, |text, error| self.text(number, text, error));
        self.fragments = fragments;
    }

    fn text(&mut self, number: u64, text: &str, error: bool) {
        match grammar::parse(text) {
            Some(record) => self.record(number, text, &record, error),
            None => self.run.continue_message(number, text),
        }
    }

    fn record(&mut self, number: u64, text: &str, record: &Record<'_>, error: bool) {
        self.records += 1;
        self.telling += u64::from(record.is_telling());
        if self.run.is_over(record) && self.runs.len() < RUNS {
            self.runs.push(std::mem::take(&mut self.run));
        }
        if let Some(stamp) = record.stamp {
            self.order.see(stamp.date);
        }
        self.compare_dates(record);
        self.run.take(number, text, record, error);
    }

    fn compare_dates(&mut self, record: &Record<'_>) {
        let known: Option<Date> = match record.kind {
            Kind::Started(date) => date,
            Kind::ItemLog { path }
            | Kind::ItemEnded {
                log: Some(path), ..
            } => dates::in_name(path),
            _ => None,
        };
        let first = self.run.first.or(record.stamp);
        if let (Some(known), Some(stamp)) = (known, first) {
            self.order.compare(stamp.date, known);
        }
    }
}

impl Run {
    /// The record is the first one of another run.
    fn is_over(&self, record: &Record<'_>) -> bool {
        let ended = self.setup.result.is_some() && !self.restarting;
        match record.kind {
            Kind::Started(date) => ended && (record.component.is_some() || date.is_some()),
            Kind::Windows(_) => ended,
            _ => false,
        }
    }

    fn take(&mut self, number: u64, text: &str, record: &Record<'_>, error: bool) {
        if self.setup.first_line == 0 {
            self.setup.first_line = number;
        }
        self.setup.last_line = number;
        self.first = self.first.or(record.stamp);
        // The empty lines between two runs are written by the second one.
        if !record.text.is_empty() {
            self.last = record.stamp.or(self.last);
        }
        self.open_message = None;
        self.others |= !matches!(record.kind, Kind::ErrorEvent(_));
        match record.kind {
            Kind::Started(_) | Kind::Stopped | Kind::EndOfErrors | Kind::Restarting => {
                self.frame(record);
            }
            Kind::ItemBegins { .. } | Kind::ItemEnded { .. } | Kind::ItemLog { .. } => {
                self.item(number, text, record);
            }
            Kind::FinalResult { code, message, .. } => {
                self.elapsed = elapsed_in(text).or(self.elapsed);
                self.result(KeptLine::new(number, text), code, message);
            }
            Kind::ExitCode(code) => self.result(KeptLine::new(number, text), code, ""),
            Kind::Elapsed(elapsed) => self.elapsed = Some(elapsed),
            Kind::RollingBack => self.rollback = true,
            Kind::OnFailure(_) => {
                if let Some(item) = self.current_item() {
                    item.on_failure = Some(KeptLine::new(number, text));
                }
            }
            Kind::Other if error => self.error(number, text, record, ErrorKind::Event),
            Kind::Other => {}
            _ => {
                self.fact(record);
                self.trouble(number, text, record);
            }
        }
    }

    fn frame(&mut self, record: &Record<'_>) {
        match record.kind {
            Kind::Started(date) => {
                self.helper |= date.is_none() && record.component.is_none();
                if std::mem::take(&mut self.restarting) {
                    self.setup.result = None;
                }
                self.stopped = false;
            }
            Kind::Stopped => self.stopped = true,
            Kind::EndOfErrors => self.listed = true,
            _ => self.restarting = true,
        }
    }

    fn fact(&mut self, record: &Record<'_>) {
        let setup = &mut self.setup;
        let product = &mut setup.product;
        match record.kind {
            Kind::PackageName(name) => product.name = Some(product_name(name)),
            Kind::PackageVersion(version) => product.version = Some(clip(version)),
            Kind::MainComponent => {
                product.name = product.name.take().or(record.component.map(clip));
            }
            Kind::Executable { path, version } => {
                product.package = Some(clip(path));
                product.version = version.map(clip);
            }
            Kind::CommandLine(line) => {
                setup.command_line.get_or_insert_with(|| clip(line));
            }
            Kind::Operation(word) => setup.operation = super::finish::operation(word),
            Kind::Windows(version) => {
                let version = version.trim();
                setup.machine.windows = Some(clip(version));
            }
            Kind::WindowsDescription(words) => {
                let arch = ["x64", "x86", "arm64"].into_iter().find(|arch| {
                    words
                        .split([' ', '-'])
                        .any(|word| word.eq_ignore_ascii_case(arch))
                });
                setup.machine.arch = arch.map(str::to_owned);
            }
            _ => {}
        }
    }

    fn trouble(&mut self, number: u64, text: &str, record: &Record<'_>) {
        match record.kind {
            Kind::BlockIf(_) => self.block = Some(KeptLine::new(number, text)),
            Kind::BlockIfEvaluated(true) => {
                let line = self
                    .block
                    .take()
                    .unwrap_or_else(|| KeptLine::new(number, text));
                let at = self.setup.errors.len();
                self.error(line.line, &line.text, record, ErrorKind::Blocked);
                if let Some(error) = self.setup.errors.get_mut(at) {
                    let words = line.text.split_once("BlockIf: ").map(|(_, words)| words);
                    error.message = words
                        .unwrap_or(&line.text)
                        .trim_end_matches("...")
                        .to_owned();
                }
            }
            Kind::Blocked(_) => self.error(number, text, record, ErrorKind::Blocked),
            Kind::CheckFailed { .. } => self.error(number, text, record, ErrorKind::Check),
            Kind::InstallerMessage(_) => {
                self.error(number, text, record, ErrorKind::Installer);
                self.open_message = (!text.trim_end().ends_with(']')).then_some(number);
            }
            Kind::ErrorEvent(_) => self.error(number, text, record, ErrorKind::Event),
            Kind::Returned { code, .. } | Kind::InstallReturn { code, .. } if !succeeded(code) => {
                self.error(number, text, record, ErrorKind::Returned);
            }
            Kind::ComponentEnded { component, failed } => {
                self.current = self.named(component);
                self.end(failed, KeptLine::new(number, text), None);
                if failed {
                    self.error(number, text, record, ErrorKind::Item);
                }
            }
            _ => {}
        }
    }

    fn item(&mut self, number: u64, text: &str, record: &Record<'_>) {
        match record.kind {
            Kind::ItemBegins { path } => {
                self.begin(path, KeptLine::new(number, text), record.stamp)
            }
            Kind::ItemLog { path } => {
                self.current = self.current.or_else(|| self.component(record));
                self.log(path, KeptLine::new(number, text));
            }
            Kind::ItemEnded {
                technology,
                path,
                failed,
                log,
                ..
            } => {
                let name = file_name(path);
                let known = self.current_item().is_some_and(|item| item.name == name);
                if !known {
                    self.current = self.add(name);
                    self.begun = None;
                }
                if let Some(item) = self.current_item() {
                    item.technology = Some(technology);
                }
                self.end(failed, KeptLine::new(number, text), record.stamp);
                if let Some(log) = log {
                    self.log(log, KeptLine::new(number, text));
                }
                if failed {
                    self.error(number, text, record, ErrorKind::Item);
                }
            }
            _ => {}
        }
    }

    fn current_item(&mut self) -> Option<&mut Item> {
        self.setup.items.get_mut(self.current?)
    }

    fn begin(&mut self, path: &str, line: KeptLine, stamp: Option<Stamp>) {
        let name = file_name(path);
        let goes_on = self
            .current_item()
            .is_some_and(|item| item.name == name && item.end.is_none());
        if !goes_on {
            self.current = self.add(name);
            self.begun = stamp;
        }
        if let Some(item) = self.current_item() {
            item.begin.get_or_insert(line);
            item.technology = item.technology.or(technology(name));
        }
    }

    fn add(&mut self, name: &str) -> Option<usize> {
        let at = self.setup.items.len();
        if at >= ITEMS {
            return None;
        }
        self.setup.items.push(Item {
            name: clip(name),
            ..Item::default()
        });
        Some(at)
    }

    /// The item of this name, a new one where there is none.
    fn named(&mut self, name: &str) -> Option<usize> {
        let known = self.setup.items.iter().rposition(|item| item.name == name);
        known.or_else(|| self.add(name))
    }

    /// The component that wrote a line, where it is one that does something of its own.
    fn component(&mut self, record: &Record<'_>) -> Option<usize> {
        let name = record.component?;
        let passer = PASSERS.iter().any(|p| name.eq_ignore_ascii_case(p));
        if passer { None } else { self.named(name) }
    }

    fn end(&mut self, failed: bool, line: KeptLine, stamp: Option<Stamp>) {
        let begun = self.begun.take();
        if let Some(item) = self.current_item() {
            let same_day = begun.zip(stamp).filter(|(from, to)| from.date == to.date);
            item.duration_ms = same_day
                .and_then(|(from, to)| to.time.checked_sub(from.time))
                .map(u64::from);
            if !item.failed() {
                item.end = Some(ItemEnd { line, failed });
            }
        }
    }

    fn log(&mut self, path: &str, line: KeptLine) {
        let Some(item) = self.current_item().map(|item| item.name.clone()) else {
            return;
        };
        let logs = &mut self.setup.logs;
        let base = file_name(path);
        let known = logs
            .iter()
            .any(|log| log.item == item && file_name(&log.path) == base);
        if !known && logs.len() < LOGS {
            logs.push(ItemLog {
                item,
                path: clip(path),
                line,
            });
        }
    }

    fn error(&mut self, number: u64, text: &str, record: &Record<'_>, kind: ErrorKind) {
        if record.component.is_some() {
            self.current = self.component(record);
        }
        if self.setup.errors.len() >= ERRORS {
            return;
        }
        let (message, operation, code) = match record.kind {
            Kind::InstallerMessage(message) => (message, None, code_in(message)),
            Kind::Blocked(message) => (message, None, None),
            Kind::ErrorEvent(message) => (message, None, code_in(message)),
            Kind::CheckFailed { code } => (record.text, None, code),
            Kind::ItemEnded { code, .. } => (record.text, None, code),
            Kind::Returned { operation, code } => (record.text, Some(operation), Some(code)),
            Kind::InstallReturn { code, .. } => (record.text, None, Some(code)),
            _ => (record.text, None, code_in(record.text)),
        };
        let number_of = matches!(kind, ErrorKind::Installer | ErrorKind::Event)
            .then(|| message_number(message))
            .flatten();
        self.setup.errors.push(ErrorLine {
            line: number,
            text: clip(text),
            message: clip(message),
            kind,
            operation: operation.map(clip),
            item: self.current,
            code,
            number: number_of,
            rollback: self.rollback,
        });
    }

    /// The rest of a message of Windows Installer that has several lines.
    fn continue_message(&mut self, number: u64, text: &str) {
        let near = |begun: &u64| number.saturating_sub(*begun) < MESSAGE_LINES;
        if self.open_message.filter(near).is_none() {
            return;
        }
        if let Some(error) = self.setup.errors.last_mut() {
            error.code = error.code.or_else(|| code_in(text));
            if error.message.len() + text.len() < 4096 {
                error.message.push(' ');
                error
                    .message
                    .push_str(text.trim().trim_end_matches([']', ' ']));
            }
        }
        if text.trim_end().ends_with(']') {
            self.open_message = None;
        }
    }

    fn result(&mut self, line: KeptLine, code: u32, message: &str) {
        self.setup.result = Some(FinalLine {
            line,
            code,
            message: clip(message),
        });
    }
}
