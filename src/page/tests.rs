use sha2::{Digest as _, Sha256};

use super::*;
use crate::{Options, analyse};

/// Base64 with padding, for the one value that is needed.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let bits = three.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
        let bits = bits << (8 * (3 - three.len()));
        for place in 0..4 {
            match place <= three.len() {
                true => out.push(char::from(LETTERS[(bits >> (18 - 6 * place) & 63) as usize])),
                false => out.push('='),
            }
        }
    }
    out
}

/// The policy of a page names its script by its hash; `UPDATE_PAGE=1` writes it anew.
#[test]
fn the_policy_allows_the_script_and_no_other() {
    let hash = base64(&Sha256::digest(SCRIPT.as_bytes()));
    if std::env::var_os("UPDATE_PAGE").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/page/app.sha256");
        std::fs::write(path, format!("{hash}\n")).unwrap();
    }
    assert!(SCRIPT_SHA256.trim() == hash, "run with UPDATE_PAGE=1");
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
    let note = data["notes"].as_array().unwrap().iter().find(|note| note[0] == 3);
    let word = note.unwrap()[1].as_u64().unwrap() as usize;
    assert!(data["words"][word].as_str().unwrap().contains("Access"), "{}", data["words"]);
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
    let filler = "a line that says nothing and is long enough to count for something\n".repeat(200_000);
    let log = format!("{filler}{LOG}{filler}");
    let data = data(&page(&log));
    let parts = data["parts"].as_array().unwrap();
    let from: Vec<u64> = parts.iter().map(|part| part["from"].as_u64().unwrap()).collect();
    assert_eq!((from[0], from.len()), (1, 3));
    assert_eq!(from[1], 200_003 - AROUND_THE_CAUSE);
    assert!(page(&log).len() < 2 << 20);
}

const AROUND_THE_CAUSE: u64 = 1000;
