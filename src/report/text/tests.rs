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
fn a_long_failure_fits_a_screen() {
    let text = screen(&specimen::failure(), 100);
    assert!(
        text.lines().count() <= SCREEN,
        "{}\n{text}",
        text.lines().count()
    );
    in_order(
        &text,
        &[
            "FAILED", "1603", "Why", "Where", "Sure", "471 |", "^^^", "Do now", "1. ",
        ],
    );
    assert!(
        text.contains("msilog rules show file-access-denied"),
        "{text}"
    );
    assert!(text.contains("msilog explain 1310"), "{text}");
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
                    columns(line) <= width || line.contains("http"),
                    "{width}: {line}"
                );
            }
        }
        // Narrower than any terminal: no panic.
        (0..40).for_each(|width| drop(screen(&report, width)));
    }
}

#[test]
fn why_a_remedy_was_chosen_is_told_on_demand() {
    let report = specimen::failure();
    assert!(!screen(&report, 100).contains("fits: "));
    let mut written = Vec::new();
    let mut writer = InFull {
        width: 100,
        why: true,
    };
    writer.log(&mut written, &report).unwrap();
    let text = String::from_utf8(written).unwrap();
    in_order(&text, &["Do now", "fits: message 1310", "1."]);
    assert!(text.lines().count() <= SCREEN);
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
    assert!(text.lines().count() <= SCREEN);
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
fn gaps_between_lines_are_shown() {
    let mut report = specimen::failure();
    if let Some(failure) = report.sessions.first_mut().and_then(|s| s.failure.as_mut()) {
        failure
            .evidence
            .retain(|e| [465, 466, 471].contains(&e.line));
    }
    let text = screen(&report, 100);
    in_order(
        &text,
        &["465 |", "\n      |", "466 |", "\n  ... |", "471 |"],
    );
}

#[test]
fn retired_articles_are_said_to_be_retired() {
    let text = screen(&specimen::failure(), 100);
    assert!(
        text.contains("KB 834484: What 1603 means (retired; instead: another page)"),
        "{text}"
    );
}
