//! What a line of a calling program can say.

use serde::Deserialize;

use serde::de::IntoDeserializer;
use serde::de::value::Error;

use crate::formats::stamp::Stamp;
use crate::formats::wording::Found;

/// A program that calls the installer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Program {
    /// Chocolatey, `chocolatey.log` and what `choco` prints.
    #[default]
    Chocolatey,
    /// Windows Package Manager, `WinGet-….log` and what `winget` prints.
    Winget,
    /// PSAppDeployToolkit, versions 3 and 4, both of its formats.
    AppDeployToolkit,
    /// Client of Configuration Manager: `AppEnforce.log`, `execmgr.log`, `WUAHandler.log`.
    ConfigurationManager,
    /// Intune management extension: `IntuneManagementExtension.log`, `AppWorkload.log`.
    Intune,
    /// Visual Studio Installer, its report of failed packages.
    VisualStudio,
    /// The bootstrapper of setup projects and `ClickOnce`, `install.log`.
    Bootstrapper,
    /// Another tool that shows what it called and the code that came back.
    Tool,
    /// Windows Update, `WindowsUpdate.log` of all versions of Windows.
    WindowsUpdate,
}

impl Program {
    /// It has sentences that only mean something beside others of its own.
    #[must_use]
    pub fn stands_alone(self) -> bool {
        matches!(self, Self::VisualStudio | Self::Bootstrapper | Self::Tool)
    }
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

/// What a line says. Its name is the package's, or the id of a failed update; the other text is the
/// version, the command line, the path, the title, the id or the action.
pub type Said<'a> = Found<'a, Wording>;

/// What a wording says, and who says so.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Wording {
    /// What it says.
    pub event: Event,
    /// Other programs could say so, too.
    pub weak: bool,
    /// It is said on the screen, too, where no time stands before it.
    pub printed: bool,
    /// Only the part of Windows Update says so that installs.
    pub handler: bool,
}

impl TryFrom<String> for Wording {
    type Error = Error;

    fn try_from(says: String) -> Result<Self, Error> {
        let (mark, event) = says.rsplit_once(' ').unwrap_or(("", &says));
        Ok(Self {
            event: Event::deserialize(event.into_deserializer())?,
            weak: mark == "weak",
            printed: mark == "printed",
            handler: mark == "handler",
        })
    }
}

/// What a line can say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// A package is next.
    Package,
    /// The same, by its name as packages have and its version.
    Tool,
    /// A package is next, and what is to be done with it.
    PackageTask,
    /// What is to be done.
    Task,
    /// A program is called.
    Command,
    /// The same, somewhere in a text.
    Mention,
    /// Arguments of the call that is under way or comes next.
    Arguments,
    /// Where the called program writes its log.
    Log,
    /// The called program came back.
    Exit,
    /// The same, somewhere in a text behind a command line.
    Ended,
    /// The same, where the code is one of `WinGet`'s own that says why.
    Own,
    /// A command line, somewhere in a text.
    Called,
    /// The same as an exit, somewhere in a text that comes soon after a call.
    After,
    /// A package failed, perhaps with this code.
    Broken,
    /// What was wrong, in words.
    Says,
    /// That something was wrong, in words that say no more than a code does.
    Sums,
    /// Number of the message of Windows Installer whose words follow.
    Number,
    /// Those words, where they follow at once.
    Details,
    /// The path of a log, alone on its line.
    Path,
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
