//! `msilog timeline` and `msilog compare` through the real program.

mod common;

use std::path::Path;

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

/// The log of a run that fails because it was not elevated, or of one that was.
fn run_of(folder: &Path, name: &str, elevated: bool, product: &str) -> String {
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
         Property(S): ProductName = {product}\r\nProperty(S): Date = {name}\r\n{privileged}\
         MSI (s) (A4:10) [10:00:05:000]: MainEngineThread is returning {code}\r\n\
         === Verbose logging stopped: 3/2/2031  10:00:05 ===\r\n"
    );
    let path = folder.join(name);
    std::fs::write(&path, log).unwrap();
    path.display().to_string()
}

/// A run that fails because it was not elevated, beside one that was.
#[test]
fn two_runs_part_where_one_fails_and_what_differed_before_is_named() {
    let folder = scratch("compare");
    let write = |name: &str, elevated| run_of(&folder, name, elevated, "Harbour Planner");
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

/// What runs, and what is shown of it, of a page.
fn parsed(page: &str) -> roxmltree::Document<'_> {
    let options = roxmltree::ParsingOptions {
        allow_dtd: true,
        ..Default::default()
    };
    roxmltree::Document::parse_with_options(page, options).unwrap()
}

/// The texts of the cells of the rows of tables that are called so.
fn rows(page: &roxmltree::Document<'_>, label: &str) -> Vec<Vec<String>> {
    let tables = page
        .descendants()
        .filter(|node| node.attribute("aria-label") == Some(label));
    let rows = tables.flat_map(|table| table.descendants().filter(|node| node.has_tag_name("tr")));
    let cells = rows.map(|row| {
        let cells = row.children().filter(|cell| cell.is_element());
        let text = |cell: roxmltree::Node<'_, '_>| {
            cell.descendants()
                .filter_map(|n| n.text().filter(|_| n.is_text()))
                .collect::<String>()
        };
        cells.map(text).collect::<Vec<_>>()
    });
    cells.collect()
}

#[test]
fn two_runs_stand_side_by_side_on_a_page() {
    let folder = scratch("compare-page");
    let good = run_of(&folder, "good.log", true, "Harbour Planner");
    let bad = run_of(&folder, "bad.log", false, "Harbour Planner");
    let target = folder.join("pair.html");
    let target = target.display().to_string();
    let done = run(&["compare", "--format", "html", "-o", &target, &good, &bad]);
    assert_eq!(done.status.code(), Some(0));
    let page = std::fs::read_to_string(&target).unwrap();
    assert_eq!(
        stdout(&run(&["compare", "--format", "html", &good, &bad])),
        page
    );
    assert!(page.contains("script-src 'none'") && !page.contains("<script"));
    let page = parsed(&page);
    // The first difference stands above everything else.
    let first = page
        .descendants()
        .find(|node| node.has_tag_name("p"))
        .unwrap();
    let first = first.text().unwrap();
    assert!(
        first.contains("InstallFiles worked in the first"),
        "{first}"
    );
    let before = rows(&page, "What differed before");
    let privileged = before.iter().find(|row| row[0] == "property Privileged");
    let privileged = privileged.unwrap_or_else(|| panic!("{before:?}"));
    assert!(privileged[1].starts_with('1') && privileged[2] == "not there");
    let actions = rows(&page, "Actions");
    let files: Vec<_> = actions
        .iter()
        .filter(|row| row[0].contains("InstallFiles"))
        .collect();
    let [files] = files.as_slice() else {
        panic!("{actions:?}")
    };
    assert!(!files[0].contains("failed"), "{files:?}");
    assert!(files[1].contains("InstallFiles failed"), "{files:?}");
    let parting = page
        .descendants()
        .find(|node| node.attribute("class") == Some("parting") && node.has_tag_name("tr"));
    assert!(parting.is_some());
    // A run beside itself parts nowhere.
    let same = stdout(&run(&["compare", "--format", "html", &good, &good]));
    assert!(same.contains("the same 3 actions"), "{same}");
    // The logs are not written over.
    let over = run(&["compare", "--format", "html", "-o", &bad, &good, &bad]);
    assert_eq!(over.status.code(), Some(2));
}

/// What a log says is text on the page, whatever it says.
#[test]
fn hostile_texts_are_texts_on_a_page_of_two_runs() {
    let folder = scratch("compare-hostile");
    let name = "</p><script>alert(1)</script>\u{1b}[31m<img src=x onerror='a()'>\"&amp;";
    let good = run_of(&folder, "good' onload=x.log", true, name);
    let bad = run_of(&folder, "bad.log", false, name);
    let page = stdout(&run(&["compare", "--format", "html", &good, &bad]));
    assert!(!page.contains("<script") && !page.contains("<img") && !page.contains('\u{1b}'));
    assert!(page.contains("&lt;script&gt;alert(1)"));
    parsed(&page);
    // Names that are to be replaced are none of the page.
    let person = "Action start : A.\r\nProperty(S): LogonUser = wanda.zimmer\r\nProperty(S): HOMEDIR = C:\\Users\\wanda.zimmer\r\n";
    let path = folder.join("person.log");
    std::fs::write(&path, person).unwrap();
    let path = path.display().to_string();
    let ask = |more: &[&str]| stdout(&run(&[&["compare", "--format", "html"], more].concat()));
    assert!(ask(&[&path, &good]).contains("wanda"));
    assert!(!ask(&["--redact", &path, &good]).contains("wanda"));
}

#[test]
fn json_has_the_actions_side_by_side() {
    let asked = [
        "compare",
        "--format",
        "json",
        &fixture(GOOD),
        &fixture(FAILED),
    ];
    let json: Value = serde_json::from_str(&stdout(&run(&asked))).unwrap();
    let rows = json["comparison"]["actions"].as_array().unwrap();
    for side in [0, 1] {
        let lines: Vec<u64> = rows
            .iter()
            .filter_map(|row| row[side]["line"].as_u64())
            .collect();
        assert!(lines.len() > 5 && lines.is_sorted(), "{lines:?}");
    }
}
