//! What can be asked of a store.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Error, Statement};

use super::StoreError;
use super::answer::{Answer, Value};

/// A question that is ready to be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it tells.
    pub about: &'static str,
    /// What must be named with it.
    pub takes: Option<&'static str>,
    /// Where it is no view.
    sql: Option<&'static str>,
}

/// All ready questions. Most are views, so that `--sql` can start from them.
pub const QUESTIONS: &[Question] = &[
    view("causes", "Causes of failures, by week, the latest first"),
    view("machines", "Failures by machine and product"),
    view("products", "Products, with what failed of them"),
    view("remedies", "How many failures each remedy would fix"),
    view(
        "changes",
        "Logs that are new, changed or gone since the scan of the same paths before",
    ),
    Question {
        name: "logs",
        about: "Logs that failed for one cause",
        takes: Some("SIGNATURE"),
        sql: Some(
            "SELECT path, day, machine, product, version, outcome, exit_code, last_seen
            FROM newest WHERE signature = ?1
                OR (?1 LIKE '%_…'
                    AND substr(signature, 1, length(?1) - 1) = substr(?1, 1, length(?1) - 1))
            ORDER BY day DESC, path",
        ),
    },
];

/// A question that the view of its name answers.
const fn view(name: &'static str, about: &'static str) -> Question {
    Question {
        name,
        about,
        takes: None,
        sql: None,
    }
}

impl Question {
    /// The question of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        QUESTIONS.iter().find(|question| question.name == name)
    }
}

/// The largest value, in bytes: a report is far from it, and a query can make up any other.
const LARGEST_VALUE: i32 = 16 << 20;

/// The largest answer, in bytes as it lies in memory: some hundred thousand rows.
const LARGEST_ANSWER: usize = 256 << 20;

/// How many steps of SQLite's machine go by until somebody looks at the clock: about a millisecond.
const STEPS: i32 = 100_000;

/// A store that is asked; nothing in it can be changed this way.
#[derive(Debug)]
pub struct Archive {
    file: PathBuf,
    connection: Connection,
    patience: Duration,
}

impl Archive {
    /// Opens a store to ask it; a question that takes longer than `patience` is given up.
    ///
    /// # Errors
    /// Where there is none, or it cannot be read.
    pub fn open(file: &Path, patience: Duration) -> Result<Self, StoreError> {
        let connection = super::open::readable(file)?;
        // No other file is opened or made by way of ATTACH or VACUUM INTO.
        connection
            .set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)
            .and_then(|_| connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, LARGEST_VALUE))
            .map_err(|source| StoreError::from_sqlite(file, source))?;
        Ok(Self {
            file: file.to_owned(),
            connection,
            patience,
        })
    }

    /// Asks a ready question; `value` is what it takes.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn ask(&self, question: &Question, value: Option<&str>) -> Result<Answer, StoreError> {
        match question.sql {
            Some(sql) => self.run(sql, value),
            None => self.run(&format!("SELECT * FROM {}", question.name), value),
        }
    }

    /// Asks in SQL: one statement that only reads.
    ///
    /// # Errors
    /// Where the statement is wrong, with its place, or would change something.
    pub fn sql(&self, sql: &str) -> Result<Answer, StoreError> {
        self.run(sql, None)
    }

    fn run(&self, sql: &str, value: Option<&str>) -> Result<Answer, StoreError> {
        let (started, patience) = (Instant::now(), self.patience);
        let late = move || started.elapsed() > patience;
        self.connection
            .progress_handler(STEPS, Some(late))
            .map_err(|error| self.wrong(error, sql))?;
        let mut statement = self
            .connection
            .prepare(sql)
            .map_err(|error| self.wrong(error, sql))?;
        if !statement.readonly() || statement.column_count() == 0 {
            return Err(StoreError::NotASelect);
        }
        let answer = answer(&mut statement, value).map_err(|error| self.wrong(error, sql))?;
        answer.ok_or(StoreError::LargeAnswer)
    }

    fn wrong(&self, error: Error, sql: &str) -> StoreError {
        use rusqlite::ErrorCode::{OperationInterrupted, TooBig};
        match error {
            error if error.sqlite_error_code() == Some(OperationInterrupted) => {
                let seconds = self.patience.as_secs();
                StoreError::Endless { seconds }
            }
            error if error.sqlite_error_code() == Some(TooBig) => StoreError::LargeAnswer,
            Error::MultipleStatement => StoreError::NotASelect,
            Error::SqlInputError { msg, offset, .. } => {
                let offset = usize::try_from(offset).ok();
                misplaced(&msg, sql, offset.or_else(|| named(&msg, sql)))
            }
            Error::SqliteFailure(cause, Some(message))
                if cause.code == rusqlite::ErrorCode::Unknown =>
            {
                misplaced(&message, sql, named(&message, sql))
            }
            other => StoreError::from_sqlite(&self.file, other),
        }
    }
}

