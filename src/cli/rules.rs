//! `msilog rules`: the remedies, for those who read and write them.

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::Result;

use super::Status;
use super::arguments::RulesCommand;
use crate::knowledge::rules::{self, Rule, RuleSet};
use crate::report::layout::{clean, wrap};

/// Runs the command.
pub fn run(command: Option<&RulesCommand>) -> Result<Status> {
    let mut out = io::BufWriter::new(anstream::stdout());
    let status = match command {
        None | Some(RulesCommand::List) => list(&mut out)?,
        Some(RulesCommand::Show { id }) => match RuleSet::built_in().get(id) {
            Some(rule) => {
                show(&mut out, rule, super::output::width())?;
                Status::Success
            }
            None => {
                anstream::eprintln!(
                    "msilog: there is no rule '{}'; 'msilog rules list' names them all",
                    clean(id)
                );
                Status::Trouble
            }
        },
        Some(RulesCommand::Check { files }) => check(&mut out, files)?,
    };
    out.flush()?;
    Ok(status)
}

fn list(out: &mut impl Write) -> Result<Status> {
    let set = RuleSet::built_in();
    let widest = set.rules().iter().map(|r| r.id.len()).max().unwrap_or(0);
    for rule in set.rules() {
        writeln!(out, "{:widest$}  {}", rule.id, rule.title)?;
    }
    Ok(Status::Success)
}

/// Writes a rule in full.
pub fn show(out: &mut impl Write, rule: &Rule, width: usize) -> io::Result<()> {
    let mut paragraph = |label: &str, text: &str| -> io::Result<()> {
        for (index, line) in wrap(text, width.saturating_sub(12)).into_iter().enumerate() {
            writeln!(out, "{:12}{line}", if index == 0 { label } else { "" })?;
        }
        Ok(())
    };
    paragraph("rule", &format!("{} ({})", rule.id, rule.file))?;
    paragraph("title", &rule.title)?;
    paragraph("cause", &rule.cause)?;
    for (number, step) in (1..).zip(&rule.steps) {
        paragraph(&format!("step {number}"), step)?;
    }
    let dotnet: Vec<String> = rule
        .applies
        .dotnet
        .iter()
        .map(ToString::to_string)
        .collect();
    let windows: Vec<String> = rule
        .applies
        .windows
        .iter()
        .map(ToString::to_string)
        .collect();
    for (label, list) in [("for .NET", dotnet), ("for Windows", windows)] {
        if !list.is_empty() {
            paragraph(label, &list.join(", "))?;
        }
    }
    for article in rule.articles.iter().filter_map(|key| rules::article(key)) {
        paragraph("article", &article_line(article))?;
    }
    paragraph("confidence", rule.confidence.as_str())?;
    for source in &rule.sources {
        paragraph("source", source)?;
    }
    Ok(())
}

/// An article with its state today.
pub fn article_line(article: &rules::Article) -> String {
    let number = article.kb.starts_with(|c: char| c.is_ascii_digit());
    let replaced = article
        .replaced_by
        .map(|by| format!("; now: {by}"))
        .unwrap_or_default();
    format!(
        "{}{}: {} [{}{replaced}; {}] {}",
        if number { "KB " } else { "" },
        article.kb,
        article.title,
        article.status.as_str(),
        article.checked,
        article.url
    )
}

fn check(out: &mut impl Write, files: &[PathBuf]) -> Result<Status> {
    let mut status = Status::Success;
    for file in files {
        let name = file.display().to_string();
        let checked = std::fs::read_to_string(file)
            .map_err(|e| format!("{name}: cannot be read: {e}"))
            .and_then(|text| RuleSet::load(&text, &name).map_err(|e| e.to_string()));
        match checked {
            Ok(set) => writeln!(
                out,
                "{}: {} rules, all examples hold",
                clean(&name),
                set.rules().len()
            )?,
            Err(problem) => {
                status = Status::Trouble;
                anstream::eprintln!("{}", clean(&problem));
            }
        }
    }
    Ok(status)
}
