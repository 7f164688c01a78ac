//! The knowledge against the tables of facts that it was made from, where they are at hand.

mod common;

use std::collections::HashMap;
use std::io::Write;

use common::root;
use msilog::grammar::Note;
use msilog::knowledge::dotnet::{DotNet, Hints, MatchedBy, recognise};
use msilog::knowledge::noise;
use regex_syntax::hir::{Class, Hir, HirKind};

/// The rows of a table of facts by column; `None`, and a word about it, where it is not here.
fn facts(table: &str) -> Option<Vec<HashMap<String, String>>> {
    let path = root().join("../shared/facts").join(table);
    let Ok(text) = std::fs::read_to_string(&path) else {
        // Straight to standard error: the harness keeps what the print macros write.
        let _ = writeln!(
            std::io::stderr(),
            "{table}: skipped, the tables of facts are not here"
        );
        return None;
    };
    let mut lines = text.lines();
    let columns: Vec<&str> = lines.next().unwrap().split('\t').collect();
    let row = |line: &str| {
        let cells = line.split('\t').map(str::to_owned);
        columns.iter().map(ToString::to_string).zip(cells).collect()
    };
    Some(lines.filter(|line| !line.is_empty()).map(row).collect())
}

/// The version numbers at the front of a version as people write it.
fn leading(version: &str) -> &str {
    let end = version.find(|c: char| !c.is_ascii_digit() && c != '.');
    version[..end.unwrap_or(version.len())].trim_end_matches('.')
}

/// Whether a version that was told is the one in the table, or is as much of it as is known:
/// `8.0.4xx` tells 8.0, `2015 family` may be told as 14.0.
fn agrees(row: &HashMap<String, String>, found: &DotNet) -> bool {
    let (expected, told) = (leading(&row["version"]), leading(&found.version));
    if row["version"].contains("(one host per machine") {
        let versions = ["8.0.1", "6.0 or later"];
        return found.family == row["family"] && versions.contains(&found.version.as_str());
    }
    if let Some(year) = row["version"].strip_suffix(" family") {
        let edition = found.edition.as_deref().unwrap_or_default();
        return found.family == row["family"] && edition.starts_with(year);
    }
    if let Some(least) = found.version.strip_suffix(" or later") {
        return found.family == row["family"] && expected >= least;
    }
    if expected.is_empty() {
        // "all", "unknown", "betas".
        return found.family == row["family"];
    }
    let family = found.family == row["family"]
        // Up to 3.1 it is .NET Core.
        || (["netcore", "dotnet"].contains(&found.family.as_str())
            && ["netcore", "dotnet"].contains(&row["family"].as_str()));
    family && (expected.is_empty() || told.starts_with(expected) || expected.starts_with(told))
}

