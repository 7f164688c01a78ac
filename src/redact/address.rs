//! IPv4 and IPv6 addresses, told from the version numbers that logs are full of.

use std::cell::OnceCell;
use std::net::{Ipv4Addr, Ipv6Addr};

use super::data::DATA;
use super::finds::Finds;
use super::kind::Kind;
use super::names::Names;
use super::work;

/// How far before an address its word stands, in bytes.
const NEAR: usize = 28;

/// Finds the addresses of a line; `lower` is the line in lower case.
pub(super) fn find(finds: &mut Finds, lower: &str, names: &Names) {
    let is_part = |c: char| c.is_ascii_hexdigit() || matches!(c, '.' | ':' | '%');
    let near = Near::of(lower);
    let tokens = finds.line.split(|c| !is_part(c));
    for text in tokens.filter(|text| !text.is_empty()) {
        token(text, &near, names, finds);
    }
}

/// What the words of a line say about the numbers in it; asked once for all of them.
struct Near<'l> {
    lower: &'l str,
    /// Where the first word for a version ends.
    version: OnceCell<usize>,
}

impl<'l> Near<'l> {
    fn of(lower: &'l str) -> Self {
        Self {
            lower,
            version: OnceCell::new(),
        }
    }

    /// Whether a word for a version stands before a place.
    fn is_behind_version(&self, at: usize) -> bool {
        let first = self.version.get_or_init(|| {
            let words = DATA.version_words.iter();
            work::steps(self.lower.len());
            let ends = words.filter_map(|word| Some(self.lower.find(word)? + word.len()));
            ends.min().unwrap_or(usize::MAX)
        });
        *first <= at
    }
}

/// A run of letters that addresses are made of.
fn token<'l>(text: &'l str, near: &Near, names: &Names, finds: &mut Finds<'l>) {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let goes_on = finds.behind(text).starts_with(is_word);
    if finds.before(text).ends_with(is_word)
        || (goes_on && !text.contains('%') && !text.ends_with(':'))
    {
        return;
    }
    if text.bytes().filter(|b| *b == b':').count() >= 2 {
        v6(text, finds);
    }
    for part in text.split([':', '%']) {
        // The full stop at the end of a sentence is no part of it.
        let part = part.trim_matches('.');
        if let (Ok(ip), Some(place)) = (part.parse(), finds.place(part))
            && is_telling(ip)
            && !names.is_version(part)
            && is_address(near, place.start, part, ip)
        {
            finds.add(part, Kind::Ip, false);
        }
    }
}

fn v6<'l>(text: &'l str, finds: &mut Finds<'l>) {
    let whole = text.trim_end_matches(['.', '%']);
    for candidate in [whole, whole.strip_suffix(':').unwrap_or(whole)] {
        let front = candidate
            .strip_prefix(':')
            .filter(|rest| !rest.starts_with(':'));
        let front = front.unwrap_or(candidate);
        let address = front.split('%').next().unwrap_or(front);
        let Ok(ip) = address.parse::<Ipv6Addr>() else {
            continue;
        };
        let scope = address.len() < 4 || !address.bytes().any(|b| b.is_ascii_digit());
        if !ip.is_loopback() && !ip.is_unspecified() && !scope && !is_clock(address) {
            finds.add(front, Kind::Ip, false);
        }
        return;
    }
}

/// `08:41:03:120::`: a time of day and its fraction, as some setup programs write it.
fn is_clock(address: &str) -> bool {
    let groups = || address.split(':').filter(|group| !group.is_empty());
    let clock = groups().take(3).all(|group| group.len() == 2);
    clock && groups().count() <= 4 && groups().all(|g| g.bytes().all(|b| b.is_ascii_digit()))
}

/// Addresses that every machine has, and masks, stay.
fn is_telling(ip: Ipv4Addr) -> bool {
    !ip.is_loopback() && !ip.is_unspecified() && !ip.is_broadcast() && ip.octets()[0] != 0
}

/// Whether four numbers at a place are an address and no version.
fn is_address(line: &Near, start: usize, text: &str, ip: Ipv4Addr) -> bool {
    let lower = line.lower;
    work::steps(NEAR);
    let front = lower.get(..start).unwrap_or("");
    let back = lower.get(start + text.len()..).unwrap_or("");
    if front.ends_with("//") || front.ends_with("\\\\") || front.ends_with('@') {
        return true;
    }
    if front.ends_with(['-', '_', '\\', '/']) || back.starts_with(['_', '-']) {
        return false;
    }
    let port = back.strip_prefix(':');
    if port.is_some_and(|port| port.starts_with(|c: char| c.is_ascii_digit())) {
        return true;
    }
    let from = (0..=start.saturating_sub(NEAR))
        .rev()
        .find(|at| lower.is_char_boundary(*at));
    let near = lower.get(from.unwrap_or(0)..start).unwrap_or("");
    // The nearer word decides.
    let version_words = || DATA.version_words.iter().map(String::as_str);
    let version = version_words().filter_map(|word| near.rfind(word)).max();
    if last_address_word(near).is_some_and(|at| version.is_none_or(|v| v < at)) {
        return true;
    }
    if line.is_behind_version(start) || back.starts_with(".dll") {
        return false;
    }
    // Hosts do not end in nothing, versions do.
    !matches!(ip.octets(), [_, _, _, 0])
}

/// Where the last word stands that says that an address follows.
fn last_address_word(text: &str) -> Option<usize> {
    let mut at = 0;
    let mut last = None;
    for word in text.split(|c: char| !c.is_ascii_alphanumeric()) {
        if DATA.address_words.contains(word) {
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
        let mut finds = Finds::of(line);
        let lower = line.to_ascii_lowercase();
        find(&mut finds, &lower, &Names::default());
        finds.iter().map(|(_, find)| find.value).collect()
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
