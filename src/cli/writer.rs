//! The writer that was asked for.

use std::fs::File;
use std::io::{self, BufReader, IsTerminal};

use anyhow::{Context, Result, bail};

use super::arguments::Arguments;
use super::output;
use crate::redact::Redactor;
use crate::report::groups::{GroupBy, Groups};
use crate::report::writer::{Settings, Writer};
use crate::text::PlainText;

/// A writer for `count` logs; `None` where nothing is to be printed.
///
/// # Errors
/// Where the earlier scan cannot be read.
pub fn open(
    arguments: &Arguments,
    count: usize,
    redactor: Option<&mut Redactor>,
) -> Result<Option<Box<dyn Writer + Send>>> {
    let settings = Settings {
        width: output::width(),
        in_full: count == 1 || arguments.verbose,
        verbose: arguments.verbose,
        pages: super::pages::is_folder(arguments),
        groups: groups(arguments, redactor)?,
        groups_asked_for: arguments.group_by.is_some(),
    };
    Ok((!arguments.quiet).then(|| (arguments.format.writer)(settings)))
}

/// Keeps what is no text from a terminal.
///
/// # Errors
/// Where it would go there.
pub fn spare_terminal(arguments: &Arguments) -> Result<()> {
    let shown = arguments.output.is_none() && !arguments.quiet;
    if arguments.format.binary && shown && io::stdout().is_terminal() {
        let name = arguments.format.name;
        bail!("--format {name} is no text: name a file with -o logs.{name}, or pipe it on");
    }
    Ok(())
}

/// The groups that are asked for, and the earlier scan that they are compared with.
fn groups(arguments: &Arguments, redactor: Option<&mut Redactor>) -> Result<Option<Groups>> {
    let by = arguments.group_by.unwrap_or(Some(GroupBy::Cause));
    let Some(by) = by else { return Ok(None) };
    let paths = arguments.paths.iter();
    let mut roots: Vec<String> = paths.map(|path| path.display().to_string()).collect();
    if let Some(redactor) = redactor {
        // The paths of the reports are redacted too, and begin with the same stand-ins.
        roots
            .iter_mut()
            .for_each(|root| *root = redactor.text(root));
    }
    let groups = Groups::new(by, &roots);
    let Some(path) = &arguments.baseline else {
        return Ok(Some(groups));
    };
    let name = path.display().to_string();
    let file = File::open(path).with_context(|| {
        format!("{name}: the earlier scan cannot be read; make one with --format ndjson -o FILE")
    })?;
    // Windows PowerShell may have written it.
    let text = PlainText::new(file, false).with_context(|| name.clone())?;
    let before = Groups::read(&name, BufReader::new(text), by, &roots)?;
    Ok(Some(groups.since(before)))
}
