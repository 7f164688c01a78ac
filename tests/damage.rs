//! What strangers send: fixtures cut, flipped, shuffled, filled with NULs and lone surrogates.

mod common;

use msilog::diagnosis::Confidence;
use msilog::report::LogReport;
use msilog::session::Outcome;
use proptest::prelude::*;

/// A small generator, so that every run damages alike.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n.max(1)
    }
}

fn succeeded(report: &LogReport) -> bool {
    report
        .outermost()
        .all(|s| matches!(s.outcome, Outcome::Succeeded | Outcome::SucceededReboot))
}

fn confident_failure(report: &LogReport) -> bool {
    report
        .outermost()
        .filter_map(|s| s.failure.as_ref())
        .any(|f| {
            f.cause
                .as_ref()
                .is_some_and(|c| c.confidence == Confidence::High)
        })
}

#[test]
fn cut_at_many_lengths() {
    for (name, log, _) in common::fixtures() {
        let bytes = std::fs::read(&log).unwrap();
        let good = succeeded(&common::report(&bytes));
        for step in 0..40 {
            let report = common::report(&bytes[..bytes.len() * step / 40]);
            assert!(
                !(good && confident_failure(&report)),
                "{name} cut at {step}/40 becomes a failure"
            );
        }
        // At an odd byte of UTF-16, and from the middle on.
        common::report(&bytes[..bytes.len() - 1]);
        common::report(&bytes[(bytes.len() / 3) | 1..]);
        common::report(&bytes[(bytes.len() / 2) & !1..]);
    }
}

#[test]
fn flipped_and_filled_bytes() {
    let mut random = Random(7);
    for (name, log, _) in common::fixtures() {
        let bytes = std::fs::read(&log).unwrap();
        let good = succeeded(&common::report(&bytes));
        for round in 0..12 {
            let mut damaged = bytes.clone();
            for _ in 0..1 + round * 8 {
                let at = random.below(damaged.len());
                damaged[at] = match round % 3 {
                    0 => damaged[at] ^ (1 << random.below(8)),
                    1 => 0,
                    _ => 0xd8, // High bytes of lone surrogates.
                };
            }
            let report = common::report(&damaged);
            assert!(
                !(good && confident_failure(&report)),
                "{name}, round {round}"
            );
        }
    }
}

#[test]
fn lines_shuffled_doubled_and_dropped() {
    let mut random = Random(11);
    for (name, log, _) in common::fixtures() {
        let bytes = std::fs::read(&log).unwrap();
        let text = common::decoded(&bytes);
        let good = succeeded(&common::report(&bytes));
        let lines: Vec<&str> = text.lines().collect();
        for round in 0..6 {
            let mut damaged = lines.clone();
            for _ in 0..lines.len() / 10 + 1 {
                let (a, b) = (random.below(damaged.len()), random.below(damaged.len()));
                match round % 3 {
                    0 => damaged.swap(a, b),
                    1 => damaged.insert(a, lines[b % lines.len()]),
                    _ => drop(damaged.remove(a)),
                }
            }
            let report = common::report(damaged.join("\r\n").as_bytes());
            assert!(
                !(good && confident_failure(&report)),
                "{name}, round {round}"
            );
        }
    }
}

#[test]
fn an_endless_line_and_many_sessions_stay_small() {
    let endless = vec![b'x'; 8 << 20];
    let report = common::report(&endless);
    assert_eq!(report.lines, 1);
    assert!(
        report.notices.iter().any(|n| n.contains("long")),
        "{:?}",
        report.notices
    );
    let one =
        "=== Verbose logging started: 1/1/2026  10:00:00 ===\nAction start 10:00:00: INSTALL.\n";
    let report = common::report(one.repeat(20_000).as_bytes());
    assert!(report.sessions.len() <= 1000);
    assert!(
        report
            .notices
            .iter()
            .any(|n| n.contains("too many sessions"))
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_bytes_give_a_report(bytes in proptest::collection::vec(any::<u8>(), 0..4000)) {
        common::report(&bytes);
    }

    #[test]
    fn any_text_gives_a_report(text in "(MSI \\(s\\) \\([0-9A-F]{2}:[0-9A-F]{2}\\) \\[\\PC{0,12}\\]: \\PC{0,60}\n|Action (start|ended) [0-9]{1,2}:[0-9]{2}:[0-9]{2}: \\PC{0,30}\n|Executing op: \\PC{0,40}\n|\\PC{0,40}\n){0,30}") {
        common::report(text.as_bytes());
        common::report(&common::utf16(&text));
    }
}
