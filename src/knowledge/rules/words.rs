//! What a rule says, read when somebody wants to know.

use std::fmt;
use std::sync::OnceLock;

use super::cases;
use super::placeholder::fill;
use super::value::Words;

/// The words of a rule: most rules are only ever asked whether they fit.
#[derive(Clone)]
pub(super) struct RuleWords {
    packed: &'static [u8],
    words: OnceLock<Words>,
}

impl RuleWords {
    /// Words as the build script packs them.
    pub fn packed(packed: &'static [u8]) -> Self {
        Self {
            packed,
            words: OnceLock::new(),
        }
    }

    pub fn get(&self) -> &Words {
        // A unit test proves that the packed words are those of the files, so the empty ones never
        // show.
        let unpack = || postcard::from_bytes(self.packed).unwrap_or_default();
        self.words.get_or_init(unpack)
    }
}

impl Words {
    /// The words with the facts that are known in their places; the others stay open. Steps for other
    /// machines and runs are left out.
    pub fn filled(&self, known: &dyn Fn(&str) -> Option<String>) -> Self {
        let fill = |text: &str| fill(text, known);
        Self {
            title: fill(&self.title),
            fix: fill(&self.fix),
            cause: fill(&self.cause),
            steps: self
                .steps
                .iter()
                .filter_map(|step| Some(fill(&cases::kept(step, known)?)))
                .collect(),
            ..self.clone()
        }
    }
}

impl From<Words> for RuleWords {
    fn from(words: Words) -> Self {
        Self {
            packed: &[],
            words: words.into(),
        }
    }
}

/// The words themselves, whether they were needed yet or not.
impl fmt::Debug for RuleWords {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(out)
    }
}
