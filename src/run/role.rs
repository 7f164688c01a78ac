//! What a line of evidence proves. The order and the dropping of evidence go by it.

use serde::{Deserialize, Serialize};
use std::fmt;

/// One row a role: its name and the sentence that reports give as the reason why a line is shown.
macro_rules! roles {
    ($($name:ident = $sentence:literal,)*) => {
        /// What a line of evidence proves; each role is a sentence of the reports.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(from = "String", into = "String")]
        #[non_exhaustive]
        pub enum Role {
            $(#[doc = concat!("«", $sentence, "»")] $name,)*
            /// The log of the package itself is named, which holds the deeper cause; its path.
            OwnLog(String),
            /// A line of the engine that tells something by itself; what it tells.
            TellTale(String),
        }

        impl fmt::Display for Role {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(Self::$name => f.write_str($sentence),)*
                    Self::OwnLog(path) => write!(f, "{OWN_LOG}{path}"),
                    Self::TellTale(told) => f.write_str(told),
                }
            }
        }

        impl From<String> for Role {
            fn from(sentence: String) -> Self {
                match sentence.as_str() {
                    $($sentence => Self::$name,)*
                    other => match other.strip_prefix(OWN_LOG) {
                        Some(path) => Self::OwnLog(path.to_owned()),
                        None => Self::TellTale(sentence),
                    },
                }
            }
        }

        #[cfg(test)]
        const SENTENCES: &[&str] = &[$($sentence),*];
    };
}

const OWN_LOG: &str = "names the package's own log, which holds the deeper cause: ";

roles! {
    // Windows Installer.
    Cause = "the cause",
    RawMessage = "the same message with its raw arguments",
    MessageAgain = "the same message again",
    Returned = "what the custom action returned",
    AlsoSaid = "also said while this action ran",
    AlsoWritten = "also written here",
    ActionOutput = "output of the custom action",
    OtherOutput = "output while this action ran",
    Noted = "noted by the engine while this action ran",
    ScriptStep = "the step of the script that was running",
    Failed = "here the engine says that the action failed",
    Cancelled = "here the engine says that the action was cancelled",
    // Bundles and setup programs.
    PackageSays = "what the package itself says",
    InnermostError = "the first and innermost error",
    FirstError = "the first error",
    PassedOn = "passes the error on",
    LaterError = "a later error",
    FalseCondition = "the condition that does not hold",
    RefusingCondition = "the condition under which the setup refuses",
    NewerVersion = "a newer version is installed",
    PackageBegins = "the failing package begins",
    ProgramExit = "the exit code of the package's program",
    PackageResult = "the package's result",
    FailedEarly = "the bundle failed before it began",
    BundleResult = "the result of the whole bundle",
    BundleExit = "the bundle's exit code",
    ItemBegins = "the failing item begins",
    ItemResult = "the item's result",
    OnFailure = "what the setup does about the failure",
    SetupResult = "the result of the whole setup",
    // Programs that call an installer.
    NamesPackage = "names what is to be installed",
    Call = "the installer is called",
    CalledLog = "names the installer's own log, which holds the deeper cause",
    GivenBack = "the code that the installer gave back",
    OtherCode = "another code of the same call",
    Verdict = "what the caller makes of it",
}

impl Role {
    /// How much a line of this role proves: where there are too many, those with the least go.
    #[must_use]
    pub(crate) fn weight(&self) -> u8 {
        match self {
            Self::Cause => 9,
            Self::RawMessage => 8,
            Self::Returned => 7,
            Self::AlsoSaid | Self::ActionOutput => 6,
            Self::Failed | Self::Cancelled => 5,
            Self::OtherOutput | Self::AlsoWritten => 4,
            Self::ScriptStep | Self::OwnLog(_) | Self::CalledLog => 3,
            Self::Noted | Self::Call => 2,
            Self::MessageAgain
            | Self::PassedOn
            | Self::GivenBack
            | Self::OtherCode
            | Self::Verdict => 0,
            _ => 1,
        }
    }
}

impl From<Role> for String {
    fn from(role: Role) -> Self {
        role.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_is_its_sentence_and_comes_back_from_it() {
        let told = [
            "names the package's own log, which holds the deeper cause: C:\\a.log",
            "x",
        ];
        for sentence in SENTENCES.iter().copied().chain(told) {
            let role = Role::from(sentence.to_owned());
            assert_eq!(role.to_string(), sentence);
            assert_eq!(
                serde_json::to_value(&role).unwrap(),
                serde_json::Value::from(sentence)
            );
            let known = SENTENCES.contains(&sentence);
            assert_eq!(known, !matches!(role, Role::OwnLog(_) | Role::TellTale(_)));
        }
        assert_eq!(
            Role::from(told[0].to_owned()),
            Role::OwnLog("C:\\a.log".into())
        );
    }
}
