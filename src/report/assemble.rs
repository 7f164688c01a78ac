//! The whole way of one log, from its bytes to its report.

use std::io::{self, Read};
use std::sync::Arc;

use super::model::{Kind, LogReport, SCHEMA, SessionReport, SlowAction};
use super::pipeline::{self, Boiled, Sink};
use crate::diagnosis::{self, Diagnosis, Settings};
use crate::grammar::{self, Body, Record, burn, wrapper};
use crate::knowledge::codes;
use crate::knowledge::rules::RuleSet;
use crate::session::burn::{BurnSession, BurnSessionBuilder};
use crate::session::digest::Part;
use crate::session::netfx_setup::NetfxLogBuilder;
use crate::session::wrapper::WrapperBuilder;
use crate::session::{MsiLog, MsiLogBuilder, Outcome, Session};
use crate::text::{Encoding, Line, PIECE, Pieces, UnknownEncoding};

/// What the caller decides.
#[derive(Debug, Clone)]
pub struct Options {
    /// Name of the encoding; `None`: told from the log.
    pub encoding: Option<String>,
    /// Most lines of evidence of one failure.
    pub max_evidence: usize,
    /// Remedies; `None`: the built-in ones.
    pub rules: Option<Arc<RuleSet>>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            encoding: None,
            max_evidence: 12,
            rules: None,
        }
    }
}

/// Why a log could not be analysed.
#[derive(Debug, thiserror::Error)]
pub enum AnalyseError {
    /// The source gave an error.
    #[error(
        "{path}: cannot be read at byte {offset}: {source}. Copy the log to a local disk and try again"
    )]
    Read {
        /// Path as given.
        path: String,
        /// How far it was read, in bytes.
        offset: u64,
        /// What the system says.
        source: io::Error,
    },
    /// The encoding that was asked for does not exist.
    #[error(transparent)]
    Encoding(#[from] UnknownEncoding),
}

/// Reads a log and says what it tells. A long log is shared by the threads of the
/// [`rayon`] pool that the caller is in.
///
/// # Errors
/// Where the source cannot be read or the encoding is unknown. A file that is no log is no error:
/// its report says so.
pub fn analyse<R: Read + Send>(
    path: &str,
    reader: R,
    options: &Options,
) -> Result<LogReport, AnalyseError> {
    let encoding = options
        .encoding
        .as_deref()
        .map(Encoding::named)
        .transpose()?;
    let mut pieces = Pieces::new(reader, encoding, PIECE);
    let mut parts = Parts::default();
    pipeline::run(&mut pieces, &mut parts).map_err(|source| AnalyseError::Read {
        path: path.to_owned(),
        offset: pieces.bytes(),
        source,
    })?;
    // A byte order mark alone is a file of two or three bytes without a piece.
    parts.totals.bytes = pieces.bytes();
    Ok(parts.report(path, pieces.encoding(), options))
}

/// The builders of all kinds of logs; what fits one decides what the file is.
#[derive(Default)]
pub(super) struct Parts {
    msi: MsiLogBuilder,
    burn: BurnSessionBuilder,
    bundles: Vec<BurnSession>,
    burn_records: u64,
    /// Runs of bundles beyond those that are kept apart.
    crowded: u64,
    setup: NetfxLogBuilder,
    wrapper: WrapperBuilder,
    totals: Totals,
}

/// What was read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Totals {
    /// Bytes of the file.
    pub bytes: u64,
    pub lines: u64,
    /// Lines that were too long and were cut.
    pub long_lines: u64,
    /// Some lines are not in the encoding of the rest.
    pub mixed: bool,
}

impl Sink for Parts {
    fn take(&mut self, piece: &Boiled) {
        for part in piece.digest.parts(self.totals.lines) {
            match part {
                Part::Line(line) => self.push(&line),
                Part::Stretch(stretch) => self.msi.pass(&stretch),
            }
        }
        self.totals.lines += piece.digest.line_count();
        self.totals.bytes = piece.end;
        self.totals.long_lines += piece.long_lines;
        self.totals.mixed |= piece.mixed;
    }
}

