//! Rebuilds the tree of actions of one session from its records, in order.
//!
//! `Doing action: B` is the boundary between two actions: the lines `Action ended A` and
//! `Action start B` come late. Ends may cross, so an action is closed by its name and never by its
//! place. Operations of the script are steps inside `InstallFinalize` or `InstallExecute`.

use super::Session;
use super::open_action::{FailedAction, OpenAction, is_top, runs_script};
use super::statement::{Statement, StatementKind, Statements};
use crate::formats::lines::clip;
use crate::grammar::MessageKind;
use crate::knowledge::actions::{self, DialogEnd};
use crate::knowledge::tell_tales;
use crate::run::SlowAction;
use crate::text::Line;

/// Most actions that are open at once; real logs have a dozen.
const MAX_OPEN: usize = 256;
/// Most failed actions, ignored failures and slow actions that are kept.
pub(super) const MAX_KEPT: usize = 64;
/// The client's action for which the service does the work, and how the table of tell-tales has its end.
const SERVER_RUNS: &str = "ExecuteAction";
const CLIENT_FAILED: &str = "Action ended ExecuteAction";
/// How many of the slowest actions are kept.
const SLOWEST: usize = 16;

/// What is remembered between records.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// Boxed: they come and go by the thousand, and take half a kilobyte each.
    #[expect(clippy::vec_box, reason = "moving them is what it spares")]
    pub(super) open: Vec<Box<OpenAction>>,
    pub(super) rolling_back: bool,
    /// The last record was a property whose value may go on.
    pub(super) in_value: bool,
    /// Side of the last prefixed line.
    pub(super) client: bool,
    /// Number of the message that comes next, as a note has announced it.
    pub(super) next_message: Option<u32>,
    /// Outcome as a text tells it, where no code does.
    pub phrase: Option<bool>,
    /// A note has announced the outcome text that comes next, in whatever language.
    pub(super) announced: Option<bool>,
    /// Outcome by the dialog that was shown last of those at an end, where nothing else tells.
    pub(super) dialog: Option<DialogEnd>,
    /// Value that the last top action ended with.
    pub top_value: Option<i64>,
    /// The line of the exit code is one in which an engine returns.
    pub(super) returned: bool,
    /// The exit code came from the client, which has the last word.
    pub code_from_client: bool,
    /// `RunEngine` of each half was seen.
    pub client_run: bool,
    /// The main thread of the server half.
    pub server_thread: Option<(u8, u8)>,
    /// Line in which the service took the run over, before its engine began.
    pub(super) taken_over: Option<u64>,
    /// The server's engine has returned.
    pub server_returned: bool,
    /// The client's engine has returned.
    pub client_returned: bool,
    /// Line of the last sign that the run went on: an action, a step or an operation began, or an
    /// action worked. The run got over what was said before it.
    pub(super) went_on: u64,
    /// A message tells the exit code, where no engine says it.
    pub(super) code_from_text: bool,
}

impl State {
    /// Whether an action of this name is open.
    pub fn has_open(&self, name: &str) -> bool {
        self.open.iter().any(|c| c.name == name)
    }

    pub(super) fn current(&mut self) -> Option<&mut OpenAction> {
        self.open.last_mut().map(Box::as_mut)
    }
}

impl Session {
    /// Opens an action; `began` where its `Action start` line was seen.
    pub(super) fn open_action(&mut self, line: u64, name: &str, began: bool) {
        if self.state.open.len() >= MAX_OPEN {
            self.state.open.remove(1);
        }
        let started = self.clock.now();
        let dialog = actions::end_dialog(name);
        self.state.dialog = dialog.or(self.state.dialog);
        let action = OpenAction {
            name: clip(name),
            line,
            started,
            began,
            client: self.state.client,
            after_end: dialog.is_some(),
            ..OpenAction::default()
        };
        self.state.open.push(Box::new(action));
    }

    pub(super) fn action_start(&mut self, line: &Line<'_>, name: &str) {
        self.goes_on(line.number, name);
        let waiting = self
            .state
            .open
            .iter_mut()
            .rev()
            .find(|c| !c.began && !c.script && c.name == name);
        match waiting {
            Some(context) => context.began = true,
            None => self.open_action(line.number, name, true),
        }
    }

    /// The run goes on; the dialogs at its end do not count, since they show that it failed.
    pub(super) fn goes_on(&mut self, line: u64, name: &str) {
        if !self.state.rolling_back && !actions::ends_run(name) {
            self.state.went_on = line;
        }
    }

    pub(super) fn action_text(&mut self, line: &Line<'_>, name: &str, text: &str) {
        if name == "Rollback" {
            self.roll_back();
        } else if text == "Dialog created" {
            if let Some(context) = self.state.open.iter_mut().rev().find(|c| c.name == name) {
                context.dialog = true;
            }
        } else if !self.state.rolling_back && !self.state.has_open(name) {
            // Without `v` in the logging mode this line is all that tells of a step of the script.
            let in_script = self.state.open.iter().rev().find(|c| !c.script);
            if in_script.is_some_and(|c| c.began && runs_script(&c.name)) {
                self.script_step(line.number, name);
            }
        }
    }

