//! Secrets that were planted in a log never come out again, and everything that a diagnosis needs
//! does.

mod common;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use common::{fixtures, run, run_with_input, scratch, stdout};
use msilog::redact::Redactor;
use proptest::prelude::*;
use serde_json::Value;

/// What is planted: kind, line with `§` for the secret, secret.
static PLANTED: LazyLock<Vec<[String; 3]>> = LazyLock::new(|| {
    let rows = include_str!("redact/secrets.tsv").lines();
    let rows = rows.filter(|row| !row.starts_with('#'));
    let fields = rows.map(|row| row.split('\t').map(|field| field.replace('⏎', "\n")));
    fields
        .map(|fields| fields.collect::<Vec<_>>().try_into().unwrap())
        .collect()
});

/// Lines that are nobody's secret.
const HARMLESS: &str = include_str!("redact/harmless.txt");

/// What must be readable afterwards.
const READABLE: &[&str] = &[
    "Error 1310",
    "{90140000-0011-0000-0000-0000000FF1CE}",
    "Return value 3",
    "InstallFinalize",
    "Acme Viewer",
    "4.0.30319.1",
    "5.1.2.3",
    "S-1-5-18",
    "S-1-5-32-544",
    "127.0.0.1",
    "download.microsoft.com",
    "b77a5c561934e089",
    "0x80131047",
    "**********",
];

/// A log of a failure with everything planted in it.
fn planted() -> String {
    let mut log = String::from(
        "=== Verbose logging started: 7/7/2026  12:02:17  Build type: SHIP UNICODE 5.00.7601.00  Calling process: C:\\Windows\\system32\\msiexec.exe ===\n\
         MSI (c) (A0:F4) [12:02:17:123]: Command Line: X=********** CURRENTDIRECTORY=C:\\Users\\Adalwina\\Desktop CLIENTUILEVEL=0 CLIENTPROCESSID=99\n\
         MSI (s) (50:64) [12:02:18:000]: Product Code from property table before transforms: '{90140000-0011-0000-0000-0000000FF1CE}'\n\
         Action start 12:02:18: INSTALL.\n",
    );
    for [_, line, secret] in &*PLANTED {
        log.push_str(&line.replace('§', secret));
        log.push('\n');
    }
    log.push_str(
        "runtime 4.0.30319.1 as S-1-5-18, group S-1-5-32-544, at 127.0.0.1 from http://download.microsoft.com/x\n\
         assembly name: Acme,publicKeyToken=\"b77a5c561934e089\" HRESULT: 0x80131047\n\
         Action start 12:02:19: InstallFinalize.\n\
         MSI (s) (50:64) [12:02:20:000]: Product: Acme Viewer -- Error 1310. Error writing to file: C:\\Users\\Adalwina\\AppData\\Local\\Acme\\viewer.dll. System error 5. Verify that you have access to that directory.\n\n\
         Action ended 12:02:20: InstallFinalize. Return value 3.\n\
         Action ended 12:02:20: INSTALL. Return value 3.\n\
         Property(S): ProductName = Acme Viewer\n\
         Property(S): ProductVersion = 5.1.2.3\n\
         Property(S): ProductCode = {90140000-0011-0000-0000-0000000FF1CE}\n\
         MSI (s) (50:64) [12:02:20:000]: MainEngineThread is returning 1603\n\
         === Verbose logging stopped: 7/7/2026  12:02:20 ===\n",
    );
    log
}