/// Most runs of a bundle that are kept of one file.
const MAX_BUNDLES: usize = 100;
/// A log with so many records of Windows Installer and none of another program is its own.
const BEYOND_DOUBT: u64 = 500;

impl Parts {
    pub(super) fn push(&mut self, line: &Line<'_>) {
        if may_be_burn(line.text)
            && let Some(record) = burn::parse(line.text)
        {
            self.burn_records += 1;
            if self.burn.is_over(&record) {
                if self.bundles.len() < MAX_BUNDLES {
                    let over = std::mem::take(&mut self.burn);
                    self.bundles.push(over.finish(line.number - 1));
                } else {
                    self.crowded += 1;
                }
            }
            self.burn.push(line.number, line.text, &record);
            return;
        }
        let record = grammar::parse(line.text);
        if matches!(
            record.body,
            Body::Message(_) | Body::ProductMessage { .. } | Body::Text(_)
        ) {
            // In a bundle's log these are messages of its packages.
            self.burn.push_foreign(line.number, line.text);
        }
        self.offer(line, &record);
        self.msi.push(line, &record);
    }

    /// Offers a line to the readers of setup programs and of programs that call the installer,
    /// until the log is one of Windows Installer beyond doubt: most logs are, and long ones.
    fn offer(&mut self, line: &Line<'_>, record: &Record<'_>) {
        if record.prefix.is_some() {
            return;
        }
        let nothing_else = self.setup.records() == 0 && self.wrapper.records() == 0;
        if self.msi.records() > BEYOND_DOUBT && nothing_else {
            return;
        }
        // No setup program writes these, and a log of Windows Installer is full of them.
        if !matches!(
            record.body,
            Body::Property { .. } | Body::ActionStart(_) | Body::ActionEnded(..)
        ) {
            self.setup.push(line.number, line.text);
        }
        // What is Windows Installer's own is no other program's.
        if matches!(record.body, Body::Text(_) | Body::Message(_))
            && let Some(record) = wrapper::parse(line.text)
        {
            self.wrapper.push(line.number, line.text, &record);
        }
    }

    pub(super) fn report(mut self, path: &str, encoding: Encoding, options: &Options) -> LogReport {
        let log = self.msi.finish();
        let mut report = LogReport {
            schema: SCHEMA.to_owned(),
            path: path.to_owned(),
            written_as: None,
            kind: Kind::Unrecognised,
            encoding: encoding.name(),
            bytes: self.totals.bytes,
            lines: self.totals.lines,
            language: log.language.map(str::to_owned),
            verbose: log.verbose,
            complete: log.complete,
            notices: Vec::new(),
            sessions: Vec::new(),
            related: Vec::new(),
        };
        let rules = options.rules.as_deref();
        if self.burn_records > 0 && self.burn_records >= log.records {
            report.kind = Kind::Burn;
            self.bundles.push(self.burn.finish(self.totals.lines));
            super::burn::fill(&mut report, &self.bundles, rules, options.max_evidence);
            if self.crowded > 0 {
                report.notices.push(format!(
                    "too many runs of bundles: the last {} are shown as one",
                    self.crowded + 1
                ));
            }
        } else if self.setup.records() > log.records {
            report.kind = Kind::NetfxSetup;
            let runs = self.setup.finish(self.totals.lines);
            super::netfx_setup::fill(&mut report, &runs, rules, options.max_evidence);
        } else if !self.wrapper.is_empty() && self.wrapper.records() > log.records {
            report.kind = Kind::Wrapper;
            report.language = None;
            let (calls, dropped) = self.wrapper.finish();
            super::wrapper::fill(&mut report, &calls, dropped, rules, options.max_evidence);
        } else if log.records > 0 {
            report.kind = Kind::Msi;
            fill_msi(&mut report, &log, path, options);
        }
        super::notices::add(&mut report, &log, &self.totals);
        report
    }
}

#[cfg(test)]
impl Parts {
    /// The counts of the plain way.
    pub(super) fn read_plainly<R: Read>(&mut self, lines: &crate::text::LineReader<R>) {
        self.totals = Totals {
            bytes: lines.bytes(),
            lines: lines.line_count(),
            long_lines: lines.long_lines(),
            mixed: lines.mixed(),
        };
    }
}

