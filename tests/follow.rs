//! `msilog follow` while somebody writes.

mod common;

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread::sleep;
use std::time::{Duration, Instant};

use common::{decoded, program, root, run, scratch, utf16};

/// The program at work, and the lines that it writes, with the moment of each.
struct Following {
    child: Child,
    lines: Receiver<(Instant, String)>,
}

impl Following {
    fn new(arguments: &[&str]) -> Self {
        let mut child = program()
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                let _ = sender.send((Instant::now(), line));
            }
        });
        Self { child, lines }
    }

    /// The next line that begins so, and when it came.
    #[track_caller]
    fn wait_for(&self, front: &str) -> (Instant, String) {
        let mut seen = Vec::new();
        let until = Instant::now() + Duration::from_secs(20);
        while let Ok(one) = self
            .lines
            .recv_timeout(until.saturating_duration_since(Instant::now()))
        {
            if one.1.starts_with(front) {
                return one;
            }
            seen.push(one.1);
        }
        panic!("no {front}: {seen:#?}")
    }

    /// What is left, and the exit status.
    fn end(mut self) -> (String, i32) {
        let status = self.child.wait().unwrap();
        let rest: Vec<String> = self.lines.iter().map(|(_, line)| line).collect();
        (rest.join("\n"), status.code().unwrap())
    }
}

/// The text of a fixture.
fn fixture(name: &str) -> String {
    let log = root().join("fixtures").join(name).join("install.log");
    decoded(&std::fs::read(log).unwrap())
}

/// Writes as a slow program does, without regard to letters and lines.
fn append(file: &mut File, bytes: &[u8]) {
    for piece in bytes.chunks(4099) {
        file.write_all(piece).unwrap();
        sleep(Duration::from_millis(5));
    }
}

fn named(test: &str) -> (PathBuf, String) {
    let path = scratch(test).join("pc1.log");
    let name = path.to_str().unwrap().to_owned();
    (path, name)
}

fn create(path: &Path) -> File {
    File::create(path).unwrap()
}

#[test]
fn the_verdict_comes_within_a_second_of_the_line_that_tells_it() {
    let (path, name) = named("follow-verdict");
    let following = Following::new(&["follow", &name]);
    following.wait_for("waiting: ");
    let log = utf16(&fixture("service-1920").replace('\n', "\r\n"));
    let mark = utf16("InstallFinalize. Return value 3.\r\n").split_off(2);
    let at = log.windows(mark.len()).position(|w| w == mark).unwrap() + mark.len();
    let cause = utf16("Error 1920").split_off(2);
    let before = log.windows(cause.len()).position(|w| w == cause).unwrap();
    let mut file = create(&path);
    append(&mut file, &log[..before + 1]);
    let (_, begins) = following.wait_for("line 470: begins");
    assert_eq!(begins, "line 470: begins StartServices");
    let told = Instant::now();
    append(&mut file, &log[before + 1..at]);
    let (came, verdict) = following.wait_for("verdict: failed");
    assert!(came - told < Duration::from_secs(1), "{:?}", came - told);
    assert!(
        verdict.contains("msi-1920") && verdict.contains(":477"),
        "{verdict}"
    );
    append(&mut file, &log[at..]);
    let (rest, status) = following.end();
    assert_eq!(status, 1, "{rest}");
    assert!(rest.contains("FAILED") && rest.contains("1603"), "{rest}");
    assert!(rest.contains("line 490: undoes what was done"), "{rest}");
}

#[test]
fn a_log_that_begins_anew_is_read_anew() {
    let (path, name) = named("follow-anew");
    let mut file = create(&path);
    append(&mut file, fixture("service-1920").as_bytes());
    let following = Following::new(&["follow", &name]);
    following.wait_for("verdict: failed");
    append(&mut create(&path), fixture("clean-success").as_bytes());
    following.wait_for("anew: ");
    following.wait_for("verdict: ok");
    let (rest, status) = following.end();
    assert_eq!(status, 0, "{rest}");
}

#[test]
fn a_log_without_end_is_followed_as_long_as_is_said() {
    let (path, name) = named("follow-timeout");
    let log = fixture("clean-success");
    create(&path)
        .write_all(&log.as_bytes()[..log.len() / 2])
        .unwrap();
    let output = run(&["follow", &name, "--timeout", "1s"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no end yet"));
    let nothing = scratch("follow-nothing").join("a.log");
    let output = run(&["follow", nothing.to_str().unwrap(), "--timeout", "1"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no log came"));
}

#[test]
fn what_cannot_be_followed_is_refused_with_what_to_do() {
    let folder = scratch("follow-refused");
    let missing = folder.join("none/a.log");
    for (log, words) in [
        (folder.to_str().unwrap(), "name the log in it"),
        ("-", "reads it to its end"),
        (missing.to_str().unwrap(), "no such folder"),
    ] {
        let output = run(&["follow", log]);
        assert_eq!(output.status.code(), Some(2), "{log}");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains(words), "{log}: {said}");
    }
    assert_eq!(run(&["-f", "a.log", "b.log"]).status.code(), Some(2));
    // What would be ignored is refused.
    for ignored in [
        &["--details"][..],
        &["--format", "json"],
        &["--store", "a.db"],
    ] {
        let refused = run(&[&["-f", "a.log"][..], ignored].concat());
        let said = String::from_utf8_lossy(&refused.stderr);
        assert!(said.contains("cannot be used with"), "{ignored:?}: {said}");
    }
    assert_eq!(
        run(&["follow", "a.log", "--timeout", "soon"]).status.code(),
        Some(2)
    );
}

#[cfg(unix)]
#[test]
fn a_named_pipe_is_refused_and_ctrl_c_ends_with_the_report() {
    let (path, name) = named("follow-interrupt");
    let pipe = path.with_file_name("pipe");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    let output = run(&["follow", pipe.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    let log = fixture("service-1920");
    let (front, _) = log.split_once("MSI (s) (FC:D4) [11:03:32:154]").unwrap();
    create(&path).write_all(front.as_bytes()).unwrap();
    let following = Following::new(&["-f", &name]);
    following.wait_for("verdict: failed");
    let process = following.child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &process])
            .status()
            .unwrap()
            .success()
    );
    let (rest, status) = following.end();
    assert_eq!(status, 1, "{rest}");
    assert!(rest.contains("FAILED"), "{rest}");
}

#[test]
fn names_are_hidden_in_every_line() {
    let (path, name) = named("follow-redacted");
    let mut file = OpenOptions::new()
        .create(true)
        .append(true)
        .open(&path)
        .unwrap();
    let log = "MSI (s) (FC:D4) [10:00:00:000]: PROPERTY CHANGE: Adding LogonUser property. Its value is 'jorunn.vik'.\n\
        Action start 10:00:00: A.\n\
        Error 1310. Error writing to file: C:\\Users\\jorunn.vik\\a.dll.  System error 5.\n\
        Action ended 10:00:00: A. Return value 3.\n\
        === Verbose logging stopped: 2026-01-02  10:00:00 ===\n";
    append(&mut file, log.as_bytes());
    let following = Following::new(&["follow", &name, "--redact"]);
    let (_, verdict) = following.wait_for("verdict: ");
    let (rest, _) = following.end();
    assert!(
        !verdict.contains("jorunn") && !rest.contains("jorunn"),
        "{verdict}\n{rest}"
    );
    assert!(rest.contains("user-1"), "{rest}");
}
