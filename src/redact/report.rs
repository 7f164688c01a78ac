//! Reports: every text in them, before any writer sees it.

use serde_json::Value;

use super::data::DATA;
use super::{KeyBlock, Redactor};
use crate::report::LogReport;

/// Ends of archives, whose names are those of machines where support tools made them.
const ARCHIVES: [&str; 9] = [
    ".tar.gz", ".tar.xz", ".tar.zst", ".tgz", ".zip", ".7z", ".cab", ".tar", ".gz",
];

/// A report could not be put together again; it must not be shown.
#[derive(Debug, thiserror::Error)]
#[error(
    "the report cannot be redacted, and is not written: {0}. Redact the log with msilog redact and analyse that"
)]
pub struct RedactError(#[from] serde_json::Error);

impl Redactor {
    /// The report with stand-ins in all its texts.
    ///
    /// # Errors
    /// Where the report cannot be put together again.
    pub fn report(&mut self, report: &LogReport) -> Result<LogReport, RedactError> {
        let mut value = serde_json::to_value(report)?;
        self.machines(&mut value);
        self.walk(&mut value);
        Ok(serde_json::from_value(value)?)
    }

    /// The facts about machines are names without a word before them.
    fn machines(&mut self, report: &mut Value) {
        let sessions = report.get_mut("sessions").and_then(Value::as_array_mut);
        for session in sessions.into_iter().flatten() {
            if let Some(version) = session.pointer("/product/version").and_then(Value::as_str) {
                self.names.learn_version(version);
            }
            let Some(machine) = session.get_mut("machine") else {
                continue;
            };
            for (field, front) in [("name", "ComputerName = "), ("user", "LogonUser = ")] {
                if let Some(Value::String(text)) = machine.get_mut(field) {
                    let line = format!("Property(S): {front}{text}");
                    let mut out = String::new();
                    self.learn_and_replace(&mut KeyBlock::default(), &line, &mut out);
                    *text = out
                        .split_once(" = ")
                        .map_or(out.clone(), |(_, v)| v.to_owned());
                }
            }
        }
    }

    fn walk(&mut self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.text(text),
            Value::Array(all) => all.iter_mut().for_each(|one| self.walk(one)),
            Value::Object(fields) => {
                for (name, field) in fields.iter_mut() {
                    if !DATA.fixed_fields.contains(name) {
                        self.walk(field);
                    }
                }
            }
            _ => {}
        }
    }

    /// Takes note of the folder right below what is read, or of the archive there: logs of many
    /// machines lie in folders that are called as the machines are.
    pub fn folder(&mut self, root: &str, path: &str) {
        let root = root.trim_end_matches(['/', '\\']);
        let below = path
            .strip_prefix(root)
            .filter(|rest| rest.starts_with(['!', '/', '\\']));
        let below = below.map(|rest| rest.trim_start_matches(['!', '/', '\\']));
        let (folder, _) = below
            .and_then(|b| b.split_once(['/', '\\']))
            .unwrap_or_default();
        let folder = folder.trim_end_matches('!');
        let archive = ARCHIVES
            .iter()
            .find_map(|end| folder.to_ascii_lowercase().strip_suffix(end).map(str::len));
        let name = archive.and_then(|end| folder.get(..end)).unwrap_or(folder);
        if !name.is_empty() {
            self.names.learn_folder(name);
        }
    }
}