/// Burn lines begin with `[PID:TID]` or `e000:`, perhaps quoted or indented; engine lines, which
/// are most of all, are told by their first letter.
fn may_be_burn(line: &str) -> bool {
    matches!(
        line.as_bytes().first(),
        Some(b'[' | b' ' | b'\t' | b'>' | b'`' | b'-' | b'*' | b'e' | b'w' | b'i')
    )
}

fn fill_msi(report: &mut LogReport, log: &MsiLog, path: &str, options: &Options) {
    let file_name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    report.sessions = (0..log.sessions.len())
        .filter_map(|index| {
            let session = log.sessions.get(index)?;
            let rules = options.rules.as_deref();
            let settings = Settings {
                rules,
                max_evidence: options.max_evidence,
                file_name,
            };
            Some(session_report(
                session,
                diagnosis::diagnose(log, index, &settings),
            ))
        })
        .collect();
}

fn session_report(session: &Session, diagnosis: Diagnosis) -> SessionReport {
    let exit = session.exit_code.map(|code| code & 0xffff_ffff);
    SessionReport {
        lines: [session.first_line, session.last_line],
        started: session.started(),
        ended: session.ended(),
        duration_ms: session.duration_ms(),
        operation: session.facts.operation,
        parent: session.parent,
        product: session.facts.product.clone(),
        dotnet: diagnosis.dotnet,
        machine: session.facts.machine.clone(),
        outcome: session.outcome,
        exit_code: session.exit_code,
        exit_name: exit
            .and_then(codes::exit_code)
            .map(|code| code.name.to_owned()),
        failure: diagnosis.failure.filter(|_| {
            !matches!(
                session.outcome,
                Outcome::Succeeded | Outcome::SucceededReboot
            )
        }),
        ignored_failures: diagnosis.ignored,
        slowest: session
            .slowest
            .iter()
            .map(|(ms, action, line)| SlowAction {
                action: action.clone(),
                ms: *ms,
                line: *line,
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(log: &str) -> LogReport {
        analyse("a.log", log.as_bytes(), &Options::default()).unwrap()
    }

    const RESULT: &str = "Final Result: Installation failed with error code: (0x80070643), \"x\"\n";

    #[test]
    fn a_setup_program_after_a_few_lines_of_the_engine_is_found() {
        let engine = "MSI (s) (C8:50) [01:49:43:906]: a note of the engine\n";
        let setup = "Package Name = Sample Setup\nOperation: Installing\n";
        let log = format!("{}{setup}{RESULT}", engine.repeat(2));
        assert_eq!(read(&log).kind, Kind::NetfxSetup);
    }

    #[test]
    fn a_log_of_the_installer_stays_one_whatever_it_quotes() {
        let engine = "MSI (s) (C8:50) [01:49:43:906]: a note of the engine\n";
        let log = format!("{}{RESULT}", engine.repeat(2000));
        let report = read(&log);
        assert_eq!(report.kind, Kind::Msi);
        assert!(report.sessions.iter().all(|s| s.exit_code.is_none()));
    }

    #[test]
    fn a_code_of_an_earlier_day_that_a_caller_mentions_is_no_failure() {
        let line = |step: &str, text: &str| {
            format!("[03-05-2024 09:00:00.100] [Installation] [{step}] :: {text}\n")
        };
        let log = [
            line("Show-Progress", "It is known to end with exit code 1603."),
            line("Execute-Process", "Executing [msiexec.exe /i \"a.msi\"]..."),
            line("Execute-Process", "Execution completed with exit code [0]."),
        ];
        let report = read(&log.concat());
        assert_eq!(report.kind, Kind::Wrapper);
        let outcomes: Vec<_> = report.sessions.iter().map(|s| s.outcome).collect();
        assert_eq!(outcomes, [Outcome::Succeeded]);
        let notes = "Last time msiexec ended with exit code 1603.\nNow it works.\n";
        assert_eq!(read(notes).kind, Kind::Unrecognised);
    }
}
