//! Values with a name before them: `NAME = value`, `/name:value`, `"name": "value"`, the engine's
//! lines about properties. The name tells what the value is.

use super::finds::Finds;
use super::keys;
use super::kind::Kind;

/// Longest name of a value, in bytes.
const MAX_KEY: usize = 128;

/// First words of names of two words: `User ID`, `Product Key`.
const FIRST_WORDS: [&str; 24] = [
    "user",
    "login",
    "logon",
    "account",
    "owner",
    "data",
    "computer",
    "machine",
    "host",
    "product",
    "license",
    "licence",
    "serial",
    "api",
    "access",
    "private",
    "secret",
    "pid",
    "activation",
    "network",
    "domain",
    "server",
    "connection",
    "shared",
];

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
pub(super) fn find(line: &str, finds: &mut Finds) {
    property_line(line, finds);
    property_change(line, finds);
    to_value(line, finds);
    for at in memchr::memchr2_iter(b'=', b':', line.as_bytes()) {
        assignment(line, at, finds);
    }
}

/// `Property(S): NAME = value`: the value goes to the end of the line.
fn property_line(line: &str, finds: &mut Finds) {
    let named = ["(S): ", "(C): ", "(N): "].into_iter().find_map(|side| {
        let at = line.find(side)? + side.len();
        let (name, _) = line.get(at..)?.split_once(" = ")?;
        let start = at + name.len() + 3;
        (!name.contains(' ')).then_some((name, start))
    });
    if let Some((name, start)) = named
        && let Some(kind) = keys::classify(name)
    {
        value(line, (start, line.len()), kind, Form::Whole, finds);
    }
}

/// `PROPERTY CHANGE: Modifying NAME property. Its current value is 'a'. Its new value: 'b'.`
fn property_change(line: &str, finds: &mut Finds) {
    const BETWEEN: &str = "'. Its new value: '";
    let Some(at) = line.find("PROPERTY CHANGE: ") else {
        return;
    };
    let rest = line.get(at..).unwrap_or("");
    let Some(kind) = rest.split(' ').nth(3).and_then(keys::classify) else {
        return;
    };
    let Some(open) = rest.find(" '").map(|open| at + open + 2) else {
        return;
    };
    let close = line.rfind('\'').filter(|close| *close >= open);
    let close = close.unwrap_or(line.len());
    let middle = line.get(open..close).and_then(|all| all.find(BETWEEN));
    match middle {
        Some(middle) => {
            let first = open + middle;
            value(line, (open, first), kind, Form::Whole, finds);
            value(
                line,
                (first + BETWEEN.len(), close),
                kind,
                Form::Whole,
                finds,
            );
        }
        None => value(line, (open, close), kind, Form::Whole, finds),
    }
}

/// `Setting string variable 'NAME' to value 'value'`, as bundles write it.
fn to_value(line: &str, finds: &mut Finds) {
    let Some(at) = line.find("' to value '") else {
        return;
    };
    let name = line.get(..at).and_then(|front| front.rsplit('\'').next());
    let start = at + "' to value '".len();
    let end = line.rfind('\'').filter(|end| *end >= start);
    if let Some(kind) = name.and_then(keys::classify) {
        value(
            line,
            (start, end.unwrap_or(line.len())),
            kind,
            Form::Whole,
            finds,
        );
    }
}

/// What stands around a `=` or `:`.
fn assignment(line: &str, at: usize, finds: &mut Finds) {
    let (Some(front), Some(back)) = (line.get(..at), line.get(at + 1..)) else {
        return;
    };
    let colon = line.as_bytes().get(at) == Some(&b':');
    if colon && back.starts_with(':') {
        return;
    }
    let Some(kind) = named(front, colon) else {
        return;
    };
    if colon && kind != Kind::Secret && back.starts_with(['\\', '/']) {
        return;
    }
    let start = at + 1 + (back.len() - back.trim_start_matches(' ').len());
    let (start, end, quoted) = extent(line, start, kind);
    let form = match (quoted, colon) {
        (true, _) => Form::Whole,
        (false, true) => Form::Colon,
        (false, false) => Form::Equals,
    };
    value(line, (start, end), kind, form, finds);
}

