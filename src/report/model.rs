//! The report of one log: the data model that every writer prints and the JSON contract `msilog/1`.
//!
//! Fields are only ever added; a field that is renamed or dropped raises [`SCHEMA`].

use serde::{Deserialize, Serialize};

use crate::run::details::Details;
pub use crate::run::{Kind, Run as SessionReport, SlowAction};
use crate::run::{NamedLog, Operation, Outcome, Product};

/// Name and version of the data model.
pub const SCHEMA: &str = "msilog/1";

/// What another log is to this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Relation {
    /// The log of a package that this program installed.
    PackageLog,
    /// The log of the program that installed this package.
    SetupLog,
    /// The log of another package of the same run.
    SameRun,
    /// An earlier run for the same product, which did not work.
    EarlierTry,
    /// A later run for the same product.
    LaterTry,
}

/// How it was found that two logs belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum How {
    /// One log names the path of the other.
    LogPath,
    /// The names of the files.
    FileName,
    /// The product code, at the time of the run.
    ProductCode,
}

/// A log that belongs to this one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Related {
    /// What it is to this one.
    pub relation: Relation,
    /// The package or item that it is about, as the setup program calls it.
    pub package: Option<String>,
    /// Product code of the package, where the setup program tells it.
    pub product_code: Option<String>,
    /// Its path as this log names it.
    pub named: Option<String>,
    /// The line that names it.
    pub line: Option<u64>,
    /// Path of its report in this scan; null where it was not among the logs.
    pub path: Option<String>,
    /// How the tie was found; null where the log was not among the logs.
    pub how: Option<How>,
}

impl From<&NamedLog> for Related {
    /// A log that this one names.
    fn from(log: &NamedLog) -> Self {
        Self {
            relation: Relation::PackageLog,
            package: Some(log.of.clone()),
            product_code: log.product_code.clone(),
            named: Some(log.path.clone()),
            line: Some(log.line),
            path: None,
            how: None,
        }
    }
}

/// The report of one log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct LogReport {
    /// [`SCHEMA`].
    pub schema: String,
    /// Path as given; `-` for standard input.
    pub path: String,
    /// Path under which the log was written, where it says so itself.
    #[serde(default)]
    pub written_as: Option<String>,
    /// What the file is.
    pub kind: Kind,
    /// Encoding of its text, `utf-16le`.
    pub encoding: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Number of lines.
    pub lines: u64,
    /// Language of the action lines, `en`.
    pub language: Option<String>,
    /// Whether it is a verbose log.
    pub verbose: bool,
    /// Whether the log's own end is there.
    pub complete: bool,
    /// What was odd, in words.
    pub notices: Vec<String>,
    /// The sessions, in the order of the log.
    pub sessions: Vec<SessionReport>,
    /// Logs that belong to this one.
    #[serde(default)]
    pub related: Vec<Related>,
    /// What else the log tells: actions with their times, properties, features and the rest. Only where
    /// it was asked for (`--details`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<Box<Details>>,
}

/// Totals over many logs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Summary {
    /// Logs read.
    pub logs: usize,
    /// Logs with a failed outermost session.
    pub failed: usize,
    /// Logs with a cancelled outermost session.
    pub cancelled: usize,
    /// Logs whose sessions all worked.
    pub succeeded: usize,
    /// Logs that end too early to tell.
    pub incomplete: usize,
    /// Files that are no installer log.
    pub unrecognised: usize,
    /// Files that could not be read.
    pub errors: usize,
}

impl Summary {
    /// Counts a report; whether everything in it worked.
    pub fn add(&mut self, report: &LogReport) -> bool {
        self.logs += 1;
        let (counter, worked) = match report.outcome() {
            Some(Outcome::Failed) => (&mut self.failed, false),
            Some(Outcome::Cancelled) => (&mut self.cancelled, false),
            Some(Outcome::Succeeded | Outcome::SucceededReboot) => (&mut self.succeeded, true),
            None if report.kind == Kind::Unrecognised => (&mut self.unrecognised, false),
            Some(Outcome::Incomplete) | None => (&mut self.incomplete, false),
        };
        *counter += 1;
        worked
    }
}

impl LogReport {
    /// The sessions that no other session started.
    pub fn outermost(&self) -> impl DoubleEndedIterator<Item = &SessionReport> {
        self.sessions.iter().filter(|s| s.parent.is_none())
    }

