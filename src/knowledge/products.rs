//! .NET products, and the GUIDs of them and of the redistributables that come with them.

use std::fmt;

use super::table::{rows, sought};

const TABLE: &str = include_str!("products.tsv");

/// What a GUID is.
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CodeKind {
    /// The product code of a package.
    Product,
    /// The upgrade code, shared by the versions of a product.
    Upgrade,
    /// The id of a setup program.
    Bundle,
}

/// What is known of one GUID.
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Deserialize)]
pub struct Product {
    /// The GUID in braces, upper case.
    pub code: &'static str,
    /// What it is.
    pub kind: CodeKind,
    /// `netfx`, `netfx-langpack`, `netcore`, `dotnet`, `netstandard`, `aspnetcore`, `sdk`,
    /// `vcredist`, or `other-runtime` for what only mentions .NET.
    pub family: &'static str,
    /// The release, as people name it; empty where it is not known.
    pub version: &'static str,
    /// Which part or form of the release.
    pub edition: Option<&'static str>,
    /// The processor type, where the code belongs to one.
    pub arch: Option<&'static str>,
    /// Name of the package; `N` and `<version>` stand for what differs.
    pub package: Option<&'static str>,
    /// The package's own version, where it is known.
    pub package_version: Option<&'static str>,
    /// How the code follows from a name (`name:`, `hosting:` or `shared:` and what goes in).
    pub computed: Option<&'static str>,
    /// `high`, `medium` or `low`.
    pub confidence: &'static str,
    /// Where this is written.
    pub source: &'static str,
}

/// All known GUIDs, sorted by code.
pub fn all() -> impl Iterator<Item = Product> {
    rows(TABLE)
}

/// What is known of a GUID in canonical form (braces, upper case), whatever kind it is.
pub fn find(code: &str) -> Option<Product> {
    sought(TABLE, |known| known.cmp(code))
}

/// What is known of a GUID as a code of this kind.
pub fn find_kind(code: &str, kind: CodeKind) -> Option<Product> {
    find(code).filter(|row| row.kind == kind)
}

/// A .NET product.
#[derive(Clone, Debug, Eq, PartialEq, serde::Deserialize, serde::Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct DotNet {
    /// `netfx`, `netfx-langpack`, `netcore` (up to 3.1), `dotnet` (5 and later), `netstandard`,
    /// `aspnetcore`, `sdk` or `vcredist`.
    pub family: String,
    /// The release as people name it: `4.0`, `3.5 SP1`, `8.0.3`. `4.5 or later` where no clue
    /// says more; empty where nothing tells the version.
    pub version: String,
    /// Which part or form of it: `Client Profile`, `Extended`, `Runtime`, `Hosting bundle`.
    pub edition: Option<String>,
    /// `x86`, `x64`, `arm64` or `ia64`.
    pub arch: Option<String>,
    /// The clue that told.
    pub matched_by: MatchedBy,
}

impl fmt::Display for DotNet {
    /// The name for people: `.NET Framework 4.0 Client Profile (x64)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.family.as_str() {
            "netfx" => ".NET Framework",
            "netfx-langpack" => ".NET Framework language pack",
            "netcore" => ".NET Core",
            "dotnet" => ".NET",
            "netstandard" => ".NET Standard",
            "aspnetcore" => "ASP.NET Core",
            "sdk" => ".NET SDK",
            "vcredist" => "Visual C++ runtime",
            other => other,
        })?;
        // "Full" and the like say nothing that the family does not say.
        let edition = self
            .edition
            .as_deref()
            .filter(|edition| !matches!(*edition, "Full" | "SDK" | "language pack"));
        for part in [Some(self.version.as_str()), edition]
            .into_iter()
            .flatten()
            .filter(|part| !part.is_empty())
        {
            write!(f, " {part}")?;
        }
        self.arch
            .as_ref()
            .map_or(Ok(()), |arch| write!(f, " ({arch})"))
    }
}

/// Which clue told the product.
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Deserialize, serde::Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum MatchedBy {
    /// The product code, known or computed.
    ProductCode,
    /// The upgrade code, known or computed.
    UpgradeCode,
    /// The code of a patch.
    PatchCode,
    /// A packed GUID in a registry path.
    PackedGuid,
    /// The name of a package, setup program or log.
    PackageName,
    /// The product name.
    ProductName,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::table::{count, every_row_has_a_source};
    use crate::knowledge::{dotnet_guid, guid};

    #[test]
    fn every_row_is_read_once() {
        assert_eq!(all().count(), count(TABLE));
        assert!(all().count() >= 280);
        assert!(all().is_sorted_by(|a, b| a.code < b.code));
        assert!(every_row_has_a_source(TABLE));
        for row in all() {
            assert_eq!(find(row.code), Some(row));
            assert_eq!(guid::parse(row.code).as_deref(), Some(row.code));
            assert!(
                ["high", "medium", "low"].contains(&row.confidence),
                "{row:?}"
            );
        }
    }

    #[test]
    fn every_computed_code_is_what_the_rule_gives() {
        let mut computed = 0;
        for row in all() {
            let Some((rule, value)) = row.computed.and_then(|text| text.split_once(':')) else {
                continue;
            };
            let code = match rule {
                "name" => dotnet_guid::from_name(value),
                "hosting" => dotnet_guid::hosting_bundle(value),
                "shared" => {
                    let parts: Vec<&str> = value.split(',').collect();
                    dotnet_guid::shared_framework(parts[0], parts[1], parts.get(2).copied())
                }
                _ => panic!("{rule}"),
            };
            assert_eq!(code, row.code, "{row:?}");
            computed += 1;
        }
        assert!(computed >= 130, "{computed}");
    }

    #[test]
    fn finds_by_code() {
        let row = find("{8E34682C-8118-31F1-BC4C-98CD9675E1C2}").unwrap();
        assert_eq!(
            (row.family, row.version, row.edition, row.arch),
            ("netfx", "4.0", Some("Extended"), Some("x64"))
        );
        assert!(find_kind(row.code, CodeKind::Upgrade).is_none());
        assert!(find("{00000000-0000-0000-0000-000000000000}").is_none());
    }
}