/// What the name at the end of `front` stands for.
fn named(front: &str, colon: bool) -> Option<Kind> {
    let front = front.trim_end_matches(' ');
    let front = front.trim_end_matches(['"', '\'', '\\', ']', '>']);
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | '$');
    let key_start = front
        .char_indices()
        .rev()
        .take_while(|(_, c)| is_part(*c))
        .last()?
        .0;
    let key = front.get(key_start..)?;
    if key.len() > MAX_KEY {
        return None;
    }
    let before = front.get(..key_start)?;
    if let Some(kind) = flag(before, key, colon) {
        return Some(kind);
    }
    // A name of two words says more than its second one.
    let first = before.strip_suffix(' ').and_then(|rest| {
        let word = rest.rsplit(|c: char| !c.is_alphanumeric()).next()?;
        let known = FIRST_WORDS.iter().any(|w| w.eq_ignore_ascii_case(word));
        known.then_some(word)
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

/// Where a value begins and ends, and whether quotes say so.
fn extent(line: &str, start: usize, kind: Kind) -> (usize, usize, bool) {
    let rest = line.get(start..).unwrap_or("");
    for quote in ["\\\"", "\"", "'", "&quot;"] {
        if let Some(inner) = rest.strip_prefix(quote) {
            let from = start + quote.len();
            return (from, from + closing(inner, quote), true);
        }
    }
    let apostrophe = line
        .get(..start)
        .is_some_and(|front| front.matches('\'').count() % 2 == 1);
    let mut end = rest.len();
    for (at, c) in rest.char_indices() {
        let tail = rest.get(at + c.len_utf8()..).unwrap_or("");
        let over = match c {
            ' ' | '\t' | '"' => true,
            '\'' => apostrophe,
            '<' => kind != Kind::Secret || tail.starts_with('/'),
            ';' | ',' | '&' => kind != Kind::Secret || is_next_name(tail),
            ')' | ']' | '}' => tail.is_empty() || tail.starts_with([' ', '.', ',', ';']),
            _ => false,
        };
        if over {
            end = at;
            break;
        }
    }
    (start, start + end, false)
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
fn value(line: &str, place: (usize, usize), kind: Kind, form: Form, finds: &mut Finds) {
    let Some((start, text)) = trimmed(line, place) else {
        return;
    };
    let end = start + text.len();
    match kind {
        Kind::Secret => secret(line, start, text, form, finds),
        Kind::Key => {
            let digit = text.bytes().any(|b| b.is_ascii_digit());
            if keys::is_licence_value(text) && (form != Form::Colon || digit) {
                finds.add(line, start, end, kind, true);
            }
        }
        Kind::User => user(line, start, text, form, finds),
        Kind::Machine | Kind::Domain | Kind::Server => host(line, start, text, kind, form, finds),
        Kind::Company if form == Form::Whole => finds.add(line, start, end, kind, false),
        _ => {}
    }
}

/// A place without blanks and quotes around.
fn trimmed(line: &str, (start, end): (usize, usize)) -> Option<(usize, &str)> {
    let text = line.get(start..end)?;
    let front = text.trim_start_matches([' ', '"', '\t']);
    let start = start + (text.len() - front.len());
    let text = front.trim_end_matches([' ', '"', '\t', '\r']);
    (!text.is_empty()).then_some((start, text))
}

fn secret(line: &str, start: usize, text: &str, form: Form, finds: &mut Finds) {
    let end = start + text.len();
    // The parts of a connection string have names of their own.
    if text.contains(';') && text.contains('=') && is_connection(text) {
        return;
    }
    // `Authorization: Bearer x` is found by its shape; sentences about tokens are none.
    let scheme = ["bearer", "basic", "negotiate", "ntlm", "digest"];
    if form == Form::Colon && scheme.iter().any(|s| s.eq_ignore_ascii_case(text)) {
        return;
    }
    finds.add(line, start, end, Kind::Secret, true);
}

fn is_connection(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    [
        "data source=",
        "server=",
        "endpoint=",
        "accountname=",
        "provider=",
        "driver=",
    ]
    .iter()
    .any(|part| lower.contains(part))
}

/// The name of an account, perhaps with its domain.
fn user(line: &str, start: usize, text: &str, form: Form, finds: &mut Finds) {
    if text.starts_with("S-1-") || text.contains([':', '/']) || text.chars().count() > 64 {
        return;
    }
    let learn = form != Form::Colon || is_alone(line, start + text.len());
    if let Some((domain, name)) = text.split_once('\\') {
        let name_start = start + domain.len() + 1;
        if !name.contains('\\') {
            finds.add(line, start, start + domain.len(), Kind::Domain, learn);
            finds.add(line, name_start, name_start + name.len(), Kind::User, learn);
        }
        return;
    }
    // A number is a switch or an id; a mail address is found by its shape.
    if text.contains('@') || !text.chars().any(char::is_alphabetic) {
        return;
    }
    let mut end = start + text.len();
    if form == Form::Colon {
        end += second_word(line.get(end..).unwrap_or(""));
    }
    finds.add(line, start, end, Kind::User, learn);
}

/// The length of a family name behind a first name, where the line ends with it.
fn second_word(rest: &str) -> usize {
    let word = rest.strip_prefix(' ').unwrap_or("");
    let is_name = word.starts_with(char::is_uppercase)
        && word
            .chars()
            .all(|c| c.is_alphabetic() || c == '-' || c == '\'');
    if is_name { rest.len() } else { 0 }
}

/// Whether a value ends its line or its part of it.
fn is_alone(line: &str, end: usize) -> bool {
    let rest = line.get(end..).unwrap_or("");
    rest.is_empty() || rest.starts_with([',', ';', '.', ')', ']', '\'', '"'])
}

/// The name of a machine or a domain.
fn host(line: &str, start: usize, text: &str, kind: Kind, form: Form, finds: &mut Finds) {
    let mut name = text;
    for front in ["tcp:", "np:", "lpc:", "admin:", "http://", "https://"] {
        name = name.strip_prefix(front).unwrap_or(name);
    }
    name = name.trim_start_matches('\\');
    let start = start + (text.len() - name.len());
    let name = name
        .split(['\\', ',', ':', '/', ';', ' '])
        .next()
        .unwrap_or("");
    let letters = name.chars().any(char::is_alphabetic);
    if !letters || name.starts_with("0x") || name.starts_with(['{', '[', '(']) {
        return;
    }
    let sentence = form == Form::Colon && !is_alone(line, start + name.len());
    if kind == Kind::Server && form == Form::Colon && sentence {
        return;
    }
    finds.add(line, start, start + name.len(), kind, !sentence);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(line: &str) -> Vec<(Kind, &str)> {
        let mut finds = Finds::default();
        find(line, &mut finds);
        finds.values(line)
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
