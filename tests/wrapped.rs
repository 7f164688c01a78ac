//! Logs as people and programs hand them on: each of ten ways gives the same facts as the clean log.

use std::io::Read;
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
    base64_of(log.as_bytes())
}

fn base64_of(log: &[u8]) -> Vec<u8> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits: Vec<u8> = log
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
    let clock = r"( ?\[[^]]+\]| ?\\?<\w+>|Time)?";
    let prefix = format!(r"^MSI ?\(\w+\)( ?\(..[:!]..\))?{clock}:");
    let prefix = Regex::new(&prefix).unwrap();
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
        .any(|notice| notice.contains("the log was wrapped"));
    // Without lines of the engine nothing tells a wrapped log from any text.
    let engine = text
        .lines()
        .filter(|line| line.starts_with("MSI ("))
        .count()
        >= 3;
    let msi = report.kind == msilog::Kind::Msi && engine;
    (msi && !notices && !text.contains('\u{fffd}')).then_some((text, report))
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

/// A short log with all that is compared.
const SHORT: &str = r#"=== Verbose logging started: 1/2/2026  10:11:10  Build type: SHIP UNICODE 5.00.10011.00  Calling process: C:\Windows\System32\msiexec.exe ===
MSI (s) (A0:18) [10:11:10:120]: ******* RunEngine:
           ******* Product: C:\Users\ines\Downloads\Harbour Desk.msi
           ******* Action: 
           ******* CommandLine: **********
MSI (s) (A0:18) [10:11:10:124]: Product Code from property table after transforms:  '{6B0E4F0A-43D1-4E2D-8D0C-7A3A5C1D2E90}'
MSI (s) (A0:18) [10:11:11:130]: Doing action: InstallFinalize
Action start 10:11:11: InstallFinalize.
MSI (s) (A0:18) [10:11:11:200]: Executing op: ActionStart(Name=WriteRegistryValues,Description=Writing registry values,)
MSI (s) (A0:18) [10:11:11:204]: Note: 1: 1406 2: Path 3: \Software\Harbour "Desk" 4: 5 
MSI (s) (A0:18) [10:11:12:353]: Product: Harbour Desk -- Error 1406. Could not write value Path to key \Software\Harbour "Desk". System error 5.

Error 1406. Could not write value Path to key \Software\Harbour "Desk". System error 5.
Action ended 10:11:12: InstallFinalize. Return value 3.
Action ended 10:11:12: INSTALL. Return value 3.
Property(S): ProductName = Harbour Desk
Property(S): ProductVersion = 4.1.0
Property(S): ComputerName = KAI-12
MSI (s) (A0:18) [10:11:12:753]: Windows Installer installed the product. Product Name: Harbour Desk. Product Version: 4.1.0. Product Language: 1033. Manufacturer: Kai. Installation success or error status: 1603.
MSI (s) (A0:18) [10:11:12:757]: MainEngineThread is returning 1603
=== Verbose logging stopped: 1/2/2026  10:11:12 ===
"#;

fn replaced(pattern: &str, by: &str) -> Vec<u8> {
    let pattern = Regex::new(pattern).unwrap();
    pattern.replace_all(SHORT, by).into_owned().into_bytes()
}

fn between(head: &str, log: &[u8], tail: &str) -> Vec<u8> {
    [head.as_bytes(), log, tail.as_bytes()].concat()
}

fn printable(log: &str) -> Vec<u8> {
    let log = log.replace('=', "=3D");
    let lines = log.lines().map(|line| {
        let letters: Vec<char> = line.chars().collect();
        let parts: Vec<String> = letters.chunks(70).map(String::from_iter).collect();
        parts.join("=\r\n") + "\r\n"
    });
    lines.collect::<String>().into_bytes()
}

/// Lines that are cut at a width: between words, or wherever it falls.
fn folded(width: usize, hard: bool) -> Vec<u8> {
    let mut out = String::new();
    for line in SHORT.lines() {
        let mut rest = line;
        while rest.len() > width {
            let at = match hard {
                true => width,
                false => rest[..=width].rfind(' ').unwrap_or(width),
            };
            out += &rest[..at];
            out.push('\n');
            rest = if hard {
                &rest[at..]
            } else {
                rest[at..].trim_start()
            };
        }
        out += rest;
        out.push('\n');
    }
    out.into_bytes()
}

