//! The program as a script meets it: ways in, exit status, bad input, closed pipes.

mod common;

use std::io::{Read, Write};
use std::process::Stdio;

use common::{fixtures, run, run_with_input, scratch, stdout};
use serde_json::Value;

/// A fixture by the name of its folder.
fn fixture(name: &str) -> std::path::PathBuf {
    fixtures()
        .into_iter()
        .find(|(n, ..)| n == name)
        .unwrap_or_else(|| panic!("no fixture {name}"))
        .1
}

fn without_path(text: &str) -> Value {
    let mut value: Value = serde_json::from_str(text).unwrap();
    value["path"] = Value::Null;
    // The file's name may tell the product; standard input has none.
    value
}

#[test]
fn a_file_and_standard_input_give_the_same_report() {
    for (name, log, _) in fixtures() {
        let path = log.to_str().unwrap();
        let bytes = std::fs::read(&log).unwrap();
        let file = run(&["--format", "ndjson", "--exit-zero", path]);
        let dash = run_with_input(&["--format", "ndjson", "--exit-zero", "-"], &bytes);
        let pipe = run_with_input(&["--format", "ndjson", "--exit-zero"], &bytes);
        let wanted = without_path(&stdout(&file));
        assert_eq!(without_path(&stdout(&dash)), wanted, "{name}: -");
        assert_eq!(without_path(&stdout(&pipe)), wanted, "{name}: pipe");
        let value: Value = serde_json::from_str(&stdout(&dash)).unwrap();
        assert_eq!(value["path"], "-");
    }
}

#[test]
fn a_folder_gives_what_its_files_give() {
    let folder = scratch("folder");
    let mut single = Vec::new();
    for (name, log, _) in fixtures() {
        let copy = folder.join(&name).join("install.log");
        std::fs::create_dir_all(copy.parent().unwrap()).unwrap();
        std::fs::copy(&log, &copy).unwrap();
        single.push(stdout(&run(&[
            "--format",
            "ndjson",
            "--exit-zero",
            copy.to_str().unwrap(),
        ])));
    }
    let all = run(&[
        "--format",
        "ndjson",
        "--exit-zero",
        folder.to_str().unwrap(),
    ]);
    assert_eq!(stdout(&all), single.concat());
    for jobs in ["1", "2", "7"] {
        let again = run(&[
            "--format",
            "ndjson",
            "--exit-zero",
            "--jobs",
            jobs,
            folder.to_str().unwrap(),
        ]);
        assert_eq!(again.stdout, all.stdout, "--jobs {jobs}");
    }
    // Each of a few logs has a row; of more logs, only what failed is told.
    let few: Vec<String> = fixtures().into_iter().take(40).map(|f| f.0).collect();
    let paths: Vec<_> = few.iter().map(|name| folder.join(name)).collect();
    let mut arguments = vec!["--exit-zero"];
    arguments.extend(paths.iter().map(|path| path.to_str().unwrap()));
    let table = stdout(&run(&arguments));
    for name in few {
        assert!(table.contains(&name), "{name} is in the table");
    }
}

/// A log of many pieces, so that several threads share it.
fn long_log(name: &str) -> Vec<u8> {
    let bytes = std::fs::read(fixture(name)).unwrap();
    let times = (4 << 20) / bytes.len() + 1;
    bytes.repeat(times)
}

#[test]
fn long_and_short_logs_of_a_folder_keep_their_order() {
    let folder = scratch("long-and-short");
    let short = std::fs::read(fixture("clean-success")).unwrap();
    for n in 0..40 {
        let bytes = match n {
            3 | 17 => long_log("not-verbose"),
            _ => short.clone(),
        };
        std::fs::write(folder.join(format!("{n:02}.log")), bytes).unwrap();
    }
    let place = folder.to_str().unwrap();
    let arguments = ["--format", "ndjson", "--exit-zero", "--jobs"];
    let alone = stdout(&run(&[&arguments[..], &["1", place]].concat()));
    assert_eq!(alone.lines().count(), 40);
    for jobs in ["2", "3", "8"] {
        let all = stdout(&run(&[&arguments[..], &[jobs, place]].concat()));
        assert!(all == alone, "{jobs} threads");
    }
}

