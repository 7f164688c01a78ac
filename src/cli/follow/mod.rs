//! `msilog follow`: a log while it is written. Says which action runs, and the verdict as soon as a
//! line tells it.

mod events;
mod lines;
mod show;
mod tail;
mod verdict;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Args;
use jiff::SignedDuration;

use super::detailed::DetailedArguments;
use super::{Status, interrupt, output, redact};
use crate::report::{LogReport, oneline, text};
use crate::text::Encoding;
use events::Event;
use lines::Lines;
use show::Show;
use tail::{Look, Tail};
use verdict::Analyst;

/// How often the file is looked at.
const TICK: Duration = Duration::from_millis(100);

/// A log that has its end is waited for so long: another part may follow.
const GRACE: Duration = Duration::from_secs(2);

/// So much is read in a row before anything else is done, in looks at the file.
const IN_A_ROW: usize = 64;

/// What is followed.
#[derive(Debug, Args)]
pub struct FollowArguments {
    /// The log; it need not be there yet
    #[arg(value_name = "LOG")]
    pub log: PathBuf,

    /// Wait no longer: 90 (seconds), 10m, 1h
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub timeout: Option<Duration>,

    #[command(flatten)]
    pub how: DetailedArguments,
}

/// A length of time.
fn time(text: &str) -> Result<Duration, &'static str> {
    let seconds = text.parse().ok().map(Duration::from_secs);
    let span = || {
        let span = text.parse::<SignedDuration>().ok()?;
        Duration::try_from(span).ok()
    };
    let time = seconds.or_else(span);
    time.ok_or("write a number of seconds, or 90s, 10m, 1h")
}

impl FollowArguments {
    /// What `msilog -f` takes.
    ///
    /// # Errors
    /// Where it is not one log.
    pub fn short(logs: &[PathBuf], encoding: Option<&String>, redact: bool) -> Result<Self> {
        let [log] = logs else {
            bail!("-f follows one log: msilog -f LOG");
        };
        Ok(Self {
            log: log.clone(),
            timeout: None,
            how: DetailedArguments {
                encoding: encoding.cloned(),
                redact,
            },
        })
    }
}

/// Follows a log to its end.
pub fn run(arguments: &FollowArguments, rules: &[PathBuf]) -> Result<Status> {
    interrupt::watch();
    refuse(&arguments.log)?;
    let (options, rules) = arguments.how.options(rules);
    let encoding = options.encoding()?;
    let mut follower = Follower {
        path: &arguments.log,
        encoding,
        tail: Tail::new(arguments.log.clone()),
        lines: Lines::new(encoding),
        analyst: Analyst::new(options),
        show: Show::new(arguments.how.redact),
        begun: Instant::now(),
        ended: false,
        waiting: false,
        verdict: None,
        error: String::new(),
    };
    let status = follower.follow(arguments.timeout)?;
    Ok(status.max(rules))
}

/// Only a file can be followed: a folder is many, and a pipe tells its end itself.
fn refuse(path: &Path) -> Result<()> {
    let shown = path.display();
    if path.as_os_str() == "-" {
        bail!("standard input ends by itself: msilog - reads it to its end; follow needs a file");
    }
    match path.metadata() {
        Ok(data) if data.is_dir() => bail!(
            "{shown}: a folder cannot be followed; name the log in it, such as the one behind msiexec /l*vx"
        ),
        Ok(data) if !data.is_file() => {
            bail!(
                "{shown}: a pipe or device cannot be followed; msilog {shown} reads it to its end"
            )
        }
        // What is not there yet may come, in a folder that is there.
        Err(_) => match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() && !folder.is_dir() => {
                bail!("{shown}: there is no such folder; check the path")
            }
            _ => Ok(()),
        },
        Ok(_) => Ok(()),
    }
}

/// Why it is no longer followed.
#[derive(PartialEq, Eq)]
enum End {
    /// The log's own end is there.
    Whole,
    /// Somebody pressed Ctrl-C.
    Asked,
    /// It took too long.
    Late,
}

struct Follower<'a> {
    path: &'a Path,
    encoding: Option<Encoding>,
    tail: Tail,
    lines: Lines,
    analyst: Analyst,
    show: Show,
    begun: Instant,
    /// A line said that the log ends.
    ended: bool,
    /// It was said that the log is not there.
    waiting: bool,
    /// How it ended and why, as it was said last.
    verdict: Option<String>,
    /// The error that was said last.
    error: String,
}

