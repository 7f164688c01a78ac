//! What the name of a property, of an argument or of a field says about its value.

use std::cell::RefCell;
use std::collections::HashMap;

use super::data::DATA;
use super::kind::Kind;

/// How many names are remembered; a package has some hundred properties.
const MOST_NAMES: usize = 4096;

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
    let name = compact(name);
    let mut patterns = DATA.names.iter();
    let fits = patterns.find(|one| one.is.is_match(&name) && !one.not.is_match(&name));
    fits.map(|one| one.kind)
}

/// Whether a licence "key" of this value is one at all: switches, files, places in the registry
/// and GUIDs in braces are not.
#[must_use]
pub(super) fn is_licence_value(value: &str) -> bool {
    let value = value.trim_matches(['"', '\'', ' ']);
    value.len() > 3
        && !value.contains(['\\', '/'])
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
    is_among(&DATA.well_known, name)
}

/// Lower case, letters and digits only.
fn compact(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_what_values_are() {
        for (name, kind) in [
            ("SQL_PASSWORD", Some(Kind::Secret)),
            ("MyApiKey", Some(Kind::Secret)),
            ("GITHUB_TOKEN", Some(Kind::Secret)),
            ("publicKeyToken", None),
            ("MsiHiddenProperties", None),
            ("PIDKEY", Some(Kind::Key)),
            ("SerialNumber", Some(Kind::Key)),
            ("PRODUCTKEY", Some(Kind::Key)),
            ("Key", None),
            ("User ID", Some(Kind::User)),
            ("LogonUser", Some(Kind::User)),
            ("UserSID", None),
            ("UserLanguageID", None),
            ("ComputerName", Some(Kind::Machine)),
            ("USERDNSDOMAIN", Some(Kind::Domain)),
            ("Data Source", Some(Kind::Server)),
            ("ProductName", None),
            ("INSTALLLEVEL", None),
            ("KeyPath", None),
        ] {
            assert_eq!(classify(name), kind, "{name}");
        }
    }

    #[test]
    fn switches_are_no_keys() {
        for value in ["1", "yes", "{0F-1}", "SOFTWARE\\X", "licence.rtf", ""] {
            assert!(!is_licence_value(value), "{value}");
        }
        assert!(is_licence_value("A1B2-C3D4"));
    }
}
