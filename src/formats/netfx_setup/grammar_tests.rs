//! Tests of the grammar of setup logs, on lines of our own making.

use super::*;
use crate::formats::codes::code_in;
use crate::formats::netfx_setup::html::{Fragments, is_markup};
use crate::formats::netfx_setup::words::{elapsed, ended, result_message};

fn found_in(text: &str) -> Found<'_, Kind> {
    parse(text).unwrap().found
}

/// Kind, name, value and code.
fn kind_of(text: &str) -> (Kind, &str, &str, Option<u32>) {
    let found = found_in(text);
    (found.kind, found.name, found.value, found.code)
}

#[test]
fn every_wording_is_understood() {
    for (table, text) in [
        (&WORDINGS, include_str!("wordings.tsv")),
        (&FRAMES, include_str!("frames.tsv")),
    ] {
        assert_eq!(table.rows.len() + 2, text.lines().count());
    }
}

#[test]
fn stamps_are_kept_as_written() {
    let record = parse("[5/15/2031, 13:13:58] Operation: Repairing").unwrap();
    let stamp = record.stamp.unwrap();
    assert_eq!(stamp.time, 47_638_000);
    assert_eq!(stamp.date, [5, 15, 2031]);
    let operation = (record.found.kind, record.found.value);
    assert_eq!(operation, (Kind::Operation, "Repairing"));
    let suite = parse("[05/15/31,13:13:58] Setup.exe: SETUP EXIT CODE - 1603").unwrap();
    assert_eq!(suite.component, Some("Setup.exe"));
    assert_eq!(suite.found.kind, Kind::ExitCode);
    assert_eq!(suite.found.code, Some(1603));
    let helper = parse("[05/15/2031-13:13:58:250] \tINFO:   \t... succeeded.").unwrap();
    assert_eq!(helper.stamp.unwrap().time, 47_638_250);
    let started = kind_of("[5/6/2031, 16:12:45] === Logging started: 2031/06/05 16:12:45 ===");
    assert_eq!(started, (Kind::Started, "", "2031/06/05", None));
}

#[test]
fn lines_of_other_logs_are_none() {
    for line in [
        "MSI (s) (C8:50) [01:49:43:906]: Note: 1: 1303 2: C:\\ 3: -2147287035",
        "Action start 1:49:43: CostFinalize.",
        "=== Verbose logging started: 5/15/2031  13:13:58  Build type: SHIP UNICODE 5.00 ===",
        "[0AF0:1B2C][2031-07-07T12:02:17]i301: Applying execute package: X",
        "Property(S): INSTALLLEVEL = 1",
        "",
        "[",
        "[]",
        "[1/2/3,99:00:00] x",
    ] {
        assert!(
            parse(line).is_none_or(|record| !record.is_telling()),
            "{line}"
        );
    }
}

#[test]
fn items_and_their_logs() {
    let line =
        r"MSI (C:\x\Pump_x64.msi) Installation failed. Msi Log: Pump Setup_1-MSI_Pump_x64.msi.txt";
    let found = found_in(line);
    assert_eq!(found.kind, Kind::ItemEnded);
    assert_eq!(found.name, r"C:\x\Pump_x64.msi");
    let end = ended(found.value).unwrap();
    assert_eq!((end.failed, end.code), (true, None));
    assert_eq!(end.log, Some("Pump Setup_1-MSI_Pump_x64.msi.txt"));
    let found = found_in(r"Exe (C:\x\Helper.exe) failed with 0xffffffff - (Null).");
    assert_eq!(found.kind, Kind::ItemEnded);
    assert_eq!(found.name, r"C:\x\Helper.exe");
    let end = ended(found.value).unwrap();
    assert_eq!(
        (end.failed, end.code, end.log),
        (true, Some(0xffff_ffff), None)
    );
    let begins = |text| {
        let found = found_in(text);
        (found.kind, words::path(found.name))
    };
    let patch = r"Performing Install on MSP: c:\x\fix.msp targetting Product: Pump 2";
    assert_eq!(begins(patch), (Kind::ItemBegins, r"c:\x\fix.msp"));
    let package = r"Performing Action on MSI at c:\x\Pump.msi...";
    assert_eq!(begins(package), (Kind::ItemBegins, r"c:\x\Pump.msi"));
    let log = r"Log File C:\t\a.txt does not yet exist but may do at Watson upload time";
    assert_eq!(begins(log), (Kind::ItemLog, r"C:\t\a.txt"));
}

#[test]
fn results() {
    let line = "Final Result: Installation failed with error code: (0x80070643), \"Fatal error. \" (Elapsed time: 0 00:14:09).";
    let found = found_in(line);
    assert_eq!(
        (found.kind, found.code),
        (Kind::FinalResult, Some(0x8007_0643))
    );
    assert_eq!(result_message(found.value), "Fatal error.");
    assert_eq!(elapsed("0 00:14:09)."), Some(849_000));
    let time = found_in("\" (Elapsed time: 0 00:00:08).");
    assert_eq!(
        (time.kind, elapsed(time.value)),
        (Kind::Elapsed, Some(8000))
    );
    assert_eq!(
        kind_of("PerformMsiOperation returned 0x643"),
        (Kind::Returned, "PerformMsiOperation", "", Some(0x643))
    );
    assert_eq!(kind_of("BlockIf evaluated to true").0, Kind::Blocks);
    assert_eq!(kind_of("BlockIf evaluated to false").0, Kind::Known);
    assert_eq!(
        kind_of("Blocked: Too old."),
        (Kind::Blocked, "", "Too old.", None)
    );
    assert_eq!(
        code_in("failed with HRESULT '-2146697208'"),
        Some(0x800c_0008)
    );
    assert_eq!(
        code_in("UrlMon download failed with 800c0005"),
        Some(0x800c_0005)
    );
}

#[test]
fn html_is_taken_apart() {
    let mut all = Vec::new();
    let mut fragments = Fragments::default();
    let mut read = |line: &str| {
        fragments.each(line, |text, error| all.push((text.to_owned(), error)));
    };
    read("<style type=\"text/css\">");
    read(".err{color:#000000} div &gt; span");
    read("</style>");
    read(
        "<span class=\"err\"><span class=\"t\">[5/15/2031, 13:13:58]</span>a &lt;b&gt; &amp; c &x; 1 < 2<BR></span></div><div class=\"sectionHdr\"><span class=\"t\">[5/15/2031, 13:13:59] </span>Action complete <BR></div></span>",
    );
    assert_eq!(
        all,
        [
            ("[5/15/2031, 13:13:58]a <b> & c &x; 1 < 2".to_owned(), true),
            ("[5/15/2031, 13:13:59] Action complete".to_owned(), false),
        ]
    );
    assert!(is_markup("<span class=\"r\">") && !is_markup("<path>"));
}
