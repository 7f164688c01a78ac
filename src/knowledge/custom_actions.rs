//! Well-known custom actions: those that toolsets and setups bring along, by name.

use std::sync::LazyLock;

use super::table::rows;
use super::{guid, pattern};

const TABLE: &str = include_str!("custom-actions.tsv");

/// All well-known custom actions, in the order of the table.
pub static ALL: LazyLock<Vec<KnownCustomAction>> = LazyLock::new(|| rows(TABLE).collect());

/// A well-known custom action.
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Deserialize)]
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

/// What is known of the custom action of this name, with the suffix of a merge module or without.
/// A name without `*` is preferred.
pub fn known_custom_action(name: &str) -> Option<&'static KnownCustomAction> {
    let best = |name: &str| {
        let fitting = ALL.iter().filter(|row| pattern::matches(row.name, name));
        fitting.max_by_key(|row| pattern::literal_length(row.name))
    };
    best(name).or_else(|| best(split_module(name)?.0))
}

/// Takes `InstallThing.3643236F_FC70_11D3_A536_0090278A1BB8` apart: the name that its author
/// gave, and the GUID of the merge module that brought it, in canonical form. Merge modules name
/// everything so (Microsoft Learn, "Naming Primary Keys in Merge Module Databases").
pub fn split_module(name: &str) -> Option<(&str, String)> {
    let (own, suffix) = name.rsplit_once('.')?;
    let module = guid::parse(&suffix.replace('_', "-"))?;
    (!own.is_empty()).then_some((own, module))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::table::{count, every_row_has_a_source};

    #[test]
    fn every_row_is_read_and_found_by_its_own_name() {
        assert_eq!(ALL.len(), count(TABLE));
        assert!(every_row_has_a_source(TABLE));
        assert!(ALL.is_sorted_by(|a, b| a.name < b.name));
        for row in ALL.iter() {
            assert_eq!(known_custom_action(&row.name.replace('*', "")), Some(row));
        }
        assert_eq!(known_custom_action("MyOwnAction"), None);
    }

    #[test]
    fn names_with_the_suffix_of_a_merge_module() {
        let name = "WixQuietExec.3643236F_FC70_11D3_A536_0090278A1BB8";
        assert_eq!(
            split_module(name),
            Some((
                "WixQuietExec",
                "{3643236F-FC70-11D3-A536-0090278A1BB8}".to_owned()
            ))
        );
        assert_eq!(
            known_custom_action(name),
            known_custom_action("WixQuietExec")
        );
        assert!(known_custom_action(name).is_some());
        for other in [
            "WixQuietExec",
            "a.b",
            ".3643236F_FC70_11D3_A536_0090278A1BB8",
        ] {
            assert_eq!(split_module(other), None, "{other}");
        }
    }

    #[test]
    fn names_with_suffixes() {
        assert!(known_custom_action("WixQuietExec64").is_some());
        assert!(known_custom_action("Wix4ExecServiceConfig_X64").is_some());
    }
}
