//! What programs that call the installer did, from the records of their logs: one session for each
//! program that they called.
//!
//! Such logs go on for months, so only so many calls are kept, those that failed before the others.

mod blame;
mod builder;
mod command;
mod failures;
mod kept;
mod programs;
#[cfg(test)]
mod tests;
mod updates;

use super::codes::{self, succeeded, system_error};
use super::lines::ResultLine;
use super::scan::file_name;
use super::stamp::{self, Stamp};
use super::{Format, LogRuns, Shape, Told};
use crate::knowledge::codes::{WingetSource, is_of_winget, winget_cause};
use crate::run::{Evidence, Outcome, Run};
use crate::text::Line;
pub use failures::Ending;
use kept::Kept;
use programs::Program;
use updates::Updates;

/// One call of an installer.
#[derive(Debug, Clone, Default)]
pub struct Call {
    /// Who called.
    pub program: Program,
    /// What all kinds of logs have; the product goes by the caller's name for it.
    pub run: Run,
    /// First time.
    pub from: Option<Stamp>,
    /// Last time.
    pub until: Option<Stamp>,
    /// The part of the caller that made the call, the handler or the action of the package.
    pub step: Option<String>,
    /// The command line.
    pub command: Option<String>,
    /// Name of the called program, `msiexec.exe`.
    pub called: Option<String>,
    /// Lines that tell of it, in order, and what each tells.
    pub lines: Vec<Evidence>,
    /// The line that names the result.
    pub result: Option<ResultLine>,
    /// The line by which `WinGet` says why, in a code of its own.
    pub why: Option<ResultLine>,
    /// What the caller made of it.
    pub works: Option<bool>,
    /// What was wrong, in the caller's words.
    pub said: Option<failures::Said>,
    /// Number of the message of Windows Installer whose words come next, and its line.
    pub number: Option<(i64, u64)>,
    /// The caller said that it failed before it said what it called.
    pub broken: bool,
    /// The result stands among other things: a line of its own says more.
    pub in_passing: bool,
    /// Lines of the results of earlier tries of the same command, where it worked in the end.
    pub retried: Vec<u64>,
}

/// `WU_S_REBOOT_REQUIRED`: Windows Update's word for a restart that is needed.
const REBOOT_REQUIRED: u32 = 0x0024_0005;
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
        let own = failures::is_own(self.program, result.code);
        (!own).then(|| codes::exit_code(result.code))
    }

    /// The code by which `WinGet` says why. What it decided itself says nothing of an installer that
    /// failed: that one is a dependency's.
    fn why(&self) -> Option<&ResultLine> {
        let given = self.result.as_ref().map(|result| result.code);
        let other = given.is_some_and(|code| !is_of_winget(code) && !succeeded(code));
        let by = |code| winget_cause(code).map(|cause| cause.by);
        let why = self.why.as_ref();
        why.filter(|why| !other || by(why.code) == Some(WingetSource::Installer))
    }

    /// The code that tells the most: one of `WinGet`'s own that says why, where the installer's does
    /// not say as much by itself.
    fn telling(&self) -> Option<&ResultLine> {
        let result = self.result.as_ref();
        let told = result.is_some_and(|result| blame::is_telling(result.code));
        self.why().filter(|_| !told).or(result)
    }

    /// How it ended: by what the caller made of it, else by the code.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        let told = self.why().or(self.result.as_ref());
        let told = told.map(|result| match result.code {
            REBOOT_REQUIRED => Outcome::SucceededReboot,
            code => codes::outcome(code),
        });
        match (self.works, told) {
            (_, Some(end @ (Outcome::Cancelled | Outcome::SucceededReboot))) => end,
            (Some(true), _) => Outcome::Succeeded,
            (Some(false), _) => Outcome::Failed,
            (None, told) => told.unwrap_or_default(),
        }
    }

    /// It failed or was cancelled.
    #[must_use]
    pub fn failed(&self) -> bool {
        self.outcome().failed()
    }

    /// The article of the update, `KB4014984`.
    #[must_use]
    pub fn article(&self) -> Option<&str> {
        self.run.product.name.as_deref().and_then(updates::article)
    }

    /// The file of the package.
    fn file(&self) -> Option<&str> {
        self.run.product.package.as_deref().map(file_name)
    }

    /// About how many bytes it takes.
    fn size(&self) -> usize {
        let lines = self.lines.iter().map(|line| line.text.len());
        let logs = self
            .run
            .logs
            .iter()
            .map(|log| log.path.len() + log.of.len());
        let command = self.command.as_ref().map_or(0, String::len);
        std::mem::size_of::<Self>() + 2 * command + lines.chain(logs).sum::<usize>()
    }

    fn into_run(self) -> Run {
        let (failure, ignored_failures) = blame::diagnose(&self);
        let packages = [self.run.product.package.as_deref(), self.article()];
        let mut run = Run {
            packages: packages.into_iter().flatten().map(str::to_owned).collect(),
            outcome: self.outcome(),
            exit_code: self.exit_code(),
            failure,
            ignored_failures,
            ..self.run
        };
        stamp::set_times(&mut run, self.from, self.until);
        if let Some(name) = &run.product.name {
            run.logs.iter_mut().for_each(|log| log.of.clone_from(name));
        }
        run
    }

    fn keep(&mut self, line: Evidence) {
        self.run.lines[1] = self.run.lines[1].max(line.line);
        if self.lines.len() < MOST_LINES && self.lines.last().is_none_or(|l| l.line != line.line) {
            self.lines.push(line);
        }
    }

    /// Takes a result: the first failure counts, but the installer's code more than the caller's own.
    fn take_result(&mut self, line: Evidence, code: u32) {
        let is_worse = |old: &ResultLine| match old.failed() {
            // The installer's own success may mean to WinGet that it did not.
            false => !succeeded(code) && (old.code == 0 || !failures::says_why(code)),
            true => system_error(old.code).is_none() && system_error(code).is_some_and(|c| c != 0),
        };
        if self.why.is_none() && failures::says_why(code) {
            self.why = Some(ResultLine::new(line.line, &line.text, code));
        }
        if self.result.as_ref().is_none_or(is_worse) {
            self.result = Some(ResultLine::new(line.line, &line.text, code));
        }
        self.keep(line);
    }
}

