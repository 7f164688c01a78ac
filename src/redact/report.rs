//! Reports: every text in them, before any writer sees it.

use serde_json::Value;

use super::data::DATA;
use super::{KeyBlock, Kind, Redactor};
use crate::report::LogReport;

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

    /// Takes note of a name that stands outside of any log, such as the folder of a machine's logs.
    pub fn name(&mut self, kind: Kind, value: &str) {
        self.names.learn(kind, value);
    }
}
