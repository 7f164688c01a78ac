//! Names in paths and addresses: the user of `C:\Users\NAME\`, the server of `\\SERVER\share`, the
//! host and the credentials of `https://user:password@host/`.

use std::sync::LazyLock;

use regex::Regex;

use super::data::DATA;
use super::finds::Finds;
use super::keys;
use super::kind::Kind;

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
    Regex::new(r#"(?i)\b([a-z][a-z0-9+.-]*)://(?:([^\s/@:'"<>]*)(?::([^\s/@'"<>]*))?@)?([^\s/:?#'"<>\[\]()\\,;]*)"#).ok()
});

/// Finds the names in paths and addresses.
pub(super) fn find(finds: &mut Finds) {
    let line = finds.line;
    if line.contains("://") {
        urls(finds);
    }
    let slash = memchr::memchr2(b'\\', b'/', line.as_bytes()).is_some();
    if slash || line.contains("%5C") {
        homes(finds);
    }
    if line.contains("\\\\") || line.contains("UNC\\") {
        shares(finds);
    }
}

fn homes(finds: &mut Finds) {
    let pattern = HOMES.as_ref().into_iter();
    for found in pattern.flat_map(|pattern| pattern.find_iter(finds.line)) {
        let (name, sure) = home_name(finds, found.as_str());
        if !name.starts_with(['[', '%', '*', '{', '$', '<']) {
            finds.add(name, Kind::User, sure);
        }
    }
}

/// The name of the folder behind a path, and whether it is beyond doubt where it ends.
fn home_name<'l>(finds: &Finds<'l>, path: &'l str) -> (&'l str, bool) {
    let rest = finds.behind(path);
    let up_to = |end: usize| rest.get(..end).unwrap_or("");
    let hard = rest.find(['\\', '/', ':', '*', '?', '"', '<', '>', '|', '\r', '\t']);
    let hard = hard.or_else(|| rest.find("%5C")).unwrap_or(rest.len());
    let closed = rest
        .get(hard..)
        .is_some_and(|tail| tail.starts_with(['\\', '/', '%']));
    if closed && hard <= 128 {
        return (up_to(hard), true);
    }
    let before = finds.before(path);
    let opened = path.chars().next();
    let quotes = [before.chars().next_back().or(opened), opened];
    let mut quotes = quotes.into_iter().flatten();
    if let Some(quote) = quotes.find(|quote| matches!(quote, '"' | '\''))
        && let Some(close) = rest.get(..hard + 1).unwrap_or(rest).find(quote)
    {
        return (up_to(close), true);
    }
    // A property's value, or a field that is nothing but the path, goes to the end.
    let field = || before.ends_with(" = ") || before.ends_with(": ") || before.trim().is_empty();
    if hard == rest.len() && rest.len() <= 128 && rest.split(' ').count() <= 3 && field() {
        return (rest.trim_end_matches(['.', ' ']), true);
    }
    let soft = rest.find([
        ' ', ',', ';', '\'', ')', ']', '"', '|', '<', '>', '\t', '?', ':', '*',
    ]);
    (
        up_to(soft.unwrap_or(rest.len())).trim_end_matches('.'),
        false,
    )
}

fn shares(finds: &mut Finds) {
    let pattern = UNC.as_ref().into_iter();
    for groups in pattern.flat_map(|pattern| pattern.captures_iter(finds.line)) {
        let (Some(slashes), Some(server)) = (groups.get(1), groups.get(2)) else {
            continue;
        };
        let (before, name) = (finds.before(slashes.as_str()), server.as_str());
        let short = slashes.len() < 2 && !before.ends_with("UNC");
        if short || is_local(name) || name.ends_with('$') {
            continue;
        }
        // `C:\\Users` in an escaped text is no share.
        let drive = before.strip_suffix(':');
        let drive = drive.is_some_and(|front| front.ends_with(char::is_alphabetic));
        let closed = groups.get(3).is_some_and(|end| end.as_str() == "\\");
        if !drive && name.chars().any(char::is_alphabetic) && (closed || name.len() > 1) {
            finds.add(name, Kind::Server, closed);
        }
    }
}

fn urls(finds: &mut Finds) {
    let pattern = URL.as_ref().into_iter();
    for groups in pattern.flat_map(|pattern| pattern.captures_iter(finds.line)) {
        let group = |number| groups.get(number).map(|group| group.as_str());
        finds.add(group(3).unwrap_or(""), Kind::Secret, true);
        // A lone name before the @ is a token as often as a name.
        let kind = group(3).map_or(Kind::Secret, |_| Kind::User);
        finds.add(group(2).unwrap_or(""), kind, true);
        if let Some(host) = group(4)
            && is_internal(host, group(1).unwrap_or(""))
        {
            finds.add(host, Kind::Server, true);
        }
    }
}

/// Whether only the company knows this host.
fn is_internal(host: &str, scheme: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let named = !is_local(&host) && host.chars().any(char::is_alphabetic);
    let internal = keys::is_among(&DATA.internal_schemes, scheme);
    named && (internal || DATA.internal_hosts.is_match(&host))
}

fn is_local(host: &str) -> bool {
    host.eq_ignore_ascii_case("UNC")
        || host.eq_ignore_ascii_case("pipe")
        // As in every manual.
        || host.eq_ignore_ascii_case("server")
        || host.starts_with("wsl")
        || keys::is_well_known(host)
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
