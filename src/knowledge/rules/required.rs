//! What a line must hold to match a regular expression.

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Hir, HirKind};

/// The length in characters of the longest fixed text that stands in every match. Zero where the
/// pattern cannot be read.
pub(super) fn fixed_text(pattern: &str) -> usize {
    let parsed = ParserBuilder::new().build().parse(pattern);
    parsed.map_or(0, |hir| longest(&hir))
}

fn longest(hir: &Hir) -> usize {
    match hir.kind() {
        HirKind::Literal(literal) => letters(&literal.0),
        HirKind::Repetition(repetition) if repetition.min > 0 => longest(&repetition.sub),
        HirKind::Capture(capture) => longest(&capture.sub),
        HirKind::Concat(parts) => parts.iter().map(longest).max().unwrap_or(0),
        HirKind::Alternation(choices) => choices.iter().map(longest).min().unwrap_or(0),
        HirKind::Empty | HirKind::Class(_) | HirKind::Look(_) | HirKind::Repetition(_) => 0,
    }
}

/// Characters that are not blank: blanks stand in every line.
fn letters(literal: &[u8]) -> usize {
    let text = String::from_utf8_lossy(literal);
    text.chars().filter(|c| !c.is_whitespace()).count()
}

#[cfg(test)]
mod tests {
    use super::fixed_text;

    #[test]
    fn the_longest_text_in_every_match() {
        for (pattern, expected) in [
            (r"error \d+ in", 5),
            (r"\w+", 0),
            (".*", 0),
            ("(abc|defgh)", 3),
            ("(abc)?x", 1),
            ("(abcd)+", 4),
            ("^a.b.c$", 1),
            ("   ", 0),
            ("(", 0),
        ] {
            assert_eq!(fixed_text(pattern), expected, "{pattern}");
        }
    }
}
