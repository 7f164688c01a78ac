//! The values of a rule file, with their places, before anybody asks what they mean.
//!
//! The rules that come with msilog are taken from TOML when it is built and packed, so that a run
//! need not do that again; the build script shares this file. Rule files of users are read as they
//! are. From here on both are the same.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use toml::de::{DeTable, DeValue};

/// A file, packed.
#[derive(Debug, Serialize, Deserialize)]
pub struct File<'t> {
    /// Its name.
    pub name: &'t str,
    /// Its rules.
    #[serde(borrow)]
    pub rules: Vec<PackedRule<'t>>,
}

/// A rule, packed in parts: most rules are ruled out by their gate, few are asked whether they fit,
/// and hardly any is told.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct PackedRule<'t> {
    /// Its name.
    pub id: &'t str,
    /// What facts must have for it to match: see [`gate`](super::gate).
    pub gate: &'t [u8],
    /// All but its words and its examples: a [`Value`], packed once more.
    pub asked: &'t [u8],
    /// Its [`Words`], packed once more.
    pub words: &'t [u8],
}

/// What a rule has to say.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Words {
    /// The problem in a few words.
    pub title: String,
    /// What to do in a few words, "Start it elevated"; empty where the steps say it best.
    pub fix: String,
    /// What went wrong and why, in plain words.
    pub cause: String,
    /// What to do, in order.
    pub steps: Vec<String>,
    /// Keys of [`article`](super::article), the most useful first.
    pub articles: Vec<String>,
    /// Where the knowledge comes from.
    pub sources: Vec<String>,
}

/// A value and where it stands.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Value<'t> {
    /// Place in the file, in bytes.
    pub at: usize,
    /// The value itself.
    #[serde(borrow)]
    pub node: Node<'t>,
}

/// What a value is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Node<'t> {
    /// A text.
    Text(#[serde(borrow)] Cow<'t, str>),
    /// A whole number.
    Integer(i64),
    /// A list.
    List(#[serde(borrow)] Vec<Value<'t>>),
    /// Values with names, in the order of the names.
    Table(#[serde(borrow)] Vec<Field<'t>>),
    /// Anything else, which no rule has a use for: what it is called.
    Other(Cow<'t, str>),
}

/// Name, its place in the file, value.
pub type Field<'t> = (Cow<'t, str>, usize, Value<'t>);

impl<'t> Value<'t> {
    /// Reads TOML that begins at this place of its file, and says of each mistake in it its place
    /// and what is wrong. What is sound of a text with mistakes is read all the same.
    pub fn read(text: &'t str, start: usize) -> (Self, Vec<(usize, String)>) {
        let (table, errors) = DeTable::parse_recoverable(text);
        let mistakes = errors.into_iter().map(|error| {
            let at = error.span().map_or(0, |span| span.start);
            (start + at, error.message().to_owned())
        });
        let node = Node::table(table.into_inner(), start);
        (Self { at: start, node }, mistakes.collect())
    }

    /// The value of this name, where this is a table.
    pub fn get(&self, name: &str) -> Option<&Value<'t>> {
        let Node::Table(fields) = &self.node else {
            return None;
        };
        let field = fields.iter().find(|(known, ..)| known == name);
        field.map(|(.., value)| value)
    }

    /// The text, where this is one.
    pub fn text(&self) -> Option<&str> {
        match &self.node {
            Node::Text(text) => Some(text),
            _ => None,
        }
    }

    fn of(value: toml::Spanned<DeValue<'t>>, start: usize) -> Self {
        let at = start + value.span().start;
        let other = |kind: &'static str| Node::Other(Cow::Borrowed(kind));
        let kind = value.get_ref().type_str();
        let node = match value.into_inner() {
            DeValue::String(text) => Node::Text(text),
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
                .map_or_else(|_| other(kind), Node::Integer),
            DeValue::Array(values) => {
                let values = values.into_iter().map(|value| Self::of(value, start));
                Node::List(values.collect())
            }
            DeValue::Table(table) => Node::table(table, start),
            _ => other(kind),
        };
        Self { at, node }
    }
}

impl<'t> Node<'t> {
    fn table(table: DeTable<'t>, start: usize) -> Self {
        let fields = table.into_iter().map(|(name, value)| {
            let at = start + name.span().start;
            (name.into_inner(), at, Value::of(value, start))
        });
        Self::Table(fields.collect())
    }
}
