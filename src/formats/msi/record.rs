//! Takes the records of one session in: each goes to the action, the script or the facts that it
//! tells of, and what may say why something failed is kept with it.

use super::Session;
use super::actions::MAX_KEPT;
use super::digest::Stretch;
use super::note_noise;
use super::open_action::is_top;
use super::relevant::{self, NoteFact};
use super::statement::{Statement, StatementKind};
use crate::formats::lines::clip;
use crate::grammar::{self, Body, MessageKind, Record, Side};
use crate::knowledge::tell_tales::{self, Weight};
use crate::run::Outcome;
use crate::text::Line;

/// The client hands the run to the service; the service's engine begins right after.
const TAKEN_OVER: &str = "Running installation inside multi-package transaction";
/// How the service ends a run that its engine never began.
const TURNED_AWAY: &str = "MainEngineThread is returning 1603";
/// Lines between the two, where the log was not cut.
const AT_ONCE: u64 = 5;

impl Session {
    /// Takes one record in.
    pub(super) fn record(&mut self, line: &Line<'_>, record: &Record<'_>) {
        if let Some(prefix) = &record.prefix {
            self.state.client = prefix.side == Side::Client;
            if let Some(time) = prefix.time {
                self.clock.tick(time);
            }
        }
        let in_value = std::mem::replace(&mut self.state.in_value, false);
        if !matches!(record.body, Body::Note(_) | Body::Text(_) | Body::Blank) {
            self.state.next_message = None;
        }
        match &record.body {
            Body::Blank => self.state.in_value = in_value,
            Body::Text(text) if in_value && record.prefix.is_none() && !is_output(text) => {
                self.state.in_value = true;
            }
            Body::Text(text) => self.output(line, text),
            Body::Engine(text) => self.engine_line(line, text),
            Body::Note(note) => self.note(line, note),
            Body::Operation(operation) => self.operation(line, operation),
            Body::DoingAction(name) => {
                self.goes_on(line.number, name);
                self.open_action(line.number, name, false);
                let asked = record.prefix.is_some_and(|prefix| prefix.remote);
                if let Some(action) = self.state.current().filter(|_| asked) {
                    action.asked = true;
                }
            }
            Body::ActionStart(action) => self.action_start(line, action.name),
            Body::ActionText(action, text) => self.action_text(line, action.name, text),
            Body::ActionEnded(action, value) => self.action_ended(line, action.name, *value),
            Body::Message(message) => {
                self.code_in_message(message);
                self.statement(line, StatementKind::Message(message.kind), message.number);
            }
            Body::ProductMessage { product, message } => {
                self.product_message(line, product, message);
            }
            Body::CustomActionReturned {
                name,
                code,
                ignored,
            } => {
                self.returned(line, name, *code, *ignored);
            }
            Body::Invoking { dll, entry_point } => self.invoking(line, dll, entry_point),
            Body::CustomActionServer(text) => {
                if let Some(i) = self.state.current().and_then(|c| c.invocation.as_mut()) {
                    i.process = text
                        .strip_suffix(" custom action server.")
                        .map(str::to_owned);
                }
            }
            Body::Property { side, name, value } => {
                self.state.in_value = true;
                self.facts.property(*side, name, value);
                if relevant::holds_error(name, value) {
                    let kept = Statement::of(line, StatementKind::Output, None);
                    self.in_properties.push(kept);
                }
            }
            Body::PropertyChange(change) => {
                self.state.in_value = change
                    .value
                    .is_some_and(|v| !line.text.ends_with("'.") && !v.is_empty());
                self.facts.change(change, self.state.client);
            }
            Body::ThreadReturning(code) => self.thread_returning(line, *code),
            Body::BackFromServer(code) => self.exit(line, *code, true, true),
            Body::Outcome { status, text } => {
                // What the event log has of it comes after what the engine itself returned.
                if !self.state.returned {
                    self.exit(line, *status, false, false);
                }
                self.facts.outcome_text(text);
            }
            other => self.facts.engine(other),
        }
    }

    /// Takes routine lines in, as if one by one.
    pub(super) fn pass(&mut self, stretch: &Stretch, operation: &str) {
        if let Some(prefix) = &stretch.prefix {
            self.state.client = prefix.side == Side::Client;
            // Times do not fall within a stretch, so the ones between change nothing.
            prefix.time.into_iter().for_each(|t| self.clock.tick(t));
        }
        self.facts.dumped(stretch.dumped);
        if let Some(steps) = stretch.steps.filter(|_| !self.state.rolling_back) {
            self.clock.tick(steps.time);
            self.goes_on(steps.last, "");
            self.step_context(steps.first);
            if let Some(context) = self.state.current() {
                context.operate(steps.last, operation);
            }
        }
        stretch.until.into_iter().for_each(|t| self.clock.tick(t));
        self.state.in_value = stretch.in_value;
        if !stretch.only_notes {
            self.state.next_message = None;
        }
    }

