//! Values with a name before them: `NAME = value`, `/name:value`, `"name": "value"`, the engine's
//! lines about properties. The name tells what the value is.

use super::data::{DATA, SENTENCES};
use super::ends::{Ends, QUOTES, Until};
use super::finds::Finds;
use super::keys::{self, is_among};
use super::kind::Kind;
use super::work;

/// Longest name of a value, in bytes.
const MAX_KEY: usize = 128;

/// What is longer is no word of a sentence and no connection string, in bytes.
const LONG: usize = 1024;

/// How a value stands in its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// The line, or the quotes, hold it and nothing else.
    Whole,
    /// After an equals sign.
    Equals,
    /// After a colon.
    Colon,
}

/// Finds the values with telling names.
pub(super) fn find(finds: &mut Finds) {
    let mut done = property_line(finds);
    property_change(finds);
    to_value(finds);
    // The engine says which properties it hands on.
    if finds.line.contains("Switching to server:") {
        done = done.max(
            finds
                .line
                .find("Switching to server:")
                .map_or(0, |at| at + 20),
        );
    }
    let mut ends = Ends::of(finds.line);
    let mut pair = Pair::default();
    for at in memchr::memchr2_iter(b'=', b':', finds.line.as_bytes()) {
        if at >= done && !finds.is_taken(at) {
            assignment(at, finds, &mut ends, &mut pair);
        }
    }
}

/// `Property(S): NAME = value`: the value goes to the end of the line. Up to where it was read.
fn property_line(finds: &mut Finds) -> usize {
    let line = finds.line;
    let named = ["(S): ", "(C): ", "(N): "].into_iter().find_map(|side| {
        let (_, rest) = line.split_once(side)?;
        rest.split_once(" = ")
            .filter(|(name, _)| !name.contains(' '))
    });
    let Some((name, text)) = named else { return 0 };
    let Some(kind) = keys::classify(name) else {
        return 0;
    };
    // A program that quotes the line closes it.
    let quoted = line.len() > text.len() && finds.before(name).contains('\'');
    let text = if quoted {
        text.strip_suffix('\'').unwrap_or(text)
    } else {
        text
    };
    value(text, kind, Form::Whole, finds);
    match kind {
        Kind::Secret | Kind::Key => 0,
        _ => finds.place(text).map_or(0, |place| place.start),
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

/// A name and its value in fields of their own; the value may come first.
#[derive(Debug, Default)]
struct Pair<'l> {
    kind: Option<Kind>,
    value: Option<(&'l str, Form)>,
}

impl<'l> Pair<'l> {
    fn field(&mut self, key: &str, text: &'l str, form: Form, finds: &mut Finds<'l>) {
        let key = key.to_ascii_lowercase();
        if DATA.pairs.names.contains(&key) {
            // The key of a registry is named by its last part; what is long is no name.
            let name = Some(text).filter(|text| text.len() <= LONG);
            work::steps(name.map_or(0, str::len));
            let name = name.and_then(|text| text.rsplit(['\\', '/']).next());
            let name = name.filter(|name| name.len() <= MAX_KEY);
            self.kind = name.and_then(keys::classify).or(self.kind);
        } else if DATA.pairs.values.contains(&key) {
            self.value = Some((text, form));
        }
        if let (Some(kind), Some((text, form))) = (self.kind, self.value) {
            // The type of a value of the registry stands before it.
            let text = text.strip_prefix(['#', '%']).unwrap_or(text);
            value(text, kind, form, finds);
            *self = Self::default();
        }
    }
}

/// What stands around a `=` or `:`.
fn assignment<'l>(at: usize, finds: &mut Finds<'l>, ends: &mut Ends<'l>, pair: &mut Pair<'l>) {
    let (Some(front), Some(back)) = (finds.line.get(..at), finds.line.get(at + 1..)) else {
        return;
    };
    let colon = finds.line.as_bytes().get(at) == Some(&b':');
    if colon && back.starts_with(':') {
        return;
    }
    let Some((before, key)) = key(front) else {
        return;
    };
    let lower = if key.len() <= 12 {
        key.to_ascii_lowercase()
    } else {
        String::new()
    };
    let paired = DATA.pairs.names.contains(&lower) || DATA.pairs.values.contains(&lower);
    let kind = named(before, key, colon);
    if kind.is_none() && !paired {
        return;
    }
    if colon && kind.is_some_and(|kind| kind != Kind::Secret) && back.starts_with(['\\', '/']) {
        return;
    }
    let form = if colon { Form::Colon } else { Form::Equals };
    let (text, form) = extent(at, form, kind.or(pair.kind), finds, ends);
    if paired {
        pair.field(key, text, form, finds);
    }
    if let Some(kind) = kind {
        value(text, kind, form, finds);
    }
}

/// The value behind a `=` or `:`.
fn extent<'l>(
    at: usize,
    form: Form,
    kind: Option<Kind>,
    finds: &Finds<'l>,
    ends: &mut Ends<'l>,
) -> (&'l str, Form) {
    let line = finds.line;
    let back = line.get(at + 1..).unwrap_or("");
    let start = line.len() - back.trim_start_matches(' ').len();
    let back = line.get(start..).unwrap_or("");
    let mut quotes = QUOTES.iter().enumerate();
    if let Some((number, quote)) = quotes.find(|(_, quote)| back.starts_with(**quote)) {
        let start = start + quote.len();
        let end = ends.next(start, Until::Quote(number));
        return (line.get(start..end).unwrap_or(""), Form::Whole);
    }
    let apostrophe = ends.is_quoted(start);
    let until = match kind {
        Some(Kind::Secret) => Until::Secret { apostrophe },
        _ => Until::Plain { apostrophe },
    };
    let end = ends.next(start, until);
    (line.get(start..end).unwrap_or(""), form)
}

