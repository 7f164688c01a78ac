//! What rules are asked about: the run, and what was said in it beside the cause.

use serde::Serialize;

use crate::knowledge::dotnet::DotNet;
use crate::run::{Kind, Run};

/// The run that rules are asked about.
pub struct Asked<'a> {
    /// What the log is.
    pub kind: Kind,
    /// The run.
    pub run: &'a Run,
    /// The .NET product that it is about, where it is one.
    pub dotnet: Option<&'a DotNet>,
    /// It is a verbose log, from its beginning to its end: another one would not tell more.
    pub whole: bool,
}

/// What was said beside the cause, in logs that say more than one line of a failure.
#[derive(Default)]
pub struct Said<'a> {
    /// Numbers of the installer's messages.
    pub messages: Vec<u32>,
    /// Codes that were returned.
    pub codes: Vec<i64>,
    /// Lines of the engine that tell something wherever they stand.
    pub engine_lines: Vec<&'a str>,
    /// What the arguments of the cause's message are, and their values.
    pub arguments: Vec<(&'static str, String)>,
}

/// The word that reports and rules have for a value.
pub fn word(value: &impl Serialize) -> String {
    let word = serde_json::to_value(value).ok();
    let word = word.as_ref().and_then(serde_json::Value::as_str);
    word.unwrap_or_default().to_owned()
}
