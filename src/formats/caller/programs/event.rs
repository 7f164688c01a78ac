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

/// One parsed line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record<'a> {
    /// Who wrote it.
    pub program: Program,
    /// Its time, where day and month cannot be mixed up.
    pub stamp: Option<Stamp>,
    /// The part of the program that wrote it: a function, a component.
    pub step: Option<&'a str>,
    /// What it says.
    pub said: Said<'a>,
    /// Other programs could say so, too: it adds to a call, but neither makes one nor tells whose
    /// log this is.
    pub weak: bool,
}

/// What a line says, and the words in it that matter; what it does not have is empty.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Said<'a> {
    /// What it says.
    pub event: Event,
    /// Name of the package.
    pub name: Option<&'a str>,
    /// Its version.
    pub version: Option<&'a str>,
    /// What is to be done with it.
    pub verb: Option<Operation>,
    /// A command line, arguments, a path, a title or an id.
    pub text: Option<&'a str>,
    /// The action of the package that failed.
    pub action: Option<&'a str>,
    /// The code that came back.
    pub code: Option<u32>,
}

/// What a line can say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// A package is next.
    Package,
    /// What is to be done.
    Task,
    /// A program is called.
    Command,
    /// Arguments of the call that is under way or comes next.
    Arguments,
    /// Where the called program writes its log.
    Log,
    /// The called program came back.
    Exit,
    /// The caller says that it worked.
    Worked,
    /// The caller says that it failed.
    Failed,
    /// It worked where the code is 0.
    Judged,
    /// It worked where the code is 0 or asks for a restart.
    JudgedByRestart,
    /// Windows Update begins to install updates.
    UpdatesBegin,
    /// Windows Update has installed them.
    UpdatesEnd,
    /// Title of one of those updates.
    Title,
    /// Id of the update with the last title, or of a part of it.
    UpdateId,
    /// A part of Windows Update begins to install one of them.
    Handler,
    /// The package of an update, which goes by its id, failed.
    UpdateFailed,
    /// Nothing that matters here.
    #[default]
    Other,
}
