//! A log that cannot be read to its end, as one in a damaged archive: what stands before the damage
//! is read as a log that was cut off, and what is wrong is said.

use std::io::{self, Read};
use std::sync::{Arc, Mutex, PoisonError};

use super::AnalyseError;
use crate::report::{Kind, LogReport};

/// What stopped a reader, and after how many bytes.
#[derive(Clone, Default)]
pub struct Damage(Arc<Mutex<(u64, Option<io::Error>)>>);

/// A reader whose error is its end, where something came before it.
pub struct Partly<R> {
    inner: R,
    damage: Damage,
}

impl Damage {
    pub fn of<R>(&self, inner: R) -> Partly<R> {
        Partly {
            inner,
            damage: self.clone(),
        }
    }

    /// Says in a report how far the log was read; what to say of it besides, where it was not read
    /// to its end.
    ///
    /// # Errors
    /// What stopped it, where the part is no log.
    pub fn note(&self, report: &mut LogReport) -> Result<Option<String>, AnalyseError> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(source) = state.1.take() else {
            return Ok(None);
        };
        let offset = state.0;
        let said = format!("only the first {offset} bytes could be read ({source})");
        let error = AnalyseError::Read {
            path: report.path.clone(),
            offset,
            source,
        };
        if report.kind == Kind::Unrecognised {
            return Err(error);
        }
        report.notices.push(said);
        Ok(Some(error.to_string()))
    }
}

impl<R: Read> Read for Partly<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer);
        let mut state = self.damage.0.lock().unwrap_or_else(PoisonError::into_inner);
        match read {
            Ok(count) => {
                state.0 += count as u64;
                Ok(count)
            }
            Err(error) if state.0 > 0 && error.kind() != io::ErrorKind::Interrupted => {
                state.1 = Some(error);
                Ok(0)
            }
            Err(error) => Err(error),
        }
    }
}
