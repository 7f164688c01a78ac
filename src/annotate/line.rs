//! What a line says by itself, as far as the lines before it have to be known.

use std::sync::LazyLock;

use super::{Annotation, Class};
use crate::diagnosis::codes::{self as said, system_code};
use crate::formats::burn;
use crate::grammar::{self, Action, Body, Message, MessageKind, Note, Operation, Record, Side};
use crate::knowledge::codes::{self, CodeSpace};
use crate::knowledge::messages;
use crate::knowledge::noise::{self, Level, Noise};
use crate::knowledge::table::rows;
use crate::knowledge::tell_tales::{self, Weight};
use crate::report::explain::return_value;

/// An action that is the frame of a run.
#[derive(Debug, serde::Deserialize)]
struct Phase {
    action: &'static str,
    begins: &'static str,
    #[serde(rename = "source")]
    _source: &'static str,
}

static PHASES: LazyLock<Vec<Phase>> = LazyLock::new(|| rows(include_str!("phases.tsv")).collect());

/// So far into a line a record of the engine is looked for that another program quotes.
const FRONT: usize = 200;

/// Reads the lines of a log one after the other.
#[derive(Debug)]
pub(super) struct Reader {
    bundle: bool,
    exit_codes: Vec<i64>,
    /// Changes are being undone.
    undoing: bool,
    /// Who wrote the last line.
    pub side: Option<Side>,
}

impl Reader {
    pub fn new(bundle: bool, exit_codes: Vec<i64>) -> Self {
        Self {
            bundle,
            exit_codes,
            undoing: false,
            side: None,
        }
    }

    pub fn line(&mut self, text: &str) -> Annotation {
        self.side = None;
        if self.bundle
            && let Some(record) = burn::parse(text)
        {
            return bundle(&record);
        }
        let record = parse(text);
        self.side = record.prefix.map(|prefix| prefix.side);
        self.body(&record.body)
    }

    fn body(&mut self, body: &Body<'_>) -> Annotation {
        match body {
            Body::VerboseStarted(_) => self.session("a log begins"),
            Body::VerboseStopped(_) => self.session("the log ends"),
            Body::LoggingStarted(_) => self.session("an engine begins to log"),
            Body::LoggingStopped(_) => self.session("an engine ends its log"),
            Body::LoggingLost => Annotation::noted(Class::Warning, "lines are missing here"),
            Body::RunEngine => self.session("an engine begins its run"),
            Body::RunEngineField(..) => Annotation::of(Class::Session),
            Body::ActionStart(action) => begun(action),
            Body::ActionText(action, _) => {
                self.undoing |= action.name == "Rollback";
                match self.undoing {
                    true => Annotation::of(Class::Rollback),
                    false => Annotation::of(Class::Action),
                }
            }
            Body::ActionEnded(action, value) => self.ended(action, *value),
            Body::DoingAction(_) => Annotation::of(Class::Action),
            Body::SkippingAction(_) => {
                Annotation::noted(Class::Action, "left out: its condition is false")
            }
            Body::Message(said) => message(said),
            Body::ProductMessage { message: said, .. } => match said.kind {
                MessageKind::Plain => Annotation::of(Class::Outcome),
                _ => message(said),
            },
            Body::Outcome { status, .. }
            | Body::ThreadReturning(status)
            | Body::BackFromServer(status) => {
                Annotation::noted(Class::Outcome, meaning(*status, CodeSpace::Exit))
            }
            Body::Property { .. } => {
                self.undoing = false;
                Annotation::of(Class::Property)
            }
            Body::PropertyChange(_) | Body::CommandLine(_) => Annotation::of(Class::Property),
            Body::Note(note) => of_note(note),
            Body::Operation(operation) => self.step(operation),
            Body::CustomActionReturned { code, ignored, .. } => returned(*code, *ignored),
            Body::Engine(text) => self.engine(text),
            Body::Text(text) => output(text, self.undoing),
            Body::Invoking { .. } | Body::CustomActionServer(_) => Annotation::of(Class::Action),
            Body::ProductCode(_) | Body::OriginalPackage(_) | Body::OriginalPatch(_) => {
                Annotation::of(Class::Session)
            }
            Body::Blank => Annotation::of(Class::Plain),
        }
    }

