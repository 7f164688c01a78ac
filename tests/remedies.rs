//! Remedies as readers get them: what a log tells stands in them, and none of them sends its reader
//! back into the log that msilog has just read.

mod common;

use std::io::Write;
use std::path::PathBuf;

use msilog::diagnosis::{Failure, Remedy};
use msilog::knowledge::rules::RuleSet;
use msilog::report::SessionReport;
use regex::Regex;

/// The logs: the fixtures, then those of the collection where it is here.
fn logs(test: &str) -> Vec<(bool, PathBuf)> {
    let fixtures = common::fixtures()
        .into_iter()
        .map(|(_, log, _)| (false, log));
    let mut logs: Vec<_> = fixtures.collect();
    if let Some(real) = common::real_logs(test) {
        let entries = std::fs::read_dir(real.join("logs")).unwrap().flatten();
        logs.extend(entries.map(|entry| (true, entry.path())));
    }
    logs
}

/// What a log tells for a place, read off the report and the lines that it shows, in another way than
/// the program fills it. `None` where it does not tell, or where no command may hold it.
fn told(name: &str, session: &SessionReport, failure: &Failure) -> Option<String> {
    let product = &session.product;
    let cause = failure
        .cause
        .as_ref()
        .map_or("", |cause| cause.text.as_str());
    // A line of source code is no file of this machine.
    let source = Regex::new(r"[A-Za-z]:\\[^:\n]+\.cpp:\d+").unwrap();
    let cause = &*source.replace_all(cause, "");
    let find = |pattern: &str, text: &str| {
        let found = Regex::new(pattern).unwrap().captures(text)?;
        Some(found[found.len() - 1].to_owned())
    };
    let operation = failure.script_operation.as_deref().unwrap_or("");
    let shown = || failure.evidence.iter().map(|e| e.text.as_str());
    let path = r"[A-Za-z]:\\[^:*?<>|'\n]+?\.[A-Za-z0-9]{2,4}\b";
    let value = match name {
        "product-code" | "packed-code" => product.code.clone(),
        "product-name" => product.name.clone(),
        "product-version" => product.version.clone(),
        "package" | "package-name" => {
            let named = find(r"(?i)((?:[a-z]:|\\)\\[^:*?<>|\n]+?\.msi)\b", cause);
            let named = named.filter(|path| !path.to_lowercase().contains(r"\installer\"));
            product.package.clone().or(named)
        }
        "machine" => session.machine.name.clone(),
        "windows" => session.machine.windows.clone(),
        "action" => failure.action.clone(),
        "exit-code" => session.exit_code.map(|code| code.to_string()),
        "program-code" => find(r"(?:returned actual error code|exit code:?) (\d+)", cause),
        "dotnet" => session.dotnet.as_ref().map(ToString::to_string),
        "package-log" => find(r"Msi Log: (\S.*?\.(?:txt|log|html))", cause),
        "service" => find(r"(?i)\bservice '([^']+)'", cause)
            .or_else(|| find(r"^Service\w+\((?:,)?Name=([^,)]+)", operation)),
        "account" => find(r"StartName=([^,)]+)", operation),
        "file" => find(&format!("({path})"), cause),
        "folder" => find(&format!("({path})"), cause),
        "drive" => find(r"\b([A-Za-z]:)(?:\\|')", cause),
        "registry-key" => find(r"(HKEY_[A-Z_]+\\[^ .,]+)", cause),
        "command-line" => find(r"command: (\S.*)", cause).or_else(|| {
            let quiet = operation.contains("QuietExec");
            find(r"CustomActionData=(.+),?\)$", operation).filter(|_| quiet)
        }),
        "url" => shown().find_map(|line| find(r"(https?://[^\s'\x22<>]+)", line)),
        "port" => shown().find_map(|line| find(r"(?i)\bport (\d+)", line)),
        "database" => find(r"(?i)database:? '([^']+)'", cause),
        "site" => find(r"(?i)\bsite '([^']+)'", cause),
        "cached-package" => {
            shown().find_map(|line| find(r"(?i)([a-z]:\\windows\\installer\\\w+\.ms[ip])", line))
        }
        _ => None,
    }?;
    let breaks = value.contains(['"', '`', '%', '$']) || value.chars().count() > 400;
    (!breaks && !value.trim().is_empty()).then_some(value)
}

/// The places of a rule's words, `<name|words>`, that a remedy has still open although the log tells.
fn open(remedy: &Remedy, session: &SessionReport, failure: &Failure) -> Vec<String> {
    let Some(rule) = RuleSet::built_in().get(&remedy.rule) else {
        return Vec::new();
    };
    let words = rule.words();
    let texts = [&words.title, &words.cause].into_iter().chain(&words.steps);
    let shown = [&remedy.title, &remedy.cause]
        .into_iter()
        .chain(&remedy.steps);
    let shown: Vec<&String> = shown.collect();
    let place = Regex::new("<([a-z-]+)\\|([^<>|]+)>").unwrap();
    let mut found = Vec::new();
    for text in texts {
        for place in place.captures_iter(text) {
            let (name, words) = (&place[1], &place[2]);
            let open = shown
                .iter()
                .any(|text| text.contains(&format!("<{words}>")));
            let value = told(name, session, failure).filter(|_| open);
            found.extend(value.map(|value| format!("{}: <{name}> is {value}", remedy.rule)));
        }
    }
    found
}

#[test]
fn what_the_log_tells_stands_in_the_remedies() {
    let (mut wrong, mut remedies, mut failures) = (Vec::new(), 0, [0, 0]);
    for (real, log) in logs("what_the_log_tells_stands_in_the_remedies (real logs)") {
        let report = common::report(&std::fs::read(&log).unwrap());
        for session in &report.sessions {
            let Some(failure) = &session.failure else {
                continue;
            };
            failures[usize::from(real)] += 1;
            for remedy in &failure.remedies {
                remedies += 1;
                let open = open(remedy, session, failure);
                wrong.extend(open.iter().map(|open| format!("{}: {open}", log.display())));
            }
        }
    }
    let [own, real] = failures;
    let _ = writeln!(
        std::io::stderr(),
        "{} places open although the log tells, in {remedies} remedies of {own} failures of fixtures and {real} of the collection",
        wrong.len()
    );
    assert!(own > 50);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether a step sends its reader into the log at hand; the log of something else is fine.
fn sends_back(step: &str) -> bool {
    let into = r"(?i)\b(search|look|read|find|see|check|open|scroll|go)\b[^.`]*\b(in|into|through|at|for) (this|the|that|your|its) ((verbose|msi|installer|installation|setup) )?log\b";
    let lines =
        r"(?i)\blines? (above|before|below|of the log|in the log)|\bin the lines?\b|return value 3";
    let other = |rest: &str| {
        [" of ", " that ", " named ", " beside "]
            .iter()
            .any(|w| rest.starts_with(w))
    };
    let into = Regex::new(into).unwrap();
    let own = into
        .find_iter(step)
        .any(|found| !other(&step[found.end()..]));
    own || Regex::new(lines).unwrap().is_match(step)
}

#[test]
fn no_first_step_sends_its_reader_back_into_the_log() {
    for step in [
        "Search the log for 'return value 3'.",
        "Look in the log for the name of the service.",
        "See the lines above the failure.",
        "Find the product code in the verbose log.",
    ] {
        assert!(sends_back(step), "{step}");
    }
    assert!(!sends_back(
        "Give the log of the package to msilog: C:\\Temp\\a.log"
    ));
    assert!(!sends_back(
        "Look in the log of the service: C:\\Temp\\a.log"
    ));
    for rule in RuleSet::built_in().rules() {
        let first = rule.words().steps.first().map_or("", String::as_str);
        assert!(!sends_back(first), "{}: {first}", rule.id);
    }
    let (mut first_steps, mut wrong) = (0, Vec::new());
    for (_, log) in logs("no_first_step_sends_its_reader_back_into_the_log (real logs)") {
        let report = common::report(&std::fs::read(&log).unwrap());
        let failures = report.sessions.iter().filter_map(|s| s.failure.as_ref());
        let steps = failures.filter_map(|failure| failure.remedies.first()?.steps.first());
        for step in steps {
            first_steps += 1;
            wrong.extend(sends_back(step).then(|| format!("{}: {step}", log.display())));
        }
    }
    let _ = writeln!(
        std::io::stderr(),
        "{} of {first_steps} first steps send their reader back into the log",
        wrong.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
