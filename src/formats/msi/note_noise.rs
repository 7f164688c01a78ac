//! Which notes are noise, by their numbers and a look at their arguments.

use std::sync::LazyLock;

use super::relevant;
use crate::grammar::Note;
use crate::knowledge::noise;
use crate::text::near::places;

/// Notes that are noise whatever their arguments are, or with one second argument.
static NOISE: LazyLock<Vec<(u32, Option<&'static str>)>> = LazyLock::new(noise::always_passed_over);

/// What notes of one number are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NoteKind {
    /// It depends on what they say.
    Open,
    Noise,
    /// They may tell something.
    Telling,
}

/// The kinds of notes by their number: most notes are of few numbers.
static NOTES: LazyLock<Vec<NoteKind>> = LazyLock::new(|| {
    let mut kinds = vec![NoteKind::Open; 10_000];
    let mut set = |number: u32, kind| {
        if let Some(place) = kinds.get_mut(number as usize) {
            *place = kind;
        }
    };
    let noise = NOISE.iter().filter(|(_, second)| second.is_none());
    noise.for_each(|(number, _)| set(*number, NoteKind::Noise));
    let telling = relevant::TELLING_NOTES;
    telling
        .iter()
        .for_each(|number| set(*number, NoteKind::Telling));
    kinds
});

/// What a note is to a session, by what stands after `Note: 1: `: whether it is noise; nothing where only
/// its arguments can tell.
pub fn is_routine(text: &str) -> Option<bool> {
    let (number, text) = leading(text)?;
    let kind = NOTES.get(number as usize).copied();
    match kind {
        Some(NoteKind::Noise) => return Some(true),
        Some(NoteKind::Telling) if relevant::note_may_tell(number, text) => return Some(false),
        _ => {}
    }
    is_noise(number, text).then_some(true)
}

/// The number of a note and its arguments.
fn leading(text: &str) -> Option<(u32, &str)> {
    let bytes = text.as_bytes();
    // Nearly all have four digits.
    if let Some([a, b, c, d, b' ']) = bytes.first_chunk() {
        let digits = [a, b, c, d].map(|byte| u32::from(byte.wrapping_sub(b'0')));
        if digits.iter().all(|digit| *digit < 10) {
            return Some((
                digits.iter().fold(0, |n, digit| n * 10 + digit),
                text.get(4..)?,
            ));
        }
    }
    let digits = bytes.iter().take(9).take_while(|b| b.is_ascii_digit());
    let (number, length) = digits.fold((0u32, 0), |(n, l), b| {
        (n * 10 + u32::from(*b - b'0'), l + 1)
    });
    let ended = length > 0 && matches!(bytes.get(length), None | Some(b' '));
    Some((number, text.get(length..)?)).filter(|_| ended)
}

/// Whether a note is noise by its number, or by that and its second argument.
fn is_noise(number: u32, text: &str) -> bool {
    let row = NOISE.binary_search_by_key(&number, |(known, _)| *known);
    let row = row.ok().and_then(|row| NOISE.get(row));
    row.is_some_and(|(_, second)| second.is_none_or(|wanted| second_argument(text) == Some(wanted)))
}

/// What stands behind the first ` 3: ` of a note, where that is its last field.
fn second_argument(text: &str) -> Option<&str> {
    let bytes = text.as_bytes();
    let mark = |at: &usize| {
        let end = bytes.get(..*at).and_then(|before| before.last_chunk());
        end == Some(b" 3") && bytes.get(at + 1) == Some(&b' ')
    };
    let at = places(bytes, b':').find(mark)?;
    let argument = text.get(at + 2..)?.trim();
    (!argument.contains(':')).then_some(argument)
}

/// Whether a note is noise, by its number and arguments.
pub fn passes(note: &Note<'_>) -> bool {
    if is_noise(note.number, note.text()) {
        return true;
    }
    // In one go: a field is found by the one before it.
    let mut fields = note.arguments();
    let arguments = [(); 3].map(|()| fields.next().unwrap_or(""));
    noise::note_level(note.number, &arguments)
        .is_some_and(|known| known.level != noise::Level::Minor)
}