fn write(folder: &str, name: &str, bytes: &[u8]) -> PathBuf {
    let path = scratch(folder).join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

/// The kinds whose secret is still in a text, whatever its case.
fn leaks(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    PLANTED
        .iter()
        .filter(|[_, _, secret]| lower.contains(&secret.to_lowercase()))
        .map(|[kind, _, secret]| {
            let low = secret.to_lowercase();
            let line = text.lines().find(|l| l.to_lowercase().contains(&low));
            format!("{kind}: {secret}: {}", line.unwrap_or(""))
        })
        .collect()
}

fn redact(path: &Path) -> String {
    let output = run(&["redact", path.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0));
    let said = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(leaks(&said), [""; 0], "standard error");
    stdout(&output)
}

#[test]
fn no_planted_secret_is_left_in_the_log() {
    let kinds: HashSet<&String> = PLANTED.iter().map(|[kind, ..]| kind).collect();
    assert!(kinds.len() >= 300, "{}", kinds.len());
    let log = planted();
    let out = redact(&write("redact-log", "a.log", log.as_bytes()));
    let left = leaks(&out);
    assert!(left.is_empty(), "{}", left.join("\n"));
    assert_eq!(out.lines().count(), log.lines().count());
    for wanted in READABLE {
        assert!(out.contains(wanted), "{wanted} is gone:\n{out}");
    }
}

#[test]
fn each_secret_is_found_on_its_own() {
    // What other lines tell: a domain, and names that are said again.
    let told = "Property(S): USERDOMAIN = QUARRY\nProperty(S): USERNAME = Konstanze Wren\n\
                Property(S): LogonUser = leopoldinag\nProperty(S): ComputerName = HALDE-0815\n\
                Property(S): USERDNSDOMAIN = granite.quarry.example\nSET COMPUTERNAME=KIESEL77\n\
                msiexec PASSWORD=w1ndm,uehle;9 /qn\nto veit.schiefer@quarry.example\n";
    let mut left = Vec::new();
    for [kind, line, secret] in &*PLANTED {
        let out = both_passes(&format!("{told}{}", line.replace('§', secret)));
        if out.to_lowercase().contains(&secret.to_lowercase()) {
            let lines = line.lines().count();
            let rest: Vec<_> = out.lines().rev().take(lines).collect();
            left.push(format!("{kind}: {}", rest.join(" / ")));
        }
    }
    assert!(left.is_empty(), "{}", left.join("\n"));
}

#[test]
fn what_is_nobodys_secret_stays() {
    let lines = HARMLESS.lines().filter(|line| !line.starts_with('#'));
    let changed = lines.filter_map(|line| {
        let out = both_passes(line);
        (out.trim_end() != line).then_some(out)
    });
    let changed: Vec<String> = changed.collect();
    assert!(changed.is_empty(), "{}", changed.concat());
}

#[test]
fn no_planted_secret_is_left_in_one_pass() {
    let out = stdout(&run_with_input(&["redact", "-"], planted().as_bytes()));
    assert_eq!(leaks(&out), [""; 0]);
}

#[test]
fn no_planted_secret_is_left_in_any_report() {
    let path = write("redact-report", "install.log", planted().as_bytes());
    // The path of the log tells a name too.
    let folder = path.parent().unwrap().join("Adalwina");
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("HALDE-0815.log");
    std::fs::write(&path, planted()).unwrap();
    for format in [
        "text", "json", "ndjson", "csv", "markdown", "html", "sarif", "junit",
    ] {
        let arguments = [
            "--redact",
            "--format",
            format,
            "--max-evidence",
            "99",
            path.to_str().unwrap(),
        ];
        let output = run(&arguments);
        assert_eq!(output.status.code(), Some(1), "{format}");
        let text = stdout(&output);
        assert_eq!(leaks(&text), [""; 0], "{format}");
        for wanted in ["1310", "Acme Viewer", "5.1.2.3"] {
            assert!(text.contains(wanted), "{format}: {wanted}: {text}");
        }
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("redacted"), "{said}");
        assert_eq!(leaks(&said), [""; 0], "{format}");
    }
}

/// What an analysis finds, without names.
fn findings(log: &Path) -> Vec<Value> {
    let output = run(&["--format", "ndjson", "--exit-zero", log.to_str().unwrap()]);
    let report: Value = serde_json::from_str(&stdout(&output)).unwrap();
    let sessions = report["sessions"].as_array().unwrap();
    let remedies = |failure: &Value| -> Vec<Value> {
        let all = failure["remedies"].as_array();
        all.into_iter()
            .flatten()
            .map(|r| r["rule"].clone())
            .collect()
    };
    let of = |session: &Value| {
        let failure = &session["failure"];
        serde_json::json!([
            session["lines"],
            session["outcome"],
            session["exit_code"],
            session["operation"],
            session["product"]["code"],
            session["product"]["name"],
            session["product"]["version"],
            failure["action"],
            failure["line"],
            failure["cause"]["line"],
            failure["cause"]["code"],
            failure["cause"]["nested_code"],
            failure["cause"]["confidence"],
            remedies(failure),
        ])
    };
    sessions.iter().map(of).collect()
}

