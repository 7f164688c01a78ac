//! The released program against others, start to end, in turn, on logs that the maker writes.
//!
//! `cargo bench --bench programs` prints a table for people; nothing here asserts a time. Programs
//! that are not installed are left out. `MSILOG_BENCH_MIB` sets the size of the big logs (1024),
//! `MSILOG_BENCH_RUNS` the number of rounds (7).

mod support;

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use support::{Form, MIXES, Mix, Plan};

/// One program on one input.
struct Contestant {
    name: &'static str,
    /// For `sh`.
    command: String,
    bytes: u64,
}

struct Ground {
    folder: PathBuf,
    bytes: u64,
    rounds: usize,
}

const MSILOG: &str = env!("CARGO_BIN_EXE_msilog");
const SMALL_LOGS: u64 = 5000;

fn main() {
    let number = |name: &str, usual: u64| {
        let value = std::env::var(name).ok();
        value.and_then(|v| v.parse().ok()).unwrap_or(usual)
    };
    let ground = Ground {
        folder: Path::new(env!("CARGO_TARGET_TMPDIR")).join("programs"),
        bytes: number("MSILOG_BENCH_MIB", 1024) << 20,
        rounds: number("MSILOG_BENCH_RUNS", 7) as usize,
    };
    fs::create_dir_all(&ground.folder).expect("the folder for logs can be made");
    build();
    one_log(&ground);
    mixes(&ground);
    pipe(&ground);
    folder(&ground);
    small(&ground);
    memory(&ground);
    collection(&ground);
}

/// Builds the program as it is released: for benches it is built to unwind, which costs up to a
/// seventh on localised logs.
fn build() {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo)
        .args(["build", "--release", "--quiet", "--manifest-path"])
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"))
        .status();
    assert!(built.is_ok_and(|status| status.success()), "msilog builds");
}

fn one_log(ground: &Ground) {
    let log = ground.log("ascii", Mix::Ascii, Form::Utf16);
    let size = size_of(&log);
    let log = log.display();
    let wide: String = "Return value 3"
        .chars()
        .map(|c| format!("{c}\\x00"))
        .collect();
    let python = "import sys; print(sum('Return value 3' in l for l in open(sys.argv[1], encoding='utf-16')))";
    ground.compare(
        "one UTF-16 log",
        &[
            (
                "msilog, 1 thread",
                format!("{MSILOG} -q --jobs 1 {log}"),
                size,
            ),
            (
                "msilog, 2 threads",
                format!("{MSILOG} -q --jobs 2 {log}"),
                size,
            ),
            ("msilog", format!("{MSILOG} -q {log}"), size),
            ("rg -c", format!("rg -c 'Return value 3' {log} | cat"), size),
            (
                "grep -a -P -c",
                format!("grep -a -P -c '{wide}' {log} | cat"),
                size,
            ),
            (
                "iconv | grep -c",
                format!("iconv -f UTF-16 -t UTF-8 {log} | grep -c 'Return value 3' | cat"),
                size,
            ),
            (
                "python3, `in` a line",
                format!("python3 -c \"{python}\" {log}"),
                size,
            ),
        ],
    );
}

fn mixes(ground: &Ground) {
    for (name, mix, form) in MIXES {
        let log = ground.log(name, mix, form);
        let size = size_of(&log);
        let log = log.display();
        ground.compare(
            name,
            &[
                (
                    "msilog, 1 thread",
                    format!("{MSILOG} -q --jobs 1 {log}"),
                    size,
                ),
                ("msilog", format!("{MSILOG} -q {log}"), size),
                ("rg -c", format!("rg -c 'Return value 3' {log} | cat"), size),
            ],
        );
    }
}

fn pipe(ground: &Ground) {
    let log = ground.log("ascii", Mix::Ascii, Form::Utf16);
    let size = size_of(&log);
    let log = log.display();
    ground.compare(
        "a pipe",
        &[
            ("cat | wc -c", format!("cat {log} | wc -c"), size),
            ("cat | msilog", format!("cat {log} | {MSILOG} -q -"), size),
        ],
    );
}

fn folder(ground: &Ground) {
    let folder = ground.folder.join("logs");
    for n in 0..SMALL_LOGS {
        let path = folder.join(format!("machine{:03}/{n:04}.log", n % 200));
        let plan = Plan {
            bytes: 200_000,
            mix: Mix::Ascii,
            form: Form::Utf16,
            failures: if n % 3 == 0 { &[100] } else { &[] },
            seed: n + 1,
        };
        make(&path, &plan);
    }
    let size = walk(&folder);
    let at = folder.display();
    ground.compare(
        "5,000 logs of 200 KB",
        &[
            (
                "msilog, 1 thread",
                format!("{MSILOG} -q --jobs 1 {at}"),
                size,
            ),
            ("msilog", format!("{MSILOG} -q {at}"), size),
            ("msilog, table", format!("{MSILOG} {at} | cat"), size),
            ("rg -c", format!("rg -c 'Return value 3' {at} | cat"), size),
        ],
    );
}

