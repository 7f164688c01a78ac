//! Values of a rule file, read with their places, so that every complaint can point at one.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::{RuleError, RuleProblem, line_and_column, nearest};

pub(super) type Value<'t> = Spanned<DeValue<'t>>;

/// The file that is read, and the rule in it.
#[derive(Clone, Copy)]
pub(super) struct Place<'s> {
    pub text: &'s str,
    pub file: &'s str,
    pub rule: Option<&'s str>,
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
        let found = value.get_ref().type_str();
        let problem = RuleProblem::WrongType {
            key: key.into(),
            found,
            wanted,
        };
        self.error(value.span().start, problem, format!("write {wanted}"))
    }

    /// An error about a value that has the right type but means nothing.
    pub fn bad_value(&self, key: &str, value: &Value<'_>, shown: &str, hint: &str) -> RuleError {
        let problem = RuleProblem::BadValue {
            key: key.into(),
            value: shown.into(),
        };
        self.error(value.span().start, problem, hint)
    }

    pub fn table<'v, 't>(
        &self,
        key: &str,
        value: &'v Value<'t>,
    ) -> Result<&'v DeTable<'t>, RuleError> {
        value
            .get_ref()
            .as_table()
            .ok_or_else(|| self.wrong_type(key, value, "a table"))
    }

    pub fn array<'v, 't>(
        &self,
        key: &str,
        value: &'v Value<'t>,
    ) -> Result<impl Iterator<Item = &'v Value<'t>> + use<'v, 't>, RuleError> {
        let array = value.get_ref().as_array();
        array
            .map(|array| array.iter())
            .ok_or_else(|| self.wrong_type(key, value, "a list"))
    }

    pub fn string<'v>(&self, key: &str, value: &'v Value<'_>) -> Result<&'v str, RuleError> {
        value
            .get_ref()
            .as_str()
            .ok_or_else(|| self.wrong_type(key, value, "a string"))
    }

    pub fn integer(&self, key: &str, value: &Value<'_>) -> Result<i64, RuleError> {
        let number = value.get_ref().as_integer();
        let number = number.and_then(|n| i64::from_str_radix(n.as_str(), n.radix()).ok());
        number.ok_or_else(|| self.wrong_type(key, value, "a whole number"))
    }

    /// One value or a list of them, each made into what is wanted.
    pub fn each<T>(
        &self,
        key: &str,
        value: &Value<'_>,
        mut make: impl FnMut(&Value<'_>) -> Result<T, RuleError>,
    ) -> Result<Vec<T>, RuleError> {
        if value.get_ref().as_array().is_none() {
            return Ok(vec![make(value)?]);
        }
        let made: Vec<T> = self
            .array(key, value)?
            .map(&mut make)
            .collect::<Result<_, _>>()?;
        if made.is_empty() {
            return Err(self.bad_value(
                key,
                value,
                "[]",
                "give at least one value or leave the key out",
            ));
        }
        Ok(made)
    }

    pub fn strings(&self, key: &str, value: &Value<'_>) -> Result<Vec<String>, RuleError> {
        self.each(key, value, |value| Ok(self.string(key, value)?.to_owned()))
    }

    pub fn integers(&self, key: &str, value: &Value<'_>) -> Result<Vec<i64>, RuleError> {
        self.each(key, value, |value| self.integer(key, value))
    }

    /// Refuses keys that are not known, and names the one that was probably meant.
    pub fn only_keys(&self, table: &DeTable<'_>, known: &[&str]) -> Result<(), RuleError> {
        let stranger = table
            .keys()
            .find(|key| !known.contains(&key.get_ref().as_ref()));
        let Some(key) = stranger else { return Ok(()) };
        let word: &str = key.get_ref();
        let hint = match nearest(word, known) {
            Some(near) => format!("did you mean '{near}'?"),
            None => format!("known here: {}", known.join(", ")),
        };
        Err(self.error(key.span().start, RuleProblem::UnknownKey(word.into()), hint))
    }
}