#[test]
fn a_log_that_still_grows_is_reported_as_far_as_it_is() {
    let bytes = std::fs::read(fixture("clean-success")).unwrap();
    // In the middle of a line, and of a letter.
    let half = bytes.get(..(bytes.len() / 2) | 1).unwrap();
    let grown = scratch("growing").join("install.log");
    std::fs::write(&grown, half).unwrap();
    let from_file = run(&["--format", "ndjson", grown.to_str().unwrap()]);
    let from_pipe = run_with_input(&["--format", "ndjson", "-"], half);
    for output in [from_file, from_pipe] {
        let report = without_path(&stdout(&output));
        assert_eq!(report["complete"], false);
        assert_eq!(report["sessions"][0]["outcome"], "incomplete");
        let notices = report["notices"].to_string();
        assert!(notices.contains("still runs"), "{notices}");
        assert_eq!(output.status.code(), Some(0));
    }
}

#[test]
fn exit_status_tells_the_outcome() {
    let failed = fixture("netfx4-extended-access-denied");
    let good = fixture("clean-success");
    let (failed, good) = (failed.to_str().unwrap(), good.to_str().unwrap());
    assert_eq!(run(&[failed]).status.code(), Some(1));
    assert_eq!(run(&["--exit-zero", failed]).status.code(), Some(0));
    assert_eq!(run(&[good]).status.code(), Some(0));
    assert_eq!(run(&[good, failed]).status.code(), Some(1));
    assert_eq!(run(&["does-not-exist.log"]).status.code(), Some(2));
    assert_eq!(run(&[good, "does-not-exist.log"]).status.code(), Some(2));
    assert_eq!(run(&["--no-such-option"]).status.code(), Some(2));
    assert_eq!(run(&["--help"]).status.code(), Some(0));
    assert_eq!(run(&["--version"]).status.code(), Some(0));
}

#[test]
fn what_cannot_be_read_is_named_and_costs_nobody_else() {
    let folder = scratch("bad-input");
    let good = fixture("clean-success");
    std::fs::copy(&good, folder.join("a-good.log")).unwrap();
    std::fs::write(folder.join("b-empty.log"), b"").unwrap();
    std::fs::write(
        folder.join("c-binary.log"),
        [0u8, 159, 146, 150, 0, 1, 2, 3].repeat(1000),
    )
    .unwrap();
    // What was only found need not be a log: it is listed where it is asked for, and costs nothing.
    let found = run(&["--format", "json", "-v", folder.to_str().unwrap()]);
    assert_eq!(found.status.code(), Some(0));
    let value: Value = serde_json::from_str(&stdout(&found)).unwrap();
    assert_eq!(value["schema"], "msilog/1");
    let logs = value["logs"].as_array().unwrap();
    assert_eq!(logs.len(), 3, "{value}");
    assert_eq!(logs[0]["sessions"][0]["outcome"], "succeeded");
    assert_eq!(logs[1]["kind"], "unrecognised");
    assert_eq!(logs[2]["kind"], "unrecognised");
    for named in ["b-empty.log", "c-binary.log"] {
        let output = run(&[folder.join(named).to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(2), "{named} ought to be a log");
    }

    let missing = run(&["no-such-file.log"]);
    let message = String::from_utf8_lossy(&missing.stderr).into_owned();
    assert!(message.contains("no-such-file.log"), "{message}");

    let empty = scratch("no-logs");
    std::fs::write(empty.join("picture.png"), b"x").unwrap();
    let none = run(&[empty.to_str().unwrap()]);
    assert_eq!(none.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&none.stderr).contains("no-logs"));
}

#[cfg(unix)]
#[test]
fn a_file_without_permission_is_an_error_with_its_name() {
    use std::os::unix::fs::PermissionsExt;
    let folder = scratch("locked");
    let path = folder.join("locked.log");
    std::fs::write(&path, b"x").unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o0)).unwrap();
    if std::fs::read(&path).is_ok() {
        eprintln!("skipped: this user may read everything");
        return;
    }
    let output = run(&[path.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("locked.log"));
}

