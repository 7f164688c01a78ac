//! Tests of the runs, on lines of our own making.

use super::*;
use crate::run::{CodeSpace, Confidence, Operation, Outcome};

fn read(log: &str) -> (u64, LogRuns) {
    let mut format = OfficeFormat::default();
    let mut lines = 0;
    for (number, text) in (1..).zip(log.lines()) {
        let line = Line { number, text };
        if !format.take_own(&line) {
            let message = crate::grammar::message_of(text).is_some();
            let shape = if message { Shape::Message } else { Shape::Text };
            let by_engine = text.starts_with("MSI (");
            format.take_shared(&line, Told { by_engine, shape });
        }
        lines = number;
    }
    (format.claim(), Box::new(format).finish(lines))
}

fn only(log: &str) -> Run {
    let (_, mut log) = read(log);
    assert_eq!(log.runs.len(), 1);
    log.runs.remove(0)
}

const HEAD: &str = "\
PERF: TickCount=1200 Name=OBootStrapper::Run Description=Begin function
Operating System version: 6.0.6002 Service Pack 2. Platform ID: 2
Running on a 32-bit operating system.
Command line: \"D:\\setup.exe\"
Opening log file C:\\Temp\\SetupExe(202601021011121154).log.
Catalyst execution began: 01/02/2026 10:11:12.
Catalyst version is : 22.0.100.7
JobExecutionMode is InstallExecutionMode.
Product: SAMPLESTD
Product: SAMPLEPRO
";
const WORDS: &str = "\
Executing chained package: WordsMUI.xx-yy
01/02/2026 10:12:00 Installing chained package: WordsMUI.xx-yy
";
const SHEETS: &str = "\
Executing chained package: SheetsMUI.xx-yy
01/02/2026 10:12:30 Configuring chained package: SheetsMUI.xx-yy
";
const IN_USE: &str =
    "MSI(ERROR): 'Error 1306. Another application has exclusive access to the file a.dll.'\n";
const ACTION: &str = "MSI(INFO): 'Action ended 10:12:20: InstallFiles. Return value 3.'\n";

fn end(code: u32) -> String {
    format!("Catalyst execution finished: 01/02/2026 10:15:12.  Return code: {code}.\n")
}

#[test]
fn a_run_that_works_has_no_failure_whatever_was_said_on_the_way() {
    let log = format!(
        "{HEAD}{WORDS}{IN_USE}{ACTION}Successfully installed package: WordsMUI.xx-yy path:C:\\a.msi\n\
         {SHEETS}Successfully configured package: SheetsMUI.xx-yy product code:{{A}}\n{}",
        end(0)
    );
    let (_, found) = read(&log);
    assert!(found.complete);
    assert_eq!(
        found.written_as.as_deref(),
        Some("C:\\Temp\\SetupExe(202601021011121154).log")
    );
    let run = only(&log);
    assert_eq!((run.outcome, run.exit_code), (Outcome::Succeeded, Some(0)));
    assert!(run.failure.is_none());
    assert_eq!(run.operation, Operation::Install);
    assert_eq!(run.product.name.as_deref(), Some("SAMPLESTD"));
    assert_eq!(run.product.version.as_deref(), Some("22.0.100.7"));
    assert_eq!(run.machine.windows.as_deref(), Some("6.0.6002"));
    assert_eq!(run.machine.arch.as_deref(), Some("x86"));
    assert_eq!(run.started.as_deref(), Some("2026-01-02T10:11:12"));
    assert_eq!(run.duration_ms, Some(240_000));
    let steps: Vec<_> = run.slowest.iter().map(|s| (&*s.action, s.ms)).collect();
    assert_eq!(
        steps,
        [("SheetsMUI.xx-yy", 162_000), ("WordsMUI.xx-yy", 30_000)]
    );
    // Without its end, the log says no more than that nothing is wrong so far.
    let (cut, _) = log.split_once("Catalyst execution finished").unwrap();
    assert_eq!(only(cut).outcome, Outcome::Incomplete);
    assert_eq!(
        only(&(cut.to_owned() + &end(3010))).outcome,
        Outcome::SucceededReboot
    );
}

#[test]
fn the_engines_message_is_the_cause_and_the_package_the_action() {
    let log = format!(
        "{HEAD}{WORDS}{IN_USE}Message returned: 4\n\
         MSI(ERROR): 'Fehler 1935. Eine Assembly. HRESULT: 0x80131047. x'\n{ACTION}\
         Error: Failed to install product: C:\\a.msi ErrorCode: 1603(0x643).\n\
         Rolling back chain\nMSI(ERROR): 'Error 1905. Module failed to unregister.'\n{}",
        end(1603)
    );
    let run = only(&log);
    assert_eq!((run.outcome, run.exit_code), (Outcome::Failed, Some(1603)));
    let failure = run.failure.unwrap();
    assert_eq!(failure.action.as_deref(), Some("WordsMUI.xx-yy"));
    let cause = failure.cause.unwrap();
    assert_eq!((cause.line, cause.code.space), (15, CodeSpace::Msi));
    assert_eq!(cause.code.value, Some(1935));
    assert_eq!(cause.nested_code.unwrap().value, Some(0x8013_1047));
    assert_eq!(cause.confidence, Confidence::High);
    assert_eq!(failure.line, 16);
    let lines: Vec<u64> = failure.evidence.iter().map(|e| e.line).collect();
    assert_eq!(lines, [11, 15, 16, 17, 18, 20]);
    assert_eq!(failure.signature, "wrapper/office/WordsMUI.xx-yy/msi-1935");
}

