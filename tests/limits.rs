//! Logs that are made to use up memory: what is kept of each is bounded, and the report says what
//! was left out.

#[cfg(target_os = "linux")]
mod on_linux {
    use std::io::{Read, Write};
    use std::process::{Child, Command, Stdio};

    /// How often each stream repeats its lines.
    const TIMES: u64 = if cfg!(debug_assertions) {
        40_000
    } else {
        1_000_000
    };

    /// Peak of the memory that may be in use, in KiB.
    const MOST_MEMORY: u64 = 64 * 1024;

    const HEADER: &str = "=== Verbose logging started: 11/20/2026  10:00:00  Build type: SHIP UNICODE 5.00.10011.00  Calling process: C:\\Windows\\System32\\msiexec.exe ===\r\n";

    /// Feeds `front` and then `TIMES` times what `lines` makes to the program. Gives the report
    /// and the peak of its memory in KiB.
    fn feed(front: &str, lines: impl Fn(u64) -> String) -> (serde_json::Value, u64) {
        feed_times(TIMES, front, lines)
    }

    fn feed_times(
        times: u64,
        front: &str,
        lines: impl Fn(u64) -> String,
    ) -> (serde_json::Value, u64) {
        let mut child = Command::new(env!("CARGO_BIN_EXE_msilog"))
            .args(["--format", "ndjson", "--exit-zero", "-"])
            .env("MSILOG_RULES", "")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        let mut text = front.to_owned();
        for time in 0..times {
            text.push_str(&lines(time));
            if text.len() > 1 << 20 {
                input.write_all(text.as_bytes()).unwrap();
                text.clear();
            }
        }
        input.write_all(text.as_bytes()).unwrap();
        // Nearly everything has been read by now, and the program still waits for more.
        let before = peak(&child);
        drop(input);
        let mut output = String::new();
        child
            .stdout
            .take()
            .unwrap()
            .read_to_string(&mut output)
            .unwrap();
        assert!(child.wait().unwrap().success());
        (serde_json::from_str(&output).unwrap(), before)
    }

