//! Tests of the recognition of .NET products.

use super::*;

/// Family, version, edition, processor type and the clue.
type Told = (String, String, Option<String>, Option<String>, MatchedBy);

fn told(found: Option<DotNet>) -> Option<Told> {
    found.map(|d| (d.family, d.version, d.edition, d.arch, d.matched_by))
}

fn expected(family: &str, version: &str, edition: &str, arch: &str, by: MatchedBy) -> Option<Told> {
    let optional = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    Some((
        family.to_owned(),
        version.to_owned(),
        optional(edition),
        optional(arch),
        by,
    ))
}

fn by_name(name: &str) -> Option<Told> {
    told(recognise(&Hints {
        product_name: Some(name),
        ..Hints::default()
    }))
}

fn by_file(name: &str, version: Option<&str>) -> Option<Told> {
    told(recognise(&Hints {
        packages: &[name],
        product_version: version,
        ..Hints::default()
    }))
}

#[test]
fn product_codes() {
    let hints = Hints {
        product_code: Some("{f5b09cfd-f0b2-36af-8df4-1df6b63fc7b4}"),
        ..Hints::default()
    };
    assert_eq!(
        told(recognise(&hints)),
        expected(
            "netfx",
            "4.0",
            "Client Profile",
            "x64",
            MatchedBy::ProductCode
        )
    );
    for row in products::all().filter(|row| row.kind == CodeKind::Product && row.family != OTHER) {
        let found = recognise(&Hints {
            product_code: Some(row.code),
            ..Hints::default()
        });
        assert_eq!(
            found.map(|d| d.version),
            // Empty where only the family is known.
            Some(row.version.to_owned()),
            "{}",
            row.code
        );
    }
}

#[test]
fn computed_codes_of_versions_that_are_not_listed() {
    let code = dotnet_guid::shared_framework("8.0.99.30000", "arm64", None);
    let hints = Hints {
        product_code: Some(&code),
        product_version: Some("8.0.99.30000"),
        ..Hints::default()
    };
    assert_eq!(
        told(recognise(&hints)),
        expected(
            "aspnetcore",
            "8.0.99",
            "Shared Framework",
            "arm64",
            MatchedBy::ProductCode
        )
    );
    let code = dotnet_guid::from_name("Dotnet SDK Bundle Installer 11.0.2 win-x64");
    let hints = Hints {
        upgrade_code: Some(&code),
        product_version: Some("11.0.201.1"),
        ..Hints::default()
    };
    assert_eq!(
        told(recognise(&hints)),
        expected(
            "sdk",
            "11.0.201",
            "SDK bundle",
            "x64",
            MatchedBy::UpgradeCode
        )
    );
}

#[test]
fn upgrade_codes_and_packed_guids() {
    let hints = Hints {
        upgrade_code: Some("{97C9F490-5379-6902-7B80-D2723CA59D95}"),
        product_version: Some("64.28.16731"),
        ..Hints::default()
    };
    assert_eq!(
        told(recognise(&hints)),
        expected("dotnet", "8.0.7", "Host", "x64", MatchedBy::UpgradeCode)
    );
    let packed = ["C28643E881181F13CBC489DC69571E2C"];
    let hints = Hints {
        packed: &packed,
        ..Hints::default()
    };
    assert_eq!(
        told(recognise(&hints)),
        expected("netfx", "4.0", "Extended", "x64", MatchedBy::PackedGuid)
    );
    let other = Hints {
        product_code: Some("{00000000-0000-0000-0000-000000000001}"),
        ..hints
    };
    assert_eq!(recognise(&other), None);
}

