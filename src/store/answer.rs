//! The rows that answer a question, and their forms for programs.

use std::collections::HashSet;
use std::io::{self, Write};

use serde::Serialize;

/// One value of a row.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Value {
    /// Nothing is known.
    Null,
    /// A whole number.
    Integer(i64),
    /// Another number.
    Real(f64),
    /// Text; bytes stand as hexadecimal digits.
    Text(String),
}

impl Value {
    /// As it stands in a table; nothing where nothing is known.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Null => String::new(),
            Self::Integer(number) => number.to_string(),
            Self::Real(number) => number.to_string(),
            Self::Text(text) => text.clone(),
        }
    }

    /// How much memory it takes, in bytes.
    pub(super) fn size(&self) -> usize {
        let text = match self {
            Self::Text(text) => text.len(),
            _ => 0,
        };
        size_of::<Self>() + text
    }
}

/// The answer to a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Names of the columns, each once.
    pub columns: Vec<String>,
    /// The rows; each has a value for every column.
    pub rows: Vec<Vec<Value>>,
}

impl Answer {
    /// Makes the names of the columns unique: `n`, `n_2`, …
    pub(super) fn new(columns: Vec<String>, rows: Vec<Vec<Value>>) -> Self {
        let mut taken = HashSet::new();
        let columns = columns
            .into_iter()
            .map(|name| {
                let again = (2_usize..).map(|number| format!("{name}_{number}"));
                let mut names = std::iter::once(name.clone()).chain(again);
                let free = names.find(|name| !taken.contains(name)).unwrap_or(name);
                taken.insert(free.clone());
                free
            })
            .collect();
        Self { columns, rows }
    }

    /// Writes a JSON array with an object for each row, a row a line.
    ///
    /// # Errors
    /// What the writer gives.
    pub fn json(&self, out: &mut impl Write) -> io::Result<()> {
        let names: Vec<String> = self
            .columns
            .iter()
            .map(serde_json::to_string)
            .collect::<Result<_, _>>()?;
        out.write_all(b"[")?;
        for (index, row) in self.rows.iter().enumerate() {
            out.write_all(if index == 0 { b"\n  {" } else { b",\n  {" })?;
            for (place, (name, value)) in names.iter().zip(row).enumerate() {
                let comma = if place == 0 { "" } else { ", " };
                write!(out, "{comma}{name}: {}", serde_json::to_string(value)?)?;
            }
            out.write_all(b"}")?;
        }
        out.write_all(if self.rows.is_empty() {
            b"]\n"
        } else {
            b"\n]\n"
        })
    }

    /// Writes comma-separated values with a header line (RFC 4180), with nothing in them that a
    /// spreadsheet would calculate.
    ///
    /// # Errors
    /// What the writer gives.
    #[cfg(feature = "formats")]
    pub fn csv(&self, out: &mut impl Write) -> io::Result<()> {
        use crate::report::csv::write_row;

        write_row(out, &self.columns)?;
        self.rows
            .iter()
            .try_for_each(|row| write_row(out, row.iter().map(Value::text)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn specimen() -> Answer {
        let names = ["a", "a", "a_2"].map(str::to_owned).to_vec();
        let odd = Value::Text("say \"x\",\ny".into());
        Answer::new(
            names,
            vec![
                vec![Value::Integer(1), Value::Null, odd],
                vec![Value::Real(1.5), Value::Real(f64::NAN), Value::Null],
            ],
        )
    }

    #[test]
    fn json_parses() {
        let mut out = Vec::new();
        specimen().json(&mut out).unwrap();
        let value: serde_json::Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(value[0]["a"], 1);
        assert_eq!(value[0]["a_2_2"], "say \"x\",\ny");
        assert_eq!(value[1]["a_2"], serde_json::Value::Null);
        let mut none = Vec::new();
        let empty = Answer::new(vec!["a".into()], Vec::new());
        empty.json(&mut none).unwrap();
        assert_eq!(none, b"[]\n");
    }

    #[test]
    fn csv_is_quoted_where_it_must() {
        let mut out = Vec::new();
        specimen().csv(&mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let wanted = "a,a_2,a_2_2\r\n1,,\"say \"\"x\"\",\ny\"\r\n1.5,NaN,\r\n";
        assert_eq!(text, wanted);
    }
}
