//! Packs the rules that come with msilog, so that a run need not read TOML, writes down what
//! `msilog --version` says, and tells reports of different builds apart.

#[path = "src/knowledge/rules/gate.rs"]
mod gate;
#[path = "src/knowledge/rules/marks.rs"]
#[allow(dead_code, reason = "the program asks more of it")]
mod marks;
#[path = "src/knowledge/numbers.rs"]
#[allow(dead_code, reason = "the program asks more of it")]
mod numbers;
#[path = "src/knowledge/rules/value.rs"]
mod value;

use std::path::Path;
use std::process::Command;

use serde::Serialize;
use value::{File, Node, PackedRule, Value, Words};

/// The data files, in the order in which their rules are listed.
const FILES: &[&str] = &[
    "patches.toml",
    "dotnet.toml",
    "netfx-blocked.toml",
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
    "scripts.toml",
    "sql.toml",
    "iis.toml",
    "network.toml",
    "certificates.toml",
    "xml-files.toml",
    "managed-actions.toml",
    "requirements.toml",
    "extensions.toml",
    "programs.toml",
    "winget.toml",
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
            rules: packed(name, text),
        })
        .collect();
    let out = std::env::var_os("OUT_DIR").expect("cargo names the folder");
    std::fs::write(Path::new(&out).join("rules.bin"), bytes(&files))
        .expect("the folder can be written");
    if std::env::var_os("CARGO_FEATURE_STORE").is_some() {
        println!("cargo::rustc-env=MSILOG_KNOWLEDGE={:016x}", knowledge());
    }
}

/// The rooms that shape a report.
const ROOMS: &[&str] = &[
    "diagnosis",
    "engine",
    "formats",
    "grammar",
    "knowledge",
    "report",
    "run",
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
fn packed(name: &str, text: &str) -> Vec<PackedRule<'static>> {
    let (document, mistakes) = Value::read(text, 0);
    if let Some((at, problem)) = mistakes.first() {
        let line = text.bytes().take(*at).filter(|b| *b == b'\n').count() + 1;
        panic!("{name}:{line}: {problem}");
    }
    let Node::Table(lists) = document.node else {
        panic!("{name}: no table");
    };
    let rules = lists.into_iter().filter_map(|(.., list)| match list.node {
        Node::List(rules) => Some(rules),
        _ => None,
    });
    rules.flatten().map(packed_rule).collect()
}

/// Each part of a rule for itself: what it asks is read when its gate lets the facts through, what it
/// says when it is told.
fn packed_rule(mut asked: Value<'_>) -> PackedRule<'static> {
    let gate = gate::gate(&asked);
    let id = asked.get("id").map_or_else(Vec::new, texts).concat();
    let mut words = Words::default();
    if let Node::Table(fields) = &mut asked.node {
        fields.retain(|(key, _, value)| {
            match key.as_ref() {
                "title" => words.title = texts(value).concat(),
                "fix" => words.fix = texts(value).concat(),
                "cause" => words.cause = texts(value).concat(),
                "steps" => words.steps = texts(value),
                "articles" => words.articles = texts(value),
                "sources" => words.sources = texts(value),
                key => return key != "tests",
            }
            false
        });
    }
    PackedRule {
        id: id.leak(),
        gate: gate.leak(),
        asked: bytes(&asked).leak(),
        words: bytes(&words).leak(),
    }
}

fn bytes(value: &impl Serialize) -> Vec<u8> {
    postcard::to_allocvec(value).expect("memory takes everything")
}

/// A text or a list of texts. Whether it is one is for the tests, which read the files too.
fn texts(value: &Value<'_>) -> Vec<String> {
    match &value.node {
        Node::Text(text) => vec![text.clone().into_owned()],
        Node::List(values) => values.iter().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}