/// The name at the end of a text, and what stands before it.
fn key(front: &str) -> Option<(&str, &str)> {
    let front = front.trim_end_matches(' ');
    let front = front.strip_suffix("&quot;").unwrap_or(front);
    let front = front.trim_end_matches(['"', '\'', '\\', ']', '>']);
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | '$');
    let before = front.trim_end_matches(is_part);
    let key = front.get(before.len()..)?;
    work::steps(key.len());
    (!key.is_empty() && key.len() <= MAX_KEY).then_some((before, key))
}

/// What a name stands for, with what stands before it.
fn named(before: &str, key: &str, colon: bool) -> Option<Kind> {
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

/// Takes a value for what its name says.
pub(super) fn value<'l>(text: &'l str, kind: Kind, form: Form, finds: &mut Finds<'l>) {
    let text = text.trim_start_matches([' ', '"', '\t']);
    let text = text.trim_end_matches([' ', '"', '\t', '\r']);
    match kind {
        Kind::Secret => {
            let text = text.trim_end_matches(',');
            if !is_no_secret(text, form) {
                finds.add(text, kind, true);
            }
        }
        Kind::Key if keys::is_licence_value(text) => finds.add(text, kind, true),
        Kind::User => user(text, form, finds),
        Kind::Machine | Kind::Domain | Kind::Server => host(text, kind, form, finds),
        Kind::Phone => {
            let digits = text.bytes().take(40).filter(u8::is_ascii_digit).count();
            if digits >= 6 && text.len() <= 40 {
                finds.add(text, kind, false);
            }
        }
        Kind::Company if form == Form::Whole => finds.add(text, kind, false),
        _ => {}
    }
}

