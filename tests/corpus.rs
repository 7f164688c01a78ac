//! Real logs, where they are at hand: no success may be reported as a failure, and nothing may be
//! lost on the way.

mod common;

use std::collections::HashMap;

#[test]
fn no_success_is_reported_as_failed() {
    let Some(corpus) = common::real_logs("no_success_is_reported_as_failed") else {
        return;
    };
    let labels = std::fs::read_to_string(corpus.join("labels.tsv")).unwrap();
    let mut lines = labels.lines();
    let names: Vec<&str> = lines.next().unwrap().split('\t').collect();
    let mut wrong = Vec::new();
    let mut seen = 0;
    for line in lines {
        let label: HashMap<&str, &str> = names.iter().copied().zip(line.split('\t')).collect();
        let file = label["file"];
        let report = common::report(&std::fs::read(corpus.join("logs").join(file)).unwrap());
        seen += 1;
        if let Ok(count) = label["lines"].parse::<u64>() {
            assert_eq!(report.lines, count, "{file}: lines");
        }
        let outcome = report
            .principal()
            .map(|s| serde_json::to_value(s.outcome).unwrap());
        if label["outcome"] == "succeeded"
            && outcome
                .as_ref()
                .is_none_or(|o| !o.as_str().unwrap().starts_with("succeeded"))
        {
            wrong.push(format!("{file}: {outcome:?}"));
        }
    }
    assert!(seen > 0, "there are labels");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn shown_lines_are_lines_of_the_log() {
    let Some(corpus) = common::real_logs("shown_lines_are_lines_of_the_log") else {
        return;
    };
    for entry in std::fs::read_dir(corpus.join("logs")).unwrap().flatten() {
        let bytes = std::fs::read(entry.path()).unwrap();
        let report = common::report(&bytes);
        let failures: Vec<_> = report
            .sessions
            .iter()
            .filter_map(|s| s.failure.as_ref())
            .collect();
        if failures.is_empty() {
            continue;
        }
        let text = common::decoded(&bytes);
        let lines: Vec<&str> = text
            .split('\n')
            .map(|l| l.strip_suffix('\r').unwrap_or(l))
            .collect();
        for failure in failures {
            let cause = failure.cause.iter().map(|c| (c.line, &c.text));
            for (number, shown) in cause.chain(failure.evidence.iter().map(|e| (e.line, &e.text))) {
                let line = lines[number as usize - 1];
                assert!(
                    line.contains(shown.as_str()),
                    "{:?}: line {number}: {shown}",
                    entry.file_name()
                );
            }
        }
    }
}
