//! Logs as people and programs hand them on: each of ten ways gives the same facts as the clean log.

use std::path::{Path, PathBuf};

use msilog::{Options, Report, analyse};
use regex::Regex;

/// The ways, each with a name.
type Way = (&'static str, fn(&str) -> Vec<u8>);

fn each_line(log: &str, around: impl Fn(usize, &str) -> String) -> Vec<u8> {
    let lines = log.lines().enumerate();
    let lines: String = lines.map(|(at, line)| around(at, line) + "\n").collect();
    lines.into_bytes()
}

fn html(log: &str) -> String {
    let log = log.replace('&', "&amp;").replace('<', "&lt;");
    log.replace('>', "&gt;").replace('"', "&quot;")
}

fn json(log: &str) -> String {
    let log = log
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\t', "\\t");
    log.replace('\r', "").replace('\n', "\\r\\n")
}

fn base64(log: &str) -> Vec<u8> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits: Vec<u8> = log
        .as_bytes()
        .chunks(3)
        .flat_map(|chunk| {
            let bits = (0..3).fold(0u32, |bits, at| {
                bits << 8 | u32::from(chunk.get(at).copied().unwrap_or(0))
            });
            let digit = move |at: usize| match at <= chunk.len() {
                true => DIGITS[(bits >> (18 - 6 * at)) as usize & 63],
                false => b'=',
            };
            (0..4).map(digit)
        })
        .collect();
    digits
        .chunks(76)
        .flat_map(|line| [line, b"\r\n"].concat())
        .collect()
}

const WAYS: [Way; 10] = [
    ("mail quote", |log| {
        each_line(log, |_, line| format!("> {line}"))
    }),
    ("CMTrace", |log| {
        each_line(log, |at, line| {
            format!(
                "<![LOG[{line}]LOG]!><time=\"10:11:{:02}.000+000\" date=\"01-02-2026\" component=\"Setup\" context=\"\" \
                 type=\"1\" thread=\"{}\" file=\"\">",
                at % 60,
                1000 + at % 7
            )
        })
    }),
    ("CSV", |log| {
        each_line(log, |at, line| {
            let line = line.replace('"', "\"\"");
            format!("\"2026-01-02 10:11:{:02}\",\"PC07\",\"{line}\"", at % 60)
        })
    }),
    ("JSON string", |log| {
        format!("\"{}\"", json(log)).into_bytes()
    }),
    ("one line", |log| {
        log.replace("\r\n", " ").replace('\n', " ").into_bytes()
    }),
    ("HTML", |log| {
        let lines: String = log
            .lines()
            .map(|line| format!("{}<br>\n", html(line)))
            .collect();
        format!("<html><body><p>{lines}</p></body></html>").into_bytes()
    }),
    ("no clocks", |log| {
        let prefix = Regex::new(r"(?m)^(MSI \(\w+\) \(..[:!]..\)) \[[0-9:]+\]").unwrap();
        prefix.replace_all(log, "$1").into_owned().into_bytes()
    }),
    ("no prefixes", |log| {
        let prefix = Regex::new(r"(?m)^MSI \(\w+\) \(..[:!]..\) \[[0-9:]+\]: ?").unwrap();
        prefix.replace_all(log, "").into_owned().into_bytes()
    }),
    ("base64", base64),
    ("Markdown", |log| {
        each_line(log, |_, line| format!("* `{line}`"))
    }),
];

/// What must be the same.
fn facts(report: &Report) -> Vec<(&'static str, String)> {
    let Some(session) = report.principal() else {
        return Vec::new();
    };
    let cause = session.failure.as_ref().and_then(|f| f.cause.as_ref());
    let text = cause.map_or(String::new(), |cause| said(&cause.text));
    vec![
        ("outcome", format!("{:?}", session.outcome)),
        ("cause", text),
        ("product", format!("{:?}", session.product)),
        ("machine", format!("{:?}", session.machine)),
    ]
}

/// What a line says, whatever stands before it.
fn said(line: &str) -> String {
    let prefix = Regex::new(r"^MSI \(\w+\) \(..[:!]..\)( \[[0-9:]+\])?:").unwrap();
    let text = prefix.replace(line.trim(), "");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn read(path: &Path) -> Option<(String, Report)> {
    let bytes = std::fs::read(path).unwrap();
    let report = analyse("install.log", bytes.as_slice(), &Options::default()).unwrap();
    let encoding = encoding_rs::Encoding::for_label(report.encoding.as_bytes())?;
    let text = encoding.decode(&bytes).0.into_owned();
    let notices = report
        .notices
        .iter()
        .any(|notice| notice.contains("around the log"));
    (report.kind == msilog::Kind::Msi && !notices && !text.contains('\u{fffd}'))
        .then_some((text, report))
}

/// What differs, a line each.
fn differences(paths: &[PathBuf]) -> (usize, Vec<String>) {
    let mut all = Vec::new();
    let mut count = 0;
    for path in paths {
        let Some((text, clean)) = read(path) else {
            continue;
        };
        for (way, wrap) in WAYS {
            count += 1;
            let wrapped = wrap(&text);
            let report = analyse("install.log", wrapped.as_slice(), &Options::default()).unwrap();
            let (want, got) = (facts(&clean), facts(&report));
            if got.len() != want.len() {
                all.push(format!(
                    "{}: {way}: no session, {:?}",
                    path.display(),
                    report.kind
                ));
            }
            // On one line nothing tells where the output of a child ends and its next line begins.
            let runs_on = |what: &str, want: &str, got: &str| {
                way == "one line" && what == "cause" && !want.is_empty() && got.starts_with(want)
            };
            let pairs = want.iter().zip(&got).filter(|(want, got)| want != got);
            for ((what, want), (_, got)) in pairs.filter(|(w, g)| !runs_on(w.0, &w.1, &g.1)) {
                all.push(format!("{}: {way}: {what}: {want} | {got}", path.display()));
            }
        }
    }
    (count, all)
}

fn logs(folder: &Path, name: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
        .iter()
        .map(|path| path.join(name))
        .filter(|path| path.is_file())
        .collect()
}

#[test]
fn fixtures_wrapped_in_ten_ways() {
    let fixtures = logs(Path::new("fixtures"), "install.log");
    let (count, all) = differences(&fixtures);
    assert!(count >= 300, "{count}");
    assert!(
        all.is_empty(),
        "{} of {count}:\n{}",
        all.len(),
        all.join("\n")
    );
}

#[test]
fn the_collection_wrapped_in_ten_ways() {
    let folder = Path::new("../shared/corpus/logs");
    if !folder.is_dir() {
        eprintln!("skipped: no collection of real logs beside the project");
        return;
    }
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let partial = path.to_string_lossy().contains("partial");
        if !partial && path.metadata().unwrap().len() < 1 << 20 {
            paths.push(path);
        }
    }
    paths.sort();
    let (count, all) = differences(&paths);
    println!("{} of {count} differ", all.len());
    if let Some(file) = std::env::var_os("WRAPPED_DIFFERENCES") {
        std::fs::write(file, all.join("\n")).unwrap();
    }
    assert!(all.len() * 100 <= count, "{} of {count}", all.len());
}
