//! The output formats by name.
//!
//! A new one is a module with a [`Writer`] and a row in [`FORMATS`].

use super::table::Overview;
use super::writer::{Settings, Writer};
use super::{csv, github, html, json, junit, markdown, oneline, sarif, text};

/// An output format.
#[derive(Debug)]
pub struct OutputFormat {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it is for.
    pub about: &'static str,
    /// Makes its writer.
    pub writer: fn(Settings) -> Box<dyn Writer + Send>,
    /// Not text: nothing for a terminal.
    pub binary: bool,
}

const fn format(
    name: &'static str,
    about: &'static str,
    writer: fn(Settings) -> Box<dyn Writer + Send>,
) -> OutputFormat {
    OutputFormat {
        name,
        about,
        writer,
        binary: false,
    }
}

/// All output formats.
pub static FORMATS: &[OutputFormat] = &[
    format("text", "For people", |settings| match settings.in_full {
        true => Box::new(text::InFull::new(settings.width, settings.verbose)),
        false => Box::new(Overview::new(
            settings.groups,
            settings.groups_asked_for,
            settings.width,
        )),
    }),
    format("json", "One JSON document", |settings| {
        Box::new(json::Document::new(settings.groups))
    }),
    format("ndjson", "One JSON report a line", |_| {
        Box::new(json::Lines)
    }),
    format("csv", "One row a session, for spreadsheets", |_| {
        Box::new(csv::Table)
    }),
    #[cfg(feature = "parquet")]
    OutputFormat {
        name: "parquet",
        about: "One typed row a session, for data frames, DuckDB and data lakes",
        writer: |_| Box::new(super::parquet::Table::default()),
        binary: true,
    },
    format(
        "markdown",
        "What failed, why and what to do, for a ticket",
        |_| Box::new(markdown::Page::default()),
    ),
    format(
        "sarif",
        "SARIF 2.1.0, for programs that gather findings",
        |_| Box::new(sarif::Run::default()),
    ),
    format("junit", "JUnit XML, for build servers", |_| {
        Box::new(junit::Suites)
    }),
    format(
        "html",
        "One page that stands alone, to mail or print",
        |settings| {
            let pages = settings.pages;
            Box::new(html::Page::new(html::Html { pages }))
        },
    ),
    format(
        "oneline",
        "A line a log: outcome | exit code | log:line | product | signature | cause | remedy",
        |_| Box::new(oneline::Lines),
    ),
    format(
        "github",
        "Annotations for GitHub Actions, one a log that failed",
        |_| Box::new(github::Annotations),
    ),
];
