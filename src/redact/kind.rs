//! What is replaced, and what the stand-ins are called.

use std::borrow::Cow;

/// A kind of secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
    /// A server of a UNC path, a connection string or an internal address.
    Server,
    /// A licence key or a serial number.
    Key,
    /// A password, a token, a private key.
    Secret,
}

impl Kind {
    /// All of them, in the order of the summary.
    pub const ALL: [Self; 11] = [
        Self::User,
        Self::Machine,
        Self::Domain,
        Self::Company,
        Self::Sid,
        Self::Ip,
        Self::Mac,
        Self::Mail,
        Self::Server,
        Self::Key,
        Self::Secret,
    ];

    /// The front of its stand-ins: `user` of `user-1`.
    #[must_use]
    pub fn prefix(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Machine => "machine",
            Self::Domain => "domain",
            Self::Company => "company",
            Self::Sid => "sid",
            Self::Ip => "ip",
            Self::Mac => "mac",
            Self::Mail => "mail",
            Self::Server => "server",
            Self::Key => "key",
            Self::Secret => "secret",
        }
    }

    /// What it is called in the summary.
    #[must_use]
    pub fn noun(self, count: usize) -> &'static str {
        let (one, many) = match self {
            Self::User => ("user name", "user names"),
            Self::Machine => ("machine name", "machine names"),
            Self::Domain => ("domain", "domains"),
            Self::Company => ("organisation", "organisations"),
            Self::Sid => ("security identifier", "security identifiers"),
            Self::Ip => ("IP address", "IP addresses"),
            Self::Mac => ("hardware address", "hardware addresses"),
            Self::Mail => ("mail address", "mail addresses"),
            Self::Server => ("server", "servers"),
            Self::Key => ("licence key", "licence keys"),
            Self::Secret => ("password or token", "passwords or tokens"),
        };
        if count == 1 { one } else { many }
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
