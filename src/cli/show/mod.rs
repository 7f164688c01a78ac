//! `msilog show`: lines of a log with what each of them is.

mod page;
mod ranges;

use std::io::{self, IsTerminal, Write};
use std::ops::RangeInclusive;
use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use super::detailed::{DetailedArguments, learned};
use super::one_log::{OneLog, Readable};
use super::{Status, interrupt, output, redact};
use crate::annotate::{Annotator, Line};
use crate::engine::analyse;
use crate::redact::{KeyBlock, Redactor};
use crate::report::{Kind, LogReport};
use crate::text::LineReader;
use page::Page;
use ranges::Lines;

/// What is shown.
#[derive(Debug, Args)]
pub struct ShowArguments {
    /// The log: a file, an entry of an archive (all.zip!/pc7/setup.log), or - for standard input
    #[arg(value_name = "LOG", default_value = "-")]
    pub log: PathBuf,

    /// Which lines: 120, 100-140, 900- (to the end); several with commas between, or repeated
    #[arg(short, long, value_name = "LINES")]
    lines: Vec<Lines>,

    /// The lines around this one (repeatable)
    #[arg(short, long, value_name = "LINE", value_parser = clap::value_parser!(u64).range(1..))]
    around: Vec<u64>,

    /// How many lines before and after one that matters are shown
    #[arg(short = 'C', long, value_name = "N", default_value_t = 6)]
    context: u64,

    #[command(flatten)]
    how: DetailedArguments,
}

/// Shows lines of a log.
pub fn run(arguments: &ShowArguments, rules: &[PathBuf]) -> Result<Status> {
    interrupt::watch();
    let (options, status) = arguments.how.options(rules);
    let mut log = OneLog::find(&arguments.log)?;
    let name = log.name.clone();
    let mut report = analyse(&name, log.open()?, &options)?;
    let mut redactor = None;
    if arguments.how.redact {
        let mut learned = learned(&mut log, &options)?.counted_anew();
        report = learned.report(&report)?;
        redactor = Some(learned);
    }
    let wanted = wanted(arguments, &report);
    let screen = io::stdout().is_terminal().then(output::width);
    let end = wanted.last().map_or(1, |range| *range.end());
    let mut view = View {
        annotator: Annotator::new(&report),
        redactor,
        block: KeyBlock::default(),
        page: Page::new(end.min(report.lines), screen),
    };
    let last = view.show(log.readable(options.encoding()?)?, &wanted)?;
    if let Some(redactor) = &view.redactor {
        redact::summary(redactor);
    }
    let beyond = wanted.iter().find(|range| *range.start() > last);
    if let Some(range) = beyond {
        let first = range.start();
        output::complain(&format!("{name}: there is no line {first}; it has {last}"));
        return Ok(Status::Trouble);
    }
    Ok(match report.kind {
        Kind::Unrecognised => {
            output::complain(&format!("{name}: this is no installer log"));
            Status::Trouble
        }
        _ => status,
    })
}

/// The lines that were asked for, or else those that matter most.
fn wanted(arguments: &ShowArguments, report: &LogReport) -> Vec<RangeInclusive<u64>> {
    let context = arguments.context;
    let named = arguments
        .lines
        .iter()
        .flat_map(|lines| lines.0.iter().cloned());
    let around = arguments.around.iter();
    let around = around.map(|line| ranges::around(*line, context));
    let mut all: Vec<_> = named.chain(around).collect();
    if all.is_empty() {
        let failed = report.principal().is_some_and(|s| s.failure.is_some());
        if !failed && report.kind != Kind::Unrecognised {
            output::complain(
                "no failure is known in this log: these are the last lines of its run",
            );
        }
        all = ranges::telling(report, context);
    }
    ranges::merged(all)
}

/// Goes through a log and shows what is wanted of it.
struct View {
    annotator: Annotator,
    redactor: Option<Redactor>,
    block: KeyBlock,
    page: Page,
}

impl View {
    /// Shows the lines, and says which was the last that was read.
    fn show(
        &mut self,
        (source, encoding): Readable<'_>,
        wanted: &[RangeInclusive<u64>],
    ) -> Result<u64> {
        let mut out = output::standard();
        let end = wanted.last().map_or(0, |range| *range.end());
        let mut ranges = wanted.iter().peekable();
        let mut lines = LineReader::new(source, encoding);
        let (mut last, mut redacted) = (0, String::new());
        'log: while let Some(batch) = lines.next_batch()? {
            for line in batch {
                last = line.number;
                let text = match &mut self.redactor {
                    None => line.text,
                    Some(redactor) => {
                        redacted.clear();
                        redactor.learn_and_replace(&mut self.block, line.text, &mut redacted);
                        redacted.as_str()
                    }
                };
                let number = line.number;
                let line = Line { number, text };
                // Whether changes are being undone is known from the lines before, so all are told.
                let annotation = self.annotator.line(&line);
                while ranges.next_if(|range| *range.end() < number).is_some() {}
                if ranges.peek().is_some_and(|range| range.contains(&number)) {
                    self.page.line(&mut out, &line, &annotation)?;
                }
                if number >= end {
                    break 'log;
                }
            }
        }
        self.page.legend(&mut out)?;
        out.flush()?;
        Ok(last)
    }
}
