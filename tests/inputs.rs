//! Folders and archives through the program: what is found in them, under which names, and what
//! damaged and malicious ones cost.

mod common;

use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};
use std::process::Output;

use common::{fixtures, run, scratch, stdout};
use msilog::source::{Choice, Problem, Sources, expand, unpack};
use serde_json::Value;
use zip::CompressionMethod;
use zip::write::SimpleFileOptions;

/// Paths and what is in them.
type Files = Vec<(String, Vec<u8>)>;

/// A few logs in folders, in the order of their names.
fn logs() -> Files {
    let mut files: Files = ["clean-success", "disk-full", "service-1920"]
        .iter()
        .map(|name| {
            let (name, log, _) = fixtures().into_iter().find(|(n, ..)| n == name).unwrap();
            (format!("{name}/install.log"), std::fs::read(log).unwrap())
        })
        .collect();
    files.push(("notes.txt".to_owned(), b"to do: buy milk".to_vec()));
    files.push(("picture.png".to_owned(), vec![7; 3000]));
    files.push(("z/.hidden/old.log".to_owned(), b"hidden".to_vec()));
    files
}

fn zip_of(files: &Files, method: CompressionMethod) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(method);
    for (path, bytes) in files {
        writer.start_file(path.as_str(), options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn deflated(files: &Files) -> Vec<u8> {
    zip_of(files, CompressionMethod::Deflated)
}

fn tar_of(files: &Files) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (path, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        builder
            .append_data(&mut header, path, bytes.as_slice())
            .unwrap();
    }
    builder.into_inner().unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

fn cab_of(files: &Files, method: cab::CompressionType) -> Vec<u8> {
    let mut builder = cab::CabinetBuilder::new();
    let folder = builder.add_folder(method);
    for (path, _) in files {
        folder.add_file(path.replace('/', "\\"));
    }
    let mut writer = builder.build(Cursor::new(Vec::new())).unwrap();
    let mut contents = files.iter();
    while let Some(mut file) = writer.next_file().unwrap() {
        file.write_all(&contents.next().unwrap().1).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn sevenz_of(files: &Files) -> Vec<u8> {
    let mut writer = sevenz_rust2::ArchiveWriter::new(Cursor::new(Vec::new())).unwrap();
    for (path, bytes) in files {
        let entry = sevenz_rust2::ArchiveEntry::new_file(path);
        writer
            .push_archive_entry(entry, Some(bytes.as_slice()))
            .unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// All formats with the same files in them.
fn archives(files: &Files) -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("deflated.zip", deflated(files)),
        ("stored.zip", zip_of(files, CompressionMethod::Stored)),
        ("plain.tar", tar_of(files)),
        ("packed.tar.gz", gzip(&tar_of(files))),
        ("packed.tgz", gzip(&tar_of(files))),
        ("packed.tar.zst", zstd(&tar_of(files))),
        ("mszip.cab", cab_of(files, cab::CompressionType::MsZip)),
        ("stored.cab", cab_of(files, cab::CompressionType::None)),
        ("solid.7z", sevenz_of(files)),
    ]
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, bytes).unwrap();
    path
}

fn ndjson(path: &Path, more: &[&str]) -> Output {
    let mut arguments = vec!["--format", "ndjson"];
    arguments.extend(more);
    arguments.push(path.to_str().unwrap());
    run(&arguments)
}

/// Reports without what stands before the path's `/` or `!/`; paths below `root`.
fn reports(output: &Output, root: &Path) -> Vec<Value> {
    let root = root.to_str().unwrap();
    let cut = |line: &str| {
        let mut report: Value = serde_json::from_str(line).unwrap();
        let path = report["path"].as_str().unwrap().to_owned();
        let path = path.strip_prefix(root).unwrap().replace('\\', "/");
        report["path"] = path.trim_start_matches(['!', '/']).into();
        report
    };
    stdout(output).lines().map(cut).collect()
}

fn paths(output: &Output) -> Vec<String> {
    stdout(output)
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|report| report["path"].as_str().unwrap().replace('\\', "/"))
        .collect()
}

fn messages(output: &Output) -> Vec<String> {
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(!text.contains("panicked"), "{text}");
    text.lines().map(str::to_owned).collect()
}

/// The only message, which holds all of these words.
fn only_message(output: &Output, words: &[&str]) {
    let all = messages(output);
    assert_eq!(all.len(), 1, "{all:?}");
    for word in words {
        assert!(all[0].contains(word), "{word}: {}", all[0]);
    }
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn an_archive_gives_what_its_folder_gives() {
    let root = scratch("inputs-same");
    let files = logs();
    let folder = root.join("plain");
    for (path, bytes) in &files {
        write(&folder, path, bytes);
    }
    let plain = ndjson(&folder, &[]);
    let wanted = reports(&plain, &folder);
    assert_eq!(wanted.len(), 3, "{wanted:?}");
    assert_eq!(plain.status.code(), Some(1));
    for (name, bytes) in archives(&files) {
        let archive = write(&root, name, &bytes);
        let got = ndjson(&archive, &[]);
        assert_eq!(messages(&got), [""; 0], "{name}");
        assert_eq!(reports(&got, &archive), wanted, "{name}");
        assert_eq!(got.status.code(), Some(1), "{name}");
        let alone = ndjson(&archive, &["--jobs", "1"]);
        assert_eq!(alone.stdout, got.stdout, "{name}");
        // Told by its bytes, not only by its name.
        let renamed = write(&root, &format!("{name}.dat"), &bytes);
        assert_eq!(reports(&ndjson(&renamed, &[]), &renamed), wanted, "{name}");
    }
}

#[test]
fn an_archive_in_memory_gives_what_its_file_gives() {
    let root = scratch("inputs-memory");
    let read = |found: Sources| -> Vec<(String, Vec<u8>)> {
        let logs = found.map(|source| {
            let (mut bytes, source) = (Vec::new(), source.unwrap());
            let name = source.name();
            source.open().unwrap().read_to_end(&mut bytes).unwrap();
            (name, bytes)
        });
        logs.collect()
    };
    for (name, bytes) in archives(&logs()) {
        let path = write(&root, name, &bytes);
        let on_disk = read(expand(vec![path.clone()], Choice::default()).unwrap());
        assert_eq!(on_disk.len(), 4, "{name}");
        let name = path.display().to_string();
        let in_memory = unpack(name.clone(), bytes, Choice::default()).unwrap();
        assert_eq!(read(in_memory), on_disk, "{name}");
    }
    let text = unpack("x".to_owned(), b"no archive".to_vec(), Choice::default());
    let problems = text.unwrap().map(|one| one.unwrap_err().problem);
    assert!(matches!(
        problems.collect::<Vec<_>>()[..],
        [Problem::NotAnArchive]
    ));
}

#[test]
fn archives_in_a_folder_are_read_in_their_place() {
    let root = scratch("inputs-folder");
    let (path, log) = logs().swap_remove(0);
    let one = vec![(path, log.clone())];
    write(&root, "a.log", &log);
    for (name, bytes) in archives(&one) {
        write(&root, &format!("b/{name}"), &bytes);
    }
    write(&root, "b/setup.cab", b"ISc( not one of Windows");
    write(&root, "c.log.gz", &gzip(&log));
    write(&root, "d.log.zst", &[zstd(&log), zstd(b"")].concat());
    write(&root, "e.exe.gz", &gzip(&log));
    let output = ndjson(&root, &[]);
    assert_eq!(messages(&output), [""; 0]);
    let found = paths(&output);
    let mut names: Vec<_> = archives(&one).into_iter().map(|(name, _)| name).collect();
    names.sort_unstable();
    let mut wanted = vec!["a.log".to_owned()];
    wanted.extend(
        names
            .iter()
            .map(|n| format!("b/{n}!/clean-success/install.log")),
    );
    wanted.extend(["c.log.gz!/c.log".to_owned(), "d.log.zst!/d.log".to_owned()]);
    assert_eq!(found.len(), wanted.len(), "{found:?}");
    for (found, wanted) in found.iter().zip(&wanted) {
        assert!(found.ends_with(wanted.as_str()), "{found} is {wanted}");
    }
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn archives_in_archives_are_read_four_deep() {
    let root = scratch("inputs-nested");
    let files: Files = logs().into_iter().take(1).collect();
    let mut bytes = deflated(&files);
    for depth in 2..=5 {
        let inner = vec![
            ("in.zip".to_owned(), bytes),
            ("note.md".to_owned(), vec![1]),
        ];
        bytes = if depth % 2 == 0 {
            deflated(&inner)
        } else {
            tar_of(&inner)
        };
        let archive = write(&root, &format!("out{depth}.zip"), &bytes);
        let output = ndjson(&archive, &[]);
        if depth <= 4 {
            let wanted = format!(
                "!/in.zip{}!/clean-success/install.log",
                "!/in.zip".repeat(depth - 2)
            );
            assert_eq!(messages(&output), [""; 0]);
            assert!(paths(&output)[0].ends_with(&wanted), "{:?}", paths(&output));
        } else {
            only_message(&output, &["4 archives deep", "in.zip!/in.zip!/in.zip"]);
        }
    }
}

#[test]
fn patterns_depth_and_time_choose() {
    let root = scratch("inputs-choice");
    let (_, log) = logs().swap_remove(0);
    for name in ["a.log", "b.out", "c/d.out", "c/e/f.out"] {
        write(&root, name, &log);
    }
    let files = vec![("g.out".to_owned(), log.clone()), ("h.log".to_owned(), log)];
    write(&root, "z.zip", &deflated(&files));
    let names = |more: &[&str]| {
        let start = root.to_str().unwrap().len() + 1;
        let all = paths(&ndjson(&root, more));
        all.iter()
            .map(|p| p[start..].to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&[]), ["a.log", "z.zip!/h.log"]);
    let out = ["b.out", "c/d.out", "c/e/f.out", "z.zip!/g.out"];
    assert_eq!(names(&["--glob", "*.OUT"]), out);
    assert_eq!(
        names(&["--glob", "c/*.out", "--glob", "a.*"]),
        ["a.log", "c/d.out"]
    );
    assert_eq!(
        names(&["--glob", "*.out", "--max-depth", "1"]),
        ["b.out", "z.zip!/g.out"]
    );

    let old = std::fs::File::options()
        .write(true)
        .open(root.join("a.log"))
        .unwrap();
    old.set_modified(std::time::SystemTime::now() - std::time::Duration::from_secs(9 * 86_400))
        .unwrap();
    assert_eq!(names(&["--newer-than", "7d"]), ["z.zip!/h.log"]);
    assert_eq!(
        names(&["--newer-than", "3weeks"]),
        ["a.log", "z.zip!/h.log"]
    );
    assert_eq!(
        names(&["--newer-than", "2001-01-01"]),
        ["a.log", "z.zip!/h.log"]
    );
    let stamp = root.join("a.log");
    assert_eq!(
        names(&["--newer-than", stamp.to_str().unwrap()]),
        ["z.zip!/h.log"]
    );
    // What is named is read, however old.
    let named = ndjson(&stamp, &["--newer-than", "7d"]);
    assert_eq!(paths(&named).len(), 1);
    for wrong in [
        ["--glob", "["],
        ["--newer-than", "soon"],
        ["--max-depth", "0"],
    ] {
        assert_eq!(ndjson(&root, &wrong).status.code(), Some(2), "{wrong:?}");
    }
}

#[test]
fn what_is_found_and_is_no_log_is_only_counted() {
    let root = scratch("inputs-others");
    let (_, log) = logs().swap_remove(0);
    write(&root, "a.log", &log);
    let note = write(&root, "note.txt", b"to do: buy milk");
    write(
        &root,
        "b.zip",
        &deflated(&vec![("readme.txt".to_owned(), b"hello".to_vec())]),
    );
    let place = root.to_str().unwrap();
    let table = run(&[place]);
    assert_eq!(table.status.code(), Some(0));
    let text = stdout(&table);
    assert!(
        !text.contains("note.txt") && text.contains("2 no installer log"),
        "{text}"
    );
    let all = stdout(&run(&["-v", place]));
    assert!(
        all.contains("note.txt") && all.contains("b.zip!/readme.txt"),
        "{all}"
    );
    let json: Value = serde_json::from_str(&stdout(&run(&["--format", "json", place]))).unwrap();
    assert_eq!(json["summary"]["unrecognised"], 2);
    assert_eq!(json["logs"].as_array().unwrap().len(), 1);
    // What is named ought to be a log.
    assert_eq!(run(&[note.to_str().unwrap()]).status.code(), Some(2));
    let none = run(&[root.join("b.zip").to_str().unwrap()]);
    assert_eq!(none.status.code(), Some(0));
    let said = messages(&none);
    assert!(said.len() == 1 && said[0].contains("-v lists"), "{said:?}");
}

#[test]
fn an_archive_without_a_log_says_so() {
    let root = scratch("inputs-none");
    for (name, bytes) in archives(&vec![("picture.png".to_owned(), vec![1; 100])]) {
        let archive = write(&root, name, &bytes);
        only_message(
            &run(&[archive.to_str().unwrap()]),
            &["no log in this archive", name],
        );
    }
    let folder = run(&[root.to_str().unwrap()]);
    only_message(&folder, &["no log in this folder"]);
    let fake = write(&root, "fake.zip", b"=== Verbose logging started");
    only_message(
        &run(&[fake.to_str().unwrap()]),
        &["fake.zip", "is no archive"],
    );
}

#[test]
fn names_that_climb_are_cleaned() {
    let root = scratch("inputs-names");
    let (_, log) = logs().swap_remove(0);
    let names = ["../../up.log", "/etc/root.log", "C:\\drive\\a.log"];
    let files: Files = names
        .iter()
        .map(|n| ((*n).to_owned(), log.clone()))
        .collect();
    let archive = write(&root, "tricks.zip", &deflated(&files));
    let output = ndjson(&archive, &[]);
    let found = paths(&output);
    for wanted in [
        "tricks.zip!/up.log",
        "tricks.zip!/etc/root.log",
        "tricks.zip!/drive/a.log",
    ] {
        assert!(
            found.iter().any(|f| f.ends_with(wanted)),
            "{wanted}: {found:?}"
        );
    }
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn encrypted_entries_are_said_once() {
    let root = scratch("inputs-encrypted");
    let mut bytes = deflated(&logs());
    // The flag of every entry but the first, in its header and in the directory.
    let mut at = 0;
    for (mark, flags, first) in [(&b"PK\x03\x04"[..], 6, true), (&b"PK\x01\x02"[..], 8, true)] {
        let mut first = first;
        while let Some(found) = bytes[at..].windows(4).position(|w| w == mark) {
            at += found + 4;
            if !std::mem::take(&mut first) {
                bytes[at - 4 + flags] |= 1;
            }
        }
        at = bytes.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    }
    let archive = write(&root, "locked.zip", &bytes);
    let output = ndjson(&archive, &[]);
    only_message(
        &output,
        &[
            "is encrypted: unpack it with the password first",
            "locked.zip!/",
        ],
    );
    assert_eq!(paths(&output).len(), 1);
}

#[test]
fn unknown_methods_are_said() {
    let root = scratch("inputs-method");
    let files: Files = logs().into_iter().take(2).collect();
    let mut bytes = zip_of(&files, CompressionMethod::Stored);
    bytes[8] = 98;
    let directory = bytes.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    bytes[directory + 10] = 98;
    let archive = write(&root, "odd.zip", &bytes);
    let output = ndjson(&archive, &[]);
    only_message(&output, &["PPMd", "clean-success"]);
    assert_eq!(paths(&output).len(), 1, "the other is read");
}

#[test]
fn bombs_do_not_go_off() {
    let root = scratch("inputs-bombs");
    let log = logs().swap_remove(0);
    let zeros = vec![0; 80 << 20];
    let mut files = vec![log, ("zeros.log".to_owned(), zeros)];
    let tar = tar_of(&files);
    for (name, bytes, found) in [
        ("bomb.zip", deflated(&files), 1),
        ("bomb.tar.zst", zstd(&tar), 1),
        ("bomb.log.gz", gzip(&files[1].1), 0),
    ] {
        let archive = write(&root, name, &bytes);
        let output = ndjson(&archive, &[]);
        only_message(&output, &[name, "more than a hundred times"]);
        assert_eq!(paths(&output).len(), found, "{name}");
    }
    // Not a bomb, only big: a log packs well and is read, noise does not.
    let archive = write(&root, "big.tar", &tar);
    let output = ndjson(&archive, &["-v"]);
    assert_eq!((paths(&output).len(), messages(&output)), (2, vec![]));
    let noise = numbers(0x9E37_79B9_7F4A_7C15).take(9 << 20);
    files[1].1 = noise.map(|n| n as u8).collect();
    let archive = write(&root, "noise.tar", &tar_of(&files));
    only_message(&ndjson(&archive, &[]), &["zeros.log", "needs more memory"]);
}

#[test]
fn truncated_archives_give_what_they_have() {
    let root = scratch("inputs-cut");
    let files = logs();
    for (name, bytes) in archives(&files) {
        for part in [1, 5, 8, 9] {
            let cut = &bytes[..bytes.len() * part / 10];
            let archive = write(&root, &format!("{part}-{name}"), cut);
            let output = ndjson(&archive, &[]);
            let said = messages(&output);
            // A tar file whose last, unneeded piece is missing is whole.
            assert!(said.len() <= 1, "{name} {part}: {said:?}");
            if !(name.contains(".tar") || name.contains("tgz")) || part < 5 {
                only_message(&output, &[name, "damaged"]);
            }
            // One block of zstd holds them all; 7z has its directory at the end.
            if part == 9 && !["solid.7z", "packed.tar.zst"].contains(&name) {
                assert!(paths(&output).len() >= 2, "{name}: {said:?}");
            }
        }
    }
    let empty = write(&root, "empty.zip", b"");
    only_message(&run(&[empty.to_str().unwrap()]), &["empty.zip"]);
}

/// Numbers that look random and are the same every time.
fn numbers(seed: u64) -> impl Iterator<Item = usize> {
    let mut state = seed;
    std::iter::from_fn(move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        Some((state >> 16) as usize)
    })
}

/// Nobody writes LZX here; a reader of it must bear any bytes all the same.
#[test]
fn what_only_claims_to_be_lzx_causes_no_panic() {
    let root = scratch("inputs-lzx");
    let mut random = numbers(0xD1B5_4A32_D192_ED03);
    for copy in 0..100 {
        let noise: Vec<u8> = random.by_ref().take(600).map(|n| n as u8).collect();
        let files = vec![("a.log".to_owned(), noise)];
        let mut bytes = cab_of(&files, cab::CompressionType::None);
        // The method of the first folder: LZX with a window of 16 bits.
        bytes[42..44].copy_from_slice(&[3, 16]);
        write(&root, &format!("{copy:03}.cab"), &bytes);
    }
    let output = ndjson(&root, &[]);
    assert!(messages(&output).iter().all(|m| m.contains("damaged")));
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn flipped_bits_cause_no_panic() {
    let root = scratch("inputs-flips");
    let files: Files = logs().into_iter().skip(1).collect();
    let mut random = numbers(0x9E37_79B9_7F4A_7C15);
    let all = archives(&files);
    // Ten broken ones of each at a time: the program reads a folder of them.
    for round in 0..3 {
        let folder = root.join(round.to_string());
        for (name, bytes) in &all {
            for copy in 0..10 {
                let mut bytes = bytes.clone();
                for _ in 0..=copy / 4 {
                    // Half of them where the formats keep their directories.
                    let (place, end) = (random.next().unwrap(), random.next().unwrap() % 4);
                    let at = match end {
                        0 => place % bytes.len().min(200),
                        1 => bytes.len() - 1 - place % bytes.len().min(200),
                        _ => place % bytes.len(),
                    };
                    bytes[at] ^= 1 << (random.next().unwrap() % 8);
                }
                if copy == 9 {
                    bytes.truncate(random.next().unwrap() % bytes.len());
                }
                write(&folder, &format!("{copy}-{name}"), &bytes);
            }
        }
        let output = ndjson(&folder, &[]);
        messages(&output);
        assert!(
            output.status.code().is_some_and(|code| code <= 2),
            "{output:?}"
        );
        assert!(!paths(&output).is_empty());
    }
}

/// The check sum of a 7z file's headers (CRC-32, the reflected polynomial 0xEDB88320).
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |sum: u32, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg())
        })
    })
}

