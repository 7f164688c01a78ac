//! What a caller tells of a failure beside the exit code: that a package failed, and in which words.

use super::builder::{At, some};
use super::programs::{Event, Program};
use super::{Call, CallerFormat};
use crate::formats::codes;
use crate::formats::codes::exit_code;
use crate::formats::lines::{KeptLine, ResultLine, clip};
use crate::knowledge::codes::{is_of_winget, winget_cause};
use crate::run::{Outcome, Role};

/// What went wrong, in the caller's words.
#[derive(Debug, Clone, Default)]
pub struct Said {
    /// The line.
    pub at: KeptLine,
    /// Number of the message of Windows Installer.
    pub number: Option<i64>,
    /// It says no more than a code does.
    pub sums: bool,
}

/// How an installation ended that another program's log tells more of: that it failed, or that a restart
/// is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ending {
    /// What the installer gave back.
    pub exit_code: Option<i64>,
    /// How it ended.
    pub outcome: Outcome,
    /// First and last line that tell of it.
    pub lines: [u64; 2],
    /// The caller called nothing else.
    pub alone: bool,
}

impl Ending {
    /// It did not work.
    #[must_use]
    pub fn failed(self) -> bool {
        self.outcome.failed()
    }
}

/// `WinGet`'s own codes that say that something failed, not why.
#[must_use]
pub fn is_own(program: Program, code: u32) -> bool {
    program == Program::Winget && is_of_winget(code) && !says_why(code)
}

/// A code of `WinGet`'s own that says why an installation failed, or how it ended.
#[must_use]
pub fn says_why(code: u32) -> bool {
    winget_cause(code).is_some()
}

impl Call {
    /// How the called installer ended, for a log that does not say so itself. Exit codes that a tool
    /// quotes are those of the installer only where no other program has them.
    pub(super) fn ending(&self) -> Option<Ending> {
        let code = self.result.as_ref().map(|result| result.code);
        let code = code.filter(|code| !is_of_winget(*code));
        let of_installer = |code: &u32| (1601..=1654).contains(&exit_code(*code));
        let code = code.filter(|code| self.program != Program::Tool || of_installer(code));
        let known = code.is_some() || self.program != Program::Tool;
        let restart = self.outcome() == Outcome::SucceededReboot;
        ((self.failed() && known) || (restart && code.is_some())).then(|| Ending {
            exit_code: code.map(exit_code),
            outcome: match (code, self.outcome()) {
                (None, Outcome::Cancelled) => Outcome::Cancelled,
                (code, _) => code.map_or(Outcome::Failed, codes::outcome),
            },
            lines: self.run.lines,
            alone: false,
        })
    }
}

/// Numbers of messages of Windows Installer that are no exit codes of it.
#[must_use]
pub fn is_message(code: u32) -> bool {
    (1100..3000).contains(&code) && !(1600..1660).contains(&code)
}

impl CallerFormat {
    /// A package failed; the line may name it and its code.
    pub(super) fn broken(&mut self, at: At<'_>) {
        let said = at.record.said;
        let (name, program) = (some(said.name), at.record.program);
        let goes_on = |call: &Call| {
            let known = call.run.product.name.as_deref();
            let other = name.is_some() && known.is_some() && name != known;
            call.program == program && !other && (call.works.is_none() || name.is_some())
        };
        if !self.open.as_ref().is_some_and(goes_on) {
            self.close();
        }
        let call = self.call(at);
        if let Some(name) = name {
            call.run.product.name.get_or_insert_with(|| clip(name));
        }
        if let Some(version) = some(said.value) {
            let version = || clip(version);
            call.run.product.version.get_or_insert_with(version);
        }
        call.works = Some(false);
        call.broken = true;
        call.keep(at.kept(Role::Verdict));
        match said.code {
            // Visual Studio Installer gives the number of the installer's message where it knows one.
            Some(code) if program == Program::VisualStudio && is_message(code) => {
                call.said.get_or_insert(Said {
                    at: KeptLine::new(at.number, at.line),
                    number: Some(i64::from(code)),
                    sums: true,
                });
            }
            Some(code) if is_own(program, code) => {}
            Some(code) if says_why(code) && call.result.is_some() => {
                call.take_result(at.kept(Role::OtherCode), code);
            }
            Some(code) if call.result.is_none() => {
                call.take_result(at.kept(Role::OtherCode), code);
                call.in_passing = true;
            }
            _ => {}
        }
    }

    /// What was wrong, in words.
    pub(super) fn says(&mut self, at: At<'_>) {
        let said = at.record.said;
        let sums = said.kind.event == Event::Sums;
        let call = self.call(at);
        let number = said.code.map(i64::from);
        let number = number.or(call.number.map(|(number, _)| number));
        if call.said.as_ref().is_none_or(|old| old.sums && !sums) {
            call.said = Some(Said {
                at: KeptLine::new(at.number, at.line),
                number,
                sums,
            });
        }
        if let Some(name) = some(said.name).filter(|_| said.kind.event != Event::Details) {
            call.run.product.name.get_or_insert_with(|| clip(name));
        }
        call.works = Some(false);
        call.keep(at.kept(Role::Verdict));
    }
}

impl Call {
    /// A text names a command line, and that is all.
    pub(super) fn is_mention(&self) -> bool {
        self.program == Program::Tool && self.result.is_none() && self.works.is_none()
    }

    /// The line that gives the code on its own counts more than one that names it among others.
    pub(super) fn names_code_again(&mut self, at: At<'_>, code: u32) -> bool {
        let again = std::mem::take(&mut self.in_passing);
        if again {
            self.result = Some(ResultLine::new(at.number, at.line, code));
            self.keep(at.kept(Role::OtherCode));
        }
        again
    }
}
