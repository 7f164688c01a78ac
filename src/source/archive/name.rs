//! Names of entries. They are shown and matched, never written to; even so one that climbs out of
//! the archive, or names a drive, is shown without those parts, so that a report names no place
//! where nothing lies.

/// The path of an entry as it is shown: slashes forward, without drive, root, `.` and `..`, and
/// control characters as `_`. `None` where nothing is left.
pub fn clean(raw: &str) -> Option<String> {
    let parts: Vec<String> = raw
        .split(['/', '\\'])
        .map(|part| part.strip_suffix(':').map_or(part, |_| ""))
        .filter(|part| !matches!(*part, "" | "." | ".."))
        .map(|part| part.replace(|c: char| c.is_control() || c == ':', "_"))
        .collect();
    (!parts.is_empty()).then(|| parts.join("/"))
}

/// Whether a part of it begins with a dot, as names that are not for people do.
pub fn is_hidden(name: &str) -> bool {
    name.split('/').any(|part| part.starts_with('.'))
}

/// Whether a name ends like that of an archive.
pub fn is_archive(name: &str) -> bool {
    let extension = name.rsplit_once('.').map_or("", |(_, e)| e);
    ["zip", "cab", "tar", "gz", "tgz", "zst", "7z"]
        .iter()
        .any(|known| extension.eq_ignore_ascii_case(known))
}

/// The name of what a gzip or zstd file holds: `a.log.gz` holds `a.log`, `b.tgz` holds `b.tar`.
pub fn inner(name: &str) -> String {
    let base = name.rsplit(['/', '\\']).next().unwrap_or(name);
    match base.rsplit_once('.') {
        Some((stem, end)) if end.eq_ignore_ascii_case("tgz") => format!("{stem}.tar"),
        Some((stem, end)) if is_archive(&format!(".{end}")) && !stem.is_empty() => stem.to_owned(),
        _ => base.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tricks_are_taken_out_of_names() {
        for (raw, shown) in [
            ("a/b.log", Some("a/b.log")),
            ("..\\..\\b.log", Some("b.log")),
            ("/etc/b.log", Some("etc/b.log")),
            ("C:\\x\\b.log", Some("x/b.log")),
            ("C:b.log", Some("C_b.log")),
            ("b\0.exe.log", Some("b_.exe.log")),
            ("./", None),
            ("", None),
        ] {
            assert_eq!(clean(raw).as_deref(), shown, "{raw:?}");
        }
        assert!(is_hidden("__MACOSX/._a.log") && !is_hidden("a/b.log"));
    }

    #[test]
    fn names_of_what_is_packed() {
        for (outer, wanted) in [
            ("x/a.log.gz", "a.log"),
            ("b.TGZ", "b.tar"),
            ("c.tar.zst", "c.tar"),
            ("plain", "plain"),
        ] {
            assert_eq!(inner(outer), wanted);
        }
    }
}
