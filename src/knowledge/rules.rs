//! Remedies: what fixes a failure that has been understood.
//!
//! A remedy is a rule in a data file: what must be true of the failure, its cause in plain
//! words, the steps, the articles that say so, and examples that prove the rule. Rules are asked
//! with [`Facts`], never with a log: numbers, names and the few lines that matter. So a rule for
//! message 1612 can only speak of a failure that *was* message 1612, not of any log in which the
//! digits 1612 happen to stand.
//!
//! # Rule files
//!
//! TOML, one `[[rule]]` for each rule, with these keys:
//!
//! * `id` (kebab case, never reused), `title`, `status` (`stable`, `preview`, `retired`),
//!   `cause`, `steps`, `sources`, `confidence` (`high`, `medium`, `low`), and `articles` (keys of
//!   [`article`]).
//!   Title, cause and steps may name facts that the log fills in, `<product-code|product code>`:
//!   all are in [`remedy_facts`], and the words behind the bar stand where the log lacks the fact.
//!   Commands stand between backticks. A step may be for some machines or runs only: `if windows
//!   <= 6.1 and arch x64: …`; beside these `rights elevated|standard`, `ui silent|shown` and `kind`.
//! * `when.all`, `when.any`, `when.none`: lists of conditions. All of the first, one of the second
//!   if there are any, and none of the third must hold. A condition is a table of one or more
//!   questions, all of which must be answered with yes; a list is a choice.
//!   * Numbers: `message`, `code`, `exit_code`. An HRESULT that holds a Windows error equals it.
//!   * Names, with `*` for anything: `action`, `action_kind`, `custom_action`,
//!     `script_operation`, `product`, `manufacturer`, `package`, `operation`, `kind`, `outcome`.
//!   * Text: `line` and `cause_line` look for a piece of a line (`*` for anything between),
//!     `pattern` for a regular expression. Upper and lower case are the same everywhere.
//!   * Versions: `dotnet = "netfx <= 3.5"`, `windows = "6.0 - 6.1"`.
//! * `applies.dotnet`, `applies.windows`: what the remedy is written for. A known version that is
//!   not listed rules it out; an unknown one only lowers its confidence.
//! * `tests.matches`, `tests.not`: facts that the rule must match and must not. Both are required.
//!   Beside the questions' names they know `engine_line`.
//!
//! The built-in rules are embedded, packed by the build script, each by itself. When something has
//! failed, only those are unpacked that may match, as their gates tell. Their examples run in the unit
//! tests; the examples of a user's file run when it is loaded.

mod applies;
mod articles;
mod cases;
mod condition;
mod error;
mod example;
mod facts;
mod gate;
mod marks;
mod pattern;
mod placeholder;
mod read;
mod read_value;
mod required;
mod review;
mod slot;
mod together;
mod value;
mod words;

use std::collections::HashMap;
use std::fmt;
use std::sync::OnceLock;

use rayon::prelude::*;

pub use applies::{Applies, VersionRange};
pub use articles::{ARTICLES, Article, article};
pub use error::{RuleError, RuleProblem};
pub use example::Trial;
pub use facts::Facts;
pub use placeholder::{RemedyFact, remedy_facts};
pub(crate) use placeholder::{commands, plain};
pub use review::known_words;
pub use value::Words;

pub use super::Confidence;
use super::numbers;

use condition::{Asks, Condition, Generality, Prepared, Test, kinds};
use pattern::Pattern;
use read_value::Reader;
use slot::Slot;
use together::Place;
use value::File;
use words::RuleWords;

/// The most remedies that [`RuleSet::matches`] gives for one failure. A reader in a hurry tries
/// the first one or two; more would hide them.
pub const MAX_MATCHES: usize = 3;

/// A file with more rules is checked on all cores.
const MANY: usize = 200;

/// The JSON Schema of rule files, for editors.
pub const RULE_SCHEMA: &str = include_str!("rules/msilog-rules-1.schema.json");

/// The built-in rules as the build script packs them.
const PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/rules.bin"));

/// Where a rule stands in its life. Ids are never reused, so a rule that is no longer wanted
/// stays in its file as `retired` and never matches.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RuleStatus {
    /// In use.
    Stable,
    /// In use; its wording or conditions may still change.
    Preview,
    /// Kept for its id only.
    Retired,
}

