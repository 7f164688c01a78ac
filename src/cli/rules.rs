//! `msilog rules`: the remedies, for those who read and write them.

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::Result;

use super::arguments::RulesCommand;
use super::{Status, explain, output};
use crate::knowledge::rules::RuleSet;
use crate::report::explain::rule as rule_in_full;
use crate::report::layout::clean;

/// Runs the command.
pub fn run(command: Option<&RulesCommand>) -> Result<Status> {
    let mut out = io::BufWriter::new(anstream::stdout());
    let status = match command {
        None | Some(RulesCommand::List) => list(&mut out)?,
        Some(RulesCommand::Show { id }) => match RuleSet::built_in().get(id) {
            Some(rule) => {
                explain::write(&mut out, &rule_in_full(rule), output::width())?;
                Status::Success
            }
            None => {
                let id = clean(id);
                let list = "'msilog rules list' names them all";
                output::complain(&format!("there is no rule '{id}'; {list}"));
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
                output::complain(&clean(&problem));
            }
        }
    }
    Ok(status)
}
