//! What a release brings beside the program, as the program itself makes it: its version,
//! completions for shells, manual pages.

mod common;

use common::{program, root, run, stdout};

/// The commands that have a manual page of their own.
const COMMANDS: &[&[&str]] = &[
    &[],
    &["explain"],
    &["rules"],
    &["rules", "check"],
    &["completions"],
    &["man"],
];

#[test]
fn the_version_tells_commit_and_knowledge() {
    let said = stdout(&run(&["--version"]));
    assert_eq!(said, stdout(&run(&["-V"])));
    let rest = said
        .strip_prefix(concat!("msilog ", env!("CARGO_PKG_VERSION"), " ("))
        .unwrap_or_else(|| panic!("{said}"));
    let rest = rest.strip_suffix(")\n").unwrap();
    let date = std::fs::read_to_string(root().join("src/knowledge/date.txt")).unwrap();
    let knowledge = format!("knowledge of {}", date.trim());
    let commit = rest.strip_suffix(&knowledge).unwrap();
    if !commit.is_empty() {
        let hash = commit
            .strip_prefix("commit ")
            .and_then(|c| c.strip_suffix(", "));
        let hash = hash.unwrap_or_else(|| panic!("{said}"));
        assert_eq!(hash.len(), 9, "{said}");
        assert!(hash.chars().all(|c| c.is_ascii_hexdigit()), "{said}");
    }
    assert_eq!(said.lines().count(), 1);
}

#[test]
fn the_date_of_the_knowledge_is_a_date() {
    let text = std::fs::read_to_string(root().join("src/knowledge/date.txt")).unwrap();
    let parts: Vec<&str> = text.trim().split('-').collect();
    let numbers: Vec<u32> = parts.iter().map(|part| part.parse().unwrap()).collect();
    assert!(
        matches!(numbers.as_slice(), [2024..=2099, 1..=12, 1..=31]),
        "{text}"
    );
    assert_eq!(text.trim().len(), "2026-01-01".len());
}

#[test]
fn shells_get_completions_with_every_option() {
    for shell in ["powershell", "bash", "zsh", "fish", "elvish"] {
        let done = run(&["completions", shell]);
        assert_eq!(done.status.code(), Some(0), "{shell}");
        let script = stdout(&done);
        for word in ["group-by", "only-failed", "explain", "schema", "sarif"] {
            // PowerShell's script names options and commands, not the values of options.
            if !(shell == "powershell" || shell == "elvish") || word != "sarif" {
                assert!(script.contains(word), "{shell}: {word}");
            }
        }
    }
}

#[test]
fn an_unknown_shell_is_a_wrong_command_line() {
    for arguments in [
        &["completions", "cmd"][..],
        &["completions"],
        &["man", "nothing"],
    ] {
        let done = run(arguments);
        assert_eq!(done.status.code(), Some(2), "{arguments:?}");
        assert!(done.stdout.is_empty(), "{arguments:?}");
        assert!(!done.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn every_command_has_a_manual_page_that_is_the_same_each_time() {
    for command in COMMANDS {
        let arguments = [&["man"], *command].concat();
        let done = run(&arguments);
        assert_eq!(done.status.code(), Some(0), "{command:?}");
        let page = stdout(&done);
        let name = [&["msilog"], *command].concat().join("-");
        assert!(page.contains(&format!(".TH {name} 1")), "{page}");
        assert!(page.contains(".SH SYNOPSIS") && page.contains(".SH OPTIONS"));
        assert_eq!(page, stdout(&run(&arguments)));
        assert!(!page.contains('\u{1b}'), "no colours in a page");
    }
    let page = stdout(&run(&["man"]));
    for part in ["Exit status", "baseline", "explain", "Windows Installer"] {
        assert!(page.contains(part), "{part}");
    }
}

#[test]
fn manual_and_completions_do_not_depend_on_the_terminal() {
    for arguments in [&["man"][..], &["completions", "powershell"]] {
        let plain = stdout(&run(arguments));
        let narrow = program()
            .args(arguments)
            .env("COLUMNS", "40")
            .env("CLICOLOR_FORCE", "1")
            .output()
            .unwrap();
        assert_eq!(plain, stdout(&narrow), "{arguments:?}");
    }
}
