//! From what the user named to what is read: files as they are, folders as the logs below them,
//! archives as the logs in them, in the order of their names. It runs on a thread of its own, a
//! few sources ahead of the readers, so that ten thousand files cost no more memory than ten.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use walkdir::{DirEntry, WalkDir};

use super::{Choice, Problem, Source, SourceError};

/// Most sources of a batch: finding one costs little, waking a thread for it more. The first ones
/// are handed on one by one, so that the readers can begin.
const BATCH: usize = 64;

/// How many batches lie ready. What was unpacked into memory is a batch of its own: one such entry
/// lies ready while the next one is unpacked.
const READY: usize = 1;

/// Nobody wants any more.
pub struct Gone;

/// What was found in a row.
type Batch = Vec<Result<Source, SourceError>>;

/// What there is to read, one after the other.
pub struct Sources {
    /// What is left of the last batch.
    batch: std::vec::IntoIter<Result<Source, SourceError>>,
    /// The search in folders and archives; files that were named need none.
    search: Option<(Receiver<Batch>, JoinHandle<()>)>,
}

impl Iterator for Sources {
    type Item = Result<Source, SourceError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(found) = self.batch.next() {
                return Some(found);
            }
            match self.search.as_ref()?.0.recv() {
                Ok(batch) => self.batch = batch.into_iter(),
                Err(_) => break,
            }
        }
        // A search that breaks off must not look like one that is done.
        let (_, thread) = self.search.take()?;
        thread.join().err().map(|_| {
            let error = io::Error::other("the search for logs broke off");
            Err(Problem::Other(error).of("-"))
        })
    }
}

/// Turns what the user named into sources.
///
/// # Errors
/// The system has no thread left.
pub fn expand(paths: Vec<PathBuf>, choice: Choice) -> io::Result<Sources> {
    let mut paths = paths.into_iter().peekable();
    let mut found = Batch::new();
    while let Some(source) = paths.peek().and_then(|path| plain(path)) {
        found.push(source);
        paths.next();
    }
    if paths.peek().is_none() {
        let batch = found.into_iter();
        return Ok(Sources {
            batch,
            search: None,
        });
    }
    search(found, move |out| {
        paths.try_for_each(|path| named(&path, &choice, out))
    })
}

/// The logs in an archive that lies in memory, whatever it came from; `name` is what it is called
/// in reports.
///
/// # Errors
/// The system has no thread left.
#[cfg(feature = "archives")]
pub fn unpack(name: String, bytes: Vec<u8>, choice: Choice) -> io::Result<Sources> {
    search(Batch::new(), move |out| {
        super::archive::memory(name, bytes, &choice, out)
    })
}

/// The same, all at once and without a thread, for places that have none.
#[cfg(feature = "archives")]
#[must_use]
pub fn unpack_here(
    name: String,
    bytes: Vec<u8>,
    choice: &Choice,
) -> Vec<Result<Source, SourceError>> {
    let mut out = Out::new(None);
    // Nobody is there who could leave early.
    let _ = super::archive::memory(name, bytes, choice, &mut out);
    out.batch
}

/// Starts a search behind what was found already.
fn search(
    found: Batch,
    run: impl FnOnce(&mut Out) -> Result<(), Gone> + Send + 'static,
) -> io::Result<Sources> {
    let (sender, receiver) = sync_channel(READY);
    let mut out = Out::new(Some(sender));
    let run = move || {
        // Where nobody listens any more, the search ends early.
        let _ = run(&mut out).and_then(|()| out.hand_on());
    };
    let thread = std::thread::Builder::new().name("walk".to_owned());
    Ok(Sources {
        batch: found.into_iter(),
        search: Some((receiver, thread.spawn(run)?)),
    })
}

/// The source that a path is by itself; `None` for folders and archives.
fn plain(path: &Path) -> Option<Result<Source, SourceError>> {
    if path.as_os_str() == "-" {
        return Some(Ok(Source::StandardInput));
    }
    match path.metadata() {
        Ok(data) if data.is_dir() => None,
        // Only of a file may bytes be read beforehand: those of a pipe would be lost.
        #[cfg(feature = "archives")]
        Ok(data) if data.is_file() && super::archive::is_one(path) => None,
        Ok(_) => Some(Ok(file(path, true))),
        Err(error) => Some(Err(SourceError::from_io(path, error))),
    }
}

/// Where what is found goes.
pub struct Out {
    /// Who takes it; `None` where all is kept.
    sender: Option<SyncSender<Batch>>,
    /// How many sources and errors there were.
    pub count: u64,
    batch: Batch,
    /// How many make the batch full.
    size: usize,
}

impl Out {
    fn new(sender: Option<SyncSender<Batch>>) -> Self {
        Self {
            sender,
            count: 0,
            batch: Batch::new(),
            size: 1,
        }
    }

    /// Hands one on, perhaps with those that follow.
    pub fn put(&mut self, found: Result<Source, SourceError>) -> Result<(), Gone> {
        self.count += 1;
        #[cfg(feature = "archives")]
        let in_memory = matches!(found, Ok(Source::Memory { .. }));
        #[cfg(not(feature = "archives"))]
        let in_memory = false;
        if in_memory {
            self.hand_on()?;
        }
        self.batch.push(found);
        if in_memory || self.batch.len() >= self.size {
            self.size = BATCH.min(self.size * 2);
            return self.hand_on();
        }
        Ok(())
    }

