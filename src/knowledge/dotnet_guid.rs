//! The GUIDs that installers of .NET Core and later compute from names and versions.
//!
//! Two rules, both public: `GenerateGuidFromName` of dotnet/arcade (SHA-1, for upgrade codes of
//! setup programs and of some packages) and the one of dotnet/aspnetcore's installers (SHA-256,
//! for the product codes of the ASP.NET Core shared framework and the hosting bundle). All other
//! product codes of .NET Core and later are random.

use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::guid;
use super::numbers::version_numbers;

/// The namespace of the first rule, in the byte order that it hashes.
const ARCADE: u128 = 0x28f1_468d_2b9a_678e_480c_7c5b_3030_630c;
/// The namespace of the hosting bundle.
const HOSTING: u128 = 0xe1fd_1271_e0f0_4b8b_b4be_01f2_eba5_8f4e;
/// The namespace of the shared framework's packages.
const SHARED_FRAMEWORK: u128 = 0xc43d_5520_11b3_4d62_b6fe_5d68_40b0_4101;

/// The upgrade code that `GenerateGuidFromName` of dotnet/arcade gives for a name, such as
/// `Dotnet SDK Bundle Installer 8.0.1 win-x64`.
///
/// The rule swaps the bytes of the second and third group one place off, so the version mark 5
/// stands in the second group and the variant (4 to 7) in the third.
pub fn from_name(name: &str) -> String {
    let hash = Sha1::new().chain_update(ARCADE.to_be_bytes());
    let mut bytes = marked(&hash.chain_update(name).finalize(), 0x50, 0x40);
    // The odd swap, and the usual mixed order, in which groups 2 and 3 are printed from their last
    // byte; of group 1 the two undo each other.
    for (a, b) in [(5, 6), (7, 8), (4, 5), (6, 7)] {
        bytes.swap(a, b);
    }
    text(bytes)
}

/// The product code of the ASP.NET Core shared framework's package, from the package's version
/// (`8.0.3.24116`), the processor type and the label of a preview.
pub fn shared_framework(version: &str, arch: &str, label: Option<&str>) -> String {
    let label = label.map(|label| format!(",{label}")).unwrap_or_default();
    from_values(
        SHARED_FRAMEWORK,
        &format!("AspNetCore.SharedFramework,{version},{arch}{label}"),
    )
}

/// The upgrade code of the hosting bundle, from the first two numbers of the version (`8.0`).
pub fn hosting_bundle(version: &str) -> String {
    from_values(HOSTING, &format!("{version},x86"))
}

/// SHA-256 over the namespace and the lower-case values in UTF-16, cut to 16 bytes and marked as
/// version 3.
fn from_values(namespace: u128, values: &str) -> String {
    let mut hash = Sha256::new().chain_update(namespace.to_be_bytes());
    for unit in values.to_lowercase().encode_utf16() {
        hash.update(unit.to_le_bytes());
    }
    text(marked(&hash.finalize(), 0x30, 0x80))
}

/// The first 16 bytes of a digest with the marks of version and variant that GUIDs carry.
fn marked(digest: &[u8], version: u8, variant: u8) -> [u8; 16] {
    let mut bytes: [u8; 16] = digest.first_chunk().copied().unwrap_or_default();
    bytes[6] = bytes[6] & 0x0f | version;
    bytes[8] = bytes[8] & 0x3f | variant;
    bytes
}

fn text(bytes: [u8; 16]) -> String {
    guid::from_bare(&format!("{:032x}", u128::from_be_bytes(bytes))).unwrap_or_default()
}

/// The version of .NET in the version of a runtime, host, resolver, desktop, apphost or targeting
/// pack package: the numbers are packed as major (5 bits), minor (5), patch (4), build (14),
/// revision (4), so 48.144.23141 is 6.0.36. `None` for versions that are not packed.
///
/// Patches above 15 run over into the minor number; .NET 5 and later have minor 0, so they can be
/// told. For 3.1 they cannot, and the patch is left out.
pub fn unpack_version(package_version: &str) -> Option<String> {
    let [first, second, _build] = version_numbers(package_version)?;
    if first % 8 > 3 || second > 255 {
        return None;
    }
    let (major, minor) = (first / 8, (first % 8) << 2 | second >> 6);
    match major {
        3 if minor == 0 => Some(format!("3.0.{}", second >> 2)),
        3 if minor == 1 && (second & 0x3f) >> 2 != 0 => {
            Some(format!("3.1.{}", (second & 0x3f) >> 2))
        }
        3 => Some("3.1".to_owned()),
        5..=31 => Some(format!("{major}.0.{}", ((first % 8) << 8 | second) >> 2)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_unpacked() {
        for (packed, plain) in [
            ("48.144.23141", "6.0.36"),
            ("56.80.15184", "7.0.20"),
            ("48.51.51943", "6.0.12"),
            ("64.28.16731", "8.0.7"),
            ("72.0.23369", "9.0.0"),
            ("24.68.28408", "3.1.1"),
            ("80.4.1", "10.0.1"),
        ] {
            assert_eq!(unpack_version(packed).as_deref(), Some(plain), "{packed}");
        }
        for plain in [
            "8.0.3.24116",
            "4.0.30319",
            "",
            "a.b.c",
            "48.1",
            "4294967295.4294967295.1",
        ] {
            assert_eq!(unpack_version(plain), None, "{plain}");
        }
    }

    #[test]
    fn names_give_the_published_codes() {
        assert_eq!(
            from_name("Windows Desktop Shared Framework Bundle Installer 6.0 win-x64"),
            "{E50DC420-5C2F-5516-1DA5-0F8B584F9E0D}"
        );
        assert_eq!(
            shared_framework("8.0.3.24116", "x64", None),
            "{85741B9D-ABC8-3E40-8721-3BD0B4629F8E}"
        );
    }
}
