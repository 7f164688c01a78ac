//! The program on top of the library: arguments, progress, threads, exit status.

mod arguments;
mod compare;
mod detailed;
mod examples;
mod explain;
mod follow;
mod identity;
mod inputs;
mod interrupt;
mod manual;
mod marks;
mod mcp;
mod names;
mod new_file;
mod newest;
mod one_log;
mod output;
mod own_rules;
mod own_window;
mod pages;
mod progress;
mod query;
mod redact;
mod rules;
mod scan;
mod screen;
mod second_look;
mod show;
mod status;
mod stored;
mod timeline;
mod wildcards;
mod writer;

use std::process::ExitCode;

use clap::Parser;

use crate::report::layout::clean;
use arguments::{Arguments, Command};
pub use status::Status;

/// Runs the program with the arguments of this process.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = Arguments::try_parse().unwrap_or_else(|error| refuse(&error));
    arguments.color.apply();
    let window = own_window::OwnWindow::of(&arguments);
    let status = run(&arguments);
    window.stay();
    status
}

fn run(arguments: &Arguments) -> ExitCode {
    let done = match &arguments.command {
        Some(Command::Explain(asked)) => explain::run(asked, &arguments.rules),
        Some(Command::Rules { command }) => rules::run(command.as_ref(), &arguments.rules),
        Some(Command::Completions { shell }) => manual::completions(*shell),
        Some(Command::Man { command }) => manual::page(command),
        Some(Command::Query(query)) => query::run(query),
        Some(Command::Timeline(asked)) => timeline::run(asked, &arguments.rules),
        Some(Command::Compare(asked)) => compare::run(asked, &arguments.rules),
        Some(Command::Mcp(arguments_of)) => mcp::run(arguments_of, &arguments.rules),
        Some(Command::Redact(arguments)) => redact::run(arguments),
        Some(Command::Follow(asked)) => follow::run(asked, &arguments.rules),
        Some(Command::Show(asked)) => show::run(asked, &arguments.rules),
        None if arguments.tail => {
            let (logs, encoding) = (&arguments.paths, arguments.encoding.as_ref());
            let asked = follow::FollowArguments::short(logs, encoding, arguments.redact);
            asked.and_then(|asked| follow::run(&asked, &arguments.rules))
        }
        None => scan::run(arguments),
    };
    match done {
        Ok(status) => status.into(),
        Err(error) if output::is_closed_pipe(&error) => Status::Success.into(),
        Err(error) => {
            output::complain(&format!("{error:#}"));
            Status::Trouble.into()
        }
    }
}

/// Says what is wrong with the command line, or gives the help that it asks for. A mistake quotes
/// what was typed: it is read once more with nothing in it that a terminal acts on.
fn refuse(error: &clap::Error) -> ! {
    if !error.use_stderr() {
        error.exit();
    }
    let typed = std::env::args_os();
    let typed = typed.map(|word| clean(&word.to_string_lossy()).into_owned());
    match Arguments::try_parse_from(typed) {
        Err(error) => error.exit(),
        Ok(_) => {
            output::complain_in_lines(&error.to_string());
            std::process::exit(i32::from(Status::Trouble as u8))
        }
    }
}
