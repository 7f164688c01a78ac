//! Where a rule of a set is kept: a built-in one is read when somebody needs it, which for most rules
//! is never in a run.

use std::sync::OnceLock;

use super::marks::Marks;
use super::value::PackedRule;
use super::{Rule, read};

/// A rule, or how to come by it.
#[derive(Clone)]
pub(super) enum Slot {
    /// A rule of a user.
    Read(Box<Rule>),
    /// A built-in rule.
    Packed {
        /// Its file.
        file: &'static str,
        packed: PackedRule<'static>,
        /// Empty where it cannot be read: a unit test proves that all can.
        rule: OnceLock<Option<Box<Rule>>>,
    },
}

impl Slot {
    /// The name of the rule.
    pub fn id(&self) -> &str {
        match self {
            Self::Read(rule) => &rule.id,
            Self::Packed { packed, .. } => packed.id,
        }
    }

    /// The rule.
    pub fn rule(&self) -> Option<&Rule> {
        match self {
            Self::Read(rule) => Some(rule),
            Self::Packed { file, packed, rule } => {
                let read = || read::packed(packed, file).map(Box::new);
                rule.get_or_init(read).as_deref()
            }
        }
    }

    /// `false` where the rule does not match facts of these marks.
    pub fn may_match(&self, marks: &Marks) -> bool {
        match self {
            Self::Read(rule) => opens(&rule.gate, marks),
            Self::Packed { packed, .. } => opens(packed.gate, marks),
        }
    }
}

/// Whether facts of these marks may meet all that the gate asks for. It is made of numbers of two
/// bytes: groups, each with its length before it, of choices, each with its length before it, of
/// marks. Of each group one choice must have all its marks.
fn opens(mut gate: &[u8], marks: &Marks) -> bool {
    while let Some((group, rest)) = counted(gate) {
        if !one_fits(group, marks) {
            return false;
        }
        gate = rest;
    }
    true
}

fn one_fits(mut choices: &[u8], marks: &Marks) -> bool {
    while let Some((choice, rest)) = counted(choices) {
        let mut wanted = choice.as_chunks().0.iter();
        if wanted.all(|mark| marks.has(u16::from_le_bytes(*mark))) {
            return true;
        }
        choices = rest;
    }
    false
}

/// The numbers that their count stands before, and the rest.
fn counted(numbers: &[u8]) -> Option<(&[u8], &[u8])> {
    let (count, rest) = numbers.split_first_chunk()?;
    rest.split_at_checked(usize::from(u16::from_le_bytes(*count)) * 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gate_opens_to_one_choice_of_each_group() {
        let numbers: [u16; 8] = [5, 1, 7, 2, 8, 9, 2, 1];
        let gate: Vec<u8> = numbers
            .into_iter()
            .chain([6])
            .flat_map(u16::to_le_bytes)
            .collect();
        let opens_to = |having: &[u16]| {
            let mut marks = Marks::default();
            marks.extend(having.iter().copied());
            opens(&gate, &marks)
        };
        assert!(opens_to(&[7, 6]) && opens_to(&[8, 9, 6]));
        assert!(!opens_to(&[7]) && !opens_to(&[8, 6]) && !opens_to(&[]));
        assert!(opens(&[], &Marks::default()) && !opens(&[0, 0], &Marks::default()));
    }
}
