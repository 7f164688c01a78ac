//! What is written never takes the place of what is read, stands in its place only when it is
//! whole, and leaves nothing behind where it cannot be.

mod common;

use std::path::{Path, PathBuf};
use std::process::Output;

use common::stores::{fixture, scan, text};
use common::{program, run, scratch, stdout};

fn failed_log() -> Vec<u8> {
    std::fs::read(fixture("disk-full")).unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Runs the program, which must refuse to write over something, and leave it as it is.
fn refused(arguments: &[&str], spared: &Path) {
    let before = std::fs::read(spared).unwrap();
    let output = run(arguments);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    let said = said(&output);
    assert!(said.contains("not written over"), "{arguments:?}: {said}");
    assert!(std::fs::read(spared).unwrap() == before, "{arguments:?}");
}

/// All files below a folder, with slashes, sorted.
fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in walkdir(folder) {
        let name = entry.strip_prefix(folder).unwrap().display().to_string();
        found.push(name.replace('\\', "/"));
    }
    found.sort();
    found
}

fn walkdir(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().flatten();
    let paths = entries.map(|entry| entry.path());
    paths
        .flat_map(|path| match path.is_dir() {
            true => walkdir(&path),
            false => vec![path],
        })
        .collect()
}

#[test]
fn a_report_spares_what_is_read() {
    let folder = scratch("spare-inputs");
    let place = |name: &str| folder.join(name);
    let (log, hard, list) = (place("a.log"), place("h.log"), place("list.txt"));
    std::fs::write(&log, failed_log()).unwrap();
    std::fs::hard_link(&log, &hard).unwrap();
    std::fs::write(&list, format!("{}\n", log.display())).unwrap();
    let earlier = place("earlier.ndjson");
    std::fs::write(&earlier, run(&["--format", "ndjson", text(&log)]).stdout).unwrap();
    let store = place("reports.db");
    scan(&store, &[text(&log)]);
    let rules = place("own.toml");
    std::fs::write(&rules, "").unwrap();
    let dotted = folder.join("sub/../a.log");
    std::fs::create_dir(place("sub")).unwrap();

    refused(&["-o", text(&log), text(&log)], &log);
    refused(&["-o", text(&hard), text(&log)], &log);
    refused(&["-o", text(&dotted), text(&log)], &log);
    refused(&["-o", text(&list), "--files-from", text(&list)], &list);
    refused(&["-o", text(&log), "--files-from", text(&list)], &log);
    let with_baseline = ["--format", "json", "--baseline", text(&earlier)];
    refused(
        &[&with_baseline[..], &["-o", text(&earlier), text(&log)]].concat(),
        &earlier,
    );
    refused(
        &["--store", text(&store), "-o", text(&store), text(&log)],
        &store,
    );
    refused(
        &["--rules", text(&rules), "-o", text(&rules), text(&log)],
        &rules,
    );
    let new = place("new.db");
    let output = run(&["--store", text(&new), "-o", text(&new), text(&log)]);
    assert_eq!(output.status.code(), Some(2), "neither is there yet");
    // Standard input that is a file is one of the inputs.
    for command in [None, Some("redact")] {
        let before = std::fs::read(&log).unwrap();
        let mut reading = program();
        reading.args(command).args(["-o", text(&hard), "-"]);
        let output = reading
            .stdin(std::fs::File::open(&log).unwrap())
            .output()
            .unwrap();
        assert!(
            said(&output).contains("not written over"),
            "{}",
            said(&output)
        );
        assert!(std::fs::read(&hard).unwrap() == before);
    }
    #[cfg(unix)]
    {
        let soft = place("soft.log");
        std::os::unix::fs::symlink(&log, &soft).unwrap();
        refused(&["-o", text(&soft), text(&log)], &log);
    }
}