/// Where in a query the thing stands that a message names at its end (`no such table: lgs`): for
/// these SQLite does not tell a place.
fn named(message: &str, sql: &str) -> Option<usize> {
    let (_, name) = message.rsplit_once(": ")?;
    let in_name = |c: char| c.is_alphanumeric() || c == '_';
    let whole = |at: usize| {
        let before = sql.get(..at).and_then(|text| text.chars().next_back());
        let after = sql
            .get(at + name.len()..)
            .and_then(|text| text.chars().next());
        !before.is_some_and(in_name) && !after.is_some_and(in_name)
    };
    let mut places = sql.match_indices(name).map(|(at, _)| at);
    places.find(|at| !name.is_empty() && whole(*at))
}

/// The answer; `None` where it is too large.
fn answer(statement: &mut Statement<'_>, value: Option<&str>) -> rusqlite::Result<Option<Answer>> {
    let columns: Vec<String> = statement
        .column_names()
        .into_iter()
        .map(str::to_owned)
        .collect();
    let count = columns.len();
    let mut found = Vec::new();
    let mut size = 0;
    let mut rows = statement.query(rusqlite::params_from_iter(value))?;
    while let Some(row) = rows.next()? {
        let cells = (0..count).map(|column| row.get_ref(column).map(value_of));
        let cells: Vec<Value> = cells.collect::<rusqlite::Result<_>>()?;
        size += size_of::<Vec<Value>>() + cells.iter().map(Value::size).sum::<usize>();
        if size > LARGEST_ANSWER {
            return Ok(None);
        }
        found.push(cells);
    }
    Ok(Some(Answer::new(columns, found)))
}

fn value_of(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Real(number) => Value::Real(number),
        ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Value::Text(bytes.iter().map(|b| format!("{b:02x}")).collect()),
    }
}

/// A mistake in a query, shown in its line.
fn misplaced(message: &str, sql: &str, offset: Option<usize>) -> StoreError {
    let place = offset.and_then(|offset| {
        let before = sql.get(..offset)?;
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let line = sql.get(start..)?.lines().next().unwrap_or("");
        let number = before.matches('\n').count() + 1;
        let column = before.get(start..)?.chars().count() + 1;
        Some((number, column, line))
    });
    let Some((number, column, line)) = place else {
        return StoreError::Query {
            message: message.to_owned(),
            excerpt: String::new(),
        };
    };
    // A tab is as wide as the terminal likes.
    let line = line.replace('\t', " ");
    StoreError::Query {
        message: format!("line {number}, column {column} of the query: {message}"),
        excerpt: format!("    {line}\n    {}^\n", " ".repeat(column - 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_is_shown_in_its_line() {
        let sql = "SELECT path\nFROM löge, lgs";
        let shown = misplaced("no such table: lgs", sql, sql.find("lgs")).to_string();
        assert!(
            shown.starts_with("line 2, column 12 of the query: no such table: lgs\n"),
            "{shown}"
        );
        assert!(
            shown.contains("    FROM löge, lgs\n               ^\n"),
            "{shown}"
        );
        let nowhere = misplaced("incomplete input", "", Some(9)).to_string();
        assert!(nowhere.starts_with("incomplete input\n"), "{nowhere}");
    }

    #[test]
    fn what_a_message_names_is_found_in_the_query() {
        let sql = "SELECT lgs_2 FROM lgs";
        assert_eq!(named("no such table: lgs", sql), Some(18));
        assert_eq!(named("no such table: other", sql), None);
        assert_eq!(named("incomplete input", sql), None);
    }

    #[test]
    fn names_are_unique() {
        for question in QUESTIONS {
            assert_eq!(Question::named(question.name), Some(question));
        }
    }
}