    fn session(&mut self, note: &'static str) -> Annotation {
        self.undoing = false;
        Annotation::noted(Class::Session, note)
    }

    fn ended(&mut self, action: &Action<'_>, value: i64) -> Annotation {
        self.undoing = false;
        let note = return_value(value).unwrap_or_default();
        match value {
            3 => Annotation::noted(Class::Error, note),
            2 => Annotation::noted(Class::Warning, note),
            _ if phase(action.name).is_some() => Annotation::of(Class::Phase),
            0 | 1 => Annotation::of(Class::Action),
            _ => Annotation::noted(Class::Action, note),
        }
    }

    /// A step of a script; a script that undoes is one of the second type.
    fn step(&mut self, operation: &Operation<'_>) -> Annotation {
        let begins = operation.name == "Header";
        if begins {
            self.undoing = operation.get("ScriptType") == Some("2");
        }
        match (self.undoing, begins) {
            (true, true) => Annotation::noted(Class::Rollback, "changes are undone from here on"),
            (true, false) => Annotation::of(Class::Rollback),
            (false, true) => {
                Annotation::noted(Class::Phase, "a script of changes is run from here on")
            }
            (false, false) => Annotation::of(Class::Script),
        }
    }

    /// Any other line of the engine.
    fn engine(&self, text: &str) -> Annotation {
        let tale = tell_tales::find(text).and_then(tell_tales::get);
        // Good runs write some of them too.
        let telling = tale.filter(|tale| match tale.weight {
            Weight::Exit => self.exit_codes.iter().any(|code| tale.accounts_for(*code)),
            _ => !self.exit_codes.is_empty(),
        });
        if let Some(tale) = telling {
            return Annotation::noted(Class::Notable, tale.why);
        }
        noise::line_level(text).map_or(Annotation::of(Class::Plain), known)
    }
}

/// A line, or the record of the engine that another program quotes in it.
fn parse(text: &str) -> Record<'_> {
    let record = grammar::parse(text);
    if !matches!(record.body, Body::Text(_)) {
        return record;
    }
    let bytes = text.as_bytes();
    let front = bytes.get(..FRONT).unwrap_or(bytes);
    let quoted = memchr::memmem::find(front, b"MSI (").and_then(|at| text.get(at..));
    let quoted = quoted.map(grammar::parse);
    quoted
        .filter(|quoted| quoted.prefix.is_some())
        .unwrap_or(record)
}

fn phase(action: &str) -> Option<&'static str> {
    let phase = PHASES.iter().find(|phase| phase.action == action);
    phase.map(|phase| phase.begins)
}

fn begun(action: &Action<'_>) -> Annotation {
    match phase(action.name) {
        Some(begins) => Annotation::noted(Class::Phase, begins),
        None => Annotation::of(Class::Action),
    }
}

/// What is known of lines like this.
fn known(row: &'static Noise) -> Annotation {
    let class = match row.level {
        Level::Harmless | Level::Minor => Class::Noise,
        Level::Outcome => Class::Outcome,
        Level::Pointer => Class::Notable,
        Level::Ignored => Class::IgnoredFailure,
        Level::Consequence => Class::KnockOn,
    };
    Annotation::noted(class, row.reason)
}

fn of_note(note: &Note<'_>) -> Annotation {
    let arguments: Vec<&str> = note.arguments().collect();
    if let Some(row) = noise::note_level(note.number, &arguments) {
        return known(row);
    }
    match codes::explain_message(note.number, &arguments) {
        Some(meaning) => Annotation::noted(Class::Notable, meaning),
        None => Annotation::of(Class::Plain),
    }
}

