//! Rebuilds the tree of actions of one session from its records, in order.
//!
//! `Doing action: B` is the boundary between two actions: the lines `Action ended A` and
//! `Action start B` come late. Ends may cross, so an action is closed by its name and never by its
//! place. Operations of the script are steps inside `InstallFinalize` or `InstallExecute`.

use super::Session;
use super::context::{Context, Episode, is_top, runs_script};
use super::digest::Stretch;
use super::relevant::{self, NoteFact};
use super::routine;
use super::statement::{Statement, StatementKind, bounded};
use crate::grammar::{self, Body, MessageKind, Record, Side};
use crate::knowledge::tell_tales;
use crate::text::Line;

/// Most actions that are open at once; real logs have a dozen.
const MAX_OPEN: usize = 256;
/// Most episodes, ignored failures and slow actions that are kept.
pub(super) const MAX_KEPT: usize = 64;
/// How many of the slowest actions are kept.
const SLOWEST: usize = 16;

/// What the stitch remembers between records.
#[derive(Debug, Clone, Default)]
pub struct State {
    pub(super) contexts: Vec<Context>,
    pub(super) rolling_back: bool,
    /// The last record was a property whose value may go on.
    in_value: bool,
    /// Side of the last prefixed line.
    client: bool,
    /// Number of the message that comes next, as a note has announced it.
    next_message: Option<u32>,
    /// Outcome as a text tells it, where no code does.
    pub phrase: Option<bool>,
    /// A note has announced the outcome text that comes next, in whatever language.
    announced: Option<bool>,
    /// Value that the last top action ended with.
    pub top_value: Option<i64>,
    /// The line of the exit code is one in which an engine returns.
    returned: bool,
    /// The exit code came from the client, which has the last word.
    pub code_from_client: bool,
    /// `RunEngine` of each half was seen.
    pub client_run: bool,
    /// The main thread of the server half.
    pub server_thread: Option<(u8, u8)>,
    /// The server's engine has returned.
    pub server_returned: bool,
    /// The client's engine has returned.
    pub client_returned: bool,
}

impl State {
    /// Whether an action of this name is open.
    pub fn has_open(&self, name: &str) -> bool {
        self.contexts.iter().any(|c| c.name == name)
    }

