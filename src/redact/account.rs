//! `DOMAIN\user` in a sentence, once the domain is known.

use super::finds::Finds;
use super::kind::Kind;
use super::names::Names;

/// Finds the accounts of domains and machines that were learned. Everything else of this form is a
/// piece of a path.
pub(super) fn find(line: &str, names: &Names, finds: &mut Finds) {
    for at in memchr::memchr_iter(b'\\', line.as_bytes()) {
        let (Some(front), Some(back)) = (line.get(..at), line.get(at + 1..)) else {
            continue;
        };
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
        let Some((start, _)) = front
            .char_indices()
            .rev()
            .take_while(|(_, c)| is_part(*c))
            .last()
        else {
            continue;
        };
        let in_path = front
            .get(..start)
            .is_none_or(|before| before.ends_with(['\\', '/', ':']));
        let domain = front.get(start..).unwrap_or("");
        if in_path || !matches!(names.kind_of(domain), Some(Kind::Domain | Kind::Machine)) {
            continue;
        }
        let ends = |c: char| c.is_whitespace() || "\\/\"',;:()[]<>|".contains(c);
        let length = back.find(ends).unwrap_or(back.len());
        if back
            .get(length..)
            .is_some_and(|rest| rest.starts_with('\\'))
        {
            continue;
        }
        let name = back.get(..length).unwrap_or("").trim_end_matches('.');
        finds.add(line, start, at, Kind::Domain, false);
        finds.add(line, at + 1, at + 1 + name.len(), Kind::User, true);
    }
}
