//! The right method for each .NET Framework on each Windows, for a failed installation, update and
//! repair. What is right stands in tables, from what Microsoft has published; the logs are made here.

mod common;

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write;

use common::{report, root, run, stdout};

/// A Windows: its name in the table, `VersionNT`, `WindowsBuild`, the build that its side-by-side
/// library has where `WindowsBuild` is not true, and `MsiNTProductType`.
type Windows = (&'static str, u32, u32, Option<u32>, u32);

const WINDOWS: [Windows; 18] = [
    ("XP", 501, 2600, None, 1),
    ("Server 2003", 502, 3790, None, 3),
    ("Vista", 600, 6002, None, 1),
    ("Server 2008", 600, 6002, None, 3),
    ("7", 601, 7601, None, 1),
    ("Server 2008 R2", 601, 7601, None, 3),
    ("8", 602, 9200, None, 1),
    ("Server 2012", 602, 9200, None, 3),
    ("8.1", 603, 9600, None, 1),
    ("Server 2012 R2", 603, 9600, None, 3),
    ("10 1511", 603, 9600, Some(10586), 1),
    ("10", 603, 9600, Some(19041), 1),
    ("11", 603, 9600, Some(22621), 1),
    ("11 26H1", 603, 9600, Some(28000), 1),
    ("Server 2016", 603, 9600, Some(14393), 3),
    ("Server 2019", 603, 9600, Some(17763), 3),
    ("Server 2022", 603, 9600, Some(20348), 3),
    ("Server 2025", 603, 9600, Some(26100), 3),
];

const VERSIONS: [(&str, &str); 12] = [
    ("1.1", "Microsoft .NET Framework 1.1"),
    ("2.0", "Microsoft .NET Framework 2.0 Service Pack 2"),
    ("3.0", "Microsoft .NET Framework 3.0 Service Pack 2"),
    ("3.5", "Microsoft .NET Framework 3.5 SP1"),
    ("4.0", "Microsoft .NET Framework 4 Client Profile"),
    ("4.5.2", "Microsoft .NET Framework 4.5.2"),
    ("4.6", "Microsoft .NET Framework 4.6"),
    ("4.6.1", "Microsoft .NET Framework 4.6.1"),
    ("4.6.2", "Microsoft .NET Framework 4.6.2"),
    ("4.7.2", "Microsoft .NET Framework 4.7.2"),
    ("4.8", "Microsoft .NET Framework 4.8"),
    ("4.8.1", "Microsoft .NET Framework 4.8.1"),
];

const OPERATIONS: [&str; 3] = ["install", "update", "repair"];

/// The rows of a table beside this file, by column.
fn table(name: &str) -> Vec<HashMap<String, String>> {
    let path = root().join("tests/dotnet-on-windows").join(name);
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines = text.lines().filter(|line| !line.starts_with('#'));
    let columns: Vec<String> = lines
        .next()
        .unwrap()
        .split('\t')
        .map(str::to_owned)
        .collect();
    let row = |line: &str| {
        let cells = line.split('\t').map(str::to_owned);
        columns.iter().cloned().zip(cells).collect()
    };
    lines.map(row).collect()
}

/// A verbose log in which a package of .NET ends with an exit code and says no more than this line.
fn log(product: &str, windows: &Windows, operation: &str, exit: &str, line: &str) -> String {
    let (_, nt, build, library, kind) = windows;
    let started = match operation {
        "install" => "Product not registered: beginning first-time install",
        _ => "Product registered: entering maintenance mode",
    };
    let asked = match operation {
        "install" => "",
        "update" => r"PATCH=C:\Example\update.msp REINSTALL=ALL REINSTALLMODE=omus",
        _ => "REINSTALL=ALL REINSTALLMODE=vomus",
    };
    let mut text = String::new();
    let mut engine = |line: &str| {
        let _ = writeln!(text, "MSI (s) (A0:B0) [12:00:00:000]: {line}");
    };
    engine(started);
    engine(&format!(
        "Command Line: {asked} CURRENTDIRECTORY=C:\\Example"
    ));
    engine("Doing action: ExampleStep");
    text += "Action start 12:00:01: INSTALL.\n\
             Action start 12:00:01: InstallInitialize.\n\
             Action ended 12:00:01: InstallInitialize. Return value 1.\n\
             Action start 12:00:01: InstallFinalize.\n";
    if line != "-" {
        let _ = writeln!(text, "Product: {product} -- Error 25099. {line}");
    }
    text += "Action ended 12:00:02: InstallFinalize. Return value 3.\n\
             Action ended 12:00:02: INSTALL. Return value 3.\n";
    let mut property = |name: &str, value: &str| {
        let _ = writeln!(text, "Property(S): {name} = {value}");
    };
    property("ProductName", product);
    property("VersionNT", &nt.to_string());
    property("WindowsBuild", &build.to_string());
    property("MsiNTProductType", &kind.to_string());
    if let Some(build) = library {
        property("MsiWin32AssemblySupport", &format!("6.3.{build}.1"));
    }
    let _ = writeln!(
        text,
        "MSI (s) (A0:B0) [12:00:03:000]: MainEngineThread is returning {exit}"
    );
    text
}

#[test]
fn each_dotnet_on_each_windows_gets_its_method() {
    let methods: HashMap<String, (Vec<String>, Vec<String>)> = table("methods.tsv")
        .into_iter()
        .map(|row| {
            let list = |column: &str, mark| row[column].split(mark).map(str::to_owned).collect();
            let answer = (list("rules", ", "), list("first_step", "|"));
            (row["method"].clone(), answer)
        })
        .collect();
    let mut expected = HashMap::new();
    for row in table("table.tsv") {
        assert!(!row["source"].is_empty(), "{row:?}");
        for windows in row["windows"].split(", ") {
            let key = (row["dotnet"].clone(), windows.to_owned());
            assert!(
                expected.insert(key, row.clone()).is_none(),
                "twice: {row:?}"
            );
        }
    }
    assert_eq!(expected.len(), VERSIONS.len() * WINDOWS.len());
    let (mut wrong, mut used) = (Vec::new(), BTreeSet::new());
    for (version, product) in VERSIONS {
        for windows in &WINDOWS {
            let row = &expected[&(version.to_owned(), windows.0.to_owned())];
            for operation in OPERATIONS {
                let method = &row[operation];
                let (rules, says) = &methods[method];
                used.insert(method.clone());
                let report = report(log(product, windows, operation, "1603", "-").as_bytes());
                let session = report.principal().unwrap();
                let first = session.failure.as_ref().and_then(|f| f.remedies.first());
                let right = first.is_some_and(|first| {
                    let step = first.steps.first().map_or("", String::as_str);
                    rules.contains(&first.rule) && says.iter().any(|words| step.contains(words))
                });
                if !right {
                    let shown = first.map(|first| (&first.rule, first.steps.first()));
                    let at = format!("{version} on {}, {operation}", windows.0);
                    wrong.push(format!("{at}: {method} expected, {shown:?}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(used.len(), methods.len(), "a method that no cell names");
}

/// The Windows that KB 976982 is written for, by the names of its list.
const APPLIES_TO: [(&str, &str, &[&str]); 5] = [
    ("XP", "XP", &["Starter", "Home", "Professional"]),
    (
        "Vista",
        "Vista",
        &[
            "Starter",
            "Home Basic",
            "Home Premium",
            "Business",
            "Enterprise",
            "Ultimate",
        ],
    ),
    (
        "Server 2008",
        "Server 2008",
        &["Standard", "Enterprise", "Datacenter"],
    ),
    (
        "Server 2008 R2",
        "2008 R2",
        &["Standard", "Enterprise", "Datacenter"],
    ),
    (
        "7",
        "7",
        &[
            "Starter",
            "Home Basic",
            "Home Premium",
            "Professional",
            "Ultimate",
        ],
    ),
];

fn windows(name: &str) -> &'static Windows {
    WINDOWS.iter().find(|windows| windows.0 == name).unwrap()
}

/// The rules that are shown for a failure of .NET, and all that they say.
fn remedies(row: &HashMap<String, String>) -> Vec<(String, String)> {
    let mut versions = VERSIONS.iter();
    let version = versions.find(|(version, _)| *version == row["dotnet"]);
    let product = version.map_or(row["dotnet"].as_str(), |(_, product)| product);
    let log = log(
        product,
        windows(&row["windows"]),
        &row["operation"],
        &row["exit"],
        &row["line"],
    );
    let report = report(log.as_bytes());
    let failure = report.principal().unwrap().failure.as_ref();
    let remedies = failure.map_or(&[][..], |failure| &failure.remedies);
    let said = |r: &msilog::diagnosis::Remedy| {
        let articles = r.articles.iter().map(|article| article.url.clone());
        let parts = [r.title.clone(), r.cause.clone()]
            .into_iter()
            .chain(r.steps.clone());
        (
            r.rule.clone(),
            parts.chain(articles).collect::<Vec<_>>().join("\n"),
        )
    };
    remedies.iter().map(said).collect()
}

#[test]
fn every_part_of_kb_976982_is_reached_from_a_log_from_explain_and_from_the_pages() {
    let mut wrong = Vec::new();
    for row in table("article.tsv") {
        let (part, rule, says) = (&row["part"], &row["rule"], &row["says"]);
        let shown = remedies(&row);
        match shown.iter().find(|(id, _)| id == rule) {
            Some((_, said)) if said.contains(says) => {}
            Some((_, said)) => {
                wrong.push(format!("{part}: the log's remedy does not say it: {said}"))
            }
            None => {
                let ids: Vec<&String> = shown.iter().map(|(id, _)| id).collect();
                wrong.push(format!("{part}: the log leads to {ids:?}"));
            }
        }
        let terms: Vec<&str> = row["explain"].split(' ').collect();
        let explained = stdout(&run(
            &[&["explain", "--format", "json"], &terms[..]].concat()
        ));
        if !explained.contains(&format!("\"{rule}\"")) {
            wrong.push(format!(
                "{part}: explain {} does not lead to it",
                row["explain"]
            ));
        }
        let page = root().join(format!("docs/remedies/{rule}.md"));
        let page = std::fs::read_to_string(page).unwrap().replace('\\', "");
        if !page.contains(says) {
            wrong.push(format!("{part}: {rule}.md does not say it"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_windows_that_kb_976982_applies_to_gets_its_methods() {
    let explained = stdout(&run(&["explain", "--format", "json", "KB976982"]));
    let rules = msilog::knowledge::rules::RuleSet::built_in();
    let page = root().join("docs/remedies/netfx-update-not-installed.md");
    let page = std::fs::read_to_string(page).unwrap();
    assert!(explained.contains("Microsoft Answers"), "{explained}");
    for (name, listed, editions) in APPLIES_TO {
        assert!(page.contains(listed), "{name} on the page");
        for edition in editions {
            assert!(explained.contains(edition), "{name} {edition} in explain");
        }
        for (version, product) in VERSIONS.iter().take(5) {
            let log = log(product, windows(name), "update", "1603", "-");
            let report = report(log.as_bytes());
            let failure = report.principal().unwrap().failure.as_ref().unwrap();
            let first = &failure.remedies[0].rule;
            assert_eq!(first, "netfx-update-not-installed", "{version} on {name}");
            let second = rules.get(&failure.remedies[1].rule).unwrap();
            assert!(
                second.words().cause.contains("method 2") || *version == "1.1",
                "{version} on {name}: {}",
                second.id
            );
        }
    }
}
