//! gzip and zstd: one stream, which is a log, or an archive again (`.tar.gz`, `.tgz`).

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read};
use std::path::Path;
use std::sync::Arc;

use flate2::bufread::MultiGzDecoder;

use super::super::{Source, SourceError};
use super::limits::Meter;
use super::zstd::Zstd;
use super::{Finder, Format, HEAD, Halt, Place, Wanted, format, name, tar};

/// One log in a gzip or zstd file.
#[derive(Debug)]
pub struct Packed {
    pub(in super::super) name: String,
    pub(in super::super) named: bool,
    path: Arc<Path>,
    format: Format,
}

impl Packed {
    /// Opens it; a log may be of any size.
    pub(in super::super) fn open(self) -> Result<Box<dyn Read + Send>, SourceError> {
        let file = File::open(&self.path).map_err(|e| SourceError::from_io(&self.path, e))?;
        Ok(decoder(file, self.format, Meter::default()))
    }
}

fn decoder(
    reader: impl Read + Send + 'static,
    format: Format,
    meter: Meter,
) -> Box<dyn Read + Send> {
    let packed = BufReader::new(meter.before(reader));
    match format {
        Format::Zstd => Box::new(meter.after(Zstd::new(packed))),
        _ => Box::new(meter.after(MultiGzDecoder::new(packed))),
    }
}

/// Finds the log or the logs in a stream.
pub fn read(
    finder: &mut Finder,
    place: &Place,
    outer: Format,
    shown: &str,
    depth: u32,
) -> Result<(), Halt> {
    let stream = || Ok::<_, io::Error>(decoder(place.open()?, outer, finder.budget.meter(0)));
    let mut first = stream()?;
    let mut head = Vec::new();
    let begun = first.by_ref().take(HEAD).read_to_end(&mut head);
    if head.is_empty() {
        begun?;
    }
    let rest = Cursor::new(head.clone()).chain(first);
    let inner = name::inner(shown);
    let full = format!("{shown}!/{inner}");
    match format(&head) {
        Some(Format::Tar) => tar::read(finder, rest, shown, depth),
        Some(_) => {
            finder.budget.entry()?;
            let wanted = Wanted {
                name: full,
                is_archive: true,
            };
            finder.take(wanted, rest, depth)
        }
        None => {
            let is_named = finder.named && depth == 1;
            if !is_named && finder.judge(shown, &inner)?.is_none() {
                return Ok(());
            }
            let Place::File(path) = place else {
                let wanted = Wanted {
                    name: full,
                    is_archive: false,
                };
                return finder.take(wanted, rest, depth);
            };
            finder.put(Ok(Source::Packed(Packed {
                name: full,
                named: is_named,
                path: Arc::clone(path),
                format: outer,
            })))
        }
    }
}
