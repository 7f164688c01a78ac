//! tar: entry after entry, each with a header of 512 bytes before it.

use std::io::{self, Read};

use super::limits::Allowance;
use super::{Archive, Finder, Halt, Problem};

/// Where the checksum of a header stands (POSIX, pax: "ustar Interchange Format").
const CHECKSUM: std::ops::Range<usize> = 148..156;

/// Whether this is the first header of a tar file: those of the oldest kind have no mark, but each
/// has a checksum, the sum of its bytes with the checksum itself as blanks.
pub fn is_one(head: &[u8]) -> bool {
    let (Some(header), Some(told)) = (head.get(..512), head.get(CHECKSUM)) else {
        return false;
    };
    let sum = |bytes: &[u8]| bytes.iter().map(|b| u32::from(*b)).sum::<u32>();
    let found = sum(header) - sum(told) + 8 * u32::from(b' ');
    let digits = String::from_utf8_lossy(told);
    let digits = digits.trim_matches(|c| c == ' ' || c == '\0');
    header.first() != Some(&0) && u32::from_str_radix(digits, 8) == Ok(found)
}

/// What may be read of headers before an entry, in bytes: a long name and the records of pax, which
/// the library keeps.
const HEADERS: u64 = 1 << 20;

/// Finds the logs in a tar file, whose bytes `reader` gives.
pub fn read(finder: &mut Finder, archive: &Archive, reader: impl Read) -> Result<(), Halt> {
    let allowance = Allowance::default();
    let mut tar = tar::Archive::new(allowance.guard(reader));
    let mut entries = tar.entries()?;
    loop {
        allowance.renew(HEADERS);
        let Some(mut entry) = entries.next().transpose()? else {
            return Ok(());
        };
        // The contents are bounded where they are taken; what nobody takes is passed over here, for
        // the library would do it together with the next headers.
        allowance.renew(u64::MAX);
        let (kind, size) = (entry.header().entry_type(), entry.size());
        let raw = entry.path_bytes().into_owned();
        let wanted = match kind.is_file() || kind.is_gnu_sparse() {
            true => finder.judge(archive, &String::from_utf8_lossy(&raw))?,
            false => finder.budget.entry().map(|()| None)?,
        };
        match wanted {
            // A few bytes of it may stand for any number of zeros.
            Some(_) if kind.is_gnu_sparse() => {
                return Err(Problem::UnknownMethod("sparse files".to_owned()).into());
            }
            None if kind.is_gnu_sparse() => finder.budget.bytes(size)?,
            None => {}
            Some(wanted) => finder.take_exactly(wanted, &mut entry, size)?,
        }
        io::copy(&mut entry, &mut io::sink())?;
    }
}

#[cfg(test)]
mod tests {
    use super::is_one;

    #[test]
    fn headers_are_told_by_their_checksum() {
        let mut header = tar::Header::new_old();
        header.set_path("a.log").unwrap();
        header.set_size(1);
        header.set_cksum();
        let mut bytes = header.as_bytes().to_vec();
        assert!(is_one(&bytes));
        bytes[0] ^= 1;
        assert!(!is_one(&bytes));
        assert!(!is_one(&[b' '; 512]) && !is_one(&[0; 512]) && !is_one(b""));
    }
}
