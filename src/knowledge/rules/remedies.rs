//! The table of known remedies: each of its rows leads to a rule.

use std::path::Path;

use super::RuleSet;
use super::coverage::say;
use super::example::Example;
use super::read_value::Place;
use super::value::Table;

/// How a row's signature begins, the rule that it leads to, and facts as a log gives them, in the
/// form that examples of rules have.
const TIES: &[(&str, &str, &str)] = &[
    (
        "0x80070643 | 0x643 (= 1603)",
        "netfx-update-not-installed",
        "dotnet = 'netfx 2.0', operation = 'patch', exit_code = 1603",
    ),
    (
        "0x80070643 | 0x643 on an update of .NET Framework 4 (Client Profile)",
        "netfx4-repair-vista-7",
        "dotnet = 'netfx 4.0', operation = 'patch', exit_code = 1603, windows = '6.1'",
    ),
    (
        "0x80070643 | 0x643 on an update of .NET Framework 4 (Client Profile), Windows XP",
        "netfx4-repair-xp",
        "dotnet = 'netfx 4.0', operation = 'patch', exit_code = 1603, windows = '5.1'",
    ),
    (
        "0x80070643 | 0x643 on an update of .NET Framework 1.0",
        "netfx-old-clean-and-reinstall-xp",
        "dotnet = 'netfx 1.1', operation = 'patch', exit_code = 1603, windows = '5.1'",
    ),
    (
        "(reinstall sources",
        "netfx-old-clean-and-reinstall-vista-7",
        "dotnet = 'netfx 3.5', operation = 'patch', exit_code = 1603, windows = '6.0'",
    ),
    ("Update not installed", "netfx-update-offered-again", ""),
    (
        "0x80070643 | 0x643 but the package is not .NET",
        "msi-1603-verbose-log",
        "product = 'Example Suite', exit_code = 1603",
    ),
    (
        "Couldn't find local patch ''. Looking",
        "patch-registration-damaged",
        "exit_code = 1612, engine_line = \"Couldn't find local patch ''. Looking for it at its source.\"",
    ),
    (
        "1612 | 1620 | 1635",
        "cached-package-missing",
        "message = 1612, engine_line = \"Warning: Local cached package 'C:\\\\Windows\\\\Installer\\\\1.msi' is missing.\"",
    ),
    ("1603 generic", "msi-1603-system-rights", "exit_code = 1603"),
    (
        "DDSet_Error: Failed to install assembly",
        "netfx-assembly-file-in-use",
        "",
    ),
    (
        "You must enable rollback",
        "rollback-disabled",
        "line = 'You must enable rollback to continue with setup'",
    ),
    (
        "repair of .NET Framework 1.x",
        "netfx1-repair-with-package",
        "",
    ),
    (
        "HRESULT: 0x80070BC9",
        "assembly-restart-due",
        "message = 1935, code = 0x80070BC9",
    ),
    ("0x80070BC2", "restart-to-finish", "exit_code = 3010"),
    ("0x800F0906", "netfx35-feature-source", "code = 0x800F081F"),
    ("0x800F0831", "component-store-damaged", "code = 0x80073712"),
    (
        "0x800736B3",
        "assembly-sxs-not-found",
        "message = 1935, code = 0x800736B3",
    ),
    (
        "Couldn't find local patch '...msp'",
        "netfx-service-pack-patch-cache-missing",
        "message = 1706, dotnet = 'netfx 2.0 SP2', windows = '5.1', line = 'Note: 1: 1706 2: {0} 3: CLR.msp'",
    ),
    (
        "Error 1935 HRESULT 0x8002802F",
        "assembly-mscoree",
        "message = 1935, code = 0x8002802F",
    ),
    (
        "Error 1935 HRESULT 0x80131047",
        "assembly-invalid-name",
        "message = 1935, code = 0x80131047",
    ),
    (
        "Error 1935 HRESULT 0x80131532",
        "assembly-manifest-in-package",
        "message = 1935, code = 0x80131532",
    ),
    (
        "Error 1935 on many packages",
        "assembly-transaction-log",
        "message = 1935, code = 6801",
    ),
    (
        "Error 1935 with any other",
        "assembly-install-failed",
        "message = 1935, code = 0x80004005",
    ),
    ("Resolving Patch source", "netfx-20-sp1-patch-source", ""),
    (
        "Product: RGB9RAST",
        "rgb9rast-shell-folder",
        "product = 'RGB9RAST', message = 2103",
    ),
    ("repair of 2.0 SP2", "netfx-20-30-sp2-repair", ""),
    (".NET 1.1 SP1 fails", "netfx11-sp1-ms05-004", ""),
    (
        "Internal Error 2771",
        "component-rules-policy",
        "message = 2771, dotnet = 'netfx 1.1'",
    ),
    (
        "Error 25007",
        "netfx-fusion-lost-after-rollback",
        "message = 25007",
    ),
    ("file version goes back", "netfx1-version-after-removal", ""),
    (
        "update for .NET 4 fails",
        "netfx4-update-restart-pending",
        "",
    ),
    (".NET 4 beta or RC", "netfx-preview-left-over", ""),
    (".NET 4 cannot be installed", "netfx-preview-left-over", ""),
    ("1603 and the setup runs", "netfx-compatibility-mode", ""),
    ("\"... is already a part", "netfx-already-there", ""),
    ("\"is not supported on this", "netfx-windows-too-old", ""),
    (
        "\"The update corresponding",
        "netfx-prerequisite-update",
        "",
    ),
    ("\"Setup cannot continue", "restart-needed-first", ""),
    ("language pack:", "netfx-language-pack-without-base", ""),
    (
        ".NET Framework setup return codes",
        "netfx-windows-too-old",
        "dotnet = 'netfx 4.7', exit_code = 5100",
    ),
    ("custom actions CA_", "netfx-servicemodelreg", ""),
    ("Framework repair in general", "netfx-repair-tool", ""),
    ("is .NET intact?", "netfx-repair-tool", ""),
    (
        "0x643 or 1603 on .NET 1.0-3.5",
        "netfx-old-clean-and-reinstall-xp",
        "dotnet = 'netfx 2.0', operation = 'patch', exit_code = 1603, windows = '5.1'",
    ),
    (
        ".NET 2.0 setup failures",
        "netfx-old-clean-and-reinstall-xp",
        "dotnet = 'netfx 2.0', operation = 'install', exit_code = 1603, windows = '5.1'",
    ),
    (
        "MS09-061",
        "netfx-update-not-installed",
        "dotnet = 'netfx 1.1', operation = 'patch', exit_code = 0x80070643",
    ),
    (
        "1402 / 1406",
        "registry-access-denied",
        "message = 1406, code = 5",
    ),
    ("Note: 1: 1402 ... 3: 2", "", ""),
    ("1606", "shell-folder-unreachable", "message = 1606"),
    (
        "0x80070646",
        "shell-folder-unreachable",
        "code = 0x80070646, kind = 'msi'",
    ),
    ("1612 | 1706", "source-missing", "message = 1706"),
    (
        "1714",
        "old-version-not-removable",
        "message = 1714, code = 1612",
    ),
    ("1618", "another-installation-running", "exit_code = 1618"),
    ("1619", "package-not-readable", "exit_code = 1619"),
    ("1625", "forbidden-by-policy", "exit_code = 1625"),
    ("1632", "temp-folder-unusable", "exit_code = 1632"),
    ("1633", "wrong-processor-type", "exit_code = 1633"),
    (
        "1635 | 1636",
        "patch-package-unreadable",
        "exit_code = 1635",
    ),
    (
        "1638",
        "another-version-installed",
        "exit_code = 0x80070666",
    ),
    (
        "1642",
        "patch-not-applicable",
        "exit_code = 0x8007066A, kind = 'msi'",
    ),
    ("0x8007064C", "source-missing", "exit_code = 0x8007064C"),
    ("1719", "installer-service-unreachable", "message = 1719"),
    ("1720", "script-engine-not-registered", "message = 2738"),
    ("1904", "module-not-registered", "message = 1904"),
    ("1911", "type-library-not-registered", "message = 1911"),
    (
        "1920",
        "service-font-cache",
        "message = 1920, line = \"Service 'x' (FontCache3.0.0.0) failed to start\"",
    ),
    ("1923", "service-install-failed", "message = 1923"),
    ("2229", "package-database-error", "message = 2229"),
    ("2502", "temp-rights-2502-2503", "message = 2503"),
    ("2755", "service-cannot-read-package", "message = 2755"),
    ("1307", "disk-full", "code = 0x80070070"),
    ("0x80070005", "access-denied-somewhere", "code = 0x80070005"),
    (
        "0x800706BE",
        "remote-procedure-call-failed",
        "code = 0x800706BE",
    ),
    ("Digital Signature", "catalogue-service-damaged", ""),
    ("0x80070643 on KB5034441", "winre-update-2024", ""),
    (
        "Burn log:",
        "burn-msi-package-failed",
        "kind = 'burn', line = 'Error 0x80070643: Failed to install MSI package.'",
    ),
    (
        "Windows Update or uninstall asks",
        "dotnet-hostfxr-source-missing",
        "",
    ),
    ("hosting bundle or runtime", "dotnet-quota-or-rights", ""),
    ("workload install", "dotnet-workload-failed", ""),
];