/// All fixtures; every third one where the program is not optimised.
fn some_fixtures() -> impl Iterator<Item = (String, PathBuf, Value)> {
    let step = if cfg!(debug_assertions) { 3 } else { 1 };
    fixtures().into_iter().step_by(step)
}

#[test]
fn a_redacted_log_has_the_same_diagnosis() {
    let root = scratch("redact-fixtures");
    for (name, log, _) in some_fixtures() {
        // The file's name may tell the product.
        let file = root.join(&name).join(log.file_name().unwrap());
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        let output = run(&[
            "redact",
            log.to_str().unwrap(),
            "-o",
            file.to_str().unwrap(),
        ]);
        assert_eq!(output.status.code(), Some(0), "{name}");
        assert_eq!(findings(&file), findings(&log), "{name}");
    }
}

#[test]
fn a_redacted_report_has_the_same_diagnosis() {
    for (name, log, _) in some_fixtures() {
        let path = log.to_str().unwrap();
        let plain = run(&["--format", "ndjson", "--exit-zero", path]);
        let redacted = run(&["--redact", "--format", "ndjson", "--exit-zero", path]);
        let plain: Value = serde_json::from_str(&stdout(&plain)).unwrap();
        let redacted: Value = serde_json::from_str(&stdout(&redacted)).unwrap();
        for field in ["kind", "lines", "bytes", "language"] {
            assert_eq!(plain[field], redacted[field], "{name}");
        }
        // A notice may name a path.
        let notices = |report: &Value| report["notices"].as_array().unwrap().len();
        assert_eq!(notices(&plain), notices(&redacted), "{name}");
        let sessions = plain["sessions"].as_array().unwrap().iter();
        for (one, other) in sessions.zip(redacted["sessions"].as_array().unwrap()) {
            for pointer in [
                "/failure/cause/line",
                "/failure/cause/code",
                "/failure/action",
                "/product/code",
                "/outcome",
            ] {
                assert_eq!(
                    one.pointer(pointer),
                    other.pointer(pointer),
                    "{name}{pointer}"
                );
            }
        }
    }
}

/// Every eighth log of the collection, all of them where the program is optimised.
#[test]
fn a_redacted_real_log_has_the_same_diagnosis() {
    let name = "a_redacted_real_log_has_the_same_diagnosis";
    let Some(corpus) = common::real_logs(name) else {
        return;
    };
    let step = if cfg!(debug_assertions) { 8 } else { 1 };
    let logs = std::fs::read_dir(corpus.join("logs")).unwrap();
    let mut logs: Vec<PathBuf> = logs.map(|entry| entry.unwrap().path()).collect();
    logs.sort();
    let mut other = Vec::new();
    for log in logs.iter().step_by(step) {
        let bytes = std::fs::read(log).unwrap();
        let mut redactor = Redactor::default();
        redactor.learn_log(bytes.as_slice(), None).unwrap();
        let mut out = Vec::new();
        redactor
            .replace_log(bytes.as_slice(), None, &mut out)
            .unwrap();
        if verdicts(&bytes) != verdicts(&out) {
            other.push(log.display().to_string());
        }
    }
    assert!(other.is_empty(), "{}", other.join("\n"));
}

/// Outcome, line of the cause and signature of each session.
fn verdicts(log: &[u8]) -> Vec<Value> {
    let report = common::report(log);
    let of = |session: &msilog::report::SessionReport| {
        let failure = session.failure.as_ref();
        let cause = failure.and_then(|failure| failure.cause.as_ref());
        serde_json::json!([
            session.outcome,
            failure.map(|failure| &failure.signature),
            cause.map(|cause| cause.line),
        ])
    };
    report.sessions.iter().map(of).collect()
}

#[test]
fn other_encodings_are_read_and_utf8_is_written() {
    let log = planted();
    let mut wide = vec![0xff, 0xfe];
    wide.extend(log.encode_utf16().flat_map(u16::to_le_bytes));
    let from_wide = redact(&write("redact-wide", "w.log", &wide));
    assert_eq!(
        from_wide,
        redact(&write("redact-plain", "w.log", log.as_bytes()))
    );

    let text = "Property(S): LogonUser = Jörg Übermut\r\nC:\\Users\\Jörg Übermut\\x\r\nGrüße an JÖRG ÜBERMUT\r\n";
    let (bytes, _, bad) = encoding_rs::WINDOWS_1252.encode(text);
    assert!(!bad);
    let path = write("redact-page", "p.log", &bytes);
    let output = run(&[
        "redact",
        "--encoding",
        "windows-1252",
        path.to_str().unwrap(),
    ]);
    assert_eq!(
        stdout(&output),
        "Property(S): LogonUser = user-1\r\nC:\\Users\\user-1\\x\r\nGrüße an user-1\r\n"
    );
}

