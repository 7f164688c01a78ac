//! `DOMAIN\user` in a sentence, once the domain is known.

use super::finds::Finds;
use super::kind::Kind;
use super::names::Names;

/// Finds the accounts of domains and machines that were learned. Everything else of this form is a
/// piece of a path.
pub(super) fn find(finds: &mut Finds, names: &Names) {
    for (at, slash) in finds.line.match_indices('\\') {
        let (front, back) = (finds.line.get(..at).unwrap_or(""), finds.behind(slash));
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
        let before = front.trim_end_matches(is_part);
        let domain = front.get(before.len()..).unwrap_or("");
        let in_path = domain.is_empty() || before.ends_with(['\\', '/', ':']);
        if in_path || !matches!(names.kind_of(domain), Some(Kind::Domain | Kind::Machine)) {
            continue;
        }
        let ends = |c: char| c.is_whitespace() || "\\/\"',;:()[]<>|".contains(c);
        let name = back.split(ends).next().unwrap_or("");
        if !finds.behind(name).starts_with('\\') {
            finds.add(domain, Kind::Domain, false);
            finds.add(name.trim_end_matches('.'), Kind::User, true);
        }
    }
}