    pub(super) fn current(&mut self) -> Option<&mut Context> {
        self.contexts.last_mut()
    }
}

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
            Body::Engine(text) => self.engine_line(line, record, text),
            Body::Note(note) => self.note(line, record, note),
            Body::Operation(operation) => self.operation(line, operation),
            Body::DoingAction(name) => self.open_action(line.number, name, false),
            Body::ActionStart(action) => self.action_start(line, action.name),
            Body::ActionText(action, text) => self.action_text(line, action.name, text),
            Body::ActionEnded(action, value) => self.action_ended(line, action.name, *value),
            Body::Message(message) => {
                self.statement(
                    line,
                    record,
                    StatementKind::Message(message.kind),
                    message.number,
                );
            }
            Body::ProductMessage { product, message } => {
                self.product_message(line, record, product, message);
            }
            Body::CustomActionReturned {
                name,
                code,
                ignored,
            } => {
                self.returned(line, record, name, *code, *ignored);
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
            }
            Body::PropertyChange(change) => {
                self.state.in_value = change
                    .value
                    .is_some_and(|v| !line.text.ends_with("'.") && !v.is_empty());
                self.facts.change(change, self.state.client);
            }
            Body::ThreadReturning(code) => self.thread_returning(line, record, *code),
            Body::BackFromServer(code) => self.exit(line, record, *code, true),
            Body::Outcome { status, text } => {
                self.exit(line, record, *status, false);
                self.facts.outcome_text(text);
            }
            other => self.facts.engine(other),
        }
    }

    /// Takes routine lines in, as if one by one.
    pub(super) fn pass(&mut self, stretch: &Stretch<'_>) {
        if let Some(prefix) = &stretch.prefix {
            self.state.client = prefix.side == Side::Client;
            // Times do not fall within a stretch, so the ones between change nothing.
            prefix.time.into_iter().for_each(|t| self.clock.tick(t));
        }
        self.facts.dumped(stretch.dumped);
        if let Some(steps) = stretch.steps.filter(|_| !self.state.rolling_back) {
            self.clock.tick(steps.time);
            self.step_context(steps.first);
            if let Some(context) = self.state.current() {
                context.operate(steps.last, steps.operation);
            }
        }
        stretch.until.into_iter().for_each(|t| self.clock.tick(t));
        self.state.in_value = stretch.in_value;
        if !stretch.only_notes {
            self.state.next_message = None;
        }
    }

    /// The event log's copy of a message, or the text of the outcome.
    fn product_message(
        &mut self,
        line: &Line<'_>,
        record: &Record<'_>,
        product: &str,
        message: &grammar::Message<'_>,
    ) {
        self.facts.product_message(product);
        let announced = self.state.announced.take();
        if message.kind == MessageKind::Plain
            && let Some(good) = announced.or_else(|| grammar::outcome_phrase(message.text))
        {
            self.state.phrase = Some(good);
            return;
        }
        let kind = StatementKind::ProductMessage(message.kind);
        self.statement(line, record, kind, message.number);
    }

    fn thread_returning(&mut self, line: &Line<'_>, record: &Record<'_>, code: i64) {
        let client = self.state.client;
        self.exit(line, record, code, client);
        if client {
            self.state.client_returned = true;
        } else {
            self.state.server_returned = true;
        }
    }

    /// The client has the last word on the exit code: it may turn a success into 3010 or 1641.
    fn exit(&mut self, line: &Line<'_>, record: &Record<'_>, code: i64, client: bool) {
        if client || !self.state.code_from_client {
            // The first engine that returns the code is nearest to its cause; the event log's text
            // about it counts only where no engine says so.
            let returns = !matches!(record.body, Body::Outcome { .. });
            if self.exit_code != Some(code) || (returns && !self.state.returned) {
                self.exit = Some(self.keep(line, record, StatementKind::Exit(code), None));
                self.state.returned = returns;
            }
            self.exit_code = Some(code);
            self.state.code_from_client |= client;
        }
    }

    /// Opens an action; `began` where its `Action start` line was seen.
    pub(super) fn open_action(&mut self, line: u64, name: &str, began: bool) {
        if self.state.contexts.len() >= MAX_OPEN {
            self.state.contexts.remove(1);
        }
        self.state.contexts.push(Context {
            name: bounded(name),
            line,
            started: self.clock.now(),
            began,
            client: self.state.client,
            ..Context::default()
        });
    }

    fn action_start(&mut self, line: &Line<'_>, name: &str) {
        let waiting = self
            .state
            .contexts
            .iter_mut()
            .rev()
            .find(|c| !c.began && !c.script && c.name == name);
        match waiting {
            Some(context) => context.began = true,
            None => self.open_action(line.number, name, true),
        }
    }

    fn action_text(&mut self, line: &Line<'_>, name: &str, text: &str) {
        if name == "Rollback" {
            self.roll_back();
        } else if text == "Dialog created" {
            if let Some(context) = self
                .state
                .contexts
                .iter_mut()
                .rev()
                .find(|c| c.name == name)
            {
                context.dialog = true;
            }
        } else if !self.state.rolling_back && !self.state.has_open(name) {
            // Without `v` in the logging mode this line is all that tells of a step of the script.
            let in_script = self.state.contexts.iter().rev().find(|c| !c.script);
            if in_script.is_some_and(|c| c.began && runs_script(&c.name)) {
                self.script_step(line.number, name);
            }
        }
    }

    fn action_ended(&mut self, line: &Line<'_>, name: &str, value: i64) {
        let contexts = &self.state.contexts;
        let at = contexts
            .iter()
            .rposition(|c| c.name == name && !c.script)
            .or_else(|| contexts.iter().rposition(|c| c.name == name));
        let (known, context, inner) = match at {
            Some(at) => {
                let inner = self.take_script(at + 1);
                (true, self.state.contexts.remove(at), inner)
            }
            None => {
                // Only what no known action claims: a piece of a log without the start.
                let inner = self.take_script(0);
                let statements = std::mem::take(&mut self.outside);
                let lost = Context {
                    name: bounded(name),
                    line: 0,
                    statements,
                    ..Context::default()
                };
                (false, lost, inner)
            }
        };
        if is_top(name) {
            self.state.top_value = Some(value);
            self.state.rolling_back = false;
        }
        self.took(&context);
        match value {
            2 | 3 => self.failed(line, context, inner, value, known),
            _ => {
                self.swallow(&context, known);
                self.worked(context);
            }
        }
    }

    /// An action that ended well around a failure: the failure did not matter.
    fn swallow(&mut self, around: &Context, known: bool) {
        if around.dialog {
            return;
        }
        let top = is_top(&around.name);
        for episode in self.episodes.iter_mut().filter(|e| !e.swallowed) {
            let inside = known && episode.leaf.line >= around.line && episode.leaf.line > 0;
            if (inside || (top && !known)) && (top || episode.leaf.client == around.client) {
                episode.swallowed = true;
            }
        }
    }

    fn failed(
        &mut self,
        line: &Line<'_>,
        context: Context,
        inner: Option<Context>,
        value: i64,
        known: bool,
    ) {
        let encloses = |e: &Episode| {
            let around = !known || e.leaf.line >= context.line;
            around && e.value == value && !e.swallowed
        };
        let mut passed_on = false;
        for episode in self.episodes.iter_mut().filter(|e| encloses(e)) {
            passed_on = true;
            if !episode.reached_top() {
                let said = std::mem::take(&mut episode.leaf.statements);
                episode.leaf.statements = said.joined(context.statements.clone());
            }
            if episode.chain.len() < MAX_KEPT {
                episode.chain.push((line.number, context.name.clone()));
            }
        }
        if passed_on {
            return;
        }
        if self.episodes.len() < MAX_KEPT {
            let (leaf, chain) = (context, Vec::new());
            let (line, text) = (line.number, bounded(line.text));
            self.episodes.push(Episode {
                leaf,
                inner,
                value,
                line,
                text,
                chain,
                swallowed: false,
            });
        }
    }

    /// An action has worked: errors that it got over stay as hints.
    pub(super) fn worked(&mut self, context: Context) {
        let failed_inside = matches!(context.returned, Some((code, false, _)) if code != 0);
        for statement in context.statements.iter() {
            let error = matches!(
                statement.kind,
                StatementKind::Message(
                    MessageKind::Error | MessageKind::DiskFull | MessageKind::Fatal
                )
            );
            if error || (failed_inside && matches!(statement.kind, StatementKind::Returned(_))) {
                self.survived.push(statement.clone());
            }
        }
    }

    /// Times what has just left the stack. A step of the script counts for itself and no longer for
    /// the action that runs the script, so no time is in the list twice.
    pub(super) fn took(&mut self, context: &Context) {
        let (Some(from), Some(to)) = (context.started, context.stopped.or(self.clock.now())) else {
            return;
        };
        let whole = to.saturating_sub(from);
        if context.script
            && let Some(around) = self
                .state
                .contexts
                .iter_mut()
                .rfind(|c| !c.script && c.line < context.line)
        {
            around.steps_took += whole;
        }
        let ms = whole.saturating_sub(context.steps_took);
        if ms == 0 || context.name.is_empty() || is_top(&context.name) {
            return;
        }
        let at = self.slowest.partition_point(|(other, ..)| *other >= ms);
        if at < SLOWEST {
            self.slowest
                .insert(at, (ms, context.name.clone(), context.line));
            self.slowest.truncate(SLOWEST);
        }
    }

    fn note(&mut self, line: &Line<'_>, record: &Record<'_>, note: &grammar::Note<'_>) {
        match relevant::note(note.number) {
            Some(NoteFact::Outcome(good)) => self.state.announced = Some(good),
            Some(NoteFact::NextMessage) => self.announce(note),
            Some(NoteFact::RegistryKey) => {
                self.facts.registry_key(note.argument(2).unwrap_or(""));
            }
            None => {}
        }
        if routine::passes(note) {
            return;
        }
        self.statement(line, record, StatementKind::Note, Some(note.number));
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

    fn engine_line(&mut self, line: &Line<'_>, record: &Record<'_>, text: &str) {
        self.facts.engine_text(text);
        if text.starts_with(relevant::ROLLBACK_FAILURE) {
            self.rollback_failure(line);
        } else if let Some(row) = tell_tales::find(text) {
            let kept = self.keep(line, record, StatementKind::TellTale(row), None);
            if self.state.rolling_back {
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
            self.rollback_failures
                .push((line.number, bounded(line.text)));
        }
    }

    /// A line that the engine did not write.
    fn output(&mut self, line: &Line<'_>, text: &str) {
        if let Some(method) = text.strip_prefix("Calling custom action ")
            && let Some(i) = self.state.current().and_then(|c| c.invocation.as_mut())
        {
            i.method = Some(bounded(method));
        }
        if self
            .state
            .current()
            .is_some_and(|c| c.invocation.is_none() && is_action_data(text, &c.name))
        {
            return;
        }
        let record = Record {
            prefix: None,
            body: Body::Text(""),
        };
        // The numbers of the messages that say why an action failed; others only inform.
        match self
            .state
            .next_message
            .take()
            .filter(|n| (1301..2000).contains(n))
        {
            Some(number) => {
                let kind = StatementKind::Message(MessageKind::Error);
                self.statement(line, &record, kind, Some(number));
            }
            None => self.statement(line, &record, StatementKind::Output, None),
        }
    }

    pub(super) fn keep(
        &self,
        line: &Line<'_>,
        record: &Record<'_>,
        kind: StatementKind,
        number: Option<u32>,
    ) -> Statement {
        let body = grammar::body_offset(line.text);
        let context = self.state.contexts.last();
        Statement {
            line: line.number,
            text: bounded(line.text),
            body,
            kind,
            number,
            remote: record.prefix.is_some_and(|p| p.remote),
            during_custom_action: context
                .is_some_and(|c| c.invocation.is_some() && c.returned.is_none()),
        }
    }

    fn statement(
        &mut self,
        line: &Line<'_>,
        record: &Record<'_>,
        kind: StatementKind,
        number: Option<u32>,
    ) {
        if self.state.rolling_back {
            if matches!(kind, StatementKind::Message(MessageKind::Error)) {
                self.rollback_failure(line);
            }
            return;
        }
        let kept = self.keep(line, record, kind, number);
        match self.state.current() {
            Some(context) => context.statements.push(kept),
            None => self.outside.push(kept),
        }
    }

    /// The log is over: what is open stays as it is.
    pub(super) fn close(&mut self) {
        self.open = std::mem::take(&mut self.state.contexts);
        self.outcome = super::facts::outcome(self);
    }

    /// What a text or a value says of the outcome where no code does.
    pub(super) fn hint(&self) -> (Option<bool>, Option<i64>) {
        (self.state.phrase, self.state.top_value)
    }

    pub(super) fn state(&mut self) -> &mut State {
        &mut self.state
    }
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
