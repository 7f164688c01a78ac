//! What the programs say: a table each, in the language of [`crate::formats::wording`].
//!
//! Beside its sentences, a table has the program's name, the word for it in signatures, how to get a
//! log of the installer, and the parts of the program whose lines tell of calls, as its log names
//! them. Before what a sentence says can stand: `weak`, other programs could say so, too; `printed`,
//! said on the screen, too, where no time stands before it; `handler`, only the part of Windows
//! Update says so that installs. Shapes follow the programs' public documentation, their sources and
//! logs in public reports.

use std::sync::LazyLock;

use aho_corasick::packed::Searcher;

use super::super::failures::says_why;
use super::event::{Event, Program, Said, Wording};
use crate::formats::codes::{needs_restart, number};
use crate::formats::scan::{Words, after};
use crate::formats::wording::{Found, Wordings, operation};

/// A program and its sentences.
#[derive(Debug)]
pub struct Sheet {
    /// As its vendor writes it.
    pub name: &'static str,
    /// One short word, for signatures.
    pub word: &'static str,
    /// How to get a log of the installer that it calls.
    pub no_log: &'static str,
    /// The parts of the program whose lines tell of calls, as its log names them.
    pub components: Vec<&'static str>,
    wordings: Wordings<Wording>,
}

static SHEETS: [LazyLock<Sheet>; 9] = [
    LazyLock::new(|| Sheet::read(Program::Chocolatey.table())),
    LazyLock::new(|| Sheet::read(Program::Winget.table())),
    LazyLock::new(|| Sheet::read(Program::AppDeployToolkit.table())),
    LazyLock::new(|| Sheet::read(Program::ConfigurationManager.table())),
    LazyLock::new(|| Sheet::read(Program::Intune.table())),
    LazyLock::new(|| Sheet::read(Program::WindowsUpdate.table())),
    LazyLock::new(|| Sheet::read(Program::VisualStudio.table())),
    LazyLock::new(|| Sheet::read(Program::Bootstrapper.table())),
    LazyLock::new(|| Sheet::read(Program::Tool.table())),
];

/// Programs whose sentences stand alone.
const TELLERS: [Program; 5] = [
    Program::Winget,
    Program::VisualStudio,
    Program::Bootstrapper,
    Program::ConfigurationManager,
    Program::Tool,
];

/// Their sentences in one table: all output of programs is held to it.
static TOLD: LazyLock<Wordings<(Program, Wording)>> = LazyLock::new(|| {
    let tables = TELLERS.iter().map(|program| (*program, program.table()));
    Wordings::joined(tables, |program, wording| tells(program, *wording))
});

/// Whether a sentence tells by itself whose it is. Words that many programs use count only behind a
/// line of its own.
fn tells(program: Program, wording: Wording) -> bool {
    wording.printed || (wording.weak && !program.stands_alone())
}

/// What a line says that is of one of these programs by its words alone: of each program the first
/// sentence that fits decides.
pub fn told(text: &str) -> Option<(Program, Said<'_>)> {
    let mut decided = None;
    for found in TOLD.all(text) {
        let (program, kind) = found.kind;
        if decided == Some(program) {
            continue;
        }
        let (name, value, code) = (found.name, found.value, found.code);
        let said = Found {
            kind,
            name,
            value,
            code,
        };
        let Some(said) = settled(said).filter(|said| !said.kind.handler) else {
            continue;
        };
        if tells(program, said.kind) {
            return Some((program, said));
        }
        decided = Some(program);
    }
    None
}

