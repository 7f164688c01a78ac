use super::*;
use crate::report::tests::specimen;
use crate::run::NamedLog;

fn log(path: &str, kind: Kind) -> LogReport {
    LogReport {
        path: path.to_owned(),
        kind,
        ..specimen::failure()
    }
}

fn bundle(path: &str, written_as: &str, named: &[(&str, &str)]) -> LogReport {
    let mut report = log(path, Kind::Burn);
    report.written_as = Some(written_as.to_owned());
    let logs = named.iter().map(|(package, path)| NamedLog {
        of: (*package).to_owned(),
        path: (*path).to_owned(),
        line: 7,
        product_code: None,
    });
    let logs = logs.map(|log| Related::from(&log));
    report.related = logs.collect();
    let failure = report.sessions[0].failure.as_mut().unwrap();
    failure.action = Some("PackageB".to_owned());
    failure.signature = "burn".to_owned();
    failure.remedies.clear();
    report
}

#[test]
fn a_bundle_gets_the_cause_that_the_log_of_its_package_tells() {
    let mut package = log("d/pc17 Setup-2020-001-packageb.log", Kind::Msi);
    package.sessions[0].failure.as_mut().unwrap().signature = "msi".to_owned();
    let mut reports = [
        bundle(
            "d/pc17 Setup-2020.log",
            r"C:\Temp\Setup_2020.log",
            &[
                ("PackageA", r"C:\Temp\Setup_2020_000_PackageA.log"),
                ("PackageB", r"C:\Temp\Setup_2020_001_PackageB.log"),
            ],
        ),
        log("d/pc18 Setup-2020-001-packageb.log", Kind::Msi),
        log("d/pc17 Setup-2020-000-packagea.log", Kind::Msi),
        package,
    ];
    tie(&mut reports);
    let paths: Vec<Option<&str>> = reports[0]
        .related
        .iter()
        .map(|r| r.path.as_deref())
        .collect();
    assert_eq!(
        paths,
        [
            Some("d/pc17 Setup-2020-000-packagea.log"),
            Some("d/pc17 Setup-2020-001-packageb.log")
        ]
    );
    assert_eq!(reports[0].related[1].how, Some(How::LogPath));
    let failure = reports[0].sessions[0].failure.as_ref().unwrap();
    let origin = failure.origin.as_ref().unwrap();
    assert_eq!((origin.signature.as_str(), origin.line), ("msi", Some(471)));
    assert!(!failure.remedies.is_empty());
    let back = &reports[3].related[0];
    assert_eq!(
        (back.relation, back.package.as_deref(), back.path.as_deref()),
        (
            Relation::SetupLog,
            Some("PackageB"),
            Some("d/pc17 Setup-2020.log")
        )
    );
    assert!(reports[1].related.is_empty(), "another machine");
}

#[test]
fn names_that_fit_twice_fit_not_at_all() {
    let mut first = bundle("a.log", "", &[("P", r"C:\x\P.log")]);
    first.written_as = None;
    let mut reports = [first, log("1-P.log", Kind::Msi), log("2-P.log", Kind::Msi)];
    tie(&mut reports);
    assert_eq!(reports[0].related[0].path, None);
    assert!(
        reports[0].sessions[0]
            .failure
            .as_ref()
            .unwrap()
            .origin
            .is_none()
    );
}

#[test]
fn the_product_code_ties_within_the_time_of_the_run() {
    let code = "{8E34682C-8118-31F1-BC4C-98CD9675E1C2}";
    let at = |path: &str, started: &str| {
        let mut report = log(path, Kind::Msi);
        report.sessions[0].product.code = Some(code.to_owned());
        report.sessions[0].started = Some(started.to_owned());
        report
    };
    let mut setup = bundle("setup.log", "", &[("PackageB", "")]);
    setup.related[0].product_code = Some(code.to_lowercase());
    setup.sessions[0].started = Some("2026-07-07T12:00:00".into());
    setup.sessions[0].ended = Some("2026-07-07T12:05:00".into());
    let mut reports = [
        setup,
        at("early.log", "2026-07-07T11:59:59"),
        at("right.log", "2026-07-07T12:01:00"),
    ];
    tie(&mut reports);
    let tie = &reports[0].related[0];
    assert_eq!(
        (tie.path.as_deref(), tie.how),
        (Some("right.log"), Some(How::ProductCode))
    );
    // Both failed, one after the other: two tries.
    assert_eq!(reports[1].related[0].relation, Relation::LaterTry);
    assert!(
        reports[2]
            .related
            .iter()
            .any(|r| r.relation == Relation::EarlierTry)
    );
}

#[test]
fn logs_of_one_run_are_tied_by_their_names() {
    let name = |rest: &str| log(&format!("d/Setup_20240101101010{rest}.log"), Kind::Msi);
    let mut reports = [
        name("_000_A"),
        name("_001_B"),
        log("d/Setup_20240101101011_000_A.log", Kind::Msi),
    ];
    tie(&mut reports);
    let same = |report: &LogReport| {
        let ties = report
            .related
            .iter()
            .filter(|r| r.relation == Relation::SameRun);
        ties.filter_map(|r| r.path.clone()).collect::<Vec<_>>()
    };
    assert_eq!(same(&reports[0]), ["d/Setup_20240101101010_001_B.log"]);
    assert!(same(&reports[2]).is_empty());
    let mut with_setup = [
        log("d/Setup_20240101101010.log", Kind::Burn),
        name("_000_A"),
    ];
    tie(&mut with_setup);
    assert_eq!(with_setup[1].related[0].relation, Relation::SetupLog);
    assert_eq!(with_setup[1].related[0].how, Some(How::FileName));
}

#[test]
fn reports_wait_for_their_folder_and_keep_their_order() {
    let mut gatherer = Gatherer::default();
    let paths = |reports: Vec<LogReport>| reports.into_iter().map(|r| r.path).collect::<Vec<_>>();
    assert_eq!(paths(gatherer.push(log("a/1.log", Kind::Msi))), [""; 0]);
    assert_eq!(paths(gatherer.push(log("a/2.log", Kind::Msi))), [""; 0]);
    assert_eq!(
        paths(gatherer.push(log("b/1.log", Kind::Msi))),
        ["a/1.log", "a/2.log"]
    );
    for number in 2..=WINDOW {
        assert!(
            gatherer
                .push(log(&format!("b/{number}.log"), Kind::Msi))
                .is_empty()
        );
    }
    assert_eq!(gatherer.push(log("b/x.log", Kind::Msi)).len(), WINDOW);
    assert_eq!(paths(gatherer.end()), ["b/x.log"]);
}
