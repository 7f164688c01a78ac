//! Which action failed first: the innermost one of the chain that ended the run.

use super::output;
use crate::formats::msi::{
    FailedAction, MsiLog, OpenAction, Scheduled, Session, Statement, StatementKind, runs_script,
};
use crate::formats::scan::between;
use crate::knowledge::actions;
use crate::run::Outcome;
use crate::run::{ActionKind, CustomAction, IgnoredFailure};

/// The action that failed, and what it said.
pub struct FailedStep<'a> {
    /// Its name as its author gave it; `None` where no action was running or its name is lost.
    pub action: Option<String>,
    /// What kind of action.
    pub kind: ActionKind,
    /// Where the engine says that it failed.
    pub line: u64,
    /// That line, where the engine ended the action.
    pub end: Option<&'a str>,
    /// What it said, in the order of the log.
    pub statements: Vec<&'a Statement>,
    /// The actions that passed the failure on.
    pub chain: Vec<(u64, String)>,
    /// The engine itself ended the action with a failure.
    pub ended: bool,
    /// The action's own record, where it was seen.
    pub context: Option<&'a OpenAction>,
}

impl<'a> FailedStep<'a> {
    /// The script operation that was running, with its line.
    pub fn operation(&self) -> Option<(u64, &'a str)> {
        let (line, text) = self.context?.operation.as_ref()?;
        Some((*line, text))
    }

    /// The code that the custom action itself returned.
    pub fn returned(&self) -> Option<i64> {
        self.context?.returned.map(|(code, ..)| code)
    }

    /// What is known of the custom action.
    pub fn custom_action(&self) -> Option<CustomAction> {
        let context = self.context?;
        if matches!(
            self.kind,
            ActionKind::Standard | ActionKind::Dialog | ActionKind::None
        ) {
            return None;
        }
        let bits = context.custom_type;
        Some(CustomAction {
            kind: bits,
            exe: self.program(),
            actual_code: self.returned(),
            ignored: bits.is_some_and(|b| b & 64 != 0),
            ..context.invocation.clone().unwrap_or_default()
        })
    }

    /// The program of an EXE custom action, as messages 1721 and 1722 name it.
    fn program(&self) -> Option<String> {
        let about = self.statements.iter();
        let mut about = about.filter(|s| matches!(s.number, Some(1721 | 1722)));
        about.find_map(|s| Some(between(s.body(), "location: ", ", command")?.to_owned()))
    }
}

/// Finds the failed step of a failed, cancelled or cut off session.
pub fn find<'a>(log: &'a MsiLog, session: &'a Session) -> FailedStep<'a> {
    if let Some(failed) = deciding(session) {
        return nested(log, session, failed).unwrap_or_else(|| of_failed_action(failed));
    }
    let open = session.open.iter().rev().find(|c| c.returned_badly());
    match open.or_else(|| telling(session)) {
        Some(context) => from_open(session, context),
        None => without_action(session),
    }
}

/// The failed that ended the run: the first whose chain reached the top, else the last that was
/// not swallowed.
fn deciding(session: &Session) -> Option<&FailedAction> {
    let value = match session.run.outcome {
        Outcome::Cancelled => 2,
        _ => 3,
    };
    let counts = |e: &&FailedAction| e.value == value && !e.swallowed;
    let mut failed_actions = session.failed_actions.iter().filter(counts);
    failed_actions
        .clone()
        .find(|e| e.reached_top())
        .or_else(|| failed_actions.next_back())
}

/// In a log that was cut off, the innermost open action that holds an error.
fn telling(session: &Session) -> Option<&OpenAction> {
    let tells =
        |c: &&OpenAction| !c.goes_on_anyway() && c.statements.iter().any(super::class::is_telling);
    session.open.iter().rev().find(tells).or_else(|| {
        // With no word at all, the one that was running is as near as the log gets.
        let quiet = session.outside.is_empty() && session.tell_tales.is_empty();
        let failed = quiet && session.run.outcome == Outcome::Failed;
        session.open.last().filter(|_| failed)
    })
}