    /// The outermost sessions but for the one that is shown.
    #[cfg(feature = "text")]
    pub(crate) fn others<'r>(
        &'r self,
        shown: &'r SessionReport,
    ) -> impl Iterator<Item = &'r SessionReport> {
        self.outermost().filter(move |s| !std::ptr::eq(*s, shown))
    }

    /// How the session ended that the log is judged by; `None` where there is none, or where the
    /// file is no log.
    pub fn outcome(&self) -> Option<Outcome> {
        let principal = self.principal()?;
        (self.kind != Kind::Unrecognised).then_some(principal.outcome)
    }

    /// The session that decides what another comes to: the outermost one around it, which is itself
    /// where no other started it, or a later try that made good what failed in that.
    #[cfg(feature = "formats")]
    pub(crate) fn root<'r>(&'r self, session: &'r SessionReport) -> &'r SessionReport {
        let mut root = session;
        // As many steps as there are sessions, since a circle has no end.
        for _ in &self.sessions {
            match root.parent.and_then(|parent| self.sessions.get(parent)) {
                Some(parent) => root = parent,
                None => break,
            }
        }
        self.made_good(root).unwrap_or(root)
    }

    /// The session that the log is judged by: the last outermost one that failed, else one with a
    /// failure in sight, else the last. What a later try for the same product made good does not count.
    pub fn principal(&self) -> Option<&SessionReport> {
        let stands = |s: &&SessionReport| self.made_good(s).is_none();
        let failed = |s: &&SessionReport| s.outcome.failed();
        self.outermost()
            .filter(failed)
            .rfind(stands)
            .or_else(|| {
                let told = self.outermost().filter(|s| s.failure.is_some());
                told.rev().find(stands)
            })
            .or_else(|| self.outermost().next_back())
    }

    /// The later try in the same log that worked, of an outermost session that did not.
    pub(crate) fn made_good<'r>(&'r self, session: &SessionReport) -> Option<&'r SessionReport> {
        let worked = |s: &SessionReport| s.outcome.worked();
        let removes = |s: &SessionReport| s.operation == Operation::Uninstall;
        if worked(session) || session.parent.is_some() {
            return None;
        }
        // A removal after a failed installation makes nothing good, nor the other way round.
        let later = self.outermost().rev();
        let mut later = later.take_while(|later| !std::ptr::eq(*later, session));
        later.find(|later| {
            worked(later)
                && removes(later) == removes(session)
                && same_product(&later.product, &session.product)
        })
    }
}

/// Whether two runs are about one product, by the best that both tell of it.
fn same_product(a: &Product, b: &Product) -> bool {
    let same = |a: &Option<String>, b: &Option<String>| Some(a.as_ref()? == b.as_ref()?);
    if same(&a.code, &b.code) == Some(true) {
        return true;
    }
    same(&a.upgrade_code, &b.upgrade_code)
        .or_else(|| same(&a.code, &b.code))
        .or_else(|| same(&a.name, &b.name))
        .or_else(|| {
            let (a, b) = (a.package.as_deref()?, b.package.as_deref()?);
            Some(file_name(a).eq_ignore_ascii_case(file_name(b)))
        })
        .unwrap_or(false)
}

/// A log that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReadError {
    /// Path as given.
    pub path: String,
    /// What happened and what to do.
    pub message: String,
}

/// The last part of a path.
pub(crate) fn file_name(path: &str) -> &str {
    path.rsplit(['\\', '/']).next().unwrap_or(path)
}

/// The JSON Schema of [`LogReport`] (draft 2020-12), for programs that read the JSON output.
pub const JSON_SCHEMA: &str = include_str!("msilog-1.schema.json");

#[cfg(test)]
mod tests {
    use super::*;

    /// The committed schema is the one of these types; `UPDATE_SCHEMA=1` writes it anew.
    #[test]
    fn the_schema_is_current() {
        let schema =
            serde_json::to_string_pretty(&schemars::schema_for!(LogReport)).unwrap() + "\n";
        if std::env::var_os("UPDATE_SCHEMA").is_some() {
            let path = concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/src/report/msilog-1.schema.json"
            );
            std::fs::write(path, &schema).unwrap();
        }
        assert!(
            JSON_SCHEMA == schema,
            "run with UPDATE_SCHEMA=1 and look at the difference"
        );
    }
}
