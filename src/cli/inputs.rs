//! What to read: the paths on the command line, lists of paths, standard input.

use std::io::{self, BufRead, IsTerminal, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::arguments::Arguments;
use crate::source::{Source, SourceError, expand};

/// What to read; `None` where nothing is named and nobody pipes anything in.
pub fn sources(arguments: &Arguments) -> Result<Option<Vec<Result<Source, SourceError>>>> {
    let mut paths = arguments.paths.clone();
    if let Some(list) = &arguments.files_from {
        paths.extend(listed(list, arguments.null_data)?);
        if paths.is_empty() {
            bail!("{}: the list names no log", list.display());
        }
    } else if paths.is_empty() {
        if io::stdin().is_terminal() {
            return Ok(None);
        }
        paths.push("-".into());
    }
    Ok(Some(expand(&paths)))
}

/// The paths in a list, one a line.
fn listed(list: &Path, null_data: bool) -> Result<Vec<PathBuf>> {
    let unreadable = || format!("{}: the list cannot be read", list.display());
    let reader: Box<dyn Read> = if list.as_os_str() == "-" {
        Box::new(io::stdin())
    } else {
        Box::new(std::fs::File::open(list).with_context(unreadable)?)
    };
    let end = if null_data { 0 } else { b'\n' };
    let mut paths = Vec::new();
    for name in io::BufReader::new(reader).split(end) {
        let mut name = name.with_context(unreadable)?;
        if !null_data && name.last() == Some(&b'\r') {
            name.pop();
        }
        if !name.is_empty() {
            paths.push(path_of(name));
        }
    }
    Ok(paths)
}

/// File names are bytes here, and need not be UTF-8.
#[cfg(unix)]
fn path_of(name: Vec<u8>) -> PathBuf {
    use std::os::unix::ffi::OsStringExt;
    std::ffi::OsString::from_vec(name).into()
}

#[cfg(not(unix))]
fn path_of(name: Vec<u8>) -> PathBuf {
    String::from_utf8_lossy(&name).into_owned().into()
}
