//! What lies in `docs/ci`: the problem matcher reads what the program writes, and the examples only
//! name what there is.

mod common;

use common::{program, root, run, stdout};
use regex::Regex;
use serde_json::Value;

fn read(name: &str) -> String {
    std::fs::read_to_string(root().join("docs/ci").join(name)).unwrap()
}

#[test]
fn the_problem_matcher_reads_every_failed_line() {
    let document: Value = serde_json::from_str(&read("msilog-matcher.json")).unwrap();
    let matchers = document["problemMatcher"].as_array().unwrap();
    let mut owners = Vec::new();
    let output = program()
        .current_dir(root())
        .args(["--format", "oneline", "fixtures"])
        .output()
        .unwrap();
    let text = stdout(&output);
    for matcher in matchers {
        owners.push(matcher["owner"].as_str().unwrap());
        let pattern = &matcher["pattern"][0];
        let regex = Regex::new(pattern["regexp"].as_str().unwrap()).unwrap();
        let word = owners.last().unwrap().strip_prefix("msilog-").unwrap();
        let lines: Vec<&str> = text.lines().filter(|l| l.starts_with(word)).collect();
        assert!(!lines.is_empty(), "{word}");
        for line in lines {
            let columns: Vec<&str> = line.split(" | ").collect();
            // A failure without a line, such as a cancelled run, marks no file.
            let Some(found) = regex.captures(line) else {
                assert!(!columns[2].contains(".log:"), "{line}");
                continue;
            };
            let group = |name: &str| &found[pattern[name].as_u64().unwrap() as usize];
            assert_eq!(format!("{}:{}", group("file"), group("line")), columns[2]);
            assert_eq!(group("code"), columns[4]);
            assert_eq!(group("message"), columns[5..].join(" | "));
        }
    }
}

#[test]
fn the_examples_use_options_and_formats_that_there_are() {
    let texts = [read("README.md"), read("action.yml")].concat();
    let help = stdout(&run(&["--help"]));
    let options = Regex::new(r"(?m)msilog(?: [^|`\n]*?)? (--[a-z-]+)").unwrap();
    let mut seen = 0;
    for found in options.captures_iter(&texts) {
        assert!(help.contains(&found[1]), "{}", &found[1]);
        seen += 1;
    }
    assert!(seen > 5);
    let formats = Regex::new(r"--format ([a-z]+)").unwrap();
    for found in formats.captures_iter(&texts) {
        let output = run(&["--format", &found[1], "--quiet", "Cargo.toml"]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!said.contains("invalid value"), "{}", &found[1]);
    }
}
