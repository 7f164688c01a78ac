//! Values with a name before them: `NAME = value`, `/name:value`, `"name": "value"`, the engine's
//! lines about properties. The name tells what the value is.

use super::data::DATA;
use super::finds::Finds;
use super::keys::{self, is_among};
use super::kind::Kind;

/// Longest name of a value, in bytes.
const MAX_KEY: usize = 128;

/// How a value stands in its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// The line, or the quotes, hold it and nothing else.
    Whole,
    /// After an equals sign.
    Equals,
    /// After a colon.
    Colon,
}

/// Finds the values with telling names.
pub(super) fn find(finds: &mut Finds) {
    property_line(finds);
    property_change(finds);
    to_value(finds);
    for at in memchr::memchr2_iter(b'=', b':', finds.line.as_bytes()) {
        assignment(at, finds);
    }
}

/// `Property(S): NAME = value`: the value goes to the end of the line.
fn property_line(finds: &mut Finds) {
    let named = ["(S): ", "(C): ", "(N): "].into_iter().find_map(|side| {
        let (_, rest) = finds.line.split_once(side)?;
        rest.split_once(" = ")
            .filter(|(name, _)| !name.contains(' '))
    });
    if let Some((name, text)) = named
        && let Some(kind) = keys::classify(name)
    {
        value(text, kind, Form::Whole, finds);
    }
}

/// `PROPERTY CHANGE: Modifying NAME property. Its current value is 'a'. Its new value: 'b'.`
fn property_change(finds: &mut Finds) {
    let line = finds.line;
    let Some(rest) = line.find("PROPERTY CHANGE: ").and_then(|at| line.get(at..)) else {
        return;
    };
    let kind = rest.split(' ').nth(3).and_then(keys::classify);
    if let (Some(kind), Some((_, values))) = (kind, rest.split_once(" '")) {
        let values = values
            .rsplit_once('\'')
            .map_or(values, |(values, _)| values);
        for text in values.splitn(2, "'. Its new value: '") {
            value(text, kind, Form::Whole, finds);
        }
    }
}

/// `Setting string variable 'NAME' to value 'value'`, as bundles write it.
fn to_value(finds: &mut Finds) {
    let Some((front, text)) = finds.line.split_once("' to value '") else {
        return;
    };
    if let Some(kind) = front.rsplit('\'').next().and_then(keys::classify) {
        let text = text.rsplit_once('\'').map_or(text, |(text, _)| text);
        value(text, kind, Form::Whole, finds);
    }
}

/// What stands around a `=` or `:`.
fn assignment(at: usize, finds: &mut Finds) {
    let (Some(front), Some(back)) = (finds.line.get(..at), finds.line.get(at + 1..)) else {
        return;
    };
    let colon = finds.line.as_bytes().get(at) == Some(&b':');
    if colon && back.starts_with(':') {
        return;
    }
    let Some(kind) = named(front, colon) else {
        return;
    };
    if colon && kind != Kind::Secret && back.starts_with(['\\', '/']) {
        return;
    }
    let back = back.trim_start_matches(' ');
    let form = if colon { Form::Colon } else { Form::Equals };
    match quoted(back) {
        Some(text) => value(text, kind, Form::Whole, finds),
        None => value(unquoted(back, finds.before(back), kind), kind, form, finds),
    }
}

/// What the name at the end of `front` stands for.
fn named(front: &str, colon: bool) -> Option<Kind> {
    let front = front.trim_end_matches(' ');
    let front = front.trim_end_matches(['"', '\'', '\\', ']', '>']);
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | '$');
    let before = front.trim_end_matches(is_part);
    let key = front.get(before.len()..)?;
    if key.is_empty() || key.len() > MAX_KEY {
        return None;
    }
    if let Some(kind) = flag(before, key, colon) {
        return Some(kind);
    }
    // A name of two words says more than its second one.
    let first = before.strip_suffix(' ').and_then(|rest| {
        let word = rest.rsplit(|c: char| !c.is_alphanumeric()).next()?;
        is_among(&DATA.first_words, word).then_some(word)
    });
    let both = first.and_then(|first| keys::classify(&format!("{first}{key}")));
    both.or_else(|| keys::classify(key))
}

