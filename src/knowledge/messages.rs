//! Messages of Windows Installer and of the WiX Toolset's extensions, by number.
//!
//! A message is a record: field 1 is the number, the fields from 2 on are its arguments, which
//! the text names `[2]`, `[3]` and so on. What an argument is (a path, a system error, an exit
//! code) depends on the number; the tables say so.

use super::numbers::CodeSpace;
use super::table::numbered;

const MESSAGES: &str = include_str!("messages.tsv");
const EXTENSION_MESSAGES: &str = include_str!("extension-messages.tsv");

/// Who writes a message.
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MessageKind {
    /// Windows Installer, for users: numbers 1101 to 1946.
    Shipped,
    /// Windows Installer, for authors of packages: numbers from 2101 on.
    Internal,
    /// A custom action of an extension, such as those of the WiX Toolset.
    Extension,
}

/// What is known of one message number.
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Deserialize)]
pub struct InstallerMessage {
    /// The number.
    pub number: u32,
    /// Who writes it.
    pub kind: MessageKind,
    /// The extension, where it is not Windows Installer itself.
    pub extension: Option<&'static str>,
    /// The symbol in the source of the extension.
    pub symbol: Option<&'static str>,
    /// What the arguments are, as the table has it: `[2]=key; [3]=system error`.
    roles: &'static str,
    /// What it means, in plain words.
    pub meaning: &'static str,
    /// Where this is written.
    pub source: &'static str,
}

impl InstallerMessage {
    /// The role of argument `index`, counted as in the message: `[2]` is the first.
    pub fn role(&self, index: u8) -> Option<&'static str> {
        self.arguments()
            .find(|(place, _)| *place == index)
            .map(|(_, role)| role)
    }

    /// The arguments that have a known role, as place (2 is the first) and role, in order.
    pub fn arguments(&self) -> impl Iterator<Item = (u8, &'static str)> + use<> {
        let parts = self.roles.split("; ");
        parts.filter_map(|part| {
            let (place, role) = part.strip_prefix('[')?.split_once("]=")?;
            Some((place.parse().ok()?, role))
        })
    }
}

/// Whether a message only follows a failure: restoring files, asking whether to cancel, the outcome,
/// dialogs that tell of the failure.
pub fn follows_failure(number: u32) -> bool {
    matches!(number, 1602 | 1607 | 1704 | 1705 | 1707..=1710 | 1712 | 1715..=1717 | 1724..=1729 | 2867 | 2869 | 2896)
}

/// The message with this number.
pub fn message(number: u32) -> Option<InstallerMessage> {
    numbered(MESSAGES, number).or_else(|| numbered(EXTENSION_MESSAGES, number))
}

/// Which list an argument of this role is a number of, where it is a code.
pub fn space(role: &str) -> Option<CodeSpace> {
    match role {
        "system error" | "error" | "HRESULT" | "WinVerifyTrust result" => Some(CodeSpace::Win32),
        "exit code" => Some(CodeSpace::Exit),
        _ => None,
    }
}

/// What argument `index` of a message is: `path`, `file`, `key`, `value`, `system error`,
/// `HRESULT`, `error` (a system error or an HRESULT), `exit code`, `product`, `service`,
/// `service name`, `custom action` and others. `[2]` is the first argument.
pub fn role(number: u32, index: u8) -> Option<&'static str> {
    message(number)?.role(index)
}

/// Whether some argument of a message has this role.
pub fn carries(number: u32, role: &str) -> bool {
    message(number).is_some_and(|message| message.arguments().any(|(_, known)| known == role))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::table::{count, every_row_has_a_source, rows};

    fn all() -> impl Iterator<Item = InstallerMessage> {
        let mut all: Vec<InstallerMessage> = [MESSAGES, EXTENSION_MESSAGES]
            .into_iter()
            .flat_map(rows)
            .collect();
        all.sort_by_key(|row| row.number);
        all.into_iter()
    }

    #[test]
    fn every_row_is_read_and_its_number_is_unique() {
        assert_eq!((count(MESSAGES), count(EXTENSION_MESSAGES)), (544, 94));
        assert_eq!(all().count(), 544 + 94);
        assert!(all().is_sorted_by(|a, b| a.number < b.number));
        for row in all() {
            assert_eq!(message(row.number), Some(row));
            let of_an_extension = row.kind == MessageKind::Extension;
            assert_eq!(row.extension.is_some(), of_an_extension, "{}", row.number);
            assert_eq!(row.symbol.is_some(), of_an_extension, "{}", row.number);
        }
        assert!(every_row_has_a_source(MESSAGES) && every_row_has_a_source(EXTENSION_MESSAGES));
    }

    #[test]
    fn meanings_are_sentences() {
        for row in all() {
            assert!(row.meaning.ends_with(['.', ')']), "{}", row.number);
            assert!(
                row.arguments().is_sorted_by(|a, b| a.0 < b.0)
                    && row.arguments().count() == row.roles.matches('=').count(),
                "{}",
                row.number
            );
        }
    }

    #[test]
    fn roles_of_common_messages() {
        let roles = |number: u32| -> Vec<_> {
            message(number)
                .unwrap()
                .arguments()
                .map(|(_, r)| r)
                .collect()
        };
        assert_eq!(roles(1304), ["file"]);
        assert_eq!(roles(1305), ["file", "system error"]);
        assert_eq!(roles(1309), ["system error", "source file"]);
        assert_eq!(roles(1310), ["system error", "destination file"]);
        assert_eq!(roles(1330), ["cabinet", "WinVerifyTrust result"]);
        assert_eq!(roles(1402), ["key", "system error"]);
        assert_eq!(roles(1406), ["value", "key", "system error"]);
        assert_eq!(roles(1606), ["location"]);
        assert_eq!(roles(1714), ["product", "exit code"]);
        assert_eq!(role(1720, 2), Some("custom action"));
        assert_eq!(roles(1721), ["custom action", "location", "command"]);
        assert_eq!(roles(1722), ["custom action", "location", "command"]);
        assert_eq!(roles(1723), ["custom action", "entry point", "library"]);
        assert_eq!(roles(1904), ["module", "HRESULT"]);
        assert_eq!(roles(1920), ["service", "service name"]);
        assert_eq!(
            roles(1935),
            [
                "component GUID",
                "HRESULT",
                "interface",
                "function",
                "assembly name"
            ]
        );
        assert_eq!(roles(2203), ["database", "system error"]);
        assert_eq!(roles(2755), ["error", "package"]);
        assert_eq!(roles(25531), ["HRESULT", "file"]);
        assert_eq!(role(2350, 2), None);
        assert_eq!(role(99_999, 2), None);
    }
}
