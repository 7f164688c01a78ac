//! Takes a line of the log apart. The setup has its own words in English, whatever the language of
//! the product; what Windows Installer says stands between quotes as it came.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::formats::scan::{Words, after, trimmed};
use crate::formats::stamp::{self, Stamp};
use crate::formats::wording::Wordings;
use crate::grammar::{self, Body, MessageKind};

/// What a line says. What went wrong stands first, and what tells the cause best before the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum What {
    /// An error message of Windows Installer.
    Message,
    /// A file of the source could not be copied to the cache on this disk.
    Unfetched,
    /// A custom action calls something an error.
    ActionError,
    /// Somebody cancelled.
    Cancelled,
    /// An error of the setup's own.
    SetupError,
    /// A package gave an error back.
    PackageError,
    /// The end, with the result of the whole.
    Finished,
    /// An action ended with 3; the text is its name. Never a cause, like what follows.
    ActionFailed,
    RollingBack,
    /// A package has its turn.
    Package,
    PackageLog,
    PackageWorked,
    Began,
    Version,
    /// A product that the source holds.
    Offered,
    /// The product that is to be installed.
    Chosen,
    Windows,
    Bits,
    CommandLine,
    Mode,
    SetupLog,
    /// The answer to a message: 4 is to try again, 5 to go on without.
    Answer,
    Other,
}

impl What {
    /// Only this setup writes it.
    fn is_own(self) -> bool {
        use What::{Answer, Bits, CommandLine, Offered, PackageLog, SetupError, SetupLog, Windows};
        let shared = matches!(self, Answer | Bits | CommandLine | Offered);
        !shared && !matches!(self, PackageLog | SetupError | SetupLog | Windows)
    }
}

/// A line that is understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Record<'a> {
    pub stamp: Option<Stamp>,
    pub what: What,
    /// What stands behind the wording.
    pub text: &'a str,
}

static WORDINGS: LazyLock<Wordings<What>> =
    LazyLock::new(|| Wordings::read(include_str!("wordings.tsv")));

/// Takes a line apart, and says whether only this setup writes such lines; `None` where it says
/// nothing that this setup says.
pub(super) fn parse(line: &str) -> Option<(Record<'_>, bool)> {
    if is_other(line) {
        return None;
    }
    let line = trimmed(line);
    let (stamp, date, text) = match line.as_bytes() {
        _ if is_other(line) => return None,
        [b'A'..=b'Z', ..] => (None, None, line),
        [b'0'..=b'9', ..] if !may_speak(line) => return None,
        [b'0'..=b'9', ..] => {
            let (stamp, text) = numbered(line).map_or((None, line), |(at, text)| (Some(at), text));
            let (date, text) = dated(text).map_or((None, text), |(at, text)| (Some(at), text));
            (stamp, date, text)
        }
        _ => return None,
    };
    let found = || {
        let found = WORDINGS.find(text)?;
        Some((found.kind, found.value.trim_start_matches([':', ' '])))
    };
    let said = of_engine(text).or_else(found);
    let telling = stamp.is_some() || said.is_some_and(|(what, _)| what.is_own());
    let (mut what, mut text) = said.or(telling.then_some((What::Other, text)))?;
    let stamp = stamp.or(date).or_else(|| Some(dated(text)?.0));
    // A box that a silent setup does not show often holds what Windows Installer says.
    if what == What::SetupError
        && let Some(said) = after(text, "Message: '").map(|said| said.trim_end_matches('\''))
        && is_error(said)
    {
        (what, text) = (What::Message, said);
    }
    Some((Record { stamp, what, text }, telling))
}

/// A look that most lines of all logs get, before blanks are taken off and after: it begins as no line
/// of this setup does.
fn is_other(line: &str) -> bool {
    match line.as_bytes() {
        // `MSI (s) (C8:50) …`, the engine's own lines, are most of all; then come its actions and
        // properties.
        [b'M', b'S', b'I', b' ', ..] | [b'P', b'r', b'o', b'p', ..] => true,
        [b'A'..=b'Z', ..] => !line.starts_with("MSI(") && !WORDINGS.may_begin(line),
        [first, ..] => first.is_ascii_graphic() && !first.is_ascii_digit(),
        [] => true,
    }
}

/// A line with a number in front that only this setup writes, or that has words of its own behind a
/// date: a quick look, since other programs write dates before all that they say.
fn may_speak(line: &str) -> bool {
    let says = |text: &str| text.starts_with("MSI(") || WORDINGS.may_begin(text);
    let behind_date = || line.get(DATE..).map(str::trim_start);
    line.as_bytes()
        .get(4)
        .is_some_and(|mark| matches!(mark, b'/' | b'-'))
        || says(line)
        || behind_date().is_some_and(says)
}

/// `01/02/2026 10:11:12`, in bytes.
const DATE: usize = 19;

/// `2026/01/02 10:11:12:345::[1234] text`, from Office 2010 on.
fn numbered(line: &str) -> Option<(Stamp, &str)> {
    let (stamp, rest) = stamp::year_first(line)?;
    let (_, text) = rest.strip_prefix("::")?.split_once(']')?;
    Some((stamp, text.trim_start()))
}

/// `01/02/2026 10:11:12 text`: month first, whatever the user's region.
fn dated(text: &str) -> Option<(Stamp, &str)> {
    let (date, rest) = text.split_at_checked(10)?;
    let (time, rest) = rest.strip_prefix(' ')?.split_at_checked(8)?;
    let stamp = stamp::month_first(date, time)?;
    Some((stamp, rest.trim_start()))
}

/// `MSI(ERROR): 'text'`: the kind of message as Windows Installer names it, and its text.
fn of_engine(text: &str) -> Option<(What, &str)> {
    const BEFORE_TEXT: Words = Words::new("): '");
    const ERROR: Words = Words::new(":  Error: ");
    let (kind, rest) = BEFORE_TEXT.split(text.strip_prefix("MSI(")?)?;
    let said = rest.strip_suffix('\'').unwrap_or(rest);
    Some(match kind {
        "ERROR" | "FATALEXIT" | "OUTOFDISKSPACE" => (What::Message, said),
        "INFO" if ERROR.find(said).is_some() => (What::ActionError, said),
        "INFO" => match failed_action(said) {
            Some(name) => (What::ActionFailed, name),
            None => (What::Other, said),
        },
        _ => (What::Other, said),
    })
}

/// The action that a line says has failed; people put another word where the time stood.
fn failed_action(said: &str) -> Option<&str> {
    // Nearly all ended otherwise, or say something else.
    if said.bytes().rfind(u8::is_ascii_alphanumeric) != Some(b'3') {
        return None;
    }
    if let Body::ActionEnded(action, value) = grammar::parse(said).body {
        return (value == 3).then_some(action.name);
    }
    let (_, rest) = said.strip_prefix("Action ended ")?.split_once(": ")?;
    rest.strip_suffix(". Return value 3.")
}

/// An error message of Windows Installer.
pub(super) fn is_error(text: &str) -> bool {
    let harmless = |kind| matches!(kind, MessageKind::Info | MessageKind::Warning);
    grammar::message_of(text).is_some_and(|message| !harmless(message.kind))
}