#[test]
fn a_code_alone_is_a_weak_cause() {
    let failed = "Error: Failed to install product: C:\\a.msi ErrorCode: 1601(0x641).\n";
    let failure = only(&format!("{HEAD}{WORDS}{failed}{}", end(1601)))
        .failure
        .unwrap();
    let cause = failure.cause.unwrap();
    assert_eq!(
        (cause.code.value, cause.confidence),
        (Some(1601), Confidence::Low)
    );
    let end = "Catalyst execution finished: 01/02/2026 10:15:12.  Return code: 30066.  Exception caught: SampleFailure.\n";
    let run = only(&format!("{HEAD}{end}"));
    assert_eq!(run.exit_code, Some(30066));
    let failure = run.failure.unwrap();
    assert_eq!((failure.line, &failure.action), (11, &None));
    let words = failure.cause.unwrap().explanation.unwrap();
    assert!(words.ends_with("SampleFailure"), "{words}");
}

#[test]
fn who_cancels_is_told_from_what_made_him() {
    let cancel = "User canceled setup.\n";
    let run = only(&format!("{HEAD}{cancel}{}", end(1602)));
    assert_eq!(run.outcome, Outcome::Cancelled);
    let cause = run.failure.unwrap().cause.unwrap();
    assert_eq!((cause.line, cause.code.value), (11, Some(1602)));
    let log = format!(
        "{HEAD}{WORDS}LIS failed to cache download \"{{A}}\" resource \"WordsMUI.msi\". Cache Error 0x80070002\n\
         Error: User had cancelled setup Type: 63::UserCancel.\nRolling back chain\n{}",
        end(77)
    );
    let run = only(&log);
    assert_eq!((run.outcome, run.exit_code), (Outcome::Cancelled, Some(77)));
    let cause = run.failure.unwrap().cause.unwrap();
    assert_eq!((cause.line, cause.code.value), (13, Some(0x8007_0002)));
    assert_eq!(cause.nested_code.unwrap().value, Some(2));
    assert!(cause.explanation.unwrap().contains("WordsMUI.msi"));
}

#[test]
fn an_excerpt_without_frames_names_the_action() {
    let log = "Error 1406.Setup cannot write the value to the key \\Sample. See a.chm.'\n\
               Log level changed from: Standard to: Verbose\n\
               MSI(INFO): 'Action ended Time: InstallExecute. Return value 3.\n";
    let run = only(log);
    assert_eq!(run.outcome, Outcome::Failed);
    let failure = run.failure.unwrap();
    assert_eq!(failure.action.as_deref(), Some("InstallExecute"));
    assert_eq!(failure.cause.unwrap().line, 1);
    assert_eq!(run.lines, [1, 3]);
}

#[test]
fn lines_that_others_write_too_make_no_claim() {
    let log = "Error 1304. Error writing to file: a.\nError: it does not work\n\
               Running on a 64-bit operating system.\nProduct: Sample\n\
               MSI (s) (C8:50) [10:49:43:906]: Command Line: A=1\nCommand line: a.exe\n\
               2026/01/02 10:11:12:345 a stamp without the number\n";
    assert_eq!(read(log).0, 0);
    assert_eq!(read("2026/01/02 10:11:12:345::[0B5C] anything\n").0, 1);
}

#[test]
fn runs_in_one_file_are_told_apart_and_bounded() {
    let broken = format!("{HEAD}{WORDS}{ACTION}");
    let (_, found) = read(&(broken.clone() + HEAD + &end(0)));
    let outcomes: Vec<_> = found.runs.iter().map(|run| run.outcome).collect();
    assert_eq!(outcomes, [Outcome::Failed, Outcome::Succeeded]);
    assert!(found.complete && found.notices.is_empty());
    assert_eq!(found.runs[0].lines[1] + 1, found.runs[1].lines[0]);
    let (_, found) = read(&broken.repeat(RUNS + 3));
    assert_eq!(found.runs.len(), RUNS);
    assert_eq!(
        found.notices,
        ["too many runs of the setup: 3 are not shown"]
    );
    let long = format!("Error: {}\n", "x".repeat(100_000));
    let run = only(&format!("{HEAD}{WORDS}{}{}", long.repeat(500), end(1603)));
    let kept: usize = run
        .failure
        .unwrap()
        .evidence
        .iter()
        .map(|e| e.text.len())
        .sum();
    assert!(kept < 200_000, "{kept}");
}