impl RuleStatus {
    const ALL: [Self; 3] = [Self::Stable, Self::Preview, Self::Retired];

    /// `stable`, `preview` or `retired`, as in rule files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stable => "stable",
            Self::Preview => "preview",
            Self::Retired => "retired",
        }
    }
}

/// One remedy and when it is the right one.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Stable name in kebab case, never reused.
    pub id: String,
    /// Whether the rule is in use.
    pub status: RuleStatus,
    /// How sure the remedy is when everything about the machine is known.
    pub confidence: Confidence,
    /// The products and Windows versions that the remedy is written for.
    pub applies: Applies,
    /// The file that the rule stands in.
    pub file: String,
    words: RuleWords,
    /// Place in the file, in bytes.
    offset: usize,
    /// What facts must have for it to match, see [`gate`]; empty where it is kept beside the rule.
    gate: Vec<u8>,
    all: Vec<Condition>,
    any: Vec<Condition>,
    none: Vec<Condition>,
    examples: example::Examples,
}

impl Rule {
    /// What the rule has to say. Those of a built-in rule are read on the first call.
    pub fn words(&self) -> &Words {
        self.words.get()
    }

    /// How particular the rule is: the more kinds of facts it asks for, the higher. Rules that
    /// ask only for an exit code are the lowest.
    pub fn specificity(&self) -> u32 {
        let choices = self.any.iter().map(|choice| self.weight(Some(choice)));
        choices.min().unwrap_or_else(|| self.weight(None))
    }

    /// The weight of all that must hold together with one of the choices.
    fn weight(&self, choice: Option<&Condition>) -> u32 {
        condition::weight(kinds(self.all.iter().chain(choice)))
    }

    /// Whether the rule looks only at facts that nearly every failure has, such as the exit code.
    pub fn is_fallback(&self) -> bool {
        let asked = kinds(self.all.iter().chain(&self.any));
        condition::generality(asked) != Generality::Specific
    }

    /// What the rule asks for, in words: each condition with whether `all`, `any` or `none` of its
    /// list must hold.
    pub fn asks(&self) -> impl Iterator<Item = (&'static str, String)> {
        let lists = [("all", &self.all), ("any", &self.any), ("none", &self.none)];
        lists.into_iter().flat_map(|(list, conditions)| {
            let conditions = conditions.iter();
            conditions.map(move |condition| (list, condition.shown()))
        })
    }

    /// What the rule asks for under this key (`code`, `product`), each once, in the order of the file.
    pub fn asked_for(&self, key: &str) -> Vec<String> {
        let mut values = Vec::new();
        let tests = self.all.iter().chain(&self.any).flat_map(|c| &c.tests);
        for value in tests
            .filter(|test| test.key() == key)
            .flat_map(Test::values)
        {
            if !values.contains(&value) {
                values.push(value);
            }
        }
        values
    }

    /// The rule's examples, run: those that it must match, then those that it must not. The
    /// built-in rules have none, for theirs run in the unit tests.
    pub fn trials(&self) -> impl Iterator<Item = Trial> {
        example::trials(self)
    }

    /// Takes down complaints of this rule. `text` is its file.
    fn reader<'s>(&'s self, text: &'s str) -> Reader<'s> {
        let mut reader = Reader::new(text, &self.file);
        reader.rule = Some(self.id.as_str().into());
        reader
    }

    fn conditions(&self) -> impl Iterator<Item = &Condition> {
        self.all.iter().chain(&self.any).chain(&self.none)
    }

    fn patterns(&self) -> impl Iterator<Item = (&Condition, &Pattern)> {
        self.conditions().flat_map(|condition| {
            let tests = condition.tests.iter();
            tests.filter_map(move |test| match &test.asks {
                Asks::Pattern(pattern) => Some((condition, pattern)),
                _ => None,
            })
        })
    }

    /// Drops its compiled patterns: of many rules a log needs few.
    fn forget_patterns(&mut self) {
        let lists = [&mut self.all, &mut self.any, &mut self.none];
        for test in lists.into_iter().flatten().flat_map(|c| &mut c.tests) {
            if let Asks::Pattern(pattern) = &mut test.asks {
                pattern.forget();
            }
        }
    }