/// Real logs, where the collection lies beside the checkout: its longest ones alone, all in one file, and
/// as a folder. Their mix is what people have; the maker only comes near it.
fn collection(ground: &Ground) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/logs");
    let mut logs: Vec<PathBuf> = walkdir::WalkDir::new(&folder)
        .into_iter()
        .flatten()
        .filter(|entry| entry.file_type().is_file())
        .map(walkdir::DirEntry::into_path)
        .collect();
    if logs.is_empty() {
        return println!("\nreal logs: skipped, there is no collection beside the checkout");
    }
    logs.sort_by_key(|log| std::cmp::Reverse((size_of(log), log.clone())));
    println!("\ninstructions of real logs, one thread");
    for (nth, log) in (1..=LONGEST).zip(&logs) {
        ground.instructions(&format!("the {nth}. of the longest"), log);
    }
    // UTF-16 logs in a row are one log with many sessions; others cannot follow them.
    let wide: Vec<&PathBuf> = logs.iter().filter(|log| is_wide(log)).collect();
    let whole = ground.folder.join("real.log");
    let mut out = BufWriter::new(File::create(&whole).expect("the log can be made"));
    for log in wide {
        let bytes = fs::read(log).expect("a log of the collection can be read");
        out.write_all(&bytes).expect("the log can be written");
    }
    drop(out);
    ground.instructions("all in UTF-16 in one file", &whole);
    ground.instructions("all as a folder", &folder);
    let rows = |at: &Path, size| {
        let at = at.display();
        [
            (
                "msilog, 1 thread",
                format!("{MSILOG} -q --jobs 1 {at}"),
                size,
            ),
            ("msilog", format!("{MSILOG} -q {at}"), size),
            (
                "rg -c, 1 thread",
                format!("rg -c -j1 'Return value 3' {at} | cat"),
                size,
            ),
        ]
    };
    ground.compare("real logs in one file", &rows(&whole, size_of(&whole)));
    ground.compare("real logs as a folder", &rows(&folder, walk(&folder)));
}

/// So many of the longest logs are measured alone.
const LONGEST: usize = 5;

fn is_wide(log: &Path) -> bool {
    let bytes = fs::read(log);
    bytes.is_ok_and(|bytes| bytes.starts_with(b"\xff\xfe") && bytes.len() % 2 == 0)
}

fn small(ground: &Ground) {
    let log = ground.folder.join("small.log");
    let plan = Plan {
        bytes: 100_000,
        mix: Mix::Ascii,
        form: Form::Utf16,
        failures: &[100],
        seed: 7,
    };
    make(&log, &plan);
    let size = size_of(&log);
    let log = log.display();
    ground.compare(
        "a log of 100 KB",
        &[
            ("msilog", format!("{MSILOG} {log}"), size),
            ("msilog --version", format!("{MSILOG} --version"), size),
            ("rg -c", format!("rg -c Return {log}"), size),
            ("true", "true".to_owned(), size),
        ],
    );
}

/// Peak memory, where GNU time is installed.
fn memory(ground: &Ground) {
    const TIME: &str = "/usr/bin/time";
    if !Path::new(TIME).exists() {
        return println!("\npeak memory: left out, there is no {TIME} here");
    }
    let log = ground.log("ascii", Mix::Ascii, Form::Utf16);
    let long = ground.folder.join("long.log");
    let copies: Vec<String> = vec![log.display().to_string(); 4];
    let (copies, at) = (copies.join(" "), long.display().to_string());
    shell(&format!("cat {copies} > {at}"));
    let folder = ground.folder.join("logs");
    let rows = [
        (
            "a file four times as long",
            format!("{TIME} -f %M {MSILOG} -q {at}"),
        ),
        (
            "a pipe of the same",
            format!("cat {copies} | {TIME} -f %M {MSILOG} -q -"),
        ),
        (
            "the folder",
            format!("{TIME} -f %M {MSILOG} -q {}", folder.display()),
        ),
    ];
    println!("\npeak memory");
    for (name, command) in rows {
        let said = shell(&command);
        let peak = said.lines().next_back().and_then(|l| l.parse::<f64>().ok());
        println!("  {name:<26}{:>8.1} MiB", peak.unwrap_or(f64::NAN) / 1024.0);
    }
    fs::remove_file(long).expect("the long log can be removed");
}

