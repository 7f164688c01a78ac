//! What a session is made of: product, machine, operation and outcome, as far as the log says.

use serde::{Deserialize, Serialize};

/// What a file turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Kind {
    /// A Windows Installer log.
    Msi,
    /// The log of a WiX Burn bundle.
    Burn,
    /// The log of a .NET Framework setup program.
    NetfxSetup,
    /// The log of a program that calls the installer.
    Wrapper,
    /// No log that msilog knows.
    Unrecognised,
}

/// What the installation set out to do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Operation {
    /// A first installation.
    Install,
    /// An installation that takes the place of an older version.
    Upgrade,
    /// A removal.
    Uninstall,
    /// A reinstallation of what is there.
    Repair,
    /// A patch is applied or removed.
    Patch,
    /// An administrative image is made.
    Admin,
    /// A product is advertised.
    Advertise,
    /// The log does not say.
    #[default]
    Unknown,
}

/// How the installation ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Outcome {
    /// It worked.
    Succeeded,
    /// It worked and a restart is needed or was started (3010, 1641).
    SucceededReboot,
    /// It failed.
    Failed,
    /// The user, or a program in the user's place, cancelled it.
    Cancelled,
    /// The log ends before the installation does.
    #[default]
    Incomplete,
}

impl Outcome {
    /// It did what it set out to do, perhaps but for a restart.
    #[must_use]
    pub fn worked(self) -> bool {
        matches!(self, Self::Succeeded | Self::SucceededReboot)
    }

    /// It ended without that; a log that breaks off says neither.
    #[must_use]
    pub fn failed(self) -> bool {
        matches!(self, Self::Failed | Self::Cancelled)
    }
}

/// The product that a session is about.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Product {
    /// `ProductName`.
    pub name: Option<String>,
    /// `ProductVersion`.
    pub version: Option<String>,
    /// `ProductCode`, upper case, in braces.
    pub code: Option<String>,
    /// `UpgradeCode`, upper case, in braces.
    pub upgrade_code: Option<String>,
    /// `Manufacturer`.
    pub manufacturer: Option<String>,
    /// `ProductLanguage`, a Windows language number.
    pub language: Option<u32>,
    /// Path of the package as it was asked for.
    pub package: Option<String>,
    /// Patch codes that the log names for this product.
    pub patches: Vec<String>,
}

/// The machine that wrote the log.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Machine {
    /// Its name.
    pub name: Option<String>,
    /// Windows version, `6.1.7601`.
    pub windows: Option<String>,
    /// Whether that Windows is a server; some have the version of a client.
    pub server: Option<bool>,
    /// `x86`, `x64` or `arm64`.
    pub arch: Option<String>,
    /// Whether the installation ran elevated, with administrator permissions.
    pub elevated: Option<bool>,
    /// Who ran it.
    pub user: Option<String>,
    /// `UILevel`: 2 none, 3 basic, 4 reduced, 5 full.
    pub ui_level: Option<u32>,
}