/// Other ways in which such texts come, each with a name.
fn other_ways() -> Vec<(&'static str, Vec<u8>)> {
    let plain = |around: fn(usize, &str) -> String| each_line(SHORT, around);
    let utf16: Vec<u8> = SHORT.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mail = "From: ines@example.com\r\nSubject: log\r\nMIME-Version: 1.0\r\n";
    let transfer = |how: &str| {
        format!(
            "{mail}Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: {how}\r\n\r\n"
        )
    };
    let clock = r"(MSI \(s\) \(A0:18\)) \[[0-9:]+\]";
    vec![
        ("a word for the clock", replaced(clock, "${1}Time")),
        ("a tag for the clock", replaced(clock, r"$1 \<DateTime>")),
        ("a bracketed word for the clock", replaced(clock, "$1 [Time]")),
        ("no ids", replaced(r" \(A0:18\) \[[0-9:]+\]", "")),
        ("no blanks", replaced(r"MSI \(s\) \(A0:18\) \[", "MSI(s)(A0:18)[")),
        ("words for the clocks of actions", replaced(r"(Action (?:start|ended)) [0-9:]+:", "$1 Time:")),
        ("dashes", replaced(" -- ", " \u{2014} ")),
        ("entity dashes", replaced(" -- ", " &#8212; ")),
        ("GitHub Actions", plain(|at, line| format!("2026-01-02T10:11:{:02}.1234567Z {line}", at + 10))),
        ("Azure Pipelines", plain(|at, line| format!("2026-01-02T10:11:{:02}.1234567Z ##[error]{line}", at + 10))),
        ("Docker", plain(|_, line| format!("{{\"log\":\"{}\\r\\n\",\"stream\":\"stdout\",\"time\":\"2026-01-02T10:11:12Z\"}}", json(line)))),
        ("syslog", plain(|at, line| format!("Jan  2 10:11:{:02} kai-12 setup[{}]: {line}", at + 10, 700 + at))),
        ("Octopus", plain(|_, line| format!("10:11:12   Info     |       {line}"))),
        ("Chef", plain(|_, line| format!("           STDOUT: {line}"))),
        ("Ansible lines", plain(|_, line| format!("        \"{}\",", json(line)))),
        (
            "Ansible",
            format!("fatal: [kai-12]: FAILED! => {{\"changed\": true, \"rc\": 1603, \"stdout\": \"{}\"}}\n", json(SHORT)).into_bytes(),
        ),
        ("a string in a string", format!("{{\"body\": \"{}\"}}", json(&format!("{{\"log\": \"{}\"}}", json(SHORT)))).into_bytes()),
        ("kernel clock", plain(|at, line| format!("[  {at:>2}.345678] {line}"))),
        ("tabs", plain(|_, line| format!("\t{line}"))),
        ("a table", plain(|at, line| format!("| {at} | {line} |"))),
        ("numbers", plain(|at, line| format!("{:>5}  {line}", at + 1))),
        ("numbers with a point", plain(|at, line| format!("{}. {line}", at + 1))),
        ("a search", plain(|at, line| format!("setup.log:{}:{line}", at + 1))),
        ("a change", plain(|_, line| format!("+{line}"))),
        ("fences", between("Please help:\n\n```text\n", SHORT.as_bytes(), "```\n")),
        ("an indent", plain(|_, line| format!("    {line}"))),
        ("a quote in a quote", plain(|_, line| format!("> > {line}"))),
        ("quoted-printable", between(&transfer("quoted-printable"), &printable(SHORT), "")),
        ("base64", between(&transfer("base64"), &base64(SHORT), "")),
        (
            "base64 of a file",
            between(&transfer("base64"), &base64_of(&between("", b"\xff\xfe", "").into_iter().chain(utf16).collect::<Vec<_>>()), "\r\n--b--\r\n"),
        ),
        (
            "a page of a forum",
            between("<!DOCTYPE html>\n<html><head><title>Setup fails</title></head><body><div class=\"post\"><p>Hi,</p>\n<pre><code>", html(SHORT).as_bytes(), "</code></pre></div></body></html>\n"),
        ),
        ("paragraphs", plain(|_, line| format!("<p class=\"x\">{}</p>", html(line)))),
        ("cells", plain(|at, line| format!("<tr><td data-line=\"{at}\">{at}</td><td>{}</td></tr>", html(line)))),
        ("blanks that do not break", SHORT.replace(' ', "\u{a0}").into_bytes()),
        ("a sign", replaced(r"MSI \(s\)", "MSI \u{a9}")),
        ("a mark that was lost", between("\u{ef}\u{bb}\u{bf}", SHORT.as_bytes(), "")),
        ("broken at 100 by a mail", folded(100, false)),
        ("broken at 120 by a console", folded(120, true)),
        ("doubled blanks", SHORT.replace(' ', "  ").into_bytes()),
        ("empty lines between", plain(|_, line| format!("{line}\n"))),
    ]
}