/// `/p:` and `-p=` on a command line.
fn flag(before: &str, key: &str, colon: bool) -> Option<Kind> {
    let name = match key.strip_prefix('-') {
        Some(name) => name,
        None if before.ends_with('/') => key,
        None => return None,
    };
    let starts = before.trim_end_matches('/');
    let alone = starts.is_empty() || starts.ends_with([' ', '"', '\'', '\t']);
    match name {
        "p" | "P" if colon && alone => Some(Kind::Secret),
        "u" | "U" if colon && alone => Some(Kind::User),
        _ => None,
    }
}

/// What stands in quotes.
fn quoted(back: &str) -> Option<&str> {
    let quotes = ["\\\"", "\"", "'", "&quot;"];
    let mut inner = quotes.iter().filter_map(|quote| {
        let inner = back.strip_prefix(quote)?;
        inner.get(..closing(inner, quote))
    });
    inner.next()
}

/// A value without quotes; `front` is the line before it.
fn unquoted<'l>(back: &'l str, front: &str, kind: Kind) -> &'l str {
    let apostrophe = front.matches('\'').count() % 2 == 1;
    let ends = |(at, c): &(usize, char)| {
        let tail = back.get(at + c.len_utf8()..).unwrap_or("");
        match c {
            ' ' | '\t' | '"' => true,
            '\'' => apostrophe,
            '<' => kind != Kind::Secret || tail.starts_with('/'),
            ';' | ',' | '&' => kind != Kind::Secret || is_next_name(tail),
            ')' | ']' | '}' => tail.is_empty() || tail.starts_with([' ', '.', ',', ';']),
            _ => false,
        }
    };
    let end = back.char_indices().find(ends);
    end.and_then(|(end, _)| back.get(..end)).unwrap_or(back)
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
    let name = tail
        .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | ' ')))
        .and_then(|end| tail.get(end..));
    tail.is_empty() || tail.starts_with(['"', '\'']) || name.is_some_and(|n| n.starts_with('='))
}

/// Takes a value for what its name says.
fn value<'l>(text: &'l str, kind: Kind, form: Form, finds: &mut Finds<'l>) {
    let text = text.trim_start_matches([' ', '"', '\t']);
    let text = text.trim_end_matches([' ', '"', '\t', '\r']);
    match kind {
        Kind::Secret if !is_no_secret(text, form) => finds.add(text, kind, true),
        Kind::Key => {
            let digit = text.bytes().any(|b| b.is_ascii_digit());
            if keys::is_licence_value(text) && (form != Form::Colon || digit) {
                finds.add(text, kind, true);
            }
        }
        Kind::User => user(text, form, finds),
        Kind::Machine | Kind::Domain | Kind::Server => host(text, kind, form, finds),
        Kind::Company if form == Form::Whole => finds.add(text, kind, false),
        _ => {}
    }
}

/// Connection strings, whose parts have names of their own, and the names of schemes.
fn is_no_secret(text: &str, form: Form) -> bool {
    let is_connection = || {
        let lower = text.to_ascii_lowercase();
        DATA.connection_parts
            .iter()
            .any(|part| lower.contains(part))
    };
    (text.contains(';') && text.contains('=') && is_connection())
        || (form == Form::Colon && is_among(&DATA.schemes, text))
}

/// The name of an account, perhaps with its domain.
fn user<'l>(text: &'l str, form: Form, finds: &mut Finds<'l>) {
    if text.starts_with("S-1-") || text.contains([':', '/']) || text.chars().count() > 64 {
        return;
    }
    let behind = finds.behind(text);
    let learn = form != Form::Colon || is_alone(behind);
    if let Some((domain, name)) = text.split_once('\\') {
        if !name.contains('\\') {
            finds.add(domain, Kind::Domain, learn);
            finds.add(name, Kind::User, learn);
        }
        return;
    }
    // A number is a switch or an id; a mail address is found by its shape.
    if text.contains('@') || !text.chars().any(char::is_alphabetic) {
        return;
    }
    let mut name = text;
    if form == Form::Colon && is_family_name(behind) {
        let place = finds.place(text);
        name = place
            .and_then(|place| finds.line.get(place.start..))
            .unwrap_or(text);
    }
    finds.add(name, Kind::User, learn);
}

