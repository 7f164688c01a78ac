//! What to read: the paths on the command line, lists of paths, standard input, and which files of
//! folders and archives.

use std::io::{self, BufRead, IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result, bail};
use clap::CommandFactory;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Span, ZonedDateTime};

use super::arguments::Arguments;
use super::identity::InUse;
use super::{own_rules, wildcards};
use crate::source::Choice;
use crate::text::PlainText;

/// What was named; `None` where nothing is and nobody pipes anything in.
pub fn paths(arguments: &Arguments) -> Result<Option<Vec<PathBuf>>> {
    let mut paths = named(&arguments.paths, cfg!(windows));
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
    Ok(Some(paths))
}

/// A command that is misspelt, or stands behind options, is taken for a path: it is told where no file
/// has that name.
///
/// # Errors
/// Where the first path is none, and looks like a command.
pub fn not_a_command(arguments: &Arguments) -> Result<()> {
    // Logs that are there are read, whatever stands before them.
    let missing = arguments.paths.iter().all(|path| !path.exists());
    let Some(first) = arguments.paths.first().filter(|_| missing) else {
        return Ok(());
    };
    let (Some(word), all) = (first.to_str(), Arguments::command()) else {
        return Ok(());
    };
    let typed = word.to_lowercase();
    let far = |name: &str| strsim::damerau_levenshtein(&typed, name);
    let near = |name: &&str| far(name) <= if name.len() > 5 { 2 } else { 1 };
    let names = all.get_subcommands().map(clap::Command::get_name);
    let Some(name) = names.filter(near).min_by_key(|name| far(name)) else {
        return Ok(());
    };
    let rest = arguments.paths.iter().skip(1);
    let rest: String = rest.map(|path| format!(" {}", path.display())).collect();
    if typed == name {
        bail!(
            "{word}: there is no such file; a command stands before its options: msilog {name}{rest}"
        );
    }
    bail!("{word}: there is no such file. Was a command meant? msilog {name}{rest}")
}

/// What the command line names. `wildcards`: the shell leaves those to the program; a name that
/// nothing fits stays, so that whoever reads it says so.
fn named(paths: &[PathBuf], wildcards: bool) -> Vec<PathBuf> {
    if !wildcards {
        return paths.to_vec();
    }
    let found = paths.iter().flat_map(|path| {
        let fitting = wildcards::matching(path);
        if fitting.is_empty() {
            vec![path.clone()]
        } else {
            fitting
        }
    });
    found.collect()
}

/// The files that are named to be read or kept: none of them is written over, and the store is
/// none of the others.
pub fn in_use(arguments: &Arguments, paths: &[PathBuf]) -> Result<InUse> {
    let mut in_use = InUse::default();
    paths
        .iter()
        .for_each(|path| in_use.add(path, "one of the files that are read"));
    let lists = arguments.files_from.iter();
    lists.for_each(|list| in_use.add(list, "the list of names"));
    let baselines = arguments.baseline.iter();
    baselines.for_each(|baseline| in_use.add(baseline, "the earlier scan"));
    let rules = own_rules::files(&arguments.rules);
    rules.for_each(|file| in_use.add(&file, "a file of rules"));
    if let Some(store) = &arguments.store {
        in_use.refuse(store)?;
        for end in ["", "-wal", "-shm", "-journal"] {
            let mut file = store.clone().into_os_string();
            file.push(end);
            in_use.add(Path::new(&file), "the store");
        }
    }
    Ok(in_use)
}

/// What is chosen in folders and archives.
pub fn choice(arguments: &Arguments) -> Result<Choice> {
    let choice = Choice::default().globs(&arguments.glob);
    let mut choice = choice.context("--glob: write a pattern such as MSI*.log")?;
    let depth = arguments.max_depth.map(usize::try_from);
    choice.max_depth = depth.map(|depth| depth.unwrap_or(usize::MAX));
    choice.follow = arguments.follow;
    choice.newer_than = arguments.newer_than.as_deref().map(time).transpose()?;
    Ok(choice)
}

