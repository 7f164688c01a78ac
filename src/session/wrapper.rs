//! What programs that call the installer did, from the records of their logs: one session for each
//! program that they called.
//!
//! Such logs go on for months, so only so many calls are kept, those that failed before the others.

mod builder;
mod kept;
#[cfg(test)]
mod tests;
mod updates;

pub use builder::WrapperBuilder;
pub use kept::MOST_CALLS;

use super::burn::{KeptLine, ResultLine, cancelled, needs_restart, succeeded, system_error};
use super::model::{Operation, Outcome, Product};
use crate::grammar::burn::Stamp;
use crate::grammar::wrapper::Program;

/// Why a line of a call is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// It names the package.
    Package,
    /// The call.
    Call,
    /// It names the log of the called program.
    Log,
    /// The code that came back.
    Result,
    /// What the caller makes of it.
    Verdict,
}

/// A call that failed and was made again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retried {
    /// Line of its result.
    pub line: u64,
    /// What it gave back.
    pub code: u32,
}

/// One call of an installer.
#[derive(Debug, Clone, PartialEq)]
pub struct WrapperSession {
    /// Who called.
    pub program: Program,
    /// First line.
    pub first_line: u64,
    /// Last line.
    pub last_line: u64,
    /// First time.
    pub from: Option<Stamp>,
    /// Last time.
    pub until: Option<Stamp>,
    /// What was to be installed, as the caller names it.
    pub product: Product,
    /// What was to be done.
    pub operation: Operation,
    /// The part of the caller that made the call, the handler or the action of the package.
    pub step: Option<String>,
    /// The command line.
    pub command: Option<String>,
    /// Name of the called program, `msiexec.exe`.
    pub called: Option<String>,
    /// Lines that tell of it, in order.
    pub lines: Vec<(Role, KeptLine)>,
    /// Logs that the called program writes: what it is of, path, line that names it.
    pub logs: Vec<(String, String, u64)>,
    /// The line that names the result.
    pub result: Option<ResultLine>,
    /// What the caller made of it.
    pub works: Option<bool>,
    /// Earlier tries of the same command, where it worked in the end.
    pub retried: Vec<Retried>,
    /// Ids by which Windows Update names the update.
    pub ids: Vec<String>,
}

/// Most lines of a call that are kept.
const MOST_LINES: usize = 16;

impl WrapperSession {
    pub(super) fn new(program: Program, line: u64) -> Self {
        Self {
            program,
            first_line: line,
            last_line: line,
            from: None,
            until: None,
            product: Product::default(),
            operation: Operation::Unknown,
            step: None,
            command: None,
            called: None,
            lines: Vec::new(),
            logs: Vec::new(),
            result: None,
            works: None,
            retried: Vec::new(),
            ids: Vec::new(),
        }
    }

    /// The result as the installer means it: `0x80070643` is 1603.
    #[must_use]
    pub fn exit_code(&self) -> Option<i64> {
        let code = self.result.as_ref()?.code;
        Some(i64::from(system_error(code).unwrap_or(code)))
    }

    /// How it ended: by what the caller made of it, else by the code.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        let code = self.result.as_ref().map(|result| result.code);
        match (self.works, code) {
            (_, Some(code)) if cancelled(code) => Outcome::Cancelled,
            (Some(true), Some(code)) | (None, Some(code)) if restart(code) => {
                Outcome::SucceededReboot
            }
            (Some(true), _) => Outcome::Succeeded,
            (None, Some(code)) if succeeded(code) => Outcome::Succeeded,
            (Some(false), Some(0)) => Outcome::Failed,
            (Some(false), Some(code)) if restart(code) => Outcome::SucceededReboot,
            (Some(false), _) | (None, Some(_)) => Outcome::Failed,
            (None, None) => Outcome::Incomplete,
        }
    }

    /// It failed or was cancelled.
    #[must_use]
    pub fn failed(&self) -> bool {
        matches!(self.outcome(), Outcome::Failed | Outcome::Cancelled)
    }

    /// The article of the update, `KB4014984`.
    #[must_use]
    pub fn article(&self) -> Option<&str> {
        self.product.name.as_deref().and_then(updates::article)
    }

    /// What it is about in one word: the article, the product, the file of the package.
    #[must_use]
    pub fn subject(&self) -> Option<String> {
        let package = self.product.package.as_deref();
        let file = package.map(|path| path.rsplit(['/', '\\']).next().unwrap_or(path));
        self.article()
            .or(self.product.name.as_deref())
            .or(file)
            .or(self.called.as_deref())
            .map(str::to_owned)
    }

    /// Local time of the first time stamp, `2026-07-07T12:02:17`.
    #[must_use]
    pub fn started(&self) -> Option<String> {
        self.from.map(super::burn::stamps::iso)
    }

    /// Local time of the last time stamp.
    #[must_use]
    pub fn ended(&self) -> Option<String> {
        self.until.map(super::burn::stamps::iso)
    }

    /// From the first to the last time stamp, in milliseconds.
    #[must_use]
    pub fn duration_ms(&self) -> Option<u64> {
        super::burn::stamps::between(self.from?, self.until?)
    }

    pub(super) fn keep(&mut self, role: Role, number: u64, line: &str) {
        self.last_line = self.last_line.max(number);
        if self.lines.len() < MOST_LINES && self.lines.last().is_none_or(|(_, l)| l.line != number)
        {
            let text = line.to_owned();
            self.lines.push((role, KeptLine { line: number, text }));
        }
    }

    /// Takes a result: the first failure counts, but the installer's code more than the caller's own.
    pub(super) fn take_result(&mut self, number: u64, line: &str, code: u32) {
        self.keep(Role::Result, number, line);
        let better = match &self.result {
            None => true,
            Some(old) if succeeded(old.code) => !succeeded(code),
            Some(old) => {
                system_error(old.code).is_none() && system_error(code).is_some_and(|c| c != 0)
            }
        };
        if better {
            let text = line.to_owned();
            self.result = Some(ResultLine {
                line: number,
                text,
                code,
            });
        }
    }
}

/// A restart is needed: also in the words of Windows Update (`WU_S_REBOOT_REQUIRED`).
fn restart(code: u32) -> bool {
    needs_restart(code) || code == 0x0024_0005
}

/// Two codes mean the same, be they wrapped or not.
fn same(a: u32, b: u32) -> bool {
    a == b || system_error(a).is_some_and(|a| system_error(b) == Some(a))
}
