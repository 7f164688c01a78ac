//! Writes what a scan finds, a small batch at a time: what was committed outlives any end of the
//! program, and no other scan waits for long.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use rusqlite::{Connection, Transaction, TransactionBehavior, params};

use super::StoreError;
use super::known::{Found, Place};
use super::rows::{self, Reading};
use crate::report::LogReport;

/// Most logs that were read and are not yet committed: what a crash costs.
const BATCH: usize = 64;

/// Most logs that were only seen again; to see them again costs next to nothing.
const SIGHTINGS: usize = 1024;

/// Longest time that anything waits for its batch, as long as logs come.
const WAIT: Duration = Duration::from_millis(500);

/// What a scan has to say of one log.
#[derive(Debug)]
pub enum Visit {
    /// It was read.
    Read(Box<Reading>),
    /// It has not changed.
    Seen {
        /// Its absolute path.
        path: String,
        /// The number of its report.
        report: i64,
    },
}

impl Visit {
    /// A log at `place` that has just been read to its end. Made by the thread that read it, so
    /// that the one that writes has little to do.
    ///
    /// # Errors
    /// None that a report can cause: the JSON writer's type asks for it.
    pub fn read(
        place: Place,
        hash: String,
        size: u64,
        report: &LogReport,
    ) -> serde_json::Result<Self> {
        let report = LogReport {
            path: String::new(),
            ..report.clone()
        };
        Ok(Self::Read(Box::new(Reading {
            size,
            modified: place.settled(),
            path: place.path,
            hash,
            json: serde_json::to_string(&report)?,
            report,
        })))
    }

    /// A log at `place` that has not changed.
    #[must_use]
    pub fn seen(place: Place, found: &Found) -> Self {
        Self::Seen {
            path: place.path,
            report: found.number,
        }
    }
}

/// How many logs were read and how many were not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Logs that were read.
    pub read: u64,
    /// Logs whose report came from the store.
    pub reused: u64,
}

/// Writes one scan.
#[derive(Debug)]
pub struct Recorder {
    file: PathBuf,
    connection: Connection,
    scan: i64,
    fingerprint: String,
    batch: Vec<Visit>,
    readings: usize,
    since: Instant,
    counts: Counts,
}

impl Recorder {
    pub(super) fn begin(
        file: PathBuf,
        connection: Connection,
        fingerprint: String,
        paths: &[String],
    ) -> Result<Self, StoreError> {
        let sql = "INSERT INTO scans (started, version, fingerprint, paths)
            VALUES (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'), ?, ?, ?) RETURNING id";
        let paths = serde_json::Value::from(paths).to_string();
        let values = params![env!("CARGO_PKG_VERSION"), fingerprint, paths];
        let scan = connection
            .query_row(sql, values, |row| row.get(0))
            .map_err(|source| StoreError::from_sqlite(&file, source))?;
        Ok(Self {
            file,
            connection,
            scan,
            fingerprint,
            batch: Vec::new(),
            readings: 0,
            since: Instant::now(),
            counts: Counts::default(),
        })
    }

    /// Takes what is to be said of the next log.
    ///
    /// # Errors
    /// Where a batch cannot be written; what was committed before stays.
    pub fn record(&mut self, visit: Visit) -> Result<(), StoreError> {
        if self.batch.is_empty() {
            self.since = Instant::now();
        }
        if matches!(visit, Visit::Read(_)) {
            self.readings += 1;
            self.counts.read += 1;
        } else {
            self.counts.reused += 1;
        }
        self.batch.push(visit);
        let full = self.readings >= BATCH || self.batch.len() >= SIGHTINGS;
        if full || self.since.elapsed() >= WAIT {
            self.commit()?;
        }
        Ok(())
    }

    /// The scan has come to its end.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn end(mut self, errors: usize) -> Result<Counts, StoreError> {
        self.commit()?;
        let Counts { read, reused } = self.counts;
        let sql = "UPDATE scans SET ended = strftime('%Y-%m-%dT%H:%M:%SZ', 'now'),
            read = ?, reused = ?, errors = ? WHERE id = ?";
        let values = params![read, reused, errors, self.scan];
        let done = self.connection.execute(sql, values);
        done.map_err(|source| StoreError::from_sqlite(&self.file, source))?;
        Ok(self.counts)
    }

    /// The scan was stopped: what it found is kept, and it has no end, as if the program had been
    /// killed.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn stop(mut self) -> Result<Counts, StoreError> {
        self.commit()?;
        Ok(self.counts)
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        let written = self.write();
        self.batch.clear();
        self.readings = 0;
        written.map_err(|source| StoreError::from_sqlite(&self.file, source))
    }

    fn write(&mut self) -> rusqlite::Result<()> {
        if self.batch.is_empty() {
            return Ok(());
        }
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let sql = "SELECT strftime('%Y-%m-%dT%H:%M:%SZ', 'now')";
        let now: String = transaction.query_row(sql, [], |row| row.get(0))?;
        for visit in &self.batch {
            match visit {
                Visit::Read(reading) => {
                    let report = rows::report(&transaction, reading, &self.fingerprint)?;
                    log(&transaction, reading, report, self.scan, &now)?;
                }
                Visit::Seen { path, report } => {
                    let sql = "UPDATE logs SET last_seen = max(last_seen, ?3),
                            first_scan = min(first_scan, ?4), last_scan = max(last_scan, ?4)
                        WHERE path = ?1 AND hash = (SELECT hash FROM reports WHERE id = ?2)";
                    let mut statement = transaction.prepare_cached(sql)?;
                    statement.execute(params![path, report, now, self.scan])?;
                }
            }
        }
        transaction.commit()
    }
}

/// Notes a log that was read, as often as one likes: the second time changes nothing.
fn log(
    transaction: &Transaction<'_>,
    reading: &Reading,
    report: i64,
    scan: i64,
    now: &str,
) -> rusqlite::Result<()> {
    let Reading {
        path, hash, size, ..
    } = reading;
    transaction
        .prepare_cached("UPDATE logs SET current = 0 WHERE path = ? AND hash <> ? AND current = 1")?
        .execute(params![path, hash])?;
    let sql = "INSERT INTO logs VALUES (?1, ?2, ?3, ?4, 1, ?5, ?6, ?6, ?7, ?7)
        ON CONFLICT (path, hash) DO UPDATE SET
            size = excluded.size, modified = excluded.modified, current = 1,
            report = excluded.report,
            last_seen = max(last_seen, excluded.last_seen),
            first_scan = min(first_scan, excluded.first_scan),
            last_scan = max(last_scan, excluded.last_scan)";
    transaction.prepare_cached(sql)?.execute(params![
        path,
        hash,
        size,
        reading.modified,
        report,
        now,
        scan
    ])?;
    rows::forget_unused(transaction, hash)
}
