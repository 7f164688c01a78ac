use super::*;
use crate::report::tests::script_is_allowed;
use crate::{Options, analyse};

#[test]
fn the_policy_allows_the_script_and_no_other() {
    script_is_allowed(SCRIPT, SCRIPT_SHA256, "src/page/app.sha256");
}

const LOG: &str = "\
Action start 10:00:00: InstallFiles.\n\
</script><script>alert(1)</script><!-- \u{1b}[31m &amp;\n\
Error 1310. Error writing to file: C:\\Program Files\\Example\\a.dll.  System error 5.\n\
Action ended 10:00:02: InstallFiles. Return value 3.\n";

fn page(log: &str) -> String {
    let report = analyse("example.log", log.as_bytes(), &Options::default()).unwrap();
    let mut out = Vec::new();
    let text = LogText {
        bytes: log.as_bytes(),
        encoding: None,
    };
    write(&mut out, &report, None, Some(text)).unwrap();
    String::from_utf8(out).unwrap()
}

fn data(page: &str) -> serde_json::Value {
    let start = "<script type=\"application/json\" id=\"data\">";
    let from = page.find(start).unwrap() + start.len();
    let to = from + page[from..].find("</script>").unwrap();
    serde_json::from_str(&page[from..to]).unwrap()
}

#[test]
fn a_page_holds_every_line_and_what_it_is() {
    let data = data(&page(LOG));
    let part = &data["parts"][0];
    let text = part["text"].as_str().unwrap();
    let lines: Vec<&str> = text.split('\n').collect();
    assert_eq!(lines.len(), 4);
    assert!(lines[2].starts_with("Error 1310. "));
    let classes: Vec<char> = part["classes"].as_str().unwrap().chars().collect();
    let name = |at: usize| data["classes"][classes[at].to_string()]["name"].clone();
    assert_eq!((name(2), name(3)), ("cause".into(), "failing-line".into()));
    let note = data["notes"]
        .as_array()
        .unwrap()
        .iter()
        .find(|note| note[0] == 3);
    let word = note.unwrap()[1].as_u64().unwrap() as usize;
    assert!(
        data["words"][word].as_str().unwrap().contains("Access"),
        "{}",
        data["words"]
    );
}

#[test]
fn what_a_log_says_is_never_markup() {
    let page = page(LOG);
    assert_eq!(page.matches("<script").count(), 2);
    assert_eq!(page.matches("<!--").count(), 0);
    let text = data(&page)["parts"][0]["text"].as_str().unwrap().to_owned();
    assert!(text.contains("</script><script>alert(1)") && !text.contains('\u{1b}'));
    let options = roxmltree::ParsingOptions {
        allow_dtd: true,
        ..Default::default()
    };
    roxmltree::Document::parse_with_options(&page, options).unwrap();
}

#[test]
fn of_a_long_log_the_parts_around_what_matters_are_there() {
    let filler = "a line that says nothing and is long ".repeat(100) + "\n";
    let filler = filler.repeat(2000);
    let log = format!("{filler}{LOG}{filler}");
    let data = data(&page(&log));
    let parts = data["parts"].as_array().unwrap();
    let from: Vec<u64> = parts
        .iter()
        .map(|part| part["from"].as_u64().unwrap())
        .collect();
    assert_eq!((from[0], from.len()), (1, 3));
    assert_eq!(from[1], 2003 - AROUND_THE_CAUSE);
}

const AROUND_THE_CAUSE: u64 = 500;

/// Of very many quick operations some are enough; what failed, and what took long, stays.
#[test]
fn quick_operations_give_way() {
    let mut log = String::from(
        "MSI (s) (A4:10) [10:00:00:000]: Doing action: InstallFinalize\nAction start 10:00:00: InstallFinalize.\n",
    );
    for at in 0..6_000 {
        log += &format!(
            "MSI (s) (A4:10) [10:00:0{}:000]: Executing op: FileCopy(SourceName=f{at}.dll,SourceCabKey=f,DestName=f)\n",
            at / 1000
        );
    }
    log += "Error 1310. Error writing to file: C:\\Harbour\\f.dll.  System error 5.\n\
        Action ended 10:00:09: InstallFinalize. Return value 3.\n";
    let options = Options::default();
    let report = analyse("a.log", log.as_bytes(), &options).unwrap();
    let details = crate::details::read("a.log", log.as_bytes(), &report, &options).unwrap();
    let facts = tables::of(&report, &details);
    let shown = serde_json::to_value(&facts.actions).unwrap();
    let shown = shown.as_array().unwrap();
    assert!(
        shown.len() < 5_100 && facts.left_out > 900,
        "{} {}",
        shown.len(),
        facts.left_out
    );
    // No log names this product: the first row has a name all the same.
    assert_eq!(shown[0]["name"], "the run");
    assert!(
        shown
            .iter()
            .any(|action| action["failed"] == true && action["name"] == "InstallFinalize")
    );
    let long = |action: &&serde_json::Value| action["ms"] == 1000 && action["name"] == "FileCopy";
    assert_eq!(shown.iter().filter(long).count(), 5);
}
