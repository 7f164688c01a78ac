//! What the codes of a failure mean that a format has told.

use super::codes;
use crate::knowledge::codes::explain_message;
use crate::run::{CodeSpace, Failure};

/// Puts the meaning beside each code.
pub fn explain(failure: &mut Failure) {
    let Some(cause) = &mut failure.cause else {
        return;
    };
    if let (CodeSpace::Msi, Some(value)) = (cause.code.space, cause.code.value)
        && let Ok(number) = u32::try_from(value)
    {
        cause.code = codes::message_code(number);
        cause.explanation = explain_message(number, &[]).or(cause.explanation.take());
    }
    for code in std::iter::once(&mut cause.code).chain(cause.nested_code.as_mut()) {
        if let (Some(value), None) = (code.value, &code.meaning) {
            *code = codes::describe(value, code.space);
        }
    }
}
