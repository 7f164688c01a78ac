//! Names in a table: what all of them share is said once, so that what tells them apart has room.

use std::collections::BTreeMap;

use crate::report::layout::{cut_at, cut_end, width as columns};

/// What all paths begin and end with.
#[derive(Default)]
pub struct Shared {
    folder: String,
    file: String,
}

impl Shared {
    /// What the paths share; nothing where there is only one.
    pub fn of(paths: &[&str]) -> Self {
        let [first, others @ ..] = paths else {
            return Self::default();
        };
        if others.is_empty() {
            return Self::default();
        }
        let (mut folder, mut file) = split(first);
        for path in others {
            let (own, name) = split(path);
            if name != file {
                file = "";
            }
            while !own.starts_with(folder) {
                // One folder up: the separator at the end stays.
                folder = split(folder.trim_end_matches(['/', '\\'])).0;
            }
        }
        // A log right in the shared folder has no other name than its file's.
        if paths.iter().any(|path| split(path).0 == folder) {
            file = "";
        }
        Self {
            folder: folder.to_owned(),
            file: file.to_owned(),
        }
    }

    /// It in words, where there is any.
    pub fn note(&self) -> Option<String> {
        match (self.folder.as_str(), self.file.as_str()) {
            ("", "") => None,
            (folder, "") => Some(format!("in {folder}")),
            ("", file) => Some(format!("each is {file}")),
            (folder, file) => Some(format!("in {folder}, each is {file}")),
        }
    }

    /// A path without it.
    pub fn without<'p>(&self, path: &'p str) -> &'p str {
        let short = path.strip_prefix(self.folder.as_str()).unwrap_or(path);
        let short = short.strip_suffix(self.file.as_str()).unwrap_or(short);
        if self.file.is_empty() {
            short
        } else {
            short.trim_end_matches(['/', '\\'])
        }
    }
}

/// Names of at most so many columns, cut so that they stay different: in the middle, more of the end
/// where the beginnings are alike, else with a number.
pub fn apart(names: &[&str], most: usize) -> Vec<String> {
    let mut taken: BTreeMap<String, &str> = BTreeMap::new();
    let mut shown = Vec::with_capacity(names.len());
    for &name in names {
        let parts = [most * 2 / 3, most / 3, 0];
        let whole = std::iter::once(name.to_owned()).filter(|name| columns(name) <= most);
        let cuts = parts.iter().map(|head| cut_at(name, *head, most));
        let numbered = (2..).map(|number| {
            let number = format!("~{number}");
            cut_end(name, most.saturating_sub(columns(&number))) + &number
        });
        let mut all = whole.chain(cuts).chain(numbered.take(names.len()));
        // The same name twice is the same file.
        let free = |cut: &String| taken.get(cut).is_none_or(|known| *known == name);
        let cut = all.find(free).unwrap_or_else(|| cut_end(name, most));
        taken.insert(cut.clone(), name);
        shown.push(cut);
    }
    shown
}

/// Folder with its separator, and file.
fn split(path: &str) -> (&str, &str) {
    match path.rfind(['/', '\\']) {
        Some(at) => path.split_at_checked(at + 1).unwrap_or(("", path)),
        None => ("", path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn without(paths: &[&str]) -> Vec<String> {
        let shared = Shared::of(paths);
        paths
            .iter()
            .map(|path| shared.without(path).to_owned())
            .collect()
    }

    #[test]
    fn cut_names_stay_apart() {
        let names = [
            "setup-of-the-large-suite-on-pc-0001.log",
            "setup-of-the-large-suite-on-pc-0002.log",
            "setup-of-the-large-suite-on-pc-0002.log.1",
            "short.log",
        ];
        let cut = apart(&names, 16);
        assert!(cut.iter().all(|name| columns(name) <= 16), "{cut:?}");
        let different: std::collections::BTreeSet<&String> = cut.iter().collect();
        assert_eq!(different.len(), names.len(), "{cut:?}");
        // Alike at both ends.
        let alike: Vec<String> = (0..30)
            .map(|n| format!("{:a<40}{n:02}{:b<40}", "", ""))
            .collect();
        let alike: Vec<&str> = alike.iter().map(String::as_str).collect();
        let cut = apart(&alike, 16);
        let different: std::collections::BTreeSet<&String> = cut.iter().collect();
        assert_eq!(different.len(), alike.len(), "{cut:?}");
        assert!(cut.iter().all(|name| columns(name) <= 16), "{cut:?}");
    }

    #[test]
    fn names_stay_apart() {
        assert_eq!(without(&["in/pc1/x.log", "in/pc2/x.log"]), ["pc1", "pc2"]);
        assert_eq!(without(&["in/a/1.log", "in/a/2.log"]), ["1.log", "2.log"]);
        assert_eq!(without(&["in/x.log", "in/a/x.log"]), ["x.log", "a/x.log"]);
        assert_eq!(
            without(&["a\\b\\x.log", "a\\c\\y.log"]),
            ["b\\x.log", "c\\y.log"]
        );
        assert_eq!(without(&["ab/x.log", "ac/x.log"]), ["ab", "ac"]);
        assert_eq!(without(&["/x.log", "y.log"]), ["/x.log", "y.log"]);
        assert_eq!(without(&["in/x.log"]), ["in/x.log"]);
        assert_eq!(without(&[]), [""; 0]);
    }
}
