//! `msilog timeline` and `msilog compare` through the real program.

mod common;

use common::{root, run, run_with_input, scratch, stdout};
use serde_json::Value;

fn fixture(name: &str) -> String {
    root()
        .join("fixtures")
        .join(name)
        .join("install.log")
        .display()
        .to_string()
}

const FAILED: &str = "netfx4-client-patch-registration-1603";
const GOOD: &str = "clean-success";

#[test]
fn a_tree_with_times_marks_what_failed() {
    let text = stdout(&run(&["timeline", &fixture(FAILED)]));
    let failed: Vec<&str> = text
        .lines()
        .filter(|line| line.contains("  FAILED"))
        .collect();
    assert!(
        failed.iter().any(|line| line.contains("InstallFiles")),
        "{text}"
    );
    assert!(failed.iter().any(|line| line.contains("  run")), "{text}");
    assert!(text.contains(" ms  #"), "{text}");
}

#[test]
fn the_slowest_come_first() {
    let text = stdout(&run(&[
        "timeline",
        "--slowest",
        "5",
        "--format",
        "json",
        &fixture(GOOD),
    ]));
    let all: Vec<Value> = serde_json::from_str(&text).unwrap();
    assert!(all.len() > 5, "JSON has all");
    let text = stdout(&run(&["timeline", "--slowest", "5", &fixture(GOOD)]));
    let rows: Vec<&str> = text
        .lines()
        .filter(|line| line.contains("  line "))
        .collect();
    assert_eq!(rows.len(), 5, "{text}");
}

#[test]
fn a_log_without_times_shows_its_order() {
    let output = run_with_input(
        &["timeline"],
        b"Action start : A.\nAction ended : A. Return value 1.\n",
    );
    let text = stdout(&output);
    assert!(
        text.contains("has no times") && text.contains("  line 1"),
        "{text}"
    );
}

#[test]
fn what_is_no_log_is_refused() {
    for arguments in [&["timeline"][..], &["compare", "-", "-"][..]] {
        assert_eq!(
            run_with_input(arguments, b"hello\n").status.code(),
            Some(2),
            "{arguments:?}"
        );
    }
    assert_eq!(run(&["timeline", "no-such.log"]).status.code(), Some(2));
}

/// A run that fails because it was not elevated, beside one that was.
#[test]
fn two_runs_part_where_one_fails_and_what_differed_before_is_named() {
    let folder = scratch("compare");
    let write = |name: &str, elevated: bool| {
        let (set, failure, end) = match elevated {
            true => (
                "MSI (s) (A4:10) [10:00:00:120]: PROPERTY CHANGE: Adding Privileged property. Its value is '1'.\r\n",
                "",
                "1",
            ),
            false => (
                "",
                "Error 1310. Error writing to file: C:\\Harbour\\b.dll.  System error 5.\r\n",
                "3",
            ),
        };
        let privileged = if elevated {
            "Property(S): Privileged = 1\r\n"
        } else {
            ""
        };
        let code = if elevated { 0 } else { 1603 };
        let log = format!(
            "=== Verbose logging started: 3/2/2031  10:00:00  Build type: SHIP UNICODE 5.00.10011.00  Calling process: a ===\r\n\
             MSI (s) (A4:10) [10:00:00:100]: ******* RunEngine:\r\n{set}\
             MSI (s) (A4:10) [10:00:00:140]: Doing action: INSTALL\r\nAction start 10:00:00: INSTALL.\r\n\
             MSI (s) (A4:10) [10:00:00:150]: Doing action: CostFinalize\r\nAction start 10:00:00: CostFinalize.\r\n\
             MSI (s) (A4:10) [10:00:00:200]: Doing action: InstallFiles\r\nAction ended 10:00:00: CostFinalize. Return value 1.\r\n\
             Action start 10:00:00: InstallFiles.\r\n{failure}Action ended 10:00:01: InstallFiles. Return value {end}.\r\n\
             Action ended 10:00:01: INSTALL. Return value {end}.\r\n\
             Property(S): ProductName = Harbour Planner\r\nProperty(S): Date = {name}\r\n{privileged}\
             MSI (s) (A4:10) [10:00:05:000]: MainEngineThread is returning {code}\r\n\
             === Verbose logging stopped: 3/2/2031  10:00:05 ===\r\n"
        );
        let path = folder.join(name);
        std::fs::write(&path, log).unwrap();
        path.display().to_string()
    };
    let (good, bad) = (write("good.log", true), write("bad.log", false));
    let text = stdout(&run(&["compare", &good, &bad]));
    assert!(
        text.contains("InstallFiles worked in the first") && text.contains("failed in the second"),
        "{text}"
    );
    assert!(
        text.contains("property Privileged") && !text.contains("property Date"),
        "{text}"
    );
    let same = stdout(&run(&["compare", &good, &good]));
    assert!(
        same.contains("the same 3 actions with the same results"),
        "{same}"
    );
    let json: Value =
        serde_json::from_str(&stdout(&run(&["compare", "--format", "json", &good, &bad]))).unwrap();
    assert_eq!(
        json["comparison"]["parting"]["then"][1]["name"],
        "InstallFiles"
    );
    assert_eq!(json["comparison"]["parting"]["same_action"], true);
}

#[test]
fn logs_of_two_products_are_said_to_be() {
    let text = stdout(&run(&["compare", &fixture(GOOD), &fixture(FAILED)]));
    assert!(text.contains("two products"), "{text}");
}
