//! Tests of the Burn grammar, on lines of our own making.
use super::*;

/// Kind, name, value and code.
fn kind_of(text: &str) -> (Kind, &str, &str, Option<u32>) {
    let found = parse(text).unwrap().found;
    (found.kind, found.name, found.value, found.code)
}

#[test]
fn every_wording_is_understood() {
    let table = include_str!("wordings.tsv");
    assert_eq!(WORDINGS.rows.len() + 2, table.lines().count());
    let table = include_str!("areas.tsv");
    assert_eq!(
        super::super::errors::AREAS.rows.len() + 2,
        table.lines().count()
    );
}

/// What stood before the line before spares work and changes nothing.
#[test]
fn the_line_before_changes_nothing() {
    let mut before = Before::default();
    for line in [
        "[0AF0:1B2C][2026-07-07T12:02:17]w205: text",
        "[0AF0:1B2C][2026-07-07T12:02:17]i301: Apply begin",
        "[0AF0:1B2D][2026-07-07T12:02:17]i301: Apply begin",
        "[0AF0:1B2C][2026-07-07T12:02:17.25Z]: MUX: text",
        "[0af0:1b2c][2026-07-07T12:02:18]i000: x",
        "[0AF0:1B2C][2026-07-07T12:02:18]i000: x",
        "[AF0:1B2C][time]i000: x",
        "> [0AF0:1B2C][2026-07-07T12:02:18]e000: x ",
        "e000: x",
        "[0AF0:1B2C][2026-07-07T12:02:18]",
        "[",
    ] {
        assert_eq!(parse_after(&mut before, line), parse(line), "{line}");
    }
}

#[test]
fn the_prefix_and_its_time() {
    let record = parse("[0AF0:1B2C][2026-07-07T12:02:17]w205: text").unwrap();
    assert_eq!(record.thread, Some((0xaf0, 0x1b2c)));
    assert_eq!(
        record.stamp,
        Some(Stamp {
            date: [2026, 7, 7],
            time: 43_337_000
        })
    );
    assert_eq!((record.is_error, record.text), (false, "text"));
    assert!(parse("e205: text").unwrap().is_error);
    let zoned = parse("[0AF0:1B2C][2026-07-07T12:02:17.25Z]: MUX: text").unwrap();
    assert_eq!(zoned.stamp.unwrap().time, 43_337_250);
    assert_eq!(zoned.found.kind, Kind::Other);
    assert_eq!(parse("[0AF0:1B2C][time]i000: x").unwrap().stamp, None);
}

#[test]
fn quoted_and_cut_lines_are_read_and_others_are_not() {
    assert_eq!(
        kind_of("  > [0AF0:1B2C][2026-07-07T12:02:17]i300: Apply begin").0,
        Kind::ApplyBegin
    );
    assert_eq!(kind_of("`i300: Apply begin`").0, Kind::ApplyBegin);
    for line in [
        "",
        "[",
        "[1:2",
        "[1:2][",
        "[1:2][x]",
        "[zz:1][x]i000: a",
        "MSI (s) (C8:50) [01:49:43:906]: x",
        "i30: x",
    ] {
        assert_eq!(parse(line), None, "{line}");
    }
}

#[test]
fn failures_are_read_and_bare_lines_are_not() {
    let failure = parse("> e000: Error 0x80070666: Process returned error: 0x666").unwrap();
    assert!(failure.is_error);
    let words = "Process returned error: 0x666";
    assert_eq!(
        kind_of("> e000: Error 0x80070666: Process returned error: 0x666"),
        (Kind::Error, "", words, Some(0x8007_0666))
    );
    assert_eq!(parse("Error 1310. Error writing"), None);
    assert_eq!(parse("Exit code: 0x1"), None);
}

#[test]
fn the_first_line_of_old_and_new_engines() {
    let start = |line| {
        let run = crate::formats::burn::tests::read(line).run;
        let (machine, product) = (run.machine, run.product);
        [machine.windows, machine.arch, product.package].map(Option::unwrap_or_default)
    };
    assert_eq!(
        start(
            "[1:2][t]i001: Burn v3.7.1.2, Windows v6.1 (Build 7601: Service Pack 1), path: C:\\a, b.exe, cmdline: '/q'"
        ),
        ["6.1.7601", "", "C:\\a, b.exe"]
    );
    assert_eq!(
        start(
            "[1:2][t]i001: Burn x64 v5.0.1+aa, Windows v10.0 arm64 (Build 26100: Service Pack 0), path: C:\\b.exe"
        ),
        ["10.0.26100", "arm64", "C:\\b.exe"]
    );
}

#[test]
fn variables_and_conditions() {
    let hidden = kind_of("i000: Setting hidden variable 'Key'");
    assert_eq!(hidden.0, Kind::Other);
    let number = (Kind::Variable, "A", "5", None);
    assert_eq!(
        kind_of("i000: Setting numeric variable 'A' to value 5"),
        number
    );
    assert_eq!(kind_of("i410: Variable: A = 5"), number);
    let quoted = (Kind::Variable, "A", "'it's'", None);
    assert_eq!(
        kind_of("i000: Setting string variable 'A' to value 'it's'"),
        quoted
    );
    let condition = kind_of("i052: Condition 'A = 'x'' evaluates to false.");
    assert_eq!(condition.0, Kind::ConditionFails);
}