    /// Whether nothing but the pattern itself tells which lines it is worth trying on.
    fn is_slow(&self, condition: &Condition, pattern: &Pattern) -> bool {
        let beside = kinds(self.all.iter().chain([condition])) & !condition::bit("pattern");
        required::fixed_text(&pattern.text) < 3
            && condition::generality(beside) != Generality::Specific
    }

    /// The match of this rule with the facts, if they meet all that it asks for, and its place.
    fn try_match<'r>(&'r self, facts: &Prepared<'_>) -> Option<(Place, Match<'r>)> {
        let (written_for, certain) = self.applies.judge(facts.facts)?;
        let met = self.conditions_met(facts)?;
        let kinds = kinds(met.iter().copied());
        let says_the_cause = met.iter().any(|condition| condition.first_message(facts));
        let confidence = if certain {
            self.confidence
        } else {
            self.confidence.lowered()
        };
        let described = met.iter().flat_map(|condition| condition.describe(facts));
        let mut why: Vec<String> = described.collect();
        why.dedup();
        why.extend(written_for);
        let score = condition::weight(kinds) + 2 * u32::from(says_the_cause);
        let place = Place::new(kinds, certain, score);
        let found = Match {
            rule: self,
            why: why.join("; "),
            confidence,
        };
        Some((place, found))
    }

    /// The conditions that the facts meet, when they meet enough of them: all of `when.all` and
    /// the most particular one of `when.any`.
    fn conditions_met(&self, facts: &Prepared<'_>) -> Option<Vec<&Condition>> {
        if !self.all.iter().all(|condition| condition.holds(facts)) {
            return None;
        }
        let rank = |c: &&Condition| (self.weight(Some(c)), c.first_message(facts));
        let best = self.any.iter().filter(|c| c.holds(facts)).max_by_key(rank);
        let enough = best.is_some() || self.any.is_empty();
        if !enough || self.none.iter().any(|condition| condition.holds(facts)) {
            return None;
        }
        Some(self.all.iter().chain(best).collect())
    }
}

/// A rule that fits the facts.
#[derive(Clone, Debug)]
pub struct Match<'r> {
    /// The rule.
    pub rule: &'r Rule,
    /// Which facts met it, in words.
    pub why: String,
    /// The rule's confidence, one step lower when what it is written for could not be checked.
    pub confidence: Confidence,
}

/// Rules in order, with unique ids.
#[derive(Clone, Default)]
pub struct RuleSet {
    slots: Vec<Slot>,
}

/// The rules, whether they were needed yet or not.
impl fmt::Debug for RuleSet {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_list().entries(self.rules()).finish()
    }
}

