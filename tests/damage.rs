//! What strangers send: logs cut, flipped, shuffled, filled with NULs and lone surrogates, written in
//! other encodings. `MSILOG_DAMAGE=full cargo test --release --test damage -- --nocapture` tries
//! everything and tells the figures; without it a sample of the fixtures is tried.

mod common;

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use msilog::report::LogReport;
use msilog::run::Confidence;
use msilog::run::Outcome;
use proptest::prelude::*;
use rayon::prelude::*;

/// A small generator, so that every run damages alike.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n.max(1)
    }
}

fn succeeded(report: &LogReport) -> bool {
    report.outermost().all(|s| s.outcome.worked())
}

/// The lines of causes that a report is sure of.
fn confident_causes(report: &LogReport) -> impl Iterator<Item = &str> {
    let failures = report.outermost().filter_map(|s| s.failure.as_ref());
    let causes = failures.filter_map(|failure| failure.cause.as_ref());
    let sure = causes.filter(|cause| cause.confidence == Confidence::High);
    sure.map(|cause| cause.text.as_str())
}

/// A log as it was before the damage.
struct Whole {
    name: String,
    bytes: Vec<u8>,
    text: String,
    good: bool,
}

impl Whole {
    fn read(name: String, path: &Path) -> Self {
        let bytes = std::fs::read(path).unwrap();
        Self {
            name,
            good: succeeded(&common::report(&bytes)),
            text: common::decoded(&bytes),
            bytes,
        }
    }

    /// Whether a damaged log of a success says with confidence that it failed, and the damage did
    /// not write that line itself: a flipped byte can turn a status of 0 into one of 1.
    fn is_wronged_by(&self, report: &LogReport) -> bool {
        let said_before = |line: &str| line.len() > 3 && self.text.contains(line.trim());
        self.good && confident_causes(report).any(said_before)
    }
}

/// What happened to all that was tried.
#[derive(Default)]
struct Tally {
    tried: AtomicU64,
    panics: AtomicU64,
    hangs: AtomicU64,
    wrong: Mutex<Vec<String>>,
}

/// A second of this machine reads a hundred megabytes; nothing here has ten.
const HANG: Duration = Duration::from_secs(60);

impl Tally {
    fn take(&self, whole: &Whole, damage: &str, bytes: &[u8]) {
        self.tried.fetch_add(1, Ordering::Relaxed);
        let began = Instant::now();
        let told = |what: &str| {
            let mut wrong = self.wrong.lock().unwrap();
            wrong.push(format!("{}, {damage}: {what}", whole.name));
        };
        match std::panic::catch_unwind(|| common::report(bytes)) {
            Err(_) => {
                self.panics.fetch_add(1, Ordering::Relaxed);
                told("panic");
            }
            Ok(report) if whole.is_wronged_by(&report) => told("a success became a failure"),
            Ok(_) => {}
        }
        if began.elapsed() > HANG {
            self.hangs.fetch_add(1, Ordering::Relaxed);
            told("hang");
        }
    }

