//! The whole way of one log, from its bytes to its report.

use std::io::{self, Read};
use std::sync::Arc;

use super::notices::Totals;
use super::numbers;
use super::pipeline::{self, PieceSummary, Sink};
use crate::diagnosis::{self, Diagnosis, Settings};
use crate::envelope;
use crate::formats::caller::Ending;
use crate::formats::msi::digest::{Parts, Stretch};
use crate::formats::msi::{MsiLog, MsiLogBuilder};
use crate::formats::{self, Format, LogRuns, Shape, Told};
use crate::grammar::{self, Body, Record};
use crate::knowledge::codes;
use crate::knowledge::file_kinds;
use crate::knowledge::rules::RuleSet;
use crate::report::{LogReport, SCHEMA, SessionReport, file_name};
use crate::run::{Confidence, Kind, Outcome, Run};
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

impl Options {
    /// The encoding that was asked for; `None`: told from the log.
    ///
    /// # Errors
    /// Where there is none of this name.
    pub fn encoding(&self) -> Result<Option<Encoding>, UnknownEncoding> {
        self.encoding.as_deref().map(Encoding::named).transpose()
    }
}

/// Why a log could not be analysed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
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
    let encoding = options.encoding()?;
    let unreadable = |offset, source| AnalyseError::Read {
        path: path.to_owned(),
        offset,
        source,
    };
    let mut opened = envelope::open(reader, encoding).map_err(|source| unreadable(0, source))?;
    let encoding = opened.encoding;
    let head = opened.first_bytes(file_kinds::HEAD);
    let mut pieces = Pieces::new(&mut opened, encoding, PIECE);
    let mut readers = Readers::default();
    pipeline::run(&mut pieces, &mut readers)
        .map_err(|source| unreadable(pieces.bytes(), source))?;
    // A byte order mark alone is a file of two or three bytes without a piece.
    readers.totals.bytes = pieces.bytes();
    let mut report = readers.report(path, pieces.encoding(), options);
    super::notices::foreign(&mut report, &head);
    numbers::of_file(&mut report, &opened);
    Ok(report)
}

/// The readers of all kinds of logs; the one with the strongest claim says what the file is.
pub(super) struct Readers {
    msi: MsiLogBuilder,
    others: Vec<(Kind, Box<dyn Format>)>,
    /// The log is Windows Installer's own: only what others write with a head of their own counts.
    settled: bool,
    pub(super) totals: Totals,
}

impl Default for Readers {
    fn default() -> Self {
        Self {
            msi: MsiLogBuilder::default(),
            others: formats::all(),
            settled: false,
            totals: Totals::default(),
        }
    }
}

impl Sink for Readers {
    fn take(&mut self, piece: &PieceSummary) {
        piece.digest.each(self.totals.lines, self);
        self.totals.lines += piece.digest.line_count();
        self.totals.bytes = piece.end;
        self.totals.long_lines += piece.long_lines;
        self.totals.mixed |= piece.mixed;
        self.totals.shifts += piece.shifts;
    }
}

impl Parts for Readers {
    fn line(&mut self, line: &Line<'_>) {
        self.push(line);
    }

    fn stretch(&mut self, stretch: &Stretch, operation: &str) {
        self.msi.pass(stretch, operation);
    }
}

/// So few records of Windows Installer that a caller's log may well have more of them.
const FEW: u64 = 20;

/// A log with so many records of one program and none of another is its own.
const BEYOND_DOUBT: u64 = 100;

impl Readers {
    pub(super) fn push(&mut self, line: &Line<'_>) {
        let mut others = self.others.iter_mut();
        if !is_engines(line.text) && others.any(|(_, format)| format.take_own(line)) {
            self.settled = false;
            return;
        }
        let record = grammar::parse(line.text);
        let owner = self.owner();
        self.share(line, &record, owner);
        // What another program says in its own log is no output of an installation.
        if owner.is_none() || !matches!(record.body, Body::Text(_) | Body::Blank) {
            self.msi.push(line, &record);
        }
    }

