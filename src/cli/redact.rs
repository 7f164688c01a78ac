//! `msilog redact`: writes logs again with stand-ins for what nobody else should read; and the
//! same for the reports of an analysis (`--redact`).

use std::collections::BTreeSet;
use std::io::{self, BufWriter, Cursor, PipeWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;

use anyhow::{Context, Result, bail};
use clap::Args;

use super::identity::{self, InUse};
use super::names::Names;
use super::new_file::{self, How, NewFile};
use super::{Status, output};
use crate::redact::Redactor;
use crate::source::{Choice, Source, expand};
use crate::text::Encoding;

/// How much of standard input is kept to learn names from before anything is written, in bytes.
const HELD_BACK: u64 = 16 << 20;

/// What is never written over.
const WHAT: &str = "one of the logs, or an archive with one";

/// What is redacted, and where it goes.
#[derive(Debug, Args)]
pub struct RedactArguments {
    /// Log files, folders with logs, or - for standard input
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// Write to a file instead of standard output
    #[arg(short, long, value_name = "FILE", conflicts_with = "output_folder")]
    pub output: Option<PathBuf>,

    /// Write each log to a file of its own below this folder. What lies there already is not
    /// replaced
    #[arg(short = 'O', long, value_name = "FOLDER")]
    pub output_folder: Option<PathBuf>,

    /// Replace files below the folder for copies
    #[arg(long, requires = "output_folder")]
    pub force: bool,

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
    if let Some(output) = &arguments.output {
        // What is found in folders is known only when all was read.
        let mut named = InUse::default();
        paths.iter().for_each(|path| named.add(path, WHAT));
        named.refuse(output)?;
    }
    let copies = Copies::new(arguments.output_folder.as_deref(), paths)?;
    // All names first: one that the last log tells may stand in the first.
    let Learned {
        mut redactor,
        count,
        in_use,
    } = learn(paths, &copies, encoding)?;
    if count > 1 && arguments.output_folder.is_none() {
        bail!("several logs do not fit into one; name a folder for them with -O");
    }
    let mut status = Status::Success;
    let mut names = Names::default();
    for job in jobs(paths, &copies)? {
        let done = job.and_then(|job| {
            let file = file(arguments, &job, &mut redactor, &mut names, &in_use)?;
            copy(job, file, &mut redactor, encoding)
        });
        let Err(error) = done else { continue };
        if output::is_closed_pipe(&error) {
            return Err(error);
        }
        output::complain(&redactor.text(&format!("{error:#}")));
        status = Status::Trouble;
        if new_file::is_full(&error) {
            output::complain("the disk is full: no more logs are written");
            break;
        }
    }
    summary(&redactor);
    Ok(status)
}

/// What the first reading of all logs gives.
struct Learned {
    redactor: Redactor,
    count: usize,
    /// The logs, and the archives that they lie in.
    in_use: InUse,
}

/// What all logs tell that can be read twice, and how many logs there are. What cannot be read is
/// left for the second time, which says so.
fn learn(paths: &[PathBuf], copies: &Copies, encoding: Option<Encoding>) -> Result<Learned> {
    let mut redactor = Redactor::default();
    let (mut count, mut in_use) = (0, InUse::default());
    let mut folders = BTreeSet::new();
    for job in jobs(paths, copies)? {
        count += 1;
        let Ok(Job { source, below }) = job else {
            continue;
        };
        let name = source.name();
        match &source {
            Source::StandardInput => in_use.add(Path::new("-"), WHAT),
            // A path need not be Unicode.
            Source::File { path, .. } => in_use.add(path, WHAT),
            _ => identity::files_of(&name)
                .filter(|file| file.exists())
                .for_each(|file| in_use.add(file, WHAT)),
        }
        redactor.text(&name);
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
    Ok(Learned {
        redactor: redactor.counted_anew(),
        count,
        in_use,
    })
}

/// The folder for copies where it lies inside one that is read: copies are not read again.
struct Copies(Option<PathBuf>);

impl Copies {
    fn new(folder: Option<&Path>, paths: &[PathBuf]) -> Result<Self> {
        let Some(folder) = folder else {
            return Ok(Self(None));
        };
        let real = identity::resolved(folder);
        let mut roots = paths.iter().filter(|path| path.is_dir());
        if roots.clone().any(|root| identity::resolved(root) == real) {
            let folder = folder.display();
            bail!("{folder}: this folder is read; name another one for the copies");
        }
        let inside = roots.any(|root| real.starts_with(identity::resolved(root)));
        Ok(Self(inside.then_some(real)))
    }

    fn hold(&self, source: &Source) -> bool {
        let Some(folder) = &self.0 else { return false };
        let name = source.name();
        let mut files = identity::files_of(&name).filter(|file| file.exists());
        files.any(|file| identity::resolved(file).starts_with(folder))
    }
}

/// The logs below the paths, each with the path of its copy.
fn jobs(paths: &[PathBuf], copies: &Copies) -> Result<impl Iterator<Item = Result<Job>>> {
    let roots = paths.iter().map(|root| {
        let sources = expand(vec![root.clone()], Choice::default());
        Ok((root, sources.context("the search for logs cannot begin")?))
    });
    let roots: Vec<_> = roots.collect::<Result<_>>()?;
    let all = roots.into_iter().flat_map(|(root, sources)| {
        sources.map(move |source| {
            let source = source?;
            let below = below(root, &source);
            Ok(Job { source, below })
        })
    });
    Ok(all.filter(|job: &Result<Job>| !job.as_ref().is_ok_and(|job| copies.hold(&job.source))))
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
    inner.to_owned()
}

/// The file for a copy; `None`: standard output. Names of files are redacted like all others.
fn file(
    arguments: &RedactArguments,
    job: &Job,
    redactor: &mut Redactor,
    names: &mut Names,
    in_use: &InUse,
) -> Result<Option<NewFile>> {
    let name = job.source.name();
    let copy_of = identity::files_of(&name).find(|file| file.is_file());
    let mut how = How {
        replace: true,
        copy_of,
    };
    let Some(folder) = &arguments.output_folder else {
        let path = arguments.output.as_deref();
        return path
            .map(|path| NewFile::create(path, how, in_use))
            .transpose();
    };
    how.replace = arguments.force;
    // Nothing leaves the folder, whatever an archive calls its entries.
    let name = names.give(Path::new(&redactor.text(&job.below.display().to_string())));
    let path = folder.join(name);
    new_file::folder_for(&path, copy_of)?;
    NewFile::create(&path, how, in_use).map(Some)
}

/// Writes one log again.
fn copy(
    job: Job,
    file: Option<NewFile>,
    redactor: &mut Redactor,
    encoding: Option<Encoding>,
) -> Result<()> {
    let standard_input = matches!(job.source, Source::StandardInput);
    let source = job.source.open()?;
    let mut out: output::Out = match &file {
        None => output::data(),
        Some(file) => Box::new(BufWriter::new(file.writer()?)),
    };
    if standard_input {
        once(source, redactor, encoding, &mut out)?;
    } else {
        redactor.replace_log(source, encoding, &mut out)?;
    }
    out.flush()?;
    drop(out);
    file.map_or(Ok(()), NewFile::finish)
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

/// Takes note of the folder that tells the machine of a log.
pub fn learn_folder(redactor: &mut Redactor, roots: &[PathBuf], path: &str) {
    for root in roots {
        redactor.folder(&root.display().to_string(), path);
    }
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
