//! Recognises .NET products: .NET Framework, .NET Core and later, ASP.NET Core, SDKs, and the
//! Visual C++ redistributables that come with them.
//!
//! The clues are asked in the order of trust: product code, codes that are computed from name and
//! version, upgrade code, patch codes, packed GUIDs, names of packages and logs, product name. A
//! product that merely mentions .NET is none of these.

use super::names;
use super::numbers::version_numbers;
use super::products::{self, CodeKind, Product};

pub use super::products::{DotNet, MatchedBy};
use super::table::rows;
use super::{dotnet_guid, guid};

const BUNDLES: &str = include_str!("computed-bundles.tsv");

/// What is known of a product. GUIDs may be in any case.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hints<'a> {
    /// Product code.
    pub product_code: Option<&'a str>,
    /// Upgrade code.
    pub upgrade_code: Option<&'a str>,
    /// Codes of patches.
    pub patch_codes: &'a [&'a str],
    /// Packed GUIDs from registry paths.
    pub packed: &'a [&'a str],
    /// Names or paths of packages, patches, setup programs and logs.
    pub packages: &'a [&'a str],
    /// Product name.
    pub product_name: Option<&'a str>,
    /// Version of the package.
    pub product_version: Option<&'a str>,
    /// Manufacturer.
    pub manufacturer: Option<&'a str>,
}

/// The family of rows that only mention .NET.
const OTHER: &str = "other-runtime";

/// Processor types for which codes are computed.
const ARCHITECTURES: [&str; 3] = ["x64", "x86", "arm64"];

/// The .NET product that the hints speak of, if they do.
pub fn recognise(hints: &Hints<'_>) -> Option<DotNet> {
    let code = hints.product_code.and_then(guid::parse);
    if let Some(row) = code.as_deref().and_then(by_product_code) {
        return known(row, MatchedBy::ProductCode).map(|found| completed(found, hints));
    }
    code.as_deref()
        .and_then(|code| computed_product(code, hints.product_version?))
        .or_else(|| by_upgrade_code(hints))
        .or_else(|| by_codes(hints, code.is_some()))
        .or_else(|| by_package(hints))
        .or_else(|| names::product(hints.product_name?, hints.product_version))
        .or_else(|| family_alone(hints))
        .map(|found| completed(found, hints))
}

fn by_product_code(code: &str) -> Option<Product> {
    products::find(code).filter(|row| row.kind != CodeKind::Upgrade && decides(row))
}

/// A row whose release is not known tells too little.
fn decides(row: &Product) -> bool {
    !row.version.is_empty() || row.family == OTHER
}

/// The last word: a code that tells the family and no release.
fn family_alone(hints: &Hints<'_>) -> Option<DotNet> {
    let alone = |code: Option<&str>, kind, by| {
        let code = guid::parse(code?)?;
        known(products::find_kind(&code, kind)?, by)
    };
    let (product, upgrade) = (hints.product_code, hints.upgrade_code);
    alone(product, CodeKind::Product, MatchedBy::ProductCode)
        .or_else(|| alone(upgrade, CodeKind::Upgrade, MatchedBy::UpgradeCode))
}

fn by_upgrade_code(hints: &Hints<'_>) -> Option<DotNet> {
    let code = guid::parse(hints.upgrade_code?)?;
    let row = products::find_kind(&code, CodeKind::Upgrade).filter(decides);
    row.and_then(|row| known(row, MatchedBy::UpgradeCode))
        .or_else(|| computed_upgrade(&code, hints.product_version?))
}

/// Patch codes and packed GUIDs. A packed GUID speaks of this product only while no product code
/// does: registry paths name other products too.
fn by_codes(hints: &Hints<'_>, code_is_known: bool) -> Option<DotNet> {
    let by_code = |code: &str, by| known(products::find(code).filter(decides)?, by);
    let mut patches = hints.patch_codes.iter();
    let by_patch = patches.find_map(|code| by_code(&guid::parse(code)?, MatchedBy::PatchCode));
    if by_patch.is_some() || code_is_known || contradicted(hints) {
        return by_patch;
    }
    let mut packed = hints.packed.iter();
    packed.find_map(|code| by_code(&guid::unpack(code)?, MatchedBy::PackedGuid))
}

fn by_package(hints: &Hints<'_>) -> Option<DotNet> {
    if contradicted(hints) {
        return None;
    }
    let version = hints.product_version;
    let cached = |path: &&str| {
        let code = guid::find_plain(path).filter(|_| hints.product_code.is_none())?;
        known(by_product_code(&code)?, MatchedBy::PackageName)
    };
    let named = |path: &&str| names::package(path, version);
    let mut packages = hints.packages.iter();
    let found = packages.clone().find_map(cached);
    found.or_else(|| packages.find_map(named))
}

