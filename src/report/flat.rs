//! One typed row a session, for tables: spreadsheets, data frames, data lakes. CSV is written from
//! it, and every other table has the same columns.
//!
//! A log without any session is a row, too, and so is one that could not be read. What is not known is
//! nothing, never an empty text or a zero. The columns are a promise: new ones are only ever added at
//! the end. `docs/rows.md` lists them.

use std::borrow::Cow;

use super::json::{code_number, word};
use super::model::{LogReport, ReadError, SessionReport};
use crate::diagnosis::{Cause, Code, Failure, Remedy};
use crate::knowledge::rules;

/// What the values of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// Text.
    Text,
    /// A whole number of 64 bits.
    Whole,
    /// Yes or no.
    Truth,
    /// Local time of the machine that wrote the log, `2026-07-07T12:02:17`; no zone is known.
    Time,
}

/// A value of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value<'r> {
    /// Of a column of texts.
    Text(Cow<'r, str>),
    /// Of a column of numbers.
    Whole(i64),
    /// Of a column of truths.
    Truth(bool),
    /// Of a column of times.
    Time(&'r str),
}

impl std::fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Time(text) => f.write_str(text),
            Self::Whole(number) => number.fmt(f),
            Self::Truth(truth) => truth.fmt(f),
        }
    }
}

/// A column of all such tables.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What its values are.
    pub kind: Type,
    /// What stands in it.
    pub about: &'static str,
    value: for<'r> fn(&Row<'r>) -> Option<Value<'r>>,
}

/// A row: a log and the session of it that the row tells of, or a log that could not be read.
#[derive(Debug, Clone, Copy)]
pub struct Row<'r> {
    log: Result<&'r LogReport, &'r ReadError>,
    /// Counted from 1.
    number: usize,
    session: Option<&'r SessionReport>,
}

impl<'r> Row<'r> {
    /// The rows of a log.
    pub fn of(log: &'r LogReport) -> impl Iterator<Item = Self> {
        let row = |number, session| Self {
            log: Ok(log),
            number,
            session,
        };
        let alone = log.sessions.is_empty().then(|| row(0, None));
        let sessions = (1..).zip(&log.sessions);
        alone
            .into_iter()
            .chain(sessions.map(move |(number, session)| row(number, Some(session))))
    }

    /// The row of what could not be read.
    #[must_use]
    pub fn unread(error: &'r ReadError) -> Self {
        Self {
            log: Err(error),
            number: 0,
            session: None,
        }
    }

    /// What stands in a column; `None` where it is not known.
    #[must_use]
    pub fn value(&self, column: &Column) -> Option<Value<'r>> {
        (column.value)(self)
    }

    fn log(&self) -> Option<&'r LogReport> {
        self.log.ok()
    }

    fn failure(&self) -> Option<&'r Failure> {
        self.session?.failure.as_ref()
    }

    fn cause(&self) -> Option<&'r Cause> {
        self.failure()?.cause.as_ref()
    }

    fn code(&self) -> Option<&'r Code> {
        let code = &self.cause()?.code;
        code.value.is_some().then_some(code)
    }

    fn nested(&self) -> Option<&'r Code> {
        self.cause()?.nested_code.as_ref()
    }

    fn remedy(&self) -> Option<&'r Remedy> {
        self.failure()?.remedies.first()
    }
}

fn text(value: Option<&String>) -> Option<Value<'_>> {
    value.map(|text| Value::Text(Cow::Borrowed(text)))
}

fn owned(value: Option<String>) -> Option<Value<'static>> {
    value.map(|text| Value::Text(Cow::Owned(text)))
}

/// No count of a log comes near the end of these numbers.
fn whole(value: impl TryInto<i64>) -> Option<Value<'static>> {
    value.try_into().ok().map(Value::Whole)
}

const fn column(
    name: &'static str,
    kind: Type,
    about: &'static str,
    value: for<'r> fn(&Row<'r>) -> Option<Value<'r>>,
) -> Column {
    Column {
        name,
        kind,
        about,
        value,
    }
}

/// How many of the columns CSV has, the first ones.
pub const IN_CSV: usize = 27;