    fn peak(child: &Child) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let number = line.unwrap().trim().trim_end_matches(" kB");
        number.parse().unwrap()
    }

    fn notices(report: &serde_json::Value) -> String {
        report["notices"].to_string()
    }

    #[track_caller]
    fn is_bounded(peak: u64) {
        println!("{peak} KiB");
        assert!(peak < MOST_MEMORY, "{peak} KiB");
    }

    #[test]
    fn sessions() {
        let session = format!(
            "{HEADER}MSI (c) (10:20) [10:00:00:000]: Resetting cached policy values\r\nAction ended 10:00:00: INSTALL. Return value 3.\r\nMSI (c) (10:20) [10:00:00:100]: MainEngineThread is returning 1603\r\n=== Verbose logging stopped: 11/20/2026  10:00:01 ===\r\n"
        );
        let (report, peak) = feed("", |_| session.clone());
        is_bounded(peak);
        let kept = report["sessions"].as_array().unwrap().len() as u64;
        assert!(kept <= 1000);
        let said = format!("the first {} are not shown", TIMES - kept);
        assert!(notices(&report).contains(&said), "{}", notices(&report));
    }

    /// What stands around a log is taken off in pieces, however long its lines are.
    #[test]
    fn wrapped_logs() {
        let line = |n: u64| {
            let (minute, second) = (n / 60_000 % 60, n / 1000 % 60);
            format!(
                "MSI (s) (A0:B0) [10:{minute:02}:{second:02}:{:03}]: Note: 1: 1402 2: HKEY_LOCAL_MACHINE\\\\Software 3: 2",
                n % 1000
            )
        };
        let returns = "MSI (s) (A0:B0) [10:59:59:999]: MainEngineThread is returning 1603";
        let json = |n: u64| line(n) + "\\r\\n";
        let one = |n: u64| line(n) + " ";
        let broken = |n: u64| {
            let line = line(n);
            let (head, tail) = line.split_at(line.find("2: HKEY").unwrap());
            format!("{}\r\n{tail}\r\n", head.trim_end())
        };
        let returns_json = format!("{{\"log\": \"{returns}\\r\\n");
        let check = |name: &str, (report, peak): (serde_json::Value, u64)| {
            is_bounded(peak);
            assert_eq!(report["kind"], "msi", "{name}");
            assert!(
                notices(&report).contains("the log was wrapped"),
                "{name}: {}",
                notices(&report)
            );
        };
        check("JSON", feed(&returns_json, json));
        check("one line", feed(&format!("{returns} "), one));
        check("broken", feed(&format!("{returns}\r\n"), broken));
    }

    #[test]
    fn nested_sessions() {
        let run = |n: u64| {
            format!(
                "MSI (s) (A0:B0) [10:00:00:000]: Doing action: Install{n}\r\nMSI (s) (A0:B0) [10:00:00:000]: ******* RunEngine:\r\n           ******* Product: C:\\package{n}.msi\r\n           ******* Action: \r\n           ******* CommandLine: **********\r\n"
            )
        };
        let (report, peak) = feed(HEADER, run);
        is_bounded(peak);
        assert!(report["sessions"].as_array().unwrap().len() <= 1000);
        assert!(notices(&report).contains("too many sessions"));
    }

    #[test]
    fn names_of_actions_properties_and_products() {
        let lines = |n: u64| {
            format!(
                "Action start 10:00:00: Action{n}.\r\nAction ended 10:00:00: Action{n}. Return value 1.\r\nMSI (s) (A0:B0) [10:00:00:000]: Doing action: Open{n}\r\nProperty(S): Property{n} = value {n}\r\nMSI (s) (A0:B0) [10:00:00:000]: Windows Installer installed the product. Product Name: Product {n}. Product Version: 1.0.{n}. Product Language: 1033. Manufacturer: Maker {n}. Installation success or error status: 1603.\r\n"
            )
        };
        let (report, peak) = feed(HEADER, lines);
        is_bounded(peak);
        assert!(report.to_string().len() < 1 << 20);
    }

    #[test]
    fn failures() {
        let failure = |n: u64| {
            format!(
                "Action start 10:00:00: Action{n}.\r\nError 1310. Error writing to file: C:\\file{n}.dll.  System error 5.  Verify that you have access to that directory.\r\nCustomAction Action{n} returned actual error code 1603\r\nAction ended 10:00:00: Action{n}. Return value 3.\r\n"
            )
        };
        let (report, peak) = feed(HEADER, failure);
        is_bounded(peak);
        assert!(report.to_string().len() < 1 << 20);
    }

    #[test]
    fn runs_of_bundles() {
        let run = |n: u64| {
            format!(
                "[1A70:2B34][2025-03-19T10:17:55]i001: Burn v3.14.0.5722, Windows v10.0 (Build 19045: Service Pack 0), path: C:\\bundle{n}.exe\r\n[1A70:2B34][2025-03-19T10:17:55]i000: Setting string variable 'Variable{n}' to value '{n}'\r\n[1A70:2B34][2025-03-19T10:17:55]i301: Applying execute package: Package{n}, action: Install, path: C:\\package{n}.msi, arguments: ''\r\n[1A70:2B34][2025-03-19T10:17:56]i319: Applied execute package: Package{n}, result: 0x80070643, restart: None\r\n[1A70:2B34][2025-03-19T10:17:56]i399: Apply complete, result: 0x80070643, restart: None, ba requested restart:  No\r\n[1A70:2B34][2025-03-19T10:17:56]i007: Exit code: 0x643, restarting: No\r\n"
            )
        };
        let (report, peak) = feed("", run);
        is_bounded(peak);
        assert!(
            notices(&report).contains("too many runs of bundles"),
            "{}",
            notices(&report)
        );
    }

    #[test]
    fn calls_of_installers() {
        let call = |n: u64| {
            format!(
                "[05-01-2023 10:11:12.345] [Installation] [Execute-Process] [Info] :: Executing [C:\\Windows\\System32\\msiexec.exe /i \"C:\\x\\package{n}.msi\" /qn /L*V \"C:\\Logs\\package{n}.log\"]...\r\n[05-01-2023 10:11:13.345] [Installation] [Execute-Process] [Error] :: Execution failed with exit code [1618].\r\n"
            )
        };
        let (report, peak) = feed("", call);
        is_bounded(peak);
        assert!(notices(&report).contains("too many calls"));
    }

    #[test]
    fn items_of_a_setup() {
        let item = |n: u64| {
            format!(
                "[7/21/2019, 9:05:11] MSI (d:\\x\\package{n}.msi) Installation failed. Msi Log: Setup-MSI_package{n}.msi.txt\r\n[7/21/2019, 9:05:12]Action: Performing actions on all Items...\r\n"
            )
        };
        let (report, peak) = feed("", item);
        is_bounded(peak);
        assert!(report.to_string().len() < 8 << 20);
    }

    /// Peak of the memory that may be in use where lines are long, in KiB. A program that is not
    /// optimised is itself several times as large, and what of it is mapped counts.
    const MOST_FOR_LONG_LINES: u64 = if cfg!(debug_assertions) { 40 } else { 32 } * 1024;

    /// Feeds lines with a long text in each, 60 MB of them, 600 MB to an optimised program.
    fn feed_long(lines: impl Fn(u64, &str) -> String) -> serde_json::Value {
        let long = "long text ".repeat(10_000);
        let size = lines(0, &long).len() as u64;
        let bytes = if cfg!(debug_assertions) { 60 } else { 600 } << 20;
        let (report, peak) = feed_times(bytes / size, "", |n| lines(n, &long));
        println!("{peak} KiB");
        assert!(peak < MOST_FOR_LONG_LINES, "{peak} KiB");
        report
    }

    #[test]
    fn long_lines_of_callers() {
        let report = feed_long(|n, long| {
            format!(
                "[05-01-2023 10:11:12.345] [Installation] [Execute-Process] [Info] :: Executing [C:\\Windows\\System32\\msiexec.exe /i \"C:\\x\\package{n}.msi\" /qn /L*V \"C:\\Logs\\package{n}.log\" P=\"{long}\"]...\r\n[05-01-2023 10:11:13.345] [Installation] [Execute-Process] [Error] :: Execution failed with exit code [1618]. {long}\r\n"
            )
        });
        assert_eq!(report["kind"], "wrapper");
        assert_eq!(report["sessions"][0]["exit_code"], 1618);
    }

    #[test]
    fn long_lines_of_bundles() {
        let report = feed_long(|n, long| {
            format!(
                "[1A70:2B34][2025-03-19T10:17:55]i301: Applying execute package: Package{n}, action: Install, path: C:\\{long}.msi, arguments: ''\r\n[1A70:2B34][2025-03-19T10:17:55]e000: Error 0x80070005: {long}\r\n[1A70:2B34][2025-03-19T10:17:56]i319: Applied execute package: Package{n}, result: 0x80070643, restart: None {long}\r\nError 1310. {long}\r\n"
            )
        });
        assert_eq!(report["kind"], "burn");
        assert_eq!(report["sessions"][0]["outcome"], "failed");
    }

    #[test]
    fn long_lines_of_setup_programs() {
        let report = feed_long(|n, long| {
            format!(
                "[7/21/2019, 9:05:10] Action: Performing Action on MSI at d:\\{long}\\package{n}.msi...\r\n[7/21/2019, 9:05:11] MSI (d:\\x\\package{n}.msi) Installation failed. Msi Log: {long}.txt\r\n[7/21/2019, 9:05:11] Returning IDOK. INSTALLMESSAGE_ERROR [Error 1935.{long}]\r\n"
            )
        });
        assert_eq!(report["kind"], "netfx-setup");
        assert_eq!(report["sessions"][0]["outcome"], "failed");
    }

    #[test]
    fn long_lines_of_windows_installer() {
        let report = feed_long(|n, long| {
            format!(
                "Action start 10:00:00: Action{n}.\r\nError 1310. {long}\r\nMSI (s) (A0:B0) [10:00:00:000]: Product: {long} -- Error 1310. x\r\nProperty(S): ProductName = {long}\r\nAction ended 10:00:00: Action{n}. Return value 3.\r\n"
            )
        });
        assert_eq!(report["kind"], "msi");
    }

    /// A piece is bounded by its lines too: what is noted of one is more than the line.
    #[test]
    fn lines_of_nothing_and_of_a_letter() {
        for lines in ["\n".repeat(1000), "a\n".repeat(500)] {
            let times = if lines.starts_with('a') { 4000 } else { TIMES };
            let (report, peak) = feed_times(times, HEADER, |_| lines.clone());
            is_bounded(peak);
            let count = lines.matches('\n').count() as u64 * times + 1;
            assert_eq!(report["lines"], count);
        }
    }

    #[test]
    fn a_line_without_end() {
        // Every time a thousand letters more.
        let (report, peak) = feed(HEADER, |_| "x".repeat(1000));
        is_bounded(peak);
        assert!(notices(&report).contains("very long lines were cut"));
    }
}

#[cfg(not(target_os = "linux"))]
#[test]
fn memory_is_only_measured_on_linux() {
    println!("skipped: the peak of a program's memory is only read on Linux");
}