#[test]
fn every_product_is_recognised_by_its_code() {
    let Some(rows) = facts("products.tsv") else {
        return;
    };
    let mut wrong = Vec::new();
    for row in &rows {
        let code = row["product_code"].as_str();
        let (hints, by) = match row["kind"].as_str() {
            "upgrade" => (
                Hints {
                    upgrade_code: Some(code),
                    ..Hints::default()
                },
                MatchedBy::UpgradeCode,
            ),
            _ => (
                Hints {
                    product_code: Some(code),
                    ..Hints::default()
                },
                MatchedBy::ProductCode,
            ),
        };
        match recognise(&hints) {
            // These only mention .NET and must not be taken for it.
            None if row["family"] == "other-runtime" || row["edition"].starts_with("Blend") => {}
            Some(found) if found.matched_by == by && agrees(row, &found) => {}
            found => wrong.push(format!(
                "{} {} {}: {found:?}",
                code, row["family"], row["version"]
            )),
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        rows.len(),
        wrong.join("\n")
    );
}

#[test]
fn every_product_with_a_package_name_is_recognised_by_it() {
    let Some(rows) = facts("products.tsv") else {
        return;
    };
    let mut wrong = Vec::new();
    let named = rows.iter().filter(|row| !row["msi_file"].is_empty());
    for row in named.filter(|row| row["family"] != "other-runtime") {
        // A name that stands for a band of versions names one of them.
        let name = row["msi_file"]
            .replace("<ver>", "1.7.521001")
            .replace("<version>", "8.0.1")
            .replace('*', "preview.2.25163.2")
            .replace("NN", "04");
        let name = name.split(" (").next().unwrap_or_default().to_owned();
        if UNTOLD.iter().any(|(part, _)| name.contains(part)) {
            continue;
        }
        let hints = Hints {
            packages: &[&name],
            ..Hints::default()
        };
        match recognise(&hints) {
            Some(found) if found.matched_by == MatchedBy::PackageName && agrees(row, &found) => {}
            found => wrong.push(format!(
                "{name} {} {}: {found:?}",
                row["family"], row["version"]
            )),
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

/// Names that do not tell a .NET product by themselves, and why.
const UNTOLD: &[(&str, &str)] = &[
    (
        "vs_setup",
        "Visual Studio 2002 to 2008 used the name too; the product's name and code decide",
    ),
    (
        "Setup.exe in SetupCache",
        "every setup program is called so",
    ),
    ("SetupUtility", "a helper of the setup program"),
    ("RGB9RAST", "a part of DirectX that came along"),
    ("rgb9rast", "a part of DirectX that came along"),
    (
        r"\.KB",
        "a key of the registry; the product code in it decides",
    ),
    (
        "ProductVersion",
        "no name, but how versions are written; the version of the package is another hint",
    ),
];

/// Names that are told by a part of the pattern, where its shortest match would be none that exists.
const SAMPLES: &[(&str, &str)] = &[
    (r"^NDP(\d)", "NDP45-KB2737083-x64.exe"),
    (r"^NDP(20|30|35)", "NDP35SP1-KB958484-x86.exe"),
    (
        "wcu",
        r"C:\setup\wcu\dotnetframework\dotnetfx35\x86\netfx35_x86.exe",
    ),
    (
        "(targeting-pack|apphost-pack)",
        "dotnet-targeting-pack-8.0.1-win-x64.msi",
    ),
    (
        r"^Microsoft\.NET\.",
        "Microsoft.NET.Sdk.Aspire.Manifest-8.0.100-x64.msi",
    ),
    (r"SDK (\d", "Microsoft .NET SDK 8.0.101 (x64)"),
    (
        "(AppHost|Targeting)",
        "Microsoft .NET AppHost Pack - 8.0.1 (x64)",
    ),
    (
        r"v([\d.]+)",
        r"C:\ProgramData\Package Cache\{8E34682C-8118-31F1-BC4C-98CD9675E1C2}v4.0.30319\x.msi",
    ),
    (
        r"\\(.+\.exe)",
        r"C:\ProgramData\Package Cache\{0e6f46ac-27ba-4a85-a37d-2291dc8da8bf}\x.exe",
    ),
    (
        "-MSI_(netfx",
        "Microsoft .NET Framework 4 Setup_20120612_101010123-MSI_netfx_Core_x86.msi.txt",
    ),
    (
        "^dd_(.+)_decom",
        "dd_NDP452-KB2901907-x86-x64-AllOS-ENU_decompression_log.txt",
    ),
    (
        "^Microsoft_",
        "Microsoft_.NET_Runtime_-_8.0.1_(x64)_20240101101010.log",
    ),
];

/// A text that a regular expression matches: the first choice, the fewest repetitions.
fn sample(hir: &Hir, out: &mut String) {
    match hir.kind() {
        HirKind::Literal(literal) => out.push_str(std::str::from_utf8(&literal.0).unwrap()),
        HirKind::Class(Class::Unicode(class)) => {
            let has = |c: &char| {
                class
                    .ranges()
                    .iter()
                    .any(|r| (r.start()..=r.end()).contains(c))
            };
            let likely = ['8', 'A', 'a'].into_iter().find(has);
            out.push(likely.unwrap_or_else(|| class.ranges()[0].start()));
        }
        HirKind::Class(Class::Bytes(class)) => out.push(char::from(class.ranges()[0].start())),
        HirKind::Repetition(repetition) => {
            for _ in 0..repetition.min {
                sample(&repetition.sub, out);
            }
        }
        HirKind::Capture(capture) => sample(&capture.sub, out),
        HirKind::Concat(parts) => parts.iter().for_each(|part| sample(part, out)),
        HirKind::Alternation(choices) => sample(&choices[0], out),
        HirKind::Empty | HirKind::Look(_) => {}
    }
}

#[test]
fn every_package_name_is_known() {
    let Some(rows) = facts("package-names.tsv") else {
        return;
    };
    let mut wrong = Vec::new();
    for row in &rows {
        let pattern = row["pattern"].trim_start_matches("(?i)");
        let hir = regex_syntax::Parser::new().parse(pattern).unwrap();
        let mut name = String::new();
        match SAMPLES.iter().find(|(part, _)| pattern.contains(part)) {
            Some((_, sample)) => name.push_str(sample),
            None => sample(&hir, &mut name),
        }
        if UNTOLD.iter().any(|(part, _)| pattern.contains(part)) {
            continue;
        }
        let package = Hints {
            packages: &[&name],
            ..Hints::default()
        };
        let product = Hints {
            product_name: Some(&name),
            ..Hints::default()
        };
        if recognise(&package).or(recognise(&product)).is_none() {
            wrong.push(format!("{name} ({pattern}): {}", row["meaning"]));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        rows.len(),
        wrong.join("\n")
    );
}

#[test]
fn every_line_of_noise_is_known_with_its_condition() {
    let Some(rows) = facts("noise.tsv") else {
        return;
    };
    let mut wrong = Vec::new();
    for row in &rows {
        for line in lines(&row["pattern"]) {
            let known = match line.strip_prefix("Note: 1: ") {
                Some(note) => Note::parse(note).and_then(|note| {
                    let arguments: Vec<&str> = note.arguments().collect();
                    noise::note_level(note.number, &arguments)
                }),
                None => noise::line_level(&line),
            };
            if known.is_none() {
                wrong.push(line);
            }
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
    for row in noise::ALL.iter() {
        assert!(
            !row.reason.is_empty() && !row.harmful_when.is_empty(),
            "{}",
            row.pattern
        );
    }
}

/// The lines that a row of the table of noise stands for, with its placeholders filled in.
fn lines(pattern: &str) -> Vec<String> {
    let filled = pattern
        .replace(
            "<inprogressinstallinfo.ipi>",
            "C:\\Windows\\Installer\\inprogressinstallinfo.ipi",
        )
        .replace("...", "x")
        .replace(" (without Failed or Error)", "")
        .replace(" after success", "")
        .replace(
            "Warning 2911 / Internal Error 2911",
            "Warning 2911. Could not remove the folder C:\\Config.Msi\\.",
        )
        .replace("<odd path like 01:\\Software\\..>", "01:\\Software\\x");
    vec![filled]
}

#[test]
fn every_code_of_the_table_of_2026_is_known() {
    let path = root().join("../shared/facts/dotnet-codes-2026.tsv");
    let Ok(text) = std::fs::read_to_string(&path) else {
        return;
    };
    let rows = text.lines().filter_map(|line| line.split_once('\t'));
    let rows = rows.filter(|(code, _)| code.starts_with('{'));
    for (code, what) in rows {
        let known = msilog::knowledge::products::find(&code.to_uppercase());
        let known = known.unwrap_or_else(|| panic!("{code} {what}"));
        // What nobody could name has no version.
        let versions = what.split(|c: char| !(c.is_ascii_digit() || c == '.'));
        let told = |version: &str| {
            !version.is_empty()
                && leading(known.version).starts_with(version.trim_end_matches(".0"))
        };
        assert!(
            known.version.is_empty()
                || versions.into_iter().any(told)
                || known.version.contains("later"),
            "{code} {what}: {known:?}"
        );
    }
}
