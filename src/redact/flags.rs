//! Arguments of a command line whose value stands behind a blank: `-password X`, `/user ACME\joan`.

use super::assign::{self, Form};
use super::data::DATA;
use super::ends::{Ends, QUOTES, Until};
use super::finds::Finds;
use super::keys::{self, is_among};
use super::kind::Kind;
use super::work;

/// Longest name of an argument, in bytes.
const MAX_FLAG: usize = 40;

/// Finds the values of telling arguments; `lower` is the line in lower case.
pub(super) fn find(finds: &mut Finds, lower: &str) {
    let line = finds.line;
    let mut ends = Ends::of(line);
    let mut programs = Programs::of(lower);
    for at in memchr::memchr2_iter(b'-', b'/', line.as_bytes()) {
        let rest = line.get(at + 1..).unwrap_or("");
        // Of a row of dashes the last one begins the name: the way back over them is gone once.
        if !rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            continue;
        }
        let before = line.get(..at).unwrap_or("");
        let front = before.trim_end_matches('-');
        work::steps(before.len() - front.len());
        if !(front.is_empty() || front.ends_with([' ', '\t', '"', '\''])) || finds.is_taken(at) {
            continue;
        }
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        let mut letters = rest.char_indices().take(MAX_FLAG);
        let Some((end, _)) = letters.find(|(_, c)| !is_part(*c)) else {
            continue;
        };
        let name = rest.get(..end).unwrap_or("");
        let after = rest.get(end..).unwrap_or("");
        work::steps(end);
        if after.starts_with([' ', '\t'])
            && let Some(kind) = classify(name, &mut programs)
        {
            let start = line.len() - after.trim_start_matches([' ', '\t']).len();
            argument(start, kind, finds, &mut ends);
        }
    }
}

fn classify(name: &str, programs: &mut Programs) -> Option<Kind> {
    let flags = &DATA.flags;
    match name {
        "p" | "P" => return programs.secret().then_some(Kind::Secret),
        "u" | "U" => return programs.user().then_some(Kind::User),
        _ => {}
    }
    let known = [
        (&flags.user, Kind::User),
        (&flags.secret, Kind::Secret),
        (&flags.machine, Kind::Machine),
        (&flags.domain, Kind::Domain),
        (&flags.server, Kind::Server),
        (&flags.key, Kind::Key),
    ];
    let known = known.into_iter().find(|(names, _)| is_among(*names, name));
    let of_names = || keys::classify(name).filter(|kind| matches!(kind, Kind::Secret | Kind::Key));
    known.map(|(_, kind)| kind).or_else(of_names)
}

fn argument<'l>(start: usize, kind: Kind, finds: &mut Finds<'l>, ends: &mut Ends<'l>) {
    let line = finds.line;
    let back = line.get(start..).unwrap_or("");
    let mut quotes = QUOTES.iter().enumerate();
    let text = match quotes.find(|(_, quote)| back.starts_with(**quote)) {
        Some((number, quote)) => {
            let start = start + quote.len();
            line.get(start..ends.next(start, Until::Quote(number)))
        }
        None if back.starts_with(['-', '/', '$', '(', '<', '=', ':']) => None,
        None => line.get(start..ends.next(start, Until::Plain { apostrophe: true })),
    };
    // What a password may hold is more than what ends other values; a blank ends it all the same.
    let text = match (kind, text) {
        (Kind::Secret, Some(text)) if !back.starts_with(['"', '\'', '\\', '&']) => {
            let rest = finds.behind(text);
            let end = rest
                .find([' ', '\t', '"'])
                .unwrap_or(rest.len())
                .min(MAX_FLAG);
            let more = rest.get(..end).map_or(0, str::len);
            line.get(start..start + text.len() + more)
        }
        (_, text) => text,
    };
    let text = text.unwrap_or("");
    if kind == Kind::User || !is_word(text) {
        assign::value(text, kind, Form::Equals, finds);
    }
}

/// A lone word such as `the`: a sentence with a dash.
fn is_word(text: &str) -> bool {
    matches!(
        text,
        "is" | "was" | "for" | "the" | "a" | "and" | "or" | "not" | "of" | "to" | "in" | "="
    )
}

/// What `-p` and `-u` mean to the programs of a line.
struct Programs<'l> {
    lower: &'l str,
    secret: Option<bool>,
    user: Option<bool>,
}

impl<'l> Programs<'l> {
    fn of(lower: &'l str) -> Self {
        Self {
            lower,
            secret: None,
            user: None,
        }
    }

    fn secret(&mut self) -> bool {
        let lower = self.lower;
        *self
            .secret
            .get_or_insert_with(|| names_one(lower, &DATA.flags.secret_of))
    }

    fn user(&mut self) -> bool {
        let lower = self.lower;
        *self
            .user
            .get_or_insert_with(|| names_one(lower, &DATA.flags.user_of))
    }
}

/// Whether a line names one of some programs.
fn names_one(lower: &str, programs: &[String]) -> bool {
    programs.iter().any(|program| {
        work::steps(lower.len());
        lower.match_indices(program.as_str()).any(|(at, found)| {
            let before = lower.get(..at).and_then(|front| front.chars().next_back());
            let next = lower
                .get(at + found.len()..)
                .and_then(|rest| rest.chars().next());
            !before.is_some_and(char::is_alphanumeric) && !next.is_some_and(char::is_alphanumeric)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_have_their_values() {
        for (line, wanted) in [
            ("agent -password \"a b\" -q", vec![(Kind::Secret, "a b")]),
            ("agent --api-key k,1;2 x", vec![(Kind::Secret, "k,1;2")]),
            (
                "runas /user ACME\\joan x",
                vec![(Kind::Domain, "ACME"), (Kind::User, "joan")],
            ),
            (
                "sqlcmd -U joan -P hunter2",
                vec![(Kind::User, "joan"), (Kind::Secret, "hunter2")],
            ),
            ("tool -P C:\\x -u y -password -q", vec![]),
            ("x - token is here, pre-token x", vec![]),
        ] {
            let mut finds = Finds::of(line);
            find(&mut finds, &line.to_ascii_lowercase());
            assert_eq!(finds.values(), wanted, "{line}");
        }
    }
}
