//! From what the user named to what is read: files as they are, folders as the logs below them,
//! archives as the logs in them, in the order of their names. It runs on a thread of its own, a
//! few sources ahead of the readers, so that ten thousand files cost no more memory than ten.

use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use walkdir::WalkDir;

use super::{Choice, Source, SourceError};

/// How many batches of sources lie ready.
const READY: usize = 4;

/// Most sources of a batch: finding one costs little, waking a thread for it more. The first ones
/// are handed on one by one, so that the readers can begin.
const BATCH: usize = 64;

/// How many bytes of unpacked entries lie ready; one alone may be larger.
const READY_BYTES: u64 = 64 << 20;

/// Whether anybody still wants more.
pub type Go = ControlFlow<()>;

/// What was found in a row.
type Batch = Vec<Result<Source, SourceError>>;

/// What there is to read, one after the other.
pub struct Sources {
    /// Files that were named need no search.
    named: std::vec::IntoIter<Result<Source, SourceError>>,
    walk: Option<Walk>,
}

/// The search in folders and archives.
struct Walk {
    found: Receiver<Batch>,
    /// What is left of the last batch.
    batch: std::vec::IntoIter<Result<Source, SourceError>>,
    unpacked: Arc<Unpacked>,
    walker: Option<JoinHandle<()>>,
}

/// The bytes of unpacked entries that lie ready.
#[derive(Default)]
struct Unpacked {
    bytes: Mutex<u64>,
    taken: Condvar,
    gone: AtomicBool,
}

impl Unpacked {
    fn lock(&self) -> std::sync::MutexGuard<'_, u64> {
        self.bytes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until there is room for more.
    fn put(&self, more: u64) {
        let mut bytes = self.lock();
        while *bytes > 0 && *bytes + more > READY_BYTES && !self.gone() {
            // Whoever takes wakes us; the time limit is for readers that have gone.
            let waited = self.taken.wait_timeout(bytes, Duration::from_millis(100));
            (bytes, _) = waited.unwrap_or_else(PoisonError::into_inner);
        }
        *bytes += more;
    }

    /// Whether nobody will take any more.
    fn gone(&self) -> bool {
        self.gone.load(Ordering::Relaxed)
    }

    fn take(&self, bytes: u64) {
        let mut lying = self.lock();
        *lying = lying.saturating_sub(bytes);
        drop(lying);
        self.taken.notify_all();
    }
}

/// The bytes that a source holds in memory.
fn held(source: &Result<Source, SourceError>) -> u64 {
    match source {
        Ok(source @ Source::Memory { .. }) => source.size().unwrap_or(0),
        _ => 0,
    }
}

impl Walk {
    /// The next one; nothing where the search is over.
    fn next(&mut self) -> Option<Result<Source, SourceError>> {
        loop {
            if let Some(found) = self.batch.next() {
                return Some(found);
            }
            self.batch = self.found.recv().ok()?.into_iter();
        }
    }
}

impl Drop for Walk {
    fn drop(&mut self) {
        self.unpacked.gone.store(true, Ordering::Relaxed);
    }
}

impl Iterator for Sources {
    type Item = Result<Source, SourceError>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(named) = self.named.next() {
            return Some(named);
        }
        let walk = self.walk.as_mut()?;
        if let Some(found) = walk.next() {
            match held(&found) {
                0 => {}
                bytes => walk.unpacked.take(bytes),
            }
            return Some(found);
        }
        // A walk that breaks off must not look like one that is done.
        walk.walker.take()?.join().err().map(|_| {
            Err(SourceError::Other {
                path: "-".to_owned(),
                source: io::Error::other("the search for logs broke off"),
            })
        })
    }
}

/// Turns what the user named into sources.
///
/// # Errors
/// The system has no thread left.
pub fn expand(paths: Vec<PathBuf>, choice: Choice) -> io::Result<Sources> {
    let mut paths = paths.into_iter().peekable();
    let mut found = Vec::new();
    while let Some(source) = paths.peek().and_then(|path| plain(path)) {
        found.push(source);
        paths.next();
    }
    let walk = match paths.peek() {
        Some(_) => Some(walk(paths.collect(), choice)?),
        None => None,
    };
    Ok(Sources {
        named: found.into_iter(),
        walk,
    })
}

