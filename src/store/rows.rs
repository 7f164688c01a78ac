//! A report as rows: itself, its sessions, their failures.

use rusqlite::{OptionalExtension, Transaction, params};

use crate::diagnosis::{Cause, Failure};
use crate::report::file_name;
use crate::report::json::{code_number, word};
use crate::report::{LogReport, SessionReport};

/// A log that was read.
#[derive(Debug)]
pub struct Reading {
    pub(super) path: String,
    pub(super) size: u64,
    pub(super) modified: Option<i64>,
    pub(super) hash: String,
    pub(super) report: LogReport,
    /// The report as it is kept.
    pub(super) json: String,
}

/// The number of a report, which is written where it is not there yet.
pub fn report(
    transaction: &Transaction<'_>,
    reading: &Reading,
    fingerprint: &str,
) -> rusqlite::Result<i64> {
    let Reading { hash, json, .. } = reading;
    let there = transaction
        .prepare_cached("SELECT id FROM reports WHERE hash = ? AND fingerprint = ? AND report = ?")?
        .query_row(params![hash, fingerprint, json], |row| row.get(0))
        .optional()?;
    if let Some(number) = there {
        return Ok(number);
    }
    let others: i64 = transaction
        .prepare_cached("SELECT count(*) FROM reports WHERE hash = ? AND fingerprint = ?")?
        .query_row(params![hash, fingerprint], |row| row.get(0))?;
    // The name of a log may tell its product, so one content may have more than one report.
    let name = match others {
        0 => "",
        _ => file_name(&reading.path),
    };
    insert(transaction, reading, fingerprint, name)
}

fn insert(
    transaction: &Transaction<'_>,
    reading: &Reading,
    fingerprint: &str,
    name: &str,
) -> rusqlite::Result<i64> {
    let report = &reading.report;
    let principal = report.principal();
    let outcome = principal.map(|session| word(&session.outcome));
    let sql = "INSERT INTO reports (hash, fingerprint, name, kind, outcome, report)
        VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (hash, fingerprint, name) DO UPDATE SET
            kind = excluded.kind, outcome = excluded.outcome, report = excluded.report
        RETURNING id";
    let number = transaction.prepare_cached(sql)?.query_row(
        params![
            reading.hash,
            fingerprint,
            name,
            word(&report.kind),
            outcome,
            reading.json
        ],
        |row| row.get(0),
    )?;
    transaction
        .prepare_cached("DELETE FROM sessions WHERE report = ?")?
        .execute([number])?;
    for (index, one) in report.sessions.iter().enumerate() {
        // That very session, not one that looks like it.
        let is_principal = principal.is_some_and(|principal| std::ptr::eq(principal, one));
        session(transaction, number, index, one, is_principal)?;
        if let Some(one) = &one.failure {
            failure(transaction, number, index, one)?;
        }
    }
    Ok(number)
}

fn session(
    transaction: &Transaction<'_>,
    report: i64,
    number: usize,
    session: &SessionReport,
    principal: bool,
) -> rusqlite::Result<()> {
    let (product, machine) = (&session.product, &session.machine);
    let dotnet = session.dotnet.as_ref();
    transaction
        .prepare_cached("INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")?
        .execute(params![
            report,
            number,
            principal,
            product.name,
            product.version,
            product.code,
            dotnet.map(|dotnet| &dotnet.family),
            dotnet.map(|dotnet| &dotnet.version),
            machine.name,
            machine.windows,
            session.started,
            word(&session.outcome),
            session.exit_code,
        ])?;
    Ok(())
}

fn failure(
    transaction: &Transaction<'_>,
    report: i64,
    number: usize,
    failure: &Failure,
) -> rusqlite::Result<()> {
    let cause = failure.cause.as_ref();
    let best = failure.remedies.first();
    transaction
        .prepare_cached("INSERT INTO failures VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")?
        .execute(params![
            report,
            number,
            failure.signature,
            failure.action,
            cause.map(|cause| &cause.text),
            cause.and_then(|cause| cause.explanation.as_ref()),
            cause.and_then(code),
            best.map(|remedy| &remedy.rule),
            best.map(|remedy| &remedy.title),
        ])?;
    Ok(())
}

/// The number of a cause, or else the one that its message carries.
fn code(cause: &Cause) -> Option<String> {
    let nested = cause.nested_code.as_ref();
    code_number(&cause.code).or_else(|| nested.and_then(code_number))
}

/// Drops reports of a content that no path has any more, such as those of an older version of the
/// program.
pub fn forget_unused(transaction: &Transaction<'_>, hash: &str) -> rusqlite::Result<()> {
    let sql = "DELETE FROM reports WHERE hash = ?
        AND NOT EXISTS (SELECT 1 FROM logs WHERE logs.report = reports.id)";
    transaction.prepare_cached(sql)?.execute([hash])?;
    Ok(())
}
