//! The data of the redaction: what a secret is, and what only looks like one. `secrets.toml` holds
//! names and lists, `shapes.toml` what is known by its form, `sentences.toml` what sentences say.

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::{Regex, RegexSet};
use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer};

use super::checks::Check;
use super::kind::Kind;

/// What stands in `secrets.toml`, where each list is explained.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Data {
    pub well_known: HashSet<String>,
    pub ordinary: HashSet<String>,
    pub first_words: Vec<String>,
    pub schemes: Vec<String>,
    pub connection_parts: Vec<String>,
    pub before_hosts: Vec<String>,
    #[serde(deserialize_with = "patterns")]
    pub no_licences: RegexSet,
    #[serde(deserialize_with = "patterns")]
    pub internal_hosts: RegexSet,
    pub internal_schemes: Vec<String>,
    pub address_words: HashSet<String>,
    pub version_words: Vec<String>,
    pub fixed_fields: HashSet<String>,
    pub fronts: HashSet<String>,
    pub tails: HashSet<String>,
    #[serde(rename = "name")]
    pub names: Vec<NamePattern>,
    pub flags: Flags,
    pub pairs: Pairs,
}

/// What the name of a value says about it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NamePattern {
    pub kind: Kind,
    #[serde(default)]
    pub is: HashSet<String>,
    #[serde(default)]
    pub parts: Vec<String>,
    #[serde(default)]
    pub ends: Vec<String>,
    #[serde(default)]
    pub words: Vec<String>,
    #[serde(default)]
    pub not: Vec<String>,
    /// Names that it fits, and names that it does not.
    #[cfg_attr(not(test), expect(dead_code, reason = "tests run it"))]
    pub yes: Vec<String>,
    #[cfg_attr(not(test), expect(dead_code, reason = "tests run it"))]
    pub no: Vec<String>,
}

/// Arguments whose value stands behind a blank.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Flags {
    pub user: Vec<String>,
    pub secret: Vec<String>,
    pub machine: Vec<String>,
    pub domain: Vec<String>,
    pub server: Vec<String>,
    pub key: Vec<String>,
    pub secret_of: Vec<String>,
    pub user_of: Vec<String>,
}

/// Fields that hold a name, and fields that hold the value of that name.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pairs {
    pub names: HashSet<String>,
    pub values: HashSet<String>,
}

/// What stands in `shapes.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Shapes {
    #[serde(rename = "shape")]
    pub all: Vec<Shape>,
}

/// A value that is known by its own shape.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Shape {
    pub kind: Kind,
    pub needles: Vec<String>,
    /// How often a needle of a single letter stands in the line at least.
    #[serde(default)]
    pub at_least: usize,
    /// Whether the value is not looked for in other places.
    #[serde(default)]
    pub only_here: bool,
    /// A sum over the value that must come out right.
    pub check: Option<Check>,
    #[serde(deserialize_with = "pattern")]
    pub pattern: Regex,
    /// A line, and what is found in it.
    #[cfg_attr(not(test), expect(dead_code, reason = "tests run it"))]
    pub example: (String, String),
    /// Lines in which nothing is found.
    #[serde(default)]
    #[cfg_attr(not(test), expect(dead_code, reason = "tests run it"))]
    pub no: Vec<String>,
}

/// What stands in `sentences.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sentences {
    pub between: Vec<String>,
    pub no_values: HashSet<String>,
    pub no_names: HashSet<String>,
    #[serde(rename = "sentence")]
    pub all: Vec<Sentence>,
}

/// Words behind which a name stands.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sentence {
    pub kind: Kind,
    pub words: Vec<String>,
    /// Whether the name stands in quotes.
    pub quoted: bool,
    #[expect(dead_code, reason = "for readers of the file")]
    pub language: String,
    /// A line, and what is found in it.
    #[cfg_attr(not(test), expect(dead_code, reason = "tests run it"))]
    pub example: (String, String),
    /// Lines in which nothing is found.
    #[serde(default)]
    #[cfg_attr(not(test), expect(dead_code, reason = "tests run it"))]
    pub no: Vec<String>,
}

/// Read once; a test says that all of it can be used, so that the fallback never comes to be.
pub(super) static DATA: LazyLock<Data> =
    LazyLock::new(|| read(include_str!("secrets.toml")).unwrap_or_default());

/// As [`DATA`].
pub(super) static SHAPES: LazyLock<Shapes> =
    LazyLock::new(|| read(include_str!("shapes.toml")).unwrap_or_default());

/// As [`DATA`].
pub(super) static SENTENCES: LazyLock<Sentences> =
    LazyLock::new(|| read(include_str!("sentences.toml")).unwrap_or_default());

fn read<T: DeserializeOwned>(text: &str) -> Result<T, toml::de::Error> {
    toml::from_str(text)
}

fn pattern<'de, D: Deserializer<'de>>(from: D) -> Result<Regex, D::Error> {
    Regex::new(&String::deserialize(from)?).map_err(D::Error::custom)
}

fn patterns<'de, D: Deserializer<'de>>(from: D) -> Result<RegexSet, D::Error> {
    RegexSet::new(Vec::<String>::deserialize(from)?).map_err(D::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_it_can_be_used() {
        read::<Data>(include_str!("secrets.toml")).unwrap();
        read::<Sentences>(include_str!("sentences.toml")).unwrap();
        let shapes = read::<Shapes>(include_str!("shapes.toml")).unwrap();
        assert!(shapes.all.len() <= 128, "every shape has a bit");
        for shape in &shapes.all {
            let (line, _) = &shape.example;
            let mut needles = shape.needles.iter();
            assert!(
                needles.any(|needle| line.to_lowercase().contains(needle)),
                "{shape:?}"
            );
        }
    }
}
