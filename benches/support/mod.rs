//! Makes logs of any size in the mix that real verbose logs have: 9 % lines of text, 9 % properties,
//! 5 % records of components, 5 % notes of quiet keys, queries and file systems, lines of the engine
//! that no grammar knows, one line in 170 outside ASCII, an installation every 600 KB. Seeded, so
//! every run measures the same bytes. All text is our own.
#![allow(dead_code)]

use std::io::{self, Write};

/// An installation has so many bytes of the log.
const SESSION: u64 = 600 << 10;

/// Language of the lines that follow the package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mix {
    /// English only.
    Ascii,
    /// One line in five holds German words.
    German,
    /// Every second line holds Japanese words.
    Japanese,
}

/// Encoding of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// UTF-16LE with a byte order mark.
    Utf16,
    /// UTF-8.
    Utf8,
}

/// The mixes that are measured, with their names.
pub const MIXES: [(&str, Mix, Form); 4] = [
    ("utf16-ascii", Mix::Ascii, Form::Utf16),
    ("utf16-german", Mix::German, Form::Utf16),
    ("utf16-japanese", Mix::Japanese, Form::Utf16),
    ("utf8-ascii", Mix::Ascii, Form::Utf8),
];

/// What the maker is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// About how many bytes.
    pub bytes: u64,
    /// Language.
    pub mix: Mix,
    /// Encoding.
    pub form: Form,
    /// Where installations fail, in hundredths of the log, in order: each ends there with exit code
    /// 1603, and another one begins behind it. The last one works unless 100 is among them.
    pub failures: &'static [u64],
    /// Seed.
    pub seed: u64,
}

/// Writes a log.
pub fn write_log<W: Write>(out: &mut W, plan: &Plan) -> io::Result<()> {
    let mut maker = Maker {
        out,
        plan,
        random: plan.seed | 1,
        written: 0,
        clock: 36_000_000,
        line: String::new(),
    };
    maker.log()
}

/// A log in memory.
pub fn log(plan: &Plan) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_log(&mut bytes, plan).expect("memory takes everything");
    bytes
}

/// What parts are measured with: 8 MiB in memory, with one failure.
pub fn part(mix: Mix, form: Form) -> Vec<u8> {
    log(&Plan {
        bytes: 8 << 20,
        mix,
        form,
        failures: &[100],
        seed: 1,
    })
}

struct Maker<'a, W> {
    out: &'a mut W,
    plan: &'a Plan,
    random: u64,
    written: u64,
    clock: u32,
    line: String,
}

const FOLDERS: [&str; 6] = [
    "Program Files\\Example\\Workbench 12.4\\Components\\Shared Libraries",
    "Program Files\\Example\\Workbench 12.4\\Parts\\Templates and Samples",
    "Windows\\System32\\Example\\Workbench 12.4\\Filters",
    "ProgramData\\Example\\Workbench 12.4\\Caches\\{0C4E6A1E-77D8-4C47}",
    "Program Files (x86)\\Common Files\\Example\\Workbench 12.4\\Services",
    "Program Files\\Example\\Workbench 12.4\\Languages\\en\\Help Pages",
];
const NAMES: [&str; 8] = [
    "engine.controller",
    "viewer.documents",
    "report.templates",
    "model.repository",
    "reader.connections",
    "index.maintenance",
    "service.supervisor",
    "helper.diagnostics",
];
const ACTIONS: [&str; 8] = [
    "ProcessComponents",
    "UnpublishFeatures",
    "RemoveFiles",
    "CreateFolders",
    "InstallFiles",
    "WriteRegistryValues",
    "RegisterTypeLibraries",
    "PublishFeatures",
];

