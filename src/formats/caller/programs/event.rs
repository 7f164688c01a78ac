//! What a line of a calling program can say.

use serde::Deserialize;

use crate::formats::stamp::Stamp;
use crate::run::Operation;

/// A program that calls the installer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Program {
    /// Chocolatey, `chocolatey.log` and what `choco` prints.
    #[default]
    Chocolatey,
    /// Windows Package Manager, `WinGet-….log` and what `winget` prints.
    Winget,
    /// PSAppDeployToolkit, versions 3 and 4, both of its formats.
    #[serde(rename = "psadt")]
    AppDeployToolkit,
    /// Client of Configuration Manager: `AppEnforce.log`, `execmgr.log`, `WUAHandler.log`.
    #[serde(rename = "configmgr")]
    ConfigurationManager,
    /// Intune management extension: `IntuneManagementExtension.log`, `AppWorkload.log`.
    Intune,
    /// Windows Update, `WindowsUpdate.log` of all versions of Windows.
    WindowsUpdate,
}

impl Program {
    /// One short word, for signatures.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Chocolatey => "chocolatey",
            Self::Winget => "winget",
            Self::AppDeployToolkit => "psadt",
            Self::ConfigurationManager => "configmgr",
            Self::Intune => "intune",
            Self::WindowsUpdate => "windows-update",
        }
    }
}

/// One parsed line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Record<'a> {
    /// Who wrote it.
    pub program: Program,
    /// Its time, where day and month cannot be mixed up.
    pub stamp: Option<Stamp>,
    /// The part of the program that wrote it: a function, a component.
    pub step: Option<&'a str>,
    /// What it says.
    pub event: Event<'a>,
    /// Other programs could say so, too: it adds to a call, but neither makes one nor tells whose
    /// log this is.
    pub weak: bool,
}

/// What a line says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Event<'a> {
    /// A package is next.
    Package {
        /// Its name.
        name: &'a str,
        /// Its version.
        version: Option<&'a str>,
        /// What is to be done with it.
        verb: Option<Operation>,
    },
    /// What is to be done.
    Task(Operation),
    /// A program is called: its command line.
    Command(&'a str),
    /// Arguments of the call that is under way or comes next.
    Arguments(&'a str),
    /// Where the called program writes its log.
    LogPath(&'a str),
    /// The called program came back.
    Exit {
        /// Its code.
        code: u32,
        /// Its command line, where it is repeated.
        command: Option<&'a str>,
    },
    /// What the caller makes of it.
    Verdict {
        /// Of which package.
        name: Option<&'a str>,
        /// It worked.
        works: bool,
        /// The code.
        code: Option<u32>,
    },
    /// Windows Update begins to install updates.
    UpdatesBegin,
    /// Windows Update has installed them.
    UpdatesEnd,
    /// Title of one of those updates.
    Title(&'a str),
    /// Id of the update with the last title, or of a part of it.
    UpdateId(&'a str),
    /// A part of Windows Update begins to install one of them.
    Handler(&'a str),
    /// The package of an update failed.
    UpdateFailed {
        /// Id of the update.
        id: &'a str,
        /// The installer's code.
        code: u32,
        /// The action of the package that failed.
        action: Option<&'a str>,
    },
    /// Nothing that matters here.
    Other,
}