fn walk(paths: Vec<PathBuf>, choice: Choice) -> io::Result<Walk> {
    let (sender, found) = sync_channel(READY);
    let unpacked = Arc::new(Unpacked::default());
    let mut out = Out {
        sender,
        unpacked: Arc::clone(&unpacked),
        count: 0,
        batch: Batch::new(),
        size: 1,
    };
    let walk = move || {
        // Where nobody listens any more, the walk ends early.
        let _ = paths
            .iter()
            .try_for_each(|path| named(path, &choice, &mut out))
            .is_continue()
            .then(|| out.hand_on());
    };
    let walker = std::thread::Builder::new()
        .name("walk".to_owned())
        .spawn(walk)?;
    Ok(Walk {
        found,
        batch: Batch::new().into_iter(),
        unpacked,
        walker: Some(walker),
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
        #[cfg(feature = "cli")]
        Ok(data) if data.is_file() && super::archive::is_one(path) => None,
        Ok(_) => Some(Ok(file(path, true))),
        Err(error) => Some(Err(SourceError::from_io(path, error))),
    }
}

/// Where what is found goes.
pub struct Out {
    sender: SyncSender<Batch>,
    unpacked: Arc<Unpacked>,
    /// How many sources and errors there were.
    pub count: u64,
    batch: Batch,
    /// How many make the batch full.
    size: usize,
}

impl Out {
    /// Hands one on, perhaps with those that follow.
    pub fn put(&mut self, found: Result<Source, SourceError>) -> Go {
        self.count += 1;
        let held = held(&found);
        if held > 0 {
            // To wait for room with some in hand would be to wait for oneself.
            self.hand_on()?;
            self.unpacked.put(held);
        }
        self.batch.push(found);
        if held > 0 || self.batch.len() >= self.size {
            self.size = BATCH.min(self.size * 2);
            return self.hand_on();
        }
        Go::Continue(())
    }

    fn hand_on(&mut self) -> Go {
        let batch = std::mem::take(&mut self.batch);
        if batch.is_empty() || self.sender.send(batch).is_ok() {
            Go::Continue(())
        } else {
            Go::Break(())
        }
    }
}

fn named(path: &Path, choice: &Choice, out: &mut Out) -> Go {
    match plain(path) {
        Some(source) => out.put(source),
        None if path.is_dir() => folder(path, choice, out),
        #[cfg(feature = "cli")]
        None => super::archive::file(path, true, choice, out),
        #[cfg(not(feature = "cli"))]
        None => Go::Continue(()),
    }
}

fn file(path: &Path, named: bool) -> Source {
    Source::File {
        path: path.to_owned(),
        named,
    }
}

fn folder(root: &Path, choice: &Choice, out: &mut Out) -> Go {
    let before = out.count;
    let walk = WalkDir::new(root)
        .max_depth(choice.max_depth.unwrap_or(usize::MAX))
        .sort_by_file_name();
    for entry in walk.into_iter().filter_entry(|e| !is_hidden(e)) {
        match entry {
            Ok(entry) if is_file(&entry) => one(root, entry.path(), choice, out)?,
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
        let path = root.display().to_string();
        out.put(Err(SourceError::NoLogs { path }))?;
    }
    Go::Continue(())
}

/// A file below a folder.
fn one(root: &Path, path: &Path, choice: &Choice, out: &mut Out) -> Go {
    #[cfg(feature = "cli")]
    if super::archive::is_called_one(path) && choice.is_young(path) {
        return super::archive::file(path, false, choice, out);
    }
    if is_chosen(root, path, choice) {
        return out.put(Ok(file(path, false)));
    }
    Go::Continue(())
}

fn is_chosen(root: &Path, path: &Path, choice: &Choice) -> bool {
    choice.wants(path.strip_prefix(root).unwrap_or(path)) && choice.is_young(path)
}

/// The total size of the files that are chosen, in bytes; an archive counts as it is packed.
#[cfg(feature = "cli")]
pub fn total_size(paths: &[PathBuf], choice: &Choice) -> u64 {
    let below = |root: &PathBuf| {
        let walk = WalkDir::new(root).max_depth(choice.max_depth.unwrap_or(usize::MAX));
        walk.into_iter()
            .filter_entry(|e| !is_hidden(e))
            .flatten()
            .filter(|e| is_file(e) && (e.depth() == 0 || is_chosen(root, e.path(), choice)))
            .filter(|e| !super::archive::is_called_one(e.path()))
            .filter_map(|e| e.path().metadata().ok())
            .map(|data| data.len())
            .sum::<u64>()
    };
    paths.iter().map(below).sum()
}

fn is_hidden(entry: &walkdir::DirEntry) -> bool {
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

/// Links to files count, links to folders do not: they may lead back.
fn is_file(entry: &walkdir::DirEntry) -> bool {
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
        let shallow = Choice::default().max_depth(Some(1));
        assert_eq!(names(&root, shallow), ["a.txt"]);
        let none = found(&root.join("missing.log"), Choice::default());
        assert!(matches!(none[0], Err(SourceError::NotFound { .. })));
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
        let young = Choice::default().newer_than(Some(now - hour));
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
