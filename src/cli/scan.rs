//! Reads logs: one, several, a folder, an archive, standard input.

use std::io::{self, BufWriter, Write};
use std::ops::ControlFlow;
use std::sync::Arc;

use anyhow::{Context, Result};
use clap::CommandFactory;

use super::Status;
use super::arguments::Arguments;
use super::identity::InUse;
use super::inputs;
use super::interrupt;
use super::new_file::{How, NewFile, is_unfinished};
use super::newest::{self, Look};
use super::output::{self, Out};
use super::own_rules::OwnRules;
use super::pages;
use super::progress::Progress;
use super::redact;
use super::second_look::SecondLook;
use super::stored::{self, Keeper, Taken};
use super::writer;
use crate::engine::Options;
use crate::engine::related::Gatherer;
use crate::engine::scan::in_turn;
use crate::engine::weight::weight;
use crate::redact::Redactor;
use crate::report::html::has_page;
use crate::report::json::ReadError;
use crate::report::writer::{ScanEnd, Writer};
use crate::report::{Kind, LogReport, Summary};
use crate::source::{Source, SourceError, expand, total_size};
use crate::store::{Known, Reader};

/// One log, or why there is none.
type Read1 = Result<Taken, ReadError>;

/// Runs the analysis.
pub fn run(arguments: &Arguments) -> Result<Status> {
    let (options, rules) = options(arguments)?;
    let paths = match inputs::paths(arguments)? {
        Some(paths) => paths,
        None => match newest::failed(&options) {
            Look { logs: 0, .. } => {
                let help = Arguments::command().render_help();
                writeln!(anstream::stderr(), "{}", help.ansi())?;
                return Ok(Status::Trouble);
            }
            Look { failed, .. } => match failed {
                Some(path) => vec![path],
                None => return Ok(rules),
            },
        },
    };
    inputs::not_a_command(arguments)?;
    let second_look = SecondLook::of(arguments, &options)?;
    writer::spare_terminal(arguments)?;
    if let Some(jobs) = arguments.jobs {
        let threads = rayon::ThreadPoolBuilder::new().num_threads(jobs);
        let started = threads.build_global();
        started.with_context(|| format!("--jobs {jobs}: so many threads cannot be started"))?;
    }
    let choice = inputs::choice(arguments)?;
    // Before anything is opened that would be made anew.
    let in_use = inputs::in_use(arguments, &paths)?;
    let folder = pages::Folder::of(arguments)?;
    let named = arguments.output.as_deref();
    let file = folder.as_ref().map_or(named, |(_, index)| Some(index));
    let how = How {
        replace: true,
        ..How::default()
    };
    let file = file.map(|path| NewFile::create(path, how, &in_use));
    let file = file.transpose()?;
    let (known, keeper) = stored::open(arguments, &options)?;
    let progress = Progress::new(arguments.progress, || total_size(&paths, &choice));
    let sources = expand(paths, choice).context("the search for logs cannot begin")?;
    let mut sources = sources.filter(|source| !is_own(source));
    // One alone is read in another way than many; two stand for any number.
    let mut first: Vec<_> = sources.by_ref().take(2).collect();
    if let [Ok(_)] = first.as_slice()
        && folder.is_none()
        && pages::is_wanted(arguments)
    {
        let source = first.remove(0)?;
        return pages::one(arguments, source, &options, file).map(|status| rules.max(status));
    }
    let mut scan = Scan::new(arguments, first.len(), keeper, file)?;
    scan.pages = folder.map(|(folder, _)| Pages {
        folder,
        options: options.clone(),
        in_use,
    });
    scan.second_look = second_look.as_ref();
    let many = first.len() > 1;
    let sources = first.into_iter().chain(sources);
    let done = scan.all(sources, many, &options, &progress, known.as_ref());
    progress.finish();
    let done = done.and_then(|()| scan.end());
    if interrupt::asked() {
        let read = scan.summary.logs + scan.summary.errors;
        output::complain(&format!("stopped by Ctrl-C: only {read} logs were read"));
        done?;
        return Ok(Status::Trouble);
    }
    match done {
        // Nobody reads on: what was found so far counts.
        Err(error) if !output::is_closed_pipe(&error) => {
            Err(error.context("the report is not written; choose another place with -o"))
        }
        _ => Ok(rules.max(scan.status())),
    }
}

