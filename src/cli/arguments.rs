//! The command line.

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

/// Number of the version, commit and date of the knowledge: what a report of a mistake needs.
const VERSION: &str = env!("MSILOG_VERSION");

use super::compare::CompareArguments;
use super::examples::examples;
use super::follow::FollowArguments;
use super::mcp::McpArguments;
use super::redact::RedactArguments;
use super::show::ShowArguments;
use super::timeline::TimelineArguments;
use crate::report::formats::{FORMATS, OutputFormat};
use crate::report::groups::GroupBy;

/// Takes the name of an output format.
fn output_format() -> impl TypedValueParser<Value = &'static OutputFormat> {
    let names = FORMATS
        .iter()
        .map(|format| PossibleValue::new(format.name).help(format.about));
    PossibleValuesParser::new(names).try_map(|name| {
        let mut formats = FORMATS.iter();
        formats
            .find(|format| format.name == name)
            .ok_or("there is no such format")
    })
}

/// What failures are grouped by; nothing where no groups are wanted.
type By = Option<GroupBy>;

/// Takes what failures are grouped by, or `none`.
fn group_by() -> impl TypedValueParser<Value = By> {
    let groups = GroupBy::value_variants().iter();
    let none = PossibleValue::new("none").help("No groups");
    let names = groups.filter_map(GroupBy::to_possible_value).chain([none]);
    PossibleValuesParser::new(names).map(|name| GroupBy::from_str(&name, false).ok())
}

/// What following one log has no use for: asked for with `-f`, it would be ignored and nobody told.
const NOT_FOLLOWED: [&str; 13] = [
    "format",
    "output",
    "files_from",
    "group_by",
    "baseline",
    "glob",
    "max_depth",
    "follow",
    "newer_than",
    "store",
    "details",
    "max_evidence",
    "exit_zero",
];

/// Takes a number of threads. Each takes memory, and no machine has more processors than that.
fn jobs(number: &str) -> Result<usize, &'static str> {
    let number = number.parse().ok();
    let number = number.filter(|number| (1..=1024).contains(number));
    number.ok_or("write a number from 1 to 1024")
}

/// Says why a Windows Installer (MSI) installation failed, and what fixes it.
///
/// Reads verbose logs (msiexec /l*vx), WiX bundle logs, and pieces of either. Name log files or
/// folders, or pipe a log in.
#[derive(Debug, Parser)]
#[command(name = "msilog", version = VERSION, args_conflicts_with_subcommands = true, after_help = examples("", EXIT_STATUS))]
pub struct Arguments {
    /// Log files, folders with logs, archives with logs (zip, cab, tar, gz, zst, 7z), or - for
    /// standard input
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// How to write the report
    #[arg(long, value_parser = output_format(), default_value = "text", value_name = "FORMAT", help_heading = REPORT)]
    pub format: &'static OutputFormat,

    /// Write to a file instead of standard output
    #[arg(short, long, value_name = "FILE", help_heading = REPORT)]
    pub output: Option<PathBuf>,

    /// Remedies of your own, a file or a folder of them (repeatable). On top of the built-in ones
    /// and those in MSILOG_RULES or in your folder for them
    #[arg(long, value_name = "FILE", global = true, help_heading = REPORT)]
    pub rules: Vec<PathBuf>,

    /// Encoding of the logs, where it cannot be told from them (windows-1252, shift_jis, …)
    #[arg(long, value_name = "NAME", help_heading = LOGS)]
    pub encoding: Option<String>,

    /// How many logs are read at once [default: number of processors]
    #[arg(long, value_name = "N", value_parser = jobs, help_heading = RUN)]
    pub jobs: Option<usize>,

    /// Leave out logs of installations that worked
    #[arg(long, help_heading = REPORT)]
    pub only_failed: bool,

    /// Read the names of logs from a file, one a line (- for standard input)
    #[arg(long, value_name = "FILE", help_heading = LOGS)]
    pub files_from: Option<PathBuf>,

    /// Names in --files-from end with NUL, not with a line end
    #[arg(short = '0', requires = "files_from", help_heading = LOGS)]
    pub null_data: bool,

    /// What the failures of many logs are grouped by [default: cause]
    #[arg(long, value_parser = group_by(), value_name = "WHAT", help_heading = REPORT)]
    pub group_by: Option<By>,

    /// Say what is new, gone and still there since an earlier scan, written with --format ndjson
    #[arg(long, value_name = "FILE", help_heading = REPORT)]
    pub baseline: Option<PathBuf>,

    /// Which files of a folder or an archive to read, in place of *.log, *.txt and the
    /// pages of .NET setup (repeatable).
    /// With a slash in it, the whole path below the folder or in the archive must match
    #[arg(long, value_name = "PATTERN", help_heading = LOGS)]
    pub glob: Vec<String>,

