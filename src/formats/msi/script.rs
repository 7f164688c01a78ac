//! The script: its steps, its custom actions and what they return.
//!
//! Steps run inside `InstallFinalize` or `InstallExecute`; a step ends well where the next begins.

use super::Session;
use super::actions::MAX_KEPT;
use super::open_action::{OpenAction, Scheduled, runs_script};
use super::relevant::{self, OperationRole};
use super::statement::{Statement, StatementKind};
use crate::formats::lines::clip;
use crate::grammar::Operation;
use crate::knowledge::{guid, tell_tales};
use crate::run::CustomAction;
use crate::text::Line;

impl Session {
    /// A new step of the script: the one before it has worked.
    pub(super) fn script_step(&mut self, line: u64, name: &str) {
        self.close_script();
        self.goes_on(line, name);
        self.open_action(line, name, true);
        if let Some(context) = self.state.current() {
            context.script = true;
        }
    }

    /// Takes the steps of the script off the stack; they have worked, what they said is history.
    pub(super) fn close_script(&mut self) {
        while self.state.open.last().is_some_and(|c| c.script) {
            if let Some(context) = self.state.open.pop() {
                self.took(&context);
                self.worked(&context);
            }
        }
    }

    /// Changes are undone from here on; the step that failed has taken its time.
    pub(super) fn roll_back(&mut self) {
        self.state.rolling_back = true;
        let now = self.clock.now();
        for step in self.state.open.iter_mut().filter(|c| c.script) {
            step.stopped = step.stopped.or(now);
        }
    }

    pub(super) fn operation(&mut self, line: &Line<'_>, operation: &Operation<'_>) {
        let role = relevant::operation(operation.name);
        if self.state.rolling_back && role != OperationRole::Header {
            return;
        }
        match role {
            OperationRole::Header => self.script_header(operation),
            OperationRole::Step => {
                self.script_step(line.number, operation.get("Name").unwrap_or(""));
            }
            OperationRole::End => self.close_script(),
            OperationRole::Product => {
                self.malformed_product(line, operation);
                self.facts.product_info(operation);
            }
            OperationRole::Patch => self.facts.patch(operation.get("PatchId").unwrap_or("")),
            OperationRole::Progress => {}
            OperationRole::CustomAction(scheduled) => {
                self.script_action(line, operation, scheduled);
            }
            OperationRole::Work => {
                self.goes_on(line.number, "");
                self.step_context(line.number);
                if let Some(context) = self.state.current() {
                    context.operate(line.number, operation.text);
                }
            }
        }
    }

    /// A product whose code is no GUID, or whose version is none, cannot be registered.
    fn malformed_product(&mut self, line: &Line<'_>, operation: &Operation<'_>) {
        let key = operation.get("ProductKey").unwrap_or("");
        let bad_code = key.starts_with('{') && guid::parse(key).is_none();
        // The engine marks a version that it cannot read by the highest bit, which versions from 128
        // on have, too: the version's own text decides.
        let marked = operation.get("Version").is_some_and(|v| v.starts_with('-'));
        if (bad_code || marked)
            && self.malformed.is_none()
            && let Some(row) = tell_tales::find("Executing op: ProductInfo(")
        {
            self.marked_version = !bad_code;
            self.malformed = Some(Statement::of(line, StatementKind::TellTale(row), None));
        }
    }

    fn script_header(&mut self, operation: &Operation<'_>) {
        if operation.get("ScriptType") == Some("2") {
            self.roll_back();
            return;
        }
        self.state.rolling_back = false;
        let stamp = operation.get("Timestamp").and_then(|t| t.parse().ok());
        if let Some(stamp) = stamp {
            self.clock.script(stamp);
        }
    }

    /// An operation stands in a step, even where the line that opens it is missing.
    pub(super) fn step_context(&mut self, line: u64) {
        if !self.state.open.last().is_some_and(|c| c.script) {
            self.script_step(line, "");
        }
    }

    /// A custom action of the script is a step of its own.
    fn script_action(&mut self, line: &Line<'_>, operation: &Operation<'_>, scheduled: Scheduled) {
        self.step_context(line.number);
        let name = operation.get("Action").unwrap_or("");
        if self.state.open.last().is_some_and(|c| c.name != name) {
            self.script_step(line.number, name);
        }
        if let Some(context) = self.state.current() {
            context.scheduled = scheduled;
            context.custom_type = operation.get("ActionType").and_then(|t| t.parse().ok());
            context.operate(line.number, operation.text);
        }
    }

    pub(super) fn invoking(&mut self, line: &Line<'_>, dll: &str, entry_point: &str) {
        if self.state.open.is_empty() {
            self.script_step(line.number, "");
        }
        if let Some(context) = self.state.current() {
            context.invocation = Some(CustomAction {
                dll: Some(clip(dll)),
                entry_point: Some(clip(entry_point)),
                ..CustomAction::default()
            });
            context.returned = None;
        }
    }

    pub(super) fn returned(&mut self, line: &Line<'_>, name: &str, code: i64, ignored: bool) {
        if ignored {
            if self.ignored.len() < MAX_KEPT {
                self.ignored.push((line.number, clip(name)));
            }
            let alone = self.state.open.is_empty();
            let known = self.state.open.iter_mut().rev().find(|c| c.name == name);
            match known {
                Some(context) => {
                    context.statements = super::Statements::default();
                    context.returned = Some((code, true, line.number));
                }
                // In a piece of a log, what stands before it is this action's.
                None if alone => self.outside = super::Statements::default(),
                None => {}
            }
            return;
        }
        if self.state.rolling_back {
            self.rollback_failure(line);
            return;
        }
        let found = self
            .state
            .open
            .iter()
            .rposition(|c| name.is_empty() || c.name == name);
        let unnamed = self
            .state
            .open
            .last()
            .is_some_and(|c| c.script && c.name.is_empty());
        if let (None, true, Some(context)) = (found, unnamed, self.state.open.last_mut()) {
            context.name = clip(name);
        } else if found.is_none() {
            // A pasted piece without the start: what stands before it is this action's.
            // Without the script's operations, what stands in the action that runs it is this one's.
            let said = match self.state.open.last_mut() {
                Some(around) if runs_script(&around.name) => around.statements.split_last_call(),
                _ => std::mem::take(&mut self.outside),
            };
            self.open_action(line.number, name, true);
            if let Some(context) = self.state.current() {
                context.script = true;
                // It began somewhere before.
                context.started = None;
                context.statements = said;
            }
        }
        let at = found.unwrap_or_else(|| self.state.open.len().saturating_sub(1));
        let kept = Statement::of(line, StatementKind::Returned(code), None);
        match self.state.open.get_mut(at) {
            Some(context) => {
                context.returned = Some((code, false, line.number));
                context.statements.push(kept);
            }
            None => self.outside.push(kept),
        }
    }

    /// The script step that runs above place `from`; ended steps below it are let go.
    pub(super) fn take_script(&mut self, from: usize) -> Option<Box<OpenAction>> {
        let mut last = None;
        while let Some(at) = self
            .state
            .open
            .iter()
            .rposition(|c| c.script)
            .filter(|at| *at >= from)
        {
            let context = self.state.open.remove(at);
            self.took(&context);
            last.get_or_insert(context);
        }
        last
    }
}