#[test]
fn many_logs_share_their_stand_ins() {
    let root = scratch("redact-many");
    let (logs, out) = (root.join("logs"), root.join("out"));
    std::fs::create_dir_all(logs.join("zebrowskip")).unwrap();
    std::fs::write(logs.join("a.log"), "for zebrowskip on PUMICE-3\n").unwrap();
    std::fs::write(
        logs.join("zebrowskip/b.log"),
        "Property(S): LogonUser = Zebrowskip\nProperty(S): ComputerName = PUMICE-3\n",
    )
    .unwrap();
    let output = run(&[
        "redact",
        logs.to_str().unwrap(),
        "-O",
        out.to_str().unwrap(),
    ]);
    assert_eq!(output.status.code(), Some(0));
    let read = |name: &str| std::fs::read_to_string(out.join(name)).unwrap();
    let (first, second) = (read("a.log"), read("user-1/b.log"));
    assert_eq!(first, "for user-1 on machine-1\r\n");
    assert!(second.contains("LogonUser = user-1\r\n"), "{second}");

    let output = run(&["redact", logs.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2), "several logs need a folder");
}

#[test]
fn folders_that_are_called_as_machines_are_get_stand_ins() {
    let root = scratch("redact-folders");
    let logs = root.join("logs");
    // A folder that tells its machine, one that is called as a person may be, one as anything is.
    for folder in ["SCHALTER-07", "empfang", "setup"] {
        std::fs::create_dir_all(logs.join(folder)).unwrap();
        let log = "=== Verbose logging started: 7/7/2026  12:02:17  Build type: SHIP UNICODE 5.00.7601.00  Calling process: C:\\Windows\\system32\\msiexec.exe ===\n\
                   copied from schalter-07 to the empfang hall\n\
                   Action ended 12:02:20: INSTALL. Return value 3.\n\
                   MSI (s) (50:64) [12:02:20:000]: MainEngineThread is returning 1603\n";
        std::fs::write(logs.join(folder).join("a.log"), log).unwrap();
    }
    std::fs::write(logs.join("empfang/bad.zip"), b"PK\x03\x04broken").unwrap();
    for format in [
        "text", "json", "ndjson", "csv", "markdown", "html", "sarif", "junit",
    ] {
        let arguments = [
            "--redact",
            "--group-by",
            "machine",
            "-v",
            "--format",
            format,
        ];
        let output = run(&[&arguments, [logs.to_str().unwrap()].as_slice()].concat());
        let text = stdout(&output) + &String::from_utf8(output.stderr).unwrap();
        let text = text.to_lowercase();
        for name in ["schalter-07", "empfang"] {
            assert!(!text.contains(name), "{format}: {name}: {text}");
        }
        assert!(text.contains("machine-1"), "{format}: {text}");
    }
    let out = root.join("out");
    let output = run(&[
        "redact",
        logs.to_str().unwrap(),
        "-O",
        out.to_str().unwrap(),
    ]);
    let said = String::from_utf8(output.stderr).unwrap().to_lowercase();
    assert!(!said.contains("empfang"), "{said}");
    let mut folders: Vec<String> = std::fs::read_dir(&out)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    folders.sort();
    assert_eq!(folders, ["machine-1", "machine-2", "setup"]);
    let log = std::fs::read_to_string(out.join("setup/a.log")).unwrap();
    let machine = log.contains("copied from machine-1 ") || log.contains("copied from machine-2 ");
    assert!(machine && log.contains(" to the empfang hall"), "{log}");
}

