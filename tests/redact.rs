//! Secrets that were planted in a log never come out again, and everything that a diagnosis needs
//! does.

mod common;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use common::{fixtures, run, run_with_input, scratch, stdout};
use msilog::redact::Redactor;
use proptest::prelude::*;
use serde_json::Value;

/// What is planted: kind, line with `§` for the secret, secret.
const PLANTED: &[(&str, &str, &str)] = &[
    (
        "user in a path",
        r"MSI (c) (A0:F4) [12:02:17:123]: Original package ==> C:\Users\§\AppData\Local\Temp\a.msi",
        "Adalwina",
    ),
    (
        "user with a blank",
        r"Dir (target): Key: PersonalFolder , Object: C:\Users\§\Documents\",
        "Bertram Quill",
    ),
    (
        "user of an old Windows",
        r"SOURCEDIR ==> C:\Documents and Settings\§\Desktop\",
        "ceciliap",
    ),
    (
        "user in a short path",
        r"Note: 1: 2203 2: C:\DOCUME~1\§\LOCALS~1\Temp\x.ipi 3: -2147287038",
        "DROTHB~1",
    ),
    (
        "user in an escaped path",
        r#"{"log": "C:\\Users\\§\\x.log"}"#,
        "eloisef",
    ),
    (
        "user in a file address",
        "package file:///C:/Users/§/Downloads/a.msi",
        "fridolinq",
    ),
    (
        "user in a German path",
        r"C:\Dokumente und Einstellungen\§\Lokale Einstellungen\x",
        "gundulaz",
    ),
    (
        "user with letters beyond ASCII",
        r"C:\Users\§\AppData\x",
        "Jörg Übermüßig",
    ),
    ("user in Japanese", r"C:\Users\§\AppData\x", "山田太郎"),
    ("user in Cyrillic", r"C:\Users\§\AppData\x", "Дмитрий"),
    (
        "user with signs of patterns",
        r"C:\Users\§\AppData\x",
        "h.ug(o)+x",
    ),
    (
        "user of a home share",
        r"copy \\nas44\home$\§\a.msi",
        "ingeborgv",
    ),
    (
        "user of a Unix home",
        "opened /home/§/logs/a.log",
        "jaromirk",
    ),
    ("USERNAME", "Property(S): USERNAME = §", "Konstanze Wren"),
    ("LogonUser", "Property(C): LogonUser = §", "leopoldinag"),
    ("ProfileName", "Property(S): ProfileName = §", "mechthildr"),
    ("User:", "Running installer, User: §", "nepomukt"),
    (
        "User with a domain",
        r"Calling as User: QUARRY\§",
        "ottilieb",
    ),
    (
        "account in quotes",
        "User '§' has previously initiated an install for product 'X'",
        "pankrazs",
    ),
    ("login of SQL", "Login failed for user '§'.", "quirinad"),
    (
        "service account",
        r"Property(S): SERVICE_ACCOUNT = QUARRY\§",
        "rosamundek",
    ),
    (
        "account of a learned domain",
        r"granting QUARRY\§ the right to log on",
        "sieglindep",
    ),
    (
        "argument /user:",
        r"runas /user:QUARRY\§ setup.exe",
        "theobaldw",
    ),
    (
        "argument --username",
        "agent.exe --username § --silent",
        "ursulinah",
    ),
    ("machine", "Property(S): ComputerName = §", "HALDE-0815"),
    ("COMPUTERNAME", "SET COMPUTERNAME=§", "KIESEL77"),
    (
        "machine in quotes",
        "cannot reach computer '§' now",
        "schotter-9",
    ),
    ("Machine:", "Machine: §", "GRUBE-PC3"),
    ("domain", "Property(S): USERDOMAIN = §", "QUARRY"),
    (
        "DNS domain",
        "Property(S): USERDNSDOMAIN = §",
        "granite.quarry.example",
    ),
    (
        "domain in quotes",
        "joined to domain '§' today",
        "MARBLEPIT",
    ),
    ("Domain=", "Domain=§;x=1", "SLATEROCK"),
    (
        "logon server",
        r"Property(S): LOGONSERVER = \\§",
        "BASALT-DC1",
    ),
    (
        "organisation",
        "Property(S): COMPANYNAME = §",
        "Feldspat & Söhne",
    ),
    (
        "SID",
        r"HKEY_USERS\§\Software\Acme",
        "S-1-5-21-3623811015-3361044348-30300820-1013",
    ),
    (
        "SID of Entra",
        "UserSID: §",
        "S-1-12-1-1111111111-2222222222-3333333333-444444444",
    ),
    (
        "SID in a property",
        "Property(S): UserSID = §",
        "S-1-5-21-1757981266-688789844-725345543-500",
    ),
    ("IPv4", "connecting to §", "10.44.31.7"),
    ("IPv4 with a port", "listening on §:8443", "192.168.77.13"),
    ("public IPv4", "client address §", "203.0.113.77"),
    ("IPv4 of a share", r"SOURCEDIR = \\§\deploy\", "172.19.4.55"),
    ("IPv6", "bound to §", "2001:db8:77::beef"),
    (
        "IPv6 of a link",
        "gateway § answers",
        "fe80::1c2d:3e4f:5a6b:7c8d",
    ),
    ("hardware address", "adapter §", "00-1A-2B-3C-4D-5E"),
    (
        "hardware address with colons",
        "adapter § up",
        "a4:5e:60:c1:d2:e3",
    ),
    ("mail", "report to § please", "veit.schiefer@quarry.example"),
    (
        "mail of a contact",
        "Property(S): ARPCONTACT = §",
        "wunibald+help@granite.example",
    ),
    (
        "server of a share",
        r"MSI (c): SOURCEDIR ==> \\§\software\acme\",
        "ERZ-FS02",
    ),
    (
        "server with a domain",
        r"copying from \\§\it$\a.msi",
        "stollen.granite.quarry.example",
    ),
    ("server of a long path", r"\\?\UNC\§\it\a.cab", "SCHACHT8"),
    (
        "host of an address",
        "GET http://§:8530/Content/a.cab",
        "wsus-floez",
    ),
    ("internal host", "GET https://§/api", "nexus.granite.local"),
    (
        "credentials in an address",
        "GET https://robot:§@packages.example.org/a",
        "tr0mmel-W1rbel",
    ),
    (
        "token in an address",
        "git clone https://§@github.com/x/y",
        "f00ba4ba55d00d",
    ),
    (
        "product key",
        "key § accepted",
        "QX7P2-M4KJ9-TT3VB-8HGW6-RC2YD",
    ),
    ("PIDKEY", "Property(S): PIDKEY = §", "ZZ9-PLURAL-42Z"),
    (
        "serial number",
        "setup.exe SERIALNUMBER=§ /qn",
        "SN-4411-8822-XK",
    ),
    (
        "licence",
        "MSI (s): PROPERTY CHANGE: Adding LICENSE_KEY property. Its value is '§'.",
        "LIC99-0042-ABC",
    ),
    (
        "password property",
        "Property(S): DB_PASSWORD = §",
        "Kaktus mit Stacheln; 7",
    ),
    (
        "password on a command line",
        "msiexec /i a.msi PASSWORD=§ /qn",
        "w1ndm,uehle;9",
    ),
    (
        "password in quotes",
        "msiexec /i a.msi ADMINPWD=\"§\" /qn",
        "drei 8locke granit",
    ),
    (
        "password changed",
        "MSI (s): PROPERTY CHANGE: Modifying SVCPASSWORD property. Its current value is '§'. Its new value: 'x'.",
        "alt3r-Wert",
    ),
    (
        "new password",
        "MSI (s): PROPERTY CHANGE: Modifying SVCPASSWORD property. Its current value is 'x'. Its new value: '§'.",
        "neu3r-Wert",
    ),
    ("argument /p:", "dtexec /p:§ x", "h0lzW0lle"),
    (
        "argument -password",
        "agent.exe -password § -silent",
        "s4lzStreuer",
    ),
    (
        "password of sqlcmd",
        "sqlcmd -S erzdb -U sa -P § -i x.sql",
        "m0ndSch3in",
    ),
    (
        "password of net use",
        r"net use Z: \\erz-fs02\it § /user:x",
        "p4rkB4nk",
    ),
    (
        "connection string",
        "Data Source=x;Initial Catalog=y;Password=§;Pooling=no",
        "g1tter;T0r",
    ),
    (
        "user of a connection string",
        "Data Source=x;User ID=§;Password=y",
        "xaverl",
    ),
    (
        "server of a connection string",
        r"Data Source=tcp:§\INST2,1433;Integrated Security=SSPI",
        "KOHLE-SQL4",
    ),
    (
        "password of JSON",
        r#"{"user": "x", "password": "§"}"#,
        "k3rzen-Licht",
    ),
    (
        "password of XML",
        "<add><Password>§</Password></add>",
        "w4sserFall",
    ),
    (
        "secret of a setting",
        r#"<add key="ClientSecret" value="§"/>"#,
        "r3gen~B0gen",
    ),
    ("bearer", "Authorization: Bearer §", "abCD1234efGH5678ijKL"),
    ("basic", "Authorization: Basic §", "dXNlcjpwYXNz"),
    (
        "JWT",
        "got § back",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl",
    ),
    (
        "GitHub",
        "using §",
        "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
    ),
    ("AWS", "key id §", "AKIAIOSFODNN7QUARRYX"),
    (
        "SAS",
        "https://x.blob.core.windows.net/c/a.cab?sv=2020&sig=§&se=2030",
        "Zm9vYmFyJTJCcXV4",
    ),
    (
        "account key",
        "DefaultEndpointsProtocol=https;AccountName=x;AccountKey=§;EndpointSuffix=y",
        "b64KeyKeyKey0123==",
    ),
    ("API key", "MYAPIKEY=§", "live-77aa88bb99cc"),
    (
        "token property",
        "Property(S): AGENT_TOKEN = §",
        "tok-5566-7788-qq",
    ),
    (
        "token of a bundle",
        "[0A5C:0B10][2026-07-07T12:02:17]i000: Setting string variable 'EnrollSecret' to value '§'",
        "enr0l-77-GG",
    ),
    (
        "password of a certificate",
        "signtool sign /f a.pfx /p § /v",
        "zert1f1kat",
    ),
    (
        "private key",
        "-----BEGIN PRIVATE KEY-----§-----END PRIVATE KEY-----",
        "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC",
    ),
    (
        "secret said again",
        "CustomActionData: ;x;§;y",
        "w1ndm,uehle;9",
    ),
    ("user said again", "hello §, welcome", "LEOPOLDINAG"),
    (
        "machine said again",
        "report of halde-0815 by §",
        "kiesel77",
    ),
];

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
    for (_, line, secret) in PLANTED {
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
        .filter(|(_, _, secret)| lower.contains(&secret.to_lowercase()))
        .map(|(kind, _, secret)| {
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
    assert!(PLANTED.len() >= 60);
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

#[test]
fn a_redacted_log_has_the_same_diagnosis() {
    let root = scratch("redact-fixtures");
    for (name, log, _) in fixtures() {
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
    for (name, log, _) in fixtures() {
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
fn a_log_is_not_written_over_itself() {
    let path = write("redact-self", "a.log", b"C:\\Users\\joan\\x\n");
    let name = path.to_str().unwrap();
    let output = run(&["redact", name, "-o", name]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(std::fs::read(&path).unwrap(), b"C:\\Users\\joan\\x\n");
}

#[test]
fn long_logs_take_bounded_time() {
    // Without optimisation everything takes twenty times as long.
    let (megabytes, seconds) = if cfg!(debug_assertions) {
        (8, 240)
    } else {
        (50, 60)
    };
    let piece = planted();
    let path = scratch("redact-long").join("long.log");
    let count = megabytes * 1024 * 1024 / piece.len();
    let text = piece.repeat(count);
    std::fs::write(&path, &text).unwrap();
    let start = Instant::now();
    let out = redact(&path);
    assert!(
        start.elapsed() < Duration::from_secs(seconds),
        "{:?}",
        start.elapsed()
    );
    assert_eq!(out.lines().count(), text.lines().count());
    let front: String = out.lines().take(2 * piece.lines().count()).collect();
    assert_eq!(leaks(&front), [""; 0]);
}

/// A long line must not take time with the square of its length.
#[test]
fn long_lines_take_bounded_time() {
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
        let start = Instant::now();
        let mut redactor = Redactor::default();
        redactor.text(&line);
        assert!(
            start.elapsed() < Duration::from_secs(20),
            "{unit}: {:?}",
            start.elapsed()
        );
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
    #![proptest_config(ProptestConfig::with_cases(96))]

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
