//! `msilog explain`: what codes, messages, product codes, actions, articles and rules mean.

use std::io::{self, Write};

use anyhow::Result;

use super::{Status, rules as rules_command};
use crate::knowledge::dotnet::{self, Hints};
use crate::knowledge::rules::{self, RuleSet};
use crate::knowledge::{actions, codes, custom_actions, guid, messages};
use crate::report::layout::{clean, wrap};

/// Explains every term; the exit status is 2 where one is unknown.
pub fn run(terms: &[String]) -> Result<Status> {
    let mut out = io::BufWriter::new(anstream::stdout());
    let width = super::output::width();
    let mut status = Status::Success;
    for (index, term) in terms.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        let found = explain(term.trim());
        if found.is_empty() {
            status = Status::Trouble;
            writeln!(
                out,
                "{}: unknown. Give a code (1603, 0x80070643), a message (\"error 1935\"), a GUID, KB976982, an action or a rule id",
                clean(term)
            )?;
            continue;
        }
        writeln!(out, "{}", clean(term))?;
        for line in found {
            for (at, part) in wrap(&clean(&line), width.saturating_sub(4))
                .into_iter()
                .enumerate()
            {
                writeln!(out, "{}{part}", if at == 0 { "  " } else { "    " })?;
            }
        }
    }
    out.flush()?;
    Ok(status)
}

/// What is known of a term, a line for each sense.
fn explain(term: &str) -> Vec<String> {
    let mut found = Vec::new();
    let lower = term.to_ascii_lowercase();
    let words: Vec<&str> = lower.split_whitespace().collect();
    match words.as_slice() {
        ["error" | "message" | "msi", number] | ["msi", "error", number] => {
            found.extend(number.trim_end_matches('.').parse().ok().and_then(message));
        }
        ["kb", number] => found.extend(article(number)),
        [one] => found.extend(one_word(term, one)),
        _ => {}
    }
    found
}

fn one_word(term: &str, lower: &str) -> Vec<String> {
    let mut found = Vec::new();
    if let Some(kb) = lower
        .strip_prefix("kb")
        .filter(|n| n.bytes().all(|b| b.is_ascii_digit()))
    {
        found.extend(article(kb));
    }
    if let Some(value) = codes::parse_number(term) {
        found.extend(number(value));
        if let Ok(n) = u32::try_from(value) {
            found.extend(message(n));
        }
    }
    found.extend(product(term));
    if let Some(action) = actions::standard_action(term) {
        found.push(format!("standard action: {}", action.failure_usually_means));
    } else if let Some(action) = custom_actions::known_custom_action(term) {
        found.push(format!("custom action: {}", action.does));
    }
    if let Some(rule) = RuleSet::built_in().get(lower) {
        let mut text = Vec::new();
        if rules_command::show(&mut text, rule, 2000).is_ok() {
            found.extend(String::from_utf8_lossy(&text).lines().map(str::to_owned));
        }
    }
    found
}

/// A number as exit code and as code of the system, in every form.
fn number(value: i64) -> Vec<String> {
    let mut found = Vec::new();
    let normal = codes::normalise(value);
    if let Some(code) = codes::exit_code(value) {
        found.push(format!(
            "exit code {} = 0x{:08X} {}: {}",
            code.number,
            0x8007_0000u32 | code.number & 0xffff,
            code.name,
            code.meaning
        ));
    }
    if let Some(error) = codes::system_error(value) {
        let form = codes::format_code(value);
        found.push(format!(
            "system error {form} {}: {}",
            error.name.unwrap_or(""),
            error.meaning
        ));
    } else if found.is_empty() {
        let meaning = codes::describe(value, codes::CodeSpace::Win32);
        found.push(format!(
            "{}: {}",
            codes::format_code(value),
            meaning.meaning
        ));
    }
    if let Some(hresult) = normal.hresult {
        let parts = codes::hresult_parts(hresult);
        found.push(format!(
            "HRESULT: facility {} code {}",
            parts.facility, parts.code
        ));
    }
    found
}

fn message(number: u32) -> Option<String> {
    let known = messages::message(number)?;
    let roles: Vec<String> = known
        .arguments
        .iter()
        .map(|(n, role)| format!("[{n}] {role}"))
        .collect();
    let arguments = if roles.is_empty() {
        String::new()
    } else {
        format!(" Arguments: {}.", roles.join(", "))
    };
    Some(format!(
        "installer message {number}: {}{arguments}",
        known.meaning
    ))
}

fn article(kb: &str) -> Option<String> {
    rules::article(kb).map(rules_command::article_line)
}

/// A product, upgrade or patch code, plain or packed.
fn product(term: &str) -> Vec<String> {
    let plain = guid::parse(term);
    let Some(code) = plain.clone().or_else(|| guid::unpack(term)) else {
        return Vec::new();
    };
    let mut found = vec![match (plain, guid::pack(&code)) {
        (Some(_), Some(packed)) => format!("packed form: {packed}"),
        _ => format!("plain form: {code}"),
    }];
    let as_product = Hints {
        product_code: Some(&code),
        ..Hints::default()
    };
    let as_upgrade = Hints {
        upgrade_code: Some(&code),
        ..Hints::default()
    };
    let known = dotnet::recognise(&as_product).or_else(|| dotnet::recognise(&as_upgrade));
    if let Some(known) = known {
        let parts = [
            Some(known.family.as_str()),
            Some(known.version.as_str()),
            known.edition.as_deref(),
            known.arch.as_deref(),
        ];
        found.push(format!(
            ".NET product: {}",
            parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
        ));
    }
    found
}
