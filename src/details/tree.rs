//! The tree of a session's actions while the log comes by.
//!
//! `Doing action: B` is the boundary between two actions, with its time in milliseconds; the lines
//! `Action ended A` and `Action start B` come late. So B stands on A until one of them says where
//! it belongs. Ends may cross, so an action is closed by its name and never by its place.

use super::kept::Kept;
use crate::formats::msi::relevant::{self, OperationRole};
use crate::formats::msi::{Scheduled, runs_script};
use crate::formats::stamp::DAY;
use crate::grammar::Operation;
use crate::knowledge::actions;
use crate::run::details::{TimedAction, TimedKind};

/// Most actions that are open at once; real logs have a dozen.
const MOST_OPEN: usize = 256;

/// The undoing of changes, as the engine calls it.
const ROLLBACK: &str = "Rollback";

/// What has begun and not ended.
#[derive(Debug)]
struct Open {
    name: String,
    /// Its place among those that are kept.
    index: Option<usize>,
    started: Option<u64>,
    /// Its `Action start` line was seen, and not only `Doing action`.
    begun: bool,
    kind: TimedKind,
}

impl Open {
    fn is_operation(&self) -> bool {
        self.kind == TimedKind::ScriptOperation
    }

    /// It runs from the script.
    fn is_script(&self) -> bool {
        matches!(
            self.kind,
            TimedKind::ScriptOperation
                | TimedKind::ScriptStep
                | TimedKind::CustomDeferred
                | TimedKind::CustomRollback
                | TimedKind::CustomCommit
        )
    }

    fn is_rollback(&self) -> bool {
        !self.is_script() && self.name == ROLLBACK
    }
}

/// What is known of the line that is read.
#[derive(Debug, Clone, Copy)]
pub struct Now {
    /// Its number.
    pub line: u64,
    /// Milliseconds on the clock of the outermost session.
    pub time: Option<u64>,
    /// The first of these.
    pub first: Option<u64>,
    /// The client's engine speaks.
    pub client: bool,
}

impl Now {
    /// The time of day.
    pub fn started(&self) -> Option<String> {
        self.time.map(time_of_day)
    }

    /// Milliseconds since the first time that the outermost session tells.
    pub fn at_ms(&self) -> Option<u64> {
        Some(self.time?.saturating_sub(self.first?))
    }
}

/// The actions of a session that are open.
#[derive(Debug, Default)]
pub struct Tree {
    /// Its index in the report.
    pub session: usize,
    /// The session's own place among what is kept.
    pub root: Option<usize>,
    stack: Vec<Open>,
    rolling_back: bool,
}

impl Tree {
    /// The tree of a session.
    pub fn new(session: usize) -> Self {
        Self {
            session,
            ..Self::default()
        }
    }

    /// The innermost action: name, and whether it is a custom action.
    pub fn current(&self) -> Option<(&str, bool)> {
        let top = self.stack.iter().rfind(|open| !open.is_operation())?;
        let custom = matches!(
            top.kind,
            TimedKind::CustomImmediate
                | TimedKind::CustomDeferred
                | TimedKind::CustomRollback
                | TimedKind::CustomCommit
        );
        Some((&top.name, custom))
    }

    /// The place of the innermost thing that is kept, for what runs in it.
    pub fn innermost(&self) -> Option<usize> {
        let kept = self.stack.iter().rev().filter(|open| !open.is_operation());
        kept.filter_map(|open| open.index).next().or(self.root)
    }

    fn below(&self, place: usize) -> Option<usize> {
        let below = self.stack.iter().take(place).rev();
        let mut kept = below.filter(|open| !open.is_script());
        kept.find_map(|open| open.index).or(self.root)
    }

    fn push(&mut self, kept: &mut Kept, now: Now, name: &str, kind: TimedKind, begun: bool) {
        if self.stack.len() >= MOST_OPEN {
            self.stack.remove(1);
        }
        let parent = self.innermost();
        let index = kept.action(TimedAction {
            session: self.session,
            parent,
            kind,
            client: now.client,
            line: now.line,
            started: now.started(),
            at_ms: now.at_ms(),
            rollback: self.rolling_back,
            ..TimedAction::named(name)
        });
        self.stack.push(Open {
            name: super::kept::name(name).to_owned(),
            index,
            started: now.time,
            begun,
            kind,
        });
    }

