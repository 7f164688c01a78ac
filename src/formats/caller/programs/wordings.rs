//! What the programs say: `wordings.toml`, where each list is explained.

use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock};

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

/// A regular expression that is built when a text first begins like it: to build all of them takes
/// longer than to read a log.
#[derive(Debug, Deserialize)]
#[serde(from = "String")]
struct Pattern {
    source: String,
    /// What every text begins with that fits.
    front: String,
    built: OnceLock<Option<Regex>>,
}

impl From<String> for Pattern {
    fn from(source: String) -> Self {
        let anchored = source.strip_prefix('^').unwrap_or("");
        let plain = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | ':' | ',' | '-' | '=');
        let mut front: String = anchored.chars().take_while(plain).collect();
        // What is behind the last letter may be there any number of times; a choice has no front.
        if anchored
            .get(front.len()..)
            .is_some_and(|rest| rest.starts_with(['?', '*', '{']))
        {
            front.pop();
        }
        if anchored.contains('|') && !anchored.contains('(') {
            front.clear();
        }
        let built = OnceLock::new();
        Self {
            source,
            front,
            built,
        }
    }
}

impl Pattern {
    fn captures<'a>(&self, text: &'a str) -> Option<Captures<'a>> {
        if !text.starts_with(&self.front) {
            return None;
        }
        let built = self.built.get_or_init(|| Regex::new(&self.source).ok());
        built.as_ref()?.captures(text)
    }
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
        for sheet in sheets.values() {
            assert!(!sheet.wordings.is_empty());
            for wording in &sheet.wordings {
                let source = &wording.says.source;
                let built = Regex::new(source).unwrap();
                // Nothing that fits begins otherwise.
                assert!(source.starts_with('^') || wording.says.front.is_empty());
                assert!(!built.is_match(""), "{source}");
                let mut depth = source.chars().scan(0, |depth, c| {
                    *depth += i32::from(c == '(') - i32::from(c == ')');
                    Some((*depth, c))
                });
                let choice = depth.any(|(depth, c)| depth == 0 && c == '|');
                assert!(
                    !choice || !source.starts_with('^'),
                    "a choice of the whole has no front: {source}"
                );
            }
        }
    }
}