impl Program {
    fn table(self) -> &'static str {
        match self {
            Self::Chocolatey => include_str!("chocolatey.tsv"),
            Self::Winget => include_str!("winget.tsv"),
            Self::AppDeployToolkit => include_str!("psadt.tsv"),
            Self::ConfigurationManager => include_str!("configmgr.tsv"),
            Self::Intune => include_str!("intune.tsv"),
            Self::WindowsUpdate => include_str!("windows-update.tsv"),
            Self::VisualStudio => include_str!("visual-studio.tsv"),
            Self::Bootstrapper => include_str!("bootstrapper.tsv"),
            Self::Tool => include_str!("tool.tsv"),
        }
    }

    /// What is known of it, and its sentences.
    pub fn sheet(self) -> &'static Sheet {
        let [
            chocolatey,
            winget,
            psadt,
            configmgr,
            intune,
            update,
            studio,
            bootstrapper,
            tool,
        ] = &SHEETS;
        match self {
            Self::Chocolatey => chocolatey,
            Self::Winget => winget,
            Self::AppDeployToolkit => psadt,
            Self::ConfigurationManager => configmgr,
            Self::Intune => intune,
            Self::WindowsUpdate => update,
            Self::VisualStudio => studio,
            Self::Bootstrapper => bootstrapper,
            Self::Tool => tool,
        }
    }
}

impl Sheet {
    fn read(table: &'static str) -> Self {
        let facts = table.lines().filter_map(|line| line.split_once('\t'));
        let all = |key| {
            facts
                .clone()
                .filter_map(move |(k, text)| (k == key).then_some(text))
        };
        let first = |key| all(key).next().unwrap_or_default();
        Self {
            name: first("name"),
            word: first("word"),
            no_log: first("no-log"),
            components: all("component").collect(),
            wordings: Wordings::read(table),
        }
    }

    /// What a text of a component says.
    pub fn find<'a>(&self, component: &str, text: &'a str) -> Option<Said<'a>> {
        let mut all = self.wordings.all(text);
        all.find_map(|said| settled(said).filter(|_| !said.kind.handler || component == "Handler"))
    }
}

