//! Makes logs and reports fit to be shown: names of people, machines and domains, addresses, keys
//! and passwords get stand-ins; everything that a diagnosis needs stays as it is.
//!
//! Works line by line, and twice where it can: [`Redactor::learn`] takes note of names, so that they
//! are known in sentences that come before the line that tells them; then
//! [`Redactor::learn_and_replace`] writes the lines anew. Where a log can be read only once, a bare
//! name is not known before it was told; what is known by its shape or by the name before it (the
//! user's part of a path, the value of a property, a security identifier) is replaced nevertheless.
//! The same value has the same stand-in wherever it stands, in any case, in all logs of one
//! [`Redactor`].
//!
//! What a secret is stands in `secrets.toml`, `shapes.toml` and `sentences.toml`: another kind of token, or
//! another language, is a row there.

mod account;
mod address;
mod assign;
mod checks;
mod data;
mod ends;
mod finds;
mod flags;
mod key_block;
mod keys;
mod kind;
mod names;
mod paths;
mod report;
mod search;
mod sentences;
mod shapes;
mod stream;
mod words;
mod work;

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::HashMap;

use finds::{Find, Finds};
pub use key_block::KeyBlock;
pub use kind::Kind;
use names::Names;
pub use report::RedactError;

/// Replaces secrets, and remembers what it replaced.
#[derive(Debug, Default)]
pub struct Redactor {
    names: Names,
    places: HashMap<Kind, u64>,
}

/// A line without zeros. Wide letters that a lost byte has shifted are read as bytes with a zero
/// behind each: names would be hidden from the redaction and plain to every eye.
fn readable(line: &str) -> Cow<'_, str> {
    match memchr::memchr(0, line.as_bytes()) {
        Some(_) => line.replace('\0', "").into(),
        None => line.into(),
    }
}

impl Redactor {
    /// Takes note of the names and secrets of a line. `block` is the state of the log, fresh at
    /// its first line.
    pub fn learn(&mut self, block: &mut KeyBlock, line: &str) {
        let line = &*readable(line);
        let finds = self.find(block, line);
        self.take_note(&finds);
    }

    /// Takes note of the names and secrets of a line, and writes it anew at the end of `out`.
    pub fn learn_and_replace(&mut self, block: &mut KeyBlock, line: &str, out: &mut String) {
        let line = &*readable(line);
        let finds = self.find(block, line);
        self.take_note(&finds);
        self.write(finds, out);
    }

    /// Learns what another one has learned, in its order.
    pub fn absorb(&mut self, other: &Self) {
        self.names.absorb(&other.names);
    }

    /// A text on its own, such as a path.
    pub fn text(&mut self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        for (index, line) in text.split('\n').enumerate() {
            if index > 0 {
                out.push('\n');
            }
            self.learn_and_replace(&mut KeyBlock::default(), line, &mut out);
        }
        out
    }

    /// What was learned, with nothing counted yet.
    #[must_use]
    pub fn counted_anew(mut self) -> Self {
        self.places.clear();
        self
    }

    /// What was replaced: kind, number of different values, number of places. Never the values.
    pub fn summary(&self) -> impl Iterator<Item = (Kind, usize, u64)> {
        Kind::all().filter_map(|kind| {
            let places = self.places.get(&kind).copied().unwrap_or(0);
            (places > 0).then(|| (kind, self.names.count(kind), places))
        })
    }

    fn find<'l>(&self, block: &mut KeyBlock, line: &'l str) -> Finds<'l> {
        let mut finds = Finds::of(line);
        let lower = line.to_ascii_lowercase();
        block.find(&mut finds);
        assign::find(&mut finds);
        paths::find(&mut finds);
        flags::find(&mut finds, &lower);
        shapes::find(&mut finds, lower.as_bytes());
        sentences::find(&mut finds, &lower);
        address::find(&mut finds, &lower, &self.names);
        account::find(&mut finds, &self.names);
        finds
    }

    fn take_note(&mut self, finds: &Finds) {
        if let Some((name, value)) = finds
            .line
            .rsplit_once(": ")
            .and_then(|(_, rest)| rest.split_once(" = "))
        {
            self.names.learn_fact(name, value.trim());
        }
        for (_, find) in finds.iter().filter(|(_, find)| find.learn) {
            self.names.learn(find.kind, find.value);
        }
    }

    fn write(&mut self, mut finds: Finds, out: &mut String) {
        let line = finds.line;
        self.names.find(line, |hit, kind| {
            let name = line.get(hit).unwrap_or("");
            match kind {
                // A machine of a domain that is known.
                Kind::Domain if name.contains('.') => finds.add_host(name),
                _ => finds.add(name, kind, false),
            }
        });
        let mut done = 0;
        for (place, find) in finds.iter() {
            out.push_str(line.get(done..place).unwrap_or(""));
            self.stand_in(find, out);
            done = place + find.value.len();
        }
        out.push_str(line.get(done..).unwrap_or(""));
    }

    fn stand_in(&mut self, find: &Find, out: &mut String) {
        // The last part of an identifier tells what kind of account it is: 500 is the
        // administrator of every machine (Microsoft: well-known SIDs).
        let (value, end) = match (find.kind, find.value.rsplit_once('-')) {
            (Kind::Sid, Some((account, end))) => (account, Some(end)),
            _ => (find.value, None),
        };
        let (kind, number) = self.names.number(find.kind, value);
        *self.places.entry(kind).or_default() += 1;
        let number = number.to_string();
        match end {
            Some(end) => out.extend(["S-1-5-21-0-0-", &number, "-", end]),
            None => out.extend([kind.prefix(), "-", &number]),
        }
    }
}