impl Follower<'_> {
    fn follow(&mut self, timeout: Option<Duration>) -> Result<Status> {
        let end = loop {
            self.read()?;
            if self.analyst.is_due(self.lines.whole()) {
                self.analyse()?;
            }
            if interrupt::asked() {
                break End::Asked;
            }
            if timeout.is_some_and(|most| self.begun.elapsed() >= most) {
                break End::Late;
            }
            if self.is_over() {
                break End::Whole;
            }
            let verdict = self.analyst.report.as_ref();
            let verdict = verdict.map_or("no verdict yet", verdict_word);
            self.show.tick(self.lines.count(), self.begun, verdict);
            std::thread::sleep(TICK);
        };
        self.show.end();
        self.report(&end)
    }

    /// Reads what came.
    fn read(&mut self) -> Result<()> {
        for _ in 0..IN_A_ROW {
            let unreadable = || format!("{}: cannot be read", self.path.display());
            match self.tail.look().with_context(unreadable)? {
                Look::Missing if !std::mem::replace(&mut self.waiting, true) => {
                    let path = self.path.display();
                    let said = format!("waiting: {path} is not there, or in use; stop with Ctrl-C");
                    self.show.event(&said)?;
                }
                Look::Anew => {
                    self.show.event("anew: the log begins anew")?;
                    self.lines = Lines::new(self.encoding);
                    self.analyst.forget();
                    (self.ended, self.verdict) = (false, None);
                }
                Look::Grown(_) => {
                    self.waiting = false;
                    self.take()?;
                    continue;
                }
                Look::Missing | Look::Same => {}
            }
            break;
        }
        Ok(())
    }

    /// Takes the lines that came.
    fn take(&mut self) -> Result<()> {
        let mut said = Ok(());
        let (mut telling, mut ended) = (false, self.ended);
        let (show, error) = (&mut self.show, &mut self.error);
        self.lines.take(&self.tail.bytes, |line| {
            show.learn(line);
            let event = events::of(line);
            telling |= matches!(event, Some(Event::Error(_) | Event::Telling | Event::Ends));
            if said.is_err() {
                return;
            }
            match event {
                Some(Event::Begins(action)) => {
                    ended = false;
                    said = show.begins(line.number, action);
                }
                Some(Event::Undoes) => {
                    said = show.event(&format!("line {}: undoes what was done", line.number));
                }
                // The engine says most of them twice.
                Some(Event::Error(text)) if !error.ends_with(text) && !text.ends_with(&*error) => {
                    text.clone_into(error);
                    said = show.event(&format!("line {}: {text}", line.number));
                }
                Some(Event::Error(text)) if error.is_empty() => {
                    text.clone_into(error);
                    said = show.event(&format!("line {}: {text}", line.number));
                }
                Some(Event::Ends) => ended = true,
                _ => {}
            }
        });
        self.ended = ended;
        self.analyst.grown(telling);
        said
    }

    /// Looks what is known of the whole, and says it where that is new.
    fn analyse(&mut self) -> Result<()> {
        let report = self.analyst.analyse(self.path, self.lines.whole())?;
        let decided = report
            .principal()
            .is_some_and(|session| session.failure.is_some())
            || !matches!(oneline::outcome(report), "incomplete" | "no-log");
        let verdict = decided.then(|| oneline::line(report));
        if let Some(verdict) = verdict.filter(|verdict| self.verdict.as_ref() != Some(verdict)) {
            self.show.event(&format!("verdict: {verdict}"))?;
            self.verdict = Some(verdict);
        }
        Ok(())
    }

    /// Whether the end of the log is there, and nothing followed it for a while.
    fn is_over(&self) -> bool {
        let report = self.analyst.report.as_ref();
        let whole = report.is_some_and(|r| r.complete && !r.sessions.is_empty());
        (self.ended || whole) && self.analyst.still() >= GRACE
    }

    /// The report, and what it says of the exit status.
    fn report(&mut self, end: &End) -> Result<Status> {
        // All that is there counts, the line without an end too.
        if self.tail.position() > 0 {
            // It may be gone by now; then what was known of it counts.
            let known = self.analyst.report.take();
            let last = self.analyst.analyse(self.path, u64::MAX).err();
            if let (Some(error), None) = (last, &known) {
                return Err(error);
            }
            self.analyst.report = self.analyst.report.take().or(known);
        }
        let Some(report) = &self.analyst.report else {
            output::complain(&format!("{}: no log came", self.path.display()));
            return Ok(Status::Trouble);
        };
        let status = Status::of(report);
        if *end != End::Whole && !report.complete {
            let why = if *end == End::Late {
                "the time is over"
            } else {
                "stopped by Ctrl-C"
            };
            output::complain(&format!("{why}: the log has no end yet"));
        }
        let shown = match &mut self.show.redactor {
            Some(redactor) => redactor.report(report)?,
            None => report.clone(),
        };
        let width = output::width();
        self.show.write(|out| {
            writeln!(out)?;
            text::write(out, &shown, width)
        })?;
        if let Some(redactor) = &self.show.redactor {
            redact::summary(redactor);
        }
        let open = *end == End::Late && !report.complete && status == Status::Success;
        Ok(if open { Status::Trouble } else { status })
    }
}

/// How things stand, in a word.
fn verdict_word(report: &LogReport) -> &'static str {
    match oneline::outcome(report) {
        "incomplete" | "no-log" => "no verdict yet",
        word => word,
    }
}
