use super::*;
use crate::report::layout::width as columns;
use crate::report::tests::specimen;

fn screen(report: &LogReport, width: usize) -> String {
    let mut out = Vec::new();
    write(&mut out, report, width).unwrap();
    specimen::plain(&out)
}

fn in_order(text: &str, parts: &[&str]) {
    let mut rest = text;
    for part in parts {
        let (_, after) = rest
            .split_once(part)
            .unwrap_or_else(|| panic!("{part:?} in\n{text}"));
        rest = after;
    }
}

#[test]
fn a_long_failure_stays_short() {
    for width in [80, 100, 140] {
        let text = screen(&specimen::failure(), width);
        let rows = text.lines().map(|l| columns(l).div_ceil(width).max(1));
        // Three steps are worth a few rows more than a small window has.
        assert!(rows.sum::<usize>() <= 30, "{width}\n{text}");
    }
    let text = screen(&specimen::failure(), 100);
    in_order(
        &text,
        &[
            "FAILED",
            "high confidence",
            "exit code 1603",
            "Cause",
            "line 471",
            "Fix",
            "1. ",
            "If that does not help: msilog rules show another",
            "More:",
        ],
    );
    assert!(
        !text.contains("generic") && !text.contains("Generic"),
        "{text}"
    );
    let shown = "msilog show pc17/MSI4f2.LOG --lines 451-481";
    assert!(text.contains(shown), "{text}");
}

/// The line that proves the cause, however long it is and however narrow the screen.
#[test]
fn the_cause_is_quoted_whole() {
    let mut report = specimen::failure();
    let words: Vec<String> = (0..200).map(|n| format!("word{n}")).collect();
    let long = format!(
        "Error 1310. {} C:\\{}",
        words.join(" "),
        "folder\\".repeat(40)
    );
    if let Some(cause) = cause(&mut report) {
        cause.text.clone_from(&long);
    }
    for width in [30, 59, 80, 100, 140] {
        let text = screen(&report, width);
        let lines = text.lines().skip_while(|l| !l.contains("line 471"));
        let lines = lines.take_while(|l| !l.is_empty());
        let joined: String = lines.flat_map(str::split_whitespace).collect();
        let wanted: String = long.split_whitespace().collect();
        assert!(joined.contains(&wanted), "{width}\n{text}");
        for line in text.lines().filter(|l| l.contains("word")) {
            assert!(columns(line) <= width, "{width}: {line}");
        }
    }
}

#[test]
fn a_command_stands_whole_and_alone_on_its_line() {
    let mut report = specimen::failure();
    let command =
        r#"msiexec /i "C:\A long folder\for a package\setup.msi" /l*v "%TEMP%\install.log""#;
    let failure = report.sessions.first_mut().and_then(|s| s.failure.as_mut());
    if let Some(remedy) = failure.and_then(|f| f.remedies.first_mut()) {
        remedy.steps = vec![
            format!("Look first (`{command}`), then with `/qn` behind it, or `net use`."),
            format!("`{command}`"),
        ];
    }
    for width in [80, 140] {
        let text = screen(&report, width);
        let alone = text.lines().filter(|l| l.trim() == command);
        assert_eq!(alone.count(), 1, "{width}\n{text}");
        assert!(
            text.contains(&format!("2.     {command}\n")),
            "{width}\n{text}"
        );
        let flowing = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let around = format!("1. Look first: {command} then with /qn behind it, or net use. 2.");
        assert!(flowing.contains(&around), "{width}\n{text}");
    }
}

/// What a screen has no room for gives way, and -v tells all of it.
#[test]
fn all_is_told_on_demand() {
    let report = specimen::failure();
    let mut written = Vec::new();
    InFull::new(80, true).log(&mut written, &report).unwrap();
    let text = specimen::plain(&written);
    let failure = report.sessions.first().and_then(|s| s.failure.as_ref());
    for evidence in &failure.unwrap().evidence {
        assert!(
            text.contains(&format!("line {}  ", evidence.line)),
            "{text}"
        );
    }
    for remedy in &failure.unwrap().remedies {
        assert!(
            text.contains(&remedy.title[..20]),
            "{}\n{text}",
            remedy.title
        );
    }
    in_order(
        &text,
        &[
            "Action: ",
            "Code: ",
            "Fix",
            "fits: message 1310",
            "1. ",
            "Or",
            "explain",
        ],
    );
    assert!(!screen(&report, 80).contains("fits: "));
}