/// What the wording alone does not tell; `None` where the text is not what it looks like.
fn settled(mut said: Said<'_>) -> Option<Said<'_>> {
    match said.kind.event {
        Event::Task if operation(said.value).is_none() => return None,
        // A name as packages have, and a version.
        Event::Tool => {
            let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
            let is_name = said.name.len() > 1 && said.name.chars().all(is_part);
            let version = Some(said.value).filter(|v| v.contains('.') && !v.contains(' '));
            if !is_name || !version?.starts_with(|c: char| c.is_ascii_digit()) {
                return None;
            }
            said.kind.event = Event::Package;
        }
        // The last word before is what was done.
        Event::JudgedByRestart if said.name.is_empty() => {
            (said.name, _) = said.value.rsplit_once(' ')?;
        }
        Event::Mention => {
            said.value = call_in(said.value)?;
            said.kind.event = Event::Command;
        }
        Event::Ended => {
            let called = said.value.contains(" /") || said.value.contains(" -");
            let failed = ["ERROR", "Error", "error", "FATAL", "Fatal", "fatal"];
            let marked = failed.iter().any(|word| said.name.contains(word))
                || said.value.contains("failed")
                || said.value.contains("not successful");
            said.code = Some(exit_in(said.value).filter(|_| called || marked)?);
            (said.name, said.value) = ("", "");
            said.kind.event = Event::Exit;
        }
        Event::Own => {
            said.code = Some(code_behind(said.value).filter(|code| says_why(*code))?);
            (said.name, said.value) = ("", "");
            said.kind.event = Event::Exit;
        }
        Event::Called => {
            const FILE: Words = Words::new("Filename: ");
            let call = FILE.split(said.value).map(|(_, path)| path);
            let call = call.filter(|path| path.to_ascii_lowercase().ends_with("msiexec.exe"));
            said.value = call.or_else(|| call_in(said.value))?;
            said.kind.event = Event::Command;
        }
        Event::After => {
            let code = exit_in(said.value)?;
            let of_installer = code == 0 || needs_restart(code) || (1601..=1660).contains(&code);
            said.code = Some(code).filter(|_| of_installer);
            said.code?;
            said.value = "";
        }
        Event::Path => {
            let is_log = [".log", ".txt", ".LOG"]
                .iter()
                .any(|end| said.value.ends_with(end));
            let rooted = said.value.get(1..3) == Some(":\\");
            if !is_log || !rooted || said.value.contains('"') {
                return None;
            }
            said.kind.event = Event::Log;
        }
        Event::Judged | Event::Worked => said.name = said.name.trim_end_matches('.'),
        _ => {}
    }
    Some(said)
}

/// The exit code that a text tells of: `exited with code 1603`, `Exit code was [1603]`, `returned 1603`.
fn exit_in(text: &str) -> Option<u32> {
    const MARKS: [&str; 10] = [
        "xit code",
        "xitcode",
        "xitCode",
        "xited with",
        "xit status",
        "eturned",
        "eturn code",
        "rror code",
        "eturnCode",
        ", status",
    ];
    // One look for all of them: nearly all output of programs has none.
    static ANY: LazyLock<Option<Searcher>> = LazyLock::new(|| Searcher::new(MARKS));
    if ANY.as_ref().is_some_and(|any| any.find(text).is_none()) {
        return None;
    }
    code_behind(MARKS.iter().find_map(|mark| after(text, mark))?)
}

/// The code behind such words.
fn code_behind(mut rest: &str) -> Option<u32> {
    const WORDS: [&str; 9] = [
        "was", "is", "of", "with", "code", "exit", "status", "error", "value",
    ];
    loop {
        rest = rest.trim_start_matches([' ', ':', '=', '[', '(', '\'', '"', '`']);
        match WORDS.iter().find_map(|word| rest.strip_prefix(word)) {
            Some(tail) => rest = tail,
            None => break,
        }
    }
    let digits = rest.trim_start_matches(['-', '0', 'x']);
    let end = digits.trim_start_matches(|c: char| c.is_ascii_hexdigit());
    number(rest).filter(|_| !end.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
}

/// The call of an installer with options that a text holds; long ones are no command lines.
fn call_in(text: &str) -> Option<&str> {
    if text.len() > 1000 {
        return None;
    }
    let bytes = text.as_bytes();
    // By its rarest letter.
    let at = memchr::memchr2_iter(b'x', b'X', bytes).find_map(|x| {
        let at = x.checked_sub(4)?;
        let word = bytes.get(at..at + 7)?;
        word.eq_ignore_ascii_case(b"msiexec").then_some(at)
    });
    let call = text.get(at?..)?;
    (call.contains(" /") || call.contains(" -")).then_some(call)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The joined table says what the tables say one after the other.
    #[test]
    fn the_joined_table_says_what_each_table_says() {
        fn apart(text: &str) -> Option<(Program, Said<'_>)> {
            let mut said = TELLERS.iter().filter_map(|program| {
                let said = program.sheet().find("", text)?;
                Some((*program, said)).filter(|_| tells(*program, said.kind))
            });
            said.next()
        }
        let mut found = 0;
        let endings = [
            "",
            "5",
            " exit code 1603",
            ": msiexec /i a.msi returned 1603",
        ];
        for program in TELLERS {
            for line in program.table().lines() {
                // Each wording with words in place of its braces.
                let (_, wording) = line.split_once('\t').unwrap_or(("", line));
                let mut text = String::new();
                for part in wording.split('{') {
                    let words = part.split_once('}').map(|(_, words)| words);
                    text.push_str(words.unwrap_or(part));
                    text.push_str(if part.contains("code") {
                        "1603"
                    } else {
                        "A 1.2"
                    });
                }
                for ending in endings {
                    let text = format!("{text}{ending}");
                    assert_eq!(told(&text), apart(&text), "{text}");
                    found += usize::from(told(&text).is_some());
                }
            }
        }
        assert!(found > 50, "{found}");
        #[cfg(target_arch = "x86_64")]
        assert!(TOLD.looks_for_all_at_once());
    }

    #[test]
    fn all_of_it_can_be_used() {
        for sheet in &SHEETS {
            assert!(![sheet.name, sheet.word, sheet.no_log].contains(&""));
        }
        let rows = |table: &str| table.lines().filter(|l| !l.starts_with('#')).count();
        let facts = 4 + SHEETS[1].components.len();
        let all = rows(include_str!("winget.tsv"));
        assert_eq!(SHEETS[1].wordings.rows.len() + facts, all);
    }
}
