//! What must hold whatever the log: the prefix of an engine line is read as a plain pattern reads it,
//! a tree of sessions comes back as it was written, damaged logs have reports that fit the schema.

mod common;

use std::sync::LazyLock;

use msilog::grammar::{self, Side};
use msilog::run::Outcome;
use proptest::prelude::*;
use regex::Regex;

/// The prefix by a pattern: slow, and easy to see through.
static PREFIX: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^MSI \(([csN])\) \(([0-9A-F]{2})([:!])([0-9A-F]{2})\) \[([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9]):([0-9]{3})\]: ",
    )
    .unwrap()
});

/// A run of the engine: what it returned, and the runs that it started.
#[derive(Debug, Clone)]
struct Run {
    code: u32,
    inner: Vec<Run>,
}

fn runs() -> impl Strategy<Value = Run> {
    let code = || prop_oneof![Just(0), Just(1603), Just(1602), Just(3010)];
    let leaf = code().prop_map(|code| Run {
        code,
        inner: Vec::new(),
    });
    leaf.prop_recursive(4, 12, 3, move |inner| {
        (code(), prop::collection::vec(inner, 0..3)).prop_map(|(code, inner)| Run { code, inner })
    })
}

/// Writes a log as the engine does.
struct Log {
    lines: Vec<String>,
    milliseconds: u32,
    threads: u32,
    /// Of each run in the order of their beginnings: code and the number of the run that it is in.
    written: Vec<(u32, Option<usize>)>,
}

impl Log {
    fn of(run: &Run) -> Self {
        let mut log = Self {
            lines: vec!["=== Verbose logging started: 2026-11-20  10:00:00  Build type: SHIP UNICODE 5.00.10011.00  Calling process: C:\\Windows\\System32\\msiexec.exe ===".to_owned()],
            milliseconds: 0,
            threads: 0x20,
            written: Vec::new(),
        };
        log.begin("c", 0x10, "C:\\packages\\outer.msi");
        log.run(run, None);
        log.engine(
            "c",
            0x10,
            &format!("MainEngineThread is returning {}", run.code),
        );
        log.lines
            .push("=== Verbose logging stopped: 2026-11-20  10:00:09 ===".to_owned());
        log
    }

    fn engine(&mut self, side: &str, thread: u32, text: &str) {
        self.milliseconds += 7;
        let (seconds, rest) = (self.milliseconds / 1000, self.milliseconds % 1000);
        let process = if side == "c" { "A8" } else { "E0" };
        let front = format!("MSI ({side}) ({process}:{thread:02X}) [10:00:{seconds:02}:{rest:03}]");
        self.lines.push(format!("{front}: {text}"));
    }

    fn begin(&mut self, side: &str, thread: u32, product: &str) {
        self.engine(side, thread, "Resetting cached policy values");
        self.engine(side, thread, "Machine policy value 'Debug' is 0");
        self.engine(side, thread, "******* RunEngine:");
        self.lines
            .push(format!("           ******* Product: {product}"));
        self.lines.push("           ******* Action: ".to_owned());
        self.lines
            .push("           ******* CommandLine: **********".to_owned());
    }

