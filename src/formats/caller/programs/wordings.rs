//! What the programs say: `wordings.toml`, where each list is explained.

use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock};

use memchr::memmem::Finder;
use regex::{Captures, Regex};
use serde::Deserialize;

use super::event::{Event, Program, Said};
use crate::formats::codes::{code, hexadecimal};
use crate::formats::wording::operation;

/// A program and its sentences.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sheet {
    pub name: String,
    pub word: String,
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
    event: Event,
    says: Pattern,
    #[serde(default)]
    pub weak: bool,
    #[serde(default)]
    pub printed: bool,
    part: Option<String>,
    longest: Option<usize>,
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
    /// One short word, for signatures.
    #[must_use]
    pub fn word(self) -> &'static str {
        &self.sheet().word
    }

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
    pub fn read<'a>(&self, component: &str, text: &'a str) -> Option<(Said<'a>, &Wording)> {
        let mut wordings = self.wordings.iter();
        wordings.find_map(|wording| Some((wording.read(component, text)?, wording)))
    }
}

impl Wording {
    fn read<'a>(&self, component: &str, text: &'a str) -> Option<Said<'a>> {
        let other_part = self.part.as_ref().is_some_and(|part| part != component);
        if other_part || self.longest.is_some_and(|longest| text.len() > longest) {
            return None;
        }
        let groups = self.says.captures(text)?;
        let group = |name: &str| groups.name(name).map(|group| group.as_str());
        let verb = group("verb").and_then(operation);
        if self.event == Event::Task && verb.is_none() {
            return None;
        }
        let code = match (group("code"), group("hex")) {
            (None, None) => None,
            (Some(text), _) => Some(code(text)?),
            (None, Some(text)) => Some(hexadecimal(text)?.0),
        };
        Some(Said {
            event: self.event,
            name: group("name"),
            version: group("version"),
            verb,
            text: group("text"),
            action: group("action").filter(|name| !name.is_empty()),
            code,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_it_can_be_used() {
        let sheets = read().unwrap();
        assert_eq!(sheets.len(), 6);
        for wording in sheets.values().flat_map(|sheet| &sheet.wordings) {
            let says = &wording.says.source;
            Regex::new(says).unwrap();
            let needs: &[&str] = match wording.event {
                Event::Package => &["<name>"],
                Event::Task => &["<verb>"],
                Event::Command | Event::Arguments | Event::Log => &["<text>"],
                Event::Title | Event::UpdateId | Event::Handler => &["<text>"],
                Event::Exit | Event::Judged | Event::JudgedByRestart => &["<code>", "<hex>"],
                Event::UpdateFailed => &["<code>"],
                _ => continue,
            };
            assert!(needs.iter().any(|group| says.contains(group)), "{says}");
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
