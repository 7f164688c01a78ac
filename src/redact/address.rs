//! IPv4 and IPv6 addresses, told from the version numbers that logs are full of.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::finds::Finds;
use super::kind::Kind;
use super::names::Names;

/// Words before an address that say what it is.
const ADDRESS_WORDS: [&str; 22] = [
    "ip",
    "ipv4",
    "ipaddress",
    "address",
    "adresse",
    "host",
    "server",
    "connect",
    "connecting",
    "connected",
    "gateway",
    "dns",
    "proxy",
    "endpoint",
    "remote",
    "client",
    "subnet",
    "peer",
    "ping",
    "from",
    "listening",
    "source",
];

/// Words that say that four numbers are a version.
const VERSION_WORDS: [&str; 12] = [
    "version",
    "versión",
    "versione",
    ".dll",
    ".ocx",
    ".sys",
    ".mui",
    "runtime",
    "framework",
    "assembly",
    "build",
    "culture=",
];

/// How far before an address its word stands, in bytes.
const NEAR: usize = 28;

/// Finds the addresses of a line; `lower` is the line in lower case.
pub(super) fn find(line: &str, lower: &str, names: &Names, finds: &mut Finds) {
    let is_part = |c: char| c.is_ascii_hexdigit() || matches!(c, '.' | ':' | '%');
    let mut at = 0;
    while let Some(found) = line.get(at..).and_then(|rest| rest.find(is_part)) {
        let start = at + found;
        let rest = line.get(start..).unwrap_or("");
        let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        at = start + length;
        token(line, lower, (start, at), names, finds);
    }
}

/// The value of a property that is a version: `Property(S): ProductVersion = 5.1.2.3`.
pub(super) fn version(line: &str) -> Option<&str> {
    let (front, value) = line.split_once(" = ")?;
    let name = front.rsplit(' ').next()?;
    let end = name.get(name.len().checked_sub("version".len())?..)?;
    end.eq_ignore_ascii_case("version").then_some(value.trim())
}

/// A run of letters that addresses are made of.
fn token(line: &str, lower: &str, (start, end): (usize, usize), names: &Names, finds: &mut Finds) {
    let Some(text) = line.get(start..end) else {
        return;
    };
    let before = line
        .get(..start)
        .and_then(|front| front.chars().next_back());
    let after = line.get(end..).and_then(|rest| rest.chars().next());
    let is_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    if is_word(before) || (is_word(after) && !text.contains('%') && !text.ends_with(':')) {
        return;
    }
    let colons = text.bytes().filter(|b| *b == b':').count();
    if colons >= 2 {
        v6(line, start, text, finds);
    }
    for (at, part) in parts(text) {
        let known = part.parse::<Ipv4Addr>();
        if names.is_version(part) {
            continue;
        }
        if known.is_ok_and(|ip| is_telling(ip) && is_address(lower, start + at, part, ip)) {
            finds.add(line, start + at, start + at + part.len(), Kind::Ip, false);
        }
    }
}

/// What stands between colons, without the full stop at the end of a sentence.
fn parts(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split([':', '%']).filter_map(move |part| {
        let start = at;
        at += part.len() + 1;
        let front = part.trim_start_matches('.');
        let start = start + (part.len() - front.len());
        let part = front.trim_end_matches('.');
        (part.len() >= 7).then_some((start, part))
    })
}

fn v6(line: &str, start: usize, text: &str, finds: &mut Finds) {
    let whole = text.trim_end_matches(['.', '%']);
    let candidates = [whole, whole.strip_suffix(':').unwrap_or(whole)];
    for candidate in candidates {
        let front = candidate
            .strip_prefix(':')
            .filter(|rest| !rest.starts_with(':'))
            .unwrap_or(candidate);
        let address = front.split('%').next().unwrap_or(front);
        let Ok(ip) = address.parse::<Ipv6Addr>() else {
            continue;
        };
        let scope = address.len() < 4 || !address.bytes().any(|b| b.is_ascii_digit());
        if !ip.is_loopback() && !ip.is_unspecified() && !scope {
            let from = start + (candidate.len() - front.len());
            finds.add(line, from, from + front.len(), Kind::Ip, false);
        }
        return;
    }
}

