//! What packages bring beside the program: completions for shells, manual pages.

use std::io::Write;

use anyhow::{Context, Result, bail};
use clap::CommandFactory;
use clap_complete::Shell;

use clap_mangen::roff::{Roff, bold, roman};

use super::arguments::Arguments;
use super::examples::rows;
use super::{Status, output};

/// Prints what a shell has to read to complete the command line.
pub fn completions(shell: Shell) -> Result<Status> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "msilog", &mut script);
    print(&script)
}

/// Prints the manual page of the program or of one of its commands, as troff.
pub fn page(command: &[String]) -> Result<Status> {
    // The number alone: the heading of a page has no room for more.
    let mut all = Arguments::command().version(env!("CARGO_PKG_VERSION"));
    all.build();
    let mut found = &all;
    for name in command {
        let Some(below) = found.find_subcommand(name) else {
            bail!("{name}: there is no such command. See msilog --help");
        };
        found = below;
    }
    let mut page = Vec::new();
    clap_mangen::Man::new(found.clone())
        .render(&mut page)
        .context("the page cannot be made")?;
    let of = command.first().map_or("", String::as_str);
    for (section, title) in SECTIONS {
        let rows = rows(section, of);
        let mut part = Roff::new();
        part.control("SH", [title]);
        for row in &rows {
            part.control("TP", []);
            part.text([bold(row.text)]);
            part.text([roman(row.what)]);
        }
        if !rows.is_empty() {
            part.to_writer(&mut page)?;
        }
    }
    print(&page)
}

/// Sections of a page that the options do not tell.
const SECTIONS: [(&str, &str); 3] = [
    ("example", "EXAMPLES"),
    ("environment", "ENVIRONMENT"),
    ("file", "FILES"),
];

fn print(bytes: &[u8]) -> Result<Status> {
    let mut out = output::data();
    out.write_all(bytes)?;
    out.flush()?;
    Ok(Status::Success)
}
