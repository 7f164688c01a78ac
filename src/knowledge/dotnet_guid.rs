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
const ARCADE: [u8; 16] = [
    0x28, 0xf1, 0x46, 0x8d, 0x2b, 0x9a, 0x67, 0x8e, 0x48, 0x0c, 0x7c, 0x5b, 0x30, 0x30, 0x63, 0x0c,
];
/// The namespace of the hosting bundle.
const HOSTING: [u8; 16] = [
    0xe1, 0xfd, 0x12, 0x71, 0xe0, 0xf0, 0x4b, 0x8b, 0xb4, 0xbe, 0x01, 0xf2, 0xeb, 0xa5, 0x8f, 0x4e,
];
/// The namespace of the shared framework's packages.
const SHARED_FRAMEWORK: [u8; 16] = [
    0xc4, 0x3d, 0x55, 0x20, 0x11, 0xb3, 0x4d, 0x62, 0xb6, 0xfe, 0x5d, 0x68, 0x40, 0xb0, 0x41, 0x01,
];

/// The upgrade code that `GenerateGuidFromName` of dotnet/arcade gives for a name, such as
/// `Dotnet SDK Bundle Installer 8.0.1 win-x64`.
///
/// The rule swaps the bytes of the second and third group one place off, so the version mark 5
/// stands in the second group and the variant (4 to 7) in the third.
pub fn from_name(name: &str) -> String {
    let digest = Sha1::new()
        .chain_update(ARCADE)
        .chain_update(name.as_bytes())
        .finalize();
    let mut bytes = first_16(&digest);
    mark(&mut bytes, 6, 0x0f, 0x50);
    mark(&mut bytes, 8, 0x3f, 0x40);
    // Undo the odd swap, then print in the usual mixed order: groups 1 to 3 from their last byte.
    for (a, b) in [(0, 3), (1, 2), (5, 6), (7, 8)] {
        bytes.swap(a, b);
    }
    for (a, b) in [(0, 3), (1, 2), (4, 5), (6, 7)] {
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
fn from_values(namespace: [u8; 16], values: &str) -> String {
    let mut hash = Sha256::new().chain_update(namespace);
    for unit in values.to_lowercase().encode_utf16() {
        hash.update(unit.to_le_bytes());
    }
    let mut bytes = first_16(&hash.finalize());
    mark(&mut bytes, 6, 0x0f, 0x30);
    mark(&mut bytes, 8, 0x3f, 0x80);
    text(bytes)
}

fn first_16(digest: &[u8]) -> [u8; 16] {
    digest.first_chunk().copied().unwrap_or_default()
}

fn mark(bytes: &mut [u8; 16], at: usize, keep: u8, set: u8) {
    if let Some(byte) = bytes.get_mut(at) {
        *byte = *byte & keep | set;
    }
}

fn text(bytes: [u8; 16]) -> String {
    let digits: String = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
    guid::from_digits(&digits).unwrap_or_default()
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