    fn hand_on(&mut self) -> Result<(), Gone> {
        let Some(sender) = &self.sender else {
            return Ok(());
        };
        let batch = std::mem::take(&mut self.batch);
        if batch.is_empty() {
            return Ok(());
        }
        sender.send(batch).map_err(|_| Gone)
    }
}

fn named(path: &Path, choice: &Choice, out: &mut Out) -> Result<(), Gone> {
    match plain(path) {
        Some(source) => out.put(source),
        #[cfg(feature = "archives")]
        None if !path.is_dir() => super::archive::file(path, true, choice, out),
        None => folder(path, choice, out),
    }
}

fn file(path: &Path, named: bool) -> Source {
    Source::File {
        path: path.to_owned(),
        named,
    }
}

fn folder(root: &Path, choice: &Choice, out: &mut Out) -> Result<(), Gone> {
    let before = out.count;
    for entry in below(WalkDir::new(root).sort_by_file_name(), choice) {
        match entry {
            Ok(entry) if is_file(&entry) && !leads_out(root, &entry, choice) => {
                one(root, entry.path(), choice, out)?;
            }
            Ok(entry) if is_file(&entry) && is_wanted(root, entry.path(), choice) => {
                out.put(Err(Problem::Outside.of(entry.path().display().to_string())))?;
            }
            Ok(_) => {}
            Err(error) => {
                let at = error.path().unwrap_or(root).to_owned();
                let source = error
                    .into_io_error()
                    .unwrap_or_else(|| io::Error::other("a link that leads back"));
                out.put(Err(SourceError::from_io(&at, source)))?;
            }
        }
    }
    if out.count == before {
        out.put(Err(Problem::NoLogs.of(root.display().to_string())))?;
    }
    Ok(())
}

/// A file below a folder.
fn one(root: &Path, path: &Path, choice: &Choice, out: &mut Out) -> Result<(), Gone> {
    #[cfg(feature = "archives")]
    if super::archive::is_called_one(path) && choice.is_young(path) {
        return super::archive::file(path, false, choice, out);
    }
    if is_chosen(root, path, choice) {
        return out.put(Ok(file(path, false)));
    }
    Ok(())
}

/// Whether a file is a link to one that does not lie below the folder: who made the link may not be
/// allowed to read what it leads to, but whoever reads it here is.
fn leads_out(root: &Path, entry: &DirEntry, choice: &Choice) -> bool {
    if choice.follow || entry.depth() == 0 || !entry.path_is_symlink() {
        return false;
    }
    let real = |path: &Path| path.canonicalize().ok();
    let within = real(entry.path()).zip(real(root));
    !within.is_some_and(|(path, root)| path.starts_with(root))
}

/// Whether a file of a folder is read, as a log or as an archive.
fn is_wanted(root: &Path, path: &Path, choice: &Choice) -> bool {
    #[cfg(feature = "archives")]
    if super::archive::is_called_one(path) && choice.is_young(path) {
        return true;
    }
    is_chosen(root, path, choice)
}

fn is_chosen(root: &Path, path: &Path, choice: &Choice) -> bool {
    choice.wants(path.strip_prefix(root).unwrap_or(path)) && choice.is_young(path)
}

/// The total size of the files that are chosen, in bytes; an archive counts as it is packed.
#[cfg(feature = "archives")]
pub fn total_size(paths: &[PathBuf], choice: &Choice) -> u64 {
    let size = |root: &PathBuf| {
        below(WalkDir::new(root), choice)
            .flatten()
            .filter(|e| is_file(e) && !leads_out(root, e, choice))
            .filter(|e| e.depth() == 0 || is_chosen(root, e.path(), choice))
            .filter(|e| !super::archive::is_called_one(e.path()))
            .filter_map(|e| e.path().metadata().ok())
            .map(|data| data.len())
            .sum::<u64>()
    };
    paths.iter().map(size).sum()
}

/// What lies below a folder, as deep as is asked for, without what is hidden.
fn below(walk: WalkDir, choice: &Choice) -> impl Iterator<Item = walkdir::Result<DirEntry>> {
    let walk = walk
        .max_depth(choice.max_depth.unwrap_or(usize::MAX))
        .follow_links(choice.follow);
    walk.into_iter().filter_entry(|entry| !is_hidden(entry))
}

fn is_hidden(entry: &DirEntry) -> bool {
    if entry.depth() == 0 {
        return false;
    }
    #[cfg(windows)]
    {
        use std::os::windows::fs::MetadataExt;
        /// FILE_ATTRIBUTE_HIDDEN (Microsoft: File Attribute Constants).
        const HIDDEN: u32 = 2;
        if entry
            .metadata()
            .is_ok_and(|data| data.file_attributes() & HIDDEN != 0)
        {
            return true;
        }
    }
    entry.file_name().to_string_lossy().starts_with('.')
}