    /// The event log's copy of a message, or the text of the outcome.
    fn product_message(&mut self, line: &Line<'_>, product: &str, message: &grammar::Message<'_>) {
        self.facts.product_message(product);
        let announced = self.state.announced.take();
        if message.kind == MessageKind::Plain
            && let Some(good) = announced.or_else(|| grammar::outcome_phrase(message.text))
        {
            self.state.phrase = Some(good);
            return;
        }
        let kind = StatementKind::ProductMessage(message.kind);
        self.statement(line, kind, message.number);
    }

    fn thread_returning(&mut self, line: &Line<'_>, code: i64) {
        let client = self.state.client;
        self.exit(line, code, client, true);
        if client {
            self.state.client_returned = true;
        } else {
            self.state.server_returned = true;
            self.turned_away(line, code);
        }
    }

    /// The service may return before its engine begins, and then it says nothing.
    fn turned_away(&mut self, line: &Line<'_>, code: i64) {
        let since = self.state.taken_over.take().map(|at| line.number - at);
        let at_once = since.is_some_and(|lines| lines <= AT_ONCE) && code == 1603;
        if at_once
            && self.state.server_thread.is_none()
            && let Some(row) = tell_tales::find(TURNED_AWAY)
        {
            let kept = Statement::of(line, StatementKind::TellTale(row), None);
            self.tell_tales.push(kept);
        }
    }

    /// The client has the last word on the exit code: it may turn a success into 3010 or 1641.
    fn exit(&mut self, line: &Line<'_>, code: i64, client: bool, returns: bool) {
        if client || !self.state.code_from_client {
            // The first engine that returns the code is nearest to its cause; the event log's text
            // about it counts only where no engine says so.
            let first = self.run.exit_code != Some(code) || self.state.code_from_text;
            if first || (returns && !self.state.returned) {
                self.exit = Some(Statement::of(line, StatementKind::Exit(code), None));
                self.state.returned = returns;
            }
            self.run.exit_code = Some(code);
            self.state.code_from_client |= client;
            self.state.code_from_text = false;
        }
    }

    /// The exit code as a message or an event tells it: it counts where no engine does.
    fn told_code(&mut self, code: i64) {
        if self.run.exit_code.is_none() || self.state.code_from_text {
            self.run.exit_code = Some(code);
            self.state.code_from_text = true;
        }
    }

    /// The engine shows some exit codes as a message of the same number.
    fn code_in_message(&mut self, message: &grammar::Message<'_>) {
        if let (Some(number @ (1625 | 1640)), true) = (message.number, self.state.open.is_empty()) {
            self.told_code(i64::from(number));
        }
    }

    fn note(&mut self, line: &Line<'_>, note: &grammar::Note<'_>) {
        match relevant::note(note.number) {
            Some(NoteFact::Outcome(good)) => self.state.announced = Some(good),
            Some(NoteFact::NextMessage) => self.announce(note),
            Some(NoteFact::RegistryKey) => {
                self.facts.registry_key(note.argument(2).unwrap_or(""));
            }
            Some(NoteFact::Path) if self.state.went_on == 0 => {
                return self.statement(line, StatementKind::Note, Some(note.number));
            }
            Some(NoteFact::Path) | None => {}
        }
        if note_noise::passes(note) {
            return;
        }
        self.statement(line, StatementKind::Note, Some(note.number));
    }

    /// `SELECT … FROM `Error` WHERE `Error` = N`: message N comes next, in whatever language.
    fn announce(&mut self, note: &grammar::Note<'_>) {
        let query = note
            .argument(4)
            .filter(|_| note.argument(3) == Some("Error"));
        let number = query
            .and_then(grammar::last_number)
            .and_then(|n| u32::try_from(n).ok());
        // 1709 is the frame that the event log's copy stands in.
        if let Some(number) = number.filter(|n| *n != 1709) {
            self.state.next_message = Some(number);
        }
    }

