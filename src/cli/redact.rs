//! `msilog redact`: writes logs again with stand-ins for what nobody else should read; and the
//! same for the reports of an analysis (`--redact`).

use std::collections::{BTreeSet, HashSet};
use std::io::{self, BufWriter, Cursor, PipeWriter, Read, Write};
use std::path::{Component, Path, PathBuf};
use std::thread::JoinHandle;

use anyhow::{Context, Result, bail};
use clap::Args;

use super::{Status, output};
use crate::redact::Redactor;
use crate::source::{Choice, Source, expand};
use crate::text::Encoding;

/// How much of standard input is kept to learn names from before anything is written, in bytes.
const HELD_BACK: u64 = 16 << 20;

/// What is redacted, and where it goes.
#[derive(Debug, Args)]
pub struct RedactArguments {
    /// Log files, folders with logs, or - for standard input
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// Write to a file instead of standard output
    #[arg(short, long, value_name = "FILE", conflicts_with = "output_folder")]
    pub output: Option<PathBuf>,

    /// Write each log to a file of its own below this folder
    #[arg(short = 'O', long, value_name = "FOLDER")]
    pub output_folder: Option<PathBuf>,

    /// Encoding of the logs, where it cannot be told from them (windows-1252, shift_jis, …)
    #[arg(long, value_name = "NAME")]
    pub encoding: Option<String>,
}

/// A log, and the path of its copy below the folder for them.
struct Job {
    source: Source,
    below: PathBuf,
}

/// Writes the logs again.
pub fn run(arguments: &RedactArguments) -> Result<Status> {
    let encoding = arguments.encoding.as_deref();
    let encoding = encoding.map(Encoding::named).transpose()?;
    let dash = [PathBuf::from("-")];
    let paths = match arguments.paths.as_slice() {
        [] => &dash,
        paths => paths,
    };
    // All names first: one that the last log tells may stand in the first.
    let (mut redactor, count) = learn(paths, encoding)?;
    if count > 1 && arguments.output_folder.is_none() {
        bail!("several logs do not fit into one; name a folder for them with -O");
    }
    let mut status = Status::Success;
    let mut taken = HashSet::new();
    for job in jobs(paths)? {
        let place = job.and_then(|job| {
            let place = place(arguments, &job, &mut redactor, &mut taken)?;
            copy(job, place.as_deref(), &mut redactor, encoding)
        });
        match place {
            Err(error) if output::is_closed_pipe(&error) => return Err(error),
            Err(error) => {
                output::complain(&redactor.text(&format!("{error:#}")));
                status = Status::Trouble;
            }
            Ok(()) => {}
        }
    }
    summary(&redactor);
    Ok(status)
}

/// What all logs tell that can be read twice, and how many logs there are. What cannot be read is
/// left for the second time, which says so.
fn learn(paths: &[PathBuf], encoding: Option<Encoding>) -> Result<(Redactor, usize)> {
    let mut redactor = Redactor::default();
    let mut count = 0;
    let mut folders = BTreeSet::new();
    for job in jobs(paths)? {
        count += 1;
        let Ok(Job { source, below }) = job else {
            continue;
        };
        redactor.text(&source.name());
        redactor.text(&below.display().to_string());
        folders.extend(
            below
                .parent()
                .and_then(|parent| parent.iter().next().map(PathBuf::from)),
        );
        if !matches!(source, Source::StandardInput)
            && let Ok(log) = source.open()
        {
            // An error in the middle comes again when the log is copied.
            let _ = redactor.learn_log(log, encoding);
        }
    }
    // Last, since it may be called as a person is, too, and the logs know that.
    for folder in folders {
        redactor.folder("", &format!("/{}/", folder.display()));
    }
    Ok((redactor.counted_anew(), count))
}

/// The logs below the paths, each with the path of its copy.
fn jobs(paths: &[PathBuf]) -> Result<impl Iterator<Item = Result<Job>>> {
    let roots = paths.iter().map(|root| {
        let sources = expand(vec![root.clone()], Choice::default());
        Ok((root, sources.context("the search for logs cannot begin")?))
    });
    let roots: Vec<_> = roots.collect::<Result<_>>()?;
    Ok(roots.into_iter().flat_map(|(root, sources)| {
        sources.map(move |source| {
            let source = source?;
            let below = below(root, &source);
            Ok(Job { source, below })
        })
    }))
}