impl RuleSet {
    /// The rules that come with the program. Each is read when it is needed.
    pub fn built_in() -> &'static RuleSet {
        static RULES: OnceLock<RuleSet> = OnceLock::new();
        // A unit test proves that the packed rules are those of the files, so the empty set never
        // shows.
        RULES.get_or_init(|| Self::unpack().unwrap_or_default())
    }

    fn unpack() -> Option<RuleSet> {
        let files: Vec<File<'static>> = postcard::from_bytes(PACKED).ok()?;
        let mut slots = Vec::with_capacity(files.iter().map(|file| file.rules.len()).sum());
        for File { name, rules } in files {
            slots.extend(rules.into_iter().map(|packed| Slot::Packed {
                file: name,
                packed,
                rule: OnceLock::new(),
            }));
        }
        Some(RuleSet { slots })
    }

    /// Reads rules from the text of a file named `name` and runs their examples.
    ///
    /// # Errors
    ///
    /// The first of the mistakes that [`RuleSet::read`] gives.
    pub fn load(text: &str, name: &str) -> Result<RuleSet, RuleError> {
        let (rules, mistakes) = Self::read(text, name);
        mistakes.into_iter().next().map_or(Ok(rules), Err)
    }

    /// Reads rules from the text of a file named `name` and runs their examples. Gives the rules
    /// that are sound, and all that is wrong with the others, in the order of the file, each with
    /// its place, the rule and a hint: no TOML, an unknown or missing key, a value of the wrong
    /// kind, an unknown article, an id used twice, a pattern that is no regular expression or
    /// would have to be tried on every line, no example, or an example that does not behave.
    pub fn read(text: &str, name: &str) -> (RuleSet, Vec<RuleError>) {
        let mut rules = Vec::new();
        let mut mistakes = read::rules(text, name, &mut rules);
        let check = |rule: &mut Rule| {
            let found = example::check(rule, text);
            rule.forget_patterns();
            found
        };
        // Threads are only worth it where there are many patterns to build.
        let found: Vec<_> = match rules.len() {
            0..=MANY => rules.iter_mut().map(check).collect(),
            _ => rules.par_iter_mut().map(check).collect(),
        };
        let mut sound = found.iter().map(Vec::is_empty);
        rules.retain(|_| sound.next().unwrap_or(false));
        mistakes.extend(found.into_iter().flatten());
        mistakes.sort_by_key(|error| (error.line, error.column));
        let slots = rules.into_iter().map(|rule| Slot::Read(rule.into()));
        let slots = slots.collect();
        (RuleSet { slots }, mistakes)
    }

    /// What is doubtful about rules read from `text` when they work `among` others, which must
    /// hold them too: what can never match, and rules that are never shown since others come
    /// first.
    pub fn review(&self, text: &str, among: &RuleSet) -> Vec<RuleError> {
        let known: HashMap<&str, &Slot> =
            among.slots.iter().map(|slot| (slot.id(), slot)).collect();
        let namesake = |rule: &Rule| known.get(rule.id.as_str()).and_then(|slot| slot.rule());
        let doubts = |rule| review::review(rule, text, namesake(rule), among);
        let rules: Vec<&Rule> = self.rules().collect();
        match rules.len() {
            0..=MANY => rules.into_iter().flat_map(doubts).collect(),
            _ => rules.into_par_iter().flat_map_iter(doubts).collect(),
        }
    }

    /// This set with the user's rules: one with the id of another replaces it, the rest follow.
    #[must_use]
    pub fn with(&self, user: RuleSet) -> RuleSet {
        self.with_all([user])
    }

    /// The same with several sets, one after the other.
    #[must_use]
    pub fn with_all(&self, users: impl IntoIterator<Item = RuleSet>) -> RuleSet {
        let mut slots = self.slots.clone();
        let ids = slots.iter().map(|slot| slot.id().to_owned());
        let mut places: HashMap<String, usize> = ids.zip(0..).collect();
        for own in users.into_iter().flat_map(|user| user.slots) {
            match places.get(own.id()).and_then(|place| slots.get_mut(*place)) {
                Some(known) => *known = own,
                None => {
                    places.insert(own.id().to_owned(), slots.len());
                    slots.push(own);
                }
            }
        }
        RuleSet { slots }
    }

    /// All rules, in the order of their files.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> + Clone {
        self.slots.iter().filter_map(Slot::rule)
    }

    /// The names of all rules, in the order of their files.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.slots.iter().map(Slot::id)
    }

    /// How many rules there are.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether there is no rule.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// The rule with this id.
    pub fn get(&self, id: &str) -> Option<&Rule> {
        self.slots.iter().find(|slot| slot.id() == id)?.rule()
    }

    /// The id that a mistyped one most likely means.
    pub fn nearest_id(&self, id: &str) -> Option<&str> {
        let known: Vec<&str> = self.ids().collect();
        error::nearest(id, &known)
    }

    /// The rules that fit the facts, the most specific first, at most [`MAX_MATCHES`]. Fallbacks
    /// (see [`Rule::is_fallback`]) are left out as soon as anything better fits, and those that
    /// ask only how the run ended as soon as another fallback does. Of two that deny what the other
    /// says the better one stays.
    pub fn matches(&self, facts: &Facts<'_>) -> Vec<Match<'_>> {
        let prepared = Prepared::new(facts);
        let possible = self.slots.iter();
        let possible = possible.filter(|slot| slot.may_match(&prepared.marks));
        let in_use = possible
            .filter_map(Slot::rule)
            .filter(|rule| rule.status != RuleStatus::Retired);
        let found = in_use.filter_map(|rule| rule.try_match(&prepared));
        together::shown(found.collect())
    }
}

#[cfg(test)]
mod tests;
