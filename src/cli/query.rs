//! `msilog query`: asks a store.

use std::io::Write;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::arguments::{AnswerFormat, Query};
use super::{Status, output};
use crate::report::layout::{GAP, clean, cut_end, in_columns, width as columns};
use crate::store::{Answer, Archive, QUESTIONS, Question, StoreError, Value};

/// Widest cell of a table for people, in columns; the other forms hold everything.
const WIDEST: usize = 80;

/// Answers, or lists the questions.
pub fn run(query: &Query) -> Result<Status> {
    let answer = match answer(query) {
        Err(error) if matches!(error.downcast_ref(), Some(StoreError::Query { .. })) => {
            // The mark below a mistake needs its line.
            output::complain_in_lines(&error.to_string());
            return Ok(Status::Trouble);
        }
        other => other?,
    };
    let mut out = match query.format {
        AnswerFormat::Text => output::standard(),
        AnswerFormat::Json | AnswerFormat::Csv => output::data(),
    };
    let Some(answer) = answer else {
        list(&mut out)?;
        out.flush()?;
        return Ok(Status::Success);
    };
    match query.format {
        AnswerFormat::Text => table(&mut out, &answer, output::width())?,
        AnswerFormat::Json => answer.json(&mut out)?,
        AnswerFormat::Csv => answer.csv(&mut out)?,
    }
    out.flush()?;
    Ok(Status::Success)
}

/// The answer; `None` where nothing is asked.
fn answer(query: &Query) -> Result<Option<Answer>> {
    let asked = query.question.as_deref().map(named).transpose()?;
    if asked.is_none() && query.sql.is_none() {
        return Ok(None);
    }
    let file = query.store.as_deref();
    let file = file.context("no store is named; say which with --store FILE")?;
    if let Some(question) = asked {
        fits(question, query.value.as_deref())?;
    }
    let archive = Archive::open(file, Duration::from_secs(query.timeout))?;
    Ok(Some(match (asked, &query.sql) {
        (Some(question), _) => archive.ask(question, query.value.as_deref())?,
        (None, Some(sql)) => archive.sql(sql)?,
        (None, None) => return Ok(None),
    }))
}

fn named(name: &str) -> Result<&'static Question> {
    Question::named(name).with_context(|| {
        let names: Vec<&str> = QUESTIONS.iter().map(|question| question.name).collect();
        format!(
            "{name}: no such question. There are {}; others can be asked with --sql",
            names.join(", ")
        )
    })
}

/// Whether everything is named that the question takes, and nothing else.
fn fits(question: &Question, value: Option<&str>) -> Result<()> {
    match (question.takes, value) {
        (Some(takes), None) => bail!(
            "the question {0} takes a {takes}: msilog query --store FILE {0} {takes}. The column signature of the answer to causes has them",
            question.name
        ),
        (None, Some(value)) => bail!("{value}: the question {} takes nothing", question.name),
        _ => Ok(()),
    }
}

fn list(out: &mut impl Write) -> Result<()> {
    writeln!(out, "Questions: msilog query --store FILE QUESTION\n")?;
    for question in QUESTIONS {
        let name = match question.takes {
            Some(takes) => format!("{} {takes}", question.name),
            None => question.name.to_owned(),
        };
        writeln!(out, "  {name:<16}{}", question.about)?;
    }
    writeln!(
        out,
        "\nOthers: msilog query --store FILE --sql \"SELECT ...\"; the tables and views are scans, logs,\n\
         reports, sessions, failures, newest, causes, machines, products, remedies, changes"
    )?;
    Ok(())
}

/// A table for people: columns as wide as their widest cell, the last one cut to the screen.
fn table(out: &mut impl Write, answer: &Answer, screen: usize) -> Result<()> {
    if answer.rows.is_empty() {
        writeln!(out, "Nothing.")?;
        return Ok(());
    }
    let head = answer.columns.iter().map(|name| clean(name).into_owned());
    let mut lines: Vec<Vec<String>> = vec![head.collect()];
    lines.extend(
        answer
            .rows
            .iter()
            .map(|row| row.iter().map(shown).collect()),
    );
    let width = |place: usize| {
        let cells = lines.iter().filter_map(|row| row.get(place));
        cells.map(|cell| columns(cell)).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..answer.columns.len()).map(width).collect();
    lines.insert(1, widths.iter().map(|width| "-".repeat(*width)).collect());
    let before = widths.iter().rev().skip(1);
    let used: usize = before.map(|width| width + usize::from(GAP)).sum();
    // At least its start, whatever came before.
    let room = screen.saturating_sub(used).max(WIDEST / 2);
    for last in lines.iter_mut().filter_map(|row| row.last_mut()) {
        *last = cut_end(last, room);
    }
    writeln!(out, "{}", in_columns(lines))?;
    Ok(())
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        value => cut_end(&clean(&value.text()), WIDEST),
    }
}
