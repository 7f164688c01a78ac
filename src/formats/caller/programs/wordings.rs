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

use super::event::{Event, Program, Said, Wording};
use crate::formats::codes::{needs_restart, number};
use crate::formats::scan::after;
use crate::formats::wording::{Wordings, operation};

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
    LazyLock::new(|| Sheet::read(include_str!("chocolatey.tsv"))),
    LazyLock::new(|| Sheet::read(include_str!("winget.tsv"))),
    LazyLock::new(|| Sheet::read(include_str!("psadt.tsv"))),
    LazyLock::new(|| Sheet::read(include_str!("configmgr.tsv"))),
    LazyLock::new(|| Sheet::read(include_str!("intune.tsv"))),
    LazyLock::new(|| Sheet::read(include_str!("windows-update.tsv"))),
    LazyLock::new(|| Sheet::read(include_str!("visual-studio.tsv"))),
    LazyLock::new(|| Sheet::read(include_str!("bootstrapper.tsv"))),
    LazyLock::new(|| Sheet::read(include_str!("tool.tsv"))),
];

impl Program {
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
        Event::Called => {
            let call = said.value.split_once("Filename: ").map(|(_, path)| path);
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
    const WORDS: [&str; 9] = [
        "was", "is", "of", "with", "code", "exit", "status", "error", "value",
    ];
    // One look for all of them: nearly all output of programs has none.
    static ANY: LazyLock<Option<Searcher>> = LazyLock::new(|| Searcher::new(MARKS));
    if ANY.as_ref().is_some_and(|any| any.find(text).is_none()) {
        return None;
    }
    let mut rest = MARKS.iter().find_map(|mark| after(text, mark))?;
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