    pub(super) fn action_ended(&mut self, line: &Line<'_>, name: &str, value: i64) {
        let open = &self.state.open;
        let at = open
            .iter()
            .rposition(|c| c.name == name && !c.script)
            .or_else(|| open.iter().rposition(|c| c.name == name));
        let asked = self.take_asked(at.map_or(0, |at| at + 1));
        let (known, mut context, inner) = match at {
            Some(at) => {
                let inner = self.take_script(at + 1);
                (true, self.state.open.remove(at), inner)
            }
            None => {
                // Only what no known action claims: a piece of a log without the start.
                let inner = self.take_script(0);
                let statements = std::mem::take(&mut self.outside);
                let lost = OpenAction {
                    name: clip(name),
                    line: 0,
                    statements,
                    after_end: actions::ends_run(name),
                    ..OpenAction::default()
                };
                (false, Box::new(lost), inner)
            }
        };
        for said in asked {
            context.statements = std::mem::take(&mut context.statements).joined(said);
        }
        if is_top(name) {
            self.state.top_value = Some(value);
            self.state.rolling_back = false;
        }
        self.took(&context);
        // How a dialog that tells of the end ends itself tells nothing of the run.
        if context.after_end {
            return;
        }
        match value {
            2 | 3 => self.failed(line, *context, inner.map(|inner| *inner), value, known),
            _ => {
                self.goes_on(line.number, name);
                self.swallow(&context, known);
                self.worked(&context);
            }
        }
    }

    /// What was said since a custom action asked for an action that never began: that custom action
    /// says it, of the engine's refusal.
    fn take_asked(&mut self, from: usize) -> Vec<Statements> {
        let open = &mut self.state.open;
        let mut said = Vec::new();
        while let Some(at) = open
            .iter()
            .rposition(|c| c.asked && !c.began)
            .filter(|at| *at >= from)
        {
            said.push(open.remove(at).statements);
        }
        said
    }

    /// An action that ended well around a failure: the failure did not matter.
    fn swallow(&mut self, around: &OpenAction, known: bool) {
        if around.dialog {
            return;
        }
        let top = is_top(&around.name);
        for failed in self.failed_actions.iter_mut().filter(|e| !e.swallowed) {
            let inside = known && failed.action.line >= around.line && failed.action.line > 0;
            if (inside || (top && !known)) && (top || failed.action.client == around.client) {
                failed.swallowed = true;
            }
        }
    }

    fn failed(
        &mut self,
        line: &Line<'_>,
        context: OpenAction,
        inner: Option<OpenAction>,
        value: i64,
        known: bool,
    ) {
        let encloses = |e: &FailedAction| {
            let around = !known || e.action.line >= context.line;
            around && e.value == value && !e.swallowed
        };
        let mut passed_on = false;
        for failed in self.failed_actions.iter_mut().filter(|e| encloses(e)) {
            passed_on = true;
            if !failed.reached_top() {
                let said = std::mem::take(&mut failed.action.statements);
                failed.action.statements = said.joined(context.statements.clone());
            }
            if failed.chain.len() < MAX_KEPT {
                failed.chain.push((line.number, context.name.clone()));
            }
        }
        if passed_on {
            return;
        }
        if self.failed_actions.len() < MAX_KEPT {
            let (mut action, chain) = (context, Vec::new());
            let alone = value == 3 && self.state.server_thread.is_none();
            let row =
                tell_tales::find(CLIENT_FAILED).filter(|_| alone && action.name == SERVER_RUNS);
            action.other_half =
                row.map(|row| Statement::of(line, StatementKind::TellTale(row), None));
            let (line, text) = (line.number, clip(line.text));
            self.failed_actions.push(FailedAction {
                action,
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
    pub(super) fn worked(&mut self, context: &OpenAction) {
        let failed_inside = context.returned_badly();
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
    pub(super) fn took(&mut self, context: &OpenAction) {
        let (Some(from), Some(to)) = (context.started, context.stopped.or(self.clock.now())) else {
            return;
        };
        let whole = to.saturating_sub(from);
        if context.script
            && let Some(around) = self
                .state
                .open
                .iter_mut()
                .rfind(|c| !c.script && c.line < context.line)
        {
            around.steps_took += whole;
        }
        let ms = whole.saturating_sub(context.steps_took);
        if ms == 0 || context.name.is_empty() || is_top(&context.name) {
            return;
        }
        let steps = &mut self.run.slowest;
        let at = steps.partition_point(|other| other.ms >= ms);
        if at < SLOWEST {
            let (action, line) = (context.name.clone(), context.line);
            steps.insert(at, SlowAction { action, ms, line });
            steps.truncate(SLOWEST);
        }
    }
}
