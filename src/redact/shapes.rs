//! Values that are known by their own shape: security identifiers, mail addresses, tokens, keys,
//! and what stands in quotes behind a telling word.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::data::{SHAPES, Shape};
use super::finds::Finds;
use super::kind::Kind;
use super::work;

/// The needles of more than one letter of all shapes, and the shape that each belongs to: they are
/// searched all at once.
static NEEDLES: LazyLock<Option<(AhoCorasick, Vec<usize>)>> = LazyLock::new(|| {
    let shapes = SHAPES.all.iter().enumerate();
    let all = shapes.flat_map(|(place, shape)| shape.needles.iter().map(move |n| (n, place)));
    let longer = all.filter(|(needle, _)| needle.len() > 1);
    let (needles, shapes): (Vec<&String>, Vec<usize>) = longer.unzip();
    Some((AhoCorasick::new(needles).ok()?, shapes))
});

/// The shapes whose longer needles stand in a line, as bits.
fn needled(lower: &[u8]) -> u128 {
    let Some((needles, shapes)) = NEEDLES.as_ref() else {
        return u128::MAX;
    };
    needles
        .find_overlapping_iter(lower)
        .filter_map(|hit| shapes.get(hit.pattern().as_usize()))
        .fold(0, |found, shape| found | 1_u128 << shape)
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
    work::steps(line.len());
    let needled = needled(lower);
    for (place, shape) in SHAPES.all.iter().enumerate() {
        if needled >> place & 1 == 0 && !lettered(shape, lower) {
            continue;
        }
        let mut from = 0;
        while let Some(groups) = shape.pattern.captures_at(line, from) {
            let value = groups.iter().skip(1).flatten().next();
            let Some(value) = value.filter(|value| value.end() > from) else {
                break;
            };
            if is_sound(shape.kind, line, value.start(), value.as_str())
                && shape
                    .check
                    .is_none_or(|check| check.is_right(value.as_str()))
            {
                finds.add(value.as_str(), shape.kind, !shape.only_here);
            }
            // What ends a value may be what stands before the next one.
            from = value.end();
            work::steps(0);
        }
    }
}

fn is_sound(kind: Kind, line: &str, start: usize, value: &str) -> bool {
    let before = line.get(..start).unwrap_or("");
    match kind {
        // Decorated names of functions: `?Name@Class@@YAXXZ`.
        Kind::Mail => !before.ends_with(['?', '@']) && !is_file(value),
        // A part of a GUID or of a longer row of groups.
        Kind::Key => !before.ends_with('-') && value.bytes().any(|b| b.is_ascii_digit()),
        Kind::Phone => (7..=15).contains(&value.bytes().filter(u8::is_ascii_digit).count()),
        Kind::Server => !value.contains(".exe.") && !value.contains(".dll."),
        _ => true,
    }
}

/// Files with an at sign in their name: `icon@2x.png`.
fn is_file(value: &str) -> bool {
    let end = value.rsplit_once('.').map_or("", |(_, end)| end);
    [
        "png", "ico", "jpg", "gif", "svg", "js", "json", "dll", "exe", "cab", "msi", "xml", "txt",
        "log",
    ]
    .contains(&end)
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
    fn each_shape_finds_its_example_and_nothing_else() {
        let mut wrong = Vec::new();
        for shape in &SHAPES.all {
            let (line, wanted) = &shape.example;
            if !values(line).contains(&(shape.kind, wanted)) {
                wrong.push(format!("{line}: {:?}", values(line)));
            }
            let no = shape.no.iter().filter(|line| !values(line).is_empty());
            wrong.extend(no.map(|line| format!("{line}: {:?}", values(line))));
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn harmless_shapes_stay() {
        for line in [
            "{90140000-0011-0000-0000-0000000FF1CE}",
            "[12:02:17:123]",
            "Note: 1: 2203 2: C:\\x\\y.ipi 3: -2147287038",
        ] {
            assert_eq!(values(line), [], "{line}");
        }
    }
}
