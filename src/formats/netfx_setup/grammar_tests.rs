//! Tests of the grammar of setup logs, on lines of our own making.

use super::*;
use crate::formats::codes::code_in;
use crate::formats::netfx_setup::html::{Fragments, is_markup};
use crate::formats::netfx_setup::wording::elapsed_in;

fn kind_of(text: &str) -> Kind<'_> {
    parse(text).unwrap().kind
}

#[test]
fn stamps_are_kept_as_written() {
    let record = parse("[5/15/2031, 13:13:58] Operation: Repairing").unwrap();
    let stamp = record.stamp.unwrap();
    assert_eq!(stamp.time, 47_638_000);
    let date = |first, second, third| Date {
        first,
        second,
        third,
    };
    assert_eq!(stamp.date, date(5, 15, 2031));
    assert_eq!(record.kind, Kind::Operation("Repairing"));
    let suite = parse("[05/15/31,13:13:58] Setup.exe: SETUP EXIT CODE - 1603").unwrap();
    assert_eq!(suite.component, Some("Setup.exe"));
    assert_eq!(suite.kind, Kind::ExitCode(1603));
    let helper = parse("[05/15/2031-13:13:58:250] \tINFO:   \t... succeeded.").unwrap();
    assert_eq!(helper.stamp.unwrap().time, 47_638_250);
    let started = kind_of("[5/6/2031, 16:12:45] === Logging started: 2031/06/05 16:12:45 ===");
    assert_eq!(started, Kind::Started(Some(date(2031, 6, 5))));
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
    assert_eq!(
        kind_of(
            r"MSI (C:\x\Pump_x64.msi) Installation failed. Msi Log: Pump Setup_1-MSI_Pump_x64.msi.txt"
        ),
        Kind::ItemEnded {
            technology: Technology::Msi,
            path: r"C:\x\Pump_x64.msi",
            failed: true,
            code: None,
            log: Some("Pump Setup_1-MSI_Pump_x64.msi.txt"),
        }
    );
    assert_eq!(
        kind_of(r"Exe (C:\x\Helper.exe) failed with 0xffffffff - (Null)."),
        Kind::ItemEnded {
            technology: Technology::Program,
            path: r"C:\x\Helper.exe",
            failed: true,
            code: Some(0xffff_ffff),
            log: None,
        }
    );
    assert_eq!(
        kind_of(r"Performing Install on MSP: c:\x\fix.msp targetting Product: Pump 2"),
        Kind::ItemBegins {
            path: r"c:\x\fix.msp"
        }
    );
    assert_eq!(
        kind_of(r"Performing Action on MSI at c:\x\Pump.msi..."),
        Kind::ItemBegins {
            path: r"c:\x\Pump.msi"
        }
    );
    assert_eq!(
        kind_of(r"Log File C:\t\a.txt does not yet exist but may do at Watson upload time"),
        Kind::ItemLog {
            path: r"C:\t\a.txt"
        }
    );
}

#[test]
fn results() {
    let line = "Final Result: Installation failed with error code: (0x80070643), \"Fatal error. \" (Elapsed time: 0 00:14:09).";
    assert_eq!(
        kind_of(line),
        Kind::FinalResult {
            failed: true,
            code: 0x8007_0643,
            message: "Fatal error."
        }
    );
    assert_eq!(elapsed_in(line), Some(849_000));
    assert_eq!(
        kind_of("\" (Elapsed time: 0 00:00:08)."),
        Kind::Elapsed(8000)
    );
    assert_eq!(
        kind_of("PerformMsiOperation returned 0x643"),
        Kind::Returned {
            operation: "PerformMsiOperation",
            code: 0x643
        }
    );
    assert_eq!(
        kind_of("BlockIf evaluated to true"),
        Kind::BlockIfEvaluated(true)
    );
    assert_eq!(kind_of("Blocked: Too old."), Kind::Blocked("Too old."));
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