    /// The one format whose log this is beyond doubt; none where anything is Windows Installer's.
    fn owner(&self) -> Option<usize> {
        if self.msi.records() > 0 {
            return None;
        }
        let claims = self.others.iter().map(|(_, format)| format.claim());
        let mut claims = claims.enumerate().filter(|(_, claim)| *claim > 0);
        let (owner, claim) = claims.next()?;
        (claim > BEYOND_DOUBT && claims.next().is_none()).then_some(owner)
    }

    /// Shows a line to the readers of other programs' logs, to the owner alone where there is one,
    /// until the log is one of Windows Installer beyond doubt: most logs are, and long ones.
    fn share(&mut self, line: &Line<'_>, record: &Record<'_>, owner: Option<usize>) {
        if self.settled {
            return;
        }
        let mut others = self.others.iter();
        self.settled =
            self.msi.records() > BEYOND_DOUBT && others.all(|(_, format)| format.claim() == 0);
        if self.settled {
            return;
        }
        let told = Told {
            by_engine: record.prefix.is_some(),
            shape: match record.body {
                Body::Property { .. } | Body::ActionStart(_) | Body::ActionEnded(..) => {
                    Shape::Frame
                }
                Body::Message(_) => Shape::Message,
                Body::ProductMessage { .. } => Shape::Event,
                Body::Text(_) => Shape::Text,
                _ => Shape::Other,
            },
        };
        for (at, (_, format)) in self.others.iter_mut().enumerate() {
            if owner.is_none_or(|owner| owner == at) {
                format.take_shared(line, told);
            }
        }
    }

    pub(super) fn report(self, path: &str, encoding: Encoding, options: &Options) -> LogReport {
        let mut log = self.msi.finish();
        let endings = self.others.iter().map(|(_, format)| format.ending());
        let ending = endings.flatten().next();
        if let Some(session) = log.sessions.last_mut() {
            end(&mut session.run, ending);
        }
        let strongest = self
            .others
            .into_iter()
            .rev()
            .max_by_key(|(_, format)| format.claim());
        let stronger = strongest
            .as_ref()
            .is_some_and(|(_, format)| format.claim() > log.records);
        let by_caller = strongest
            .as_ref()
            .and_then(|(_, format)| format.ending())
            .is_some_and(Ending::failed);
        // What called the installer knows less than a message of the installer, and more than a few
        // lines that look like it.
        let strongest = strongest.filter(|_| match (ending, by_caller) {
            (Some(ending), true) if ending.alone && log.records > 0 && log.records < FEW => {
                !tells(&log, ending)
            }
            _ => stronger,
        });
        let (kind, mut runs) = match strongest {
            Some((kind, format)) => (kind, format.finish(self.totals.lines)),
            None if log.records > 0 => (Kind::Msi, log.runs()),
            // What stands there is no run of anything.
            None => (Kind::Unrecognised, LogRuns::default()),
        };
        if let Some(run) = runs.runs.last_mut().filter(|_| kind != Kind::Wrapper) {
            end(run, ending);
        }
        let file_name = file_name(path);
        let settings = Settings {
            rules: options.rules.as_deref(),
            max_evidence: options.max_evidence,
            cut_off: !runs.complete,
            file_name: if runs.named_after_product {
                file_name
            } else {
                ""
            },
        };
        let mut report = LogReport {
            schema: SCHEMA.to_owned(),
            path: path.to_owned(),
            written_as: runs.written_as,
            kind,
            encoding: encoding.name(),
            bytes: self.totals.bytes,
            lines: self.totals.lines,
            language: log.language.map(str::to_owned),
            verbose: runs.verbose,
            complete: runs.complete,
            notices: runs.notices,
            related: runs
                .runs
                .iter()
                .flat_map(|run| &run.logs)
                .map(Into::into)
                .collect(),
            sessions: Vec::new(),
            details: None,
        };
        let sessions = runs.runs.into_iter().enumerate().map(|(index, mut run)| {
            let diagnosis = match kind {
                Kind::Msi => diagnosis::diagnose(&log, index, &settings),
                _ => diagnosis::complete(kind, &mut run, &settings),
            };
            session_report(run, diagnosis)
        });
        report.sessions = sessions.collect();
        super::notices::add(&mut report, &self.totals);
        report
    }
}

