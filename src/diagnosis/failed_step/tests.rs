use super::*;
use crate::formats::msi::Statements;
use crate::grammar::{MessageKind, body_offset};

fn said(line: u64, text: &str, kind: StatementKind, number: Option<u32>) -> Statement {
    Statement {
        line,
        text: text.to_owned(),
        body: body_offset(text),
        kind,
        number,
    }
}

fn output(line: u64) -> Statement {
    said(line, "The setup failed.", StatementKind::Output, None)
}

fn all(statements: impl IntoIterator<Item = Statement>) -> Statements {
    let mut all = Statements::default();
    statements.into_iter().for_each(|s| all.push(s));
    all
}

fn open(name: &str, line: u64) -> OpenAction {
    OpenAction {
        name: name.to_owned(),
        line,
        ..OpenAction::default()
    }
}

fn failure_of(
    action: OpenAction,
    inner: Option<OpenAction>,
    value: i64,
    line: u64,
) -> FailedAction {
    FailedAction {
        action,
        inner,
        value,
        line,
        text: String::new(),
        chain: Vec::new(),
        swallowed: false,
    }
}

fn session(outcome: Outcome) -> Session {
    let mut session = Session::default();
    session.run.outcome = outcome;
    session
}

type Change<'a> = &'a dyn Fn(&mut OpenAction);

const PROGRAM: &str = "Error 1722. A program failed. Action Lost, location: C:\\a.exe, command: /q";

#[test]
fn kinds_of_actions() {
    let kind_of = |name: &str, change: Change| {
        let mut context = open(name, 1);
        change(&mut context);
        kind(&context)
    };
    let operation = Some((1, "CustomActionSchedule(".to_owned()));
    assert_eq!(kind_of("InstallFiles", &|_| ()), ActionKind::Standard);
    assert_eq!(kind_of("", &|_| ()), ActionKind::None);
    assert_eq!(kind_of("MyDlg", &|_| ()), ActionKind::Dialog);
    assert_eq!(kind_of("My", &|c| c.dialog = true), ActionKind::Dialog);
    for (scheduled, kind) in [
        (Scheduled::Deferred, ActionKind::CustomDeferred),
        (Scheduled::Rollback, ActionKind::CustomRollback),
        (Scheduled::Commit, ActionKind::CustomCommit),
    ] {
        assert_eq!(kind_of("My", &|c| c.scheduled = scheduled), kind);
    }
    let immediate: [(&str, Change); 5] = [
        ("My", &|_| ()),
        ("My", &|c| c.script = true),
        ("My", &|c| c.operation = operation.clone()),
        ("MyDlg", &|c| c.custom_type = Some(1)),
        ("MyDlg", &|c| c.invocation = Some(CustomAction::default())),
    ];
    for (name, change) in immediate {
        assert_eq!(kind_of(name, change), ActionKind::CustomImmediate);
    }
    let step = |c: &mut OpenAction| (c.script, c.operation) = (true, operation.clone());
    assert_eq!(kind_of("My", &step), ActionKind::CustomDeferred);
}

#[test]
fn the_episode_that_decides() {
    let mut session = session(Outcome::Failed);
    let at = |session: &Session| deciding(session).map(|e| e.line);
    for (value, line) in [(3, 1), (2, 2), (3, 3), (3, 4)] {
        let failed = failure_of(open("A", 1), None, value, line);
        session.failed_actions.push(failed);
    }
    session.failed_actions[3].swallowed = true;
    assert_eq!(at(&session), Some(3));
    session.failed_actions[0]
        .chain
        .push((9, "INSTALL".to_owned()));
    assert_eq!(at(&session), Some(1));
    session.run.outcome = Outcome::Cancelled;
    assert_eq!(at(&session), Some(2));
}