fn read(
    source: Result<Source, SourceError>,
    options: &Options,
    progress: &Progress,
    reader: Option<&mut Reader<'_>>,
    redact: bool,
    second_look: Option<&SecondLook>,
) -> Read1 {
    let failed = |path: &str, message: String| ReadError {
        path: path.to_owned(),
        message,
    };
    let source = source.map_err(|e| failed(&e.path, e.to_string()))?;
    if !matches!(source, Source::StandardInput | Source::File { .. }) {
        progress.expect(source.size().unwrap_or(0));
    }
    let name = source.name();
    let taken = match (second_look, &source) {
        (Some(look), Source::StandardInput) => look.standard_input(redact).map(Taken::once),
        _ if redact => stored::read_and_learn(source, options, progress),
        _ => stored::read(source, options, progress, reader),
    };
    taken.map_err(|error| failed(&name, error.to_string()))
}

/// Whether this is a report that is just being written.
fn is_own(source: &Result<Source, SourceError>) -> bool {
    matches!(source, Ok(Source::File { path, named: false }) if is_unfinished(path))
}

/// The options of the analysis, and trouble where a rule of the user is broken.
fn options(arguments: &Arguments) -> Result<(Options, Status)> {
    if let Some(name) = &arguments.encoding {
        crate::text::Encoding::named(name)?;
    }
    let own = OwnRules::load(&arguments.rules);
    let options = Options {
        encoding: arguments.encoding.clone(),
        max_evidence: arguments.max_evidence,
        rules: own.rules.map(Arc::new),
    };
    Ok((options, own.status))
}

/// What was found so far, and where it goes.
struct Scan<'a> {
    arguments: &'a Arguments,
    out: Out,
    /// The file that is written, if it is not standard output.
    file: Option<NewFile>,
    /// `None` where nothing is to be printed.
    writer: Option<Box<dyn Writer + Send>>,
    summary: Summary,
    /// How many files were found that are no logs.
    passed_over: usize,
    status: Status,
    errors: Vec<ReadError>,
    /// Holds reports back until those are known that belong to them.
    gatherer: Gatherer,
    keeper: Keeper,
    /// Takes the secrets out of the reports, where that was asked for.
    redactor: Option<Redactor>,
    /// Where the pages of single logs go, where they are wanted.
    pages: Option<Pages>,
    /// Reads the details of logs, where they are wanted.
    second_look: Option<&'a SecondLook>,
}

/// What the pages of single logs need.
struct Pages {
    folder: pages::Folder,
    options: Options,
    in_use: InUse,
}

impl<'a> Scan<'a> {
    fn new(
        arguments: &'a Arguments,
        count: usize,
        keeper: Keeper,
        file: Option<NewFile>,
    ) -> Result<Self> {
        // Data has no colours; what looks like one came from a log and stays as it is.
        let coloured = arguments.format.name == "text";
        let mut out: Out = match (&file, coloured) {
            (None, true) => output::standard(),
            (None, false) => output::data(),
            (Some(file), true) => output::without_colour(file.writer()?),
            (Some(file), false) => Box::new(BufWriter::new(file.writer()?)),
        };
        let mut redactor = arguments.redact.then(Redactor::default);
        let mut writer = writer::open(arguments, count, redactor.as_mut())?;
        if let Some(writer) = &mut writer {
            writer.begin(&mut out)?;
        }
        Ok(Self {
            arguments,
            out,
            file,
            writer,
            passed_over: 0,
            summary: Summary::default(),
            status: Status::Success,
            errors: Vec::new(),
            gatherer: Gatherer::default(),
            keeper,
            redactor: redactor.map(Redactor::counted_anew),
            pages: None,
            second_look: None,
        })
    }

    /// Reads everything, several logs at once, and takes the reports in the order of the sources.
    fn all(
        &mut self,
        sources: impl Iterator<Item = Result<Source, SourceError>> + Send,
        many: bool,
        options: &Options,
        progress: &Progress,
        known: Option<&Known>,
    ) -> Result<()> {
        let reader = || known.map(Known::reader);
        let redact = self.redactor.is_some();
        let look = self.second_look;
        if many {
            interrupt::watch();
        }
        let mut failed = Ok(());
        in_turn(
            sources.take_while(|_| !interrupt::asked()),
            reader,
            |reader, source| read(source, options, progress, reader.as_mut(), redact, look),
            |read| read.as_ref().map_or(0, |taken| weight(&taken.report)),
            |report| {
                // A log that was cut off by Ctrl-C was not read, and is no error.
                let cut_off = report.is_err() && interrupt::asked();
                if !cut_off && let Err(error) = self.add(report) {
                    failed = Err(error);
                    return ControlFlow::Break(());
                }
                if many {
                    progress.found(self.summary.logs, self.summary.failed);
                }
                ControlFlow::Continue(())
            },
        );
        failed
    }