/// A 7z file of nothing but a directory, with sums that are right.
fn sevenz_with(directory: &[u8]) -> Vec<u8> {
    let mut start = 0_u64.to_le_bytes().to_vec();
    start.extend((directory.len() as u64).to_le_bytes());
    start.extend(crc32(directory).to_le_bytes());
    let mut file = b"7z\xbc\xaf\x27\x1c\x00\x04".to_vec();
    file.extend(crc32(&start).to_le_bytes());
    file.extend(start);
    file.extend(directory);
    file
}

#[test]
fn a_7z_directory_that_claims_too_much_is_refused() {
    let folder = scratch("inputs-hostile-7z");
    let huge = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0xff];
    let claims: [(&str, Vec<u8>); 4] = [
        // Header, FilesInfo, number of files.
        ("files.7z", [&[1, 5][..], &huge].concat()),
        // Header, MainStreamsInfo, PackInfo, position 0, number of streams.
        ("streams.7z", [&[1, 4, 6, 0][..], &huge].concat()),
        // The same, UnpackInfo, Folder, number of folders.
        ("blocks.7z", [&[1, 4, 7, 11][..], &huge].concat()),
        // A packed directory that is to be unpacked to as much.
        (
            "packed.7z",
            [
                &[0x17, 6, 0, 1, 9, 0, 0, 7, 11, 1, 0, 1, 1, 0, 12][..],
                &huge,
                &[0, 0],
            ]
            .concat(),
        ),
    ];
    for (name, directory) in claims {
        let path = write(&folder, name, &sevenz_with(&directory));
        let output = run(&[path.to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(2), "{name}: {output:?}");
        only_message(&output, &[name]);
    }
    // The same shell around an honest directory is read: the sums above are right.
    let empty = write(&folder, "empty.7z", &sevenz_with(&[1, 5, 0, 0, 0]));
    let said = messages(&run(&[empty.to_str().unwrap()])).join("\n");
    assert!(said.contains("no log"), "{said}");
}
