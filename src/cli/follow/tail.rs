//! A file that somebody writes to, read from its beginning and then as it grows. It may not be there
//! yet, be emptied, or be replaced by another of the same name.

use std::fs::{File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::PathBuf;

/// Most bytes that are read at a time.
const CHUNK: u64 = 1 << 20;

/// So many first bytes tell whether it is still the same log.
const HEAD: usize = 512;

/// What a look at the file gave.
#[derive(Debug, PartialEq, Eq)]
pub enum Look {
    /// It is not there, or nobody else may open it now.
    Missing,
    /// It is another log than before, or begins anew; nothing of it was read yet.
    Anew,
    /// So many bytes came.
    Grown(usize),
    /// Nothing new.
    Same,
}

/// A file that grows.
pub struct Tail {
    path: PathBuf,
    /// As far as it was read.
    position: u64,
    /// Its first bytes.
    head: Vec<u8>,
    /// What came last.
    pub bytes: Vec<u8>,
}

impl Tail {
    pub fn new(path: PathBuf) -> Self {
        Self {
            path,
            position: 0,
            head: Vec::new(),
            bytes: Vec::new(),
        }
    }

    /// Looks whether something came, and reads it.
    ///
    /// # Errors
    /// What the system gives, where waiting does not help.
    pub fn look(&mut self) -> io::Result<Look> {
        self.bytes.clear();
        // Opened each time: a log that is replaced is another file of the same name.
        let mut file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if comes_later(&error) => return Ok(Look::Missing),
            Err(error) => return Err(error),
        };
        let length = file.metadata().as_ref().map_or(0, Metadata::len);
        if length == self.position {
            return Ok(Look::Same);
        }
        let mut head = vec![0; self.head.len()];
        let same =
            length > self.position && file.read_exact(&mut head).is_ok() && head == self.head;
        if !same {
            (self.position, self.head) = (0, Vec::new());
            return Ok(Look::Anew);
        }
        file.seek(SeekFrom::Start(self.position))?;
        let count = file.take(CHUNK).read_to_end(&mut self.bytes)?;
        let missing = HEAD.saturating_sub(self.head.len());
        let begins = self.position == self.head.len() as u64;
        if begins {
            self.head.extend(self.bytes.iter().take(missing));
        }
        self.position += count as u64;
        Ok(Look::Grown(count))
    }

    /// As far as it was read, in bytes.
    pub fn position(&self) -> u64 {
        self.position
    }
}

/// Whether a file may be there, or free, in a moment.
fn comes_later(error: &io::Error) -> bool {
    // 32: ERROR_SHARING_VIOLATION, 33: ERROR_LOCK_VIOLATION (Microsoft: System Error Codes).
    let locked = cfg!(windows) && matches!(error.raw_os_error(), Some(32 | 33));
    error.kind() == io::ErrorKind::NotFound || locked
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn it_is_read_as_it_grows_and_anew_where_it_begins_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.log");
        let mut tail = Tail::new(path.clone());
        assert_eq!(tail.look().unwrap(), Look::Missing);
        fs::write(&path, "one\n").unwrap();
        assert_eq!(tail.look().unwrap(), Look::Grown(4));
        assert_eq!(tail.look().unwrap(), Look::Same);
        fs::write(&path, "one\ntwo\n").unwrap();
        assert_eq!(tail.look().unwrap(), Look::Grown(4));
        assert_eq!(tail.bytes, b"two\n");
        // It is emptied, and then another log, longer than the one before, lies in its place.
        fs::write(&path, "").unwrap();
        assert_eq!(tail.look().unwrap(), Look::Anew);
        assert_eq!(tail.look().unwrap(), Look::Same);
        fs::write(&path, "uno\n").unwrap();
        assert_eq!(tail.look().unwrap(), Look::Grown(4));
        fs::remove_file(&path).unwrap();
        assert_eq!(tail.look().unwrap(), Look::Missing);
        fs::write(&path, "another one\n").unwrap();
        assert_eq!(tail.look().unwrap(), Look::Anew);
        assert_eq!(tail.look().unwrap(), Look::Grown(12));
        assert_eq!(tail.position(), 12);
    }
}
