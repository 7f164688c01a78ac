//! Tells the encoding of a log from its first bytes.
//!
//! Today's engine writes UTF-16LE with a byte order mark; copies that people made are UTF-8 or an
//! ANSI code page, with or without a mark, and pieces of logs have lost theirs.

use encoding_rs as rs;

/// The encoding of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Little-endian UTF-16, what msiexec writes.
    Utf16Le,
    /// Big-endian UTF-16, as some editors save it.
    Utf16Be,
    /// UTF-8 or plain ASCII; a line that is not valid is read in `fallback`.
    Utf8 {
        /// Code page for lines that are no UTF-8.
        fallback: &'static rs::Encoding,
    },
    /// An ANSI code page.
    CodePage(&'static rs::Encoding),
}

/// `--encoding` named something that is no encoding.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown encoding '{0}': use utf-8, utf-16le, utf-16be, windows-1252, shift_jis, gbk, …")]
pub struct UnknownEncoding(pub String);

impl Encoding {
    /// The encoding with this name (any label of the WHATWG encoding standard, or `cp1252`).
    ///
    /// # Errors
    /// [`UnknownEncoding`] where there is none of that name.
    pub fn named(label: &str) -> Result<Self, UnknownEncoding> {
        let lower = label.trim().to_ascii_lowercase();
        let page = lower.strip_prefix("cp").and_then(|n| n.parse().ok());
        let found = match page {
            Some(page) => code_page_encoding(page),
            None => rs::Encoding::for_label(lower.as_bytes()),
        };
        let of = |encoding| Self::of(encoding, || rs::WINDOWS_1252);
        found.map(of).ok_or_else(|| UnknownEncoding(label.into()))
    }

    fn of(found: &'static rs::Encoding, fallback: impl Fn() -> &'static rs::Encoding) -> Self {
        match found {
            e if e == rs::UTF_16LE => Self::Utf16Le,
            e if e == rs::UTF_16BE => Self::Utf16Be,
            e if e == rs::UTF_8 => Self::Utf8 {
                fallback: fallback(),
            },
            e => Self::CodePage(e),
        }
    }

    /// Its name in lower case, as the report gives it.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Utf16Le => "utf-16le".into(),
            Self::Utf16Be => "utf-16be".into(),
            Self::Utf8 { .. } => "utf-8".into(),
            Self::CodePage(e) => e.name().to_ascii_lowercase(),
        }
    }

    /// A decoder for a text that comes in pieces; it passes over the mark.
    #[must_use]
    pub fn decoder(self) -> rs::Decoder {
        let encoding = match self {
            Self::Utf16Le => rs::UTF_16LE,
            Self::Utf16Be => rs::UTF_16BE,
            Self::Utf8 { .. } => rs::UTF_8,
            Self::CodePage(page) => page,
        };
        encoding.new_decoder_with_bom_removal()
    }

    /// Whether two bytes make a code unit.
    #[must_use]
    pub fn is_wide(self) -> bool {
        matches!(self, Self::Utf16Le | Self::Utf16Be)
    }
}

/// The encoding of a Windows ANSI code page number (Microsoft: Code Page Identifiers).
#[must_use]
pub fn code_page_encoding(page: u32) -> Option<&'static rs::Encoding> {
    match page {
        932 => Some(rs::SHIFT_JIS),
        936 => Some(rs::GBK),
        950 => Some(rs::BIG5),
        // 874, 949, and 1250 to 1258.
        _ => rs::Encoding::for_label(format!("windows-{page}").as_bytes()),
    }
}

/// The ANSI code page of a Windows language number (Microsoft: Language Identifier Constants);
/// only the primary language counts, except for Chinese and Serbian.
fn language_code_page(language: u32) -> u32 {
    match (language & 0x3ff, language) {
        (0x04, 0x0404 | 0x0c04 | 0x1404) => 950,
        (0x04, _) => 936,
        (0x11, _) => 932,
        (0x12, _) => 949,
        (0x1e, _) => 874,
        (0x1a, 0x0c1a | 0x1c1a) => 1251,
        (0x05 | 0x0e | 0x15 | 0x18 | 0x1a | 0x1b | 0x1c | 0x24, _) => 1250,
        (0x02 | 0x19 | 0x22 | 0x23 | 0x2f | 0x3f, _) => 1251,
        (0x08, _) => 1253,
        (0x1f, _) => 1254,
        (0x0d, _) => 1255,
        (0x01 | 0x20 | 0x29, _) => 1256,
        (0x25..=0x27, _) => 1257,
        (0x2a, _) => 1258,
        _ => 1252,
    }
}

/// What the first bytes of a log tell: its encoding and how many bytes the mark takes.
#[must_use]
pub fn sniff(head: &[u8]) -> (Encoding, usize) {
    if let Some((found, mark)) = rs::Encoding::for_bom(head) {
        return (Encoding::of(found, || ansi_guess(head)), mark);
    }
    if let Some(wide) = unmarked_utf16(head) {
        return (wide, 0);
    }
    let fallback = ansi_guess(head);
    match std::str::from_utf8(head) {
        // Cut in the middle of a character it is UTF-8 all the same.
        Err(e) if e.error_len().is_some() && !looks_like_utf8(head) => {
            (Encoding::CodePage(fallback), 0)
        }
        _ => (Encoding::Utf8 { fallback }, 0),
    }
}

