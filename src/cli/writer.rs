//! Reports in the form that was asked for.

use std::io::{self, Write};

use super::arguments::{Arguments, Format};
use super::output;
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
    Document(json::Document),
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
    pub fn new(arguments: &Arguments, count: usize) -> Self {
        let form = match arguments.format {
            _ if arguments.quiet => Form::Nothing,
            Format::Json => Form::Document(json::Document::default()),
            Format::Ndjson => Form::Lines,
            Format::Csv => Form::Csv(csv::Table::default()),
            Format::Markdown => Form::Markdown(markdown::Page::default()),
            Format::Sarif => Form::Sarif(sarif::Run::default()),
            Format::Junit => Form::Junit(junit::Suites::default()),
            Format::Html => Form::Html(html::Page::default()),
            Format::Text if count == 1 || arguments.verbose => Form::InFull,
            Format::Text => Form::Overview(Overview::default()),
        };
        Self {
            form,
            width: output::width(),
        }
    }

    /// Takes the next report.
    pub fn add(&mut self, out: &mut impl Write, report: &LogReport) -> io::Result<()> {
        match &mut self.form {
            Form::InFull => text::write(out, report, self.width),
            Form::Overview(overview) => {
                overview.add(report);
                Ok(())
            }
            Form::Document(document) => document.log(out, report),
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
            Form::Document(document) => document.end(out, errors, summary),
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
