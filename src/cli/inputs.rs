//! What to read: the paths on the command line, lists of paths, standard input.

use std::io::{self, BufRead, IsTerminal, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::arguments::Arguments;
use super::wildcards;
use crate::source::{Source, SourceError, expand};

/// What to read; `None` where nothing is named and nobody pipes anything in.
pub fn sources(arguments: &Arguments) -> Result<Option<Vec<Result<Source, SourceError>>>> {
    let (mut paths, missing) = named(&arguments.paths, cfg!(windows));
    if let Some(list) = &arguments.files_from {
        paths.extend(listed(list, arguments.null_data)?);
        if paths.is_empty() {
            bail!("{}: the list names no log", list.display());
        }
    } else if arguments.paths.is_empty() {
        if io::stdin().is_terminal() {
            return Ok(None);
        }
        paths.push("-".into());
    }
    let missing = missing.into_iter().map(Err);
    Ok(Some(expand(&paths).into_iter().chain(missing).collect()))
}

/// What the command line names, and the names with wildcards that nothing fits. `wildcards`: the
/// shell leaves those to the program.
fn named(paths: &[PathBuf], wildcards: bool) -> (Vec<PathBuf>, Vec<SourceError>) {
    let mut missing = Vec::new();
    let mut found = Vec::new();
    for path in paths {
        if !wildcards {
            found.push(path.clone());
            continue;
        }
        let fitting = wildcards::matching(path);
        if fitting.is_empty() {
            let path = path.display().to_string();
            missing.push(SourceError::NotFound { path });
        }
        found.extend(fitting);
    }
    (found, missing)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_count_only_where_the_shell_leaves_them() {
        let asked = ["Cargo.tom?".into(), "-".into(), "nothing-*.log".into()];
        let (found, missing) = named(&asked, true);
        assert_eq!(found, [Path::new("Cargo.toml"), Path::new("-")]);
        assert_eq!(missing.len(), 1);
        assert_eq!(missing[0].path(), "nothing-*.log");
        let (found, missing) = named(&asked, false);
        assert_eq!(found, asked);
        assert!(missing.is_empty());
    }
}
