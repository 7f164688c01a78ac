//! Names in paths and addresses: the user of `C:\Users\NAME\`, the server of `\\SERVER\share`, the
//! host and the credentials of `https://user:password@host/`.

use std::sync::LazyLock;

use regex::Regex;

use super::finds::Finds;
use super::keys;
use super::kind::Kind;

/// Ends of the names of hosts that everybody may know.
const INTERNAL_ENDS: [&str; 14] = [
    ".local",
    ".lan",
    ".corp",
    ".internal",
    ".intra",
    ".intranet",
    ".home",
    ".ad",
    ".private",
    ".localdomain",
    ".loc",
    ".test",
    ".home.arpa",
    ".domain",
];

/// Folders of users below a drive or a share. The folder of old Windows versions has a short form.
static HOMES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"(?i)(?:(?:\b[A-Z](?::|%3A|\$)|HarddiskVolume\d+|%SystemDrive%|\[WindowsVolume\])(?:\\|/|%5C)+(?:(?:Windows\.old|WINNT|Windows)[\\/]+)?(?:Users|Documents and Settings|DOCUME~1|Dokumente und Einstellungen|Benutzer|Utilisateurs|Usuarios|Utenti|Profiles)|\\\\[^\\\s]+\\(?:[a-z]\$\\)?(?:users|homes?|home-?dirs?|profiles?|userdata|redirect\w*)\$?|(?:^|[\s"'=;,(:])[\\/](?:Users|home|Documents and Settings))(?:[\\/]|%5C)+"#,
    )
    .ok()
});

static UNC: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?i)(?:^|[\s"'=;,(\[<>|:`]|\\\\\?\\UNC|@)(\\{1,4})([\w][\w.-]*\$?)(?:@SSL)?(?:@\d+)?(\\|$|[\s"'),;])"#).ok()
});

static URL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?i)\b([a-z][a-z0-9+.-]*)://(?:([^\s/@:'"<>]+)(?::([^\s/@'"<>]*))?@)?([^\s/:?#'"<>\[\]()\\,;]*)"#).ok()
});

/// Finds the names in paths and addresses.
pub(super) fn find(line: &str, finds: &mut Finds) {
    if line.contains("://") {
        urls(line, finds);
    }
    let slash = memchr::memchr2(b'\\', b'/', line.as_bytes()).is_some();
    if slash || line.contains("%5C") {
        homes(line, finds);
    }
    if line.contains("\\\\") || line.contains("UNC\\") {
        shares(line, finds);
    }
}

fn homes(line: &str, finds: &mut Finds) {
    let Some(pattern) = HOMES.as_ref() else {
        return;
    };
    for found in pattern.find_iter(line) {
        let rest = line.get(found.end()..).unwrap_or("");
        let (length, sure) = home_name(line, found.start(), rest);
        let name = rest.get(..length).unwrap_or("");
        if !name.starts_with(['[', '%', '*']) {
            finds.add(line, found.end(), found.end() + length, Kind::User, sure);
        }
    }
}

/// The length of the name of a folder in bytes, and whether it is beyond doubt where it ends.
fn home_name(line: &str, start: usize, rest: &str) -> (usize, bool) {
    let hard = rest.find(['\\', '/', ':', '*', '?', '"', '<', '>', '|', '\r', '\t']);
    let hard = hard.or_else(|| rest.find("%5C")).unwrap_or(rest.len());
    let end = rest.get(hard..).and_then(|tail| tail.chars().next());
    if matches!(end, Some('\\' | '/' | '%')) && hard <= 128 {
        return (hard, true);
    }
    let before = line.get(..start).unwrap_or("");
    let opened = line.get(start..).and_then(|path| path.chars().next());
    let quote = before.chars().next_back().or(opened);
    let quote = [quote, opened]
        .into_iter()
        .flatten()
        .find(|q| matches!(q, '"' | '\''));
    if let Some(quote) = quote
        && let Some(close) = rest.get(..hard + 1).unwrap_or(rest).find(quote)
    {
        return (close, true);
    }
    // A property's value, or a field that is nothing but the path, goes to the end.
    let field = before.ends_with(" = ") || before.ends_with(": ") || before.trim().is_empty();
    if field && hard == rest.len() && rest.split(' ').count() <= 3 {
        let length = rest.trim_end_matches(['.', ' ']).len();
        return (length, true);
    }
    let soft = rest
        .find([
            ' ', ',', ';', '\'', ')', ']', '"', '|', '<', '>', '\t', '?', ':', '*',
        ])
        .unwrap_or(rest.len());
    let length = rest.get(..soft).unwrap_or("").trim_end_matches('.').len();
    (length, false)
}

