//! The scripts in `docs/collect`: what Windows PowerShell 5.1 cannot read does not stand in them. No
//! PowerShell runs here, so this is about words and brackets only.

mod common;

use common::root;
use regex::Regex;

fn scripts() -> Vec<(String, String)> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(root().join("docs/collect"))
        .unwrap()
        .flatten()
    {
        let name = entry.file_name().into_string().unwrap();
        if name.ends_with(".ps1") {
            all.push((name, std::fs::read_to_string(entry.path()).unwrap()));
        }
    }
    assert_eq!(all.len(), 4);
    all
}

/// A script without its comments and texts.
fn code(text: &str) -> String {
    let aside = Regex::new(r"(?s)<#.*?#>|'[^'\n]*'|(?m:#.*$)").unwrap();
    aside.replace_all(text, "").into_owned()
}

#[test]
fn they_are_ascii_and_hold_nothing_newer_than_windows_powershell() {
    // Without a byte order mark 5.1 reads the code page of the system; the rest came with 6 and 7.
    let newer = Regex::new(
        r"\?\?|\?\.|&&|\|\||\?[^\n{]*:|-Parallel|ConvertFrom-Json -AsHashtable|\bclean\s*\{|-AsUTC|Get-Error|\$IsWindows",
    )
    .unwrap();
    for (name, text) in scripts() {
        assert!(text.is_ascii(), "{name}");
        let code = code(&text);
        let found = newer.find(&code).map(|found| found.as_str());
        assert_eq!(found, None, "{name}");
        for (open, close) in [('{', '}'), ('(', ')'), ('[', ']')] {
            let count = |c| code.matches(c).count();
            assert_eq!(count(open), count(close), "{name}: {open}{close}");
        }
        assert!(
            text.starts_with("#requires -Version 5.1\n<#\n.SYNOPSIS"),
            "{name}"
        );
        assert!(text.contains("Set-StrictMode -Version 2.0"), "{name}");
    }
}

#[test]
fn the_page_names_every_script_and_no_other() {
    let page = std::fs::read_to_string(root().join("docs/collect/README.md")).unwrap();
    let named = Regex::new(r"[A-Z][a-z]+-[A-Za-z]+\.ps1").unwrap();
    let names: Vec<String> = scripts().into_iter().map(|(name, _)| name).collect();
    for name in &names {
        assert!(page.contains(&format!("[{name}]({name})")), "{name}");
    }
    for found in named.find_iter(&page) {
        assert!(
            names.iter().any(|name| name == found.as_str()),
            "{}",
            found.as_str()
        );
    }
}
