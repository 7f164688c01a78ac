//! Values that are known by their own shape: security identifiers, mail addresses, tokens, keys,
//! and what stands in quotes behind a telling word.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use memchr::memchr;
use regex::Regex;

use super::finds::Finds;
use super::kind::Kind;

/// A shape: the line must hold one of the needles (in lower case), then the pattern is tried; its
/// first group is the value.
struct Shape {
    /// The needles that are a single letter; the longer ones are searched all at once.
    letters: Vec<u8>,
    pattern: Option<Regex>,
    kind: Kind,
    learn: bool,
}

/// Needles, pattern, kind, and whether the value is looked for elsewhere too.
type Row = (&'static [&'static str], &'static str, Kind, bool);

const ROWS: &[Row] = &[
    // S-1-5-21: accounts of a machine or a domain; S-1-12-1: accounts of Microsoft Entra.
    (
        &["s-1-"],
        r"(?i)\b(S-1-(?:5-21|12-1)(?:-\d{1,10}){1,14})",
        Kind::Sid,
        false,
    ),
    (
        &["@"],
        r"([\w.+%-]*[\w+%-]@[A-Za-z][\w-]*(?:\.[\w-]+)*\.[A-Za-z][\w-]+)",
        Kind::Mail,
        false,
    ),
    (
        &[":", "-"],
        r"(?i)(?:^|[^0-9A-F:-])((?:[0-9A-F]{2}-){5}[0-9A-F]{2}|(?:[0-9A-F]{2}:){5}[0-9A-F]{2})(?:$|[^0-9A-F:-])",
        Kind::Mac,
        false,
    ),
    (
        &["-"],
        r"(?i)\b([A-Z0-9]{5}(?:-[A-Z0-9]{5}){4})\b",
        Kind::Key,
        true,
    ),
    (
        &["bearer "],
        r"(?i)\bBearer\s+([A-Za-z0-9._~+/=-]{12,})",
        Kind::Secret,
        true,
    ),
    (
        &["uthorization"],
        r#"(?i)authorization["']?\s*[:=]\s*["']?(?:basic|bearer|digest|ntlm|negotiate|token|sharedkey\S*)\s+([^\s"']+)"#,
        Kind::Secret,
        true,
    ),
    (
        &["eyj"],
        r"\b(eyJ[\w-]{5,}\.[\w-]+(?:\.[\w-]*)*)",
        Kind::Secret,
        true,
    ),
    (
        &["gh"],
        r"\b(gh[pousr]_[A-Za-z0-9]{16,}|github_pat_\w{20,})",
        Kind::Secret,
        true,
    ),
    (
        &["glpat-", "xox", "npm_", "pypi-"],
        r"\b(glpat-[\w-]{16,}|xox[abeprs]-[\w-]{10,}|npm_[A-Za-z0-9]{30,}|pypi-[\w-]{30,})",
        Kind::Secret,
        true,
    ),
    (
        &["akia", "asia"],
        r"\b((?:AKIA|ASIA)[A-Z0-9]{16})\b",
        Kind::Secret,
        true,
    ),
    (&["aiza"], r"\b(AIza[\w-]{30,})", Kind::Secret, true),
    (
        &["sk-", "sk_", "pk_", "rk_"],
        r"\b(sk-[\w-]{20,}|[spr]k_(?:live|test)_\w{16,})",
        Kind::Secret,
        true,
    ),
    (
        &["-p", "/p", "-s", "/s", "-t", "/t", "-a", "/a", "/c", "-c"],
        r#"(?i)(?:^|[\s"'])(?:/|--?)(?:password|passwd|passphrase|pass|pwd|pw|token|secret|client-?secret|api-?key|access-?token|access-?key|cert-?password|pfx-?password|certpass)\s+(?:"([^"]+)"|'([^']+)'|([^\s/"'-][^\s"]*))"#,
        Kind::Secret,
        true,
    ),
    (
        &["-pi", "/pi", "-pr", "/pr", "-s", "/s", "-l", "/l"],
        r#"(?i)(?:^|[\s"'])(?:/|--?)(?:pid-?key|product-?key|serial|license-?key)\s+["']?([^\s/"'-][^\s"']*)"#,
        Kind::Key,
        true,
    ),
    (
        &["-u", "/u", "/ru", "-l", "/l"],
        r#"(?i)(?:^|[\s"'])(?:/|--?)(?:user|username|user-name|login|ru)\s+["']?(?:[\w.-]+\\)?([^\s/"'\\-][^\s"'\\]*)"#,
        Kind::User,
        true,
    ),
    (&["/rp"], r#"(?i)\s/rp\s+"?([^\s"]+)"#, Kind::Secret, true),
    (
        &[
            "sqlcmd", "osql", "bcp", "psexec", "mysql", "putty", "plink", "signtool", "certutil",
            "winexe",
        ],
        r#"(?:^|\s)[-/][pP]\s+"?([^\s/"-][^\s"]*)"#,
        Kind::Secret,
        true,
    ),
    (
        &["sqlcmd", "osql", "bcp", "psexec", "mysql", "curl"],
        r#"(?:^|\s)[-/][uU]\s+"?(?:[\w.-]+\\)?([^\s/":\\-][^\s":\\]*)"#,
        Kind::User,
        true,
    ),
    (
        &["curl"],
        r#"(?:^|\s)(?:-u|--user)\s+"?[^\s":]+:([^\s"]+)"#,
        Kind::Secret,
        true,
    ),
    (
        &["sqlcmd", "osql", "bcp"],
        r#"(?:^|\s)[-/]S\s+"?(?:tcp:)?([A-Za-z][\w.-]*)"#,
        Kind::Server,
        true,
    ),
    (
        &["net"],
        r#"(?i)\bnet1?(?:\.exe)?"?\s+use\s+(?:\S:\s+)?\\\\\S+\s+"?([^\s/"]+)"?\s+/user:"#,
        Kind::Secret,
        true,
    ),
    (
        &["net"],
        r#"(?i)\bnet1?(?:\.exe)?"?\s+user\s+"?([^\s/"]+)"?\s+"?[^\s/"]+"?\s+/add"#,
        Kind::User,
        true,
    ),
    (
        &["net"],
        r#"(?i)\bnet1?(?:\.exe)?"?\s+user\s+"?[^\s/"]+"?\s+"?([^\s/"]+)"?\s+/add"#,
        Kind::Secret,
        true,
    ),
    (
        &["password", "secret", "token", "apikey", "passphrase", "pwd"],
        r"(?i)<[\w:]*(?:password|secret|apikey|token|passphrase|pwd)[\w]*(?:\s[^>]*)?>([^<]+)<",
        Kind::Secret,
        true,
    ),
    (
        &["value="],
        r#"(?i)(?:key|name|id)\s*=\s*["'][^"']*(?:password|passwd|secret|apikey|token|passphrase|pwd)[^"']*["']\s+value\s*=\s*["']([^"']+)["']"#,
        Kind::Secret,
        true,
    ),
    (
        &[
            "user",
            "account",
            "login",
            "benutzer",
            "utilisateur",
            "usuario",
        ],
        r#"(?i)\b(?:user|users|account|login|username|benutzer|konto|utilisateur|usuario)\s+(?:name\s+)?["'“„«`\[](?:[\w.-]+\\)?([^"'“”»`\\/:\[\]]{1,64})["'”“»`\]]"#,
        Kind::User,
        true,
    ),
    (
        &["user", "account", "login", "benutzer"],
        r#"(?i)\b(?:user|account|login|username|benutzer|konto)\s+(?:name\s+)?["'“„«`\[]([\w.-]+)\\[^"'\\]+["'”“»`\]]"#,
        Kind::Domain,
        true,
    ),
    (
        &[
            "logged on",
            "logged in",
            "running as",
            "run as",
            "on behalf of",
            "impersonat",
        ],
        r#"(?i)\b(?:logged (?:on|in) (?:as|user)|running as|run as|runs as|on behalf of|impersonating)(?: user)?:?\s+["']?(?:[\w-]+\\)?([A-Za-z][\w.-]*\w)"#,
        Kind::User,
        false,
    ),
    (
        &["computer", "machine", "workstation", "rechner"],
        r#"(?i)\b(?:computer|machine|workstation|rechner)\s+(?:name\s+)?["'“„«`]\\{0,2}([\w][\w.-]*)["'”“»`]"#,
        Kind::Machine,
        true,
    ),
    (
        &["domain"],
        r#"(?i)\bdomain\s+(?:name\s+)?["'“„«`]([\w][\w.-]*)["'”“»`]"#,
        Kind::Domain,
        true,
    ),
    (
        &["server", "host"],
        r#"(?i)\b(?:server|host)\s+(?:name\s+)?["'“„«`]\\{0,2}([A-Za-z][\w.-]*)["'”“»`\\]"#,
        Kind::Server,
        true,
    ),
];

static SHAPES: LazyLock<Vec<Shape>> = LazyLock::new(|| {
    let shape = |row: &Row| Shape {
        letters: row.0.iter().filter_map(|needle| letter(needle)).collect(),
        pattern: Regex::new(row.1).ok(),
        kind: row.2,
        learn: row.3,
    };
    ROWS.iter().map(shape).collect()
});

fn letter(needle: &str) -> Option<u8> {
    match needle.as_bytes() {
        [only] => Some(*only),
        _ => None,
    }
}

/// The longer needles of all shapes, and the shape that each belongs to.
static NEEDLES: LazyLock<Option<(AhoCorasick, Vec<usize>)>> = LazyLock::new(|| {
    let rows = ROWS.iter().enumerate();
    let all = rows.flat_map(|(shape, row)| row.0.iter().map(move |needle| (*needle, shape)));
    let longer = all.filter(|(needle, _)| letter(needle).is_none());
    let (needles, shapes): (Vec<&str>, Vec<usize>) = longer.unzip();
    Some((AhoCorasick::new(needles).ok()?, shapes))
});

/// The shapes whose longer needles stand in a line, as bits.
fn needled(lower: &[u8]) -> u64 {
    let Some((needles, shapes)) = NEEDLES.as_ref() else {
        return u64::MAX;
    };
    needles
        .find_overlapping_iter(lower)
        .filter_map(|hit| shapes.get(hit.pattern().as_usize()))
        .fold(0, |found, shape| found | 1 << shape)
}

/// Finds values by their shape; `lower` is the line in lower case, as far as it is ASCII.
pub(super) fn find(line: &str, lower: &[u8], finds: &mut Finds) {
    let needled = needled(lower);
    for (place, shape) in SHAPES.iter().enumerate() {
        let lettered = || shape.letters.iter().any(|b| memchr(*b, lower).is_some());
        if (needled >> place & 1 == 0 && !lettered()) || !worth(shape, lower) {
            continue;
        }
        let Some(pattern) = &shape.pattern else {
            continue;
        };
        for groups in pattern.captures_iter(line) {
            let value = groups.iter().skip(1).flatten().next();
            if let Some(value) = value
                && is_sound(shape.kind, line, value.start(), value.as_str())
            {
                finds.add(line, value.start(), value.end(), shape.kind, shape.learn);
            }
        }
    }
}

/// Hardware addresses and product keys have needles that stand in every line; how often counts.
fn worth(shape: &Shape, lower: &[u8]) -> bool {
    let at_least =
        |byte: u8, times: usize| memchr::memchr_iter(byte, lower).nth(times - 1).is_some();
    match shape.kind {
        Kind::Mac => at_least(b'-', 5) || at_least(b':', 5),
        Kind::Key if shape.letters.len() == 1 => at_least(b'-', 4),
        _ => true,
    }
}

fn is_sound(kind: Kind, line: &str, start: usize, value: &str) -> bool {
    let before = line.get(..start).unwrap_or("");
    match kind {
        // Decorated names of functions: `?Name@Class@@YAXXZ`.
        Kind::Mail => !before.ends_with(['?', '@']) && !value.contains("@@"),
        // A part of a GUID or of a longer row of groups.
        Kind::Key => !before.ends_with('-') && value.bytes().any(|b| b.is_ascii_digit()),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(line: &str) -> Vec<(Kind, &str)> {
        let mut finds = Finds::default();
        find(line, line.to_ascii_lowercase().as_bytes(), &mut finds);
        finds.values(line)
    }

    #[test]
    fn every_shape_has_a_bit() {
        assert!(ROWS.len() <= 64 && NEEDLES.is_some());
        assert!(SHAPES.iter().all(|shape| shape.pattern.is_some()));
    }

    #[test]
    fn every_pattern_is_sound() {
        assert!(SHAPES.iter().all(|shape| shape.pattern.is_some()));
    }

    #[test]
    fn shapes_are_found() {
        for (line, kind, wanted) in [
            (
                "x S-1-5-21-1-2-3-1001_Classes",
                Kind::Sid,
                "S-1-5-21-1-2-3-1001",
            ),
            (
                "to a.b+c@mail.example.org.",
                Kind::Mail,
                "a.b+c@mail.example.org",
            ),
            ("mac 00-1A-2b-3C-4D-5E x", Kind::Mac, "00-1A-2b-3C-4D-5E"),
            (
                "key AAAAA-BBBB1-CCCCC-DDDDD-EEEEE",
                Kind::Key,
                "AAAAA-BBBB1-CCCCC-DDDDD-EEEEE",
            ),
            ("Bearer abcdefghijklmnop", Kind::Secret, "abcdefghijklmnop"),
            ("setup -password \"a b\" -q", Kind::Secret, "a b"),
            ("net use \\\\x\\y hunter2 /user:z", Kind::Secret, "hunter2"),
            ("User 'ACME\\joan' has", Kind::Domain, "ACME"),
            ("Login failed for user 'joan'", Kind::User, "joan"),
        ] {
            assert!(
                values(line).contains(&(kind, wanted)),
                "{line}: {:?}",
                values(line)
            );
        }
    }

    #[test]
    fn harmless_shapes_stay() {
        for line in [
            "S-1-5-18 and S-1-5-32-544",
            "{90140000-0011-0000-0000-0000000FF1CE}",
            "?Func@Class@@YAXXZ _Name@4 icon@2x.png",
            "[12:02:17:123]",
            "User policy value 'DisableMedia' is 0",
        ] {
            assert_eq!(values(line), [], "{line}");
        }
    }
}
