//! What programs that call the installer did, from the records of their logs: one session for each
//! program that they called.
//!
//! Such logs go on for months, so only so many calls are kept, those that failed before the others.

mod blame;
mod builder;
mod command;
mod kept;
mod programs;
#[cfg(test)]
mod tests;
mod updates;

use super::codes::{cancelled, needs_restart, same, succeeded, system_error};
use super::lines::{KeptLine, ResultLine};
use super::scan::file_name;
use super::stamp::{self, Stamp};
use super::{Format, LogRuns, Shape, Told};
use crate::run::{Kind, NamedLog, Operation, Outcome, Product, Run};
use crate::text::Line;
use builder::CallBuilder;
use programs::Program;

/// Why a line of a call is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToldBy {
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
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Call {
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
    pub lines: Vec<(ToldBy, KeptLine)>,
    /// Logs that the called program writes.
    pub logs: Vec<NamedLog>,
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

impl Call {
    fn of(program: Program) -> Self {
        Self {
            program,
            ..Self::default()
        }
    }

    /// The result as the installer means it: `0x80070643` is 1603.
    #[must_use]
    pub fn exit_code(&self) -> Option<i64> {
        let result = self.result.as_ref()?;
        Some(super::codes::exit_code(result.code))
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
        self.article()
            .or(self.product.name.as_deref())
            .or(self.file())
            .or(self.called.as_deref())
            .map(str::to_owned)
    }

    /// The file of the package.
    fn file(&self) -> Option<&str> {
        self.product.package.as_deref().map(file_name)
    }

    /// About how many bytes it takes.
    fn size(&self) -> usize {
        let lines = self.lines.iter().map(|(_, line)| line.text.len());
        let logs = self.logs.iter().map(|log| log.path.len() + log.of.len());
        let command = self.command.as_ref().map_or(0, String::len);
        std::mem::size_of::<Self>() + 2 * command + lines.chain(logs).sum::<usize>()
    }

    fn into_run(self) -> Run {
        let (failure, ignored_failures) = blame::diagnose(&self);
        let mut logs = self.logs.clone();
        if let Some(name) = &self.product.name {
            logs.iter_mut().for_each(|log| log.of.clone_from(name));
        }
        Run {
            lines: [self.first_line, self.last_line],
            started: self.from.map(stamp::iso),
            ended: self.until.map(stamp::iso),
            duration_ms: self
                .from
                .zip(self.until)
                .and_then(|(from, until)| stamp::duration(from, until)),
            operation: self.operation,
            packages: [self.product.package.as_deref(), self.article()]
                .into_iter()
                .flatten()
                .map(str::to_owned)
                .collect(),
            outcome: self.outcome(),
            exit_code: self.exit_code(),
            failure,
            ignored_failures,
            logs,
            product: self.product,
            ..Run::default()
        }
    }

    pub(super) fn keep(&mut self, role: ToldBy, number: u64, line: &str) {
        self.last_line = self.last_line.max(number);
        if self.lines.len() < MOST_LINES && self.lines.last().is_none_or(|(_, l)| l.line != number)
        {
            self.lines.push((role, KeptLine::new(number, line)));
        }
    }

    /// Takes a result: the first failure counts, but the installer's code more than the caller's own.
    pub(super) fn take_result(&mut self, number: u64, line: &str, code: u32) {
        self.keep(ToldBy::Result, number, line);
        let better = match &self.result {
            None => true,
            Some(old) if succeeded(old.code) => !succeeded(code),
            Some(old) => {
                system_error(old.code).is_none() && system_error(code).is_some_and(|c| c != 0)
            }
        };
        if better {
            self.result = Some(ResultLine::new(number, line, code));
        }
    }
}

/// A restart is needed: also in the words of Windows Update (`WU_S_REBOOT_REQUIRED`).
fn restart(code: u32) -> bool {
    needs_restart(code) || code == 0x0024_0005
}

/// The log of a program that calls the installer.
#[derive(Debug, Default)]
pub struct CallerFormat {
    builder: CallBuilder,
}

impl Format for CallerFormat {
    fn kind(&self) -> Kind {
        Kind::Wrapper
    }

    fn take_shared(&mut self, line: &Line<'_>, told: Told) {
        // What is Windows Installer's own is no other program's.
        if !told.by_engine
            && matches!(told.shape, Shape::Text | Shape::Message)
            && let Some(record) = programs::parse(line.text)
        {
            self.builder.push(line.number, line.text, &record);
        }
    }

    fn claim(&self) -> u64 {
        match self.builder.is_empty() {
            true => 0,
            false => self.builder.records(),
        }
    }

    fn finish(self: Box<Self>, _lines: u64) -> LogRuns {
        let (calls, dropped) = self.builder.finish();
        let mut notices = notices(&calls);
        if dropped > 0 {
            notices.push(format!(
                "too many calls: {} are shown, those that failed first; {dropped} are not shown",
                calls.len()
            ));
        }
        LogRuns {
            complete: calls
                .iter()
                .all(|call| call.result.is_some() || call.works.is_some()),
            notices,
            runs: calls.into_iter().map(Call::into_run).collect(),
            ..LogRuns::default()
        }
    }
}

/// Most logs of installers that a notice names.
const MOST_LOGS: usize = 5;

/// That the caller knows but a code, and where the log of the installer lies or how to get one.
fn notices(calls: &[Call]) -> Vec<String> {
    let failed: Vec<&Call> = calls.iter().filter(|call| call.failed()).collect();
    let Some(last) = failed.last() else {
        return Vec::new();
    };
    let mut all = vec![format!(
        "the log of a program that calls the installer ({}): it knows the exit code, not the cause",
        last.program.name()
    )];
    let mut logs: Vec<&str> = Vec::new();
    for log in failed.iter().rev().flat_map(|call| call.logs.iter().rev()) {
        if !logs.contains(&log.path.as_str()) && logs.len() < MOST_LOGS {
            logs.push(&log.path);
        }
    }
    if !logs.is_empty() {
        all.push(format!(
            "the installer's own log says why: {}",
            logs.join(", ")
        ));
    }
    if failed.iter().any(|call| call.logs.is_empty()) {
        all.push(last.program.how_to_get_a_log().to_owned());
    }
    all
}
