//! The data of the redaction, `secrets.toml`: what a secret is, and what only looks like one.

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::{Regex, RegexSet};
use serde::{Deserialize, Deserializer, de::Error};

use super::kind::Kind;

/// What stands in `secrets.toml`, where each list is explained.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Data {
    pub well_known: Vec<String>,
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
    #[serde(rename = "name")]
    pub names: Vec<NamePattern>,
    #[serde(rename = "shape")]
    pub shapes: Vec<Shape>,
}

/// What the name of a value says about it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NamePattern {
    pub kind: Kind,
    #[serde(deserialize_with = "patterns")]
    pub is: RegexSet,
    #[serde(default, deserialize_with = "patterns")]
    pub not: RegexSet,
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
    #[serde(deserialize_with = "pattern")]
    pub pattern: Regex,
    /// A line, and what is found in it.
    #[cfg_attr(not(test), expect(dead_code, reason = "tests run it"))]
    pub example: (String, String),
}

/// Read once; a test says that all of it can be used, so that the fallback never comes to be.
pub(super) static DATA: LazyLock<Data> = LazyLock::new(|| read().unwrap_or_default());

fn read() -> Result<Data, toml::de::Error> {
    toml::from_str(include_str!("secrets.toml"))
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
        let data = read().unwrap();
        assert!(data.shapes.len() <= 64, "every shape has a bit");
        for shape in &data.shapes {
            let (line, wanted) = &shape.example;
            let mut needles = shape.needles.iter();
            assert!(
                needles.any(|needle| line.to_lowercase().contains(needle)),
                "{shape:?}"
            );
            let found = shape.pattern.captures(line).expect(line);
            let value = found.iter().skip(1).flatten().next().unwrap().as_str();
            assert_eq!(value, wanted, "{shape:?}");
        }
    }
}
