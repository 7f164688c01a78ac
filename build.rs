//! Packs the rules that come with msilog, so that a run need not read TOML, and writes down what
//! `msilog --version` says.

#[path = "src/knowledge/rules/value.rs"]
mod value;

use std::path::Path;
use std::process::Command;

use value::{File, Node, Table};

/// The data files, in the order in which their rules are listed.
const FILES: &[&str] = &[
    "patches.toml",
    "dotnet.toml",
    "dotnet-old.toml",
    "windows-update.toml",
    "office.toml",
    "visual-c.toml",
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
    "accounts.toml",
    "drivers.toml",
    "general.toml",
];

fn main() {
    version();
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
}

/// Number of the version, commit and date of the knowledge. Nothing here depends on the time or on
/// the machine, so that the same commit gives the same program.
fn version() {
    let date_file = Path::new("src/knowledge/date.txt");
    println!("cargo::rerun-if-changed={}", date_file.display());
    let date = text(date_file);
    let number = std::env::var("CARGO_PKG_VERSION").expect("cargo tells the version");
    let commit = checked_out().or_else(packaged);
    let commit = commit.map_or(String::new(), |hash| format!("commit {hash}, "));
    let date = date.trim();
    println!("cargo::rustc-env=MSILOG_VERSION={number} ({commit}knowledge of {date})");
}

/// Digits of a commit: enough for any project of this size, and always the same number.
const DIGITS: usize = 9;

/// The commit that is checked out, where this folder is the root of a checkout. A copy of the crate
/// inside the checkout of another project has no commit of its own.
fn checked_out() -> Option<String> {
    let git = |arguments: &[&str]| {
        let output = Command::new("git").args(arguments).output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        output.status.success().then(|| text.trim().to_owned())
    };
    if !git(&["rev-parse", "--show-prefix"])?.is_empty() {
        return None;
    }
    let hash = git(&["rev-parse", "HEAD"])?;
    // Every commit and every change of branch adds a line there.
    let journal = git(&["rev-parse", "--git-path", "logs/HEAD"])?;
    if Path::new(&journal).exists() {
        println!("cargo::rerun-if-changed={journal}");
    }
    hash.get(..DIGITS).map(str::to_owned)
}

/// The commit that a published crate was made from: cargo writes it down in the package.
fn packaged() -> Option<String> {
    let text = std::fs::read_to_string(".cargo_vcs_info.json").ok()?;
    let (_, after) = text.split_once("\"sha1\"")?;
    let hash = after.split('"').nth(1)?;
    hash.get(..DIGITS).map(str::to_owned)
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
