//! Reads the records in order: a package, the call of a program, its result, the caller's verdict.

use super::command;
use super::kept::Kept;
use super::programs::{Event, Program, Record};
use super::updates::Updates;
use super::{Call, ToldBy, same};
use crate::formats::codes::succeeded;
use crate::formats::lines::{KeptLine, clip};
use crate::formats::scan::file_name;
use crate::formats::stamp::Stamp;
use crate::run::{NamedLog, Operation, Product};

/// How many earlier failures a verdict that names its package may belong to.
const RECENT: usize = 50;

/// What is known before the call.
#[derive(Debug, Default)]
struct Next {
    program: Option<Program>,
    product: Product,
    operation: Operation,
    lines: Vec<(ToldBy, KeptLine)>,
    log: Option<(String, u64)>,
    step: Option<String>,
    from: Option<Stamp>,
    /// The first call after this has it as its beginning.
    used: bool,
}

/// Makes sessions of the records of a log.
#[derive(Debug, Default)]
pub struct CallBuilder {
    kept: Kept,
    open: Option<Call>,
    next: Next,
    updates: Updates,
    records: u64,
}

impl CallBuilder {
    /// How many records tell that this is such a log.
    #[must_use]
    pub fn records(&self) -> u64 {
        self.records
    }

    /// Nothing was called.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.open.is_none() && self.kept.is_empty()
    }

    /// Takes a record.
    pub fn push(&mut self, number: u64, line: &str, record: &Record<'_>) {
        self.records += u64::from(!record.weak);
        let other = self
            .open
            .as_ref()
            .is_some_and(|o| o.program != record.program);
        if other && !record.weak {
            self.close();
        }
        if self.next.program != Some(record.program) {
            self.next = Next {
                program: Some(record.program),
                ..Next::default()
            };
        }
        self.event(number, line, record);
        let touched = self.open.as_mut().filter(|open| open.last_line == number);
        if let Some(open) = touched {
            open.from = open.from.or(record.stamp);
            open.until = record.stamp.or(open.until);
        }
    }

    fn event(&mut self, number: u64, line: &str, record: &Record<'_>) {
        match record.event {
            Event::Package {
                name,
                version,
                verb,
            } => {
                self.package(number, line, name, version, verb);
                self.next.from = record.stamp;
            }
            Event::Task(operation) => self.next.operation = operation,
            Event::Command(command) => self.command(number, line, record, command),
            Event::Arguments(text) => self.arguments(number, line, text),
            Event::LogPath(path) => self.log_path(number, line, path),
            Event::Exit { code, command } => self.exit(number, line, record, code, command),
            Event::Verdict { name, works, code } => {
                self.verdict(number, line, record, name, works, code);
            }
            Event::UpdatesBegin => {
                self.close();
                self.updates.begin();
            }
            Event::UpdatesEnd => self.updates.end(),
            Event::Title(title) => self.updates.title(title, number, line),
            Event::UpdateId(id) => self.updates.id(id),
            Event::Handler(name) => {
                self.close();
                self.next = Next {
                    program: self.next.program,
                    step: Some(clip(name)),
                    lines: vec![(ToldBy::Call, KeptLine::new(number, line))],
                    from: record.stamp,
                    ..Next::default()
                };
            }
            Event::UpdateFailed { id, code, action } => {
                self.update_failed(number, line, record, id, code, action);
            }
            Event::Other => {}
        }
    }

    fn package(
        &mut self,
        number: u64,
        line: &str,
        name: &str,
        version: Option<&str>,
        verb: Option<Operation>,
    ) {
        let product = &mut self.next.product;
        let again = product.name.as_deref() == Some(name);
        if !again || version.is_some() && product.version.as_deref() != version {
            self.close();
        }
        self.next = Next {
            program: self.next.program,
            product: Product {
                name: Some(clip(name.trim())),
                version: version.map(|v| clip(v.trim_start_matches('v'))),
                ..Product::default()
            },
            operation: verb.unwrap_or(self.next.operation),
            lines: vec![(ToldBy::Package, KeptLine::new(number, line))],
            ..Next::default()
        };
    }

    /// The call under way, or a new one with what is known by now.
    fn call(&mut self, number: u64, program: Program) -> &mut Call {
        let next = &mut self.next;
        self.open.get_or_insert_with(|| {
            let mut call = Call::new(program, number);
            call.product = next.product.clone();
            call.operation = next.operation;
            call.step = next.step.clone();
            call.lines = next.lines.clone();
            if let (false, Some((_, first))) = (next.used, next.lines.first()) {
                call.first_line = first.line;
                call.from = next.from;
            }
            next.used = true;
            if let Some((path, line)) = next.log.take() {
                call.logs.push(named_log(&call, path, line));
            }
            call
        })
    }

    fn command(&mut self, number: u64, line: &str, record: &Record<'_>, command: &str) {
        let known = self
            .open
            .as_ref()
            .map(|o| (o.command.as_deref(), o.result.is_some()));
        match known {
            Some((Some(old), false)) if old == command => return,
            Some((Some(_), _) | (None, true)) => self.close(),
            _ => {}
        }
        let call = self.call(number, record.program);
        call.step = record.step.map(clip).or(call.step.take());
        describe(call, number, line, command);
        call.command = Some(clip(command));
        call.keep(ToldBy::Call, number, line);
    }

    fn arguments(&mut self, number: u64, line: &str, text: &str) {
        let found = command::read(text);
        let call = self.open.as_mut().filter(|call| call.result.is_none());
        if let Some(call) = call {
            describe(call, number, line, text);
            return;
        }
        let next = &mut self.next;
        if let Some(package) = found.package {
            next.product.package = Some(clip(package));
        }
        if let Some(log) = found.log {
            next.log = Some((clip(log), number));
            next.lines.push((ToldBy::Log, KeptLine::new(number, line)));
            next.lines.truncate(4);
        }
    }

    fn log_path(&mut self, number: u64, line: &str, path: &str) {
        match self.open.as_mut() {
            Some(call) => add_log(call, number, line, path),
            None => self.next.log = Some((clip(path), number)),
        }
    }

    fn exit(
        &mut self,
        number: u64,
        line: &str,
        record: &Record<'_>,
        code: u32,
        command: Option<&str>,
    ) {
        let result = self.open.as_ref().and_then(|open| open.result.as_ref());
        if result.is_some_and(|old| succeeded(old.code) != succeeded(code)) {
            self.close();
        }
        let call = self.call(number, record.program);
        if let (None, Some(command)) = (&call.command, command) {
            describe(call, number, line, command);
            call.command = Some(clip(command));
        }
        call.step = call.step.take().or(record.step.map(clip));
        call.take_result(number, line, code);
    }

    fn verdict(
        &mut self,
        number: u64,
        line: &str,
        record: &Record<'_>,
        name: Option<&str>,
        works: bool,
        code: Option<u32>,
    ) {
        if let Some(call) = self.judged(record, name, works, code) {
            call.keep(ToldBy::Verdict, number, line);
            call.works = Some(works);
            if let Some(code) = code {
                call.take_result(number, line, code);
            }
            if call.product.name.is_none() {
                call.product.name = name.map(clip);
            }
            return;
        }
        // A call that nobody saw; what only says that all is well is worth no session.
        let update = record.program == Program::WindowsUpdate;
        if record.weak || (code.is_none() && !(update && name.is_some())) {
            return;
        }
        self.close();
        let call = self.call(number, record.program);
        call.step = call.step.take().or(record.step.map(clip));
        call.works = Some(works);
        call.take_result(number, line, code.unwrap_or(0));
        if name.is_some() {
            call.product.name = name.map(clip);
        }
    }

    /// The call that a verdict is of.
    fn judged(
        &mut self,
        record: &Record<'_>,
        name: Option<&str>,
        works: bool,
        code: Option<u32>,
    ) -> Option<&mut Call> {
        let program = record.program;
        let fits = |call: &Call| {
            let named = call.product.name.as_deref();
            let said = call.result.as_ref().map(|result| result.code);
            let agrees = match (said, code) {
                (Some(said), Some(code)) => same(said, code) || succeeded(said) == succeeded(code),
                (Some(said), None) => succeeded(said) == works || program != Program::WindowsUpdate,
                (None, _) => true,
            };
            // The toolkit's own end may be another one than that of the call.
            let other = match program {
                Program::AppDeployToolkit => false,
                _ => name.is_some() && named.is_some() && named != name,
            };
            call.program == program && agrees && !other
        };
        if self.open.as_ref().is_some_and(fits) {
            return self.open.as_mut();
        }
        let name = name?;
        self.kept
            .recent(RECENT)
            .find(|call| fits(call) && call.product.name.as_deref() == Some(name) && !works)
    }

    fn update_failed(
        &mut self,
        number: u64,
        line: &str,
        record: &Record<'_>,
        id: &str,
        code: u32,
        action: Option<&str>,
    ) {
        let known = self.open.as_ref().is_some_and(|open| open.result.is_some());
        if known {
            self.close();
        }
        let update = self.updates.with_id(id).or(self.updates.only());
        let title = update.map(|update| update.title.clone());
        let call = self.call(number, record.program);
        call.ids.push(clip(id));
        call.product.name = title.or(call.product.name.take());
        call.step = action.map(clip).or(call.step.take());
        call.take_result(number, line, code);
    }

    /// The call under way is over.
    fn close(&mut self) {
        let Some(mut call) = self.open.take() else {
            return;
        };
        if call.program == Program::WindowsUpdate {
            self.finish_update(&mut call);
        }
        self.kept.add(call);
    }

    fn finish_update(&self, call: &mut Call) {
        if call.operation == Operation::Unknown {
            call.operation = Operation::Patch;
        }
        let update = match call.product.name.as_deref() {
            Some(title) => self.updates.with_title(title),
            None => self.updates.only(),
        };
        if let Some(update) = update.filter(|update| update.line < call.last_line) {
            call.product.name = Some(update.title.clone());
            let line = KeptLine::new(update.line, &update.text);
            call.lines.insert(0, (ToldBy::Package, line));
        }
    }

    /// The calls in the order of the log, and how many more there were.
    #[must_use]
    pub fn finish(mut self) -> (Vec<Call>, u64) {
        self.close();
        self.kept.finish()
    }
}

/// Package, operation, program and log of a command line.
fn describe(call: &mut Call, number: u64, line: &str, command: &str) {
    let found = command::read(command);
    if let Some(package) = found.package {
        call.product.package = Some(clip(package));
    }
    if let Some(verb) = found.verb
        && (call.operation == Operation::Unknown || verb != Operation::Install)
    {
        call.operation = verb;
    }
    let name = |path: &str| clip(file_name(path));
    call.called = found.program.map(name).or(call.called.take());
    if let Some(log) = found.log {
        add_log(call, number, line, log);
    }
}

fn add_log(call: &mut Call, number: u64, line: &str, path: &str) {
    if call.logs.iter().all(|known| known.path != path) && call.logs.len() < 8 {
        call.logs.push(named_log(call, clip(path), number));
        call.keep(ToldBy::Log, number, line);
    }
}

/// The log is of the product, else of the package by its file name.
fn named_log(call: &Call, path: String, line: u64) -> NamedLog {
    NamedLog {
        of: call.file().unwrap_or_default().to_owned(),
        path,
        line,
        product_code: None,
    }
}
