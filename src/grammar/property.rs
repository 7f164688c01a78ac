//! Property dumps and changes.

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
        let (verb, rest) = text.split_once(' ')?;
        let (name, rest) = rest.split_once(" property. ")?;
        let value = match verb {
            "Deleting" => None,
            "Modifying" => Some(rest.rsplit_once("'. Its new value: '")?.1),
            _ => Some(rest.split_once('\'')?.1),
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

/// `Property(S): NAME = VALUE`, after `Property(`.
pub fn dump(rest: &str) -> Option<(char, &str, &str)> {
    let mut letters = rest.chars();
    let side = letters.next()?;
    let (name, value) = letters.as_str().strip_prefix("): ")?.split_once(" =")?;
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