fn shares(line: &str, finds: &mut Finds) {
    let Some(pattern) = UNC.as_ref() else {
        return;
    };
    for groups in pattern.captures_iter(line) {
        let (Some(slashes), Some(server)) = (groups.get(1), groups.get(2)) else {
            continue;
        };
        let long = line
            .get(..slashes.start())
            .is_some_and(|front| front.ends_with("UNC"));
        let name = server.as_str();
        if (slashes.len() < 2 && !long) || is_local(name) || name.ends_with('$') {
            continue;
        }
        // `C:\\Users` in an escaped text is no share.
        let mut before = line.get(..slashes.start()).unwrap_or("").chars().rev();
        let drive = before.next() == Some(':') && before.next().is_some_and(char::is_alphabetic);
        let letters = !drive && name.chars().any(char::is_alphabetic);
        let closed = groups.get(3).is_some_and(|end| end.as_str() == "\\");
        if letters && (closed || name.len() > 1) {
            finds.add(line, server.start(), server.end(), Kind::Server, closed);
        }
    }
}

fn urls(line: &str, finds: &mut Finds) {
    let Some(pattern) = URL.as_ref() else {
        return;
    };
    for groups in pattern.captures_iter(line) {
        if let Some(password) = groups.get(3) {
            finds.add(line, password.start(), password.end(), Kind::Secret, true);
        }
        if let Some(user) = groups.get(2) {
            // A lone name before the @ is a token as often as a name.
            let kind = if groups.get(3).is_some() {
                Kind::User
            } else {
                Kind::Secret
            };
            finds.add(line, user.start(), user.end(), kind, true);
        }
        let scheme = groups.get(1).map_or("", |scheme| scheme.as_str());
        if let Some(host) = groups.get(4)
            && is_internal(host.as_str(), scheme)
        {
            finds.add(line, host.start(), host.end(), Kind::Server, true);
        }
    }
}

/// Whether only the company knows this host. Hosts with a public name stay: where a download came
/// from is half of the diagnosis.
fn is_internal(host: &str, scheme: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    if is_local(&host) || !host.chars().any(char::is_alphabetic) {
        return false;
    }
    let file = ["file", "ftp", "smb", "ldap", "ldaps", "sqlserver", "rdp"]
        .contains(&scheme.to_ascii_lowercase().as_str());
    let short = !host.contains('.');
    short
        || file
        || INTERNAL_ENDS.iter().any(|end| host.ends_with(end))
        || ["intranet.", "internal."]
            .iter()
            .any(|front| host.starts_with(front))
        || host.contains(".corp.")
        || host.contains(".intra.")
        || host.contains(".internal.")
        || host.contains(".ad.")
}

fn is_local(host: &str) -> bool {
    host.eq_ignore_ascii_case("UNC")
        || host.eq_ignore_ascii_case("pipe")
        || host.starts_with("wsl")
        || keys::is_well_known(host)
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
    fn names_in_paths_are_found() {
        for (line, wanted) in [
            (
                "C:\\Users\\Joan Doe\\AppData\\x.log",
                vec![(Kind::User, "Joan Doe")],
            ),
            ("c:\\\\users\\\\joan\\\\x", vec![(Kind::User, "joan")]),
            (
                "C:\\Documents and Settings\\joan, D:\\x",
                vec![(Kind::User, "joan")],
            ),
            ("'C:\\Users\\Joan Doe' gone", vec![(Kind::User, "Joan Doe")]),
            ("X = C:\\Users\\Joan Doe", vec![(Kind::User, "Joan Doe")]),
            ("file:///C:/Users/joan/x", vec![(Kind::User, "joan")]),
            ("/home/joan/logs/a.log", vec![(Kind::User, "joan")]),
            (
                "\\\\FS1\\users$\\joan\\x",
                vec![(Kind::Server, "FS1"), (Kind::User, "joan")],
            ),
            (
                "in \\\\fs.acme.org\\it\\a.msi",
                vec![(Kind::Server, "fs.acme.org")],
            ),
            ("\\\\?\\UNC\\FS1\\it", vec![(Kind::Server, "FS1")]),
            (
                "https://joan:pw1@host.example.org/x",
                vec![(Kind::User, "joan"), (Kind::Secret, "pw1")],
            ),
            ("http://wsus01:8530/x", vec![(Kind::Server, "wsus01")]),
        ] {
            assert_eq!(values(line), wanted, "{line}");
        }
    }

    #[test]
    fn what_is_everybodys_stays() {
        for line in [
            "C:\\Users\\Public\\Desktop",
            "C:\\Program Files\\Acme\\Users\\Config\\x",
            "\\\\.\\pipe\\x \\\\?\\C:\\x",
            "C:\\\\Acme\\\\Tool\\\\x",
            "https://aka.ms/x http://download.microsoft.com/x http://localhost/",
        ] {
            assert_eq!(values(line), [], "{line}");
        }
    }
}
