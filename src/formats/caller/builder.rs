//! Reads the records in order: a package, the call of a program, its result, the caller's verdict.

use super::command;
use super::kept::Kept;
use super::programs::{Event, Program, Record};
use super::updates::Updates;
use super::{Call, ToldBy, same};
use crate::formats::codes::succeeded;
use crate::formats::lines::{KeptLine, clip};
use crate::formats::scan::file_name;
use crate::run::{NamedLog, Operation, Product};

/// How many earlier failures a verdict that names its package may belong to.
const RECENT: usize = 50;

/// A record and the line that it stands on.
#[derive(Clone, Copy)]
struct At<'a> {
    number: u64,
    line: &'a str,
    record: &'a Record<'a>,
}

impl At<'_> {
    fn kept(self) -> KeptLine {
        KeptLine::new(self.number, self.line)
    }
}

/// Makes sessions of the records of a log.
#[derive(Debug, Default)]
pub struct CallBuilder {
    kept: Kept,
    open: Option<Call>,
    /// A call that has not begun: what is known by now.
    next: Call,
    /// The first call after this has it as its beginning.
    used: bool,
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
        if self.next.program != record.program {
            self.begin_anew(Call::of(record.program));
        }
        self.event(At {
            number,
            line,
            record,
        });
        let touched = self.open.as_mut().filter(|open| open.last_line == number);
        if let Some(open) = touched {
            open.from = open.from.or(record.stamp);
            open.until = record.stamp.or(open.until);
        }
    }

    fn event(&mut self, at: At<'_>) {
        match at.record.event {
            Event::Package {
                name,
                version,
                verb,
            } => self.package(at, name, version, verb),
            Event::Task(operation) => self.next.operation = operation,
            Event::Command(command) => self.command(at, command),
            Event::Arguments(text) => self.arguments(at, text),
            Event::LogPath(path) => match self.open.as_mut() {
                Some(call) => add_log(call, at, path),
                None => self.next.logs = vec![named_log(&self.next, path, at.number)],
            },
            Event::Exit { code, command } => self.exit(at, code, command),
            Event::Verdict { name, works, code } => self.verdict(at, name, works, code),
            Event::UpdatesBegin => {
                self.close();
                self.updates.begin();
            }
            Event::UpdatesEnd => self.updates.end(),
            Event::Title(title) => self.updates.title(title, at.kept()),
            Event::UpdateId(id) => self.updates.id(id),
            Event::Handler(name) => {
                self.close();
                self.begin_anew(Call {
                    step: Some(clip(name)),
                    lines: vec![(ToldBy::Call, at.kept())],
                    from: at.record.stamp,
                    ..Call::of(at.record.program)
                });
            }
            Event::UpdateFailed { id, code, action } => self.update_failed(at, id, code, action),
            Event::Other => {}
        }
    }

    fn begin_anew(&mut self, next: Call) {
        self.next = next;
        self.used = false;
    }

    fn package(&mut self, at: At<'_>, name: &str, version: Option<&str>, verb: Option<Operation>) {
        let product = &self.next.product;
        let again = product.name.as_deref() == Some(name);
        if !again || version.is_some() && product.version.as_deref() != version {
            self.close();
        }
        self.begin_anew(Call {
            product: Product {
                name: Some(clip(name.trim())),
                version: version.map(|v| clip(v.trim_start_matches('v'))),
                ..Product::default()
            },
            operation: verb.unwrap_or(self.next.operation),
            lines: vec![(ToldBy::Package, at.kept())],
            from: at.record.stamp,
            ..Call::of(at.record.program)
        });
    }

    /// The call under way, or a new one with what is known by now.
    fn call(&mut self, at: At<'_>) -> &mut Call {
        let next = &mut self.next;
        let used = &mut self.used;
        self.open.get_or_insert_with(|| {
            let mut call = Call {
                first_line: at.number,
                last_line: at.number,
                from: None,
                ..next.clone()
            };
            if let (false, Some((_, first))) = (*used, next.lines.first()) {
                call.first_line = first.line;
                call.from = next.from;
            }
            *used = true;
            next.logs.clear();
            let of = call.file().unwrap_or_default().to_owned();
            call.logs.iter_mut().for_each(|log| log.of.clone_from(&of));
            call
        })
    }

    fn command(&mut self, at: At<'_>, command: &str) {
        let known = self
            .open
            .as_ref()
            .map(|o| (o.command.as_deref(), o.result.is_some()));
        match known {
            Some((Some(old), false)) if old == command => return,
            Some((Some(_), _) | (None, true)) => self.close(),
            _ => {}
        }
        let call = self.call(at);
        call.step = at.record.step.map(clip).or(call.step.take());
        describe(call, at, command);
        call.command = Some(clip(command));
        call.keep(ToldBy::Call, at.number, at.line);
    }

    fn arguments(&mut self, at: At<'_>, text: &str) {
        if let Some(call) = self.open.as_mut().filter(|call| call.result.is_none()) {
            describe(call, at, text);
            return;
        }
        let found = command::read(text);
        let next = &mut self.next;
        if let Some(package) = found.package {
            next.product.package = Some(clip(package));
        }
        if let Some(log) = found.log {
            next.logs = vec![named_log(next, log, at.number)];
            next.lines.push((ToldBy::Log, at.kept()));
            next.lines.truncate(4);
        }
    }

    fn exit(&mut self, at: At<'_>, code: u32, command: Option<&str>) {
        let result = self.open.as_ref().and_then(|open| open.result.as_ref());
        if result.is_some_and(|old| succeeded(old.code) != succeeded(code)) {
            self.close();
        }
        let call = self.call(at);
        if let (None, Some(command)) = (&call.command, command) {
            describe(call, at, command);
            call.command = Some(clip(command));
        }
        call.step = call.step.take().or(at.record.step.map(clip));
        call.take_result(at.number, at.line, code);
    }

    fn verdict(&mut self, at: At<'_>, name: Option<&str>, works: bool, code: Option<u32>) {
        if let Some(call) = self.judged(at.record.program, name, works, code) {
            call.keep(ToldBy::Verdict, at.number, at.line);
            call.works = Some(works);
            if let Some(code) = code {
                call.take_result(at.number, at.line, code);
            }
            if call.product.name.is_none() {
                call.product.name = name.map(clip);
            }
            return;
        }
        // A call that nobody saw; what only says that all is well is worth no session.
        let update = at.record.program == Program::WindowsUpdate;
        if at.record.weak || (code.is_none() && !(update && name.is_some())) {
            return;
        }
        self.close();
        let call = self.call(at);
        call.step = call.step.take().or(at.record.step.map(clip));
        call.works = Some(works);
        call.take_result(at.number, at.line, code.unwrap_or(0));
        if name.is_some() {
            call.product.name = name.map(clip);
        }
    }

    /// The call that a verdict is of.
    fn judged(
        &mut self,
        program: Program,
        name: Option<&str>,
        works: bool,
        code: Option<u32>,
    ) -> Option<&mut Call> {
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

    fn update_failed(&mut self, at: At<'_>, id: &str, code: u32, action: Option<&str>) {
        let known = self.open.as_ref().is_some_and(|open| open.result.is_some());
        if known {
            self.close();
        }
        let update = self.updates.with_id(id).or(self.updates.only());
        let title = update.map(|update| update.title.clone());
        let call = self.call(at);
        call.ids.push(clip(id));
        call.product.name = title.or(call.product.name.take());
        call.step = action.map(clip).or(call.step.take());
        call.take_result(at.number, at.line, code);
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
        if let Some(update) = update.filter(|update| update.line.line < call.last_line) {
            call.product.name = Some(update.title.clone());
            call.lines.insert(0, (ToldBy::Package, update.line.clone()));
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
fn describe(call: &mut Call, at: At<'_>, command: &str) {
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
        add_log(call, at, log);
    }
}

fn add_log(call: &mut Call, at: At<'_>, path: &str) {
    if call.logs.iter().all(|known| known.path != path) && call.logs.len() < 8 {
        call.logs.push(named_log(call, path, at.number));
        call.keep(ToldBy::Log, at.number, at.line);
    }
}

/// The log is of the product, else of the package by its file name.
fn named_log(call: &Call, path: &str, line: u64) -> NamedLog {
    NamedLog {
        of: call.file().unwrap_or_default().to_owned(),
        path: clip(path),
        line,
        product_code: None,
    }
}
