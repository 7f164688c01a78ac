//! `Executing op: ServiceControl(,Name=Spooler,Action=1,Wait=1,)`: one step of the script.

use nom::{
    IResult, Parser, bytes::complete::take_while1, character::complete::char, sequence::terminated,
};

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

/// The places of an operation: name (empty for a bare value) and value, in order.
pub struct Places<'a> {
    rest: Option<&'a str>,
}

fn name(input: &str) -> IResult<&str, &str> {
    terminated(
        take_while1(|c: char| c.is_ascii_alphanumeric() || c == '_'),
        char('('),
    )
    .parse(input)
}

/// `Name=` at the start of a place: an identifier with a capital.
fn key(input: &str) -> IResult<&str, &str> {
    let (rest, word) = terminated(
        take_while1(|c: char| c.is_ascii_alphanumeric() || c == '_'),
        char('='),
    )
    .parse(input)?;
    if word.starts_with(|c: char| c.is_ascii_uppercase()) {
        Ok((rest, word))
    } else {
        Err(nom::Err::Error(nom::error::Error::new(
            input,
            nom::error::ErrorKind::Verify,
        )))
    }
}

impl<'a> Operation<'a> {
    /// Parses what stands after `Executing op: `.
    pub fn parse(text: &'a str) -> Option<Self> {
        let (rest, name) = name(text).ok()?;
        Some(Self {
            name,
            places: rest.strip_suffix(')').unwrap_or(rest),
            text,
        })
    }

    /// All places, in order.
    #[must_use]
    pub fn all(&self) -> Places<'a> {
        Places {
            rest: Some(self.places),
        }
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

impl<'a> Iterator for Places<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let text = self.rest?;
        let (value, key) = match key(text) {
            Ok((value, key)) => (value, key),
            Err(_) => (text, ""),
        };
        // A comma ends the value only where a named place or an empty place follows: values hold
        // commas, brackets and equal signs themselves.
        for (at, _) in value.match_indices(',') {
            let Some(tail) = value.get(at + 1..) else {
                break;
            };
            if tail.is_empty() || tail.starts_with(',') || self::key(tail).is_ok() {
                self.rest = Some(tail);
                return Some((key, value.get(..at).unwrap_or(value)));
            }
        }
        self.rest = None;
        Some((key, value))
    }
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