    /// The engine turns to an action.
    pub fn doing(&mut self, kept: &mut Kept, now: Now, name: &str) {
        self.close_steps(kept, now);
        self.push(kept, now, name, kind_of(name), false);
    }

    /// An action says that it begins.
    pub fn starts(&mut self, kept: &mut Kept, now: Now, name: &str) {
        let waiting = |open: &Open| !open.begun && open.name == name;
        let Some(place) = self.stack.iter().rposition(waiting) else {
            self.close_steps(kept, now);
            return self.push(kept, now, name, kind_of(name), true);
        };
        let parent = self.below(place);
        if let Some(open) = self.stack.get_mut(place) {
            open.begun = true;
            if let Some(action) = open.index.and_then(|index| kept.get(index)) {
                action.parent = parent;
            }
        }
    }

    /// An action shows its title, or a dialog itself.
    pub fn says(&mut self, kept: &mut Kept, now: Now, name: &str, text: &str) {
        if name == ROLLBACK {
            return self.roll_back(kept, now);
        }
        let known = self.stack.iter_mut().rfind(|open| open.name == name);
        if let Some(open) = known {
            let Some(action) = open.index.and_then(|index| kept.get(index)) else {
                return;
            };
            if text == "Dialog created" {
                open.kind = TimedKind::Dialog;
                action.kind = TimedKind::Dialog;
            } else if action.text.is_none() && !text.is_empty() {
                action.text = Some(super::kept::short(text));
            }
            return;
        }
        // Without `v` in the logging mode this line is all that tells of a step of the script.
        let around = self.stack.iter().rfind(|open| !open.is_script());
        if around.is_some_and(|open| open.begun && runs_script(&open.name)) {
            self.step(kept, now, name, Some(text));
        }
    }

    /// An action has ended.
    pub fn ended(&mut self, kept: &mut Kept, now: Now, name: &str, value: i64) {
        let named = |open: &Open| open.name == name;
        let place = self.stack.iter().rposition(|o| named(o) && !o.is_script());
        let Some(place) = place.or_else(|| self.stack.iter().rposition(named)) else {
            // A piece of a log without the start.
            kept.action(TimedAction {
                session: self.session,
                parent: self.innermost(),
                kind: kind_of(name),
                line: now.line,
                end_line: Some(now.line),
                return_value: Some(value),
                ..TimedAction::named(name)
            });
            return;
        };
        // What came next began when this one ended, long before the line that says so.
        let after = place + 1;
        let next = |open: &&Open| !open.begun || open.is_rollback();
        let mut above = self.stack.iter().skip(after);
        let ended = match above.find(next) {
            Some(next) => next.started,
            None => now.time,
        };
        while self.stack.get(after).is_some_and(Open::is_script) {
            self.close(kept, after, ended, now.line);
        }
        let parent = self.below(place);
        if let Some(next) = self.stack.get(after).filter(|open| next(open))
            && let Some(action) = next.index.and_then(|index| kept.get(index))
        {
            action.parent = parent;
        }
        if place == 0 || matches!(name, "INSTALL" | "ADMIN" | "ADVERTISE") {
            self.rolling_back = false;
            while self
                .stack
                .get(after)
                .is_some_and(|o| o.is_script() || o.is_rollback())
            {
                self.close(kept, after, now.time, now.line);
            }
        }
        let index = self.close(kept, place, ended, now.line);
        if let Some(action) = index.and_then(|index| kept.get(index)) {
            action.return_value = Some(value);
        }
    }

    /// A custom action has returned to the engine.
    pub fn returned(&mut self, kept: &mut Kept, name: &str, code: i64) {
        let found = self.stack.iter().rfind(|open| open.name == name);
        if let Some(action) = found.and_then(|open| open.index).and_then(|i| kept.get(i)) {
            action.returned_code = Some(code);
        }
    }

