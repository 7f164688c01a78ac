//! `msilog explain`: what codes, messages, product codes, actions, articles and rules mean.

use std::io::{self, Write};

use anstyle::Style;
use anyhow::Result;

use super::{Status, output};
use crate::knowledge::rules::RuleSet;
use crate::report::explain::{Sense, explain, near};
use crate::report::layout::{clean, width as columns, wrap};

/// Width of the labels.
const LABEL: usize = 10;

/// Explains every term; the exit status is 2 where one is unknown.
pub fn run(terms: &[String]) -> Result<Status> {
    let rules = RuleSet::built_in();
    let width = output::width();
    let mut out = io::BufWriter::new(anstream::stdout());
    // `msilog explain exit code 1603` needs no quotes.
    let together = explain(&terms.join(" "), rules);
    let found: Vec<(&str, Vec<Sense>)> = if together.is_empty() {
        terms
            .iter()
            .map(|term| (term.as_str(), explain(term, rules)))
            .collect()
    } else {
        vec![("", together)]
    };
    let mut status = Status::Success;
    for (index, (term, senses)) in found.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        if senses.is_empty() {
            status = Status::Trouble;
            out.flush()?;
            output::complain(&unknown(term, rules));
        }
        for (index, sense) in senses.iter().enumerate() {
            if index > 0 {
                writeln!(out)?;
            }
            write(&mut out, sense, width)?;
        }
    }
    out.flush()?;
    Ok(status)
}

/// Writes one sense.
pub fn write(out: &mut impl Write, sense: &Sense, width: usize) -> io::Result<()> {
    let (strong, quiet) = (Style::new().bold(), Style::new().dimmed());
    for line in wrap(&clean(&sense.heading), width) {
        writeln!(out, "{strong}{line}{strong:#}")?;
    }
    let room = width.saturating_sub(2);
    for line in wrap(&clean(&sense.text), room) {
        writeln!(out, "  {line}")?;
    }
    for (label, text) in &sense.facts {
        let room = room.saturating_sub(LABEL);
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
    }
    Ok(())
}

fn unknown(term: &str, rules: &RuleSet) -> String {
    let near = near(term, rules);
    let offer = match near.is_empty() {
        true => "Give a code (1603, 0x80070643), a message (error 1935), a GUID, KB976982, an action or the id of a rule".to_owned(),
        false => format!("Perhaps: {}", near.join(", ")),
    };
    format!("nothing is known of '{}'. {offer}", clean(term))
}
