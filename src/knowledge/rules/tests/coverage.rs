//! A test: whoever meets a message that can end an installation gets a cause and a first step.
//!
//! The list of all message numbers is no part of the program, because most of them never matter
//! to it; it lies beside the source where the facts are gathered. Where it is not there, the test
//! says so and checks the numbers that this file names.

use std::path::Path;

use crate::knowledge::rules::{Facts, RuleSet};

/// Message numbers that are shown and cannot end an installation, and why.
const ENDS_NOTHING: &[(u32, &str)] = &[
    (1707, "the last line of a good installation"),
    (
        1708,
        "the last line of a failed one; the reason stands before",
    ),
    (1709, "the name of the product before another message"),
    (1710, "asks whether to undo what was done"),
    (1715, "says that a product was installed"),
    (1716, "says that a product was changed"),
    (1717, "says that a product was removed"),
    (1724, "the last line of a good removal"),
    (
        1725,
        "the last line of a failed one; the reason stands before",
    ),
    (1726, "the last line of a good advertisement"),
    (
        1727,
        "the last line of a failed one; the reason stands before",
    ),
    (1728, "the last line of a good configuration"),
    (
        1729,
        "the last line of a failed one; the reason stands before",
    ),
    (1902, "a file in use gets its new name at the restart"),
    (1903, "a file in use is deleted at the restart"),
];

/// Numbers that need more than themselves: what stands in the line beside them.
const WITH_A_LINE: &[(u32, &str)] = &[(
    1603,
    "Info 1603. The file C:\\Example\\a.dll is being held in use.",
)];

/// Numbers of the internal kind that are met in practice, so a rule must say what they mean.
const MET_IN_PRACTICE: &[u32] = &[
    2103, 2203, 2228, 2229, 2252, 2253, 2254, 2255, 2256, 2257, 2258, 2259, 2262, 2318, 2330, 2331,
    2332, 2333, 2334, 2335, 2336, 2337, 2338, 2339, 2340, 2341, 2342, 2343, 2344, 2345, 2348, 2349,
    2350, 2351, 2352, 2353, 2354, 2355, 2356, 2359, 2371, 2502, 2503, 2705, 2711, 2715, 2717, 2721,
    2723, 2727, 2732, 2735, 2738, 2739, 2740, 2753, 2755, 2761, 2762, 2768, 2769, 2771, 2803, 2819,
    2826, 2835, 2836, 2854, 2867, 2869, 2878, 2885, 2896, 2898, 2902, 2908, 2911, 2920, 2936, 2937,
    2938, 2942,
];

/// Says something that the test harness does not keep to itself.
pub(super) fn say(text: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Whether some rule speaks of the message, when nothing else is known than its own line.
fn has_a_remedy(number: u32) -> bool {
    let line = WITH_A_LINE.iter().find(|(known, _)| *known == number);
    let facts = Facts {
        messages: &[number],
        cause_line: line.map_or("", |(_, line)| line),
        ..Facts::default()
    };
    let found = RuleSet::built_in().matches(&facts);
    found
        .iter()
        .any(|found| !found.rule.words().steps.is_empty())
}

/// Those of the numbers that nothing is known about.
fn without_a_word(numbers: impl IntoIterator<Item = u32>) -> Vec<u32> {
    let ends_nothing = |number: &u32| ENDS_NOTHING.iter().any(|(known, _)| known == number);
    let numbers = numbers.into_iter().filter(|number| !ends_nothing(number));
    numbers.filter(|number| !has_a_remedy(*number)).collect()
}

#[test]
fn messages_that_are_met_in_practice_have_a_remedy() {
    let none: &[u32] = &[];
    assert_eq!(without_a_word(MET_IN_PRACTICE.iter().copied()), none);
    assert_eq!(without_a_word([9999]), [9999]);
}

#[test]
fn every_shown_message_that_can_end_an_installation_has_a_remedy() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/facts/msi-errors.tsv");
    let Ok(table) = std::fs::read_to_string(path) else {
        return say("shown messages: skipped, the tables of facts are not here");
    };
    let rows = table.lines().filter_map(|row| {
        let mut cells = row.split('\t');
        let number: u32 = cells.next()?.parse().ok()?;
        (cells.next()? == "shipped").then_some(number)
    });
    let shown: Vec<u32> = rows.collect();
    assert!(shown.len() > 140, "{} numbers", shown.len());
    for (number, why) in ENDS_NOTHING {
        assert!(shown.contains(number), "{number} is no shown message");
        assert!(!why.is_empty() && !has_a_remedy(*number), "{number}");
    }
    let none: &[u32] = &[];
    assert_eq!(without_a_word(shown), none);
}

#[test]
fn a_general_remedy_stands_behind_a_particular_one() {
    let cases: &[(u32, i64, &str)] = &[
        (1310, 5, "file-access-denied"),
        (1336, 5, "file-access-denied"),
        (2330, 5, "file-access-denied"),
        (2359, 32, "file-in-use"),
        (1310, 206, "path-too-long"),
        (1305, 23, "disk-faulty"),
        (1305, 64, "share-not-usable"),
        (1402, 5, "registry-access-denied"),
        (1406, 1018, "registry-key-marked-for-deletion"),
        (1402, 1009, "registry-damaged"),
        (1906, 112, "disk-full"),
        (1918, 126, "odbc-driver-library-missing"),
        (1923, 1072, "service-marked-for-deletion"),
        (2737, 126, "custom-action-library-missing"),
    ];
    for (message, code, id) in cases {
        let facts = Facts {
            messages: &[*message],
            codes: &[*code],
            ..Facts::default()
        };
        let found = RuleSet::built_in().matches(&facts);
        let first = found.first().map(|found| found.rule.id.as_str());
        assert_eq!(first, Some(*id), "{message} with {code}");
    }
}
