//! Reads the embedded tables: tab separated, a header line, `#` comments.

use std::cmp::Ordering;

use serde::de::value::{BorrowedStrDeserializer, Error, SeqDeserializer};
use serde::de::{Deserialize, Deserializer, Error as _, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

use super::numbers::{parse_number, unsigned};

/// The rows of a table after its header. The columns are the fields of `Row`, in their order.
///
/// Rows with other columns than that are left out; the tests of each table prove that it has none.
pub(crate) fn rows<Row: Deserialize<'static>>(text: &'static str) -> impl Iterator<Item = Row> {
    unread(text).filter_map(row)
}

/// The rows by their first cells. Which of them are of use to a run is told by these, and no other
/// is read.
pub(super) fn by_first_cell(text: &'static str) -> Vec<(&'static str, Unread)> {
    let first = |line| cells(line).next().unwrap_or_default();
    unread(text)
        .map(|line| (first(line), Unread(line)))
        .collect()
}

/// A row that nobody needed yet.
pub(super) struct Unread(&'static str);

impl Unread {
    /// What stands in it.
    pub fn read<Row: Deserialize<'static>>(&self) -> Option<Row> {
        row(self.0)
    }
}

fn unread(text: &'static str) -> impl Iterator<Item = &'static str> {
    let lines = lines(text).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.skip(1)
}

fn row<Row: Deserialize<'static>>(line: &'static str) -> Option<Row> {
    let cells: SeqDeserializer<_, Error> = SeqDeserializer::new(cells(line).map(Cell));
    Row::deserialize(cells).ok()
}

/// The cells of a row, found by `memchr` like the lines.
fn cells(line: &'static str) -> impl Iterator<Item = &'static str> {
    let mut rest = Some(line);
    std::iter::from_fn(move || {
        let line = rest?;
        let end = memchr::memchr(b'\t', line.as_bytes());
        rest = end.and_then(|end| line.get(end + 1..));
        line.get(..end.unwrap_or(line.len()))
    })
}

/// The row with this number, in a table that is sorted by its first column.
pub(super) fn numbered<Row: Deserialize<'static>>(text: &'static str, number: u32) -> Option<Row> {
    // What stands before the rows has no number, which is less than any.
    let of = |cell: &str| parse_number(cell).and_then(unsigned);
    sought(text, |cell| of(cell).cmp(&Some(number)))
}

/// The row whose first cell `compare` finds equal, in a table that is sorted by it; what stands
/// before the rows must be less. It is sought in the text: a run asks for a few of these rows, and
/// reading all of them takes longer than the rest of its work.
pub(super) fn sought<Row: Deserialize<'static>>(
    text: &'static str,
    compare: impl Fn(&str) -> Ordering,
) -> Option<Row> {
    let (mut low, mut high) = (0, text.len());
    while low < high {
        let middle = low.midpoint(high);
        let (before, after) = text.as_bytes().split_at_checked(middle)?;
        let start = memchr::memrchr(b'\n', before).map_or(0, |end| end + 1);
        let end = memchr::memchr(b'\n', after).map_or(text.len(), |length| middle + length);
        let line = text.get(start..end)?.trim_end_matches('\r');
        match compare(line.split('\t').next()?) {
            Ordering::Less => low = end + 1,
            Ordering::Equal => return row(line),
            Ordering::Greater => high = start,
        }
    }
    None
}

/// The rows of a table, sorted by what they are looked up by.
pub(super) fn sorted<Row: Deserialize<'static>, Key: Ord>(
    text: &'static str,
    key: impl Fn(&Row) -> Key,
) -> Vec<Row> {
    let mut table: Vec<Row> = rows(text).collect();
    // What is equal stays in the order of the table.
    table.sort_by_cached_key(key);
    table
}

/// The row with this key, in a table that is sorted by it.
pub(super) fn find<Row, Key: Ord>(
    table: &[Row],
    wanted: Key,
    key: impl Fn(&Row) -> Key,
) -> Option<&Row> {
    table.get(table.binary_search_by_key(&wanted, key).ok()?)
}

/// The lines of a text. Tables are read at every start, and `memchr` finds ends faster than
/// [`str::lines`] does.
fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    let ends = memchr::memchr_iter(b'\n', text.as_bytes()).chain([text.len()]);
    let mut start = 0;
    ends.filter_map(move |end| {
        let line = text.get(start..end);
        start = end + 1;
        line.map(|line| line.trim_end_matches('\r'))
    })
}

/// A cell, whose type is that of its field: a text, a word of an enum, a number as codes are
/// written (0 where it is empty), or one of these where it may be empty.
struct Cell(&'static str);

impl IntoDeserializer<'static> for Cell {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl Deserializer<'static> for Cell {
    type Error = Error;

    fn deserialize_any<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_borrowed_str(self.0)
    }

    fn deserialize_u32<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Error> {
        let number = match self.0 {
            "" => Some(0),
            digits => parse_number(digits).and_then(unsigned),
        };
        visitor.visit_u32(number.ok_or_else(|| Error::custom("no number"))?)
    }

    fn deserialize_option<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            "" => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_enum<V: Visitor<'static>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_enum(BorrowedStrDeserializer::new(self.0))
    }

    forward_to_deserialize_any! {
        <V: Visitor<'static>> bool i8 i16 i32 i64 i128 u8 u16 u64 u128 f32 f64 char str string bytes byte_buf
        unit unit_struct newtype_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) use tests::{count, every_row_has_a_source};
