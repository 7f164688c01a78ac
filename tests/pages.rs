//! Pages of HTML through the real program: of one log, of many in a folder, without names.

mod common;

use std::fs;
use std::path::Path;

use common::{root, run, run_with_input, scratch, stdout};
use serde_json::Value;

fn fixture(name: &str) -> String {
    let path = root().join("fixtures").join(name).join("install.log");
    path.display().to_string()
}

const FAILED: &str = "netfx4-client-patch-registration-1603";

/// What the page's script reads.
fn data(page: &str) -> Value {
    let start = "<script type=\"application/json\" id=\"data\">";
    let from = page.find(start).unwrap() + start.len();
    let to = from + page[from..].find("</script>").unwrap();
    serde_json::from_str(&page[from..to]).unwrap()
}

#[test]
fn one_log_is_on_its_page_from_a_file_and_a_pipe() {
    let log = fixture(FAILED);
    let named = stdout(&run(&["--format", "html", &log]));
    let piped = run_with_input(&["--format", "html"], &fs::read(&log).unwrap());
    assert_eq!(piped.status.code(), Some(1));
    let (named, piped) = (data(&named), data(&stdout(&piped)));
    assert_eq!(named["parts"], piped["parts"]);
    let text = named["parts"][0]["text"].as_str().unwrap();
    assert_eq!(
        text.split('\n').count() as u64,
        named["lines"].as_u64().unwrap()
    );
}

#[test]
fn a_page_of_a_failure_has_the_times_and_the_facts_of_the_log() {
    let page = data(&stdout(&run(&["--format", "html", &fixture(FAILED)])));
    let actions = page["actions"].as_array().unwrap();
    assert!(actions.iter().any(|action| action["failed"] == true));
    assert!(actions.iter().any(|action| action["ms"].is_u64()));
    for action in actions {
        let parent = &action["parent"];
        assert!(parent.is_null() || (parent.as_u64().unwrap() as usize) < actions.len());
    }
    let titles: Vec<&str> = page["tables"]
        .as_array()
        .unwrap()
        .iter()
        .map(|t| t["title"].as_str().unwrap())
        .collect();
    assert!(titles.contains(&"Properties"), "{titles:?}");
}

#[test]
fn a_folder_of_pages_leads_from_one_to_all_that_failed() {
    let folder = scratch("pages");
    let target = folder.join("out");
    let target = format!("{}/", target.display());
    let logs = root().join("fixtures");
    let logs = logs.display().to_string();
    let output = run(&["--format", "html", "-o", &target, &logs]);
    assert_eq!(
        output.status.code(),
        Some(1),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let index = fs::read_to_string(Path::new(&target).join("index.html")).unwrap();
    let links: Vec<&str> = index
        .split("href=\"pages/")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    assert!(links.len() > 20);
    for link in &links {
        let page = fs::read_to_string(Path::new(&target).join("pages").join(link)).unwrap();
        assert!(data(&page)["lines"].as_u64().unwrap() > 0);
    }
    let pages = fs::read_dir(Path::new(&target).join("pages"))
        .unwrap()
        .count();
    assert_eq!(pages, links.len());
}

#[test]
fn a_redacted_page_holds_no_name_of_the_log() {
    let folder = scratch("redacted-page");
    let log = folder.join("a.log");
    let text = "Action start 10:00:00: InstallFiles.\r\n\
        Error 1310. Error writing to file: C:\\Users\\wanda.zimmer\\a.dll.  System error 5.\r\n\
        Action ended 10:00:02: InstallFiles. Return value 3.\r\n\
        Property(S): LogonUser = wanda.zimmer\r\nProperty(S): ComputerName = KONTOR-77\r\n\
        Property(S): ADMINPASSWORD = Rosenblatt9\r\n";
    fs::write(&log, text).unwrap();
    let log = log.display().to_string();
    let page = stdout(&run(&["--redact", "--format", "html", &log]));
    for name in ["wanda", "KONTOR-77", "Rosenblatt9"] {
        assert!(!page.contains(name), "{name}");
    }
    let shown = data(&page);
    assert!(
        shown["parts"][0]["text"]
            .as_str()
            .unwrap()
            .contains("user-1")
    );
    assert!(stdout(&run(&["--format", "html", &log])).contains("wanda"));
}

#[test]
fn what_is_no_log_is_said_on_a_page() {
    let output = run_with_input(&["--format", "html"], b"hello\n");
    assert_eq!(output.status.code(), Some(2));
    assert!(stdout(&output).contains("no log of an installation"));
}
