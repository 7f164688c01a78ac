//! Values of a rule file, read with their places, so that every complaint can point at one.

use super::error::{Mistakes, RuleError, RuleProblem, line_and_column, nearest};
use super::value::{Node, Table, Value};

/// The file that is read, and the rule in it.
#[derive(Clone, Copy)]
pub(super) struct Place<'s> {
    pub text: &'s str,
    pub file: &'s str,
    pub rule: Option<&'s str>,
    /// Whether it is one of those that the build script packed: they were held against everything
    /// when they were tested, and have no examples.
    pub packed: bool,
}

impl Place<'_> {
    /// An error at a byte offset.
    pub fn error(
        &self,
        offset: usize,
        problem: RuleProblem,
        hint: impl Into<Box<str>>,
    ) -> RuleError {
        let (line, column) = line_and_column(self.text, offset);
        let rule = self.rule.map(Into::into);
        RuleError {
            file: self.file.into(),
            line,
            column,
            rule,
            problem,
            hint: hint.into(),
        }
    }

    fn wrong_type(&self, key: &str, value: &Value<'_>, wanted: &'static str) -> RuleError {
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
        self.error(value.at, problem, format!("write {wanted}"))
    }

    /// An error about a value that has the right type but means nothing.
    pub fn bad_value(&self, key: &str, value: &Value<'_>, shown: &str, hint: &str) -> RuleError {
        let problem = RuleProblem::BadValue {
            key: key.into(),
            value: shown.into(),
        };
        self.error(value.at, problem, hint)
    }

    pub fn table<'v, 't>(
        &self,
        key: &str,
        value: &'v Value<'t>,
    ) -> Result<&'v Table<'t>, RuleError> {
        match &value.node {
            Node::Table(table) => Ok(table),
            _ => Err(self.wrong_type(key, value, "a table")),
        }
    }

    pub fn array<'v, 't>(
        &self,
        key: &str,
        value: &'v Value<'t>,
    ) -> Result<&'v [Value<'t>], RuleError> {
        match &value.node {
            Node::List(list) => Ok(list),
            _ => Err(self.wrong_type(key, value, "a list")),
        }
    }

    pub fn string<'v>(&self, key: &str, value: &'v Value<'_>) -> Result<&'v str, RuleError> {
        match &value.node {
            Node::Text(text) => Ok(text),
            _ => Err(self.wrong_type(key, value, "a string")),
        }
    }

    pub fn integer(&self, key: &str, value: &Value<'_>) -> Result<i64, RuleError> {
        match &value.node {
            Node::Integer(number) => Ok(*number),
            _ => Err(self.wrong_type(key, value, "a whole number")),
        }
    }

    /// One value or a list of them, each made into what is wanted.
    pub fn each<T>(
        &self,
        key: &str,
        value: &Value<'_>,
        make: impl FnMut(&Value<'_>) -> Result<T, RuleError>,
    ) -> Result<Vec<T>, Mistakes> {
        let values = match &value.node {
            Node::List(list) => list.as_slice(),
            _ => std::slice::from_ref(value),
        };
        if values.is_empty() {
            let hint = "give at least one value or leave the key out";
            return Err(self.bad_value(key, value, "[]", hint).into());
        }
        Mistakes::gather(values.iter().map(make))
    }

    pub fn strings(&self, key: &str, value: &Value<'_>) -> Result<Vec<String>, Mistakes> {
        self.each(key, value, |value| Ok(self.string(key, value)?.to_owned()))
    }

    pub fn integers(&self, key: &str, value: &Value<'_>) -> Result<Vec<i64>, Mistakes> {
        self.each(key, value, |value| self.integer(key, value))
    }

    /// Refuses keys that are not known, and names those that were probably meant.
    pub fn only_keys(&self, table: &Table<'_>, known: &[&str]) -> Result<(), Mistakes> {
        if self.packed {
            return Ok(());
        }
        let mut mistakes = Mistakes::default();
        let strangers = table.fields.iter();
        for (word, at, _) in strangers.filter(|(key, ..)| !known.contains(&key.as_ref())) {
            let hint = match nearest(word, known) {
                Some(near) => format!("did you mean '{near}'?"),
                None => format!("known here: {}", known.join(", ")),
            };
            let problem = RuleProblem::UnknownKey(word.as_ref().into());
            mistakes.0.push(self.error(*at, problem, hint));
        }
        mistakes.or(())
    }
}

impl<'t> Table<'t> {
    /// The value of this name.
    pub fn get(&self, name: &str) -> Option<&Value<'t>> {
        let field = self.fields.iter().find(|(known, ..)| known == name);
        field.map(|(.., value)| value)
    }

    /// Moves the places of all values: for the text of one rule, read by itself.
    pub fn move_by(&mut self, distance: usize) {
        for (_, at, value) in &mut self.fields {
            *at += distance;
            value.move_by(distance);
        }
    }
}

impl Value<'_> {
    fn move_by(&mut self, distance: usize) {
        self.at += distance;
        match &mut self.node {
            Node::Table(table) => table.move_by(distance),
            Node::List(list) => list.iter_mut().for_each(|value| value.move_by(distance)),
            Node::Text(_) | Node::Integer(_) | Node::Other(_) => {}
        }
    }
}
