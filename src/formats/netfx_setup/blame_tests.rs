//! Tests of the cause, on logs of our own making.

use super::*;
use crate::formats::netfx_setup::tests::read;

fn failure_of(log: &str) -> Failure {
    let sessions = read(log);
    diagnose(sessions.last().unwrap()).0.unwrap()
}

#[test]
fn a_failed_package_names_its_own_log() {
    let failure = failure_of(
        "Performing Action on MSI at C:\\x\\Pump.msi\n\
         MSI (C:\\x\\Pump.msi) Installation failed. Msi Log: Pump Setup-MSI_Pump.msi.txt\n\
         PerformOperation returned 1603 (translates to HRESULT = 0x80070643)\n\
         OnFailureBehavior for this item is to Rollback.\n\
         Final Result: Installation failed with error code: (0x80070643), \"Fatal error\" (Elapsed time: 0 00:00:14).\n",
    );
    assert_eq!(failure.action.as_deref(), Some("Pump.msi"));
    let cause = failure.cause.unwrap();
    assert_eq!((cause.line, cause.confidence), (2, Confidence::Medium));
    assert!(
        cause
            .explanation
            .unwrap()
            .contains("Pump Setup-MSI_Pump.msi.txt")
    );
    assert_eq!(failure.signature, "netfx-setup/Pump.msi/0x80070643");
    let operations: Vec<_> = failure
        .propagation
        .iter()
        .map(|p| p.action.as_str())
        .collect();
    assert_eq!(operations, ["PerformOperation"]);
    let lines: Vec<_> = failure.evidence.iter().map(|e| e.line).collect();
    assert_eq!(lines, [1, 2, 3, 4, 5]);
}

#[test]
fn what_the_installer_says_comes_first() {
    let failure = failure_of(
        "Performing Install on MSP: c:\\x\\fix.msp targetting Product: Pump 2\n\
         Returning IDOK. INSTALLMESSAGE_ERROR [Error 1935.An error occurred. HRESULT: 0x80070005. ]\n\
         Patch (c:\\x\\fix.msp) Install failed on product (Pump 2). Msi Log:\n\
         MSI returned 0x643\n\
         Action Rollback changes\n\
         MSI returned 0x645\n\
         Final Result: Installation failed with error code: (0x80070643), \"Fatal error\" (Elapsed time: 0 00:14:09).\n",
    );
    let cause = failure.cause.unwrap();
    assert_eq!((cause.line, cause.code.space), (2, CodeSpace::Msi));
    assert_eq!(cause.nested_code.unwrap().value, Some(5));
    assert_eq!(failure.signature, "netfx-setup/fix.msp/msi-1935");
    assert!(failure.evidence.iter().all(|e| e.line != 6));
}

#[test]
fn a_condition_blocks_the_setup() {
    let failure = failure_of(
        "BlockIf: Pump Runtime is not supported on this operating system.\n\
         BlockIf evaluated to false\n\
         BlockIf: A newer Pump Runtime is installed.\n\
         evaluating BlockIf:\n\
         BlockIf evaluated to true\n\
         Final Result: Installation failed with error code: (0x000013EC), \"A StopBlock was hit\" (Elapsed time: 0 00:00:00).\n",
    );
    assert_eq!(failure.action, None);
    let cause = failure.cause.unwrap();
    assert_eq!((cause.line, cause.confidence), (3, Confidence::High));
    assert_eq!(
        failure.signature,
        "netfx-setup/blocked/a-newer-pump-runtime-is-installed"
    );
}

/// Under the heading stands why, a line each; with another result they are not why.
#[test]
fn what_stands_under_the_heading_of_blockers_is_the_cause() {
    let log = |code: &str| {
        format!(
            "Installation Blockers:\nA newer Pump Runtime is installed.\nAnother Pump runs.\n\
             Final Result: Installation failed with error code: ({code}), \"x\" (Elapsed time: 0 00:00:00).\n"
        )
    };
    let failure = failure_of(&log("0x000013EC"));
    let cause = failure.cause.unwrap();
    assert_eq!(
        (cause.line, cause.text.as_str()),
        (2, "A newer Pump Runtime is installed.")
    );
    let other = failure_of(&log("0x80070643"));
    assert!(other.cause.is_none_or(|cause| cause.line == 4));
}

#[test]
fn an_item_that_may_fail_is_ignored() {
    let log = "Exe (C:\\x\\Tool.exe) failed with 0x1 - no.\n\
         OnFailureBehavior for this item is to Ignore.\n\
         Final Result: Installation completed successfully with success code: (0x00000000), \"Done\" (Elapsed time: 0 00:00:01).\n";
    let sessions = read(log);
    let (failure, ignored) = diagnose(sessions.first().unwrap());
    assert!(failure.is_none());
    let ignored = ignored.first().unwrap();
    assert_eq!((ignored.line, ignored.why.as_str()), (1, "not vital"));
}

#[test]
fn a_result_that_says_why_is_the_cause() {
    let failure = failure_of(
        "Package Name = Pump Runtime Setup\n\
         Final Result: Installation failed with error code: (0x800c0006), \"Cannot find\" (Elapsed time: 0 00:01:00).\n",
    );
    let cause = failure.cause.unwrap();
    assert_eq!((cause.line, cause.code.value), (2, Some(0x800c_0006)));
}
