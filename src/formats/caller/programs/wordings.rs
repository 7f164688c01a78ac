//! What the programs say: `wordings.toml`, where each list is explained.

use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock};

use memchr::memmem::Finder;
use regex::{Captures, Regex};
use serde::Deserialize;

use super::event::{Event, Program};
use crate::formats::codes::{code, hexadecimal};
use crate::run::Operation;

/// A program and its sentences.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sheet {
    pub name: String,
    pub no_log: String,
    #[serde(default)]
    pub components: Vec<String>,
    #[serde(rename = "wording")]
    pub wordings: Vec<Wording>,
}

/// One of them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wording {
    event: What,
    says: Pattern,
    #[serde(default)]
    pub weak: bool,
    #[serde(default)]
    pub printed: bool,
    part: Option<String>,
    longest: Option<usize>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum What {
    Package,
    Task,
    Command,
    Arguments,
    Log,
    Exit,
    Worked,
    Failed,
    Judged,
    JudgedByRestart,
    UpdatesBegin,
    UpdatesEnd,
    Title,
    UpdateId,
    Handler,
    UpdateFailed,
    Other,
}

/// Read when the first line of such a program is; a test says that all of it can be used, so that
/// the fallback never comes to be.
static SHEETS: LazyLock<HashMap<Program, Sheet>> = LazyLock::new(|| read().unwrap_or_default());

static NONE: LazyLock<Sheet> = LazyLock::new(Sheet::default);

fn read() -> Result<HashMap<Program, Sheet>, toml::de::Error> {
    toml::from_str(include_str!("wordings.toml"))
}

/// A regular expression that is built when a text first holds what it needs: to build all of them
/// takes longer than to read a log.
#[derive(Debug, Deserialize)]
#[serde(from = "String")]
struct Pattern {
    /// Words that every text holds that fits.
    needed: Finder<'static>,
    source: String,
    built: OnceLock<Option<Regex>>,
}

impl From<String> for Pattern {
    fn from(source: String) -> Self {
        Self {
            needed: Finder::new(&needed(&source)).into_owned(),
            source,
            built: OnceLock::new(),
        }
    }
}

impl Pattern {
    fn captures<'a>(&self, text: &'a str) -> Option<Captures<'a>> {
        self.needed.find(text.as_bytes())?;
        let built = self.built.get_or_init(|| Regex::new(&self.source).ok());
        built.as_ref()?.captures(text)
    }
}

/// The longest words outside of groups and classes: every text that fits holds them.
fn needed(source: &str) -> String {
    let (mut runs, mut depth, mut class) = (vec![String::new()], 0, false);
    let mut letters = source.chars();
    while let Some(letter) = letters.next() {
        let mut plain = None;
        match letter {
            '\\' => plain = letters.next().filter(|c| c.is_ascii_punctuation()),
            '[' if !class => class = true,
            ']' => class = false,
            _ if class => {}
            '(' => depth += 1,
            ')' => depth -= 1,
            '|' if depth == 0 => return String::new(),
            // The letter before these may be missing.
            '?' | '*' | '{' => {
                runs.last_mut().and_then(String::pop);
                if letter == '{' {
                    letters.find(|c| *c == '}');
                }
            }
            '.' | '^' | '$' | '+' | '|' => {}
            other => plain = Some(other),
        }
        match plain.filter(|_| depth == 0 && !class) {
            Some(plain) => runs.last_mut().into_iter().for_each(|run| run.push(plain)),
            None => runs.push(String::new()),
        }
    }
    runs.into_iter().max_by_key(String::len).unwrap_or_default()
}

impl Program {
    /// As its vendor writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        &self.sheet().name
    }

    /// How to get a log of the installer that it calls.
    #[must_use]
    pub fn how_to_get_a_log(self) -> &'static str {
        &self.sheet().no_log
    }

    pub(super) fn sheet(self) -> &'static Sheet {
        SHEETS.get(&self).unwrap_or(&NONE)
    }
}

impl Sheet {
    /// Whether one of its components has this name.
    pub fn has(&self, component: &str) -> bool {
        self.components.iter().any(|known| known == component)
    }

    /// What a text of a component says, and the wording that tells it.
    pub fn read<'a>(&self, component: &str, text: &'a str) -> Option<(Event<'a>, &Wording)> {
        let mut wordings = self.wordings.iter();
        wordings.find_map(|wording| Some((wording.read(component, text)?, wording)))
    }
}

impl Wording {
    fn read<'a>(&self, component: &str, text: &'a str) -> Option<Event<'a>> {
        let other_part = self.part.as_ref().is_some_and(|part| part != component);
        if other_part || self.longest.is_some_and(|longest| text.len() > longest) {
            return None;
        }
        self.event(&self.says.captures(text)?)
    }

    fn event<'a>(&self, groups: &Captures<'a>) -> Option<Event<'a>> {
        let group = |name: &str| groups.name(name).map(|group| group.as_str());
        let (name, said) = (group("name"), group("text"));
        let verb = group("verb").and_then(operation);
        let code = match (group("code"), group("hex")) {
            (None, None) => None,
            (Some(text), _) => Some(code(text)?),
            (None, Some(text)) => Some(hexadecimal(text)?),
        };
        let verdict = |works| Event::Verdict { name, works, code };
        Some(match self.event {
            What::Package => Event::Package {
                name: name?,
                version: group("version"),
                verb,
            },
            What::Task => Event::Task(verb?),
            What::Command => Event::Command(said?),
            What::Arguments => Event::Arguments(said?),
            What::Log => Event::LogPath(said?),
            What::Exit => Event::Exit {
                code: code?,
                command: said,
            },
            What::Worked => verdict(true),
            What::Failed => verdict(false),
            What::Judged => verdict(code? == 0),
            What::JudgedByRestart => verdict(matches!(code?, 0 | 1641 | 3010)),
            What::UpdatesBegin => Event::UpdatesBegin,
            What::UpdatesEnd => Event::UpdatesEnd,
            What::Title => Event::Title(said?),
            What::UpdateId => Event::UpdateId(said?),
            What::Handler => Event::Handler(said?),
            What::UpdateFailed => Event::UpdateFailed {
                id: group("id")?,
                code: code?,
                action: group("action").filter(|name| !name.is_empty()),
            },
            What::Other => Event::Other,
        })
    }
}

/// What a word of a caller means: `install`, `Uninstall`.
fn operation(word: &str) -> Option<Operation> {
    Some(match word.to_ascii_lowercase().as_str() {
        "install" => Operation::Install,
        "upgrade" => Operation::Upgrade,
        "uninstall" => Operation::Uninstall,
        "repair" => Operation::Repair,
        "patch" => Operation::Patch,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_it_can_be_used() {
        let sheets = read().unwrap();
        assert_eq!(sheets.len(), 6);
        for wording in sheets.values().flat_map(|sheet| &sheet.wordings) {
            Regex::new(&wording.says.source).unwrap();
        }
    }

    #[test]
    fn what_a_pattern_needs() {
        for (source, words) in [
            (
                r"^Command \[(?<text>.*)\] exited with '(?<code>.*)",
                "] exited with '",
            ),
            (r"^(?:a|b) failed: (?<code>.*)", " failed: "),
            (r"abc?d{2,}efg", "efg"),
            (r"START.*Installing|Installing.*START", ""),
            (r"x[a-z]+(?:yyyyyy)?zz", "zz"),
            (r"\s+a\.b", "a.b"),
        ] {
            assert_eq!(needed(source), words, "{source}");
        }
    }
}
