//! What has no end is given up, with a word about it.

mod common;

use std::path::Path;

use common::stores::{fixture, scan, text};
use common::{run, scratch, stdout};

/// What the program says where it must refuse.
fn complaint(arguments: &[&str]) -> String {
    let output = run(arguments);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
    said
}

#[test]
fn jobs_have_a_bound() {
    let log = fixture("disk-full");
    for jobs in ["0", "1025", "1000000000", "18446744073709551616", "-1", "x"] {
        let jobs = format!("--jobs={jobs}");
        let said = complaint(&[&jobs, text(&log)]);
        assert!(said.contains("a number from 1 to 1024"), "{said}");
    }
    let output = run(&["--jobs", "64", text(&log)]);
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn lists_have_a_bound() {
    let folder = scratch("endless-list");
    let long = folder.join("long.txt");
    std::fs::write(&long, "a".repeat(100 << 10)).unwrap();
    let mut lists = vec![text(&long)];
    if cfg!(unix) {
        lists.push("/dev/zero");
    }
    for list in lists {
        for end in [None, Some("-0")] {
            let arguments = [&["--files-from", list][..], end.as_slice()].concat();
            let said = complaint(&arguments);
            assert!(said.contains("no list of names"), "{said}");
        }
    }
    // The longest name that there is, with and without an end.
    for end in ["", "\n", "\r\n"] {
        let name = "a/".repeat(2000);
        std::fs::write(&long, format!("\n{name}{end}")).unwrap();
        let said = complaint(&["--files-from", text(&long)]);
        assert!(said.contains(&name), "{said}");
    }
}

#[cfg(unix)]
#[test]
fn an_earlier_scan_has_a_bound() {
    let log = fixture("disk-full");
    let said = complaint(&["--baseline", "/dev/zero", text(&log)]);
    assert!(said.contains("longer than 64 MiB"), "{said}");
}

#[test]
fn queries_have_a_bound() {
    let folder = scratch("endless-query");
    let store = folder.join("reports.db");
    scan(&store, &[text(&fixture("disk-full"))]);
    let endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)";
    let ask = |sql: &str, more: &[&str]| {
        let asked = ["query", "--store", text(&store), "--sql", sql];
        complaint(&[&asked[..], more].concat())
    };
    let said = ask(
        &format!("{endless} SELECT count(*) FROM n"),
        &["--timeout", "1"],
    );
    assert!(
        said.contains("in 1 seconds") && said.contains("--timeout"),
        "{said}"
    );
    let said = ask(
        &format!("{endless} SELECT x, hex(randomblob(100000)) FROM n"),
        &[],
    );
    assert!(said.contains("too large"), "{said}");
    let said = ask("SELECT zeroblob(500000000)", &[]);
    assert!(said.contains("too large"), "{said}");
    let fine = ["query", "--store", text(&store), "--format", "csv", "--sql"];
    let output = run(&[&fine[..], &["SELECT count(*) AS n FROM logs"]].concat());
    assert_eq!(stdout(&output), "n\r\n1\r\n");
}

/// Read as somebody who may not write there; the only one who may everywhere becomes another.
#[cfg(unix)]
#[test]
fn a_store_in_a_folder_where_nobody_may_write_is_asked() {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;
    let folder = scratch("fixed-store");
    let store = folder.join("new %?#.db");
    scan(&store, &[text(&fixture("disk-full"))]);
    std::fs::set_permissions(&store, PermissionsExt::from_mode(0o444)).unwrap();
    std::fs::set_permissions(&folder, PermissionsExt::from_mode(0o555)).unwrap();
    let mut command = common::program();
    let trial = folder.join("trial");
    if std::fs::write(&trial, "").is_ok() {
        std::fs::remove_file(&trial).unwrap();
        command.uid(65_534);
    }
    let asked = ["query", "--store", text(&store), "--format", "csv", "--sql"];
    let output = command
        .args(asked)
        .arg("SELECT count(*) AS n FROM logs")
        .output();
    std::fs::set_permissions(&folder, PermissionsExt::from_mode(0o755)).unwrap();
    let output = output.unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(stdout(&output), "n\r\n1\r\n", "{said}");
}

/// Reading takes work with the number of rules, not with its square.
#[test]
fn many_rules_take_work_with_their_number() {
    let folder = scratch("many-rules");
    let rules = |count: usize| -> String {
        let one = |n: usize| {
            format!(
                "[[rule]]\nid = \"own-{n}\"\ntitle = \"T\"\nstatus = \"stable\"\nconfidence = \"high\"\ncause = \"C\"\nsteps = [\"S\"]\nsources = [\"https://example.com\"]\nwhen.all = [{{ message = 1722, action = \"A{n}\" }}]\ntests.matches = [{{ message = 1722, action = \"A{n}\" }}]\ntests.not = [{{ message = 1722, action = \"other\" }}]\n\n"
            )
        };
        (0..count).map(one).collect()
    };
    let work = |place: &Path| common::instructions(&["rules", "list", "--rules", text(place)]);
    let (few, many) = (folder.join("few.toml"), folder.join("many.toml"));
    std::fs::write(&few, rules(250)).unwrap();
    std::fs::write(&many, rules(2500)).unwrap();
    let (Some(one), Some(ten)) = (work(&few), work(&many)) else {
        println!("skipped: valgrind is not installed");
        return;
    };
    assert!(ten < one * 12, "{one}, {ten}");
    // One file for each: the built-in ones were copied as often.
    let files = folder.join("files");
    std::fs::create_dir(&files).unwrap();
    for number in 0..250 {
        let text = rules(1).replace("own-0", &format!("own-{number}"));
        std::fs::write(files.join(format!("{number}.toml")), text).unwrap();
    }
    let apart = work(&files).unwrap();
    assert!(apart < one * 4, "{one}, {apart}");
}