    /// The script runs an operation.
    pub fn operation(&mut self, kept: &mut Kept, now: Now, operation: &Operation<'_>) {
        match relevant::operation(operation.name) {
            OperationRole::Header if operation.get("ScriptType") == Some("2") => {
                self.roll_back(kept, now);
            }
            OperationRole::Header => self.rolling_back = false,
            OperationRole::Step => {
                let name = operation.get("Name").unwrap_or("");
                self.step(kept, now, name, operation.get("Description"));
            }
            OperationRole::End => {
                self.close_steps(kept, now);
                if self.stack.last().is_some_and(Open::is_rollback) {
                    self.close(kept, self.stack.len() - 1, now.time, now.line);
                    self.rolling_back = false;
                }
            }
            OperationRole::CustomAction(scheduled) => {
                let name = operation.get("Action").unwrap_or("");
                self.close_operation(kept, now);
                let known = self.stack.last();
                if known.is_none_or(|open| !open.is_script() || open.name != name) {
                    self.step(kept, now, name, None);
                }
                self.is_custom(kept, scheduled);
            }
            OperationRole::Progress => {}
            OperationRole::Product | OperationRole::Patch | OperationRole::Work => {
                self.close_operation(kept, now);
                self.push(kept, now, operation.name, TimedKind::ScriptOperation, true);
                let index = self.stack.last().and_then(|open| open.index);
                if let Some(action) = index.and_then(|index| kept.get(index)) {
                    action.text = Some(super::kept::short(operation.places));
                }
            }
        }
    }

    /// The step that has just begun is a custom action.
    fn is_custom(&mut self, kept: &mut Kept, scheduled: Scheduled) {
        let kind = match scheduled {
            Scheduled::Rollback => TimedKind::CustomRollback,
            Scheduled::Commit => TimedKind::CustomCommit,
            Scheduled::Deferred | Scheduled::None => TimedKind::CustomDeferred,
        };
        if let Some(open) = self.stack.last_mut() {
            open.kind = kind;
            if let Some(action) = open.index.and_then(|index| kept.get(index)) {
                action.kind = kind;
            }
        }
    }

    fn step(&mut self, kept: &mut Kept, now: Now, name: &str, title: Option<&str>) {
        self.close_steps(kept, now);
        self.push(kept, now, name, TimedKind::ScriptStep, true);
        let index = self.stack.last().and_then(|open| open.index);
        if let Some(action) = index.and_then(|index| kept.get(index)) {
            action.text = title.filter(|t| !t.is_empty()).map(super::kept::short);
        }
    }

    /// Changes are undone from here on.
    fn roll_back(&mut self, kept: &mut Kept, now: Now) {
        if !self.stack.iter().any(Open::is_rollback) {
            self.close_steps(kept, now);
            self.rolling_back = true;
            self.push(kept, now, ROLLBACK, TimedKind::Standard, true);
        }
    }

    fn close_operation(&mut self, kept: &mut Kept, now: Now) {
        if self.stack.last().is_some_and(Open::is_operation) {
            self.close(kept, self.stack.len() - 1, now.time, now.line);
        }
    }

    fn close_steps(&mut self, kept: &mut Kept, now: Now) {
        while self.stack.last().is_some_and(Open::is_script) {
            self.close(kept, self.stack.len() - 1, now.time, now.line);
        }
    }

    /// Ends what stands at this place, and gives where it is kept.
    fn close(
        &mut self,
        kept: &mut Kept,
        place: usize,
        ended: Option<u64>,
        line: u64,
    ) -> Option<usize> {
        if place >= self.stack.len() {
            return None;
        }
        let open = self.stack.remove(place);
        let index = open.index?;
        let action = kept.get(index)?;
        action.end_line = Some(line);
        action.ms = took(open.started, ended);
        if open.is_operation() {
            kept.operation_ended(index);
        }
        Some(index)
    }

    /// The log is over: what is open has lasted at least as long as the log does.
    pub fn finish(&mut self, kept: &mut Kept, end: Option<u64>) {
        for open in self.stack.drain(..) {
            if let Some(action) = open.index.and_then(|index| kept.get(index)) {
                action.ms = took(open.started, end);
            }
        }
    }
}

fn took(from: Option<u64>, to: Option<u64>) -> Option<u64> {
    Some(to?.saturating_sub(from?))
}

/// What an action is by its name; dialogs and what the script runs show themselves later.
fn kind_of(name: &str) -> TimedKind {
    if actions::ends_run(name) {
        TimedKind::Dialog
    } else if actions::is_standard(name) {
        TimedKind::Standard
    } else {
        TimedKind::CustomImmediate
    }
}

/// `12:02:17.403`
fn time_of_day(time: u64) -> String {
    let time = time % DAY;
    let (seconds, ms) = (time / 1000, time % 1000);
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    format!("{hours:02}:{minutes:02}:{:02}.{ms:03}", seconds % 60)
}
