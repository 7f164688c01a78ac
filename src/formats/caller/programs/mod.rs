//! Lines of programs that call the installer: Chocolatey, WinGet, PSAppDeployToolkit, Configuration
//! Manager, Intune and Windows Update.
//!
//! Such a program knows what it called and the code that came back, seldom more. Each has a file of
//! its own here, which knows how its lines look; what they say is the same few events for all.
//! Shapes follow the programs' public documentation, their sources and logs in public reports.

mod chocolatey;
mod cmtrace;
mod configmgr;
mod intune;
#[cfg(test)]
mod tests;
mod toolkit;
mod windows_update;
mod winget;

use crate::formats::stamp::Stamp;
use crate::run::Operation;

/// A program that calls the installer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
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
    /// Windows Update, `WindowsUpdate.log` of all versions of Windows.
    WindowsUpdate,
}

impl Program {
    /// As its vendor writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Chocolatey => "Chocolatey",
            Self::Winget => "WinGet",
            Self::AppDeployToolkit => "PSAppDeployToolkit",
            Self::ConfigurationManager => "Configuration Manager",
            Self::Intune => "Intune",
            Self::WindowsUpdate => "Windows Update",
        }
    }

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

    /// How to get a log of the installer that it calls.
    #[must_use]
    pub fn how_to_get_a_log(self) -> &'static str {
        match self {
            Self::Chocolatey => {
                "no log of the installer is named: run choco again with --install-arguments=\"/l*vx C:\\msi.log\" and read that log"
            }
            Self::Winget => {
                "no log of the installer is named: run winget again with --log C:\\msi.log and read that log"
            }
            Self::AppDeployToolkit => {
                "no log of the installer is named: the toolkit keeps them beside its own, else add /L*VX C:\\msi.log to the arguments"
            }
            Self::ConfigurationManager | Self::Intune => {
                "no log of the installer is named: add /l*vx C:\\Windows\\Temp\\msi.log to the command line of the deployment and read that log"
            }
            Self::WindowsUpdate => {
                "no log of the installer is named: look for MSI*.LOG and *dd_* in C:\\Windows\\Temp, or download the update from the Microsoft Update Catalog and run it with /log"
            }
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

/// A program came back with this code.
fn exit<'a>(code: u32) -> Event<'a> {
    let command = None;
    Event::Exit { code, command }
}

/// What a word of a caller means: `install`, `Uninstall`.
fn operation(word: &str) -> Option<Operation> {
    Some(match word.to_ascii_lowercase().as_str() {
        "install" => Operation::Install,
        "upgrade" => Operation::Upgrade,
        "uninstall" => Operation::Uninstall,
        "repair" => Operation::Repair,
        "patch" => Operation::Patch,
        _ => return None,
    })
}

/// A package is next, and no more is said of it.
fn package(name: &str) -> Event<'_> {
    Event::Package {
        name,
        version: None,
        verb: None,
    }
}

/// What the caller makes of a code.
fn judged(name: Option<&str>, works: bool, code: Option<u32>) -> Event<'_> {
    Event::Verdict { name, works, code }
}

/// Takes a line apart; `None` where it is of no such program.
#[must_use]
pub fn parse(line: &str) -> Option<Record<'_>> {
    // Most lines of an installer's log end here.
    match line
        .trim_start_matches([' ', '\u{feff}'])
        .as_bytes()
        .first()?
    {
        b'<' => cmtrace::parse(line),
        b'[' => toolkit::plain(line)
            .or_else(|| cmtrace::pasted(line))
            .or_else(|| chocolatey::parse(line)),
        b'0'..=b'9' => windows_update::parse(line)
            .or_else(|| winget::parse(line))
            .or_else(|| chocolatey::parse(line)),
        b'M' | b'A' | b'P' => None,
        _ => chocolatey::parse(line)
            .or_else(|| winget::console(line))
            .or_else(|| cmtrace::pasted(line)),
    }
}
