//! Well-known custom actions: those that toolsets and setups bring along, by name.

use std::sync::OnceLock;

use super::pattern;
use super::table::rows;

const TABLE: &str = include_str!("custom-actions.tsv");

/// A well-known custom action.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct KnownCustomAction {
    /// Its name; `*` is anything, since toolsets add suffixes.
    pub name: &'static str,
    /// Who brings it along.
    pub origin: &'static str,
    /// What it does, and what its failure usually means.
    pub does: &'static str,
    /// Where this is written.
    pub source: &'static str,
}

/// What is known of the custom action of this name. A name without `*` is preferred.
pub fn known_custom_action(name: &str) -> Option<&'static KnownCustomAction> {
    let fitting = all().iter().filter(|row| pattern::matches(row.name, name));
    fitting.max_by_key(|row| row.name.len() - row.name.matches('*').count())
}

/// All rows, in the order of the table.
pub fn all() -> &'static [KnownCustomAction] {
    static ROWS: OnceLock<Vec<KnownCustomAction>> = OnceLock::new();
    ROWS.get_or_init(|| {
        rows(TABLE)
            .map(|[name, origin, does, source]| KnownCustomAction {
                name,
                origin,
                does,
                source,
            })
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::table::{count, every_row_has_a_source};

    #[test]
    fn every_row_is_read_and_found_by_its_own_name() {
        assert_eq!(all().len(), count(TABLE));
        assert!(every_row_has_a_source(TABLE));
        assert!(all().is_sorted_by(|a, b| a.name < b.name));
        for row in all() {
            assert_eq!(known_custom_action(&row.name.replace('*', "")), Some(row));
        }
        assert_eq!(known_custom_action("MyOwnAction"), None);
    }

    #[test]
    fn names_with_suffixes() {
        assert!(known_custom_action("WixQuietExec64").is_some());
        assert!(known_custom_action("Wix4ExecServiceConfig_X64").is_some());
    }
}
