//! `msilog timeline`: what ran in a log, when, how long.

use std::collections::HashSet;
use std::io::Write;
use std::path::PathBuf;

use anstyle::{AnsiColor, Style};
use anyhow::Result;
use clap::Args;

use super::detailed::{Detailed, DetailedArguments, Form};
use super::{Status, output};
use crate::details::{TimedAction, TimedKind};
use crate::report::Kind;
use crate::report::layout::{clean, cut_end};
use crate::report::words;

/// Columns of a bar.
const BAR: usize = 16;
/// Operations of the script that took less, in milliseconds, are only counted.
const QUICK: u64 = 100;

const BAD: Style = AnsiColor::Red.on_default().bold();
const HEAD: Style = AnsiColor::Cyan.on_default();
const QUIET: Style = Style::new().dimmed();

/// What is shown.
#[derive(Debug, Args)]
pub struct TimelineArguments {
    /// The log: a file, an entry of an archive (all.zip!/pc7/setup.log), or - for standard input
    #[arg(value_name = "LOG", default_value = "-")]
    log: PathBuf,

    /// Only the N actions that took longest, without those that only hold others
    #[arg(long, value_name = "N")]
    slowest: Option<usize>,

    /// Quick operations of the script, too
    #[arg(long)]
    all: bool,

    /// How to write it
    #[arg(long, value_enum, default_value_t = Form::Text, value_name = "FORMAT")]
    format: Form,

    #[command(flatten)]
    how: DetailedArguments,
}

/// Shows what ran.
pub fn run(arguments: &TimelineArguments, rules: &[PathBuf]) -> Result<Status> {
    let (options, status) = arguments.how.options(rules);
    let Detailed { report, details } = arguments.how.read(&arguments.log, &options)?;
    if report.kind == Kind::Unrecognised {
        let name = words::log_name(&report);
        output::complain(&format!("{name}: this is no installer log"));
        return Ok(Status::Trouble);
    }
    let actions = &details.actions;
    if arguments.format == Form::Json {
        let mut out = output::data();
        serde_json::to_writer_pretty(&mut out, actions)?;
        writeln!(out)?;
        out.flush()?;
        return Ok(status);
    }
    let mut out = output::standard();
    let told = report
        .principal()
        .map(|session| words::headline_of(&report, session));
    let name = words::log_name(&report);
    writeln!(
        out,
        "{}: {}\n",
        clean(name),
        clean(&told.unwrap_or_default())
    )?;
    if actions.iter().all(|action| action.ms.is_none()) {
        writeln!(
            out,
            "This log has no times: the order is shown, not how long anything took.\n"
        )?;
    }
    let view = View {
        actions,
        longest: actions
            .iter()
            .filter_map(|action| action.ms)
            .max()
            .unwrap_or(0)
            .max(1),
        width: output::width(),
    };
    match arguments.slowest {
        Some(most) => view.slowest(&mut out, most)?,
        None => view.tree(&mut out, arguments.all)?,
    }
    let left_out = details.left_out.actions + details.left_out.operations;
    if left_out > 0 {
        writeln!(
            out,
            "{QUIET}{left_out} steps did not fit and are not counted here{QUIET:#}"
        )?;
    }
    out.flush()?;
    Ok(status)
}

struct View<'a> {
    actions: &'a [TimedAction],
    longest: u64,
    width: usize,
}

impl View<'_> {
    /// All actions as they are nested.
    fn tree(&self, out: &mut dyn Write, all: bool) -> Result<()> {
        let mut hidden = 0_usize;
        writeln!(
            out,
            "{QUIET}{:>10} {:>10}  {:BAR$}  what ran{QUIET:#}",
            "from", "took", ""
        )?;
        for action in self.actions {
            let quick =
                action.kind == TimedKind::ScriptOperation && action.ms.is_none_or(|ms| ms < QUICK);
            if quick && !all && !action.failed {
                hidden += 1;
                continue;
            }
            self.row(out, action, action.depth * 2)?;
        }
        if hidden > 0 {
            writeln!(
                out,
                "\n{QUIET}{hidden} operations of less than 0.1 s are not shown: --all{QUIET:#}"
            )?;
        }
        Ok(())
    }

    /// Those that took longest. What holds others took their time.
    fn slowest(&self, out: &mut dyn Write, most: usize) -> Result<()> {
        let around: HashSet<usize> = self
            .actions
            .iter()
            .filter_map(|action| action.parent)
            .collect();
        let leaves = self
            .actions
            .iter()
            .enumerate()
            .filter(|(at, _)| !around.contains(at));
        let mut leaves: Vec<_> = leaves
            .map(|(_, action)| action)
            .filter(|action| action.ms.is_some())
            .collect();
        leaves.sort_by_key(|action| std::cmp::Reverse(action.ms));
        writeln!(
            out,
            "{QUIET}{:>10} {:>10}  {:BAR$}  what took longest{QUIET:#}",
            "from", "took", ""
        )?;
        for action in leaves.into_iter().take(most) {
            self.row(out, action, 0)?;
        }
        Ok(())
    }

    fn row(&self, out: &mut dyn Write, action: &TimedAction, indent: usize) -> Result<()> {
        let from = action.at_ms.map_or(String::new(), |at| {
            format!("+{}.{:03}", at / 1000, at % 1000)
        });
        let took = action.ms.map_or(String::new(), |ms| match ms {
            0..1000 => format!("{ms} ms"),
            _ => words::duration(ms),
        });
        let filled = action.ms.map_or(0, |ms| bar(ms, self.longest));
        let bar = format!(
            "{}{}",
            "#".repeat(filled),
            " ".repeat(BAR.saturating_sub(filled))
        );
        let mark = match (action.failed, action.end_line) {
            (true, Some(_)) => "  FAILED",
            (true, None) => "  FAILED, the log stops in it",
            (false, None)
                if action.kind != TimedKind::ScriptOperation
                    && action.kind != TimedKind::Package =>
            {
                "  no end"
            }
            (false, _) if action.rollback => "  undoes",
            _ => "",
        };
        let kind = kind(action.kind);
        let place = format!("  line {}", action.line);
        let fixed = 10 + 1 + 10 + 2 + BAR + 2 + indent + mark.len() + kind.len() + place.len();
        let name = clean(&action.name);
        let name = cut_end(&name, self.width.saturating_sub(fixed).max(16));
        let style = if action.failed { BAD } else { Style::new() };
        let spaces = " ".repeat(indent);
        writeln!(
            out,
            "{from:>10} {took:>10}  {HEAD}{bar}{HEAD:#}  {spaces}{style}{name}{style:#}{QUIET}{kind}{QUIET:#}{BAD}{mark}{BAD:#}{QUIET}{place}{QUIET:#}"
        )?;
        Ok(())
    }
}

/// How much of a bar is filled: something for all that took any time.
fn bar(ms: u64, longest: u64) -> usize {
    let share = ms.saturating_mul(BAR as u64) / longest;
    let filled = usize::try_from(share).unwrap_or(BAR).min(BAR);
    filled.max(usize::from(ms > 0))
}

fn kind(kind: TimedKind) -> &'static str {
    match kind {
        TimedKind::Session => "  run",
        TimedKind::CustomImmediate => "  custom action",
        TimedKind::CustomDeferred => "  custom action, deferred",
        TimedKind::CustomRollback => "  custom action, rollback",
        TimedKind::CustomCommit => "  custom action, commit",
        TimedKind::Dialog => "  dialog",
        TimedKind::ScriptOperation => "  operation",
        TimedKind::Package => "  package",
        TimedKind::Standard | TimedKind::ScriptStep => "",
    }
}