/// Addresses that every machine has, and masks, stay.
fn is_telling(ip: Ipv4Addr) -> bool {
    !ip.is_loopback() && !ip.is_unspecified() && !ip.is_broadcast() && ip.octets()[0] != 0
}

/// Whether four numbers at a place are an address and no version.
fn is_address(lower: &str, start: usize, text: &str, ip: Ipv4Addr) -> bool {
    let front = lower.get(..start).unwrap_or("");
    let back = lower.get(start + text.len()..).unwrap_or("");
    if front.ends_with("//") || front.ends_with("\\\\") || front.ends_with('@') {
        return true;
    }
    if front.ends_with(['-', '_', '\\', '/']) || back.starts_with(['_', '-']) {
        return false;
    }
    if back.starts_with(':')
        && back
            .get(1..)
            .is_some_and(|b| b.starts_with(|c: char| c.is_ascii_digit()))
    {
        return true;
    }
    let from = (0..=start.saturating_sub(NEAR))
        .rev()
        .find(|at| lower.is_char_boundary(*at));
    let near = lower.get(from.unwrap_or(0)..start).unwrap_or("");
    // The nearer word decides.
    let version = VERSION_WORDS
        .iter()
        .filter_map(|word| near.rfind(word))
        .max();
    if last_word(near, &ADDRESS_WORDS).is_some_and(|at| version.is_none_or(|v| v < at)) {
        return true;
    }
    if VERSION_WORDS.iter().any(|word| front.contains(word)) || back.starts_with(".dll") {
        return false;
    }
    // Hosts do not end in nothing, versions do.
    !matches!(ip.octets(), [_, _, _, 0]) && !lower.contains("productversion")
}

/// Where the last of some words stands, as a whole word.
fn last_word(text: &str, words: &[&str]) -> Option<usize> {
    let mut at = 0;
    let mut last = None;
    for word in text.split(|c: char| !c.is_ascii_alphanumeric()) {
        if words.contains(&word) {
            last = Some(at);
        }
        at += word.len() + 1;
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(line: &str) -> Vec<&str> {
        let mut finds = Finds::default();
        find(
            line,
            &line.to_ascii_lowercase(),
            &Names::default(),
            &mut finds,
        );
        finds.iter().map(|f| &line[f.start..f.end]).collect()
    }

    #[test]
    fn addresses_are_found() {
        for (line, wanted) in [
            ("Connecting to 10.1.2.3.", "10.1.2.3"),
            ("http://192.168.7.9:8080/x", "192.168.7.9"),
            ("\\\\172.16.4.5\\share", "172.16.4.5"),
            ("version 3: host 10.0.0.7", "10.0.0.7"),
            ("x fe80::1c2d:3e4f%12 y", "fe80::1c2d:3e4f%12"),
            ("[2001:db8::7]:443", "2001:db8::7"),
            ("IPv6: 2001:db8:0:1:2:3:4:5", "2001:db8:0:1:2:3:4:5"),
        ] {
            assert_eq!(addresses(line), [wanted], "{line}");
        }
    }

    #[test]
    fn versions_and_loopback_stay() {
        for line in [
            "ProductVersion = 5.1.2.3",
            "Property(S): ProductVersion = 14.2.3.4",
            "Foo.dll 4.6.2.7",
            "Acme Viewer 2.3.0.0 -- done",
            "v4.0.30319.1",
            "127.0.0.1 and ::1 and ::",
            "MSI (s) (A0:F4) [12:02:17:123]: x",
            "C:\\Acme\\1.2.3.4\\x.exe",
            "CFoo::Add",
            "Mask 255.255.255.0",
        ] {
            assert_eq!(addresses(line), [""; 0], "{line}");
        }
    }
}
