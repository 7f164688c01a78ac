//! A log that is dropped on the program, on Windows: the window is the program's own and would be
//! gone with it.

use super::arguments::Arguments;

/// How long the window stays at most: a run that nobody watches must end some day.
#[cfg(windows)]
const LONGEST: std::time::Duration = std::time::Duration::from_secs(600);

/// What is known before anything is written.
#[derive(Debug, Clone, Copy)]
pub struct OwnWindow(bool);

impl OwnWindow {
    /// Whether the program seems to have a window of its own: files and nothing else are named, each
    /// by its whole path, and nothing was written to the window yet. A shell has written a prompt.
    pub fn of(arguments: &Arguments) -> Self {
        let dropped = arguments.command.is_none()
            && !arguments.paths.is_empty()
            && arguments.paths.iter().all(|path| path.is_absolute())
            && std::env::args_os().len() == arguments.paths.len() + 1;
        Self(dropped && is_empty())
    }

    /// Leaves the time to read.
    #[cfg(windows)]
    pub fn stay(self) {
        use std::io::{Write, stdin};
        use std::sync::mpsc::channel;
        if !self.0 {
            return;
        }
        let _ = write!(anstream::stdout(), "\nPress Enter to close this window. ");
        let _ = std::io::stdout().flush();
        let (done, ended) = channel();
        std::thread::spawn(move || {
            let _ = stdin().read_line(&mut String::new());
            let _ = done.send(());
        });
        let _ = ended.recv_timeout(LONGEST);
    }

    /// Elsewhere windows stay.
    #[cfg(not(windows))]
    pub fn stay(self) {
        debug_assert!(!self.0, "only Windows has windows of this kind");
    }
}

#[cfg(windows)]
fn is_empty() -> bool {
    use std::io::IsTerminal;
    let terminals = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    let window = winapi_util::console::screen_buffer_info(winapi_util::HandleRef::stdout());
    terminals && window.is_ok_and(|window| window.cursor_position() == (0, 0))
}

#[cfg(not(windows))]
fn is_empty() -> bool {
    false
}
