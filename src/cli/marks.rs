//! Signs that old code pages lack, for programs that read the output on Windows as if it were in the
//! code page of the console. What goes to the console itself is Unicode and needs none of this.

use std::io::{self, Write};

/// A sign and what stands for it, one column for one.
const STAND_INS: [(char, char); 11] = [
    ('·', '-'),
    ('…', '~'),
    ('–', '-'),
    ('—', '-'),
    ('‘', '\''),
    ('’', '\''),
    ('“', '"'),
    ('”', '"'),
    ('„', '"'),
    ('→', '>'),
    ('\u{a0}', ' '),
];

/// Whether whoever reads a pipe on this machine takes it for UTF-8, as far as Windows tells.
#[cfg(windows)]
pub fn are_understood() -> bool {
    use std::process::{Command, Stdio};
    let windows = std::env::var_os("windir").unwrap_or_else(|| r"C:\Windows".into());
    let mut chcp = Command::new(std::path::Path::new(&windows).join(r"System32\chcp.com"));
    chcp.stdin(Stdio::null()).stderr(Stdio::null());
    let Ok(said) = chcp.output() else {
        return true;
    };
    // `Active code page: 850`, in the language of this Windows.
    let digits = |b: &&u8| b.is_ascii_digit();
    let page: Vec<u8> = said.stdout.iter().filter(digits).copied().collect();
    page.is_empty() || page == b"65001"
}

/// Elsewhere all is UTF-8.
#[cfg(not(windows))]
pub fn are_understood() -> bool {
    true
}

/// Puts the stand-ins in.
pub struct StandIns<W: Write> {
    inner: W,
    /// The beginning of a sign whose end has not come yet.
    held: Vec<u8>,
}

impl<W: Write> StandIns<W> {
    /// Between the program and what reads it.
    pub fn new(inner: W) -> Self {
        let held = Vec::new();
        Self { inner, held }
    }
}

impl<W: Write> Write for StandIns<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.held.extend_from_slice(bytes);
        let mut out = Vec::with_capacity(self.held.len());
        let mut left = Vec::new();
        let all = self.held.len();
        let mut at = 0;
        for chunk in self.held.utf8_chunks() {
            at += chunk.valid().len() + chunk.invalid().len();
            for c in chunk.valid().chars() {
                let stand_in = STAND_INS.iter().find(|(sign, _)| *sign == c);
                let c = stand_in.map_or(c, |(_, stand_in)| *stand_in);
                out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            }
            // At the end it may be the first half of a sign.
            match at == all && chunk.invalid().len() < 4 {
                true => left = chunk.invalid().to_vec(),
                false => out.extend_from_slice(chunk.invalid()),
            }
        }
        self.held = left;
        self.inner.write_all(&out)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.write_all(&std::mem::take(&mut self.held))?;
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_get_stand_ins_and_letters_stay() {
        let text = "a · b … “c” Grüße 戻り → \u{fffd}";
        let wanted = "a - b ~ \"c\" Grüße 戻り > \u{fffd}";
        for size in 1..8 {
            let mut out = Vec::new();
            let mut marks = StandIns::new(&mut out);
            for piece in text.as_bytes().chunks(size) {
                marks.write_all(piece).unwrap();
            }
            marks.flush().unwrap();
            drop(marks);
            assert_eq!(String::from_utf8(out).unwrap(), wanted);
        }
    }

    #[test]
    fn what_is_no_text_passes() {
        let mut out = Vec::new();
        let mut marks = StandIns::new(&mut out);
        marks.write_all(b"\xff\xe2\x80").unwrap();
        marks.flush().unwrap();
        drop(marks);
        assert_eq!(out, b"\xff\xe2\x80");
    }
}
