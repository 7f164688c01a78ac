//! gzip and zstd: one stream, which is a log, or an archive again (`.tar.gz`, `.tgz`).

use std::fs::File;
use std::io::{BufReader, Cursor, Read};
use std::sync::Arc;

use flate2::bufread::MultiGzDecoder;

use super::super::{Packed, Source, SourceError, Unpack};
use super::limits::Meter;
use super::zstd::Zstd;
use super::{Archive, Finder, Format, HEAD, Halt, Place, format, name, tar};

/// The log in a file of this format.
impl Unpack for Format {
    /// A log may be of any size.
    fn unpack(&self, file: File, _name: &str) -> Result<Box<dyn Read + Send>, SourceError> {
        Ok(decoder(file, *self, Meter::default()))
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
pub fn read(finder: &mut Finder, archive: &Archive, outer: Format) -> Result<(), Halt> {
    let mut first = decoder(archive.place.open()?, outer, finder.budget.meter());
    let mut head = Vec::new();
    let begun = first.by_ref().take(HEAD).read_to_end(&mut head);
    if head.is_empty() {
        begun?;
    }
    let inner = name::inner(archive.name);
    let is_named = finder.named && archive.depth == 1;
    let format = format(&head);
    let rest = Cursor::new(head).chain(first);
    match (format, &archive.place) {
        (Some(Format::Tar), _) => tar::read(finder, archive, rest),
        (Some(_), _) => {
            finder.budget.entry()?;
            finder.take(archive.entry(&inner, true), rest)
        }
        (None, _) if !is_named && finder.judge(archive, &inner)?.is_none() => Ok(()),
        (None, Place::Memory(_)) => finder.take(archive.entry(&inner, false), rest),
        (None, Place::File(path)) => Ok(finder.out.put(Ok(Source::Packed(Packed {
            name: archive.entry(&inner, false).name,
            named: is_named,
            size: None,
            path: Arc::clone(path),
            unpack: Box::new(outer),
        })))?),
    }
}