/// Whether it is one of the engine's own lines, which most are: they are no other program's.
fn is_engines(line: &str) -> bool {
    match line.as_bytes().first() {
        Some(b'M') => line.starts_with("MSI ("),
        Some(b'P') => line.starts_with("Property("),
        Some(b'A') => line.starts_with("Action start ") || line.starts_with("Action ended "),
        _ => false,
    }
}

/// Whether the last session of the installer tells how it ended, and in which words of its own where
/// it failed.
fn tells(log: &MsiLog, ending: Ending) -> bool {
    let settings = Settings {
        rules: None,
        max_evidence: 1,
        file_name: "",
        cut_off: false,
    };
    let last = log.sessions.len().saturating_sub(1);
    let outcome = log.sessions.last().map(|session| session.run.outcome);
    let failure = diagnosis::diagnose(log, last, &settings).failure;
    // That a custom action failed is more than the exit code, even where it does not say why.
    let named = failure.as_ref().is_some_and(|f| f.custom_action.is_some());
    let cause = failure.and_then(|failure| failure.cause);
    let own = |line| !ending.lines.contains(&line);
    outcome.is_some_and(Outcome::worked)
        || cause
            .is_some_and(|cause| (named || cause.confidence != Confidence::Low) && own(cause.line))
}

/// A log that breaks off, or a piece of one, may not say how it ended where the program does that
/// called the installer.
fn end(run: &mut Run, ending: Option<Ending>) {
    let Some(ending) = ending.filter(|_| run.exit_code.is_none()) else {
        return;
    };
    match run.outcome {
        Outcome::Failed if ending.failed() => run.exit_code = ending.exit_code,
        Outcome::Incomplete => {
            run.exit_code = ending.exit_code;
            run.outcome = ending.outcome;
        }
        Outcome::Failed | Outcome::Succeeded | Outcome::SucceededReboot | Outcome::Cancelled => {}
    }
}