/// The log of a program that calls the installer.
#[derive(Debug, Default)]
pub struct CallerFormat {
    kept: Kept,
    open: Option<Call>,
    /// A call that has not begun: what is known by now.
    next: Call,
    /// The first call after this has it as its beginning.
    used: bool,
    updates: Updates,
    /// Records that tell that this is such a log.
    records: u64,
}

impl Format for CallerFormat {
    /// What `WinGet` says between the lines of the installer that it called is no message of that one.
    fn take_own(&mut self, line: &Line<'_>) -> bool {
        let record = programs::winget_line(line.text);
        if let Some(record) = &record {
            self.push(line.number, line.text, record);
        }
        record.is_some()
    }

    fn take_shared(&mut self, line: &Line<'_>, told: Told) {
        // What is Windows Installer's own is no other program's.
        if !told.by_engine
            && matches!(told.shape, Shape::Text | Shape::Message)
            && let Some(record) = programs::parse(line.text, self.next.program)
        {
            self.push(line.number, line.text, &record);
        }
    }

    fn claim(&self) -> u64 {
        let calls = self.kept.failed.iter().chain(&self.kept.others);
        match calls.chain(&self.open).find(|call| !call.is_mention()) {
            Some(_) => self.records,
            None => 0,
        }
    }

    fn ending(&self) -> Option<Ending> {
        let calls = self.kept.failed.iter().chain(&self.kept.others);
        let calls = || calls.clone().chain(&self.open);
        let ending = calls().max_by_key(|call| call.run.lines[1])?.ending()?;
        let alone = calls().count() == 1;
        Some(Ending { alone, ..ending })
    }

    fn finish(mut self: Box<Self>, _lines: u64) -> LogRuns {
        self.close();
        let (calls, dropped) = self.kept.finish();
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
    let mut all = Vec::new();
    if last.said.is_none() && last.why().is_none() {
        let name = match last.program {
            Program::Tool => String::new(),
            program => format!(" ({})", program.sheet().name),
        };
        all.push(format!(
            "the log of a program that calls the installer{name}: it knows the exit code, not the cause"
        ));
    }
    let mut logs: Vec<&str> = Vec::new();
    for log in failed
        .iter()
        .rev()
        .flat_map(|call| call.run.logs.iter().rev())
    {
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
    let silent = |call: &&Call| call.run.logs.is_empty() && call.why().is_none();
    if failed.iter().any(silent) {
        all.push(last.program.sheet().no_log.to_owned());
    }
    all
}