    fn add(&mut self, one: Read1) -> Result<()> {
        if let Some(file) = &self.file {
            file.spare(match &one {
                Ok(taken) => &taken.report.path,
                Err(error) => &error.path,
            })?;
        }
        let (report, named) = match one {
            Ok(mut taken) => {
                if let (Some(redactor), Some(names)) = (&mut self.redactor, &taken.names) {
                    redactor.absorb(names);
                    redact::learn_folder(redactor, &self.arguments.paths, &taken.report.path);
                }
                // What could be read of it is reported below.
                if let Some(message) = taken.damage.take() {
                    let path = taken.report.path.clone();
                    self.trouble(ReadError { path, message });
                }
                let named = taken.named;
                (self.keeper.take(taken), named)
            }
            Err(error) => {
                self.trouble(error);
                return Ok(());
            }
        };
        // Folders hold other texts than logs; nobody said that this was one.
        if report.kind == Kind::Unrecognised && named {
            self.status = Status::Trouble;
        } else if report.kind == Kind::Unrecognised {
            self.passed_over += 1;
            if !self.arguments.verbose {
                self.summary.add(&report);
                return Ok(());
            }
        }
        for report in self.gatherer.push(*report) {
            self.write(&report)?;
        }
        Ok(())
    }

    /// Says what could not be read.
    fn trouble(&mut self, mut error: ReadError) {
        if let Some(redactor) = &mut self.redactor {
            redact::learn_folder(redactor, &self.arguments.paths, &error.path);
            error.path = redactor.text(&error.path);
            error.message = redactor.text(&error.message);
        }
        output::complain(&error.message);
        self.summary.errors += 1;
        self.status = Status::Trouble;
        self.errors.push(error);
    }

    /// Counts and writes a report of which all is known.
    fn write(&mut self, report: &LogReport) -> Result<()> {
        let worked = self.summary.add(report);
        if report.kind != Kind::Unrecognised {
            self.status = self.status.max(Status::of(report));
        }
        if self.arguments.only_failed && worked {
            return Ok(());
        }
        // What is redacted is counted where nothing is printed too.
        let redacted = self.shown(report)?;
        if let Some(writer) = &mut self.writer {
            writer.log(&mut self.out, redacted.as_ref().unwrap_or(report))?;
        }
        // A page for each that did not work: of ten thousand logs those are the few.
        if let Some(pages) = self.pages.as_ref().filter(|_| has_page(report)) {
            let Pages {
                folder,
                options,
                in_use,
            } = pages;
            let shown = redacted.as_ref().unwrap_or(report);
            let redactor = self.redactor.as_mut();
            if let Err(error) = folder.add(shown, report, options, redactor, in_use) {
                let path = report.path.clone();
                let message = format!("{}: it has no page of its own: {error:#}", report.path);
                self.trouble(ReadError { path, message });
            }
        }
        Ok(())
    }

    /// The report as it is shown, where that is another: with details, without names.
    fn shown(&mut self, report: &LogReport) -> Result<Option<LogReport>> {
        if let Some(look) = self.second_look.filter(|_| self.writer.is_some()) {
            match look.take(report, self.redactor.as_mut()) {
                Ok(report) => return Ok(Some(report)),
                Err(error) => {
                    let message = format!("{}: it has no details: {error:#}", report.path);
                    let path = report.path.clone();
                    self.trouble(ReadError { path, message });
                }
            }
        }
        let redactor = self.redactor.as_mut();
        Ok(redactor.map(|all| all.report(report)).transpose()?)
    }

    fn end(&mut self) -> Result<()> {
        if !self.keeper.end(self.summary.errors) {
            self.status = Status::Trouble;
        }
        for report in self.gatherer.end() {
            self.write(&report)?;
        }
        if let Some(writer) = &mut self.writer {
            let (errors, summary) = (&self.errors, &self.summary);
            writer.end(&mut self.out, &ScanEnd { errors, summary })?;
        }
        if let Some(redactor) = &self.redactor {
            redact::summary(redactor);
        }
        self.out.flush()?;
        if let Some(file) = self.file.take() {
            // Windows renames no file that somebody may still write to.
            self.out = Box::new(io::sink());
            file.finish()?;
        }
        // With these the output tells by itself that nothing was found, or nobody wants to know.
        let enough = self.arguments.quiet || self.arguments.verbose;
        if self.passed_over == self.summary.logs && self.passed_over > 0 && !enough {
            let all = self.passed_over;
            output::complain(&format!(
                "none of {all} files is an installer log; -v lists them"
            ));
        }
        Ok(())
    }

    fn status(&self) -> Status {
        match self.status {
            Status::Failures if self.arguments.exit_zero => Status::Success,
            status => status,
        }
    }
}
