use super::*;
use crate::report::tests::specimen;
use crate::report::writer::Writer as _;

/// A failed log of a machine with a signature.
fn failed_log(path: &str, machine: Option<&str>, signature: &str, started: &str) -> LogReport {
    let mut report = specimen::failure();
    path.clone_into(&mut report.path);
    let session = &mut report.sessions[0];
    session.machine.name = machine.map(str::to_owned);
    session.started = Some(started.to_owned());
    let failure = session.failure.as_mut().unwrap();
    signature.clone_into(&mut failure.signature);
    report
}

fn groups(by: GroupBy, logs: &[LogReport]) -> Groups {
    let mut groups = Groups::new(by, &["logs".to_owned(), "all.zip".to_owned()]);
    logs.iter().for_each(|log| groups.add(log));
    groups
}

fn logs() -> Vec<LogReport> {
    vec![
        failed_log("logs/pc1/a.log", None, "x", "2026-01-02T00:00:00"),
        failed_log("logs/pc1/b.log", None, "x", "2026-01-01T00:00:00"),
        failed_log("logs/pc2/a.log", Some("PC1"), "x", "2026-01-03T00:00:00"),
        failed_log("all.zip!/pc3/a.log", None, "x", "2026-01-02T00:00:00"),
        failed_log("logs/a.log", None, "y", "2026-01-02T00:00:00"),
        specimen::success(),
    ]
}

#[test]
fn the_same_cause_is_one_group() {
    let groups = groups(GroupBy::Cause, &logs());
    assert_eq!(groups.counts(), (6, 5));
    let found = groups.report();
    let first = &found[0];
    assert_eq!((first.id.as_str(), first.logs, first.machines), ("x", 4, 2));
    assert_eq!(first.machine_names, ["PC1", "PC3"]);
    assert_eq!(first.first.as_deref(), Some("2026-01-01T00:00:00"));
    assert_eq!(first.last.as_deref(), Some("2026-01-03T00:00:00"));
    assert!((first.share - 0.8).abs() < 1e-9);
    assert_eq!(first.example, "logs/pc1/a.log");
    assert!(first.remedy.is_some() && first.change.is_none());
    assert_eq!((found[1].id.as_str(), found[1].machines), ("y", 0));
    let worst = groups.worst(10);
    assert_eq!((worst[0].machine.as_str(), worst[0].failed), ("PC1", 3));
    assert_eq!(groups.worst(1).len(), 1);
    // The machine of the log that worked is known too.
    assert_eq!(groups.machine_counts(), (3, 2));
}

#[test]
fn other_ways_to_group() {
    let logs = logs();
    for (by, ids) in [
        (GroupBy::Remedy, vec!["file-access-denied"]),
        (GroupBy::Machine, vec!["PC1", "PC3", "no machine is named"]),
        (GroupBy::Action, vec!["InstallFiles"]),
        (GroupBy::Code, vec!["1310"]),
        (GroupBy::Dotnet, vec!["not .NET"]),
        (
            GroupBy::Product,
            vec!["Harbour Planner with a Name that is rather long"],
        ),
    ] {
        let found = groups(by, &logs).report();
        let found: Vec<&str> = found.iter().map(|group| group.id.as_str()).collect();
        assert_eq!(found, ids, "{by:?}");
    }
}

#[test]
fn a_setup_program_is_no_second_case() {
    let mut setup = failed_log("logs/pc1/setup.log", None, "z", "2026-01-01T00:00:00");
    setup.sessions[0].failure.as_mut().unwrap().origin = Some(crate::diagnosis::Origin {
        path: "logs/pc1/a.log".into(),
        action: None,
        line: None,
        text: None,
        explanation: None,
        signature: "x".into(),
    });
    assert_eq!(groups(GroupBy::Cause, &[setup]).counts(), (1, 0));
}

fn baseline(logs: &[LogReport]) -> Groups {
    let lines: Vec<String> = logs
        .iter()
        .map(|log| serde_json::to_string(log).unwrap())
        .collect();
    let roots = ["logs".to_owned()];
    Groups::read(
        "old.ndjson",
        lines.join("\n").as_bytes(),
        GroupBy::Cause,
        &roots,
    )
    .unwrap()
}

#[test]
fn two_scans_are_compared() {
    let before = baseline(&[
        failed_log("logs/pc9/a.log", None, "x", "2026-01-02T00:00:00"),
        failed_log("logs/pc1/a.log", None, "gone", "2026-01-02T00:00:00"),
    ]);
    let found = groups(GroupBy::Cause, &logs()).since(before).report();
    let told: Vec<_> = found
        .iter()
        .map(|g| {
            (
                g.id.as_str(),
                g.change.unwrap(),
                g.logs,
                g.logs_before,
                g.new_machines,
                g.mended_machines,
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("x", Change::Still, 4, Some(1), Some(2), Some(1)),
            ("y", Change::New, 1, Some(0), Some(0), Some(0)),
            ("gone", Change::Gone, 0, Some(1), Some(0), Some(1)),
        ]
    );
}

#[test]
fn an_earlier_scan_may_be_one_document_and_a_bad_one_is_named() {
    let mut document = Vec::new();
    let mut writer = crate::report::json::Document::default();
    writer.log(&mut document, &logs()[0]).unwrap();
    writer.end(&mut document, &specimen::end(&[])).unwrap();
    let read = |bytes: &[u8]| Groups::read("old", bytes, GroupBy::Cause, &[]);
    assert_eq!(read(&document).unwrap().counts(), (1, 1));
    assert_eq!(read(b"").unwrap().counts(), (0, 0));
    let error = read(b"\n{\"a\": 1}\n").unwrap_err().to_string();
    assert!(
        error.starts_with("old: line 2 is no report of msilog"),
        "{error}"
    );
    assert!(read(b"{\n\"logs\": 3}").is_err());
    assert!(matches!(read(b"\xff\n"), Err(BaselineError::Read { .. })));
}
