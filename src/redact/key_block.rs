//! Private keys in the forms of PEM, of SSH2 and of PuTTY, which go over many lines.

use super::finds::Finds;
use super::kind::Kind;

/// A key has fewer lines than this; a block that is never closed does not swallow the log.
const MAX_LINES: u32 = 400;

/// Shorter runs in the midst of a line with other words are words, in bytes.
const MIN_RUN: usize = 16;

/// Whether the lines of a log are within a private key.
#[derive(Debug, Default, Clone, Copy)]
pub struct KeyBlock {
    /// Lines that may still belong to it.
    left: u32,
}

impl KeyBlock {
    /// Finds the parts of the key in the next line of the log.
    pub(super) fn find(&mut self, finds: &mut Finds) {
        let line = finds.line;
        let begin = place(line, "-----BEGIN ").or_else(|| place(line, "---- BEGIN "));
        let end = line.find("-----END ").or_else(|| line.find("---- END "));
        match (begin, end) {
            (Some(begin), Some(end)) if begin < end => {
                finds.add(line.get(begin..end).unwrap_or(""), Kind::Secret, true);
                self.left = 0;
            }
            (Some(begin), _) => {
                self.left = MAX_LINES;
                finds.add(line.get(begin..).unwrap_or(""), Kind::Secret, true);
            }
            (None, Some(end)) if self.left > 0 => {
                runs(line.get(..end).unwrap_or(line), finds);
                self.left = 0;
            }
            _ if self.left > 0 => {
                self.left -= 1;
                runs(line, finds);
            }
            // PuTTY says how many lines follow.
            _ => {
                let lines = line.split_once("Private-Lines: ");
                let lines = lines.and_then(|(_, rest)| rest.trim().parse::<u32>().ok());
                self.left = lines.map_or(0, |lines| lines.min(MAX_LINES));
            }
        }
    }
}

/// Where the key itself begins behind its first mark.
fn place(line: &str, mark: &str) -> Option<usize> {
    let at = line.find(mark)? + mark.len();
    let rest = line.get(at..)?;
    let close = rest.find("----")?;
    let behind = rest.get(close..)?.trim_start_matches('-');
    rest.get(..close)?
        .contains("PRIVATE KEY")
        .then_some(line.len() - behind.len())
}

/// Runs of letters that keys are written in.
fn runs<'l>(text: &'l str, finds: &mut Finds<'l>) {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
    let alone = text.trim().chars().all(is_part);
    for part in text.split(|c| !is_part(c)) {
        if part.len() >= MIN_RUN || (alone && !part.is_empty()) {
            finds.add(part, Kind::Secret, true);
        }
    }
}