#[test]
fn names_of_packages_and_logs() {
    let by = MatchedBy::PackageName;
    assert_eq!(
        by_file("C:\\a\\netfx_Core_x86.msi", None),
        expected("netfx", "4.0", "Client Profile", "x86", by)
    );
    assert_eq!(
        by_file("netfx_Full_x64.msi", Some("4.5.51209")),
        expected("netfx", "4.5.2", "Full", "x64", by)
    );
    assert_eq!(
        by_file("netfx_Full_x64.msi", None),
        expected("netfx", "4.5 or later", "Full", "x64", by)
    );
    assert_eq!(
        by_file(
            "C:\\Windows\\Microsoft.NET\\SetupCache\\v4.7.02558\\x.msp",
            None
        ),
        expected("netfx", "4.7.1", "Full", "", by)
    );
    assert_eq!(
        by_file("netfx20a_x64.msi", Some("2.2.30729")),
        expected("netfx", "2.0 SP2", "Full", "x64", by)
    );
    assert_eq!(
        by_file("NDP40-KB2468871-v2-x86.exe", None),
        expected("netfx", "4.0", "update", "", by)
    );
    assert_eq!(
        by_file("NDP472-KB4054530-x86-x64-AllOS-ENU.exe", None),
        expected("netfx", "4.7.2", "Full", "", by)
    );
    assert_eq!(
        by_file("dotnet-runtime-3.1.32-win-x64.msi", None),
        expected("netcore", "3.1.32", "Runtime", "x64", by)
    );
    assert_eq!(
        by_file("windowsdesktop-runtime-6.0.12-win-x86.exe", None),
        expected(
            "dotnet",
            "6.0.12",
            "Windows Desktop Runtime bundle",
            "x86",
            by
        )
    );
    assert_eq!(
        by_file(
            "Microsoft .NET Framework 4 Setup_20240101_120000000-MSI_netfx_Extended_x64.msi.txt",
            None
        ),
        expected("netfx", "4.0", "Extended", "x64", by)
    );
    assert_eq!(
        by_file(
            "dd_vcredist_amd64_20240101120000_000_vcRuntimeMinimum_x64.log",
            Some("12.0.21005")
        ),
        expected("vcredist", "12.0.21005", "Minimum Runtime", "x64", by)
    );
    for other in [
        "vs_setup.msi",
        "setup.msi",
        "MSI1234.LOG",
        "",
        "RGB9RAST_x64.msi",
    ] {
        assert_eq!(by_file(other, None), None, "{other}");
    }
}

#[test]
fn product_names() {
    let by = MatchedBy::ProductName;
    assert_eq!(
        by_name("Microsoft .NET Framework 4 Client Profile"),
        expected("netfx", "4.0", "Client Profile", "", by)
    );
    assert_eq!(
        by_name("Microsoft .NET Framework 4 Client Profile DEU Language Pack"),
        expected(
            "netfx-langpack",
            "4.0",
            "Client Profile language pack",
            "",
            by
        )
    );
    assert_eq!(
        by_name("Microsoft .NET Framework 2.0 Service Pack 2"),
        expected("netfx", "2.0 SP2", "Full", "", by)
    );
    assert_eq!(
        by_name("Microsoft .NET Framework 4.5.2 Multi-Targeting Pack"),
        expected("netfx", "4.5.2", "Multi-Targeting Pack", "", by)
    );
    assert_eq!(
        by_name("Microsoft .NET Framework 4.6.1 (Deutsch)"),
        expected("netfx-langpack", "4.6.1", "language pack", "", by)
    );
    assert_eq!(
        by_name("Microsoft .NET Runtime - 8.0.3 (x64)"),
        expected("dotnet", "8.0.3", "Runtime", "x64", by)
    );
    assert_eq!(
        by_name("Microsoft .NET Host FX Resolver - 6.0.12 (x64)"),
        expected("dotnet", "6.0.12", "Host FX Resolver", "x64", by)
    );
    assert_eq!(
        by_name("Microsoft .NET Core Host - 3.1.1 (x64)"),
        expected("netcore", "3.1.1", "Host", "x64", by)
    );
    assert_eq!(
        by_name("Microsoft .NET SDK 8.0.404 (x64) from Visual Studio"),
        expected("sdk", "8.0.404", "SDK", "x64", by)
    );
    assert_eq!(
        by_name("Microsoft Visual C++ 2010  x86 Redistributable - 10.0.40219"),
        expected("vcredist", "10.0.40219", "2010 Redistributable", "x86", by)
    );
    assert_eq!(
        by_name("Microsoft Visual C++ 2022 X64 Minimum Runtime - 14.32.31332"),
        expected("vcredist", "14.32.31332", "2022 Minimum Runtime", "x64", by)
    );
    assert_eq!(
        by_name("Microsoft Visual C++ 2005 Redistributable"),
        expected("vcredist", "8.0", "2005 Redistributable", "", by)
    );
}

