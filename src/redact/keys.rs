//! What the name of a property, of an argument or of a field says about its value.

use std::cell::RefCell;
use std::collections::HashMap;

use super::data::DATA;
use super::kind::Kind;
use super::words::Words;

/// How many names are remembered; a package has some hundred properties.
const MOST_NAMES: usize = 4096;

/// Longest licence key, in bytes.
const MOST_OF_KEY: usize = 512;

thread_local! {
    /// Names repeat on thousands of lines, and to decide about one takes dozens of searches.
    static DECIDED: RefCell<HashMap<Box<str>, Option<Kind>>> = RefCell::default();
}

/// What a value with this name is; `None` where it is nobody's secret.
#[must_use]
pub(super) fn classify(name: &str) -> Option<Kind> {
    DECIDED.with_borrow_mut(|decided| {
        if let Some(kind) = decided.get(name) {
            return *kind;
        }
        let kind = decide(name);
        if decided.len() < MOST_NAMES && name.len() < 200 {
            decided.insert(name.into(), kind);
        }
        kind
    })
}

fn decide(name: &str) -> Option<Kind> {
    let words = Words::of(name);
    let mut entries = DATA.names.iter();
    // In the names of secrets the last word may say that the value is only about one.
    let fits = entries.find(|one| words.fits(one, one.kind == Kind::Secret));
    fits.map(|one| one.kind)
}

/// Whether a licence "key" of this value is one at all: switches, files, places in the registry
/// and GUIDs in braces are not. Whoever gives out keys puts digits in them.
#[must_use]
pub(super) fn is_licence_value(value: &str) -> bool {
    let value = value.trim_matches(['"', '\'', ' ']);
    let capitals = || value.len() >= 10 && value.bytes().all(|b| b.is_ascii_uppercase());
    (4..=MOST_OF_KEY).contains(&value.len())
        && (value.bytes().any(|b| b.is_ascii_digit()) || capitals())
        && value.split(' ').count() <= 6
        && !value.contains(['\\', '/', ':', '|', '=', '('])
        && !value.starts_with(['{', '[', '#', '('])
        && !DATA.no_licences.is_match(&value.to_ascii_lowercase())
}

/// Whether one of a list in lower case is this word.
#[must_use]
pub(super) fn is_among<'l>(list: impl IntoIterator<Item = &'l String>, word: &str) -> bool {
    list.into_iter()
        .any(|known| known.eq_ignore_ascii_case(word))
}

/// Whether this is an account, folder or host of every Windows.
#[must_use]
pub(super) fn is_well_known(name: &str) -> bool {
    name.len() <= 64 && DATA.well_known.contains(name.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_what_values_are() {
        for entry in &DATA.names {
            for name in &entry.yes {
                assert_eq!(classify(name), Some(entry.kind), "{name}");
            }
            for name in &entry.no {
                assert_ne!(classify(name), Some(entry.kind), "{name}");
            }
        }
        for name in [
            "ProductName",
            "INSTALLLEVEL",
            "KeyPath",
            "Component",
            "SourceCabKey",
        ] {
            assert_eq!(classify(name), None, "{name}");
        }
    }

    #[test]
    fn switches_are_no_keys() {
        for value in [
            "1",
            "yes",
            "{0F-1}",
            "SOFTWARE\\X",
            "licence.rtf",
            "",
            "LicenseAgreementDlg",
            "4.7.2",
        ] {
            assert!(!is_licence_value(value), "{value}");
        }
        assert!(is_licence_value("A1B2-C3D4"));
    }
}