/// The facts of a tie; where it gives none, those of an example that the rule itself must match.
fn shown(rule: &str, facts: &str) -> Vec<String> {
    let ids = |example: &Example| {
        example.with_facts(|facts| {
            let found = RuleSet::built_in().matches(facts);
            found
                .into_iter()
                .map(|m| m.rule.id.clone())
                .collect::<Vec<_>>()
        })
    };
    if !facts.is_empty() {
        let text = format!("tests = {{ {facts} }}");
        let (table, mistakes) = Table::read(&text);
        assert!(mistakes.is_empty(), "{facts}: {mistakes:?}");
        let place = Place {
            text: &text,
            file: "tie",
            rule: None,
            examples: true,
        };
        return ids(&Example::read(place, table.get("tests").unwrap()).unwrap());
    }
    let file = RuleSet::built_in().get(rule).map(|rule| rule.file.clone());
    let file = file.unwrap_or_else(|| panic!("no rule {rule}"));
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/knowledge/rules");
    let text = std::fs::read_to_string(folder.join(&file)).unwrap();
    let (rules, _) = RuleSet::read(&text, &file);
    ids(&rules.get(rule).unwrap().examples.matches[0])
}

#[test]
fn every_tie_leads_to_its_rule() {
    let mut wrong = Vec::new();
    for (row, rule, facts) in TIES.iter().filter(|(_, rule, _)| !rule.is_empty()) {
        let shown = shown(rule, facts);
        if !shown.iter().any(|id| id == rule) {
            wrong.push(format!("{row}: {rule} is not among {shown:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_row_of_the_table_is_tied() {
    let table = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/facts/remedies.tsv");
    let Ok(text) = std::fs::read_to_string(table) else {
        return say("every_row_of_the_table_is_tied: skipped, the tables of facts are not here");
    };
    let mut untied = Vec::new();
    for row in text.lines().skip(1) {
        let signature = row.split('\t').next().unwrap();
        // Articles of which nobody knows what they say.
        if let Some(number) = signature.strip_prefix("(KB ") {
            let number = number.trim_end_matches(')');
            assert!(super::article(number).is_none(), "{number}");
            continue;
        }
        if !TIES.iter().any(|(start, ..)| signature.starts_with(start)) {
            untied.push(signature);
        }
    }
    assert!(untied.is_empty(), "{untied:#?}");
}