/// UTF-16 without a mark: every second byte of ASCII text is NUL.
fn unmarked_utf16(head: &[u8]) -> Option<Encoding> {
    let sample = head.get(..4096).unwrap_or(head);
    let pairs = sample.len() / 2;
    if pairs < 2 {
        return None;
    }
    let zeros = |from| {
        let bytes = sample.iter().skip(from).step_by(2);
        bytes.filter(|b| **b == 0).count()
    };
    let (even, odd) = (zeros(0), zeros(1));
    if odd * 10 > pairs * 4 && even * 10 < pairs {
        Some(Encoding::Utf16Le)
    } else if even * 10 > pairs * 4 && odd * 10 < pairs {
        Some(Encoding::Utf16Be)
    } else {
        None
    }
}

/// A log whose valid multi-byte characters outnumber its bad bytes is UTF-8 with damage.
fn looks_like_utf8(head: &[u8]) -> bool {
    let (mut good, mut bad) = (0, 0);
    for chunk in head.utf8_chunks() {
        good += chunk.valid().bytes().filter(|b| *b >= 0xc2).count();
        bad += usize::from(!chunk.invalid().is_empty());
        if bad == 1000 {
            break;
        }
    }
    good > bad
}

/// The ANSI code page that the log's own language calls for: from the language number in its
/// header operation or its property dump, else the one Western Europe uses.
fn ansi_guess(head: &[u8]) -> &'static rs::Encoding {
    // All keys have these letters in them: one search, not one a key.
    const WORD: &[u8] = b"Lang";
    const KEYS: [(&[u8], &[u8]); 3] = [
        (b"Product", b"uage = "),
        (b"", b"Id="),
        (b"Product ", b"uage: "),
    ];
    let mut told = [None; KEYS.len()];
    for at in memchr::memmem::find_iter(head, WORD) {
        let (before, behind) = (head.get(..at), head.get(at + WORD.len()..));
        let (before, behind) = (before.unwrap_or(&[]), behind.unwrap_or(&[]));
        for ((start, end), told) in KEYS.iter().zip(&mut told) {
            if told.is_none() && before.ends_with(start) && behind.starts_with(end) {
                let digits = behind.get(end.len()..end.len() + 5).unwrap_or(&[]);
                let digits = digits.iter().take_while(|b| b.is_ascii_digit());
                *told = Some(digits.fold(0u32, |n, b| n * 10 + u32::from(*b - b'0')));
            }
        }
        if told[0].is_some_and(|number| number > 0) {
            break;
        }
    }
    // The first place of a key counts, and the first key that has a number there.
    let from_key = told.into_iter().flatten().find(|number| *number > 0);
    let page = language_code_page(from_key.unwrap_or(1033));
    code_page_encoding(page).unwrap_or(rs::WINDOWS_1252)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_patterns_are_told_apart() {
        assert_eq!(sniff(b"\xff\xfeM\0").0, Encoding::Utf16Le);
        assert_eq!(sniff(b"\xfe\xff\0M").0, Encoding::Utf16Be);
        assert_eq!(sniff(b"M\0S\0I\0 \0(\0").0, Encoding::Utf16Le);
        assert_eq!(sniff(b"\0M\0S\0I\0 \0(").0, Encoding::Utf16Be);
        assert_eq!(sniff(b"\xef\xbb\xbfMSI").1, 3);
        assert_eq!(sniff(b"MSI (s)").0.name(), "utf-8");
        assert_eq!(sniff(b"").0.name(), "utf-8");
    }

    #[test]
    fn ansi_comes_from_the_language_of_the_log() {
        let french = b"Fin de l'action 10:11:12 : X. Valeur renvoy\xe9e : 3.\nProperty(S): ProductLanguage = 1036\n";
        assert_eq!(sniff(french).0.name(), "windows-1252");
        let russian = b"\xc4\xe5\xe9\xf1\xf2\xe2\xe8\xe5\nProperty(S): ProductLanguage = 1049\n";
        assert_eq!(sniff(russian).0.name(), "windows-1251");
    }

    #[test]
    fn damaged_utf8_stays_utf8() {
        assert_eq!(sniff("Rückgabewert für Ä".as_bytes()).0.name(), "utf-8");
        let mut bytes = "Rückgabewert für Ä".repeat(4).into_bytes();
        bytes.extend(b" \xff end");
        assert_eq!(sniff(&bytes).0.name(), "utf-8");
    }

    #[test]
    fn names_are_understood() {
        assert_eq!(Encoding::named("UTF-16").unwrap(), Encoding::Utf16Le);
        assert_eq!(Encoding::named("cp1251").unwrap().name(), "windows-1251");
        assert!(Encoding::named("klingon").is_err());
        let known = (0..70_000).filter(|page| code_page_encoding(*page).is_some());
        let wanted = [874, 932, 936, 949, 950].into_iter().chain(1250..=1258);
        assert!(known.eq(wanted));
    }
}
