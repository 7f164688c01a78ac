//! From a line to a record: tells the kind of a line by its first bytes and takes it apart.
//!
//! Everything is borrowed from the line, nothing is allocated, and nothing here knows what came
//! before or after: nesting, midnight and who said what are the session's. A line of unknown shape
//! is a [`Body::Text`], never an error. Shapes follow the Windows Installer documentation (Microsoft
//! Learn: Windows Installer Logging, Error table, Logging of Action Return Values) and real logs.

mod bare;
mod engine;
mod event_log;
mod language;
mod message;
mod note;
mod operation;
mod output;
mod plain;
mod prefix;
mod property;
mod scan;
mod sentence;
mod stamp;
mod wrapping;

pub use engine::{PLAIN_HEADS, body as engine_body};
pub use language::{Language, language_name, may_begin_action, outcome_phrase};
pub use message::{Message, MessageKind, message_of};
pub use note::Note;
pub use operation::Operation;
pub use plain::begins_action;
pub use prefix::{Prefix, Side, split as split_prefix};
pub use property::PropertyChange;
pub use scan::{last_number, leading_number, time_of_day};
pub use stamp::Stamp;
pub use wrapping::without_name;

/// One parsed line.
#[derive(Debug, Clone, PartialEq)]
pub struct Record<'a> {
    /// `MSI (s) (C8:50) [01:49:43:906]: `, where the line has it.
    pub prefix: Option<Prefix>,
    /// What the line says.
    pub body: Body<'a>,
}

/// What a line says.
#[derive(Debug, Clone, PartialEq)]
pub enum Body<'a> {
    /// Nothing stands there.
    Blank,
    /// `=== Verbose logging started: …`: a session begins. The rest of the line, without the frame.
    VerboseStarted(&'a str),
    /// `=== Verbose logging stopped: …`: a session ends.
    VerboseStopped(&'a str),
    /// `=== Logging started: …`: an engine opens its log; every engine of a session does.
    LoggingStarted(&'a str),
    /// `=== Logging stopped: …`.
    LoggingStopped(&'a str),
    /// The engine could not write to the log for a while.
    LoggingLost,
    /// `Action start T: NAME.`
    ActionStart(Action<'a>),
    /// `Action ended T: NAME. Return value N.`
    ActionEnded(Action<'a>, i64),
    /// `Action T: NAME. TEXT`
    ActionText(Action<'a>, &'a str),
    /// A message of the installer's Error table, as its dialog would show it.
    Message(Message<'a>),
    /// `Product: NAME -- TEXT`: the copy of a message that goes to the event log.
    ProductMessage {
        /// Name of the product.
        product: &'a str,
        /// What is said of it.
        message: Message<'a>,
    },
    /// `Windows Installer installed the product. … status: N.`
    Outcome {
        /// The exit code.
        status: i64,
        /// The whole text.
        text: &'a str,
    },
    /// `Property(S): NAME = VALUE`
    Property {
        /// `C`, `S` or `N`.
        side: char,
        /// Its name.
        name: &'a str,
        /// Its value; may go on in the next lines.
        value: &'a str,
    },
    /// `PROPERTY CHANGE: …`
    PropertyChange(PropertyChange<'a>),
    /// `Note: 1: N 2: …`
    Note(Note<'a>),
    /// `Executing op: NAME(…)`
    Operation(Operation<'a>),
    /// `Doing action: NAME`
    DoingAction(&'a str),
    /// `Skipping action: NAME (…)`
    SkippingAction(&'a str),
    /// `CustomAction NAME returned actual error code N …`
    CustomActionReturned {
        /// Its name; empty for the removal of an older product.
        name: &'a str,
        /// The code that it returned.
        code: i64,
        /// The package says that its failure does not matter.
        ignored: bool,
    },
    /// `Invoking remote custom action. DLL: P, Entrypoint: E`
    Invoking {
        /// The library, often a temporary copy.
        dll: &'a str,
        /// The function.
        entry_point: &'a str,
    },
    /// `Hello, I'm your 32bit Elevated … custom action server.`
    CustomActionServer(&'a str),
    /// `******* RunEngine:`
    RunEngine,
    /// A line of the block below it: `******* Product: …`
    RunEngineField(&'a str, &'a str),
    /// `MainEngineThread is returning N`
    ThreadReturning(i64),
    /// `Back from server. Return value: N`
    BackFromServer(i64),
    /// `Command Line: …`
    CommandLine(&'a str),
    /// `Product Code from property table before transforms: '{…}'` and the like.
    ProductCode(&'a str),
    /// `Original package ==> PATH`
    OriginalPackage(&'a str),
    /// `Original patch ==> PATH`
    OriginalPatch(&'a str),
    /// Any other line of the engine.
    Engine(&'a str),
    /// A line that the engine did not write: output of a custom action, the rest of a value, …
    Text(&'a str),
}

impl Body<'_> {
    /// Whether only the engine writes this, and with its prefix before it.
    #[must_use]
    pub fn is_engines(&self) -> bool {
        matches!(
            self,
            Self::PropertyChange(_)
                | Self::Note(_)
                | Self::Operation(_)
                | Self::DoingAction(_)
                | Self::SkippingAction(_)
                | Self::Invoking { .. }
                | Self::CustomActionServer(_)
                | Self::ThreadReturning(_)
                | Self::BackFromServer(_)
                | Self::CommandLine(_)
                | Self::ProductCode(_)
                | Self::OriginalPackage(_)
                | Self::OriginalPatch(_)
                | Self::Engine(_)
        )
    }
}

/// The action of an `Action …` line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Action<'a> {
    /// Its name.
    pub name: &'a str,
    /// Time of day in milliseconds; these lines have whole seconds.
    pub time: Option<u32>,
    /// Language of the line; `None` where it was told by its shape only.
    pub language: Option<Language>,
}

/// Takes a line apart.
#[must_use]
pub fn parse(line: &str) -> Record<'_> {
    let record = parse_plain(line);
    if let (None, Body::Text(_)) = (&record.prefix, &record.body)
        && let Some(inner) = wrapping::unwrap(line)
    {
        let named = wrapping::is_named(line);
        let inner = parse_plain(inner);
        if named || !matches!(inner.body, Body::Text(_) | Body::Blank) {
            return inner;
        }
    }
    record
}

/// The line as one that the engine did not write.
#[must_use]
pub fn as_output(line: &str) -> Body<'_> {
    let named = wrapping::is_named(line).then(|| wrapping::unwrap(line));
    Body::Text(named.flatten().unwrap_or(line))
}

/// Where the text itself begins: after the engine's prefix and after the marks of a quotation.
#[must_use]
pub fn body_offset(line: &str) -> usize {
    let inner = if line.starts_with(['>', ' ', '\t', '&']) || wrapping::is_named(line) {
        wrapping::unwrap(line).unwrap_or(line)
    } else {
        line
    };
    let body = prefix::split(inner).map_or(inner, |(_, body)| body);
    line.len() - body.len()
}

/// Takes a line apart around which nothing stands.
#[must_use]
pub fn parse_plain(line: &str) -> Record<'_> {
    match prefix::split(line) {
        Some((prefix, body)) => Record {
            prefix: Some(prefix),
            body: engine::body(body),
        },
        None => Record {
            prefix: None,
            body: plain::body(line),
        },
    }
}

#[cfg(test)]
mod tests;