#[test]
fn a_report_spares_what_is_found_in_folders_and_archives() {
    let folder = scratch("spare-found");
    let logs = folder.join("logs");
    std::fs::create_dir(&logs).unwrap();
    let log = logs.join("a.log");
    std::fs::write(&log, failed_log()).unwrap();
    std::fs::write(logs.join("b.log"), failed_log()).unwrap();
    refused(&["-o", text(&log), text(&logs)], &log);
    let archive = logs.join("all.zip");
    let mut zip = zip::ZipWriter::new(std::fs::File::create(&archive).unwrap());
    let options = zip::write::SimpleFileOptions::default();
    zip.start_file("in/x.log", options).unwrap();
    std::io::Write::write_all(&mut zip, &failed_log()).unwrap();
    zip.finish().unwrap();
    refused(&["-o", text(&archive), text(&logs)], &archive);
    refused(&["-o", text(&archive), text(&archive)], &archive);
    refused(&["redact", "-o", text(&archive), text(&archive)], &archive);
    // A new file in the folder is none of these, and is not read while it is written.
    let report = logs.join("report.out");
    let output = run(&[
        "-v",
        "--glob",
        "*",
        "--format",
        "ndjson",
        "-o",
        text(&report),
        text(&logs),
    ]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    let names = std::fs::read_to_string(&report).unwrap();
    assert!(
        !names.contains(".part") && !names.contains("report.out"),
        "{names}"
    );
    assert_eq!(files(&logs), ["a.log", "all.zip", "b.log", "report.out"]);
}

#[test]
fn an_earlier_report_stays_until_the_new_one_is_whole() {
    let folder = scratch("whole-report");
    let (log, report) = (folder.join("a.log"), folder.join("report.json"));
    std::fs::write(&log, failed_log()).unwrap();
    std::fs::write(&report, "the earlier one").unwrap();
    let wrong = folder.join("wrong.ndjson");
    std::fs::write(&wrong, "no report").unwrap();
    let arguments = ["--baseline", text(&wrong), "-o", text(&report), text(&log)];
    assert_eq!(run(&arguments).status.code(), Some(2));
    assert_eq!(std::fs::read_to_string(&report).unwrap(), "the earlier one");
    let wanted = stdout(&run(&["--format", "json", text(&log)]));
    let output = run(&["--format", "json", "-o", text(&report), text(&log)]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(std::fs::read_to_string(&report).unwrap(), wanted);
    assert_eq!(files(&folder), ["a.log", "report.json", "wrong.ndjson"]);
}

#[cfg(unix)]
#[test]
fn devices_pipes_and_links_are_written_as_they_are() {
    let folder = scratch("devices");
    let log = folder.join("a.log");
    std::fs::write(&log, failed_log()).unwrap();
    let wanted = stdout(&run(&[text(&log)]));
    assert_eq!(stdout(&run(&["-o", "/dev/stdout", text(&log)])), wanted);
    assert_eq!(run(&["-o", "/dev/null", text(&log)]).status.code(), Some(1));
    let copy = stdout(&run(&["redact", text(&log)]));
    assert_eq!(
        stdout(&run(&["redact", "-o", "/dev/stdout", text(&log)])),
        copy
    );
    let (link, target) = (folder.join("latest"), folder.join("report.txt"));
    std::fs::write(&target, "old").unwrap();
    std::os::unix::fs::symlink(&target, &link).unwrap();
    run(&["-o", text(&link), text(&log)]);
    assert!(link.is_symlink(), "a link stays one");
    assert_eq!(std::fs::read_to_string(&target).unwrap(), wanted);
    if !Path::new("/dev/full").exists() {
        return;
    }
    for arguments in [
        &["-o", "/dev/full", text(&log)][..],
        &["redact", "-o", "/dev/full", text(&log)],
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let said = said(&output);
        assert!(said.contains("/dev/full: cannot be written"), "{said}");
    }
}

#[test]
fn redaction_spares_its_originals() {
    let folder = scratch("spare-originals");
    let (log, hard) = (folder.join("a.log"), folder.join("h.log"));
    std::fs::write(&log, failed_log()).unwrap();
    std::fs::hard_link(&log, &hard).unwrap();
    refused(&["redact", "-o", text(&hard), text(&log)], &log);
    std::fs::create_dir(folder.join("sub")).unwrap();
    let below = folder.join("sub/a.log");
    std::fs::write(&below, "C:\\Users\\joan\\x\n").unwrap();
    let (before, original) = (std::fs::read(&log).unwrap(), std::fs::read(&below).unwrap());
    for force in [None, Some("--force")] {
        let mut command = program();
        command
            .current_dir(&folder)
            .args(["redact", "-O", ".", "sub/a.log", "a.log"]);
        let output = command.args(force).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
        assert!(std::fs::read(&log).unwrap() == before);
        assert_eq!(std::fs::read(&below).unwrap(), original);
    }
    let output = run(&["redact", "-O", text(&folder), text(&folder)]);
    assert!(
        said(&output).contains("name another one"),
        "{}",
        said(&output)
    );
    assert!(std::fs::read(&log).unwrap() == before);
}

#[test]
fn copies_replace_others_only_by_force() {
    let folder = scratch("copies-once");
    let (log, out) = (folder.join("a.log"), folder.join("out"));
    std::fs::write(&log, "C:\\Users\\joan\\x\n").unwrap();
    std::fs::create_dir(&out).unwrap();
    std::fs::write(out.join("a.log"), "mine").unwrap();
    let arguments = ["redact", "-O", text(&out), text(&log)];
    let output = run(&arguments);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("--force"), "{}", said(&output));
    assert_eq!(std::fs::read_to_string(out.join("a.log")).unwrap(), "mine");
    let output = run(&[&arguments[..], &["--force"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let copy = std::fs::read_to_string(out.join("a.log")).unwrap();
    assert_eq!(copy, "C:\\Users\\user-1\\x\r\n");
    assert_eq!(files(&out), ["a.log"]);
}

#[test]
fn copies_inside_the_folder_that_is_read_are_not_read_again() {
    let folder = scratch("copies-inside");
    let out = folder.join("b/out");
    std::fs::create_dir_all(folder.join("b")).unwrap();
    for name in ["a.log", "c.log", "b/d.log"] {
        std::fs::write(folder.join(name), format!("in {name}\n")).unwrap();
    }
    for time in 1..=2 {
        let output = run(&["redact", "--force", "-O", text(&out), text(&folder)]);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        // The folder may be called as a machine is.
        assert_eq!(files(&out), ["a.log", "c.log", "machine-1/d.log"], "{time}");
    }
}

#[test]
fn equal_and_odd_names_get_files_of_their_own() {
    let folder = scratch("copies-names");
    let mut arguments = vec!["redact".to_owned(), "-O".to_owned()];
    arguments.push(text(&folder.join("out")).to_owned());
    for (place, name) in [("1", "setup.log"), ("2", "SETUP.LOG"), ("3", "setup.log")] {
        std::fs::create_dir(folder.join(place)).unwrap();
        std::fs::write(folder.join(place).join(name), place).unwrap();
        arguments.push(text(&folder.join(place).join(name)).to_owned());
    }
    #[cfg(unix)]
    for name in ["NUL.log", "12:30?.log", "end. "] {
        std::fs::write(folder.join(name), "x").unwrap();
        arguments.push(text(&folder.join(name)).to_owned());
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let output = run(&arguments);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let found = files(&folder.join("out"));
    for name in ["setup.log", "SETUP-2.LOG", "setup-3.log"] {
        assert!(found.contains(&name.to_owned()), "{found:?}");
    }
    #[cfg(unix)]
    for name in ["_NUL.log", "12_30_.log", "end__"] {
        assert!(found.contains(&name.to_owned()), "{found:?}");
    }
}

#[cfg(unix)]
#[test]
fn nobody_may_do_more_with_a_copy_or_a_store() {
    use std::os::unix::fs::PermissionsExt;
    let folder = scratch("rights");
    let set = |path: &Path, mode| {
        std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
    };
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    let private = folder.join("private");
    std::fs::create_dir(&private).unwrap();
    set(&private, 0o700);
    let log = private.join("a.log");
    std::fs::write(&log, failed_log()).unwrap();
    for rights in [0o600, 0o640, 0o444] {
        set(&log, rights);
        let (alone, out) = (folder.join("copy.log"), folder.join("out"));
        run(&["redact", "-o", text(&alone), text(&log)]);
        run(&["redact", "-O", text(&out), text(&log)]);
        assert_eq!(mode(&alone), rights);
        assert_eq!(mode(&out.join("a.log")), rights);
        assert_eq!(mode(&out), 0o700);
        std::fs::remove_dir_all(out).unwrap();
        std::fs::remove_file(alone).unwrap();
    }
    let store = folder.join("reports.db");
    scan(&store, &[text(&log)]);
    assert_eq!(mode(&store), 0o600);
    // A report is as open as any new file, and one that is written anew as open as it was.
    let (report, other) = (folder.join("report.txt"), folder.join("other"));
    std::fs::write(&other, "").unwrap();
    run(&["-o", text(&report), text(&log)]);
    assert_eq!(mode(&report), mode(&other));
    set(&report, 0o600);
    run(&["-o", text(&report), text(&log)]);
    assert_eq!(mode(&report), 0o600);
}

/// A disk of 64 KiB; `None` where none can be had.
#[cfg(target_os = "linux")]
struct Disk(PathBuf);

#[cfg(target_os = "linux")]
impl Disk {
    fn new(test: &str) -> Option<Self> {
        let folder = scratch(test).join("disk");
        std::fs::create_dir(&folder).unwrap();
        let mut mount = std::process::Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=64k,mode=700", "none"]);
        let done = mount.arg(&folder).output();
        done.is_ok_and(|done| done.status.success())
            .then_some(Self(folder))
    }
}

#[cfg(target_os = "linux")]
impl Drop for Disk {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount").arg(&self.0).status();
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_ends_the_copies_and_leaves_no_stump() {
    let Some(disk) = Disk::new("full-disk") else {
        eprintln!("a_full_disk_ends_the_copies: skipped, no small disk can be made here");
        return;
    };
    let logs = scratch("full-disk-logs");
    let log = "a line of a log that takes some room\r\n".repeat(500);
    for number in 0..200 {
        std::fs::write(logs.join(format!("{number:03}.log")), &log).unwrap();
    }
    let out = disk.0.join("out");
    let output = run(&["redact", "-O", text(&out), text(&logs)]);
    assert_eq!(output.status.code(), Some(2));
    let said = said(&output);
    assert!(said.contains("003.log: cannot be written"), "{said}");
    assert!(said.contains("the disk is full"), "{said}");
    assert!(said.lines().count() < 5, "{said}");
    assert_eq!(files(&out), ["000.log", "001.log", "002.log"]);
    for copy in files(&out) {
        assert_eq!(std::fs::read_to_string(out.join(copy)).unwrap(), log);
    }
    // The report that was there stays, too.
    let report = disk.0.join("report.ndjson");
    std::fs::write(&report, "earlier").unwrap();
    let failed = logs.join("failed.log");
    std::fs::write(&failed, failed_log()).unwrap();
    let output = run(&["-v", "--format", "ndjson", "-o", text(&report), text(&logs)]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("report.ndjson: cannot be written"), "{said}");
    assert_eq!(std::fs::read_to_string(&report).unwrap(), "earlier");
}

#[cfg(unix)]
#[test]
fn ctrl_c_leaves_no_stump() {
    let folder = scratch("interrupted-copy");
    let (pipe, copy) = (folder.join("a.fifo"), folder.join("copy.log"));
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    if !made.is_ok_and(|status| status.success()) {
        eprintln!("ctrl_c_leaves_no_stump: skipped, mkfifo is not here");
        return;
    }
    let mut child = program()
        .args(["-o", text(&copy), text(&pipe)])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    while files(&folder).len() < 2 {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    // The handler stands a moment after the file.
    std::thread::sleep(std::time::Duration::from_millis(300));
    let asked = std::process::Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(asked.unwrap().success());
    child.wait().unwrap();
    assert_eq!(files(&folder), ["a.fifo"]);
}