    #[track_caller]
    fn end(&self, what: &str) {
        let wrong = self.wrong.lock().unwrap();
        let count = |number: &AtomicU64| number.load(Ordering::Relaxed);
        println!(
            "{what}: {} tried, {} panics, {} hangs, {} wrong confident failures, peak {}",
            count(&self.tried),
            count(&self.panics),
            count(&self.hangs),
            wrong.len() as u64 - count(&self.panics) - count(&self.hangs),
            peak(),
        );
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

/// The most memory that this process had, where the system tells.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or("unknown".to_owned(), |line| line.trim().to_owned())
}

/// With `MSILOG_DAMAGE=full` everything is tried, else a sample.
fn is_full() -> bool {
    std::env::var_os("MSILOG_DAMAGE").is_some_and(|value| value == "full")
}

fn sample(full: usize, else_only: usize) -> usize {
    if is_full() { full } else { else_only }
}

/// The fixtures; in full the real logs too, where they are.
fn wholes() -> Vec<Whole> {
    let fixtures = common::fixtures().into_iter();
    let mut all: Vec<(String, PathBuf)> = fixtures.map(|(name, log, _)| (name, log)).collect();
    if is_full()
        && let Some(real) = common::real_logs("damage")
    {
        let logs = std::fs::read_dir(real.join("logs")).unwrap().flatten();
        all.extend(logs.map(|log| (log.file_name().display().to_string(), log.path())));
    }
    all.retain(|(_, path)| path.is_file());
    all.par_iter()
        .map(|(name, path)| Whole::read(name.clone(), path))
        .collect()
}

/// Tries `rounds` damages of every log.
fn damage(
    what: &str,
    rounds: usize,
    damaged: impl Fn(&Whole, usize, &mut Random) -> Vec<u8> + Sync,
) {
    let tally = Tally::default();
    wholes().par_iter().for_each(|whole| {
        let mut random = Random(whole.bytes.len() as u64);
        for round in 0..rounds {
            let bytes = damaged(whole, round, &mut random);
            tally.take(whole, &format!("{what} {round}"), &bytes);
        }
    });
    tally.end(what);
}

#[test]
fn cut_at_many_lengths() {
    let rounds = sample(200, 24);
    damage("cut", rounds, |whole, round, _| {
        // Now and then at an odd byte of UTF-16.
        whole.bytes[..whole.bytes.len() * round / rounds].to_vec()
    });
    damage("front cut off", sample(50, 6), |whole, round, random| {
        let at = random.below(whole.bytes.len());
        whole.bytes[if round % 2 == 0 { at & !1 } else { at | 1 }.min(whole.bytes.len())..].to_vec()
    });
}

#[test]
fn flipped_and_filled_bytes() {
    damage("flipped", sample(200, 16), |whole, round, random| {
        let mut damaged = whole.bytes.clone();
        for _ in 0..1 + round % 64 {
            let at = random.below(damaged.len());
            damaged[at] = match round % 4 {
                0 | 1 => damaged[at] ^ (1 << random.below(8)),
                2 => 0,
                _ => 0xd8, // High bytes of lone surrogates.
            };
        }
        damaged
    });
}

#[test]
fn lines_shuffled_doubled_and_dropped() {
    damage("lines", sample(60, 9), |whole, round, random| {
        let lines: Vec<&str> = whole.text.lines().collect();
        let mut damaged = lines.clone();
        for _ in 0..lines.len() / 10 + 1 {
            let (a, b) = (random.below(damaged.len()), random.below(damaged.len()));
            match round % 3 {
                0 => damaged.swap(a, b),
                1 => damaged.insert(a, lines[b % lines.len()]),
                _ if damaged.len() > 1 => drop(damaged.remove(a)),
                _ => {}
            }
        }
        damaged.join("\r\n").into_bytes()
    });
}

#[test]
fn written_in_other_encodings() {
    type Write = fn(&str) -> Vec<u8>;
    const ENCODINGS: [Write; 12] = [
        |text| common::utf16(text),
        |text| text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        |text| text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        |text| [&[0xFE, 0xFF][..], &ENCODINGS[2](text)].concat(),
        |text| text.as_bytes().to_vec(),
        |text| [&[0xEF, 0xBB, 0xBF], text.as_bytes()].concat(),
        |text| encoding_rs::WINDOWS_1252.encode(text).0.into_owned(),
        |text| encoding_rs::WINDOWS_1250.encode(text).0.into_owned(),
        |text| encoding_rs::WINDOWS_1251.encode(text).0.into_owned(),
        |text| encoding_rs::SHIFT_JIS.encode(text).0.into_owned(),
        |text| encoding_rs::GBK.encode(text).0.into_owned(),
        |text| encoding_rs::EUC_KR.encode(text).0.into_owned(),
    ];
    damage("encoded", ENCODINGS.len(), |whole, round, _| {
        ENCODINGS[round](&whole.text)
    });
}

/// A UTF-16 log to which something appended 8-bit text, or that lost a byte, keeps what follows.
#[test]
fn no_failure_hides_behind_bytes_that_shift_the_letters() {
    let fixture = |name: &str| {
        let path = Path::new("fixtures").join(name).join("install.log");
        common::decoded(&std::fs::read(path).unwrap())
    };
    let good = fixture("clean-success");
    let bad = fixture("netfx4-client-patch-registration-1603");
    let wide = |text: &str| common::utf16(text).split_off(2);
    let bytes = |text: &str| encoding_rs::WINDOWS_1252.encode(text).0.into_owned();
    let start = common::utf16(&good);
    let seams: [Vec<u8>; 9] = [
        [&b"done.\r\n"[..], &wide(&bad)].concat(),
        [&b"done\r\n"[..], &wide(&bad)].concat(),
        [&b"done.\n"[..], &wide(&bad)].concat(),
        [&b"done.\r\n\xff\xfe"[..], &wide(&bad)].concat(),
        [&b"x"[..], &wide(&bad), b"x\r\n", &wide(&good)].concat(),
        bytes(&bad),
        [bytes(&bad), wide(&good)].concat(),
        [bytes(&good), b"\xff\xfe".to_vec(), wide(&bad)].concat(),
        [wide(&good.repeat(20)), b"y".to_vec(), wide(&bad)].concat(),
    ];
    let fails = |log: &[u8]| {
        let report = common::report(log);
        report.outermost().any(|s| s.outcome == Outcome::Failed)
    };
    for (n, seam) in seams.iter().enumerate() {
        assert!(fails(&[&start[..], seam].concat()), "seam {n}");
    }
    let behind_bytes = [bytes(&good), b"\xff\xfe".to_vec(), wide(&bad)].concat();
    assert!(fails(&behind_bytes));
    let mut random = Random(16);
    for _ in 0..40 {
        let mut log = [&start[..], &wide(&bad)].concat();
        // Not the mark: without it the first bytes decide.
        let at = 2 + random.below(start.len() - 2);
        log.remove(at);
        assert!(fails(&log), "byte {at} lost");
    }
}

#[test]
fn an_endless_line_and_many_sessions_stay_small() {
    let endless = vec![b'x'; 8 << 20];
    let report = common::report(&endless);
    assert_eq!(report.lines, 1);
    assert!(
        report.notices.iter().any(|n| n.contains("long")),
        "{:?}",
        report.notices
    );
    let one =
        "=== Verbose logging started: 1/1/2026  10:00:00 ===\nAction start 10:00:00: INSTALL.\n";
    let report = common::report(one.repeat(20_000).as_bytes());
    assert!(report.sessions.len() <= 1000);
    assert!(
        report
            .notices
            .iter()
            .any(|n| n.contains("too many sessions"))
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_bytes_give_a_report(bytes in proptest::collection::vec(any::<u8>(), 0..4000)) {
        common::report(&bytes);
    }

    #[test]
    fn any_text_gives_a_report(text in "(MSI \\(s\\) \\([0-9A-F]{2}:[0-9A-F]{2}\\) \\[\\PC{0,12}\\]: \\PC{0,60}\n|Action (start|ended) [0-9]{1,2}:[0-9]{2}:[0-9]{2}: \\PC{0,30}\n|Executing op: \\PC{0,40}\n|\\PC{0,40}\n){0,30}") {
        common::report(text.as_bytes());
        common::report(&common::utf16(&text));
    }
}