#[test]
fn the_open_action_that_tells() {
    let name = |session: &Session| find(&MsiLog::default(), session).action;
    let mut quiet = session(Outcome::Failed);
    quiet.open = vec![open("Outer", 1), open("Inner", 2)];
    assert_eq!(name(&quiet).as_deref(), Some("Inner"));
    quiet.run.outcome = Outcome::Incomplete;
    assert_eq!(name(&quiet), None);
    quiet.run.outcome = Outcome::Failed;
    let mut told = quiet.clone();
    told.tell_tales = all([output(3)]);
    assert_eq!(name(&told), None);
    let mut outside = quiet.clone();
    outside.outside = all([output(3)]);
    assert_eq!(name(&outside), None);
    quiet.open[0].statements = all([output(1)]);
    assert_eq!(name(&quiet).as_deref(), Some("Outer"));
    for (returned, action) in [
        (Some((1603, false, 7)), "Inner"),
        (Some((1603, true, 7)), "Outer"),
        (Some((0, false, 7)), "Outer"),
    ] {
        quiet.open[1].returned = returned;
        assert_eq!(name(&quiet).as_deref(), Some(action));
    }
}

#[test]
fn the_step_of_the_script() {
    let step_of = |action: OpenAction, inner: OpenAction| {
        let failed = failure_of(action, Some(inner), 3, 9);
        let step = of_failed_action(&failed);
        (step.action.unwrap_or_default(), step.kind, step.chain.len())
    };
    let mut failing = open("Step", 6);
    failing.returned = Some((1603, false, 7));
    let (finalize, immediate) = (open("InstallFinalize", 5), ActionKind::CustomImmediate);
    for (action, inner, name, kind, chain) in [
        (open("Other", 5), open("Step", 6), "Other", immediate, 0),
        (open("Other", 0), open("Step", 6), "Step", immediate, 1),
        (open("Other", 5), failing, "Step", immediate, 1),
        (
            finalize.clone(),
            open("Step", 6),
            "Step",
            ActionKind::CustomDeferred,
            1,
        ),
        (
            finalize.clone(),
            open("", 6),
            "InstallFinalize",
            ActionKind::Standard,
            0,
        ),
    ] {
        assert_eq!(step_of(action, inner), (name.to_owned(), kind, chain));
    }
    let mut action = finalize;
    action.statements = all([5, 6, 7].map(output));
    let failed = failure_of(action.clone(), Some(open("Step", 6)), 3, 9);
    let lines: Vec<u64> = of_failed_action(&failed)
        .statements
        .iter()
        .map(|s| s.line)
        .collect();
    assert_eq!(lines, [7]);
    // Where the step is lost, the message or the note about it names it.
    let note = "Note: 1: 1722 2: Lost 3: C:\\a.exe";
    for (text, kind) in [
        (PROGRAM, StatementKind::Message(MessageKind::Error)),
        (note, StatementKind::Note),
    ] {
        action.statements = all([said(7, text, kind, Some(1722))]);
        let failed = failure_of(action.clone(), None, 3, 9);
        let step = of_failed_action(&failed);
        assert_eq!(step.action.as_deref(), Some("Lost"));
        assert_eq!(step.kind, ActionKind::CustomDeferred);
    }
}

#[test]
fn only_a_run_inside_the_action_is_nested() {
    for (line, inside) in [(4, false), (5, true), (9, true), (10, false)] {
        let mut child = session(Outcome::Failed);
        child.run.lines[0] = line;
        child.open = vec![open("Child", line)];
        let mut outer = session(Outcome::Failed);
        outer.children = vec![1];
        outer.failed_actions = vec![failure_of(open("RemoveExistingProducts", 5), None, 3, 9)];
        let log = MsiLog {
            sessions: vec![outer, child],
            ..MsiLog::default()
        };
        let name = find(&log, &log.sessions[0]).action;
        assert_eq!(name.as_deref() == Some("Child"), inside, "{line}");
    }
}