/// The columns in their order.
pub const COLUMNS: [Column; 36] = {
    use Type::{Text, Time, Truth, Whole};
    [
        column("path", Text, "the log as given", |row| {
            text(Some(match row.log {
                Ok(log) => &log.path,
                Err(error) => &error.path,
            }))
        }),
        column(
            "kind",
            Text,
            "what it is: `msi`, `burn`, `netfx-setup`, `wrapper`, `unrecognised`",
            |row| owned(word(&row.log()?.kind)),
        ),
        column(
            "session",
            Whole,
            "which session of the log, counted from 1; nothing where it has none",
            |row| row.session.and_then(|_| whole(row.number)),
        ),
        column(
            "outcome",
            Text,
            "`succeeded`, `succeeded-reboot`, `failed`, `cancelled`, `incomplete`",
            |row| owned(word(&row.session?.outcome)),
        ),
        column(
            "operation",
            Text,
            "`install`, `upgrade`, `uninstall`, `repair`, `patch`, `admin`, `advertise`, `unknown`",
            |row| owned(word(&row.session?.operation)),
        ),
        column("product", Text, "name of what was installed", |row| {
            text(row.session?.product.name.as_ref())
        }),
        column("version", Text, "its version", |row| {
            text(row.session?.product.version.as_ref())
        }),
        column(
            "product_code",
            Text,
            "its code, upper case, in braces",
            |row| text(row.session?.product.code.as_ref()),
        ),
        column(
            "dotnet",
            Text,
            "the .NET product that it is, where it is one",
            |row| owned(row.session?.dotnet.as_ref().map(ToString::to_string)),
        ),
        column(
            "machine",
            Text,
            "name of the machine, where the log tells it",
            |row| text(row.session?.machine.name.as_ref()),
        ),
        column("windows", Text, "its Windows, `6.1.7601`", |row| {
            text(row.session?.machine.windows.as_ref())
        }),
        column("started", Time, "when the session began", |row| {
            row.session?.started.as_deref().map(Value::Time)
        }),
        column(
            "duration_ms",
            Whole,
            "how long it took, in milliseconds",
            |row| whole(row.session?.duration_ms?),
        ),
        column("exit_code", Whole, "`1603`", |row| {
            row.session?.exit_code.map(Value::Whole)
        }),
        column("exit_name", Text, "`ERROR_INSTALL_FAILURE`", |row| {
            text(row.session?.exit_name.as_ref())
        }),
        column("action", Text, "the innermost action that failed", |row| {
            text(row.failure()?.action.as_ref())
        }),
        column(
            "cause_line",
            Whole,
            "the line that says why, counted from 1",
            |row| whole(row.cause()?.line),
        ),
        column(
            "cause_text",
            Text,
            "that line as it stands in the log",
            |row| text(Some(&row.cause()?.text)),
        ),
        column(
            "code_space",
            Text,
            "where the cause's code comes from: `msi`, `win32`, `hresult`, …",
            |row| owned(word(&row.code()?.space)),
        ),
        column(
            "code",
            Text,
            "that code; HRESULTs as `0x…`, others decimal",
            |row| owned(code_number(row.code()?)),
        ),
        column("code_meaning", Text, "what it means", |row| {
            text(row.code()?.meaning.as_ref())
        }),
        column(
            "nested_code",
            Text,
            "the system error or HRESULT that the message carries, written as `code`",
            |row| owned(code_number(row.nested()?)),
        ),
        column(
            "confidence",
            Text,
            "how sure the cause is: `high`, `medium`, `low`",
            |row| owned(word(&row.cause()?.confidence)),
        ),
        column(
            "signature",
            Text,
            "name of the cause: the same on every machine",
            |row| text(Some(&row.failure()?.signature)),
        ),
        column("rule", Text, "id of the best remedy", |row| {
            text(Some(&row.remedy()?.rule))
        }),
        column("remedy_title", Text, "the remedy in one line", |row| {
            text(Some(&row.remedy()?.title))
        }),
        column("first_step", Text, "the first thing to do", |row| {
            owned(row.remedy()?.steps.first().map(|step| rules::plain(step)))
        }),
        column(
            "explanation",
            Text,
            "what the line of the cause says, in plain words",
            |row| text(row.cause()?.explanation.as_ref()),
        ),
        column(
            "code_value",
            Whole,
            "`code` as a number; HRESULTs without a sign",
            |row| row.code()?.value.map(Value::Whole),
        ),
        column("nested_value", Whole, "`nested_code` as a number", |row| {
            row.nested()?.value.map(Value::Whole)
        }),
        column(
            "parent",
            Whole,
            "the session that started this one; nothing for an outermost one",
            |row| whole(row.session?.parent? + 1),
        ),
        column(
            "elevated",
            Truth,
            "whether it ran with administrator permissions",
            |row| row.session?.machine.elevated.map(Value::Truth),
        ),
        column(
            "complete",
            Truth,
            "whether the log's own end is there",
            |row| Some(Value::Truth(row.log()?.complete)),
        ),
        column("bytes", Whole, "size of the log", |row| {
            whole(row.log()?.bytes)
        }),
        column("lines", Whole, "its lines", |row| whole(row.log()?.lines)),
        column(
            "error",
            Text,
            "why it could not be read, and what to do; then only `path` is known besides",
            |row| text(row.log.err().map(|error| &error.message)),
        ),
    ]
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::specimen;

    fn get<'r>(row: &Row<'r>, name: &str) -> Option<Value<'r>> {
        let column = COLUMNS.iter().find(|column| column.name == name);
        row.value(column.unwrap())
    }

    #[test]
    fn values_have_the_types_of_their_columns() {
        let failure = specimen::failure();
        let error = ReadError {
            path: "gone.log".into(),
            message: "gone.log: is gone".into(),
        };
        let rows: Vec<_> = Row::of(&failure).chain([Row::unread(&error)]).collect();
        assert_eq!(rows.len(), 2);
        for column in &COLUMNS {
            for value in rows.iter().filter_map(|row| row.value(column)) {
                let kind = match value {
                    Value::Text(_) => Type::Text,
                    Value::Whole(_) => Type::Whole,
                    Value::Truth(_) => Type::Truth,
                    Value::Time(_) => Type::Time,
                };
                assert_eq!(kind, column.kind, "{}", column.name);
            }
        }
        assert_eq!(get(&rows[0], "exit_code"), Some(Value::Whole(1603)));
        assert_eq!(get(&rows[0], "code_value"), Some(Value::Whole(1310)));
        assert_eq!(
            get(&rows[0], "complete"),
            Some(Value::Truth(failure.complete))
        );
        assert_eq!(get(&rows[0], "error"), None);
        let told: Vec<_> = COLUMNS
            .iter()
            .filter(|c| rows[1].value(c).is_some())
            .map(|c| c.name)
            .collect();
        assert_eq!(told, ["path", "error"]);
    }

    #[test]
    fn a_log_without_sessions_is_a_row() {
        let mut log = specimen::success();
        log.sessions.clear();
        let rows: Vec<_> = Row::of(&log).collect();
        assert_eq!(rows.len(), 1);
        assert_eq!(get(&rows[0], "session"), None);
        assert!(get(&rows[0], "bytes").is_some());
    }

    /// `docs/rows.md` lists the columns; `UPDATE_ROWS=1` writes them anew.
    #[test]
    fn the_columns_are_documented() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/rows.md");
        let page = std::fs::read_to_string(path).unwrap();
        let begin = "| column | type | content |\n|---|---|---|\n";
        let (front, rest) = page.split_once(begin).unwrap();
        let (_, end) = rest.split_once("\n\n").unwrap();
        let rows = COLUMNS.iter().map(|column| {
            let kind = match column.kind {
                Type::Text => "text",
                Type::Whole => "integer",
                Type::Truth => "boolean",
                Type::Time => "local time",
            };
            format!("| `{}` | {kind} | {} |", column.name, column.about)
        });
        let rows: Vec<_> = rows.collect();
        let wanted = format!("{front}{begin}{}\n\n{end}", rows.join("\n"));
        if std::env::var_os("UPDATE_ROWS").is_some() {
            std::fs::write(path, &wanted).unwrap();
        }
        assert!(page == wanted, "run with UPDATE_ROWS=1");
    }
}
