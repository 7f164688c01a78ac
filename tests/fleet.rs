//! Ten thousand machines in small: a tree of logs of many machines, counted.

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use common::stores::{self, is_sound, number, text};
use common::{fixtures, run, scratch, stdout};
use serde_json::Value;

const MACHINES: usize = 200;
/// As many as a fleet gives; a program that is not optimised gets a fifth of them.
const LOGS: usize = if cfg!(debug_assertions) { 1000 } else { 5000 };

/// Twelve failures and one log that worked, each with the bytes of its fixture.
fn causes() -> Vec<(String, Vec<u8>)> {
    let names = [
        "clean-success",
        "disk-full",
        "service-1920",
        "launch-condition",
        "german-failure",
        "folder-access-denied-1303",
        "another-install-running-1618",
        "netfx35sp1-assembly-1935",
        "netfx20sp2-missing-source",
        "netfx48-custom-action",
        "french-failure-windows-1252",
        "not-verbose",
        "managed-custom-action",
    ];
    let found = fixtures().into_iter();
    let found: BTreeMap<String, PathBuf> = found.map(|(name, log, _)| (name, log)).collect();
    names
        .iter()
        .map(|name| ((*name).to_owned(), std::fs::read(&found[*name]).unwrap()))
        .collect()
}

/// The name of the machine that a log tells.
fn machine_of(bytes: &[u8]) -> Option<String> {
    let report = common::report(bytes);
    report.sessions.iter().find_map(|s| s.machine.name.clone())
}

/// The log with a word in the place of another of the same length.
fn with(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let wide = |text: &str| text.bytes().flat_map(|b| [b, 0]).collect::<Vec<u8>>();
    let narrow = |text: &str| text.as_bytes().to_vec();
    let mut bytes = bytes.to_vec();
    for (from, to) in [(wide(from), wide(to)), (narrow(from), narrow(to))] {
        let mut at = 0;
        while let Some(found) = bytes[at..].windows(from.len()).position(|w| w == from) {
            bytes[at + found..at + found + from.len()].copy_from_slice(&to);
            at += found + from.len();
        }
    }
    bytes
}

/// Writes the tree; gives how many logs of each fixture and on which machines.
fn tree(folder: &Path) -> BTreeMap<String, (usize, BTreeSet<String>)> {
    let causes: Vec<_> = causes()
        .into_iter()
        .map(|(name, bytes)| {
            let named = machine_of(&bytes);
            // A name that stands there in another form cannot be replaced as bytes.
            let named = named.filter(|named| {
                let other = "Z".repeat(named.len());
                machine_of(&with(&bytes, named, &other)) == Some(other)
            });
            let fixed = if named.is_none() {
                machine_of(&bytes)
            } else {
                None
            };
            (name, bytes, named, fixed)
        })
        .collect();
    let mut made: BTreeMap<String, (usize, BTreeSet<String>)> = BTreeMap::new();
    for number in 0..LOGS {
        let machine = number * 7 % MACHINES;
        // Some causes are common and some are rare.
        let cause = (number * number / 3 + number / 40) % (causes.len() * 2) % causes.len();
        let (name, bytes, named, fixed) = &causes[cause];
        let place = folder.join(format!("host{machine:03}"));
        let year = ["2024", "2025", "2026"][number % 3];
        let mut bytes = with(bytes, "2026", year);
        if let Some(named) = named {
            // The log's own word on its machine counts before the folder's.
            let own = format!("HOST{machine:03}{}", "X".repeat(40));
            bytes = with(&bytes, named, &own[..named.len()]);
        }
        // Written long enough ago that a store may trust the time of the file.
        stores::write(&place.join(format!("MSI{number:05}.log")), &bytes, 24);
        let entry = made.entry(name.clone()).or_default();
        entry.0 += 1;
        // Short names hold less of the number.
        let own = format!("HOST{machine:03}");
        let length = named
            .as_ref()
            .map_or(own.len(), |named| named.len().min(own.len()));
        let own = own[..length].to_owned();
        entry.1.insert(fixed.clone().unwrap_or(own));
    }
    made
}

