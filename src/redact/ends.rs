//! Where values end. A line may hold ten thousand names of values and not one end: the way to the next
//! end is gone once and remembered, so that all of them together take one pass.

use super::work;

/// How a value without quotes ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Until {
    /// A password may hold what separates other values.
    Secret { apostrophe: bool },
    /// Any other value.
    Plain { apostrophe: bool },
    /// The closing quote of so many that are known.
    Quote(usize),
}

/// The quotes of values.
pub(super) const QUOTES: [&str; 4] = ["\\\"", "\"", "'", "&quot;"];

/// The ends of the values of a line.
#[derive(Debug)]
pub(super) struct Ends<'l> {
    line: &'l str,
    /// From where it was searched, and where the next end lies.
    known: [Option<(usize, usize)>; 8],
    /// Up to where apostrophes were counted, and whether one is open there.
    apostrophes: (usize, bool),
}

impl<'l> Ends<'l> {
    pub fn of(line: &'l str) -> Self {
        Self {
            line,
            known: [None; 8],
            apostrophes: (0, false),
        }
    }

    /// Whether an apostrophe is open at a place; places come in their order.
    pub fn is_quoted(&mut self, at: usize) -> bool {
        let (from, open) = self.apostrophes;
        if let Some(passed) = self.line.get(from..at) {
            work::steps(passed.len());
            let count = memchr::memchr_iter(b'\'', passed.as_bytes()).count();
            self.apostrophes = (at, open ^ (count % 2 == 1));
        }
        self.apostrophes.1
    }

    /// Where the value that begins at a place ends.
    pub fn next(&mut self, from: usize, until: Until) -> usize {
        let slot = match until {
            Until::Secret { apostrophe } => usize::from(apostrophe),
            Until::Plain { apostrophe } => 2 + usize::from(apostrophe),
            Until::Quote(quote) => 4 + quote,
        };
        let known = self.known.get(slot).copied().flatten();
        if let Some((start, end)) = known
            && start <= from
            && from <= end
        {
            return end;
        }
        let rest = self.line.get(from..).unwrap_or("");
        let length = match until {
            Until::Quote(quote) => closing(rest, QUOTES.get(quote).unwrap_or(&"\"")),
            _ => rest
                .char_indices()
                .find(|one| ends(rest, *one, until))
                .map_or(rest.len(), |end| end.0),
        };
        work::steps(length);
        let end = from + length;
        if let Some(known) = self.known.get_mut(slot) {
            *known = Some((from, end));
        }
        end
    }
}

/// Whether a letter is the end of a value.
fn ends(rest: &str, (at, c): (usize, char), until: Until) -> bool {
    let tail = rest.get(at + c.len_utf8()..).unwrap_or("");
    let (secret, apostrophe) = match until {
        Until::Secret { apostrophe } => (true, apostrophe),
        Until::Plain { apostrophe } => (false, apostrophe),
        Until::Quote(_) => return false,
    };
    match c {
        ' ' | '\t' | '"' => true,
        '\'' => apostrophe,
        '<' => !secret || tail.starts_with('/'),
        ';' | ',' | '&' => !secret || is_next_name(tail),
        ')' | ']' | '}' => tail.is_empty() || tail.starts_with([' ', '.', ',', ';', '\'', ')']),
        _ => false,
    }
}

/// The length of what stands before the closing quote; doubled quotes belong to it.
fn closing(inner: &str, quote: &str) -> usize {
    let mut from = 0;
    while let Some(at) = inner.get(from..).and_then(|rest| rest.find(quote)) {
        let at = from + at;
        let behind = inner.get(at + quote.len()..).unwrap_or("");
        if quote.len() > 1 || !behind.starts_with(quote) {
            return at;
        }
        from = at + 2 * quote.len();
    }
    inner.len()
}

/// Whether another `name=` follows, or nothing.
fn is_next_name(tail: &str) -> bool {
    let tail = tail.trim_start_matches(' ');
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | ' ');
    let end = tail.find(|c: char| !is_part(c));
    work::steps(end.unwrap_or(tail.len()));
    let name = end.and_then(|end| tail.get(end..));
    tail.is_empty()
        || tail.starts_with(['"', '\'', ')'])
        || name.is_some_and(|n| n.starts_with('='))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_found_again_where_they_were() {
        let line = "a=b;c! d='it''s', e";
        let mut ends = Ends::of(line);
        assert_eq!(ends.next(2, Until::Plain { apostrophe: false }), 3);
        assert_eq!(ends.next(2, Until::Secret { apostrophe: false }), 6);
        assert_eq!(ends.next(3, Until::Secret { apostrophe: false }), 6);
        assert_eq!(ends.next(10, Until::Quote(2)), 15);
        assert!(!ends.is_quoted(9) && ends.is_quoted(10));
    }
}
