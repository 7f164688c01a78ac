//! `msilog explain`: what codes, messages, product codes, actions, articles and rules mean.

use std::io::{self, BufRead, IsTerminal, Read, Write};
use std::path::PathBuf;
use std::sync::Arc;

use anstyle::Style;
use anyhow::{Context, Result};

use super::arguments::{Explain, ExplainFormat};
use super::own_rules::OwnRules;
use super::{Status, output};
use crate::engine::{self, Options};
use crate::knowledge::rules::RuleSet;
use crate::report::explain::{Explanation, Sense, Term, explain, rejoined, split_with};
use crate::report::layout::{clean, width as columns, wrap};

/// Width of the labels.
const LABEL: usize = 11;

/// Most bytes of a line of standard input that are read as a term.
const MAX_TERM: u64 = 4096;

/// What is said where nothing was asked.
const WHAT_IT_TAKES: &str = "\
explain says what a code, a message or a line of a log means, and which remedies treat it.
  msilog explain 1603                      an exit code, an error of Windows, a message
  msilog explain 0x80070643                an HRESULT; 643, -2147023293 and 80070643 are the same
  msilog explain \"error 1935\"              a number with the word that stands before it
  msilog explain 1310 \"C:\\x.dll\" 5         a message with what stands in it
  msilog explain \"<a line of a log>\"       what msilog says of it
  msilog explain {GUID}                    the code of a product, plain or packed
  msilog explain KB976982                  an article, by its number or its address
  msilog explain InstallFinalize           an action; the id of a rule; ERROR_ACCESS_DENIED
Or pipe terms in, one a line: msilog explain - < terms.txt";

/// Explains every term; the exit status is 2 where one is unknown or there is none.
pub fn run(asked: &Explain, named: &[PathBuf]) -> Result<Status> {
    let Explain {
        terms,
        format,
        arguments,
    } = asked;
    let own = OwnRules::load(named);
    let rules = own.set();
    let out = match format {
        ExplainFormat::Text => output::standard(),
        ExplainFormat::Json | ExplainFormat::Ndjson => output::data(),
    };
    let mut writer = Writer {
        out,
        format: *format,
        width: output::width(),
        count: 0,
        status: Status::Success,
    };
    let words = &rejoined(terms);
    let dashes = words.iter().filter(|word| *word == "-").count();
    let nothing = words.is_empty() && arguments.is_empty();
    if nothing && io::stdin().is_terminal() {
        output::complain_in_lines(WHAT_IT_TAKES);
        return Ok(Status::Trouble);
    }
    let options = Options {
        rules: own.rules.clone().map(Arc::new),
        ..Options::default()
    };
    if nothing {
        writer.standard_input(&options)?;
    } else if dashes == 0 {
        for term in terms_of(words, arguments, &options, rules) {
            writer.add(&engine::explain(&term, &options))?;
        }
    } else {
        for word in words.iter().chain(arguments) {
            match word.as_str() {
                "-" => writer.standard_input(&options)?,
                word => writer.add(&engine::explain(&Term::from(word), &options))?,
            }
        }
    }
    let status = writer.finish()?;
    Ok(status.max(own.status))
}

/// The terms among the words of a command line. A line of a log that was pasted without quotes is
/// one term.
fn terms_of(
    words: &[String],
    arguments: &[String],
    options: &Options,
    rules: &RuleSet,
) -> Vec<Term> {
    /// Fewer words are a list of terms.
    const LINE: usize = 4;
    let terms = split_with(words, arguments, rules);
    let starts_known = terms
        .first()
        .is_some_and(|first| explain(first, rules).known);
    if terms.len() < LINE || starts_known {
        return terms;
    }
    let line = Term::from(words.join(" ").as_str());
    match engine::explain(&line, options).known {
        true => vec![line],
        false => terms,
    }
}

/// Writes explanations as they come.
struct Writer<W> {
    out: W,
    format: ExplainFormat,
    width: usize,
    count: usize,
    status: Status,
}

impl<W: Write> Writer<W> {
    /// Explains what stands on standard input, one term a line; empty lines are passed over.
    fn standard_input(&mut self, options: &Options) -> Result<()> {
        let mut input = io::stdin().lock();
        while let Some(line) = next_line(&mut input).context("standard input cannot be read")? {
            let line = line.trim_start_matches('\u{feff}').trim();
            if !line.is_empty() {
                self.add(&engine::explain(&Term::from(line), options))?;
            }
        }
        Ok(())
    }

    fn add(&mut self, explanation: &Explanation) -> Result<()> {
        if !explanation.known {
            self.status = Status::Trouble;
        }
        let first = self.count == 0;
        self.count += 1;
        match self.format {
            ExplainFormat::Text => self.text(explanation, first)?,
            ExplainFormat::Json => {
                self.out.write_all(if first { b"[" } else { b",\n" })?;
                serde_json::to_writer(&mut self.out, explanation)?;
            }
            ExplainFormat::Ndjson => {
                serde_json::to_writer(&mut self.out, explanation)?;
                self.out.write_all(b"\n")?;
            }
        }
        Ok(())
    }

    fn text(&mut self, explanation: &Explanation, first: bool) -> io::Result<()> {
        for (index, sense) in explanation.explanations.iter().enumerate() {
            if !first || index > 0 {
                writeln!(self.out)?;
            }
            write(&mut self.out, sense, self.width)?;
        }
        let perhaps = explanation.suggestions.join(", ");
        if !perhaps.is_empty() {
            write_fact(&mut self.out, "perhaps", &perhaps, self.width)?;
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Status> {
        if self.format == ExplainFormat::Json {
            self.out
                .write_all(if self.count == 0 { b"[]\n" } else { b"]\n" })?;
        }
        self.out.flush()?;
        if self.count == 0 {
            output::complain("there is no term on standard input; give one a line");
            return Ok(Status::Trouble);
        }
        Ok(self.status)
    }
}

/// The next line, or its front where it is too long for a term; the rest of it is passed over.
fn next_line(input: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut line = Vec::new();
    if input.by_ref().take(MAX_TERM).read_until(b'\n', &mut line)? == 0 {
        return Ok(None);
    }
    if line.last() != Some(&b'\n') {
        input.skip_until(b'\n')?;
    }
    Ok(Some(String::from_utf8_lossy(&line).into_owned()))
}

/// Writes one sense.
pub fn write(out: &mut impl Write, sense: &Sense, width: usize) -> io::Result<()> {
    let strong = Style::new().bold();
    for line in wrap(&clean(&sense.heading), width) {
        writeln!(out, "{strong}{line}{strong:#}")?;
    }
    let room = width.saturating_sub(2);
    for line in wrap(&clean(&sense.text), room) {
        writeln!(out, "  {line}")?;
    }
    for (label, text) in &sense.facts {
        write_fact(out, label, text, width)?;
    }
    Ok(())
}

/// Writes a fact with its label.
fn write_fact(out: &mut impl Write, label: &str, text: &str, width: usize) -> io::Result<()> {
    let quiet = Style::new().dimmed();
    let room = width.saturating_sub(2 + LABEL);
    let text = clean(text);
    // An address is never broken: half of one leads nowhere.
    let lines = if text.contains(' ') || columns(&text) <= room {
        wrap(&text, room)
    } else {
        vec![text.into_owned()]
    };
    for (index, line) in lines.iter().enumerate() {
        let label = if index == 0 { label } else { "" };
        writeln!(out, "  {quiet}{label:<LABEL$}{quiet:#}{line}")?;
    }
    Ok(())
}