/// The path of a log below the folder that was named; the file's name where it was named itself.
/// Entries of an archive lie below a folder with its name.
fn below(root: &Path, source: &Source) -> PathBuf {
    if matches!(source, Source::StandardInput) {
        return "standard-input.log".into();
    }
    let path = PathBuf::from(source.name().replace("!/", "/"));
    let inner = match path.strip_prefix(root) {
        Ok(below) if !below.as_os_str().is_empty() => below,
        _ => Path::new(path.file_name().unwrap_or(path.as_os_str())),
    };
    // Nothing leaves the folder, whatever an archive calls its entries.
    let parts = inner.components();
    parts
        .filter(|part| matches!(part, Component::Normal(_)))
        .collect()
}

/// Where the copy goes; `None`: standard output. Names of files are redacted like all others.
fn place(
    arguments: &RedactArguments,
    job: &Job,
    redactor: &mut Redactor,
    taken: &mut HashSet<PathBuf>,
) -> Result<Option<PathBuf>> {
    let Some(folder) = &arguments.output_folder else {
        return Ok(arguments.output.clone());
    };
    let name = PathBuf::from(redactor.text(&job.below.display().to_string()));
    let mut path = folder.join(&name);
    let mut number = 2;
    while !taken.insert(path.clone()) {
        let stem = name.file_stem().unwrap_or(name.as_os_str()).display();
        let end = name.extension().map(|end| format!(".{}", end.display()));
        let end = end.unwrap_or_default();
        path = folder.join(name.with_file_name(format!("{stem}-{number}{end}")));
        number += 1;
    }
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)
            .with_context(|| format!("{}: the folder cannot be made", parent.display()))?;
    }
    Ok(Some(path))
}

/// Writes one log again.
fn copy(
    job: Job,
    place: Option<&Path>,
    redactor: &mut Redactor,
    encoding: Option<Encoding>,
) -> Result<()> {
    if let (Source::File { path: from, .. }, Some(to)) = (&job.source, place)
        && is_same(from, to)
    {
        let to = to.display();
        bail!("{to}: a log is not written over itself; choose another place");
    }
    let standard_input = matches!(job.source, Source::StandardInput);
    let source = job.source.open()?;
    let mut out: Box<dyn Write> = match place {
        None => Box::new(BufWriter::new(io::stdout())),
        Some(path) => Box::new(BufWriter::new(output::create(
            path,
            "choose another place",
        )?)),
    };
    if standard_input {
        once(source, redactor, encoding, &mut out)?;
    } else {
        redactor.replace_log(source, encoding, &mut out)?;
    }
    Ok(out.flush()?)
}

fn is_same(one: &Path, other: &Path) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

/// What can be read only once: the front of it is kept to learn from.
fn once(
    mut source: impl Read,
    redactor: &mut Redactor,
    encoding: Option<Encoding>,
    out: &mut impl Write,
) -> Result<()> {
    let mut front = Vec::new();
    source.by_ref().take(HELD_BACK).read_to_end(&mut front)?;
    redactor.learn_log(front.as_slice(), encoding)?;
    if front.len() as u64 == HELD_BACK {
        output::complain(
            "standard input is long: bare names that only its end tells stay in its front; redact a file to be sure",
        );
    }
    Ok(redactor.replace_log(Cursor::new(front).chain(source), encoding, out)?)
}

/// Says on standard error what was replaced: kinds and numbers, never values.
pub fn summary(redactor: &Redactor) {
    let parts = redactor.summary();
    let parts = parts.map(|(kind, n, places)| format!("{n} {} ({places}×)", kind.noun(n)));
    output::complain(&match parts.collect::<Vec<_>>().join(", ") {
        none if none.is_empty() => "nothing was found to redact".to_owned(),
        parts => format!("redacted {parts}"),
    });
}

/// Lets a log be learned while it is analysed: what goes to the one goes to the other too.
pub struct Learning<R> {
    inner: R,
    to: PipeWriter,
}

/// The other end of [`Learning`].
pub struct Learner(JoinHandle<io::Result<Redactor>>);

impl Learner {
    /// What was learned, once the log was read and dropped.
    pub fn finish(self) -> io::Result<Redactor> {
        let lost = |_| io::Error::other("the log could not be redacted");
        self.0.join().map_err(lost)?
    }
}

/// Starts to learn from what is read.
pub fn learning<R: Read>(inner: R, encoding: Option<&str>) -> io::Result<(Learning<R>, Learner)> {
    let (from, to) = io::pipe()?;
    let encoding = encoding.and_then(|name| Encoding::named(name).ok());
    let thread = std::thread::spawn(move || {
        let mut redactor = Redactor::default();
        redactor.learn_log(from, encoding)?;
        Ok(redactor)
    });
    Ok((Learning { inner, to }, Learner(thread)))
}

impl<R: Read> Read for Learning<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        if let Some(read) = buffer.get(..count) {
            // A learner that is gone says so at its end.
            let _ = self.to.write_all(read);
        }
        Ok(count)
    }
}