#[test]
fn pipes_that_close_early_end_quietly() {
    let log = fixture("netfx4-extended-access-denied");
    for format in ["text", "json", "ndjson"] {
        let mut child = common::program()
            .args(["--format", format, log.to_str().unwrap()])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let mut message = String::new();
        child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut message)
            .unwrap();
        assert!(child.wait().unwrap().code().is_some(), "{format}: killed");
        assert!(!message.contains("panic"), "{format}: {message}");
    }
    let nothing = run_with_input(&["--format", "ndjson", "-"], b"");
    assert_eq!(nothing.status.code(), Some(2), "an empty input is no log");
}

#[test]
fn text_is_clean_on_a_pipe_and_fits_the_screen() {
    for (name, log, _) in fixtures() {
        let output = run(&["--exit-zero", log.to_str().unwrap()]);
        let text = stdout(&output);
        assert!(!text.contains('\u{1b}'), "{name}: escapes on a pipe");
        assert!(
            output.stderr.is_empty(),
            "{name}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        let lines = text.lines().count();
        // Most fit a window of 24 lines; where three steps need more they get it.
        assert!(lines <= 32, "{name}: {lines} lines\n{text}");
        for line in text.lines() {
            // Commands and addresses stand alone on their lines, whole.
            let whole = line.starts_with("            ") || line.contains("msilog ");
            assert!(
                line.chars().count() <= 100 || whole || line.contains("http"),
                "{name}: too wide\n{line}"
            );
        }
    }
}

#[test]
fn control_characters_never_reach_the_terminal() {
    let log = "MSI (s) (C8:50) [01:49:43:906]: Product: Evil\u{1b}[31m\u{7} -- Error 1310. Error writing to file: C:\\\u{1b}]0;x\u{7}.  System error 5.\r\n\
               Action ended 1:49:43: InstallFiles. Return value 3.\r\n\
               MSI (s) (C8:50) [01:49:43:906]: MainEngineThread is returning 1603\r\n";
    for arguments in [&["-"][..], &["--color", "always", "-"][..]] {
        let text = stdout(&run_with_input(arguments, log.as_bytes()));
        assert!(
            !text.contains('\u{7}') && !text.contains("\u{1b}]"),
            "{text:?}"
        );
        assert!(text.contains("1310"), "{text}");
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_with_what_is_known() {
    let folder = scratch("interrupt");
    let log = std::fs::read(fixture("disk-full")).unwrap();
    for number in 0..200 {
        std::fs::write(folder.join(format!("{number:03}.log")), &log).unwrap();
    }
    // A named pipe that nobody writes to keeps the scan waiting.
    let fifo = folder.join("100.fifo.log");
    let made = std::process::Command::new("mkfifo").arg(&fifo).status();
    if !made.is_ok_and(|status| status.success()) {
        eprintln!("ctrl_c_ends_with_what_is_known: skipped, mkfifo is not here");
        return;
    }
    let mut paths: Vec<String> = (0..200)
        .map(|n| {
            folder
                .join(format!("{n:03}.log"))
                .to_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    paths.insert(100, fifo.to_str().unwrap().to_owned());
    let child = common::program()
        .args(["--format", "ndjson", "--jobs", "1"])
        .args(&paths)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It can be written to without waiting once the scan has come to it.
    let mut writer = loop {
        use std::os::unix::fs::OpenOptionsExt;
        // O_NONBLOCK, on Linux and on the BSDs.
        let nonblocking = if cfg!(target_os = "linux") { 0o4000 } else { 4 };
        let opened = std::fs::OpenOptions::new()
            .write(true)
            .custom_flags(nonblocking)
            .open(&fifo);
        match opened {
            Ok(writer) => break writer,
            Err(_) => std::thread::sleep(std::time::Duration::from_millis(20)),
        }
    };
    let kill = std::process::Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(kill.unwrap().success());
    // The read that waits comes back only after the signal. Where the signal came before the read,
    // nobody reads any more, and that is as good.
    std::thread::sleep(std::time::Duration::from_millis(500));
    let _ = writer.write_all(b"x");
    drop(writer);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let reports: Vec<Value> = stdout(&output)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(reports.len(), 100);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("stopped by Ctrl-C: only 100 logs were read"),
        "{said}"
    );
}
