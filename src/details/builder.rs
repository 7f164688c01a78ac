//! Takes the lines of a log in order and gives its details.

use super::failing;
use super::kept::Kept;
use super::place::Place;
use super::properties::Properties;
use super::remarks::Remarks;
use super::states::States;
use super::tree::{Now, Tree};
use crate::formats::msi::clock::Clock;
use crate::grammar::{self, Body, Prefix, Record, Side};
use crate::run::details::{Details, TimedAction, TimedKind};
use crate::run::{Outcome, Run};

/// Where so many lines have the engine's prefix, all that the engine wrote have it.
const HANDFUL: u64 = 5;

/// What is known of a session while the log comes by.
#[derive(Debug, Default)]
struct Session {
    tree: Tree,
    clock: Clock,
    /// The first time that its clock has told.
    first: Option<u64>,
}

/// Reads the details of a log of Windows Installer whose sessions are known.
#[derive(Debug)]
pub struct Builder<'r> {
    runs: &'r [Run],
    sessions: Vec<Session>,
    /// Sessions around the line that is read, the innermost last.
    around: Vec<usize>,
    /// The session that begins next.
    next: usize,
    prefixed: u64,
    kept: Kept,
    properties: Properties,
    states: States,
    remarks: Remarks,
}

impl<'r> Builder<'r> {
    /// A builder for a log with these sessions.
    #[must_use]
    pub fn new(runs: &'r [Run]) -> Self {
        let session = |at| Session {
            tree: Tree::new(at),
            ..Session::default()
        };
        Self {
            runs,
            sessions: (0..runs.len()).map(session).collect(),
            around: Vec::new(),
            next: 0,
            prefixed: 0,
            kept: Kept::default(),
            properties: Properties::default(),
            states: States::default(),
            remarks: Remarks::default(),
        }
    }

    /// Takes the next line, by its number in the file.
    pub fn push(&mut self, line: u64, text: &str) {
        let mut record = grammar::parse(text);
        self.prefixed += u64::from(record.prefix.is_some());
        // A child that quotes its own log: the engine's lines have their prefixes here.
        if record.prefix.is_none() && record.body.is_engines() && self.prefixed >= HANDFUL {
            record.body = grammar::as_output(text);
        }
        let prefix = record.prefix.as_ref();
        let client = prefix.is_some_and(|p| p.side == Side::Client);
        self.enter(line);
        let Some(session) = self.session(client) else {
            return;
        };
        self.tick(session, prefix, &record.body);
        let now = self.now(session, line, client);
        self.begin(session, now);
        let tree = self.sessions.get(session).map(|session| &session.tree);
        let place = Place {
            session,
            line,
            client,
            nested: self
                .runs
                .get(session)
                .is_some_and(|run| run.parent.is_some()),
            remote: prefix.is_some_and(|p| p.remote),
            action: tree.and_then(Tree::current),
        };
        self.properties.take(&mut self.kept, &place, &record);
        self.states.take(&mut self.kept, &place, &record.body);
        self.remarks.take(&mut self.kept, &place, &record.body);
        self.act(session, now, &record);
    }

    /// Enters and leaves sessions.
    fn enter(&mut self, line: u64) {
        let over = |at: &usize| self.runs.get(*at).is_none_or(|run| run.lines[1] < line);
        while self.around.last().is_some_and(over) {
            self.around.pop();
        }
        while self
            .runs
            .get(self.next)
            .is_some_and(|run| run.lines[0] <= line)
        {
            self.around.push(self.next);
            self.next += 1;
        }
    }

    /// The session that a line belongs to: the client has one at a time, whatever is nested in it.
    fn session(&self, client: bool) -> Option<usize> {
        let innermost = *self.around.last()?;
        Some(if client {
            self.outermost(innermost)
        } else {
            innermost
        })
    }

    fn outermost(&self, session: usize) -> usize {
        let mut outer = session;
        // As many steps as there are sessions, since a circle has no end.
        for _ in self.runs {
            match self.runs.get(outer).and_then(|run| run.parent) {
                Some(parent) => outer = parent,
                None => break,
            }
        }
        outer
    }