/// What a command says on its standard error.
fn shell(command: &str) -> String {
    let output = Command::new("sh").args(["-c", command]).output();
    String::from_utf8_lossy(&output.expect("sh runs").stderr).into_owned()
}

impl Ground {
    fn log(&self, name: &str, mix: Mix, form: Form) -> PathBuf {
        let path = self.folder.join(format!("{name}.{}.log", self.bytes));
        let plan = Plan {
            bytes: self.bytes,
            mix,
            form,
            failures: &[100],
            seed: 1,
        };
        make(&path, &plan);
        path
    }

    /// Instructions of one run, where valgrind is installed: the same each time, however busy the
    /// machine is.
    fn instructions(&self, title: &str, at: &Path) {
        let out = self.folder.join("callgrind.out");
        let (out, path) = (out.display(), at.display());
        let said = shell(&format!(
            "valgrind --tool=callgrind --callgrind-out-file={out} {MSILOG} -q --exit-zero --jobs 1 {path}"
        ));
        let counted = said.split("Collected : ").nth(1);
        let counted = counted.and_then(|text| text.split_whitespace().next()?.parse::<f64>().ok());
        match counted {
            Some(counted) => println!(
                "  {title:<28}{:>8.1} M{:>8.2} a byte",
                counted / 1e6,
                counted / walk(at) as f64
            ),
            None => println!("  {title:<28}skipped, there is no valgrind here"),
        }
    }

    /// Runs all in turn, so that a noisy moment hits them alike, and prints medians.
    fn compare(&self, title: &str, rows: &[(&'static str, String, u64)]) {
        let contestants: Vec<Contestant> = rows
            .iter()
            .map(|(name, command, bytes)| Contestant {
                name,
                command: command.clone(),
                bytes: *bytes,
            })
            .filter(Contestant::is_installed)
            .collect();
        let mut times: Vec<Vec<f64>> = vec![Vec::new(); contestants.len()];
        for round in 0..=self.rounds {
            for (contestant, times) in contestants.iter().zip(&mut times) {
                let seconds = contestant.run();
                if round > 0 {
                    times.push(seconds);
                }
            }
        }
        println!("\n{title}");
        println!(
            "  {:<24}{:>10}{:>10}{:>8}{:>9}",
            "", "median ms", "best ms", "GB/s", "ratio"
        );
        let medians: Vec<f64> = times.iter_mut().map(|t| median(t)).collect();
        for ((contestant, times), median) in contestants.iter().zip(&times).zip(&medians) {
            let ratio = medians.first().map_or(1.0, |first| median / first);
            println!(
                "  {:<24}{:>10.1}{:>10.1}{:>8.2}{:>9.2}",
                contestant.name,
                median * 1e3,
                times.first().map_or(0.0, |best| best * 1e3),
                contestant.bytes as f64 / median / 1e9,
                ratio,
            );
        }
    }
}

impl Contestant {
    fn is_installed(&self) -> bool {
        let program = self.command.split(' ').next().unwrap_or("");
        let found = Command::new("sh")
            .args(["-c", &format!("command -v {program}")])
            .stdout(Stdio::null())
            .status();
        found.is_ok_and(|status| status.success())
    }

    fn run(&self) -> f64 {
        // A shell takes as long as a short log: it is only asked where it is needed.
        let mut words = self.command.split(' ');
        let mut command = if self.command.contains(['|', '\'', '"', '>']) {
            let mut shell = Command::new("sh");
            shell.args(["-c", &self.command]);
            shell
        } else {
            let mut program = Command::new(words.next().unwrap_or(""));
            program.args(words);
            program
        };
        let begun = Instant::now();
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .expect("the program runs");
        begun.elapsed().as_secs_f64()
    }
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(0.0)
}

fn make(path: &Path, plan: &Plan) {
    if path.exists() {
        return;
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).expect("the folder can be made");
    }
    let mut out = BufWriter::new(File::create(path).expect("the log can be made"));
    support::write_log(&mut out, plan).expect("the log can be written");
    out.flush().expect("the log can be written");
}

fn size_of(path: &Path) -> u64 {
    path.metadata().map_or(0, |data| data.len())
}

fn walk(folder: &Path) -> u64 {
    let entries = walkdir::WalkDir::new(folder).into_iter().flatten();
    entries
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| size_of(entry.path()))
        .sum()
}
