//! `Executing op: ServiceControl(,Name=Spooler,Action=1,Wait=1,)`: one step of the script.

/// A script operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation<'a> {
    /// Its name; the set is open.
    pub name: &'a str,
    /// What stands between the brackets; may go on in the next lines.
    pub places: &'a str,
    /// The whole of it.
    pub text: &'a str,
}

/// An identifier at the start of a text, and what stands behind the mark after it.
fn identifier(text: &str, mark: char) -> Option<(&str, &str)> {
    let in_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let end = text.bytes().take_while(in_word).count();
    let (word, rest) = text.split_at_checked(end)?;
    Some((word, rest.strip_prefix(mark)?)).filter(|_| end > 0)
}

/// `Name=` at the start of a place: an identifier with a capital.
fn key(text: &str) -> Option<(&str, &str)> {
    identifier(text, '=').filter(|(word, _)| word.starts_with(|c: char| c.is_ascii_uppercase()))
}

impl<'a> Operation<'a> {
    /// Parses what stands after `Executing op: `.
    pub fn parse(text: &'a str) -> Option<Self> {
        let (name, rest) = identifier(text, '(')?;
        Some(Self {
            name,
            places: rest.strip_suffix(')').unwrap_or(rest),
            text,
        })
    }

    /// All places, in order: name (empty for a bare value) and value.
    pub fn all(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        let mut rest = Some(self.places);
        std::iter::from_fn(move || {
            let (name, value, tail) = first_place(rest?);
            rest = tail;
            Some((name, value))
        })
    }

    /// The value of the place with this name.
    #[must_use]
    pub fn get(&self, wanted: &str) -> Option<&'a str> {
        self.all()
            .find(|(key, _)| *key == wanted)
            .map(|(_, value)| value)
            .filter(|v| !v.is_empty())
    }
}

/// Name and value of the first place, and what stands behind it where another follows.
fn first_place(text: &str) -> (&str, &str, Option<&str>) {
    let (name, value) = key(text).unwrap_or(("", text));
    // A comma ends the value only where a named place or an empty place follows: values hold
    // commas, brackets and equal signs themselves.
    for at in memchr::memchr_iter(b',', value.as_bytes()) {
        let Some(tail) = value.get(at + 1..) else {
            break;
        };
        if tail.is_empty() || tail.starts_with(',') || key(tail).is_some() {
            return (name, value.get(..at).unwrap_or(value), Some(tail));
        }
    }
    (name, value, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places() {
        let op = Operation::parse("ServiceControl(,Name=Spooler,Action=1,Wait=1,)").unwrap();
        assert_eq!(op.name, "ServiceControl");
        assert_eq!(op.get("Name"), Some("Spooler"));
        assert_eq!(op.get("Wait"), Some("1"));
        assert_eq!(op.get("Missing"), None);
    }

    #[test]
    fn values_keep_commas_and_brackets() {
        let op = Operation::parse("ServiceInstall(Name=X,ImagePath=\"C:\\a, b\\x.exe\" -k,SDDLText=D:(A;;CC;;;SY),,Password=)").unwrap();
        assert_eq!(op.get("ImagePath"), Some("\"C:\\a, b\\x.exe\" -k"));
        assert_eq!(op.get("SDDLText"), Some("D:(A;;CC;;;SY)"));
        let start = Operation::parse("ActionStart(Name=InstallFiles,Description=Copying new files,Template=File: [1],  Directory: [9],  Size: [6])").unwrap();
        assert_eq!(
            start.get("Template"),
            Some("File: [1],  Directory: [9],  Size: [6]")
        );
        assert_eq!(
            Operation::parse("ActionStart(Name=X,,)")
                .unwrap()
                .get("Name"),
            Some("X")
        );
        assert!(Operation::parse("no operation").is_none());
    }
}
