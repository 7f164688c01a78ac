use super::*;
use crate::report::tests::specimen;

fn screen(paths: &[&str], width: usize) -> String {
    let mut overview = Overview::new(None, false, width);
    let mut summary = Summary::default();
    for (index, path) in paths.iter().enumerate() {
        let mut report = if index % 2 == 0 {
            specimen::success()
        } else {
            specimen::failure()
        };
        report.path = (*path).to_owned();
        overview.add(&report);
        summary.logs += 1;
    }
    let mut out = Vec::new();
    overview.write(&mut out, &summary, width).unwrap();
    specimen::plain(&out)
}

#[test]
fn one_line_a_log_failures_first() {
    let paths = [
        "in/pc1/setup.log",
        "in/pc2/setup.log",
        "in/pc3/setup.log",
        "in/pc4/setup.log",
    ];
    let screen = screen(&paths, 100);
    assert!(
        screen.starts_with("in in/, each is setup.log\n"),
        "{screen}"
    );
    let rows: Vec<&str> = screen.lines().filter(|l| l.contains("  pc")).collect();
    let order: Vec<&str> = rows
        .iter()
        .filter_map(|r| r.split_whitespace().nth(1))
        .collect();
    assert_eq!(order, ["pc2", "pc4", "pc1", "pc3"], "{screen}");
    assert!(
        screen.contains("\n2     "),
        "the shared cause is counted: {screen}"
    );
    assert!(screen.contains("msilog show in/pc2/setup.log"), "{screen}");
}

#[test]
fn no_line_is_too_wide() {
    for width in [40, 60, 80, 100, 200] {
        let paths = [
            "a b/one-with-a-rather-long-name-of-its-own.log",
            "c/戻り値戻り値戻り値.log",
            "x.log",
        ];
        let screen = screen(&paths, width);
        let (table, _) = screen.split_once("\nThe failure:").unwrap();
        for line in table.lines() {
            assert!(columns(line) <= width, "{width}: {line}");
        }
    }
}
