//! Reports in the form that was asked for.

use std::fs::File;
use std::io::{self, BufReader, Write};

use anyhow::{Context, Result};

use super::arguments::{Arguments, By, Format};
use super::output;
use crate::report::groups::{Baseline, GroupBy, Groups};
use crate::report::json::{self, ReadError};
use crate::report::table::Overview;
use crate::report::{LogReport, Summary, csv, html, junit, markdown, sarif, text};

/// Writes reports as they come, and what stands behind the last.
pub struct Writer {
    form: Form,
    /// Columns of the screen.
    width: usize,
}

/// The form, with what its writer must remember.
enum Form {
    /// One after the other, for people.
    InFull,
    /// A row each, for people.
    Overview(Overview),
    Document(json::Document, Option<Groups>, Option<Baseline>),
    Lines,
    Csv(csv::Table),
    Markdown(markdown::Page),
    Sarif(sarif::Run),
    Junit(junit::Suites),
    Html(html::Page),
    Nothing,
}

impl Writer {
    /// A writer for `count` logs.
    ///
    /// # Errors
    /// Where the earlier scan cannot be read.
    pub fn new(arguments: &Arguments, count: usize) -> Result<Self> {
        let (groups, baseline) = groups(arguments)?;
        let form = match arguments.format {
            _ if arguments.quiet => Form::Nothing,
            Format::Json => Form::Document(json::Document::default(), groups, baseline),
            Format::Ndjson => Form::Lines,
            Format::Csv => Form::Csv(csv::Table::default()),
            Format::Markdown => Form::Markdown(markdown::Page::default()),
            Format::Sarif => Form::Sarif(sarif::Run::default()),
            Format::Junit => Form::Junit(junit::Suites::default()),
            Format::Html => Form::Html(html::Page::default()),
            Format::Text if count == 1 || arguments.verbose => Form::InFull,
            Format::Text => {
                let asked_for = arguments.group_by.is_some();
                Form::Overview(Overview::new(groups, baseline, asked_for))
            }
        };
        Ok(Self {
            form,
            width: output::width(),
        })
    }

    /// Takes the next report.
    pub fn add(&mut self, out: &mut impl Write, report: &LogReport) -> io::Result<()> {
        match &mut self.form {
            Form::InFull => text::write(out, report, self.width),
            Form::Overview(overview) => {
                overview.add(report);
                Ok(())
            }
            Form::Document(document, groups, _) => {
                if let Some(groups) = groups {
                    groups.add(report);
                }
                document.log(out, report)
            }
            Form::Lines => json::line(out, report),
            Form::Csv(table) => table.log(out, report),
            Form::Markdown(page) => page.log(out, report),
            Form::Sarif(run) => run.log(out, report),
            Form::Junit(suites) => suites.log(out, report),
            Form::Html(page) => page.log(out, report),
            Form::Nothing => Ok(()),
        }
    }

    /// Writes what stands behind the reports.
    pub fn end(
        &mut self,
        out: &mut impl Write,
        errors: &[ReadError],
        summary: &Summary,
    ) -> io::Result<()> {
        match std::mem::replace(&mut self.form, Form::Nothing) {
            Form::Document(document, groups, baseline) => {
                let groups = groups.map(|groups| groups.document(baseline.as_ref()));
                document.end(out, errors, summary, groups.as_ref())
            }
            Form::Overview(overview) if summary.logs > 0 => {
                overview.write(out, summary, self.width)
            }
            Form::Csv(table) => table.end(out),
            Form::Markdown(page) => page.end(out, errors, summary),
            Form::Sarif(run) => run.end(out, errors),
            Form::Junit(suites) => suites.end(out, errors),
            Form::Html(page) => page.end(out, errors, summary),
            _ => Ok(()),
        }
    }
}

/// The groups that are asked for, and the earlier scan that they are compared with.
fn groups(arguments: &Arguments) -> Result<(Option<Groups>, Option<Baseline>)> {
    let by = match arguments.group_by.unwrap_or(By::Cause) {
        By::Cause => GroupBy::Cause,
        By::Remedy => GroupBy::Remedy,
        By::Product => GroupBy::Product,
        By::Dotnet => GroupBy::Dotnet,
        By::Machine => GroupBy::Machine,
        By::Action => GroupBy::Action,
        By::Code => GroupBy::Code,
        By::None => return Ok((None, None)),
    };
    let paths = arguments.paths.iter();
    let roots: Vec<String> = paths.map(|path| path.display().to_string()).collect();
    let Some(path) = &arguments.baseline else {
        return Ok((Some(Groups::new(by, &roots)), None));
    };
    let name = path.display().to_string();
    let file = File::open(path).with_context(|| {
        format!("{name}: the earlier scan cannot be read; make one with --format ndjson -o FILE")
    })?;
    let baseline = Baseline::read(&name, BufReader::new(file), by, &roots)?;
    Ok((Some(Groups::new(by, &roots)), Some(baseline)))
}