    /// All sessions that run inside another have its clock.
    fn tick(&mut self, session: usize, prefix: Option<&Prefix>, body: &Body<'_>) {
        let time = match prefix {
            Some(prefix) => prefix.time,
            None if self.prefixed == 0 => plain_time(body),
            None => None,
        };
        let outer = self.outermost(session);
        if let (Some(time), Some(session)) = (time, self.sessions.get_mut(outer)) {
            session.clock.tick(time);
            session.first = session.first.or(session.clock.now());
        }
    }

    fn now(&self, session: usize, line: u64, client: bool) -> Now {
        let outer = self.sessions.get(self.outermost(session));
        Now {
            line,
            time: outer.and_then(|outer| outer.clock.now()),
            first: outer.and_then(|outer| outer.first),
            client,
        }
    }

    /// Keeps the session itself, at its first line.
    fn begin(&mut self, session: usize, now: Now) {
        let (Some(run), Some(known)) = (self.runs.get(session), self.sessions.get(session)) else {
            return;
        };
        if known.tree.root.is_some() || known.tree.session != session {
            return;
        }
        let around = run.parent.and_then(|parent| self.sessions.get(parent));
        // A run inside another one is over when that goes on.
        let whole = run.outcome != Outcome::Incomplete && !run.cut_off;
        let ended = whole || run.parent.is_some();
        let product = &run.product;
        let name = product.name.as_deref().or(product.package.as_deref());
        let name = name.or(product.code.as_deref()).unwrap_or("");
        let root = self.kept.action(TimedAction {
            session,
            parent: around.and_then(|around| around.tree.innermost()),
            kind: TimedKind::Session,
            line: run.lines[0],
            end_line: ended.then_some(run.lines[1]),
            started: now.started(),
            at_ms: now.at_ms(),
            ms: run.duration_ms,
            ..TimedAction::named(name)
        });
        if let Some(known) = self.sessions.get_mut(session) {
            known.tree.root = root;
        }
    }

    fn act(&mut self, session: usize, now: Now, record: &Record<'_>) {
        let Some(Session { tree, .. }) = self.sessions.get_mut(session) else {
            return;
        };
        let kept = &mut self.kept;
        match &record.body {
            Body::DoingAction(name) => tree.doing(kept, now, name),
            Body::ActionStart(action) => tree.starts(kept, now, action.name),
            Body::ActionText(action, text) => tree.says(kept, now, action.name, text),
            Body::ActionEnded(action, value) => tree.ended(kept, now, action.name, *value),
            Body::CustomActionReturned { name, code, .. } => tree.returned(kept, name, *code),
            Body::Operation(operation) => tree.operation(kept, now, operation),
            _ => {}
        }
    }

    /// The log is over.
    #[must_use]
    pub fn finish(mut self) -> Details {
        for at in 0..self.sessions.len() {
            let outer = self.sessions.get(self.outermost(at));
            let end = outer.and_then(|outer| outer.clock.now());
            if let Some(session) = self.sessions.get_mut(at) {
                session.tree.finish(&mut self.kept, end);
            }
        }
        let mut details = self.kept.details;
        failing::mark(&mut details.actions, self.runs);
        set_depths(&mut details.actions);
        details
    }
}

/// The time of a line in a log that is not verbose: actions and the ends of it have whole seconds.
fn plain_time(body: &Body<'_>) -> Option<u32> {
    match body {
        Body::ActionStart(action) | Body::ActionText(action, _) | Body::ActionEnded(action, _) => {
            action.time
        }
        Body::LoggingStarted(when) | Body::LoggingStopped(when) => grammar::time_of_day(when),
        _ => None,
    }
}

/// A parent stands before its children, so one way through is enough.
pub fn set_depths(actions: &mut [TimedAction]) {
    for at in 0..actions.len() {
        let parent = actions.get(at).and_then(|action| action.parent);
        let around = parent.and_then(|parent| actions.get(parent));
        let depth = around.map_or(0, |around| around.depth + 1);
        if let Some(action) = actions.get_mut(at) {
            action.depth = depth;
        }
    }
}
