//! Where two runs part, in words.

use super::compare::{Comparison, Step};

/// Where they part, in words.
#[must_use]
pub fn told(found: &Comparison) -> String {
    let Some(parting) = &found.parting else {
        return match found.alike {
            0 => "Neither log tells of actions that could be compared.".to_owned(),
            alike => format!("Both did the same {alike} actions with the same results."),
        };
    };
    let alike = match &parting.last_alike {
        Some(last) => format!("Both did the same {} actions, up to {last}. ", found.alike),
        None => "They part from the beginning. ".to_owned(),
    };
    let [first, second] = &parting.then;
    let told = |step: &Option<Step>| match step {
        Some(step) if step.name == "Rollback" => format!("was rolled back (line {})", step.line),
        Some(step) => format!("did {} (line {})", step.name, step.line),
        None => "did nothing more".to_owned(),
    };
    match (parting.same_action, first, second) {
        (true, Some(first), Some(second)) => {
            let (one, two) = (result(first), result(second));
            let (here, there) = (first.line, second.line);
            format!(
                "{alike}Then {} {one} in the first (line {here}) and {two} in the second (line {there}).",
                first.name
            )
        }
        _ => format!(
            "{alike}Then the first {}, the second {}.",
            told(first),
            told(second)
        ),
    }
}

/// How an action ended, in a word or two.
#[must_use]
pub fn result(step: &Step) -> &'static str {
    match step.return_value {
        Some(3) => "failed",
        Some(2) => "was cancelled",
        None => "has no end",
        Some(_) => "worked",
    }
}
