//! One of the things that a term means, as people and programs read it.

use serde::{Serialize, Serializer};

use crate::knowledge::codes::HresultParts;
use crate::knowledge::rules::{Facts, RuleSet};

/// Which list a term stands in. For codes these are the spaces that reports use too.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A message of Windows Installer, of an extension, or of the package itself.
    Msi,
    /// An error of Windows.
    Win32,
    /// A result of COM or .NET.
    Hresult,
    /// What `msiexec` or a setup program returned.
    Exit,
    /// A status of the kernel, or the code of an exception that ended a process.
    Ntstatus,
    /// What an action returned to the installer.
    ReturnValue,
    /// The type number of a custom action.
    ActionType,
    /// An action of Windows Installer itself.
    Action,
    /// A well-known custom action.
    CustomAction,
    /// A product code.
    ProductCode,
    /// An upgrade code.
    UpgradeCode,
    /// The id of a setup program (bundle).
    BundleId,
    /// A GUID of which no more is known.
    Guid,
    /// An article.
    Article,
    /// A rule of msilog.
    Rule,
    /// The name of a product or of its package.
    ProductName,
    /// A line of a log, or several.
    LogLine,
    /// None of these.
    #[default]
    None,
}

/// An HRESULT taken apart (Microsoft Learn, "Structure of COM Error Codes").
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hresult {
    /// As it is mostly written, `0x80070643`.
    pub value: String,
    /// Its severity, facility and code.
    #[serde(flatten)]
    pub parts: HresultParts,
    /// The error of Windows that it wraps.
    pub win32: Option<WrappedError>,
}

/// The error of Windows inside an HRESULT of facility 7.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WrappedError {
    /// The error.
    pub value: u32,
    /// Its symbol, where it is known.
    pub name: Option<&'static str>,
    /// What it means, where it is known.
    pub meaning: Option<&'static str>,
}

/// An argument of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Argument {
    /// Its place, counted as in the message: `[2]` is the first.
    pub index: u8,
    /// What it is, where the list of messages says so: `system error`, `destination file`.
    pub role: Option<&'static str>,
    /// The argument as it was given; null where none was given for this place.
    pub value: Option<String>,
    /// What it means, where it is a code.
    pub meaning: Option<String>,
}

/// One of the things that a term means.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Sense {
    /// The list that it stands in.
    pub kind: Kind,
    /// The number in that list; an HRESULT or NTSTATUS as the unsigned 32-bit value.
    pub value: Option<i64>,
    /// Its symbol or canonical name: `ERROR_INSTALL_FAILURE`, `InstallFiles`, a GUID in braces,
    /// the id of a rule.
    pub name: Option<String>,
    /// What it is, `exit code 1603, ERROR_INSTALL_FAILURE`. For people; may change.
    pub heading: String,
    /// What is known of it, in words. For people; may change.
    #[serde(rename = "meaning")]
    pub text: String,
    /// The ways in which the same code is written, or the packed form of a GUID.
    pub forms: Vec<String>,
    /// The HRESULT in parts, where the code is one or an HRESULT wraps it.
    pub hresult: Option<Hresult>,
    /// The arguments of a message.
    pub arguments: Vec<Argument>,
    /// Ids of the rules that this alone makes fit.
    pub rules: Vec<String>,
    /// Ids of the rules that treat this number or cite this article, alone or with other facts.
    pub treated_by: Vec<String>,
    /// More, each with a label. For people; may change.
    #[serde(rename = "details", serialize_with = "labelled")]
    pub facts: Vec<(&'static str, String)>,
}

impl Sense {
    pub(super) fn new(kind: Kind, heading: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            kind,
            heading: heading.into(),
            text: text.into(),
            ..Self::default()
        }
    }

    /// Adds a fact unless it is empty.
    pub(super) fn fact(mut self, label: &'static str, text: impl Into<String>) -> Self {
        let text = text.into();
        if !text.is_empty() {
            self.facts.push((label, text));
        }
        self
    }

    pub(super) fn valued(mut self, value: impl Into<i64>) -> Self {
        self.value = Some(value.into());
        self
    }

    pub(super) fn named(mut self, name: Option<impl Into<String>>) -> Self {
        self.name = name.map(Into::into);
        self
    }

    /// Adds the rules that fit these facts by themselves.
    pub(super) fn helped_by(mut self, facts: &Facts<'_>, rules: &RuleSet) -> Self {
        let found = rules.matches(facts);
        let named: Vec<String> = found
            .iter()
            .map(|m| format!("{} (msilog rules show {})", m.rule.words().title, m.rule.id))
            .collect();
        self.rules = found.iter().map(|m| m.rule.id.clone()).collect();
        self.fact("helps", named.join("; "))
    }
}

/// Facts as objects; one without a label goes on with the label before it.
fn labelled<S: Serializer>(
    facts: &[(&'static str, String)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Detail<'a> {
        label: &'static str,
        text: &'a str,
    }
    let mut last = "";
    serializer.collect_seq(facts.iter().map(|(label, text)| {
        if !label.is_empty() {
            last = label;
        }
        Detail { label: last, text }
    }))
}