/// Links to files count, links to folders only where links are followed: they may lead back.
fn is_file(entry: &DirEntry) -> bool {
    entry.file_type().is_file() || (entry.path_is_symlink() && entry.path().is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &Path, choice: Choice) -> Vec<Result<Source, SourceError>> {
        expand(vec![path.to_owned()], choice).unwrap().collect()
    }

    fn scratch(name: &str, files: &[&str]) -> PathBuf {
        let root = std::env::temp_dir().join(format!("msilog-{name}-{}", std::process::id()));
        for file in files {
            let path = root.join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, b"x").unwrap();
        }
        root
    }

    fn names(root: &Path, choice: Choice) -> Vec<String> {
        let start = root.display().to_string().len() + 1;
        found(root, choice)
            .into_iter()
            .map(|s| s.unwrap().name().replace('\\', "/"))
            .map(|n| n.get(start..).unwrap().to_owned())
            .collect()
    }

    #[test]
    fn folders_are_walked_in_order() {
        let files = ["b/2.LOG", "b/1.log", "a.txt", "c.png", ".hidden/x.log"];
        let root = scratch("walk", &files);
        assert_eq!(
            names(&root, Choice::default()),
            ["a.txt", "b/1.log", "b/2.LOG"]
        );
        let shallow = Choice {
            max_depth: Some(1),
            ..Choice::default()
        };
        assert_eq!(names(&root, shallow), ["a.txt"]);
        let none = found(&root.join("missing.log"), Choice::default());
        let missing = none[0].as_ref().map_err(|error| &error.problem);
        assert!(matches!(missing, Err(Problem::NotFound)));
        std::fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn old_files_are_left_out() {
        let root = scratch("young", &["new.log", "old.log"]);
        let now = std::time::SystemTime::now();
        let hour = std::time::Duration::from_secs(3600);
        let old = std::fs::File::options()
            .write(true)
            .open(root.join("old.log"))
            .unwrap();
        old.set_modified(now - 2 * hour).unwrap();
        let young = Choice {
            newer_than: Some(now - hour),
            ..Choice::default()
        };
        assert_eq!(names(&root, young), ["new.log"]);
        std::fs::remove_dir_all(root).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn links_lead_to_files_and_not_in_circles() {
        let root = scratch("links", &["a.log"]);
        let link = |to: &str, name: &str| {
            let _ = std::os::unix::fs::symlink(to, root.join(name));
        };
        link("a.log", "b.log");
        link(".", "c.log");
        link("nowhere", "d.log");
        let names = names(&root, Choice::default());
        std::fs::remove_dir_all(&root).unwrap();
        assert_eq!(names, ["a.log", "b.log"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_that_lead_out_are_followed_only_when_asked() {
        let root = scratch("links-out", &["in/a.log", "out/b.log", "out/d.md"]);
        for (to, name) in [("b.log", "c.log"), ("d.md", "e.md"), ("b.log", "f.zip")] {
            let (to, link) = (root.join("out").join(to), root.join("in").join(name));
            std::os::unix::fs::symlink(to, link).unwrap();
        }
        let inside = root.join("in");
        let (told, errors): (Vec<_>, Vec<_>) = found(&inside, Choice::default())
            .into_iter()
            .partition(|source| source.is_ok());
        assert_eq!((told.len(), errors.len()), (1, 2));
        let outside = |source: &Result<Source, SourceError>| {
            let problem = source.as_ref().map_err(|error| &error.problem);
            matches!(problem, Err(Problem::Outside))
        };
        assert!(errors.iter().all(outside));
        let choice = Choice {
            follow: true,
            ..Choice::default()
        };
        let all = found(&inside, choice);
        std::fs::remove_dir_all(&root).unwrap();
        assert_eq!(all.iter().filter(|source| source.is_ok()).count(), 2);
        assert!(!all.iter().any(outside));
    }

    #[test]
    fn a_file_is_read_as_far_as_it_is_written_when_it_is_opened() {
        use std::io::{Read, Write};
        let root = scratch("growing", &["a.log"]);
        let path = root.join("a.log");
        let mut read = file(&path, true).open().unwrap();
        let mut log = std::fs::File::options().append(true).open(&path).unwrap();
        let mut text = String::new();
        // Whoever writes is as fast as whoever reads.
        let mut byte = [0];
        while text.len() < 100 && read.read(&mut byte).unwrap() > 0 {
            text.push(char::from(byte[0]));
            log.write_all(b"y").unwrap();
        }
        std::fs::remove_dir_all(&root).unwrap();
        assert_eq!(text, "x");
    }

    #[test]
    fn a_dash_is_standard_input() {
        let dash = found(Path::new("-"), Choice::default());
        assert!(matches!(dash[0], Ok(Source::StandardInput)));
    }

    #[test]
    fn what_is_named_is_told_from_what_is_found() {
        let root = scratch("named", &["a.log"]);
        for (path, named) in [(root.clone(), false), (root.join("a.log"), true)] {
            let all = found(&path, Choice::default());
            assert_eq!(all[0].as_ref().unwrap().is_named(), named);
        }
        std::fs::remove_dir_all(&root).unwrap();
    }
}
