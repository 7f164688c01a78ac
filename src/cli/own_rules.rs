//! Where the rules of the user come from, and what is said about those that are broken.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;

use super::{Status, output};
use crate::knowledge::rules::{RuleError, RuleSet};
use crate::text::PlainText;

/// The variable that names files and folders of rules, in the place of the user's own folder.
pub const VARIABLE: &str = "MSILOG_RULES";

/// The largest file of rules that is read, in bytes: many times what anybody would write, and
/// little enough that a log named by mistake does not fill the memory.
const MAX_SIZE: u64 = 16 << 20;

/// A file of rules.
pub struct RuleFile {
    /// As it was named.
    pub name: String,
    /// What stands in it.
    pub text: String,
    /// The rules that are sound.
    pub rules: RuleSet,
    /// What is wrong with the others.
    pub mistakes: Vec<RuleError>,
}

/// The rules to work with.
pub struct OwnRules {
    /// The built-in ones and the user's on top; `None` where the user has none.
    pub rules: Option<RuleSet>,
    /// Trouble where a file could not be read or a rule in it is broken.
    pub status: Status,
}

impl OwnRules {
    /// The rules that the user has for every run, and on top of them those `named` for this one.
    /// A broken rule is named on standard error; the others work.
    pub fn load(named: &[PathBuf]) -> Self {
        let mut own = Self {
            rules: None,
            status: Status::Success,
        };
        let mut rules = Vec::new();
        for file in read(&[standing(), named.to_vec()].concat()) {
            match file {
                Ok(file) => {
                    let mistakes = file.mistakes.iter();
                    mistakes.for_each(|mistake| own.complain(&mistake.to_string()));
                    rules.push(file.rules);
                }
                Err(problem) => own.complain(&problem),
            }
        }
        // All at once: the built-in ones are copied a single time.
        if rules.iter().any(|set| !set.is_empty()) {
            own.rules = Some(RuleSet::built_in().with_all(rules));
        }
        own
    }

    /// The rules, built-in ones if there are no others.
    pub fn set(&self) -> &RuleSet {
        self.rules.as_ref().unwrap_or_else(|| RuleSet::built_in())
    }

    fn complain(&mut self, problem: &str) {
        self.status = Status::Trouble;
        output::complain(problem);
    }
}

/// The files and folders that count for every run: those that the variable names, or else the
/// folder of the user, if it is there. An empty variable means none.
fn standing() -> Vec<PathBuf> {
    match std::env::var_os(VARIABLE) {
        Some(list) => {
            let paths = std::env::split_paths(&list);
            paths.filter(|path| !path.as_os_str().is_empty()).collect()
        }
        None => Vec::from_iter(folder().filter(|folder| folder.is_dir())),
    }
}

/// The user's folder for rules: `%APPDATA%\msilog\rules`, elsewhere `~/.config/msilog/rules` or
/// what `XDG_CONFIG_HOME` says.
pub fn folder() -> Option<PathBuf> {
    let base = etcetera::choose_base_strategy().ok()?;
    Some(base.config_dir().join("msilog").join("rules"))
}

/// All files of rules that a run with those `named` reads.
pub fn files(named: &[PathBuf]) -> impl Iterator<Item = PathBuf> {
    let all = [standing(), named.to_vec()].concat();
    all.into_iter()
        .flat_map(|path| files_of(&path).unwrap_or_default())
}

/// Files of rules; a folder stands for the `.toml` files in it, in the order of
/// their names.
pub fn read(paths: &[PathBuf]) -> impl Iterator<Item = Result<RuleFile, String>> {
    let files = paths.iter().flat_map(|path| match files_of(path) {
        Ok(files) => files.into_iter().map(Ok).collect(),
        Err(error) => vec![Err(unreadable(path, &error))],
    });
    files.map(|path| {
        let path = path?;
        let text = text_of(&path).map_err(|error| unreadable(&path, &error))?;
        let name = path.display().to_string();
        let (rules, mistakes) = RuleSet::read(&text, &name);
        Ok(RuleFile {
            name,
            text,
            rules,
            mistakes,
        })
    })
}

fn unreadable(path: &Path, error: &io::Error) -> String {
    let path = path.display();
    format!("{path}: the rules cannot be read: {error}; name a .toml file or a folder of them")
}

fn files_of(path: &Path) -> io::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path)? {
        let path = entry?.path();
        let end = path.extension().unwrap_or_default();
        if end.eq_ignore_ascii_case("toml") && path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn text_of(path: &Path) -> io::Result<String> {
    let mut text = Vec::new();
    let file = std::fs::File::open(path)?;
    PlainText::new(file, false)?
        .take(MAX_SIZE + 1)
        .read_to_end(&mut text)?;
    if text.len() as u64 > MAX_SIZE {
        let problem = "it is larger than 16 MiB, which no file of rules is";
        return Err(io::Error::new(io::ErrorKind::InvalidData, problem));
    }
    String::from_utf8(text).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let problem = format!("it is not UTF-8 from byte {at} on");
        io::Error::new(io::ErrorKind::InvalidData, problem)
    })
}
