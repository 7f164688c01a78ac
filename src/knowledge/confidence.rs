//! How sure a statement is, in rules and in diagnoses alike.

use serde::{Deserialize, Serialize};

/// How sure the diagnosis is. `High` only where an expert would bet on it.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// A hint: the log gives nothing better.
    Low,
    /// Likely: the right place, but the log does not tie it to the failure beyond doubt.
    Medium,
    /// The engine or the failing action itself names it.
    High,
}

impl Confidence {
    /// `low`, `medium` or `high`, as in rule files and reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }

    /// One step lower; `low` stays `low`.
    #[must_use]
    pub fn lowered(self) -> Self {
        match self {
            Self::High => Self::Medium,
            Self::Medium | Self::Low => Self::Low,
        }
    }
}
