//! Lines of the setup program of .NET Framework, which Visual C++ 2010 and the products of Visual
//! Studio 2010 and 2012 use as well.
//!
//! It writes a page of HTML with one record a line, time in one tag and text in the next; people
//! post the same as plain text, with times in brackets or without. Its extractor writes a small log
//! of its own (`dd_*_decompression_log.txt`). Only records that say something about the outcome are
//! told apart. The wordings are those of real logs; the program writes them in English everywhere.

use std::borrow::Cow;

/// A record of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record<'a> {
    /// The time stamp as it stands there, without brackets: `5/10/2018, 15:51:16`.
    pub stamp: Option<&'a str>,
    /// The text, without tags.
    pub text: Cow<'a, str>,
}

/// What a record says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind<'a> {
    /// `OS Version = 6.1.7601, SP = 1.0, Platform 2`
    OsVersion(&'a str),
    /// `OS Description = Windows 7 - x64 …`
    OsDescription(&'a str),
    /// `Operation: Installing`
    Operation(&'a str),
    /// `Package Name = …`
    PackageName(&'a str),
    /// `Package Version = …`
    PackageVersion(&'a str),
    /// `CommandLine = …`
    CommandLine(&'a str),
    /// An item begins: `Action: Performing Action on MSI at PATH`.
    Begin(&'a str),
    /// `MSI (PATH) Installation failed. Msi Log: NAME`
    Item(Item<'a>),
    /// `Exe Log File: NAME`: the log of the item before it.
    Log(&'a str),
    /// A message of the installer that the setup program passed on.
    Message(&'a str),
    /// A condition that may block the setup, by what it tells the user.
    BlockIf(&'a str),
    /// `BlockIf evaluated to true`
    Blocked,
    /// A file could not be fetched or checked.
    FetchFailed(&'a str),
    /// `Final Result: …`
    FinalResult {
        /// It says that it worked.
        ok: bool,
        /// The code in it.
        code: Option<u32>,
    },
    /// `=== Logging started: 2015/05/15 13:13:44 ===`, of the extractor.
    Started(&'a str),
    /// `Executable: PATH v4.0.30319.1`
    Executable {
        /// The program.
        path: &'a str,
        /// Its version.
        version: &'a str,
    },
    /// `Exiting with result code: 0x0`
    Exit(u32),
}

/// An item of the setup that ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item<'a> {
    /// `MSI`, `Exe` or `Patch`.
    pub kind: &'a str,
    /// Its path, or the service's name.
    pub path: &'a str,
    /// Whether it worked.
    pub ok: bool,
    /// The code that it failed with, where the record tells.
    pub code: Option<u32>,
    /// The log that it wrote.
    pub log: Option<&'a str>,
}

/// Takes a line apart; `None` where it holds no text.
#[must_use]
pub fn record(line: &str) -> Option<Record<'_>> {
    if !line.starts_with('<') {
        let (stamp, text) = split_stamp(line.trim());
        let text = text.trim();
        return (!text.is_empty()).then_some(Record {
            stamp,
            text: Cow::Borrowed(text),
        });
    }
    let (_, rest) = line.split_once("<span class=\"t\">[")?;
    let (stamp, rest) = rest.split_once(']')?;
    let rest = rest.trim_start().strip_prefix("</span>").unwrap_or(rest);
    // What follows the break is the frame of the page, or a heading that says it once more.
    let end = rest.find("<BR>").unwrap_or(rest.len());
    let head = rest.find("<span class=\"sectionExp2\"").unwrap_or(end);
    let text = plain(rest.get(..end.min(head)).unwrap_or(rest));
    (!text.trim().is_empty()).then_some(Record {
        stamp: Some(stamp),
        text,
    })
}

/// The heading that closes a section says how it ended: `BlockIf evaluated to true`.
#[must_use]
pub fn closing(line: &str) -> Option<&str> {
    let (_, closing) = line.split_once("<div class=\"sectionHdr\"><span class=\"t\">[")?;
    let (_, text) = closing.split_once("</span>")?;
    let text = text.split('<').next()?.trim();
    (!text.is_empty()).then_some(text)
}

/// `[5/10/2018, 15:51:16] text`
fn split_stamp(line: &str) -> (Option<&str>, &str) {
    let inner = line.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    match inner {
        Some((stamp, text)) if looks_like_a_stamp(stamp) => (Some(stamp), text),
        _ => (None, line),
    }
}

fn looks_like_a_stamp(text: &str) -> bool {
    text.len() <= 24
        && text.matches(':').count() == 2
        && text.starts_with(|c: char| c.is_ascii_digit())
        && text.contains([',', ' '])
}

/// Text without tags and entities.
fn plain(html: &str) -> Cow<'_, str> {
    if !html.contains(['<', '&']) {
        return Cow::Borrowed(html.trim());
    }
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        text.push_str(rest.get(..at).unwrap_or_default());
        let tag = rest.get(at..).unwrap_or_default();
        // What is no tag is text: `CMsp<class T>` stands there as it is.
        let name = tag.get(1..).unwrap_or_default().trim_start_matches('/');
        let known = ["a ", "a>", "span", "div", "b>", "br", "BR"];
        match tag
            .find('>')
            .filter(|_| known.iter().any(|known| name.starts_with(known)))
        {
            Some(end) => rest = tag.get(end + 1..).unwrap_or_default(),
            None => {
                text.push('<');
                rest = tag.get(1..).unwrap_or_default();
            }
        }
    }
    text.push_str(rest);
    let entities = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&nbsp;", " "),
        ("&amp;", "&"),
    ];
    let text = entities.iter().fold(text, |text, (from, to)| {
        if text.contains(from) {
            text.replace(from, to)
        } else {
            text
        }
    });
    Cow::Owned(text.trim().to_owned())
}

/// What the text of a record says; `None` where it is nothing that matters.
#[must_use]
pub fn kind(text: &str) -> Option<Kind<'_>> {
    let after = |front: &str| text.strip_prefix(front).map(str::trim);
    match text.as_bytes().first()? {
        b'O' => after("OS Version = ")
            .map(Kind::OsVersion)
            .or_else(|| after("OS Description = ").map(Kind::OsDescription))
            .or_else(|| after("Operation: ").map(Kind::Operation)),
        b'P' => after("Package Name = ")
            .map(Kind::PackageName)
            .or_else(|| after("Package Version = ").map(Kind::PackageVersion))
            .or_else(|| patch(text).map(Kind::Item)),
        b'C' => after("CommandLine = ").map(Kind::CommandLine),
        b'A' => begin(text).map(Kind::Begin),
        b'M' => item(text, "MSI (").map(Kind::Item),
        b'E' => item(text, "Exe (")
            .map(Kind::Item)
            .or_else(|| after("Exe Log File: ").map(Kind::Log))
            .or_else(|| executable(text))
            .or_else(|| {
                after("Exiting with result code: ")
                    .and_then(number)
                    .map(Kind::Exit)
            }),
        b'R' => text
            .split_once("INSTALLMESSAGE_ERROR [")
            .map(|(_, message)| Kind::Message(message.trim_end_matches(']'))),
        b'B' => match text {
            "BlockIf evaluated to true" => Some(Kind::Blocked),
            _ => after("BlockIf: ").map(Kind::BlockIf),
        },
        b'F' => final_result(text),
        b'=' => after("=== Logging started: ")
            .and_then(|rest| rest.strip_suffix("==="))
            .map(|stamp| Kind::Started(stamp.trim())),
        _ => None,
    }
    .or_else(|| fetch(text))
}

fn begin(text: &str) -> Option<&str> {
    let rest = text.strip_prefix("Action: Performing ")?;
    let (_, path) = rest
        .split_once(" at ")
        .or_else(|| rest.split_once(" on MSP: "))?;
    Some(
        path.split(" targetting Product")
            .next()
            .unwrap_or(path)
            .trim(),
    )
}

/// `MSI (PATH) Installation failed. Msi Log: NAME`, `Exe (PATH) failed with 0x5 - text.`
fn item<'a>(text: &'a str, front: &'static str) -> Option<Item<'a>> {
    let rest = text.strip_prefix(front)?;
    let (path, rest) = rest.split_once(") ")?;
    let ok = rest.contains("succeeded");
    let failed = rest.contains("failed");
    if ok == failed {
        return None;
    }
    let log = rest.split_once("Log: ").map(|(_, log)| log.trim());
    Some(Item {
        kind: front.trim_end_matches(" ("),
        path,
        ok,
        code: rest.split_once("0x").and_then(|(_, code)| number(code)),
        log: log.filter(|log| !log.is_empty()),
    })
}

/// `Patch (PATH) Install failed on product (NAME). Msi Log: NAME`
fn patch(text: &str) -> Option<Item<'_>> {
    item(text, "Patch (")
}

fn executable(text: &str) -> Option<Kind<'_>> {
    let rest = text.strip_prefix("Executable: ")?;
    let (path, version) = rest.rsplit_once(" v")?;
    Some(Kind::Executable { path, version })
}

fn final_result(text: &str) -> Option<Kind<'_>> {
    let rest = text.strip_prefix("Final Result: ")?;
    let code = rest.split_once("0x").and_then(|(_, code)| number(code));
    Some(Kind::FinalResult {
        ok: rest.contains("success"),
        code,
    })
}

/// A file that could not be fetched, or that is not what it should be.
fn fetch(text: &str) -> Option<Kind<'_>> {
    let failed = [
        "Signature verification failed",
        "Failed to download",
        "Download failed",
        "is not trusted",
    ];
    failed
        .iter()
        .any(|words| text.contains(words))
        .then_some(Kind::FetchFailed(text))
}

/// The hexadecimal digits at the front, with or without `0x`.
fn number(text: &str) -> Option<u32> {
    let text = text.trim_start_matches("0x");
    let end = text
        .find(|c: char| !c.is_ascii_hexdigit())
        .unwrap_or(text.len());
    u32::from_str_radix(text.get(..end)?, 16).ok()
}

/// Whether a line may be one of this program's: all others are passed over at once, those of Windows
/// Installer first of all.
#[must_use]
pub fn may_be(line: &str) -> bool {
    let fronts: &[&str] = match line.as_bytes().first() {
        Some(b'<') => &["<span class=", "</div>"],
        Some(b'[') => {
            return line
                .get(1..)
                .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        }
        // `MSI (s) (…` is Windows Installer itself.
        Some(b'M') => return line.starts_with("MSI (") && line.as_bytes().get(6) != Some(&b')'),
        Some(b'O') => &["OS ", "Operation: "],
        Some(b'P') => &["Package ", "Patch ("],
        Some(b'C') => &["CommandLine = "],
        Some(b'A') => &["Action: Performing "],
        Some(b'E') => &["Exe ", "Executable: ", "Exiting with "],
        Some(b'R') => &["Returning IDOK"],
        Some(b'B') => &["BlockIf"],
        Some(b'F') => &["Final Result: ", "Failed to download"],
        _ => return false,
    };
    fronts.iter().any(|front| line.starts_with(front))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_html_is_a_record() {
        let line = r##"<span class="r"><span class="t">[7/21/2019, 09:05:11]</span>MSI (d:\x\a.msi) Installation failed.  Msi Log: <a href="Own Setup-MSI_a.msi.txt">Own Setup-MSI_a.msi.txt</a><BR></span>"##;
        let found = record(line).unwrap();
        assert_eq!(found.stamp, Some("7/21/2019, 09:05:11"));
        assert_eq!(
            kind(&found.text),
            Some(Kind::Item(Item {
                kind: "MSI",
                path: r"d:\x\a.msi",
                ok: false,
                code: None,
                log: Some("Own Setup-MSI_a.msi.txt"),
            }))
        );
        let section = r##"<span class="act"><div class="sectionHdr"><a href="#" onclick="x"><span class="sectionExp"><span class="t">[7/21/2019, 09:05:11] </span>BlockIf: Not on a &lt;this&gt; one.</span><span class="sectionExp2">...<BR></span></a></div><div class="section">"##;
        assert_eq!(
            kind(&record(section).unwrap().text),
            Some(Kind::BlockIf("Not on a <this> one."))
        );
        let end = r##"</div><div class="sectionHdr"><span class="t">[7/21/2019, 09:05:11] </span>BlockIf evaluated to true<BR></div></span>"##;
        assert_eq!(closing(end).and_then(kind), Some(Kind::Blocked));
        assert_eq!(record("<span class=\"t\">"), None);
        assert_eq!(record("<div>"), None);
    }

    #[test]
    fn plain_lines_with_and_without_a_stamp() {
        let found = record("[3/3/2015, 16:12:45] Exiting with result code: 0x643").unwrap();
        assert_eq!(found.stamp, Some("3/3/2015, 16:12:45"));
        assert_eq!(kind(&found.text), Some(Kind::Exit(0x643)));
        let found =
            record("Exe (C:\\x\\Windows6.1-KB1-x64.msu) failed with 0xc8000222 - (null).").unwrap();
        assert!(
            matches!(kind(&found.text), Some(Kind::Item(item)) if item.code == Some(0xc800_0222) && !item.ok)
        );
        assert_eq!(
            kind(
                "Final Result: Installation failed with error code: (0x80070643), \"x\" (Elapsed time: 0 00:00:14)."
            ),
            Some(Kind::FinalResult {
                ok: false,
                code: Some(0x8007_0643)
            })
        );
        assert_eq!(
            kind("Returning IDOK. INSTALLMESSAGE_ERROR [Error 1935.An error occurred]"),
            Some(Kind::Message("Error 1935.An error occurred"))
        );
        assert_eq!(record("[a] b").unwrap().stamp, None);
        assert_eq!(kind("Anything else"), None);
    }
}
