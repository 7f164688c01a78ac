//! Sentences that name somebody: a word of some language, and the name behind it, in quotes or bare.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::assign::{self, Form};
use super::data::{DATA, SENTENCES, Sentence};
use super::finds::Finds;
use super::keys;
use super::kind::Kind;
use super::work;

/// Longest name in quotes, in bytes.
const MAX_NAME: usize = 160;

/// What opens a quotation, and what may close it.
const QUOTES: [(char, &str); 12] = [
    ('\'', "'’"),
    ('"', "\""),
    ('“', "”\""),
    ('„', "“”\""),
    ('«', "»"),
    ('»', "«»"),
    ('‘', "’'"),
    ('‚', "‘’'"),
    ('`', "`'"),
    ('「', "」"),
    ('『', "』"),
    ('[', "]"),
];

/// All words of all sentences, and the sentence that each belongs to.
static WORDS: LazyLock<Option<(AhoCorasick, Vec<&Sentence>)>> = LazyLock::new(|| {
    let all = SENTENCES.all.iter();
    let all = all.flat_map(|one| one.words.iter().map(move |word| (word, one)));
    let (words, sentences): (Vec<&String>, Vec<&Sentence>) = all.unzip();
    Some((AhoCorasick::new(words).ok()?, sentences))
});

/// Finds the names; `lower` is the line in lower case, as far as it is ASCII.
pub(super) fn find(finds: &mut Finds, lower: &str) {
    let Some((words, sentences)) = WORDS.as_ref() else {
        return;
    };
    work::steps(lower.len());
    for hit in words.find_overlapping_iter(lower) {
        let front = lower.get(..hit.start()).unwrap_or("");
        if is_word(front.chars().next_back()) && is_spaced(lower, hit.start()) {
            continue;
        }
        if let (Some(sentence), Some(rest)) = (
            sentences.get(hit.pattern().as_usize()),
            finds.line.get(hit.end()..),
        ) {
            match sentence.quoted {
                true => quoted(sentence.kind, rest, finds),
                false => bare(
                    sentence.kind,
                    lower.get(..hit.end()).unwrap_or(""),
                    rest,
                    finds,
                ),
            }
        }
    }
}

fn is_word(c: Option<char>) -> bool {
    c.is_some_and(|c| c.is_alphanumeric() || c == '_')
}

/// Whether the word at a place is written with blanks around.
fn is_spaced(line: &str, at: usize) -> bool {
    let first = line.get(at..).and_then(|rest| rest.chars().next());
    first.is_some_and(|c| u32::from(c) < 0x2E80)
}

/// Passes over what may stand between the word and the name.
fn behind_words(mut rest: &str) -> &str {
    for _ in 0..2 {
        rest = rest.trim_start_matches([' ', '\u{a0}']);
        let mut between = SENTENCES.between.iter();
        let Some(after) = between.find_map(|word| {
            let front = rest
                .get(..word.len())
                .filter(|front| front.eq_ignore_ascii_case(word))?;
            let after = rest.get(front.len()..)?;
            (!is_word(after.chars().next())).then_some(after)
        }) else {
            break;
        };
        rest = after;
    }
    rest.trim_start_matches([' ', '\u{a0}'])
}

fn quoted<'l>(kind: Kind, rest: &'l str, finds: &mut Finds<'l>) {
    let rest = behind_words(rest);
    let Some(open) = rest.chars().next() else {
        return;
    };
    let Some((_, closes)) = QUOTES.iter().find(|(quote, _)| *quote == open) else {
        return;
    };
    let inner = rest.get(open.len_utf8()..).unwrap_or("");
    let mut letters = inner.char_indices().take(MAX_NAME);
    let Some((end, _)) = letters.find(|(_, c)| closes.contains(*c)) else {
        return;
    };
    let name = inner.get(..end).unwrap_or("").trim_matches([' ', '\u{a0}']);
    work::steps(end);
    let text = name.to_ascii_lowercase();
    match kind {
        Kind::Secret if SENTENCES.no_values.contains(text.as_str()) => {}
        Kind::User if name.contains("\\\\") => {
            let (domain, account) = name.split_once("\\\\").unwrap_or_default();
            if !keys::is_well_known(domain) {
                finds.add(domain, Kind::Domain, true);
            }
            finds.add(account, Kind::User, true);
        }
        _ => assign::value(name, kind, Form::Whole, finds),
    }
}

fn bare<'l>(kind: Kind, front: &str, rest: &'l str, finds: &mut Finds<'l>) {
    let text = rest.trim_start_matches([' ', '\u{a0}', ':', '：']);
    // After a colon, and in writing without blanks, the name follows at once.
    let at_once = front
        .chars()
        .next_back()
        .is_some_and(|c| c == ':' || u32::from(c) >= 0x2E80);
    if text.len() == rest.len() && !at_once {
        return;
    }
    let ends = |c: char| c.is_whitespace() || ",;\"'()<>|".contains(c);
    let end = text.char_indices().take(MAX_NAME).find(|(_, c)| ends(*c));
    let name = text
        .get(..end.map_or(text.len(), |(end, _)| end))
        .unwrap_or("");
    let name = name.trim_end_matches(['.', ':', '!', '。']);
    work::steps(name.len().min(MAX_NAME));
    let small = name.to_ascii_lowercase();
    match kind {
        Kind::Secret if !SENTENCES.no_values.contains(small.as_str()) && is_mixed(name) => {
            assign::value(name, kind, Form::Equals, finds);
        }
        Kind::User => {
            let (domain, account) = small.split_once('\\').unwrap_or(("", &small));
            let known = SENTENCES.no_names.contains(account)
                || (domain.is_empty() && DATA.ordinary.contains(account));
            let letters = name.starts_with(char::is_alphabetic) && name.len() > 1;
            let file =
                account.ends_with(".exe") || account.ends_with(".dll") || account.ends_with(".msi");
            if letters && !known && !file {
                assign::user(name, Form::Colon, finds);
            }
        }
        _ => {}
    }
}

/// Whether nobody would write this as a word of a sentence.
fn is_mixed(text: &str) -> bool {
    let signs = text.chars().any(|c| !c.is_alphabetic());
    let inner = text.chars().skip(1).any(char::is_uppercase);
    let capitals = text.chars().all(char::is_uppercase);
    text.chars().count() >= 4 && (signs || (inner && !capitals))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(line: &str) -> Vec<(Kind, &str)> {
        let mut finds = Finds::of(line);
        find(&mut finds, &line.to_ascii_lowercase());
        finds.values()
    }

    #[test]
    fn each_sentence_finds_its_example_and_nothing_else() {
        for sentence in &SENTENCES.all {
            let (line, wanted) = &sentence.example;
            let found = values(line);
            assert!(
                found.contains(&(sentence.kind, wanted)),
                "{line}: {found:?}"
            );
            for line in &sentence.no {
                assert_eq!(values(line), [], "{line}");
            }
        }
    }
}