/// Connection strings, whose parts have names of their own, paths, switches, the names of schemes, and
/// what a sentence says about a secret.
fn is_no_secret(text: &str, form: Form) -> bool {
    if text.len() > LONG {
        return false;
    }
    work::steps(text.len());
    let lower = text.to_ascii_lowercase();
    let connection = || {
        let mut parts = DATA.connection_parts.iter();
        parts.any(|part| lower.contains(part))
    };
    let drive = text
        .as_bytes()
        .get(1..3)
        .is_some_and(|drive| drive == b":\\");
    let drive = drive || lower.starts_with("software\\") || lower.starts_with("hkey_");
    let sentence = form == Form::Colon
        && (text.ends_with(':')
            || is_among(&DATA.schemes, text)
            || SENTENCES
                .no_values
                .contains(lower.trim_end_matches(['.', ',', ';'])));
    (text.contains(';') && text.contains('=') && connection())
        || (drive && !text.contains('|'))
        || matches!(
            &*lower,
            "true" | "false" | "yes" | "no" | "0" | "1" | "null" | "none" | "(null)"
        )
        || sentence
}

/// The name of an account, perhaps with its domain.
pub(super) fn user<'l>(text: &'l str, form: Form, finds: &mut Finds<'l>) {
    let long = text.len() > 256 || text.chars().count() > 64;
    let guid = text.len() == 36 && text.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    if long || guid || text.starts_with("S-1-") || text.contains([':', '/', '{', '[', '=', '|']) {
        return;
    }
    let behind = finds.behind(text);
    let learn = form != Form::Colon || is_alone(behind);
    if let Some((domain, name)) = text.split_once('\\') {
        // An account of every Windows has no domain that tells anything.
        if !name.contains('\\') && !keys::is_well_known(domain) {
            finds.add(domain, Kind::Domain, learn);
        }
        if !name.contains('\\') && !domain.eq_ignore_ascii_case("nt service") {
            finds.add(name, Kind::User, learn);
        }
        return;
    }
    // A number is a switch or an id; a mail address is found by its shape.
    if text.contains('@') || !text.chars().any(char::is_alphabetic) {
        return;
    }
    let (first, rest) = text.split_once(' ').unwrap_or((text, ""));
    let next = behind.trim_start_matches(' ');
    if first == "NT" && (rest.starts_with("A") || next.starts_with("A") || next.starts_with("S")) {
        return;
    }
    let mut name = text;
    if form == Form::Colon && is_family_name(behind) {
        let place = finds.place(text);
        name = place
            .and_then(|place| finds.line.get(place.start..))
            .unwrap_or(text);
    }
    if form != Form::Colon
        || !SENTENCES
            .no_names
            .contains(name.to_ascii_lowercase().as_str())
    {
        finds.add(name, Kind::User, learn);
    }
}

/// Whether the rest of a line behind a first name is a family name.
fn is_family_name(rest: &str) -> bool {
    let word = rest.strip_prefix(' ').unwrap_or("");
    let is_part = |c: char| c.is_alphabetic() || c == '-' || c == '\'';
    word.len() <= 64 && word.starts_with(char::is_uppercase) && word.chars().all(is_part)
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
    let mut parts = name.split(['\\', ',', ':', '/', ';', ' ', '=']);
    let name = parts.next().unwrap_or("");
    let behind = finds.behind(name);
    // The letter of a drive, another name of a value, a file: no host.
    let other = name.len() == 1 || name.len() > 255 || behind.starts_with('=') || is_file(name);
    let letters = name.chars().any(char::is_alphabetic);
    if other || !letters || name.starts_with("0x") || name.starts_with(['{', '[', '(']) {
        return;
    }
    let sentence = form == Form::Colon && !is_alone(behind);
    if kind != Kind::Server || !sentence {
        finds.add(name, kind, !sentence);
    }
}

/// Whether a name is one of a program's files.
fn is_file(name: &str) -> bool {
    let end = name.rsplit_once('.').map_or("", |(_, end)| end);
    ["dll", "exe", "msi", "sys", "log", "xml", "config"]
        .iter()
        .any(|known| end.eq_ignore_ascii_case(known))
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