#[test]
fn the_counts_are_those_that_were_made() {
    let folder = scratch("fleet");
    let made = tree(&folder);
    let path = folder.to_str().unwrap();
    let output = run(&[
        "--format",
        "json",
        "--group-by",
        "cause",
        "-o",
        folder.join("all.json").to_str().unwrap(),
        path,
    ]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let text = std::fs::read_to_string(folder.join("all.json")).unwrap();
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["summary"]["logs"], LOGS);
    assert_eq!(document["summary"]["succeeded"], made["clean-success"].0);
    let groups = document["groups"]["groups"].as_array().unwrap();
    let mut wanted: Vec<(usize, usize)> = made
        .iter()
        .filter(|(name, _)| *name != "clean-success")
        .map(|(_, (logs, machines))| (*logs, machines.len()))
        .collect();
    wanted.sort_unstable();
    let number = |group: &Value, key: &str| usize::try_from(group[key].as_u64().unwrap()).unwrap();
    let mut found: Vec<(usize, usize)> = groups
        .iter()
        .map(|group| (number(group, "logs"), number(group, "machines")))
        .collect();
    found.sort_unstable();
    assert_eq!(found, wanted);
    let failed: usize = wanted.iter().map(|(logs, _)| logs).sum();
    assert_eq!(document["summary"]["failed"], failed);
    for group in groups {
        assert!(group["remedy"]["rule"].is_string(), "{group}");
    }
    // The same on the screen, for some of the machines.
    let some: Vec<String> = (0..10).map(|n| format!("{path}/host{n:03}")).collect();
    let some: Vec<&str> = some.iter().map(String::as_str).collect();
    let groups =
        |arguments: &[&str]| run(&[&["--group-by", "cause"], arguments, &some[..]].concat());
    let document: Value = serde_json::from_slice(&groups(&["--format", "json"]).stdout).unwrap();
    let screen = stdout(&groups(&[]));
    let groups = document["groups"]["groups"].as_array().unwrap();
    // What came once is only counted.
    let (many, once): (Vec<_>, Vec<_>) = groups.iter().partition(|g| number(g, "logs") > 1);
    assert!(!once.is_empty() && !many.is_empty(), "{document}");
    let counted = format!("… and {} that came once", once.len());
    assert!(screen.contains(&counted), "{counted}:\n{screen}");
    for group in many {
        let shown = format!("{:>4}  ", number(group, "logs"));
        assert!(
            screen.lines().any(|line| line.starts_with(&shown)),
            "{shown}:\n{screen}"
        );
    }
    assert!(screen.contains("machines had a failure"), "{screen}");
}

#[test]
fn an_earlier_scan_is_compared() {
    let folder = scratch("fleet-baseline");
    let logs = folder.join("logs");
    let causes: BTreeMap<String, Vec<u8>> = causes().into_iter().collect();
    let put = |machine: &str, cause: &str| {
        let place = logs.join(machine);
        std::fs::create_dir_all(&place).unwrap();
        let mut bytes = causes[cause].clone();
        if let Some(named) = machine_of(&bytes) {
            let own = format!("{machine}{}", "x".repeat(40));
            bytes = with(&bytes, &named, &own[..named.len()]);
        }
        std::fs::write(place.join("setup.log"), bytes).unwrap();
    };
    put("pc1", "disk-full");
    put("pc2", "disk-full");
    put("pc3", "launch-condition");
    let before = folder.join("before.ndjson");
    let path = logs.to_str().unwrap();
    run(&["--format", "ndjson", "-o", before.to_str().unwrap(), path]);
    put("pc1", "clean-success");
    put("pc4", "disk-full");
    put("pc3", "service-1920");
    let arguments = ["--baseline", before.to_str().unwrap(), path];
    let output = run(&[&["--format", "json"], &arguments[..]].concat());
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    let told: BTreeMap<String, (String, i64, i64)> = document["groups"]["groups"]
        .as_array()
        .unwrap()
        .iter()
        .map(|group| {
            let rule = group["remedy"]["rule"].as_str().unwrap().to_owned();
            let change = group["change"].as_str().unwrap().to_owned();
            let count = |key: &str| group[key].as_i64().unwrap();
            (rule, (change, count("logs"), count("logs_before")))
        })
        .collect();
    assert_eq!(told["disk-full"], ("still".to_owned(), 2, 2));
    assert_eq!(told["service-start-failed"], ("new".to_owned(), 1, 0));
    assert_eq!(told["launch-condition-dotnet"], ("gone".to_owned(), 0, 1));
    let screen = stdout(&run(&arguments));
    for part in [
        "was: 2 logs; 1 machines new, 1 fixed",
        "not in the earlier scan",
        "1 logs in the earlier scan",
    ] {
        assert!(screen.contains(part), "{part}:\n{screen}");
    }
    let wrong = run(&["--baseline", "/nowhere/x.ndjson", path]);
    assert_eq!(wrong.status.code(), Some(2));
}

