//! What a report depends on besides the log: the program, its knowledge, the rules of the user and
//! the options. A report is used again only where all of it is the same.

use xxhash_rust::xxh3::Xxh3;

use crate::engine::Options;
use crate::report::SCHEMA;

/// Version of the program and what the build script made of everything that shapes a report.
const BUILD: [&str; 3] = [env!("CARGO_PKG_VERSION"), env!("MSILOG_KNOWLEDGE"), SCHEMA];

/// The fingerprint, as 32 hexadecimal digits.
#[must_use]
pub fn fingerprint(options: &Options) -> String {
    let mut hash = Xxh3::new();
    let encoding = options.encoding.as_deref().unwrap_or("");
    let evidence = options.max_evidence.to_string();
    let fixed = BUILD.into_iter().chain([encoding, evidence.as_str()]);
    for part in fixed {
        hash.update(part.as_bytes());
        hash.update(b"\0");
    }
    // The whole rule, not its id: steps are part of the report.
    for rule in options.rules.iter().flat_map(|rules| rules.rules()) {
        hash.update(format!("{rule:?}\0").as_bytes());
    }
    format!("{:032x}", hash.digest128())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::knowledge::rules::RuleSet;

    #[test]
    fn everything_that_shapes_a_report_counts() {
        let all = [
            Options::default(),
            Options {
                encoding: Some("shift_jis".into()),
                ..Options::default()
            },
            Options {
                max_evidence: 1,
                ..Options::default()
            },
            Options {
                rules: Some(Arc::new(RuleSet::built_in().clone())),
                ..Options::default()
            },
        ];
        let mut prints: Vec<String> = all.iter().map(fingerprint).collect();
        assert_eq!(prints, all.iter().map(fingerprint).collect::<Vec<_>>());
        prints.sort();
        prints.dedup();
        assert_eq!(prints.len(), all.len());
    }
}