    fn run(&mut self, run: &Run, parent: Option<usize>) {
        let number = self.written.len();
        self.written.push((run.code, parent));
        self.threads += 1;
        let thread = self.threads;
        let product = format!("{{1A123FB9-803F-4F7B-B3DC-{number:012X}}}");
        self.begin(
            "s",
            thread,
            if parent.is_some() {
                &product
            } else {
                "C:\\packages\\outer.msi"
            },
        );
        let time = format!("10:00:{:02}", self.milliseconds / 1000);
        self.engine("s", thread, "Doing action: INSTALL");
        self.lines.push(format!("Action start {time}: INSTALL."));
        for inner in &run.inner {
            self.engine("s", thread, "Doing action: RemoveExistingProducts");
            self.lines
                .push(format!("Action start {time}: RemoveExistingProducts."));
            self.run(inner, Some(number));
            self.lines.push(format!(
                "Action ended {time}: RemoveExistingProducts. Return value 1."
            ));
        }
        let value = match run.code {
            0 | 3010 => 1,
            1602 => 2,
            _ => 3,
        };
        self.lines.push(format!(
            "Action ended {time}: INSTALL. Return value {value}."
        ));
        self.engine(
            "s",
            thread,
            &format!("MainEngineThread is returning {}", run.code),
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn the_prefix_is_what_a_plain_pattern_reads(
        side in "[csNx]",
        ids in "[0-9A-F]{2}[:!.][0-9A-F]{2}",
        time in "[0-2][0-9]:[0-6][0-9]:[0-6][0-9]:[0-9]{3}",
        body in "\\PC{0,20}",
        damage in prop::option::of((0usize..34, "\\PC")),
    ) {
        let mut line = format!("MSI ({side}) ({ids}) [{time}]: {body}");
        if let Some((at, letter)) = damage
            && line.is_char_boundary(at)
            && line.is_char_boundary(at + 1)
        {
            line.replace_range(at..at + 1, &letter);
        }
        let Some(groups) = PREFIX.captures(&line) else { return Ok(()) };
        let record = grammar::parse(&line);
        let prefix = record.prefix.unwrap();
        let hex = |group: usize| u8::from_str_radix(&groups[group], 16).unwrap();
        let number = |group: usize| groups[group].parse::<u32>().unwrap();
        let wanted = match &groups[1] { "c" => Side::Client, "s" => Side::Server, _ => Side::Nested };
        prop_assert_eq!(prefix.side, wanted);
        prop_assert_eq!((prefix.process, prefix.thread), (hex(2), hex(4)));
        prop_assert_eq!(prefix.remote, &groups[3] == "!");
        let time = ((number(5) * 60 + number(6)) * 60 + number(7)) * 1000 + number(8);
        prop_assert_eq!(prefix.time, Some(time));
        prop_assert_eq!(line.get(grammar::body_offset(&line)..), line.get(groups[0].len()..));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_tree_of_sessions_comes_back(run in runs(), wide in any::<bool>()) {
        let log = Log::of(&run);
        let text = log.lines.join("\r\n") + "\r\n";
        let bytes = if wide { common::utf16(&text) } else { text.clone().into_bytes() };
        let report = common::report(&bytes);
        let found: Vec<_> = report.sessions.iter().map(|s| (s.exit_code, s.parent)).collect();
        let wanted: Vec<_> = log.written.iter().map(|(code, parent)| (Some(i64::from(*code)), *parent)).collect();
        prop_assert_eq!(found, wanted, "{}", text);
        for (session, (code, _)) in report.sessions.iter().zip(&log.written) {
            let outcome = match code {
                0 => Outcome::Succeeded,
                3010 => Outcome::SucceededReboot,
                1602 => Outcome::Cancelled,
                _ => Outcome::Failed,
            };
            prop_assert_eq!(session.outcome, outcome, "{}", text);
        }
        prop_assert!(report.complete);
    }

    #[test]
    fn reports_of_damaged_logs_fit_the_schema(
        fixture in any::<prop::sample::Index>(),
        cut in 0.0f64..1.0,
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..20),
    ) {
        static SCHEMA: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
            let schema = serde_json::from_str(msilog::report::JSON_SCHEMA).unwrap();
            jsonschema::validator_for(&schema).unwrap()
        });
        static LOGS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
            let logs = common::fixtures().into_iter();
            logs.map(|(_, log, _)| std::fs::read(log).unwrap()).collect()
        });
        let whole = fixture.get(&LOGS);
        let mut bytes = whole[..(whole.len() as f64 * cut) as usize].to_vec();
        for (at, value) in flips {
            if !bytes.is_empty() {
                let at = at.index(bytes.len());
                bytes[at] = value;
            }
        }
        let report = serde_json::to_value(common::report(&bytes)).unwrap();
        let mistakes: Vec<String> = SCHEMA.iter_errors(&report).map(|e| e.to_string()).collect();
        prop_assert!(mistakes.is_empty(), "{:?}", mistakes);
    }
}