#[test]
fn a_log_is_not_written_over_itself() {
    let path = write("redact-self", "a.log", b"C:\\Users\\joan\\x\n");
    let name = path.to_str().unwrap();
    let output = run(&["redact", name, "-o", name]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(std::fs::read(&path).unwrap(), b"C:\\Users\\joan\\x\n");
}

#[test]
fn a_long_log_keeps_its_lines_and_its_secrets() {
    // Without optimisation everything takes twenty times as long.
    let megabytes = if cfg!(debug_assertions) { 1 } else { 50 };
    let piece = planted();
    let path = scratch("redact-long").join("long.log");
    let count = megabytes * 1024 * 1024 / piece.len();
    let text = piece.repeat(count);
    std::fs::write(&path, &text).unwrap();
    let out = redact(&path);
    assert_eq!(out.lines().count(), text.lines().count());
    let front: String = out.lines().take(2 * piece.lines().count()).collect();
    assert_eq!(leaks(&front), [""; 0]);
}

/// A long line must not take time with the square of its length: this test would hardly end.
#[test]
fn long_lines_come_to_their_end() {
    for unit in [
        "a=",
        "C:\\Users\\x",
        "\\\\",
        "a@",
        "1.2.3.4:",
        "'",
        "\"x\"=",
        "S-1-5-21-",
        "-a -b ",
        "::",
        "x://",
    ] {
        let line = unit.repeat(40_000 / unit.len());
        let mut redactor = Redactor::default();
        assert!(!redactor.text(&line).is_empty(), "{unit}");
    }
}

/// Two passes over a text.
fn both_passes(text: &str) -> String {
    let mut redactor = Redactor::default();
    redactor.learn_log(text.as_bytes(), None).unwrap();
    let mut out = Vec::new();
    redactor
        .replace_log(text.as_bytes(), None, &mut out)
        .unwrap();
    String::from_utf8(out).unwrap()
}

fn survives(line: &str, secret: &str) -> Option<String> {
    let out = both_passes(&line.replace('§', secret));
    out.to_lowercase()
        .contains(&secret.to_lowercase())
        .then_some(out)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 32 } else { 256 }))]

    #[test]
    fn random_secrets_never_survive(secret in "[A-Za-z][A-Za-z0-9!#+.~^]{6,20}[A-Za-z0-9]") {
        for line in [
            "Property(S): DB_PASSWORD = §",
            "msiexec /i a.msi PASSWORD=§ /qn",
            "Data Source=x;Password=§;Pooling=no",
            "PROPERTY CHANGE: Adding APIKEY property. Its value is '§'.",
            "{\"secret\": \"§\"}",
            "agent -password § -q",
        ] {
            prop_assert_eq!(survives(line, &secret), None);
        }
    }

    #[test]
    fn random_names_never_survive(name in "[A-Za-zäöüéñ][a-z0-9äöüéñ]{4,12}[qxz][0-9]") {
        for line in [
            "C:\\Users\\§\\x",
            "Property(S): LogonUser = §",
            "Property(S): ComputerName = §",
            "Property(S): USERDOMAIN = §",
            "\\\\§\\share\\x",
            "hello § !\nProperty(C): USERNAME = §",
        ] {
            prop_assert_eq!(survives(line, &name), None);
        }
    }

    #[test]
    fn random_numbers_never_survive(a in 1u8..=223, b: u8, c: u8, d in 1u8..=254, e: u32, f: u32) {
        prop_assume!(a != 127);
        let ip = format!("{a}.{b}.{c}.{d}");
        prop_assert_eq!(survives("connecting to §", &ip), None);
        let sid = format!("S-1-5-21-{e}-{f}-{}-1001", u32::from(a) * 7919 + 1);
        prop_assert_eq!(survives("HKEY_USERS\\§_Classes", &sid), None);
        let mac = format!("{a:02x}:{b:02x}:{c:02x}:{d:02x}:{a:02x}:{b:02x}");
        prop_assert_eq!(survives("card § up", &mac), None);
        let v6 = format!("2001:db8::{:x}:{:x}", (e & 0xffff) | 1, (f & 0xffff) | 1);
        prop_assert_eq!(survives("peer § up", &v6), None);
        let key = format!("{:05}-{:05}-AB{:03}-XYZ{:02}-K{:04}", e % 100_000, f % 100_000, a, b % 100, e % 10_000);
        prop_assert_eq!(survives("key § taken", &key), None);
    }

    #[test]
    fn anything_keeps_its_lines(text in "(\\PC{0,40}\n){0,6}") {
        let lines = text.lines().count();
        prop_assert_eq!(both_passes(&text).lines().count(), lines);
    }
}
