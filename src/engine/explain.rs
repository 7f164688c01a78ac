//! What a term means, as a term and as a line of a log.

use super::{Options, analyse};
use crate::knowledge::rules::RuleSet;
use crate::report::explain::{self, Explanation, Term};

/// What a term means ([`explain::explain`]); where it may be a line of a log, what msilog says of it as
/// a log, too.
#[must_use]
pub fn explain(term: &Term, options: &Options) -> Explanation {
    let rules = options.rules.as_deref();
    let found = explain::explain(term, rules.unwrap_or_else(|| RuleSet::built_in()));
    if !found.may_be_lines() {
        return found;
    }
    match analyse("-", term.text.as_bytes(), options) {
        Ok(report) => found.with_report(&report),
        // Nothing is read from anywhere: only an encoding that there is none of comes here.
        Err(_) => found,
    }
}
