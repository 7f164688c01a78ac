//! `msilog rules`: the remedies, for those who read and write them.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Result;

use super::arguments::{ListFormat, RulesCommand, ShowFormat};
use super::own_rules::{self, OwnRules, RuleFile};
use super::{Status, explain, output};
use crate::knowledge::rules::{RULE_SCHEMA, RuleError, RuleSet};
use crate::report::explain::rule as rule_in_full;
use crate::report::layout::clean;
use crate::report::rules::{RuleDocument, reference};

/// Runs the command; `named` are the files of `--rules`.
pub fn run(command: Option<&RulesCommand>, named: &[PathBuf]) -> Result<Status> {
    let data = match command {
        Some(RulesCommand::List { format }) => *format != ListFormat::Text,
        Some(RulesCommand::Show { format, .. }) => *format != ShowFormat::Text,
        _ => false,
    };
    let mut out = match data {
        true => output::data(),
        false => output::standard(),
    };
    let status = match command {
        None => list(&mut out, ListFormat::Text, named)?,
        Some(RulesCommand::List { format }) => list(&mut out, *format, named)?,
        Some(RulesCommand::Show { id, format }) => show(&mut out, id, *format, named)?,
        Some(RulesCommand::Check { files }) => check(&mut out, files)?,
        Some(RulesCommand::Test { files }) => test(&mut out, files)?,
        Some(RulesCommand::Schema) => {
            out.write_all(RULE_SCHEMA.as_bytes())?;
            Status::Success
        }
    };
    out.flush()?;
    Ok(status)
}

fn list(out: &mut impl Write, format: ListFormat, named: &[PathBuf]) -> Result<Status> {
    let own = OwnRules::load(named);
    let set = own.set();
    match format {
        ListFormat::Text => {
            let widest = set.ids().map(str::len).max().unwrap_or(0);
            for rule in set.rules() {
                writeln!(out, "{:widest$}  {}", rule.id, clean(&rule.words().title))?;
            }
        }
        ListFormat::Json => {
            let documents: Vec<_> = set.rules().map(RuleDocument::from).collect();
            serde_json::to_writer_pretty(&mut *out, &documents)?;
            writeln!(out)?;
        }
        ListFormat::Markdown => out.write_all(reference(set).as_bytes())?,
    }
    Ok(own.status)
}

fn show(out: &mut impl Write, id: &str, format: ShowFormat, named: &[PathBuf]) -> Result<Status> {
    let own = OwnRules::load(named);
    let Some(rule) = own.set().get(id) else {
        let id = clean(id);
        let near = own.set().nearest_id(&id);
        let near = near.map_or(String::new(), |near| format!("did you mean '{near}'? "));
        output::complain(&format!(
            "there is no rule '{id}'; {near}'msilog rules list' names them all"
        ));
        return Ok(Status::Trouble);
    };
    match format {
        ShowFormat::Text => explain::write(out, &rule_in_full(rule), output::width())?,
        ShowFormat::Json => {
            serde_json::to_writer_pretty(&mut *out, &RuleDocument::from(rule))?;
            writeln!(out)?;
        }
    }
    Ok(own.status)
}

/// Reads files of rules; what cannot be read at all is named on standard error.
fn load(files: &[PathBuf]) -> (Vec<RuleFile>, Status) {
    let mut status = Status::Success;
    let sound = own_rules::read(files).filter_map(|file| {
        let complain = |problem: &String| {
            status = Status::Trouble;
            output::complain(problem);
        };
        file.inspect_err(complain).ok()
    });
    (sound.collect(), status)
}

/// What is wrong with the rules, or doubtful when they work together and with the built-in ones.
fn check(out: &mut impl Write, files: &[PathBuf]) -> Result<Status> {
    let (loaded, mut status) = load(files);
    let built_in = RuleSet::built_in();
    let together = built_in.with_all(loaded.iter().map(|file| file.rules.clone()));
    for file in &loaded {
        let doubts = file.rules.review(&file.text, &together);
        let problems: Vec<&RuleError> = file.mistakes.iter().chain(&doubts).collect();
        for problem in &problems {
            output::complain(&problem.to_string());
        }
        let name = clean(&file.name);
        let count = file.rules.len();
        if problems.is_empty() {
            writeln!(out, "{name}: {count} rules, all examples hold")?;
        } else {
            status = Status::Trouble;
            let wrong = problems.len();
            writeln!(out, "{name}: {count} rules can be used; {wrong} problems")?;
        }
    }
    Ok(status)
}

/// Runs the examples and tells of each what came of it.
fn test(out: &mut impl Write, files: &[PathBuf]) -> Result<Status> {
    let (loaded, mut status) = load(files);
    for file in &loaded {
        for mistake in &file.mistakes {
            status = Status::Trouble;
            output::complain(&mistake.to_string());
        }
        let name = clean(&file.name);
        for rule in file.rules.rules() {
            for trial in rule.trials() {
                let did = if trial.matched {
                    "matches"
                } else {
                    "does not match"
                };
                let (id, list, number) = (&rule.id, trial.list, trial.number);
                writeln!(out, "ok  {name}: {id}: tests.{list} {number}: {did}")?;
            }
        }
    }
    Ok(status)
}
