//! Reads the records in order: a package, the call of a program, its result, the caller's verdict.

use super::failures::{is_own, says_why};
use super::programs::{Event, Program, Record};
use super::{Call, CallerFormat, command};
use crate::formats::codes::{same, succeeded};
use crate::formats::lines::{ResultLine, clip};
use crate::formats::scan::file_name;
use crate::formats::wording::operation;
use crate::knowledge::windows_in_title;
use crate::run::{Evidence, NamedLog, Operation, Role};

/// How many earlier failures a verdict that names its package may belong to.
const RECENT: usize = 50;

/// Lines behind a call in which its exit code may stand in other words.
const NEAR: u64 = 4;

/// A record and the line that it stands on.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    pub number: u64,
    pub line: &'a str,
    pub record: &'a Record<'a>,
}

impl<'a> At<'a> {
    /// The line, kept for this reason.
    pub fn kept(self, role: Role) -> Evidence {
        let (line, text) = (self.number, clip(self.line));
        Evidence { line, text, role }
    }

    fn text(self) -> &'a str {
        self.record.said.value
    }
}

impl CallerFormat {
    /// Takes a record.
    pub(super) fn push(&mut self, number: u64, line: &str, record: &Record<'_>) {
        self.records += u64::from(!record.weak);
        let open = self.open.as_ref();
        if open.is_some_and(|open| open.program != record.program) && !record.weak {
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
        let is_touched = |open: &&mut Call| open.run.lines[1] == number;
        if let Some(open) = self.open.as_mut().filter(is_touched) {
            open.from = open.from.or(record.stamp);
            open.until = record.stamp.or(open.until);
        }
    }

    fn event(&mut self, at: At<'_>) {
        match at.record.said.kind.event {
            Event::Package | Event::Tool | Event::PackageTask => self.package(at),
            Event::Task => self.next.run.operation = operation(at.text()).unwrap_or_default(),
            Event::Command | Event::Mention => self.command(at),
            Event::Arguments => self.arguments(at),
            Event::Log => match self.open.as_mut() {
                Some(call) => add_log(call, at, at.text()),
                None => self.next.run.logs = vec![named_log(&self.next, at.text(), at.number)],
            },
            Event::Exit => self.exit(at),
            Event::Broken => self.broken(at),
            Event::Says | Event::Sums => self.says(at),
            Event::Number => {
                let number = at.record.said.code.map(|code| (i64::from(code), at.number));
                self.open.iter_mut().for_each(|call| call.number = number);
            }
            Event::Details => {
                let open = self.open.as_ref();
                let number = open.and_then(|call| call.number);
                if number.is_some_and(|(_, line)| line + 1 == at.number) {
                    self.says(at);
                }
            }
            Event::Worked | Event::Failed | Event::Judged | Event::JudgedByRestart => {
                self.verdict(at);
            }
            Event::UpdatesBegin => {
                self.close();
                self.updates.open = true;
                self.updates.all.clear();
            }
            Event::UpdatesEnd => self.updates.open = false,
            Event::Title => self.updates.title(at.kept(Role::NamesPackage), at.text()),
            Event::UpdateId => self.updates.id(at.text()),
            Event::Handler => {
                self.close();
                self.begin_anew(Call {
                    step: Some(clip(at.text())),
                    lines: vec![at.kept(Role::Call)],
                    from: at.record.stamp,
                    ..Call::of(at.record.program)
                });
            }
            Event::UpdateFailed => self.update_failed(at),
            Event::After => {
                let near = |call: &Call| {
                    let waits = call.result.is_none() && call.program == at.record.program;
                    waits && call.run.lines[1] + NEAR >= at.number
                };
                if self.open.as_ref().is_some_and(near) {
                    self.exit(at);
                }
            }
            Event::Other | Event::Ended | Event::Own | Event::Path | Event::Called => {}
        }
    }

    fn begin_anew(&mut self, next: Call) {
        self.next = next;
        self.used = false;
    }

    fn package(&mut self, at: At<'_>) {
        let name = at.record.said.name;
        let (verb, version) = match at.record.said.kind.event {
            Event::PackageTask => (operation(at.text()), None),
            _ => (None, some(at.text())),
        };
        let product = &self.next.run.product;
        let again = product.name.as_deref() == Some(name);
        if !again || version.is_some() && product.version.as_deref() != version {
            self.close();
        }
        let mut next = Call {
            lines: vec![at.kept(Role::NamesPackage)],
            from: at.record.stamp,
            ..Call::of(at.record.program)
        };
        next.run.operation = verb.unwrap_or(self.next.run.operation);
        next.run.product.name = Some(clip(name.trim()));
        next.run.product.version = version.map(|v| clip(v.trim_start_matches('v')));
        self.begin_anew(next);
    }

    /// The call under way, or a new one with what is known by now.
    pub(super) fn call(&mut self, at: At<'_>) -> &mut Call {
        let next = &mut self.next;
        let used = &mut self.used;
        self.open.get_or_insert_with(|| {
            let mut call = Call {
                from: None,
                ..next.clone()
            };
            call.run.lines = [at.number; 2];
            if let (false, Some(first)) = (*used, next.lines.first()) {
                call.run.lines[0] = first.line;
                call.from = next.from;
            }
            *used = true;
            next.run.logs.clear();
            next.why = None;
            let of = call.file().unwrap_or_default().to_owned();
            let logs = &mut call.run.logs;
            logs.iter_mut().for_each(|log| log.of.clone_from(&of));
            call
        })
    }

    fn command(&mut self, at: At<'_>) {
        let command = at.text();
        let open = self.open.as_ref();
        match open.map(|open| (open.command.as_deref(), open.result.is_some())) {
            // A report names the failure before the command.
            Some((None, true)) if open.is_some_and(|open| open.broken) => {}
            Some((Some(old), false)) if old == command => return,
            Some((Some(_), _) | (None, true)) => self.close(),
            _ => {}
        }
        let call = self.call(at);
        call.step = at.record.step.map(clip).or(call.step.take());
        describe(call, at, command);
        call.command = Some(clip(command));
        call.keep(at.kept(Role::Call));
    }

    fn arguments(&mut self, at: At<'_>) {
        if let Some(call) = self
            .open
            .as_mut()
            .filter(|call| call.broken || call.result.is_none())
        {
            describe(call, at, at.text());
            return;
        }
        let found = command::read(at.text());
        let next = &mut self.next;
        if let Some(package) = found.package {
            next.run.product.package = Some(clip(package));
        }
        if let Some(log) = found.log {
            next.run.logs = vec![named_log(next, log, at.number)];
            next.lines.push(at.kept(Role::CalledLog));
            next.lines.truncate(4);
        }
    }

    fn exit(&mut self, at: At<'_>) {
        let code = at.record.said.code.unwrap_or(0);
        if self
            .open
            .as_mut()
            .is_some_and(|call| call.names_code_again(at, code))
        {
            return;
        }
        let result = self.open.as_ref().and_then(|open| open.result.as_ref());
        if result.is_some_and(|old| succeeded(old.code) != succeeded(code)) {
            self.close();
        }
        let call = self.call(at);
        let here = || Some(at.line).filter(|line| line.contains("msiexec"));
        if let (None, Some(command)) = (&call.command, some(at.text()).or_else(here)) {
            describe(call, at, command);
            call.command = Some(clip(command));
        }
        call.step = call.step.take().or(at.record.step.map(clip));
        call.take_result(at.kept(Role::OtherCode), code);
    }

    fn verdict(&mut self, at: At<'_>) {
        let name = some(at.record.said.name);
        let code = code_of_end(at.record);
        let works = match at.record.said.kind.event {
            Event::Judged => code == Some(0),
            Event::JudgedByRestart => matches!(code, Some(0 | 1641 | 3010)),
            event => event == Event::Worked,
        };
        if let Some(call) = self.judged(at.record, works) {
            call.keep(at.kept(Role::Verdict));
            call.works = Some(works);
            if let Some(code) = code {
                call.take_result(at.kept(Role::OtherCode), code);
            }
            if call.run.product.name.is_none() {
                call.run.product.name = name.map(clip);
            }
            return;
        }
        // A call that nobody saw; what only says that all is well is worth no session.
        let update = at.record.program == Program::WindowsUpdate;
        // What the exit code means that comes next.
        if let (true, Some(code)) = (at.record.weak, code.filter(|code| says_why(*code))) {
            self.next.why = Some(ResultLine::new(at.number, at.line, code));
        }
        if at.record.weak || (code.is_none() && !(update && name.is_some())) {
            return;
        }
        self.close();
        let call = self.call(at);
        call.step = call.step.take().or(at.record.step.map(clip));
        call.works = Some(works);
        call.take_result(at.kept(Role::OtherCode), code.unwrap_or(0));
        if name.is_some() {
            call.run.product.name = name.map(clip);
        }
    }

    /// The call that a verdict is of.
    fn judged(&mut self, record: &Record<'_>, works: bool) -> Option<&mut Call> {
        let program = record.program;
        let (name, code) = (some(record.said.name), code_of_end(record));
        let fits = |call: &Call| {
            let named = call.run.product.name.as_deref();
            let said = call.result.as_ref().map(|result| result.code);
            let agrees = match (said, code) {
                (Some(said), Some(code)) => {
                    same(said, code) || succeeded(said) == succeeded(code) || says_why(code)
                }
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
            .find(|call| fits(call) && call.run.product.name.as_deref() == Some(name) && !works)
    }

    fn update_failed(&mut self, at: At<'_>) {
        if self.open.as_ref().is_some_and(|open| open.result.is_some()) {
            self.close();
        }
        let said = at.record.said;
        let update = self.updates.with_id(said.name).or(self.updates.only());
        let title = update.map(|update| update.title.clone());
        let call = self.call(at);
        call.run.product.name = title.or(call.run.product.name.take());
        call.step = some(at.text()).map(clip).or(call.step.take());
        call.take_result(at.kept(Role::OtherCode), said.code.unwrap_or(0));
    }

    /// The call under way is over.
    pub(super) fn close(&mut self) {
        let Some(mut call) = self.open.take() else {
            return;
        };
        // A command line alone is no call of which anything is known.
        if call.is_mention() {
            return;
        }
        if call.program == Program::WindowsUpdate {
            self.finish_update(&mut call);
        }
        self.kept.add(call);
    }

    fn finish_update(&self, call: &mut Call) {
        let run = &mut call.run;
        if run.operation == Operation::Unknown {
            run.operation = Operation::Patch;
        }
        let update = match run.product.name.as_deref() {
            Some(title) => self.updates.all.iter().find(|u| u.title == title),
            None => self.updates.only(),
        };
        if let Some(update) = update.filter(|update| update.line.line < run.lines[1]) {
            run.product.name = Some(update.title.clone());
            call.lines.insert(0, update.line.clone());
        }
        let title = run.product.name.as_deref();
        run.machine.windows = title.and_then(windows_in_title);
    }
}

/// The code of a verdict; one that says no more than that it failed is none.
fn code_of_end(record: &Record<'_>) -> Option<u32> {
    let code = record.said.code;
    code.filter(|code| !is_own(record.program, *code))
}

/// What is not empty.
pub(super) fn some(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

/// Package, operation, program and log of a command line.
fn describe(call: &mut Call, at: At<'_>, command: &str) {
    let found = command::read(command);
    if let Some(package) = found.package {
        call.run.product.package = Some(clip(package));
    }
    let operation = &mut call.run.operation;
    if let Some(verb) = found.verb
        && (*operation == Operation::Unknown || verb != Operation::Install)
    {
        *operation = verb;
    }
    let name = |path: &str| clip(file_name(path));
    call.called = found.program.map(name).or(call.called.take());
    if let Some(log) = found.log {
        add_log(call, at, log);
    }
}

fn add_log(call: &mut Call, at: At<'_>, path: &str) {
    let logs = &call.run.logs;
    if logs.iter().all(|known| known.path != path) && logs.len() < 8 {
        let log = named_log(call, path, at.number);
        call.run.logs.push(log);
        call.keep(at.kept(Role::CalledLog));
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