#[test]
fn a_bundle_and_its_package_tell_one_story() {
    let folder = scratch("story");
    let put = |name: &str, cause: &str| {
        let found = fixtures()
            .into_iter()
            .find(|(fixture, ..)| fixture == cause);
        std::fs::copy(found.unwrap().1, folder.join(name)).unwrap();
    };
    put(
        "Tidegate_Suite_5_20250319101755.log",
        "burn-bundle-failed-package",
    );
    put(
        "Tidegate_Suite_5_20250319101755_001_RelayService.log",
        "service-1920",
    );
    put("unrelated.log", "disk-full");
    let output = run(&["--format", "json", folder.to_str().unwrap()]);
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    let [bundle, package, other] = document["logs"].as_array().unwrap().as_slice() else {
        panic!("{document}");
    };
    let origin = &bundle["sessions"][0]["failure"]["origin"];
    let cause = &package["sessions"][0]["failure"];
    assert_eq!(origin["path"], package["path"]);
    assert_eq!(origin["line"], cause["cause"]["line"]);
    assert_eq!(
        bundle["sessions"][0]["failure"]["remedies"],
        cause["remedies"]
    );
    let tied = bundle["related"].as_array().unwrap();
    let tie = tied
        .iter()
        .find(|tie| tie["package"] == "RelayService")
        .unwrap();
    assert_eq!(
        (&tie["path"], &tie["how"]),
        (&package["path"], &"log-path".into())
    );
    assert_eq!(package["related"][0]["relation"], "setup-log");
    assert!(other["related"].as_array().unwrap().is_empty());
    // Two causes, not three: the bundle is no case of its own.
    assert_eq!(document["groups"]["groups"].as_array().unwrap().len(), 2);
    let screen = stdout(&run(&["-v", folder.to_str().unwrap()]));
    let place = format!("line {} of ", origin["line"]);
    assert!(screen.contains(&place), "{place}:\n{screen}");
}

#[test]
fn a_store_reads_only_what_changed_and_says_the_same() {
    let folder = scratch("fleet-store");
    let (logs, store) = (folder.join("logs"), folder.join("reports.db"));
    let _ = tree(&logs);
    let plain = || stdout(&run(&[text(&logs)]));
    let scan = || {
        let output = run(&["--store", text(&store), "-v", text(&logs)]);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        let counts = stores::counts(&output).replace(',', "");
        let table = stdout(&run(&["--store", text(&store), text(&logs)]));
        (counts, table)
    };
    let whole = plain();
    assert_eq!(scan(), (format!("{LOGS} from the store 0"), whole.clone()));
    assert_eq!(scan(), (format!("0 from the store {LOGS}"), whole));
    // Three logs change: two fail in another way, and one is new.
    let other = stores::fixture("burn-bundle-failed-package");
    let other = std::fs::read(other).unwrap();
    for name in [
        "host000/MSI00000.log",
        "host007/MSI00001.log",
        "host007/new.log",
    ] {
        stores::write(&logs.join(name), &other, 12);
    }
    let whole = plain();
    let (counts, table) = scan();
    assert_eq!(counts, format!("3 from the store {}", LOGS - 2));
    assert_eq!(table, whole);
    is_sound(&store);
    let current = number(&store, "SELECT count(*) FROM logs WHERE current");
    assert_eq!(current, i64::try_from(LOGS).unwrap() + 1);
}
