//! Values of a rule file, read with their places, so that every complaint can point at one.

use super::error::{RuleError, RuleProblem, line_and_column, nearest};
use super::value::{Field, Node, Value};

/// Reads one file and takes down all that is wrong with it. What is wrong is left out of what it
/// gives, so that the rest can be read on.
pub(super) struct Reader<'s> {
    text: &'s str,
    file: &'s str,
    /// The id of the rule that is read.
    pub rule: Option<Box<str>>,
    /// Whether it is one of those that the build script packed: they were held against everything
    /// when they were tested, and have no examples.
    pub packed: bool,
    pub mistakes: Vec<RuleError>,
}

impl<'s> Reader<'s> {
    pub fn new(text: &'s str, file: &'s str) -> Self {
        Self {
            text,
            file,
            rule: None,
            packed: false,
            mistakes: Vec::new(),
        }
    }

    /// Takes down a mistake at a byte offset.
    pub fn complain(&mut self, offset: usize, problem: RuleProblem, hint: impl Into<Box<str>>) {
        let (line, column) = line_and_column(self.text, offset);
        self.mistakes.push(RuleError {
            file: self.file.into(),
            line,
            column,
            rule: self.rule.clone(),
            problem,
            hint: hint.into(),
        });
    }

    /// What `read` gives, unless it complains.
    pub fn sound<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> Option<T> {
        let before = self.mistakes.len();
        let value = read(self);
        (self.mistakes.len() == before).then_some(value)
    }

    fn wrong_type(&mut self, key: &str, value: &Value<'_>, wanted: &'static str) {
        let found = match &value.node {
            Node::Text(_) => "string",
            Node::Integer(_) => "integer",
            Node::List(_) => "array",
            Node::Table(_) => "table",
            Node::Other(kind) => kind,
        };
        let problem = RuleProblem::WrongType {
            key: key.into(),
            found: found.into(),
            wanted,
        };
        self.complain(value.at, problem, format!("write {wanted}"));
    }

    /// Complains of a value that has the right type but means nothing.
    pub fn bad_value(&mut self, key: &str, value: &Value<'_>, shown: &str, hint: &str) {
        let problem = RuleProblem::BadValue {
            key: key.into(),
            value: shown.into(),
        };
        self.complain(value.at, problem, hint);
    }

    /// Complains of a key that the rule must have.
    pub fn missing(&mut self, rule: &Value<'_>, key: &'static str) {
        let hint = format!("add '{key}' to the rule");
        self.complain(rule.at, RuleProblem::Missing(key), hint);
    }

    /// The value of a key that the rule must have.
    pub fn need<'v, 't>(
        &mut self,
        rule: &'v Value<'t>,
        key: &'static str,
    ) -> Option<&'v Value<'t>> {
        let found = rule.get(key);
        if found.is_none() {
            self.missing(rule, key);
        }
        found
    }

    /// A table, in which only `known` keys may stand. Of others it is said which was probably meant.
    pub fn table<'v, 't>(
        &mut self,
        key: &str,
        value: &'v Value<'t>,
        known: &[&str],
    ) -> Option<&'v [Field<'t>]> {
        let Node::Table(fields) = &value.node else {
            self.wrong_type(key, value, "a table");
            return None;
        };
        let checked = if self.packed { &[] } else { fields.as_slice() };
        let strangers = checked.iter();
        for (word, at, _) in strangers.filter(|(key, ..)| !known.contains(&key.as_ref())) {
            let hint = match nearest(word, known) {
                Some(near) => format!("did you mean '{near}'?"),
                None => format!("known here: {}", known.join(", ")),
            };
            self.complain(*at, RuleProblem::UnknownKey(word.as_ref().into()), hint);
        }
        Some(fields)
    }

    /// The list of this name in a table; it may be missing.
    pub fn list<'v, 't>(&mut self, key: &str, table: &'v Value<'t>) -> &'v [Value<'t>] {
        let Some(value) = table.get(key) else {
            return &[];
        };
        if let Node::List(list) = &value.node {
            return list;
        }
        self.wrong_type(key, value, "a list");
        &[]
    }

    pub fn string<'v>(&mut self, key: &str, value: &'v Value<'_>) -> Option<&'v str> {
        let text = value.text();
        if text.is_none() {
            self.wrong_type(key, value, "a string");
        }
        text
    }

    pub fn integer(&mut self, key: &str, value: &Value<'_>) -> Option<i64> {
        if let Node::Integer(number) = value.node {
            return Some(number);
        }
        self.wrong_type(key, value, "a whole number");
        None
    }

    /// One value or a list of them, each made into what is wanted.
    pub fn each<'v, 't, T>(
        &mut self,
        key: &str,
        value: &'v Value<'t>,
        mut make: impl FnMut(&mut Self, &'v Value<'t>) -> Option<T>,
    ) -> Vec<T> {
        let values = match &value.node {
            Node::List(list) => list.as_slice(),
            _ => std::slice::from_ref(value),
        };
        if values.is_empty() {
            let hint = "give at least one value or leave the key out";
            self.bad_value(key, value, "[]", hint);
        }
        let made = values.iter().filter_map(|value| make(self, value));
        made.collect()
    }

    pub fn strings(&mut self, key: &str, value: &Value<'_>) -> Vec<String> {
        self.each(key, value, |reader, value| {
            reader.string(key, value).map(str::to_owned)
        })
    }

    pub fn integers(&mut self, key: &str, value: &Value<'_>) -> Vec<i64> {
        self.each(key, value, |reader, value| reader.integer(key, value))
    }
}
