//! Values that are known by their own shape: security identifiers, mail addresses, tokens, keys,
//! and what stands in quotes behind a telling word.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::data::{DATA, Shape};
use super::finds::Finds;
use super::kind::Kind;

/// The needles of more than one letter of all shapes, and the shape that each belongs to: they are
/// searched all at once.
static NEEDLES: LazyLock<Option<(AhoCorasick, Vec<usize>)>> = LazyLock::new(|| {
    let shapes = DATA.shapes.iter().enumerate();
    let all = shapes.flat_map(|(place, shape)| shape.needles.iter().map(move |n| (n, place)));
    let longer = all.filter(|(needle, _)| needle.len() > 1);
    let (needles, shapes): (Vec<&String>, Vec<usize>) = longer.unzip();
    Some((AhoCorasick::new(needles).ok()?, shapes))
});

/// The shapes whose longer needles stand in a line, as bits.
fn needled(lower: &[u8]) -> u64 {
    let Some((needles, shapes)) = NEEDLES.as_ref() else {
        return u64::MAX;
    };
    needles
        .find_overlapping_iter(lower)
        .filter_map(|hit| shapes.get(hit.pattern().as_usize()))
        .fold(0, |found, shape| found | 1 << shape)
}

/// Whether a needle of a single letter stands in a line as often as it must.
fn lettered(shape: &Shape, lower: &[u8]) -> bool {
    let often = |letter: u8| {
        let times = memchr::memchr_iter(letter, lower);
        times.take(shape.at_least.max(1)).count() >= shape.at_least.max(1)
    };
    let mut needles = shape.needles.iter();
    needles.any(|needle| matches!(*needle.as_bytes(), [letter] if often(letter)))
}

/// Finds values by their shape; `lower` is the line in lower case, as far as it is ASCII.
pub(super) fn find(finds: &mut Finds, lower: &[u8]) {
    let line = finds.line;
    let needled = needled(lower);
    for (place, shape) in DATA.shapes.iter().enumerate() {
        if needled >> place & 1 == 0 && !lettered(shape, lower) {
            continue;
        }
        for groups in shape.pattern.captures_iter(line) {
            let value = groups.iter().skip(1).flatten().next();
            if let Some(value) = value
                && is_sound(shape.kind, line, value.start(), value.as_str())
            {
                finds.add(value.as_str(), shape.kind, !shape.only_here);
            }
        }
    }
}

fn is_sound(kind: Kind, line: &str, start: usize, value: &str) -> bool {
    let before = line.get(..start).unwrap_or("");
    match kind {
        // Decorated names of functions: `?Name@Class@@YAXXZ`.
        Kind::Mail => !before.ends_with(['?', '@']) && !value.contains("@@"),
        // A part of a GUID or of a longer row of groups.
        Kind::Key => !before.ends_with('-') && value.bytes().any(|b| b.is_ascii_digit()),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(line: &str) -> Vec<(Kind, &str)> {
        let mut finds = Finds::of(line);
        find(&mut finds, line.to_ascii_lowercase().as_bytes());
        finds.values()
    }

    #[test]
    fn shapes_are_found() {
        for (line, kind, wanted) in [
            (
                "x S-1-5-21-1-2-3-1001_Classes",
                Kind::Sid,
                "S-1-5-21-1-2-3-1001",
            ),
            (
                "to a.b+c@mail.example.org.",
                Kind::Mail,
                "a.b+c@mail.example.org",
            ),
            ("mac 00-1A-2b-3C-4D-5E x", Kind::Mac, "00-1A-2b-3C-4D-5E"),
            (
                "key AAAAA-BBBB1-CCCCC-DDDDD-EEEEE",
                Kind::Key,
                "AAAAA-BBBB1-CCCCC-DDDDD-EEEEE",
            ),
            ("Bearer abcdefghijklmnop", Kind::Secret, "abcdefghijklmnop"),
            ("setup -password \"a b\" -q", Kind::Secret, "a b"),
            ("net use \\\\x\\y hunter2 /user:z", Kind::Secret, "hunter2"),
            ("User 'ACME\\joan' has", Kind::Domain, "ACME"),
            ("Login failed for user 'joan'", Kind::User, "joan"),
        ] {
            assert!(
                values(line).contains(&(kind, wanted)),
                "{line}: {:?}",
                values(line)
            );
        }
    }

    #[test]
    fn harmless_shapes_stay() {
        for line in [
            "S-1-5-18 and S-1-5-32-544",
            "{90140000-0011-0000-0000-0000000FF1CE}",
            "?Func@Class@@YAXXZ _Name@4 icon@2x.png",
            "[12:02:17:123]",
            "User policy value 'DisableMedia' is 0",
        ] {
            assert_eq!(values(line), [], "{line}");
        }
    }
}