/// Whether the product's own name or maker says that it is something else, so that a package of
/// .NET in its log is one that it brings along.
fn contradicted(hints: &Hints<'_>) -> bool {
    const WORDS: [&str; 5] = [".net", "visual c++", "windows desktop", "netfx", "vcredist"];
    let name = hints.product_name.map(str::to_lowercase);
    let other_name = name.is_some_and(|name| !WORDS.iter().any(|word| name.contains(word)));
    let maker = hints.manufacturer.map(str::to_lowercase);
    other_name || maker.is_some_and(|maker| !maker.contains("microsoft"))
}

/// The ASP.NET Core shared framework, whose product code follows from its version.
fn computed_product(code: &str, version: &str) -> Option<DotNet> {
    let looks_computed = code.get(15..16) == Some("3") && version.split('.').count() >= 3;
    let arch = ARCHITECTURES
        .into_iter()
        .filter(|_| looks_computed)
        .find(|arch| dotnet_guid::shared_framework(version, arch, None) == code)?;
    let (edition, by) = ("Shared Framework", MatchedBy::ProductCode);
    Some(computed("aspnetcore", version, edition, Some(arch), by))
}

/// Setup programs whose upgrade code follows from the first numbers of their version.
fn computed_upgrade(code: &str, version: &str) -> Option<DotNet> {
    // The marks of the two rules: see dotnet_guid.
    if code.get(10..11) != Some("5") && code.get(15..16) != Some("3") {
        return None;
    }
    let (short, by) = (first_numbers(version, 2), MatchedBy::UpgradeCode);
    if dotnet_guid::hosting_bundle(short) == code {
        return Some(computed("aspnetcore", version, "Hosting bundle", None, by));
    }
    let band = feature_band(version);
    ARCHITECTURES.into_iter().find_map(|arch| {
        rows(BUNDLES).find_map(|[family, edition, name, _]: [&str; 4]| {
            let name = name.replace("{short}", short).replace("{band}", &band);
            let made = dotnet_guid::from_name(&name.replace("{arch}", arch));
            (made == code).then(|| computed(family, version, edition, Some(arch), by))
        })
    })
}

/// A product whose code was computed from its version.
fn computed(
    family: &str,
    version: &str,
    edition: &str,
    arch: Option<&str>,
    matched_by: MatchedBy,
) -> DotNet {
    DotNet {
        family: family.to_owned(),
        version: first_numbers(version, 3).to_owned(),
        edition: Some(edition.to_owned()),
        arch: arch.map(str::to_owned),
        matched_by,
    }
}

/// The first `count` numbers of a version.
fn first_numbers(version: &str, count: usize) -> &str {
    let mut dots = version.match_indices('.').skip(count.saturating_sub(1));
    let before = |(end, _)| version.get(..end);
    dots.next().and_then(before).unwrap_or(version)
}

/// `8.0.1` for the SDK 8.0.104: the hundreds of the third number.
fn feature_band(version: &str) -> String {
    let short = first_numbers(version, 2);
    let third = version_numbers(version).map_or(0, |[_, _, third]| third);
    format!("{short}.{}", third / 100)
}

/// The .NET product of a row, unless the row only mentions .NET.
fn known(row: Product, matched_by: MatchedBy) -> Option<DotNet> {
    (row.family != OTHER).then(|| DotNet {
        family: row.family.to_owned(),
        version: row.version.to_owned(),
        edition: row.edition.map(str::to_owned),
        arch: row.arch.map(str::to_owned),
        matched_by,
    })
}

/// Fills in what the deciding clue did not tell from the others, where they speak of the same
/// family.
fn completed(mut found: DotNet, hints: &Hints<'_>) -> DotNet {
    let version = hints.product_version;
    let name = hints.product_name;
    let named = name.and_then(|name| names::product(name, version));
    let packages = hints.packages.iter();
    let packages = packages.filter_map(|path| names::package(path, version));
    let others = named.into_iter().chain(packages);
    for other in others.filter(|other| other.family == found.family) {
        found.arch = found.arch.take().or(other.arch);
        if more_particular(found.edition.as_deref(), other.edition.as_deref()) {
            found.edition = other.edition;
        }
        if more_exact(&found.version, &other.version) {
            found.version = other.version;
        }
    }
    // Only these packages pack their version.
    if matches!(found.family.as_str(), "netcore" | "dotnet")
        && let Some(packed) = version.and_then(dotnet_guid::unpack_version)
        && more_exact(&found.version, &packed)
    {
        found.version = packed;
    }
    found
}

/// Whether `other` is the same edition with its year: `2013 Redistributable` for `Redistributable`.
fn more_particular(edition: Option<&str>, other: Option<&str>) -> bool {
    match (edition, other) {
        (Some(edition), Some(other)) => other.len() > edition.len() && other.ends_with(edition),
        (edition, _) => edition.is_none(),
    }
}

/// Whether `other` is the same release told more exactly.
fn more_exact(version: &str, other: &str) -> bool {
    if other.is_empty() || other.contains(' ') && !version.is_empty() {
        return false;
    }
    if version.ends_with(" or later") {
        return other != version;
    }
    let behind = other.strip_prefix(version);
    version.is_empty() || behind.is_some_and(|rest| rest.starts_with('.'))
}

#[cfg(test)]
#[path = "dotnet_tests.rs"]
mod tests;