/// What a report says of a run.
fn session_report(run: Run, diagnosis: Diagnosis) -> SessionReport {
    let exit = run.exit_code.map(|code| code & 0xffff_ffff);
    let exit = exit.and_then(codes::exit_code);
    let worked = run.outcome.worked();
    SessionReport {
        dotnet: diagnosis.dotnet,
        exit_name: exit.map(|code| code.name.to_owned()),
        cut_off: run.cut_off && run.exit_code.is_none(),
        failure: diagnosis.failure.filter(|_| !worked),
        ignored_failures: diagnosis.ignored,
        packages: Vec::new(),
        packed: Vec::new(),
        logs: Vec::new(),
        ..run
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

    /// Of a long row of empty lines a few are kept; what follows keeps its number.
    #[test]
    fn empty_lines_count_whether_they_are_kept_or_not() {
        for empty in [0, 7, 8, 9, 10, 1000] {
            let empty_lines = "\n".repeat(empty);
            let log = format!(
                "Action start 10:00:00: A.\nB\n{empty_lines}Error 1310. Error writing to file: C:\\a.dll. System error 5.\nC\nAction ended 10:00:00: A. Return value 3.\n"
            );
            let report = read(&log);
            let mut failures = report.sessions.iter().flat_map(|s| &s.failure);
            let cause = failures.next().and_then(|failure| failure.cause.as_ref());
            let line = cause.map(|cause| cause.line);
            assert_eq!(
                (line, report.lines),
                (Some(empty as u64 + 3), empty as u64 + 5)
            );
        }
    }

    #[test]
    fn a_line_of_the_engine_is_no_other_programs_own() {
        for text in [
            "MSI (s) (C8:50) [01:49:43:906]: [0A00:0A01][2026-01-01T00:00:00]i300: Apply begin",
            "Property(S): A = [0A00:0A01][2026-01-01T00:00:00]i300: Apply begin",
            "Action start 1:02:03: [0A00:0A01][2026-01-01T00:00:00]i300: Apply begin",
            "Action ended 1:02:03: A. Return value 3.",
        ] {
            assert!(is_engines(text));
            let line = Line { number: 1, text };
            for (kind, mut format) in formats::all() {
                assert!(!format.take_own(&line), "{kind:?} {text}");
            }
        }
    }

    #[test]
    fn a_text_that_is_no_log_has_no_sessions() {
        let report = read("hello\nworld\n");
        assert_eq!(
            (report.kind, report.sessions.len()),
            (Kind::Unrecognised, 0)
        );
    }

    #[test]
    fn a_bundle_that_quotes_as_much_as_it_says_is_a_bundle() {
        let bundle = "[0A00:0A01][2026-01-01T00:00:00]i300: Apply begin\n";
        let engine = "MSI (s) (C8:50) [01:49:43:906]: a note of the engine\n";
        assert_eq!(read(&format!("{bundle}{engine}")).kind, Kind::Burn);
    }

    #[test]
    fn a_log_of_the_installer_stays_one_whatever_it_quotes() {
        let engine = "MSI (s) (C8:50) [01:49:43:906]: a note of the engine\n";
        let log = format!("{}{RESULT}", engine.repeat(2000));
        let report = read(&log);
        assert_eq!(report.kind, Kind::Msi);
        assert!(report.sessions.iter().all(|s| s.exit_code.is_none()));
    }

    /// A bundle's log is read as such to its end; but what Windows Installer writes behind it counts.
    #[test]
    fn a_long_log_of_a_bundle_stays_one_until_the_installer_has_more_to_say() {
        let prefix = "[0A00:0A01][2026-01-01T00:00:00]";
        let bundle = format!("{prefix}i300: Apply begin\n").repeat(150);
        let failed = [
            &format!("{prefix}i301: Applying execute package: Main, action: Install, path: a\n"),
            "words\n  Product: Sample -- Error 1310. Error writing to file: C:\\a.dll.\n",
            &format!("{prefix}i319: Applied execute package: Main, result: 0x80070643\n"),
        ];
        let report = read(&format!("{bundle}{}{RESULT}", failed.concat()));
        assert_eq!(report.kind, Kind::Burn);
        let failure = report.sessions[0].failure.as_ref().unwrap();
        assert_eq!(failure.cause.as_ref().unwrap().line, 153);
        let engine = "MSI (s) (C8:50) [01:49:43:906]: a note of the engine\n";
        let log = format!("{bundle}words\n{}", engine.repeat(200));
        assert_eq!(read(&log).kind, Kind::Msi);
    }

    #[test]
    fn what_the_program_says_behind_a_good_installation_is_told() {
        let engine = |body: &str| format!("MSI (c) (A8:6C) [10:00:00:000]: {body}\n");
        let log = [
            "=== Verbose logging started: 5/4/2026  10:00:00  Build type: SHIP UNICODE 5.00.10011.00  Calling process: C:\\setup.exe ===\n",
            &engine("******* RunEngine:"),
            &engine("MainEngineThread is returning 0"),
            "=== Verbose logging stopped: 5/4/2026  10:00:02 ===\n",
        ];
        let log = log.concat();
        let told = |behind: &str| {
            let report = read(&format!("{log}{behind}\n"));
            assert_eq!(report.sessions[0].outcome, Outcome::Succeeded);
            let notices = report.notices.iter();
            notices.filter(|notice| notice.contains("line 5")).count()
        };
        assert_eq!(
            told("[10:00:03] *** Error : the service cannot be set up"),
            1
        );
        assert_eq!(told("[10:00:03] the service is set up"), 0);
    }

    #[test]
    fn a_restart_that_only_the_caller_tells_of_counts() {
        let caller = "2026-05-04 10:00:00.000 [CLI ] ShellExecute installer failed: 3010\n";
        let action =
            "Action start 10:00:00: INSTALL.\nAction ended 10:00:00: Sample. Return value 1.\n";
        let report = read(&format!("{caller}{}", action.repeat(12)));
        let last = report.sessions.last().unwrap();
        assert_eq!(
            (last.outcome, last.exit_code),
            (Outcome::SucceededReboot, Some(3010))
        );
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