#[test]
fn what_gives_way_is_named() {
    let mut report = specimen::failure();
    let failure = report.sessions.first_mut().and_then(|s| s.failure.as_mut());
    if let Some(remedy) = failure.and_then(|f| f.remedies.first_mut()) {
        remedy.steps = (0..9)
            .map(|n| format!("Step {n} {}", "is long ".repeat(20)))
            .collect();
    }
    let text = screen(&report, 80);
    let shown = text.matches("Step ").count();
    assert!(
        text.contains(&format!("… {} more steps with -v", 9 - shown)),
        "{text}"
    );
}

fn cause(report: &mut LogReport) -> Option<&mut crate::diagnosis::Cause> {
    let session = report.sessions.first_mut()?;
    session.failure.as_mut()?.cause.as_mut()
}

#[test]
fn no_line_is_too_wide() {
    let cancelled = LogReport {
        sessions: vec![specimen::session(Outcome::Cancelled, 1602)],
        ..specimen::success()
    };
    for report in [specimen::failure(), specimen::success(), cancelled] {
        for width in [40, 80, 100, 200] {
            for line in screen(&report, width).lines() {
                assert!(
                    columns(line) <= width || line.contains("http") || line.contains("msilog "),
                    "{width}: {line}"
                );
            }
        }
        // Narrower than any terminal: no panic.
        (0..40).for_each(|width| drop(screen(&report, width)));
    }
}

#[test]
fn success_is_short() {
    let text = screen(&specimen::success(), 100);
    assert!((3..=6).contains(&text.trim_end().lines().count()), "{text}");
    in_order(&text, &["OK", "4.2.1", "1 min 23 s", "RemoveOldTask", "77"]);
}

#[test]
fn a_restart_is_asked_for_once() {
    let mut report = specimen::success();
    report.sessions = vec![specimen::session(Outcome::SucceededReboot, 3010)];
    let text = screen(&report, 100);
    in_order(&text, &["OK", "restart", "3010"]);
    assert_eq!(text.matches("restart").count(), 1, "{text}");
}

#[test]
fn other_sessions_take_a_line_each() {
    let mut report = specimen::failure();
    let mut other = specimen::session(Outcome::Succeeded, 0);
    other.lines = [501, 900];
    other.product.code = None;
    other.product.name = Some("Another".into());
    report.sessions.push(other);
    let text = screen(&report, 100);
    assert!(text.contains("Also    lines 501-900: "), "{text}");
    assert!(text.lines().count() <= SCREEN + 4, "{text}");
}

#[test]
fn nothing_of_a_log_reaches_the_terminal_raw() {
    let mut report = specimen::failure();
    let evil = "\u{1b}[31mred\u{7}\u{202e}\u{9b}2J\r\n";
    report.path.push_str(evil);
    report.notices = vec![evil.into()];
    if let Some(session) = report.sessions.first_mut() {
        session.product.name = Some(evil.into());
        session.machine.name = Some(evil.into());
        if let Some(failure) = &mut session.failure {
            failure.action = Some(evil.into());
            failure
                .evidence
                .iter_mut()
                .for_each(|e| e.text = evil.into());
            failure
                .remedies
                .iter_mut()
                .for_each(|r| r.title = evil.into());
            if let Some(cause) = &mut failure.cause {
                cause.explanation = Some(evil.into());
            }
        }
    }
    let text = screen(&report, 100);
    assert!(text.contains("red"), "{text}");
    let harmful = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
    assert!(!text.contains(harmful), "{text:?}");
}

#[test]
fn retired_articles_are_said_to_be_retired() {
    let mut written = Vec::new();
    let mut writer = InFull::new(100, true);
    writer.log(&mut written, &specimen::failure()).unwrap();
    let text = specimen::plain(&written);
    assert!(
        text.contains("KB 834484: What 1603 means (retired; instead: another page)"),
        "{text}"
    );
}