    /// How many folders deep to look; 1 is the files of the folder itself
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..), help_heading = LOGS)]
    pub max_depth: Option<u64>,

    /// Follow links that lead out of a folder, and links to folders
    #[arg(long, help_heading = LOGS)]
    pub follow: bool,

    /// Follow one log while it is written, as msilog follow does
    #[arg(short = 'f', help_heading = LOGS, conflicts_with_all = NOT_FOLLOWED)]
    pub tail: bool,

    /// Only files of a folder that were written since then: 2h, 7d, 3weeks, a date (2026-11-20), or
    /// a file whose time counts. An archive counts as one file
    #[arg(long, value_name = "WHEN", help_heading = LOGS)]
    pub newer_than: Option<String>,

    /// Keep the reports in this file, and read only what has changed since they were made. Made if
    /// it is not there; see msilog query
    #[arg(long, value_name = "FILE", help_heading = REPORT)]
    pub store: Option<PathBuf>,

    /// With --format json or ndjson: all actions with their times, properties and where they were set,
    /// features, components, policies, privileges, products, patches, files in use and reasons to restart
    #[arg(long, help_heading = REPORT)]
    pub details: bool,

    /// Most lines of evidence for one failure
    #[arg(long, value_name = "N", default_value_t = 12, help_heading = REPORT)]
    pub max_evidence: usize,

    /// When to use colour
    #[arg(long, value_enum, default_value_t = When::Auto, value_name = "WHEN", global = true, help_heading = RUN)]
    pub color: When,

    /// When to show progress
    #[arg(long, value_enum, default_value_t = When::Auto, value_name = "WHEN", help_heading = RUN)]
    pub progress: When,

    /// Exit with 0 although a failed installation was found
    #[arg(long, help_heading = RUN)]
    pub exit_zero: bool,

    /// Print nothing; the exit status tells
    #[arg(short, long, help_heading = RUN)]
    pub quiet: bool,

    /// Print every log in full, also in a scan of many, why each remedy was chosen, and what is no
    /// installer log too
    #[arg(short, long, help_heading = RUN)]
    pub verbose: bool,

    /// Replace names of people and machines, addresses, keys and passwords in the report
    #[arg(long, conflicts_with_all = ["baseline", "store"], help_heading = REPORT)]
    pub redact: bool,

    /// What to do instead of reading logs
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// The groups of options in the help.
const LOGS: &str = "Which logs";
const REPORT: &str = "What is reported";
const RUN: &str = "How it runs";

const EXIT_STATUS: &str = "\
Exit status: 0 all installations worked; 1 at least one failed or was cancelled; 2 some input could \
not be read, or was named and is no installer log, or the command line is wrong.";

const EXPLAIN_HELP: &str = "\
A term is one word, a number with what it is (exit code 1603, error 1935, system error 5, return value 3, \
type 3073; quotes are not needed), or a message line of a log in quotes.

Arguments of a message may follow its number: msilog explain 1310 'C:\\x.dll' 5. They are taken for \
arguments where the first term is the number of a message and a later one is unknown and looks like a path, \
a file or a sentence (it holds one of \\ / . , = : or a blank); then all that follow the number are \
arguments. In doubt set them apart: msilog explain 1935 -- {GUID} 0x80131047 IAssemblyCacheItem. \
Codes go to the places of codes, whatever the order.

Exit status: 0 every term is known; 2 at least one is unknown, or there is none.";

const REDACT_HELP: &str = "\
The same value has the same stand-in everywhere: user-1, machine-1, secret-1. Numbers of lines stay, and \
so does all that an analysis needs. Files are read twice, first to learn names. The first 16 MiB of \
standard input are kept for that; what is longer is redacted as it comes, and a bare name that only the \
rest tells stays in what was written before. Look the result over before you publish it.

Exit status: 0 all logs were written; 2 some could not be.";

const SHOW_HELP: &str = "\
Without --lines and --around: the lines around the cause and the failure, and those that prove it. Numbers \
are those of the report and of grep -n. A terminal gets long lines in rows, a pipe gets them whole.

Exit status: 0 the lines were shown; 2 the log cannot be read, has no such line or is no installer log.";

const MCP_HELP: &str = "\
Only what lies below the roots is read, links out of them are not followed, and nothing is ever written. \
Names, addresses, keys and passwords are replaced in all answers, paths of files are not: an assistant has \
to name them. In the settings of a client: {\"command\": \"msilog\", \"args\": [\"mcp\", \"C:\\\\Logs\"]}.";
const FOLLOW_HELP: &str = "\
The log need not be there yet, and may be emptied or replaced. It ends with the log, two seconds after its \
last line, with Ctrl-C or with --timeout; then the whole report is written. On a pipe each event is one \
line: 'line N: begins ACTION', 'line N: ERROR', 'verdict: ' and the line of --format oneline.

Exit status: as for the log itself; 2 also where --timeout ends a log that has no end and no failure.";