#[test]
fn output_after_the_result_is_of_the_rollback() {
    let statements = [
        output(3),
        said(
            4,
            "CustomAction A returned actual",
            StatementKind::Returned(1603),
            None,
        ),
        output(4),
        output(5),
    ];
    let mut kept: Vec<&Statement> = statements.iter().collect();
    until_it_gave_up(&mut kept);
    assert_eq!(kept.iter().map(|s| s.line).collect::<Vec<_>>(), [3, 4]);
    let good = [said(1, "", StatementKind::Returned(0), None), output(2)];
    let mut kept: Vec<&Statement> = good.iter().collect();
    until_it_gave_up(&mut kept);
    assert_eq!(kept.len(), 2);
    let mut piece = session(Outcome::Failed);
    piece.outside = all(statements);
    let empty = MsiLog::default();
    let step = find(&empty, &piece);
    assert_eq!(step.action.as_deref(), Some("A"));
}

#[test]
fn custom_actions() {
    let mut context = open("My", 1);
    context.statements = all([said(
        2,
        PROGRAM,
        StatementKind::Message(MessageKind::Error),
        Some(1722),
    )]);
    for (bits, ignored) in [(1025, false), (1089, true)] {
        context.custom_type = Some(bits);
        let mut session = session(Outcome::Failed);
        session.open = vec![context.clone()];
        let custom = find(&MsiLog::default(), &session).custom_action().unwrap();
        assert_eq!((custom.kind, custom.ignored), (Some(bits), ignored));
        assert_eq!(custom.exe.as_deref(), Some("C:\\a.exe"));
    }
}

#[test]
fn failures_that_did_not_stop_the_run() {
    let mut session = session(Outcome::Failed);
    session.ignored = vec![(3, "Marked".to_owned())];
    session.rollback_failures = vec![(2, "Undone".to_owned())];
    for (value, line) in [(3, 9), (2, 10), (3, 11), (3, 12), (3, 13)] {
        let failed = failure_of(open("A", 1), None, value, line);
        session.failed_actions.push(failed);
    }
    session.failed_actions[2].swallowed = true;
    let mut step = of_failed_action(&session.failed_actions[0]);
    step.chain = vec![(13, "INSTALL".to_owned())];
    let why = |step: Option<&FailedStep<'_>>| -> Vec<(u64, String)> {
        let all = ignored(&session, step).into_iter();
        all.map(|f| (f.line, f.why)).collect()
    };
    let expected = |all: &[(u64, &str)]| -> Vec<(u64, String)> {
        all.iter()
            .map(|(line, why)| (*line, (*why).to_owned()))
            .collect()
    };
    const WENT_ON: &str = "the installation went on";
    let marked = [(2, "rollback"), (3, "continue flag")];
    assert_eq!(
        why(Some(&step)),
        expected(&[marked[0], marked[1], (11, WENT_ON), (12, "knock-on")])
    );
    let went_on = [9, 11, 12, 13].map(|line| (line, WENT_ON));
    assert_eq!(why(None), expected(&[&marked[..], &went_on[..]].concat()));
}

#[test]
fn messages_name_their_action_in_any_language() {
    for (text, name) in [
        (
            "Error 1722. A program failed. Action: SetUp, location: C:\\a b\\c.exe, command: /q",
            Some("SetUp"),
        ),
        (
            "Error 1721. A program failed. Action SetUp, location: , command: /q",
            Some("SetUp"),
        ),
        (
            "Fehler 1722. Ein Programm, das lief, schlug fehl. Aktion SetUp, Pfad: C:\\c.exe, Befehl: /q",
            Some("SetUp"),
        ),
        (
            "错误 1722。程序未完成。 操作 SetUp, 位置: C:\\c.exe, 命令: /q",
            Some("SetUp"),
        ),
        (
            "错误 1722。程序未完成。操作：SetUp，位置：C:\\c.exe，命令：/q",
            Some("SetUp"),
        ),
        ("Error 1722. A program failed, and so: nothing.", None),
    ] {
        assert_eq!(named_in_message(text), name, "{text}");
    }
}
