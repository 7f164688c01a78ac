//! What is replaced, and what the stand-ins are called.

use std::borrow::Cow;

use serde::Deserialize;

/// A kind of secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// The name of a person's account.
    User,
    /// The name of a machine.
    Machine,
    /// A domain, by its short name or as a DNS name.
    Domain,
    /// The organisation that Windows is registered to.
    Company,
    /// A security identifier of an account.
    Sid,
    /// An IPv4 or IPv6 address.
    Ip,
    /// The hardware address of a network card.
    Mac,
    /// A mail address.
    Mail,
    /// The number of a telephone.
    Phone,
    /// A server of a UNC path, a connection string or an internal address.
    Server,
    /// A licence key or a serial number.
    Key,
    /// A password, a token, a private key.
    Secret,
}

/// All kinds in the order of the summary, each with the front of its stand-ins, and what one and
/// many of it are called. The order is that of the enum.
const KINDS: [(Kind, &str, &str, &str); 12] = [
    (Kind::User, "user", "user name", "user names"),
    (Kind::Machine, "machine", "machine name", "machine names"),
    (Kind::Domain, "domain", "domain", "domains"),
    (Kind::Company, "company", "organisation", "organisations"),
    (
        Kind::Sid,
        "sid",
        "security identifier",
        "security identifiers",
    ),
    (Kind::Ip, "ip", "IP address", "IP addresses"),
    (Kind::Mac, "mac", "hardware address", "hardware addresses"),
    (Kind::Mail, "mail", "mail address", "mail addresses"),
    (Kind::Phone, "phone", "phone number", "phone numbers"),
    (Kind::Server, "server", "server", "servers"),
    (Kind::Key, "key", "licence key", "licence keys"),
    (
        Kind::Secret,
        "secret",
        "password or token",
        "passwords or tokens",
    ),
];

impl Kind {
    /// All of them, in the order of the summary.
    pub fn all() -> impl Iterator<Item = Self> {
        KINDS.into_iter().map(|(kind, ..)| kind)
    }

    /// The front of its stand-ins: `user` of `user-1`.
    #[must_use]
    pub fn prefix(self) -> &'static str {
        KINDS
            .get(self as usize)
            .map_or("", |(_, prefix, ..)| prefix)
    }

    /// What it is called in the summary.
    #[must_use]
    pub fn noun(self, count: usize) -> &'static str {
        let names = KINDS.get(self as usize);
        names.map_or("", |(_, _, one, many)| if count == 1 { one } else { many })
    }

    /// Whether one value is one thing whatever the kind: `PC7` is the same machine in
    /// `ComputerName` and in `\\PC7\share`.
    pub(super) fn is_name(self) -> bool {
        matches!(
            self,
            Self::User | Self::Machine | Self::Domain | Self::Server | Self::Company
        )
    }
}

/// What is looked up in the tables: values that differ only in case are one.
#[must_use]
pub(super) fn fold(text: &str) -> Cow<'_, str> {
    if text
        .bytes()
        .all(|b| b.is_ascii() && !b.is_ascii_uppercase())
    {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().flat_map(char::to_lowercase).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_row() {
        assert!(
            Kind::all()
                .enumerate()
                .all(|(row, kind)| kind as usize == row)
        );
        assert_eq!(
            (Kind::Secret as usize, Kind::Secret.prefix()),
            (11, "secret")
        );
    }
}
