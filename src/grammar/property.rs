//! Property dumps and changes.

use crate::text::near::{find_near, places};

/// `PROPERTY CHANGE: …`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PropertyChange<'a> {
    /// Name of the property.
    pub name: &'a str,
    /// Its new value; `None` where it was deleted.
    pub value: Option<&'a str>,
    /// It had another value before.
    pub before: bool,
    /// The value ends in this line.
    pub ended: bool,
}

impl<'a> PropertyChange<'a> {
    /// Parses what stands after `PROPERTY CHANGE: `. Values hold quotes themselves, so the end is
    /// read from the right.
    pub fn parse(text: &'a str) -> Option<Self> {
        let verb = text.get(..find_near(text.as_bytes(), b' ')?)?;
        let rest = text.get(verb.len() + 1..)?;
        // No name has a blank in it.
        let name = rest.get(..find_near(rest.as_bytes(), b' ')?)?;
        let rest = rest.get(name.len()..)?.strip_prefix(" property. ")?;
        let value = match verb {
            "Deleting" => None,
            "Modifying" => Some(behind_last(rest, "'. Its new value: '")?),
            _ => rest.get(find_near(rest.as_bytes(), b'\'')? + 1..),
        };
        let whole = value.and_then(|v| v.strip_suffix("'."));
        Some(Self {
            name,
            value: whole.or(value),
            before: matches!(verb, "Modifying" | "Deleting"),
            ended: whole.is_some() || value.is_none(),
        })
    }
}

/// What stands behind the words where they stand for the last time; the search costs nothing to set up.
fn behind_last<'a>(text: &'a str, words: &str) -> Option<&'a str> {
    let last = words.bytes().next_back()?;
    let mut ends = memchr::memrchr_iter(last, text.as_bytes()).map(|at| at + 1);
    let is_end = |at: &usize| {
        text.get(..*at)
            .is_some_and(|before| before.ends_with(words))
    };
    text.get(ends.find(is_end)?..)
}

/// `Property(S): NAME = VALUE`, after `Property(`.
pub fn dump(rest: &str) -> Option<(char, &str, &str)> {
    let mut letters = rest.chars();
    let side = letters.next()?;
    let text = letters.as_str().strip_prefix("): ")?;
    let mut marks = places(text.as_bytes(), b'=');
    let name = marks.find_map(|at| text.get(..at)?.strip_suffix(' '))?;
    let value = text.get(name.len() + " =".len()..)?;
    Some((side, name, value.strip_prefix(' ').unwrap_or(value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes() {
        let change = |t| PropertyChange::parse(t).map(|c| (c.name, c.value));
        assert_eq!(
            change("Adding X property. Its value is 'it's'."),
            Some(("X", Some("it's")))
        );
        assert_eq!(
            change("Modifying X property. Its current value is 'a'. Its new value: 'b'."),
            Some(("X", Some("b")))
        );
        assert_eq!(
            change("Deleting X property. Its current value is 'a'."),
            Some(("X", None))
        );
        assert_eq!(change("nonsense"), None);
    }

    #[test]
    fn dumps() {
        assert_eq!(dump("S): A.B = x = y"), Some(('S', "A.B", "x = y")));
        assert_eq!(dump("C): EMPTY = "), Some(('C', "EMPTY", "")));
        assert_eq!(dump("C): EMPTY ="), Some(('C', "EMPTY", "")));
        assert_eq!(dump(""), None);
    }
}
