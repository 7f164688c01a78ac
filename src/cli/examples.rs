//! What the help and the manual tell beside the options: examples, variables, files.

use crate::knowledge::table;

/// A row of `manual.tsv`.
#[derive(serde::Deserialize)]
pub struct Row {
    section: &'static str,
    of: &'static str,
    /// A command, a variable, a path.
    pub text: &'static str,
    /// What it is for.
    pub what: &'static str,
}

/// What the manual tells of a command; what is no example belongs to all of them.
pub fn rows(section: &str, of: &str) -> Vec<Row> {
    let all = table::rows::<Row>(include_str!("manual.tsv"));
    let own = all.filter(|row| row.section == section);
    own.filter(|row| row.of == of || section != "example")
        .collect()
}

/// The examples of a command, for the end of its help, above what else stands there.
pub fn examples(of: &str, rest: &str) -> String {
    let mut text = String::from("Examples:\n");
    for row in rows("example", of) {
        text.push_str(&format!("  {}\n      {}\n", row.text, row.what));
    }
    text + "\n" + rest
}
