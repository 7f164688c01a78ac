//! Packs the rules that come with msilog, so that a run need not read TOML, and tells reports of
//! different builds apart.

#[path = "src/knowledge/rules/value.rs"]
mod value;

use std::path::Path;

use value::{File, Node, Table};

/// The data files, in the order in which their rules are listed.
const FILES: &[&str] = &[
    "patches.toml",
    "dotnet.toml",
    "packages.toml",
    "files.toml",
    "registry.toml",
    "services.toml",
    "assemblies.toml",
    "custom-actions.toml",
    "policies.toml",
    "engine.toml",
    "burn.toml",
    "odbc.toml",
    "com-plus.toml",
    "shell.toml",
    "permissions.toml",
    "package-database.toml",
    "authoring.toml",
    "dialogs.toml",
];

fn main() {
    let folder = Path::new("src/knowledge/rules");
    println!("cargo::rerun-if-changed={}", folder.display());
    println!("cargo::rerun-if-changed=build.rs");
    let texts: Vec<String> = FILES.iter().map(|name| text(&folder.join(name))).collect();
    let files: Vec<File<'_>> = FILES
        .iter()
        .zip(&texts)
        .map(|(name, text)| File {
            name,
            table: packed(name, text),
        })
        .collect();
    let bytes = postcard::to_allocvec(&files).expect("memory takes everything");
    let out = std::env::var_os("OUT_DIR").expect("cargo names the folder");
    std::fs::write(Path::new(&out).join("rules.bin"), bytes).expect("the folder can be written");
    if std::env::var_os("CARGO_FEATURE_STORE").is_some() {
        println!("cargo::rustc-env=MSILOG_KNOWLEDGE={:016x}", knowledge());
    }
}

/// The rooms that shape a report.
const ROOMS: &[&str] = &[
    "diagnosis",
    "grammar",
    "knowledge",
    "report",
    "session",
    "text",
];

/// A number that is another one whenever code or data of the rooms that shape a report is another
/// (FNV-1a): a stored report is only good for the build that made it.
fn knowledge() -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325;
    for room in ROOMS {
        let folder = Path::new("src").join(room);
        println!("cargo::rerun-if-changed={}", folder.display());
        add_folder(&folder, &mut hash);
    }
    hash
}

fn add_folder(folder: &Path, hash: &mut u64) {
    let entries = std::fs::read_dir(folder).expect("the folder is there");
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            add_folder(&path, hash);
            continue;
        }
        let bytes = std::fs::read(&path).expect("the file is there");
        // Line ends depend on how the sources were fetched.
        for byte in bytes.into_iter().filter(|byte| *byte != b'\r').chain([0]) {
            *hash = (*hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

fn text(path: &Path) -> String {
    let text = std::fs::read_to_string(path);
    text.unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The rules of a file without their examples, which are for the tests.
fn packed<'t>(name: &str, text: &'t str) -> Table<'t> {
    let (mut table, mistakes) = Table::read(text);
    if let Some((at, problem)) = mistakes.first() {
        let line = text.bytes().take(*at).filter(|b| *b == b'\n').count() + 1;
        panic!("{name}:{line}: {problem}");
    }
    let lists = table.fields.iter_mut().map(|(.., value)| &mut value.node);
    for list in lists {
        let Node::List(rules) = list else { continue };
        for rule in rules {
            if let Node::Table(rule) = &mut rule.node {
                rule.fields.retain(|(key, ..)| key != "tests");
            }
        }
    }
    table
}