impl<W: Write> Maker<'_, W> {
    fn below(&mut self, n: u64) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random % n
    }

    fn pick<'b>(&mut self, from: &[&'b str]) -> &'b str {
        from[self.below(from.len() as u64) as usize]
    }

    fn put(&mut self, text: &str) -> io::Result<()> {
        match self.plan.form {
            Form::Utf8 => {
                self.out.write_all(text.as_bytes())?;
                self.out.write_all(b"\r\n")?;
                self.written += text.len() as u64 + 2;
            }
            Form::Utf16 => {
                let wide: Vec<u8> = text
                    .encode_utf16()
                    .chain([13, 10])
                    .flat_map(u16::to_le_bytes)
                    .collect();
                self.out.write_all(&wide)?;
                self.written += wide.len() as u64;
            }
        }
        Ok(())
    }

    fn time(&self) -> String {
        let s = self.clock / 1000;
        format!("{:02}:{:02}:{:02}", s / 3600 % 24, s / 60 % 60, s % 60)
    }

    fn engine(&mut self, body: &str) -> io::Result<()> {
        self.clock = (self.clock + self.below(3) as u32) % 86_400_000;
        let mut line = std::mem::take(&mut self.line);
        line.clear();
        line.push_str(&format!(
            "MSI (s) (7C:A4) [{}:{:03}]: {body}",
            self.time(),
            self.clock % 1000
        ));
        let done = self.put(&line);
        self.line = line;
        done
    }

    fn guid(&mut self) -> String {
        let (a, b) = (self.below(u64::MAX), self.below(u64::MAX));
        format!(
            "{{{:08X}-{:04X}-{:04X}-{:04X}-{:012X}}}",
            a >> 32,
            a >> 16 & 0xffff,
            a & 0xffff,
            b >> 48,
            b & 0xffff_ffff_ffff
        )
    }

    fn localised(&mut self) -> &'static str {
        let (share, foreign) = (self.below(10), self.below(120) == 0);
        match self.plan.mix {
            Mix::German if share < 2 => " für Benutzer und Geräte",
            Mix::Japanese if share < 5 => " 追加の構成要素を登録しています",
            _ if foreign => " für Geräte",
            _ => "",
        }
    }

    fn one_line(&mut self) -> io::Result<()> {
        let (folder, name) = (self.pick(&FOLDERS), self.pick(&NAMES));
        let (n, words) = (self.below(10_000), self.localised());
        match self.below(100) {
            0..=4 => {
                let id = self.guid();
                self.engine(&format!("Executing op: ComponentRegister(ComponentId={id},KeyPath=C:\\{folder}\\{name}{n}.dll{words},State=3,,Disk=1,SharedDllRefCount=0,BinaryType=1)"))
            }
            5..=18 => self.engine(&format!("Executing op: RegAddValue(Name={name}{n},Value=#%C:\\{folder}\\{name}{n}.dll{words},)")),
            19..=32 => self.engine(&format!("File: C:\\{folder}\\{name}{n}.dll;\tTo be installed;\tWon't patch;\tNo existing file{words}")),
            33..=49 => self.engine(&format!("Component: {name}.{n}{words}; Installed: Absent;   Request: Local;   Action: Local;   Client State: Unknown")),
            50..=55 => self.engine("Note: 1: 2205 2:  3: ActionText "),
            56..=60 => self.note(name, n),
            61..=65 => self.engine(&format!("PROPERTY CHANGE: Adding {name}{n} property. Its value is 'C:\\{folder}\\{words}'.")),
            66..=71 => self.unknown(folder, name, n),
            72..=73 => self.step(folder, name, n),
            74..=82 => self.put(&format!(
                "Property(S): {name}.{n} = C:\\{folder}\\{name}\\{words}"
            )),
            83..=84 => self.action(),
            85..=93 => self.put(&format!("Registering {name} {n} below {folder}{words}")),
            _ => {
                let id = self.guid();
                self.engine(&format!("Executing op: RegOpenKey(Root=-2147483646,Key=SOFTWARE\\Example\\{id}\\{name},,BinaryType=1,,)"))
            }
        }
    }

    /// A note that is seldom more than noise.
    fn note(&mut self, name: &str, n: u64) -> io::Result<()> {
        match self.below(4) {
            0 => self.engine(&format!("Note: 1: 1402 2: HKEY_LOCAL_MACHINE\\SOFTWARE\\Example\\{name}{n} 3: 2 ")),
            1 => self.engine(&format!("Note: 1: 2228 2:  3: {name} 4: SELECT `Name`, `Value` FROM `{name}` WHERE `Number` = {n} ")),
            2 => self.engine("Note: 1: 2228 2:  3: Error 4: SELECT `Message` FROM `Error` WHERE `Error` = 1709 "),
            _ => self.engine(&format!("Note: 1: 2262 2: {name} 3: -2147287038 ")),
        }
    }

    /// A line of the engine that is told by its prefix alone.
    fn unknown(&mut self, folder: &str, name: &str, n: u64) -> io::Result<()> {
        match self.below(4) {
            0 => self.engine(&format!("SHELL32::SHGetFolderPath returned: C:\\{folder}")),
            1 => self.engine("Machine policy value 'DisableRollback' is 0"),
            2 => self.engine(&format!(
                "Feature: {name}{n}; Installed: Absent;   Request: Local;   Action: Local"
            )),
            _ => self.engine(&format!(
                "Looking for sourcelist for {name} {n} below C:\\{folder}"
            )),
        }
    }

    /// A step of the script.
    fn step(&mut self, folder: &str, name: &str, n: u64) -> io::Result<()> {
        match self.below(4) {
            0 => self.engine(&format!("Executing op: ActionStart(Name={name}{n},Description=Looks at {name},Template=[1])")),
            1 => self.engine(&format!("Executing op: CustomActionSchedule(Action={name}{n},ActionType=3073,Source=BinaryData,Target=Run{name},CustomActionData=C:\\{folder})")),
            _ => self.engine(&format!("Executing op: FileCopy(SourceName={name}{n}.dll,SourceCabKey={name}{n},DestName={name}{n}.dll,Attributes=16384,FileSize={n},PerTick=65536)")),
        }
    }

    fn action(&mut self) -> io::Result<()> {
        let (action, time) = (self.pick(&ACTIONS), self.time());
        let (started, ended) = match self.plan.mix {
            Mix::Ascii => (
                format!("Action start {time}: {action}."),
                format!("Action ended {time}: {action}. Return value 1."),
            ),
            Mix::German => (
                format!("Aktion gestartet um {time}: {action}."),
                format!("Aktion beendet um {time}: {action}. Rückgabewert 1."),
            ),
            Mix::Japanese => (
                format!("アクション開始 {time}: {action}。"),
                format!("アクション終了 {time}: {action}。 戻り値 1。"),
            ),
        };
        self.engine(&format!("Doing action: {action}"))?;
        self.put(&started)?;
        self.put(&ended)
    }

    fn log(&mut self) -> io::Result<()> {
        if self.plan.form == Form::Utf16 {
            self.out.write_all(&[0xff, 0xfe])?;
        }
        let places = self
            .plan
            .failures
            .iter()
            .map(|place| self.plan.bytes * place / 100);
        let places: Vec<u64> = places.filter(|place| *place < self.plan.bytes).collect();
        let mut places = places.into_iter().peekable();
        self.begin()?;
        let mut next = SESSION;
        while self.written + 4000 < self.plan.bytes {
            if places.next_if(|place| self.written >= *place).is_some() {
                self.end(true)?;
                self.begin()?;
                next = self.written + SESSION;
            } else if self.written >= next {
                self.end(false)?;
                self.begin()?;
                next = self.written + SESSION;
            }
            self.one_line()?;
        }
        self.end(self.plan.failures.contains(&100))
    }

    fn begin(&mut self) -> io::Result<()> {
        self.put("=== Verbose logging started: 16/11/2026  10:00:00  Build type: SHIP UNICODE 5.00.10011.00  Calling process: C:\\Windows\\System32\\msiexec.exe ===")?;
        self.engine("******* RunEngine:")?;
        self.put("           ******* Product: C:\\Packages\\Example.msi")?;
        self.engine("Doing action: INSTALL")?;
        self.put("Action start 10:00:00: INSTALL.")
    }

    fn end(&mut self, fails: bool) -> io::Result<()> {
        let (value, code) = if fails { (3, 1603) } else { (1, 0) };
        self.engine("Doing action: InstallFinalize")?;
        self.put("Action start 10:00:00: InstallFinalize.")?;
        if fails {
            self.engine(
                "Executing op: ActionStart(Name=InstallFiles,Description=Copying new files,)",
            )?;
            self.engine("Executing op: FileCopy(SourceName=engine.dll,SourceCabKey=engine,DestName=engine.dll,)")?;
            self.engine("Note: 1: 1310 2: 5 3: C:\\Program Files\\Example\\engine.dll ")?;
            self.engine("Product: Example -- Error 1310. Error writing to file: C:\\Program Files\\Example\\engine.dll.  System error 5.  Verify that you have access to that directory.")?;
            self.put("")?;
        }
        self.put(&format!(
            "Action ended 10:00:00: InstallFinalize. Return value {value}."
        ))?;
        self.put(&format!(
            "Action ended 10:00:00: INSTALL. Return value {value}."
        ))?;
        self.put("Property(S): ProductCode = {5B4F6A1E-0D8C-4C47-9B61-1F5B0E3D7A10}")?;
        self.put("Property(S): ProductName = Example")?;
        self.engine(&format!("MainEngineThread is returning {code}"))?;
        self.put("=== Verbose logging stopped: 16/11/2026  10:05:00 ===")
    }
}