/// A moment: a duration before now, a date in the time of this place, or a file's.
fn time(when: &str) -> Result<SystemTime> {
    if let Ok(span) = when.parse::<Span>() {
        let time = ZonedDateTime::now()
            .checked_sub(span.abs())
            .with_context(|| format!("--newer-than {when}: too long ago"))?;
        return Ok(SystemTime::try_from(time.timestamp())?);
    }
    if let Ok(date) = when.parse::<DateTime>() {
        let time = date
            .to_zoned_datetime(TimeZone::system())
            .with_context(|| format!("--newer-than {when}: there is no such time here"))?;
        return Ok(SystemTime::try_from(time.timestamp())?);
    }
    std::fs::metadata(when)
        .and_then(|data| data.modified())
        .with_context(|| {
            format!("--newer-than {when}: write 2h, 7d, 3weeks, a date such as 2026-11-20, or the name of a file")
        })
}

/// The longest name in a list, in bytes: Linux takes 4 KiB, Windows 32 Ki letters.
const LONGEST_NAME: u64 = 96 << 10;

/// The longest list, in bytes: many times the logs of any share, and little enough for the memory.
const LONGEST_LIST: u64 = 64 << 20;

/// The paths in a list, one a line.
fn listed(list: &Path, null_data: bool) -> Result<Vec<PathBuf>> {
    let unreadable = || format!("{}: the list cannot be read", list.display());
    let reader: Box<dyn Read> = if list.as_os_str() == "-" {
        Box::new(io::stdin())
    } else {
        Box::new(std::fs::File::open(list).with_context(unreadable)?)
    };
    let end = if null_data { 0 } else { b'\n' };
    let reader = PlainText::new(reader, null_data).with_context(unreadable)?;
    let mut reader = io::BufReader::new(reader.take(LONGEST_LIST + 1));
    let mut paths = Vec::new();
    let mut length = 0;
    loop {
        let mut name = Vec::new();
        let mut one = reader.by_ref().take(LONGEST_NAME + 1);
        let read = one.read_until(end, &mut name).with_context(unreadable)?;
        length += read as u64;
        if read == 0 {
            break;
        }
        if read as u64 > LONGEST_NAME || length > LONGEST_LIST {
            let list = list.display();
            bail!(
                "{list}: this is no list of names: one may have 96 KiB, and all of them 64 MiB; with -0 each ends with NUL"
            );
        }
        name.pop_if(|last| *last == end);
        if !null_data {
            name.pop_if(|last| *last == b'\r');
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
    fn moments_are_durations_dates_or_files() {
        let ago = |when: &str| {
            let past = SystemTime::now().duration_since(time(when).unwrap());
            past.unwrap().as_secs()
        };
        for (when, seconds) in [("2h", 7200), ("90s", 90), ("1h 30m", 5400)] {
            assert!(ago(when).abs_diff(seconds) < 10, "{when}");
        }
        // A day is one of the calendar: an hour more or less where clocks change.
        for (when, days) in [("7d", 7), ("3weeks", 21), ("2 days", 2)] {
            assert!(ago(when).abs_diff(days * 86_400) < 4000, "{when}");
        }
        assert!(time("2026-11-20").unwrap() < time("2026-11-21").unwrap());
        assert!(time("2001-02-03T04:05").unwrap() < SystemTime::now());
        assert!(time(env!("CARGO_MANIFEST_DIR")).is_ok());
        let error = time("yesterday-ish").unwrap_err().to_string();
        assert!(error.contains("2h"), "{error}");
    }

    #[test]
    fn wildcards_count_only_where_the_shell_leaves_them() {
        let asked = ["Cargo.tom?".into(), "-".into(), "nothing-*.log".into()];
        let wanted = ["Cargo.toml", "-", "nothing-*.log"].map(PathBuf::from);
        assert_eq!(named(&asked, true), wanted);
        assert_eq!(named(&asked, false), asked);
    }
}
