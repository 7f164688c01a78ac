//! What all programs have in common that carry out steps and list errors: how a failure, its cause
//! and its proof are told. A format only says which step and which problems are to blame.

use super::codes::{code_of, nested, plain, system_error};
use super::lines::KeptLine;
use crate::run::{
    ActionKind, Cause, Code, CodeSpace, Confidence, Evidence, Failure, IgnoredFailure, Role,
};

/// A line that says that something went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem<A> {
    /// The line.
    pub at: KeptLine,
    /// What it says without time stamp, number and the like.
    pub message: String,
    /// The code on it, as written.
    pub code: Option<u32>,
    /// Number of the message of Windows Installer that it passes on.
    pub number: Option<i64>,
    /// What it is about, in the terms of the format.
    pub about: A,
}

/// What a package returns that has written the reason into its own log: 1603,
/// `ERROR_INSTALL_FAILURE`, and the codes that say nothing but that it failed.
#[must_use]
pub fn is_generic(code: u32) -> bool {
    matches!(code, 0x8007_0643 | 0x643 | 0x8007_0001 | 0x8000_4005)
}

/// A failure, so far without a cause.
#[must_use]
pub fn failure(step: Option<&str>, line: u64, signature: String) -> Failure {
    Failure {
        action: step.map(str::to_owned),
        action_kind: step.map_or(ActionKind::None, |_| ActionKind::Package),
        line,
        signature,
        ..Failure::default()
    }
}

/// A failure that did not stop the run.
#[must_use]
pub fn ignored(line: u64, action: &str, why: &str) -> IgnoredFailure {
    IgnoredFailure {
        line,
        action: action.to_owned(),
        why: why.to_owned(),
    }
}

/// A line as the cause.
#[must_use]
pub fn cause(
    at: &KeptLine,
    (code, nested_code): (Code, Option<Code>),
    confidence: Confidence,
    explanation: Option<String>,
) -> Cause {
    Cause {
        line: at.line,
        text: at.text.clone(),
        code,
        nested_code,
        confidence,
        piece: false,
        explanation,
    }
}

/// A code as written, and the system error inside it.
#[must_use]
pub fn codes(code: Option<u32>) -> (Code, Option<Code>) {
    match code {
        Some(code) => (code_of(code), nested(code)),
        None => (plain(CodeSpace::None, None), None),
    }
}

/// The number of a message of Windows Installer, and the code that stands in it.
#[must_use]
pub fn message_codes(number: i64, inner: Option<u32>) -> (Code, Option<Code>) {
    let inner = inner.map(|code| match system_error(code) {
        Some(code) => plain(CodeSpace::Win32, Some(i64::from(code))),
        None => plain(CodeSpace::Hresult, Some(i64::from(code))),
    });
    (plain(CodeSpace::Msi, Some(number)), inner)
}

/// Points to the log of a step, which says more than the log of the program that runs it.
#[must_use]
pub fn see_own_log(sentence: &str, log: Option<&str>) -> String {
    match log {
        Some(log) => format!("{sentence} Its own log says more: {log}"),
        None => sentence.to_owned(),
    }
}

/// Short and stable: `burn/Package/0x80070643`, `netfx-setup/x.msi/msi-1935`.
#[must_use]
pub fn signature(parts: &[Option<&str>], number: Option<i64>, code: Option<u32>) -> String {
    // The same cause is now written as a system error, now as the HRESULT that wraps it.
    let code = code.map(|code| match code {
        1..=0xffff => format!("0x8007{code:04x}"),
        code => format!("0x{code:08x}"),
    });
    let end = number.map(|number| format!("msi-{number}")).or(code);
    let parts = parts.iter().copied().chain([end.as_deref()]);
    parts.flatten().collect::<Vec<_>>().join("/")
}

/// The lines that prove a failure.
#[derive(Debug, Default)]
pub struct Proof(Vec<Evidence>);

impl Proof {
    /// Adds a line, where it is there and not shown for another reason.
    pub fn add(&mut self, line: Option<&KeptLine>, role: Role) {
        if let Some(line) = line {
            Evidence::add(&mut self.0, line.line, &line.text, role);
        }
    }

    /// The lines in the order of the log.
    #[must_use]
    pub fn finish(mut self) -> Vec<Evidence> {
        self.0.sort_by_key(|evidence| evidence.line);
        self.0
    }
}