#[test]
fn what_merely_mentions_dotnet_is_something_else() {
    for name in [
        "Contoso Tools for .NET Framework 4.8",
        "Microsoft ASP.NET MVC 3",
        "Microsoft Visual C++ 2010 Express - ENU",
        "ADO.NET Entity Framework Tools",
        ".NET Framework Cleanup",
    ] {
        assert_eq!(by_name(name), None, "{name}");
    }
    let product = Hints {
        product_code: Some("{DCDEC776-BADD-48B9-8F9A-DFF513C3D7FA}"),
        product_name: Some("Microsoft .NET Framework 4.5"),
        ..Hints::default()
    };
    assert_eq!(recognise(&product), None);
    let carrier = Hints {
        product_name: Some("Contoso Reader"),
        packages: &["netfx_Full_x64.msi"],
        packed: &["C28643E881181F13CBC489DC69571E2C"],
        ..Hints::default()
    };
    assert_eq!(recognise(&carrier), None);
}

#[test]
fn serialised_as_promised() {
    let found = recognise(&Hints {
        packages: &["netfx_Core_x64.msi"],
        ..Hints::default()
    });
    let json = serde_json::to_string(&found).unwrap();
    assert!(
        json.ends_with(r#""edition":"Client Profile","arch":"x64","matched_by":"package-name"}"#),
        "{json}"
    );
}

#[test]
fn names_for_people() {
    let name = |hints: &Hints<'_>| recognise(hints).unwrap().to_string();
    let code = Hints {
        product_code: Some("{F5B09CFD-F0B2-36AF-8DF4-1DF6B63FC7B4}"),
        ..Hints::default()
    };
    assert_eq!(name(&code), ".NET Framework 4.0 Client Profile (x64)");
    let full = Hints {
        packages: &["netfx_Full_x64.msi"],
        product_version: Some("4.7.03062"),
        ..Hints::default()
    };
    assert_eq!(name(&full), ".NET Framework 4.7.2 (x64)");
}

#[test]
fn clues_complete_each_other() {
    let hints = Hints {
        packages: &["vcredist_x86.exe"],
        product_name: Some("Microsoft Visual C++ 2013 Redistributable (x86) - 12.0.21005"),
        product_version: Some("12.0.21005.1"),
        ..Hints::default()
    };
    let found = recognise(&hints).unwrap();
    assert_eq!(
        (found.edition.as_deref(), found.version.as_str()),
        (Some("2013 Redistributable"), "12.0.21005.1")
    );
}

#[test]
fn versions_of_the_sdk_are_not_unpacked() {
    let hints = Hints {
        packages: &["dotnet-sdk-internal-6.0.100-win-x64.msi"],
        product_version: Some("24.3.26102"),
        ..Hints::default()
    };
    assert_eq!(recognise(&hints).unwrap().version, "6.0.100");
    let hints = Hints {
        packages: &["Microsoft.NET.Sdk.Maui.Manifest-x64.msi"],
        product_version: Some("24.3.26102"),
        ..Hints::default()
    };
    assert_eq!(recognise(&hints).unwrap().version, "");
}

#[test]
fn every_computed_bundle_has_a_name_and_a_source() {
    let read = rows(BUNDLES)
        .filter(|[_, _, name, source]: &[&str; 4]| name.contains("{arch}") && !source.is_empty());
    assert_eq!(read.count(), crate::knowledge::table::count(BUNDLES));
}