fn of_failed_action(failed: &FailedAction) -> FailedStep<'_> {
    let action = &failed.action;
    // Only the actions that run the script have steps; the step that was running is to blame.
    let step = failed
        .inner
        .as_ref()
        .filter(|inner| runs_script(&action.name) || inner.returned_badly() || action.line == 0);
    let context = step.unwrap_or(action);
    let mut statements: Vec<&Statement> = context.statements.iter().collect();
    if step.is_some() {
        statements.extend(action.statements.iter().filter(|s| s.line > context.line));
        statements.sort_by_key(|s| s.line);
    }
    let named = match context.name.as_str() {
        "" => action,
        _ => context,
    };
    // Where the log begins too late to show the step, the message about it still names it.
    let lost = action_in_messages(&statements).filter(|_| runs_script(&named.name));
    let lost = lost.or_else(|| {
        let unknown = named.name.is_empty() || (named.line == 0 && runs_script(&named.name));
        named_in_output(&statements, context).filter(|_| unknown)
    });
    FailedStep {
        kind: match kind(named) {
            _ if lost.is_some() => ActionKind::CustomDeferred,
            // Steps of the script are deferred, also where the log does not show their scheduling.
            ActionKind::CustomImmediate if step.is_some() && runs_script(&action.name) => {
                ActionKind::CustomDeferred
            }
            kind => kind,
        },
        action: lost.or_else(|| Some(named.name.clone()).filter(|n| !n.is_empty())),
        line: failed.line,
        end: Some(&failed.text),
        statements,
        chain: match step {
            Some(_) if !context.name.is_empty() => {
                std::iter::once((failed.line, action.name.clone()))
                    .chain(failed.chain.iter().cloned())
                    .collect()
            }
            _ => failed.chain.clone(),
        },
        ended: true,
        context: Some(context),
    }
}

/// The custom action that messages 1720 to 1723 name: `… Action NAME, location: …`, `… Custom action
/// NAME script error …`, or the first argument of their note.
fn action_in_messages(statements: &[&Statement]) -> Option<String> {
    let about = statements
        .iter()
        .filter(|s| matches!(s.number, Some(1720..=1723)));
    about.rev().find_map(|s| {
        let name = match s.kind {
            StatementKind::Note => s.note()?.argument(2)?,
            _ => named_in_message(s.body())?,
        };
        Some(name.trim().to_owned()).filter(|n| !n.is_empty())
    })
}

/// The action in the text of such a message: in English, else by the shape of its end (`… NAME,
/// WORD: PATH, WORD: …`).
fn named_in_message(text: &str) -> Option<&str> {
    const ENGLISH: [(&str, &str); 5] = [
        (" Action: ", ", location: "),
        (" Action: ", ", entry: "),
        (" Action ", ", location: "),
        (" Action ", ", entry: "),
        (" Custom action ", " script error "),
    ];
    let named = ENGLISH
        .iter()
        .find_map(|(from, to)| between(text, from, to));
    named.or_else(|| {
        text.match_indices([',', '，', '、'])
            .find_map(|(at, _)| before_path(text, at))
    })
}

/// The word before a comma behind which a label and a path stand.
fn before_path(text: &str, comma: usize) -> Option<&str> {
    let (before, after) = text.split_at_checked(comma)?;
    let (label, path) = after
        .trim_start_matches([',', '，', '、', ' '])
        .split_once([':', '：'])?;
    let path = path.trim_start().as_bytes();
    let is_path = path.get(1) == Some(&b':') || path.starts_with(b"\\\\");
    let is_label = label.chars().count() < 24 && !label.contains(['.', '。']);
    let name = before.rsplit([' ', '\u{a0}', ':', '：', '。']).next()?;
    (is_path && is_label && !name.is_empty()).then_some(name)
}

/// The action that output names, or else the function that is called of its library.
fn named_in_output(statements: &[&Statement], context: &OpenAction) -> Option<String> {
    let call = context.invocation.as_ref();
    let method = || call?.method.as_deref().and_then(output::action_of_method);
    let entry = || {
        call?
            .entry_point
            .as_deref()
            .and_then(output::action_of_function)
    };
    output::action_named(&texts(statements)).or_else(|| method().or_else(entry).map(str::to_owned))
}

fn texts<'a>(statements: &[&'a Statement]) -> Vec<&'a str> {
    let output = statements.iter();
    let output = output.filter(|s| s.kind == StatementKind::Output);
    output.map(|s| s.body()).collect()
}

/// The failed run inside a `RemoveExistingProducts` or a nested installation holds the cause.
fn nested<'a>(
    log: &'a MsiLog,
    session: &'a Session,
    failed: &'a FailedAction,
) -> Option<FailedStep<'a>> {
    let inside =
        |child: &&Session| (failed.action.line..=failed.line).contains(&child.run.lines[0]);
    let child = session
        .children
        .iter()
        .filter_map(|i| log.sessions.get(*i))
        .rfind(inside)?;
    if child.run.outcome.worked() {
        return None;
    }
    let mut step = find(log, child);
    if step.action.is_some() {
        step.chain.push((failed.line, failed.action.name.clone()));
    } else {
        step.action = Some(failed.action.name.clone());
        step.kind = kind(&failed.action);
        step.line = failed.line;
        step.end = Some(&failed.text);
    }
    step.chain.extend(failed.chain.iter().cloned());
    step.ended = true;
    // What the outer action said of it: message 1714 and its code.
    step.statements.extend(failed.action.statements.iter());
    step.statements.sort_by_key(|s| s.line);
    Some(step)
}