/// What the program can do beside reading logs.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Say what codes, messages, product codes, actions, articles and rules mean
    #[command(after_help = examples("explain", EXPLAIN_HELP))]
    Explain(Explain),
    /// Write logs again without names of people and machines, addresses, keys and passwords
    #[command(after_help = examples("redact", REDACT_HELP))]
    Redact(RedactArguments),
    /// Show lines of a log with what each of them is: cause, proof, knock-on, noise, …
    #[command(after_help = examples("show", SHOW_HELP))]
    Show(ShowArguments),
    /// Follow a log while it is written: which action runs, and the verdict once a line tells it
    #[command(after_help = examples("follow", FOLLOW_HELP))]
    Follow(FollowArguments),
    /// List, show and check remedies
    #[command(after_help = examples("rules", ""))]
    Rules {
        /// What to do; list where nothing is said
        #[command(subcommand)]
        command: Option<RulesCommand>,
    },
    /// Print what a shell has to read to complete the command line
    Completions {
        /// The shell
        #[arg(value_name = "SHELL")]
        shell: Shell,
    },
    /// Print the manual page, for man
    Man {
        /// The page of a command, not of the program: explain, or rules check
        #[arg(value_name = "COMMAND")]
        command: Vec<String>,
    },
    /// Show what ran in a log, when and how long
    #[command(after_help = examples("timeline", ""))]
    Timeline(TimelineArguments),
    /// Show where two runs part, and what differed before
    #[command(after_help = examples("compare", ""))]
    Compare(CompareArguments),
    /// Let an assistant ask: the Model Context Protocol on standard input and output
    #[command(after_help = examples("mcp", MCP_HELP))]
    Mcp(McpArguments),
    /// Ask a store that scans with --store have filled
    #[command(after_help = examples("query", ""))]
    Query(Query),
}

/// What is to be explained.
#[derive(Debug, Args)]
pub struct Explain {
    /// 1603, 0x80070643, "error 1935", {GUID}, KB976982, an action, a rule id, …; - or nothing
    /// reads them from standard input, one a line
    #[arg(value_name = "TERM", allow_negative_numbers = true)]
    pub terms: Vec<String>,

    /// How to write the answer
    #[arg(long, value_enum, default_value_t = ExplainFormat::Text, value_name = "FORMAT")]
    pub format: ExplainFormat,

    /// Arguments of the message that is the last term
    #[arg(last = true, value_name = "ARGUMENT")]
    pub arguments: Vec<String>,
}

/// What is asked of a store.
#[derive(Debug, Args)]
pub struct Query {
    /// The file that was named with --store
    #[arg(long, value_name = "FILE")]
    pub store: Option<PathBuf>,

    /// causes, machines, products, remedies, changes or logs; all are listed where none is named
    pub question: Option<String>,

    /// What the question takes, such as the signature of a cause
    pub value: Option<String>,

    /// Ask in SQL instead: one statement that only reads
    #[arg(long, value_name = "SELECT", conflicts_with = "question")]
    pub sql: Option<String>,

    /// How to write the answer
    #[arg(long, value_enum, default_value_t = AnswerFormat::Text, value_name = "FORMAT")]
    pub format: AnswerFormat,

    /// Give up a question that takes longer
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub timeout: u64,
}

/// How to write an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AnswerFormat {
    /// A table for people
    Text,
    /// One JSON array, an object for each row
    Json,
    /// Comma-separated values with a header
    Csv,
}

/// What can be done with remedies.
#[derive(Debug, Subcommand)]
pub enum RulesCommand {
    /// All rules, one a line
    List {
        /// How to write the list
        #[arg(long, value_enum, default_value_t = ListFormat::Text, value_name = "FORMAT")]
        format: ListFormat,
    },
    /// One rule in full
    Show {
        /// Its id
        id: String,

        /// How to write the rule
        #[arg(long, value_enum, default_value_t = ShowFormat::Text, value_name = "FORMAT")]
        format: ShowFormat,
    },
    /// Say what is wrong with files of rules: mistakes, examples that do not hold, conditions that
    /// no log can meet, rules that others hide
    Check {
        /// Files of rules, or folders of them
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Run the examples in files of rules, one line for each
    Test {
        /// Files of rules, or folders of them
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// The JSON Schema of files of rules, for editors
    Schema,
}

/// How to write the list of rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    /// Id and title
    Text,
    /// One JSON array, the rules in full
    Json,
    /// A page with the rules in full
    Markdown,
}

/// How to write a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ShowFormat {
    /// For people
    Text,
    /// One JSON object
    Json,
}

/// How to write what a term means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExplainFormat {
    /// For people
    Text,
    /// One JSON array, the terms in the order asked
    Json,
    /// One JSON object a line
    Ndjson,
}

/// When to do something that suits a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// On a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl When {
    /// Makes this the choice of colour for the whole program; `auto` leaves it to NO_COLOR,
    /// CLICOLOR_FORCE and the terminal.
    pub fn apply(self) {
        let choice = match self {
            Self::Auto => return,
            Self::Always => anstream::ColorChoice::Always,
            Self::Never => anstream::ColorChoice::Never,
        };
        choice.write_global();
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        super::Arguments::command().debug_assert();
    }
}
