//! Archives that are made to use up memory or time: each is read within bounds, or refused with a
//! reason.

mod common;

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use common::{run, scratch, stdout};

/// Peak of the memory that may be in use, in KiB.
const MOST_MEMORY: u64 = 64 * 1024;

/// More than any of these takes, however busy the machine is; without bounds some take hours.
const MOST_TIME: Duration = Duration::from_secs(120);

const LOG: &[u8] = b"MSI (s) (A0:B0) [10:00:00:000]: MainEngineThread is returning 1603\r\n";

fn write(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

/// Reads an archive with two threads, up to the first thing that is said of it; what that is. The
/// program then still waits for its standard input, so that its memory can be asked for.
#[track_caller]
fn refused(archive: &Path) -> String {
    let mut child = Command::new(env!("CARGO_BIN_EXE_msilog"))
        .args(["--jobs", "2", "--format", "ndjson"])
        .args([archive.as_os_str(), "-".as_ref()])
        .env("MSILOG_RULES", "")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let input = child.stdin.take();
    let mut errors = BufReader::new(child.stderr.take().unwrap());
    let (id, began) = (child.id(), Instant::now());
    let (done, ended) = std::sync::mpsc::channel::<()>();
    // One that takes hours is ended.
    let guard = std::thread::spawn(move || {
        let hangs = ended.recv_timeout(MOST_TIME).is_err();
        if hangs {
            let _ = child.kill();
        }
        (child, hangs)
    });
    let mut said = String::new();
    errors.read_line(&mut said).unwrap();
    let peak = peak(id);
    println!(
        "{}: {peak:?} KiB, {:?}: {said}",
        archive.display(),
        began.elapsed()
    );
    done.send(()).ok();
    drop(input);
    let (mut child, hangs) = guard.join().unwrap();
    child.wait().unwrap();
    assert!(!hangs, "{}", archive.display());
    assert!(
        peak.is_none_or(|peak| peak < MOST_MEMORY),
        "{peak:?} KiB: {said}"
    );
    said
}

/// What a process took of the memory so far, where the system tells.
fn peak(id: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

fn tar_header(size: usize, kind: tar::EntryType) -> Vec<u8> {
    let mut header = tar::Header::new_gnu();
    header.set_path("././@LongLink").unwrap();
    header.set_entry_type(kind);
    header.set_size(size as u64);
    header.set_cksum();
    header.as_bytes().to_vec()
}

#[test]
fn long_names_and_records_of_tar() {
    let root = scratch("limits-tar");
    let length = 60 << 20;
    for (name, kind) in [
        ("name.tar", tar::EntryType::GNULongName),
        ("link.tar", tar::EntryType::GNULongLink),
        ("record.tar", tar::EntryType::XHeader),
    ] {
        let mut bytes = tar_header(length, kind);
        bytes.resize(bytes.len() + length, b'a');
        bytes.extend(tar_header(0, tar::EntryType::Regular));
        bytes.extend([0; 1024]);
        let said = refused(&write(&root, name, &bytes));
        assert!(said.contains("longer than any honest one"), "{said}");
    }
}

/// A cabinet whose folders share one chain of blocks; each has a file of `size` bytes.
fn cab(folders: u16, size: u32, blocks: u16, chain: &[u8], method: u16) -> Vec<u8> {
    let first_file = 36 + 8 * u32::from(folders);
    let data = first_file + 26 * u32::from(folders);
    let mut bytes = b"MSCF\0\0\0\0".to_vec();
    bytes.extend((data + chain.len() as u32).to_le_bytes());
    bytes.extend([0; 4]);
    bytes.extend(first_file.to_le_bytes());
    bytes.extend([0, 0, 0, 0, 3, 1]);
    bytes.extend([folders, folders, 0, 0, 0].map(u16::to_le_bytes).concat());
    for _ in 0..folders {
        bytes.extend(data.to_le_bytes());
        bytes.extend([blocks, method].map(u16::to_le_bytes).concat());
    }
    for folder in 0..folders {
        bytes.extend([size, 0].map(u32::to_le_bytes).concat());
        bytes.extend([folder, 0, 0, 0].map(u16::to_le_bytes).concat());
        bytes.extend(format!("{folder:05}.log\0").bytes());
    }
    bytes.extend(chain);
    bytes
}

fn cab_block(bytes: &[u8], unpacked: u16) -> Vec<u8> {
    let lengths = [bytes.len() as u16, unpacked].map(u16::to_le_bytes);
    [&[0; 4], lengths.concat().as_slice(), bytes].concat()
}

#[test]
fn folders_of_a_cabinet_that_share_their_blocks() {
    let root = scratch("limits-cab");
    // Empty ones, of which the last has a byte in it.
    let mut chain = cab_block(b"", 0).repeat(64_999);
    chain.extend(cab_block(b"x", 1));
    let empty = cab(65_000, 1, 65_000, &chain, 0);
    let said = refused(&write(&root, "empty.cab", &empty));
    assert!(said.contains("a block is empty"), "{said}");
    // Blocks of one byte each, before each of which the decoder learns what came before.
    let packed = |bytes: &[u8]| {
        let mut encoder =
            flate2::write::DeflateEncoder::new(b"CK".to_vec(), flate2::Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    let mut chain = cab_block(&packed(&[b'\n'; 0x8000]), 0x8000);
    chain.extend(cab_block(&packed(b"x"), 1).repeat(64_999));
    let tiny = cab(2000, 0x8000 + 64_999, 65_000, &chain, 1);
    let said = refused(&write(&root, "tiny.cab", &tiny));
    assert!(said.contains("takes as long"), "{said}");
    // LZX, which sets up its window for a file of nothing.
    let windows = cab(65_000, 0, 1, &cab_block(b"x", 1), 3 | 21 << 8);
    let said = refused(&write(&root, "windows.cab", &windows));
    assert!(said.contains("takes as long"), "{said}");
}

/// The check sum of a 7z file's headers (CRC-32).
fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}

/// A 7z file of 1000 blocks of LZMA2, one byte in each, with dictionaries of this size.
fn sevenz(dictionary: u8) -> Vec<u8> {
    const COUNT: u16 = 1000;
    let count = [0x80 | (COUNT >> 8) as u8, COUNT as u8];
    let times = |bytes: &[u8]| bytes.repeat(COUNT.into());
    // One chunk that is not packed, and the end.
    let packed = times(&[1, 0, 0, b'\n', 0]);
    let mut directory = [&[1, 4, 6, 0][..], &count, &[9], &times(&[5]), &[0]].concat();
    let coder = [1, 0x21, 0x21, 1, dictionary];
    directory.extend(
        [
            &[7, 11][..],
            &count,
            &[0],
            &times(&coder),
            &[12],
            &times(&[1]),
        ]
        .concat(),
    );
    directory.extend([0, 8, 0, 0, 5]);
    let names: Vec<u8> = (0..COUNT)
        .flat_map(|n| format!("{n:03}.log\0").encode_utf16().collect::<Vec<_>>())
        .flat_map(u16::to_le_bytes)
        .collect();
    let length = names.len() as u32 + 1;
    directory.extend(count);
    directory.extend([
        17,
        0xC0 | (length >> 16) as u8,
        length as u8,
        (length >> 8) as u8,
        0,
    ]);
    directory.extend(names);
    directory.extend([0, 0]);
    let mut start = (packed.len() as u64).to_le_bytes().to_vec();
    start.extend((directory.len() as u64).to_le_bytes());
    start.extend(crc32(&directory).to_le_bytes());
    let mark = b"7z\xbc\xaf\x27\x1c\0\x04";
    let sum = crc32(&start).to_le_bytes();
    [&mark[..], &sum, &start, &packed, &directory].concat()
}

#[test]
fn blocks_of_7z_that_each_set_up_memory() {
    let root = scratch("limits-7z");
    // 64 MiB, 32 MiB and 8 MiB.
    for (dictionary, reason) in [
        (28, "needs more memory"),
        (26, "takes as long"),
        (22, "takes as long"),
    ] {
        let name = format!("{dictionary}.7z");
        let said = refused(&write(&root, &name, &sevenz(dictionary)));
        assert!(said.contains(reason), "{said}");
    }
}

/// A zip file out of entries' bytes and, for each entry of the directory, name and place.
fn zip(
    entries: &[u8],
    [packed, size, sum]: [u32; 3],
    method: u16,
    named: &[(String, u32)],
) -> Vec<u8> {
    let mut bytes = entries.to_vec();
    for (name, place) in named {
        bytes.extend(b"PK\x01\x02");
        bytes.extend([20, 20, 0, method, 0, 0].map(u16::to_le_bytes).concat());
        bytes.extend([sum, packed, size].map(u32::to_le_bytes).concat());
        bytes.extend(
            [name.len() as u16, 0, 0, 0, 0]
                .map(u16::to_le_bytes)
                .concat(),
        );
        bytes.extend([0, *place].map(u32::to_le_bytes).concat());
        bytes.extend(name.bytes());
    }
    let length = (bytes.len() - entries.len()) as u64;
    let (count, place) = (named.len() as u64, entries.len() as u64);
    let end = bytes.len() as u64;
    // The number of entries may not fit into the old end.
    bytes.extend(b"PK\x06\x06\x2c\0\0\0\0\0\0\0\x2d\0\x2d\0\0\0\0\0\0\0\0\0");
    bytes.extend([count, count, length, place].map(u64::to_le_bytes).concat());
    bytes.extend(b"PK\x06\x07\0\0\0\0");
    bytes.extend(end.to_le_bytes());
    bytes.extend(
        b"\x01\0\0\0PK\x05\x06\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0",
    );
    bytes
}

fn zip_entry(method: u16, packed: &[u8]) -> Vec<u8> {
    let mut bytes = b"PK\x03\x04".to_vec();
    bytes.extend([20, 0, method, 0, 0].map(u16::to_le_bytes).concat());
    bytes.extend([0, packed.len() as u32, 0].map(u32::to_le_bytes).concat());
    bytes.extend([0, 0]);
    bytes.extend([0, 0]);
    bytes.extend(packed);
    bytes
}

#[test]
fn entries_of_zip_that_overlap() {
    let root = scratch("limits-overlap");
    let log = LOG.repeat(20_000);
    let mut encoder =
        flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(&log).unwrap();
    let packed = encoder.finish().unwrap();
    let named: Vec<_> = (0..20_000).map(|n| (format!("{n}.log"), 0)).collect();
    let entry = zip_entry(8, &packed);
    let bytes = zip(
        &entry,
        [packed.len() as u32, log.len() as u32, 0],
        8,
        &named,
    );
    let said = refused(&write(&root, "overlap.zip", &bytes));
    assert!(said.contains("overlap"), "{said}");
}

#[test]
fn a_zip_of_very_many_entries() {
    let root = scratch("limits-entries");
    let entry = zip_entry(0, b"");
    let count = 500_000;
    let place = |n: u32| (format!("{n}.md"), n * entry.len() as u32);
    let named: Vec<_> = (0..count).map(place).collect();
    let bytes = zip(&entry.repeat(count as usize), [0; 3], 0, &named);
    let said = refused(&write(&root, "many.zip", &bytes));
    assert!(said.contains("100,000 entries"), "{said}");
}

#[test]
fn zip_in_zip_in_zip() {
    let root = scratch("limits-nested");
    let mut bytes = LOG.repeat((20 << 20) / LOG.len());
    for (depth, name) in ["a.log", "in.zip", "in.zip"].iter().enumerate() {
        let length = bytes.len() as u32;
        let named = [(name.to_string(), 0)];
        bytes = zip(
            &zip_entry(0, &bytes),
            [length, length, crc32(&bytes)],
            0,
            &named,
        );
        if depth == 2 {
            let said = refused(&write(&root, "nested.zip", &bytes));
            assert!(said.contains("in.zip!/in.zip: needs more memory"), "{said}");
        }
    }
}

#[test]
fn a_frame_of_zstd_with_a_large_window() {
    let root = scratch("limits-window");
    // A frame without size, that looks back 128 MiB; one block, as it is, the last.
    let head = |window: u8| {
        let block = ((LOG.len() as u32) << 3 | 1).to_le_bytes();
        [&b"\x28\xb5\x2f\xfd\0"[..], &[window << 3], &block[..3], LOG].concat()
    };
    let said = refused(&write(&root, "far.log.zst", &head(17)));
    assert!(said.contains("zstd with a window of 128 MiB"), "{said}");
    let near = write(&root, "near.log.zst", &head(13));
    let output = run(&["--format", "ndjson", near.to_str().unwrap()]);
    assert_eq!(stdout(&output).lines().count(), 1, "{output:?}");
}

/// Two are unpacked at a time, and each looks back as far as it may.
#[test]
fn a_folder_of_zstd_logs_that_look_back_far() {
    let root = scratch("limits-windows");
    let block = LOG.repeat((100 << 10) / LOG.len());
    let head = (block.len() as u32) << 3;
    let mut bytes = [&b"\x28\xb5\x2f\xfd\0"[..], &[13 << 3]].concat();
    for _ in 0..150 {
        bytes.extend(&head.to_le_bytes()[..3]);
        bytes.extend(&block);
    }
    bytes.extend([1, 0, 0]);
    let first = write(&root, "0.log.zst", &bytes);
    for number in 1..8 {
        std::fs::hard_link(&first, root.join(format!("{number}.log.zst"))).unwrap();
    }
    // Said when the others were read.
    write(&root, "far.log.zst", b"\x28\xb5\x2f\xfd\0\x88");
    let said = refused(&root);
    assert!(said.contains("zstd with a window of 128 MiB"), "{said}");
}

/// What can be read of an entry before its damage is a log that was cut off.
#[test]
fn a_damaged_entry_gives_what_was_read() {
    let root = scratch("limits-damaged");
    let log: String = (0..20_000)
        .map(|n| {
            format!(
                "MSI (s) (A0:B0) [10:00:00:000]: Note: 1: {} 2: {n}\r\n",
                n * 7919
            )
        })
        .collect();
    let log = log + std::str::from_utf8(LOG).unwrap();
    let mut encoder =
        flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(log.as_bytes()).unwrap();
    let mut packed = encoder.finish().unwrap();
    let middle = packed.len() / 2;
    packed[middle..middle + 64].fill(0xff);
    let named = [("a.log".to_owned(), 0)];
    let entry = zip_entry(8, &packed);
    let bytes = zip(
        &entry,
        [packed.len() as u32, log.len() as u32, 0],
        8,
        &named,
    );
    let archive = write(&root, "damaged.zip", &bytes);
    let output = run(&["--format", "ndjson", archive.to_str().unwrap()]);
    let report: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(report["kind"], "msi");
    let notices = report["notices"].to_string();
    assert!(notices.contains("bytes could be read"), "{notices}");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("a.log: cannot be read at byte"), "{said}");
    assert_eq!(output.status.code(), Some(2));
}