/// Whether the rest of a line behind a first name is a family name.
fn is_family_name(rest: &str) -> bool {
    let word = rest.strip_prefix(' ').unwrap_or("");
    let is_part = |c: char| c.is_alphabetic() || c == '-' || c == '\'';
    word.starts_with(char::is_uppercase) && word.chars().all(is_part)
}

/// Whether a value ends its line or its part of it.
fn is_alone(behind: &str) -> bool {
    behind.is_empty() || behind.starts_with([',', ';', '.', ')', ']', '\'', '"'])
}

/// The name of a machine or a domain.
fn host<'l>(text: &'l str, kind: Kind, form: Form, finds: &mut Finds<'l>) {
    let name = DATA.before_hosts.iter().fold(text, |name, front| {
        name.strip_prefix(front.as_str()).unwrap_or(name)
    });
    let name = name.trim_start_matches('\\');
    let mut parts = name.split(['\\', ',', ':', '/', ';', ' ']);
    let name = parts.next().unwrap_or("");
    let letters = name.chars().any(char::is_alphabetic);
    if !letters || name.starts_with("0x") || name.starts_with(['{', '[', '(']) {
        return;
    }
    let sentence = form == Form::Colon && !is_alone(finds.behind(name));
    if kind != Kind::Server || !sentence {
        finds.add(name, kind, !sentence);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(line: &str) -> Vec<(Kind, &str)> {
        let mut finds = Finds::of(line);
        find(&mut finds);
        finds.values()
    }

    #[test]
    fn values_end_where_they_end() {
        for (line, wanted) in [
            (
                "Property(S): DB_PASSWORD = a b;c",
                vec![(Kind::Secret, "a b;c")],
            ),
            (
                "MSI (c): PROPERTY CHANGE: Adding PIDKEY property. Its value is 'A1-B2'.",
                vec![(Kind::Key, "A1-B2")],
            ),
            (
                "PROPERTY CHANGE: Modifying APIKEY property. Its current value is 'o'ld'. Its new value: 'new'.",
                vec![(Kind::Secret, "o'ld"), (Kind::Secret, "new")],
            ),
            ("x PASSWORD=ab,cd;ef /qn", vec![(Kind::Secret, "ab,cd;ef")]),
            (
                "PASSWORD=\"a \"\"b\"\" c\" /qn",
                vec![(Kind::Secret, "a \"\"b\"\" c")],
            ),
            (
                "Data Source=tcp:DB7,1433;User ID=maria;Password=p;q;Pooling=no",
                vec![
                    (Kind::Server, "DB7"),
                    (Kind::User, "maria"),
                    (Kind::Secret, "p;q"),
                ],
            ),
            (
                "setup.exe /p:abc /u:joan",
                vec![(Kind::Secret, "abc"), (Kind::User, "joan")],
            ),
            ("{\"password\": \"x y\"}", vec![(Kind::Secret, "x y")]),
            (
                "Property(S): LogonUser = ACME\\joan",
                vec![(Kind::Domain, "ACME"), (Kind::User, "joan")],
            ),
            ("User: Joan Doe", vec![(Kind::User, "Joan Doe")]),
            ("PASSWORD=********** X", vec![]),
            ("RegOpenKey(Root=-2147483646,Key=SOFTWARE\\Acme,)", vec![]),
            ("ProductInfo(ProductKey={8B1C},X=1)", vec![]),
            ("A,publicKeyToken=\"b77a5c561934e089\"", vec![]),
            ("Property(S): USERS = 1", vec![]),
            ("ACCEPTLICENSE=yes", vec![]),
        ] {
            assert_eq!(values(line), wanted, "{line}");
        }
    }
}
