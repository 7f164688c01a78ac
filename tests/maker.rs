//! The maker of logs for the benches does what it is asked for, and what it makes is understood.

#[path = "../benches/support/mod.rs"]
mod support;

use msilog::run::CodeSpace;
use msilog::run::Outcome;
use msilog::{Options, analyse};
use support::{MIXES, Plan};

#[test]
fn failures_are_where_they_were_asked_for() {
    for (name, mix, form) in MIXES {
        for failures in [&[][..], &[100], &[25, 60], &[3, 50, 97, 100]] {
            let plan = Plan {
                bytes: 1_500_000,
                mix,
                form,
                failures,
                seed: 5,
            };
            let log = support::log(&plan);
            let report = analyse("made.log", log.as_slice(), &Options::default()).unwrap();
            let mut found = Vec::new();
            for session in &report.sessions {
                let Some(failure) = &session.failure else {
                    assert_eq!(session.outcome, Outcome::Succeeded, "{name}");
                    continue;
                };
                let cause = failure.cause.as_ref().unwrap();
                assert_eq!(cause.code.space, CodeSpace::Msi);
                assert_eq!(cause.code.value, Some(1310), "{name}");
                assert_eq!(session.exit_code, Some(1603));
                found.push(cause.line * 100 / report.lines);
            }
            assert_eq!(found.len(), failures.len(), "{name} {failures:?}");
            for (found, asked) in found.iter().zip(failures) {
                assert!(found.abs_diff(*asked) <= 2, "{name}: {found} for {asked}");
            }
        }
    }
}

#[test]
fn the_same_seed_makes_the_same_log() {
    for (_, mix, form) in MIXES {
        let plan = Plan {
            bytes: 50_000,
            mix,
            form,
            failures: &[100],
            seed: 9,
        };
        let (one, other) = (support::log(&plan), support::log(&plan));
        assert!(one == other && one.len().abs_diff(50_000) < 5_000);
        assert!(support::log(&Plan { seed: 10, ..plan }) != one);
    }
}