#[test]
fn packages_from_detection_to_their_end() {
    assert_eq!(
        kind_of(
            "i101: Detected package: Pkg.msi, state: Absent, cached: None, install registration state: Absent"
        ),
        (Kind::Package, "Pkg.msi", "", None)
    );
    let planned = "i201: Planned package: Pkg, state: Absent, default requested: Present, ba requested: Present, execute: Install, rollback: Uninstall, cache: Yes";
    assert_eq!(kind_of(planned), (Kind::Package, "Pkg", "", None));
    assert_eq!(
        kind_of(
            "i301: Applying rollback package: Pkg, action: Uninstall, path: (null), arguments: ' A=\"1\"'"
        ),
        (Kind::Undoing, "Pkg", "Uninstall", None)
    );
    assert_eq!(
        kind_of("i319: Applied execute package: Pkg, result: 0x80070643, restart: None"),
        (Kind::Applied, "Pkg", "", Some(0x8007_0643))
    );
}

#[test]
fn fetching_and_its_failures() {
    assert_eq!(
        kind_of(
            "i338: Acquiring package: Pkg, payload: File, download from: https://example.com/f"
        ),
        (Kind::Acquiring, "Pkg", "File", None)
    );
    let failed = (Kind::Failed, "File", "", Some(0x8009_1007));
    assert_eq!(
        kind_of(
            "e310: Failed to verify payload: File at path: C:\\x, error: 0x80091007. Deleting file."
        ),
        failed
    );
    assert_eq!(
        kind_of("e314: Failed to cache payload: File from working path: C:\\x, error: 0x80091007."),
        failed
    );
    let retry = "e349: Application requested retry of payload: File, encountered error: 0x80091007. Retrying...";
    assert_eq!(kind_of(retry).0, Kind::RetryFetch);
    let again = "w348: Application requested retry of executing package: Pkg, encountered error: 0x1. Retrying...";
    assert_eq!(kind_of(again), (Kind::RetryPackage, "Pkg", "", Some(1)));
    let skipped =
        "w309: Skipping apply of package: Pkg due to cache error: 0x80091007. Continuing...";
    assert_eq!(
        kind_of(skipped),
        (Kind::NotVital, "Pkg", "", Some(0x8009_1007))
    );
}

#[test]
fn the_end() {
    assert_eq!(
        kind_of(
            "i399: Apply complete, result: 0x80070642, restart: None, ba requested restart:  No"
        ),
        (Kind::ApplyComplete, "", "None", Some(0x8007_0642))
    );
    let exit = |code| (Kind::Exit, "", "", Some(code));
    assert_eq!(
        kind_of("i500: Shutting down, exit code: 0x642"),
        exit(0x642)
    );
    assert_eq!(
        kind_of("i007: Exit code: 0xbc2, restarting: No"),
        exit(3010)
    );
    assert_eq!(kind_of("e000: Error 0x1ffffffff: x").0, Kind::Other);
}

#[test]
fn what_only_bundles_say_of_containers() {
    for line in [
        "Error 0x80070001: Failed to extract all files from container, erf: 1:2:0",
        "Failed to extract payloads from container: Attached to working path: C:/t/a, error: 0x80070001.",
    ] {
        assert!(bare(line).is_some_and(|(_, telling)| telling), "{line}");
    }
    let other = bare("Error 0x80070001: Failed to open it.");
    assert!(other.is_some_and(|(_, telling)| !telling));
}

/// The quick look passes over nothing that the grammar knows.
#[test]
fn what_says_nothing_is_told_quickly() {
    let prefix = "[0A00:0A01][2026-02-28T23:59:58]";
    let mut before = Before::default();
    assert!(!is_idle(&before, &format!("{prefix}i000: x")));
    parse_after(&mut before, &format!("{prefix}i000: x")).unwrap();
    let idle = |text: &str| is_idle(&before, &format!("{prefix}i000: {text}"));
    for row in include_str!("wordings.tsv").lines().skip(2) {
        // Each wording with words in place of its braces.
        let mut text = String::new();
        for part in row.split_once('\t').unwrap().1.split('{') {
            let words = part.split_once('}').map(|(_, words)| words);
            text.push_str(words.unwrap_or(part));
            text.push_str("80070643");
        }
        assert!(!idle(&text), "{text}");
    }
    for text in ["", "Interface:  nothing", "  Return", "Error: 5"] {
        assert!(idle(text), "{text}");
        assert_eq!(kind_of(&format!("{prefix}i000: {text}")).0, Kind::Other);
    }
    assert!(!idle("Error 1310. x") && !idle("Disk full: x") && !idle("A -- Error 1310. x"));
    for line in [
        "[0A00:0A01][2026-02-28T23:59:59]i000: x",
        "[0A00:0A01][2026-02-28T23:59:58]e000: x",
        "[0A00:0A01][2026-02-28T23:59:58]i0: x",
        "[0A00:0A01][2026-02-28T23:59:58]",
        "x",
    ] {
        assert!(!is_idle(&before, line), "{line}");
    }
}
