//! Real logs, where they are at hand: no success may be reported as a failure. Fixtures and real logs:
//! nothing may be lost on the way.

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

/// A line of a page without its markup, as a browser shows it.
fn plain(line: &str) -> String {
    let parts = line.split('<').enumerate();
    let parts = parts.map(|(at, part)| match part.split_once('>') {
        Some((_, text)) if at > 0 => text,
        _ => part,
    });
    let text = one_blank(&parts.collect::<String>());
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

/// A browser shows one blank for many.
/// Nothing but letters and digits: signs and blanks are what wrapping changes.
fn letters(text: &str) -> String {
    let entity = regex::Regex::new("&#?[0-9a-z]+;").unwrap();
    let text = entity.replace_all(text, "");
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

fn one_blank(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn shown_lines_are_lines_of_the_log() {
    let mut logs: Vec<_> = common::fixtures()
        .into_iter()
        .map(|(_, log, _)| log)
        .collect();
    if let Some(real) = common::real_logs("shown_lines_are_lines_of_the_log (real logs)") {
        let entries = std::fs::read_dir(real.join("logs")).unwrap().flatten();
        logs.extend(entries.map(|entry| entry.path()));
    }
    let mut shown = 0;
    for log in logs {
        let bytes = std::fs::read(&log).unwrap();
        let report = common::report(&bytes);
        let failures: Vec<_> = report
            .sessions
            .iter()
            .filter_map(|s| s.failure.as_ref())
            .collect();
        let text = common::decoded(&bytes);
        let lines: Vec<&str> = text
            .split('\n')
            .map(|l| l.strip_suffix('\r').unwrap_or(l))
            .collect();
        for failure in failures {
            let cause = failure.cause.iter().map(|c| (c.line, &c.text));
            for (number, words) in cause.chain(failure.evidence.iter().map(|e| (e.line, &e.text))) {
                let from = number as usize - 1;
                let line = lines[from];
                // A record that was broken goes on in the next lines.
                let joined = lines[from..].iter().take(12).copied().collect::<String>();
                let wrapped = report.notices.iter().any(|n| n.contains("was wrapped"));
                let stands = line.contains(words.as_str())
                    || plain(line).contains(&one_blank(words))
                    || (wrapped && letters(&plain(&joined)).contains(&letters(words)));
                assert!(stands, "{}: line {number}: {words}", log.display());
                shown += 1;
            }
        }
    }
    assert!(shown > 100, "{shown} lines are shown");
}