fn from_open<'a>(session: &'a Session, context: &'a OpenAction) -> FailedStep<'a> {
    let mut statements: Vec<&Statement> = context.statements.iter().collect();
    let last = statements.last().map_or(session.run.lines[1], |s| s.line);
    until_it_gave_up(&mut statements);
    let own = Some(context.name.clone()).filter(|n| !n.is_empty());
    let found =
        || action_in_messages(&statements).or_else(|| named_in_output(&statements, context));
    let known = own.is_some();
    let action = own.or_else(found);
    FailedStep {
        kind: match kind(context) {
            ActionKind::None if !known && action.is_some() => ActionKind::CustomImmediate,
            kind => kind,
        },
        action,
        line: context.returned.map_or(last, |(.., line)| line),
        end: None,
        statements,
        chain: Vec::new(),
        ended: false,
        context: Some(context),
    }
}

fn without_action(session: &Session) -> FailedStep<'_> {
    let said = session.outside.iter().chain(session.tell_tales.iter());
    let mut statements: Vec<&Statement> = said.collect();
    statements.sort_by_key(|s| s.line);
    until_it_gave_up(&mut statements);
    // A piece of a log may still name its custom action in the result line.
    let results = statements.iter().rev().filter(|s| gave_up(s));
    let mut names = results.filter_map(|s| between(s.body(), "CustomAction ", " returned "));
    let named = names.find(|name| !name.is_empty()).map(str::to_owned);
    let named = named.or_else(|| action_in_messages(&statements));
    let named = named.or_else(|| output::action_named(&texts(&statements)));
    FailedStep {
        kind: match named {
            Some(_) => ActionKind::CustomImmediate,
            None => ActionKind::None,
        },
        action: named,
        line: session
            .exit
            .as_ref()
            .map_or(session.run.lines[1], |s| s.line),
        end: None,
        statements,
        chain: Vec::new(),
        ended: false,
        context: None,
    }
}

/// Takes out what was written after the action had given up: it belongs to the rollback.
fn until_it_gave_up(statements: &mut Vec<&Statement>) {
    if let Some(line) = statements.iter().find(|s| gave_up(s)).map(|s| s.line) {
        statements.retain(|s| s.kind != StatementKind::Output || s.line < line);
    }
}

/// A custom action returned a failure that counts.
fn gave_up(statement: &Statement) -> bool {
    matches!(statement.kind, StatementKind::Returned(code) if code != 0)
}

fn kind(context: &OpenAction) -> ActionKind {
    let custom = context.invocation.is_some() || context.custom_type.is_some();
    match context.scheduled {
        Scheduled::Deferred => return ActionKind::CustomDeferred,
        Scheduled::Rollback => return ActionKind::CustomRollback,
        Scheduled::Commit => return ActionKind::CustomCommit,
        Scheduled::None => {}
    }
    if context.name.is_empty() {
        ActionKind::None
    } else if actions::is_standard(&context.name) {
        ActionKind::Standard
    } else if context.dialog || (context.name.ends_with("Dlg") && !custom) {
        ActionKind::Dialog
    } else if context.script && context.operation.is_some() {
        ActionKind::CustomDeferred
    } else {
        ActionKind::CustomImmediate
    }
}

/// Failures that did not stop the session.
pub fn ignored(session: &Session, step: Option<&FailedStep<'_>>) -> Vec<IgnoredFailure> {
    let passed_on =
        |line: u64| step.is_some_and(|s| s.line == line || s.chain.iter().any(|(n, _)| *n == line));
    let went_on = session.ignored.iter();
    let went_on = went_on.map(|(line, name)| (*line, name, "continue flag"));
    let undone = session.rollback_failures.iter();
    let undone = undone.map(|(line, text)| (*line, text, "rollback"));
    let failed = session.failed_actions.iter();
    let failed = failed.filter(|e| e.value == 3 && !passed_on(e.line));
    let failed = failed.map(|failed| {
        let why = match failed.swallowed || step.is_none() {
            true => "the installation went on",
            false => "knock-on",
        };
        (failed.line, &failed.action.name, why)
    });
    let all = went_on.chain(undone).chain(failed);
    let mut all: Vec<IgnoredFailure> = all
        .map(|(line, action, why)| IgnoredFailure {
            line,
            action: action.clone(),
            why: why.to_owned(),
        })
        .collect();
    all.sort_by_key(|f| f.line);
    all
}

/// The name without the GUID that merge modules put behind it.
pub fn without_module(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((own, module))
            if module.len() == 36 && module.bytes().all(|b| b.is_ascii_hexdigit() || b == b'_') =>
        {
            own
        }
        _ => name,
    }
}

#[cfg(test)]
mod tests;