/// A message, with what its number and the code in it mean.
fn message(said: &Message<'_>) -> Annotation {
    let number = said.number.unwrap_or_default();
    let class = match said.kind {
        MessageKind::Error | MessageKind::DiskFull | MessageKind::Fatal => Class::Error,
        MessageKind::Internal | MessageKind::Debug => match quiet(said) {
            Some(row) => return known(row),
            None => Class::Error,
        },
        MessageKind::Warning | MessageKind::Info => match quiet(said) {
            Some(row) => return known(row),
            None if said.kind == MessageKind::Info => Class::Plain,
            None => Class::Warning,
        },
        MessageKind::Plain => Class::Plain,
    };
    let mut words = Vec::new();
    words.extend(messages::message(number).map(|known| known.meaning.to_owned()));
    if let Some(code) = said::number_in_text(said.text).filter(|code| *code != 0) {
        words.extend(system_code(code).meaning);
    }
    Annotation::noted(class, words.join(" "))
}

/// What is known of a message that looks bad and is not.
fn quiet(said: &Message<'_>) -> Option<&'static Noise> {
    let word = match said.kind {
        MessageKind::Internal | MessageKind::Debug => "Internal Error",
        MessageKind::Warning => "Warning",
        _ => "Info",
    };
    noise::line_level(&format!("{word} {}. {}", said.number?, said.text))
}

fn returned(code: i64, ignored: bool) -> Annotation {
    let note = meaning(code, CodeSpace::Exit);
    match (code, ignored) {
        (0, _) => Annotation::of(Class::Action),
        (_, true) => Annotation::noted(Class::IgnoredFailure, note),
        (_, false) => Annotation::noted(Class::Error, note),
    }
}

fn meaning(code: i64, space: CodeSpace) -> String {
    match code {
        0 => String::new(),
        code => codes::describe(code, space).meaning,
    }
}

/// What the engine did not write: output of a child, the rest of a value.
fn output(text: &str, undoing: bool) -> Annotation {
    if undoing && text.starts_with("Rollback: ") {
        return Annotation::of(Class::Rollback);
    }
    let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
    let error = words.any(|word| word.eq_ignore_ascii_case("error"));
    match said::hex_code(text).filter(|_| error) {
        Some(code) => Annotation::noted(Class::Error, meaning(code, CodeSpace::Hresult)),
        None => Annotation::of(Class::Plain),
    }
}

/// A line of a bundle.
fn bundle(record: &burn::Record<'_>) -> Annotation {
    use burn::Kind;
    let code = said::hex_code(record.text).or_else(|| said::number_in_text(record.text));
    let words = || code.map_or(String::new(), |code| meaning(code, CodeSpace::Hresult));
    match record.found.kind {
        Kind::Error => Annotation::noted(Class::Error, words()),
        _ if record.is_error => Annotation::noted(Class::Error, words()),
        Kind::PackageSays | Kind::Failed => Annotation::noted(Class::Error, words()),
        Kind::Downgrade => Annotation::of(Class::Notable),
        Kind::NotVital => Annotation::noted(Class::IgnoredFailure, "the bundle goes on without it"),
        Kind::RetryPackage | Kind::RetryFetch => Annotation::noted(Class::Warning, "tried again"),
        Kind::Start | Kind::CommandLine => Annotation::of(Class::Session),
        Kind::ApplyComplete | Kind::Exit => Annotation::noted(Class::Outcome, words()),
        Kind::Applied | Kind::ProcessExited => Annotation::noted(Class::Action, words()),
        Kind::Applying | Kind::Package | Kind::Acquiring | Kind::Verified => {
            Annotation::of(Class::Action)
        }
        Kind::Undoing | Kind::Undone => Annotation::of(Class::Rollback),
        Kind::Plan | Kind::Prepared | Kind::ApplyBegin => Annotation::of(Class::Phase),
        Kind::Variable => Annotation::of(Class::Property),
        _ => Annotation::of(Class::Plain),
    }
}