#[test]
fn a_short_log_in_other_ways() {
    let analysed = |log: &[u8]| analyse("install.log", log, &Options::default()).unwrap();
    let want = facts(&analysed(SHORT.as_bytes()));
    assert!(want[1].1.contains("Error 1406"), "{want:?}");
    let mut wrong = Vec::new();
    for (way, log) in other_ways() {
        let got = facts(&analysed(&log));
        let normal = |facts: &[(&str, String)]| -> Vec<String> {
            let dashes = |text: &str| {
                text.replace("\u{2014}", "--")
                    .replace("MSI \u{a9}", "MSI (s)")
            };
            facts.iter().map(|(_, text)| dashes(text)).collect()
        };
        if normal(&got) != normal(&want) {
            wrong.push(format!("{way}: {got:?}"));
        }
    }
    assert!(wrong.is_empty(), "{want:?}\n\n{}", wrong.join("\n"));
}

/// Four lines, as people pass them on when asked for the part that matters.
const PIECE: &str = "CustomAction RegisterDesk returned actual error code 1603 (note this may not be 100% accurate if translation happened inside sandbox)\n\
Error 1722. There is a problem with this Windows Installer package. A program run as part of the setup did not finish as expected.\n\
Action ended 10:11:12: InstallFinalize. Return value 3.\n\
MSI (s) (A0:18) [10:11:12:757]: MainEngineThread is returning 1603\n";

#[test]
fn a_piece_in_other_ways() {
    let plain = |around: fn(usize, &str) -> String| each_line(PIECE, around);
    let ways = [
        ("clean", PIECE.as_bytes().to_vec()),
        ("quote", plain(|_, line| format!("> {line}"))),
        ("list", plain(|_, line| format!("- {line}"))),
        ("bold list", plain(|_, line| format!("* **{line}**"))),
        ("code", plain(|_, line| format!("`{line}`"))),
        ("numbers", plain(|at, line| format!("{}. {line}", at + 1))),
        ("clock", plain(|_, line| format!("10:11:12 {line}"))),
        (
            "clock of a build",
            plain(|_, line| format!("2026-01-02T10:11:12.1234567Z {line}")),
        ),
        (
            "severity",
            plain(|_, line| format!("2026-01-02 10:11:12,123 ERROR {line}")),
        ),
        ("one line", PIECE.replace('\n', " ").into_bytes()),
        (
            "a sentence before",
            format!("It fails with this: {}", PIECE.replace('\n', " ")).into_bytes(),
        ),
        (
            "HTML",
            format!(
                "<p>It fails:</p><pre>{}</pre>",
                html(PIECE).replace('\n', "<br>")
            )
            .into_bytes(),
        ),
        ("string", format!("\"{}\"", json(PIECE)).into_bytes()),
        (
            "no prefix",
            PIECE
                .replace("MSI (s) (A0:18) [10:11:12:757]: ", "")
                .into_bytes(),
        ),
        ("indent", plain(|_, line| format!("\t{line}"))),
        ("empty lines", plain(|_, line| format!("{line}\n"))),
        (
            "talk around",
            format!(
                "Hi all,\nsetup fails since Monday. From the log:\n\n{PIECE}\nAny idea?\nInes\n"
            )
            .into_bytes(),
        ),
    ];
    let mut wrong = Vec::new();
    for (way, log) in ways {
        let report = analyse("install.log", log.as_slice(), &Options::default()).unwrap();
        let facts = facts(&report);
        let exit = report.principal().and_then(|session| session.exit_code);
        let right = facts
            .first()
            .is_some_and(|(_, outcome)| outcome == "Failed")
            && facts
                .get(1)
                .is_some_and(|(_, cause)| cause.contains("Error 1722"))
            && exit == Some(1603);
        if !right {
            wrong.push(format!("{way}: {exit:?} {facts:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is taken off, and the text inside, byte for byte.
fn opened(bytes: &[u8]) -> (Vec<&'static str>, Vec<u8>) {
    let mut opened = msilog::envelope::open(bytes, None).unwrap();
    let mut inside = Vec::new();
    opened.read_to_end(&mut inside).unwrap();
    (
        opened.around().map_or(Vec::new(), |around| around.layers),
        inside,
    )
}

#[test]
fn nothing_is_taken_off_a_clean_log() {
    let mut paths = logs(Path::new("fixtures"), "install.log");
    paths.retain(|path| !path.to_string_lossy().contains("/pasted-"));
    let folder = Path::new("../shared/corpus/logs");
    if folder.is_dir() {
        let entries = std::fs::read_dir(folder).unwrap();
        let whole = entries.map(|entry| entry.unwrap().path());
        paths.extend(whole.filter(|path| !path.to_string_lossy().contains("partial")));
    }
    assert!(paths.len() >= 50);
    for path in paths {
        let bytes = std::fs::read(&path).unwrap();
        let (layers, inside) = opened(&bytes);
        assert!(layers.is_empty(), "{}: {layers:?}", path.display());
        assert!(inside == bytes, "{}", path.display());
    }
}