    fn engine_line(&mut self, line: &Line<'_>, text: &str) {
        self.facts.engine_text(text);
        if let Some(code) = code_of_update(text) {
            self.told_code(code);
        }
        if text.starts_with(TAKEN_OVER) {
            self.state.taken_over = Some(line.number);
        } else if text.starts_with(relevant::ROLLBACK_FAILURE) {
            self.rollback_failure(line);
        } else if let Some(row) = tell_tales::find(text) {
            let kept = Statement::of(line, StatementKind::TellTale(row), None);
            if self.state.rolling_back {
                return;
            }
            if tell_tales::get(row).is_some_and(|row| row.weight == Weight::Package) {
                // It is written while the script is made, in actions that all work.
                self.malformed = Some(kept);
                self.marked_version = false;
                return;
            }
            match self.state.current() {
                Some(context) if !is_top(&context.name) => context.statements.push(kept),
                _ => self.tell_tales.push(kept),
            }
        }
    }

    pub(super) fn rollback_failure(&mut self, line: &Line<'_>) {
        if self.rollback_failures.len() < MAX_KEPT {
            self.rollback_failures.push((line.number, clip(line.text)));
        }
    }

    /// A line that the engine did not write.
    fn output(&mut self, line: &Line<'_>, text: &str) {
        if let Some(method) = text.strip_prefix("Calling custom action ")
            && let Some(i) = self.state.current().and_then(|c| c.invocation.as_mut())
        {
            i.method = Some(clip(method));
        }
        if let Some(code) = code_of_update(text) {
            self.told_code(code);
        }
        if self
            .state
            .current()
            .is_some_and(|c| c.invocation.is_none() && is_action_data(text, &c.name))
        {
            return;
        }
        // The numbers of the messages that say why an action failed; others only inform.
        let number = self.state.next_message.take();
        let number = number.filter(|n| (1301..2000).contains(n));
        let kind = match number {
            Some(_) => StatementKind::Message(MessageKind::Error),
            None => StatementKind::Output,
        };
        self.statement(line, kind, number);
    }

    fn statement(&mut self, line: &Line<'_>, kind: StatementKind, number: Option<u32>) {
        if self.state.rolling_back {
            if matches!(kind, StatementKind::Message(MessageKind::Error)) {
                self.rollback_failure(line);
            }
            return;
        }
        match self.state.current() {
            Some(context) if context.after_end => {}
            Some(context) => context.statements.keep(line, kind, number),
            None => self.outside.keep(line, kind, number),
        }
    }

    /// Whether it tells of no run at all, so far as it was closed.
    pub(super) fn is_empty(&self) -> bool {
        let state = &self.state;
        let began = state.client_run || state.server_thread.is_some() || state.went_on > 0;
        let told = self.run.exit_code.is_some()
            || state.top_value.is_some()
            || state.phrase.is_some()
            || !self.failed_actions.is_empty()
            || !self.open.is_empty()
            || !self.outside.is_empty()
            || !self.tell_tales.is_empty();
        !began && !told && self.children.is_empty()
    }

    /// The log is over: what is open stays as it is.
    pub(super) fn close(&mut self) {
        let open = std::mem::take(&mut self.state.open);
        self.open = open.into_iter().map(|action| *action).collect();
        self.open.retain(|context| !context.after_end);
        self.run.outcome = super::facts::outcome(self);
        let state = &self.state;
        let result = self.run.exit_code.is_some() || state.top_value.is_some();
        let told = result || state.phrase.is_some() || self.complete;
        self.run.cut_off = self.run.outcome == Outcome::Failed && !told;
        self.clock.set_times(&mut self.run);
        self.facts.finish(&mut self.run, !self.children.is_empty());
    }
}

/// `Product: X - Update '{…}' could not be installed. Error code 1603.`, as the event log has it.
fn code_of_update(text: &str) -> Option<i64> {
    let about = text.strip_prefix("Product: ")?;
    let (_, code) = about.split_once(" could not be installed. Error code ")?;
    grammar::leading_number(code).map(|(code, _)| code)
}

/// A line that follows a property but is the output of something else.
fn is_output(text: &str) -> bool {
    text.starts_with("SFXCA: ") || text.starts_with("Exception ") || has_gap(text)
}

/// A colon and two blanks: how setup programs set their labels off.
fn has_gap(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b':', bytes).any(|at| bytes.get(at + 1..at + 3) == Some(b"  "))
}

/// `InstallFiles: File: a.exe, …`: data of the action itself, not the output of a custom action.
fn is_action_data(text: &str, action: &str) -> bool {
    let rest = text
        .strip_prefix(action)
        .and_then(|rest| rest.strip_prefix(": "));
    rest.is_some_and(|rest| !rest.starts_with(' ') && !action.is_empty())
}
