//! Parquet, for data frames, DuckDB and data lakes: the typed rows of [`super::flat`], those of logs that
//! could not be read at the end.
//!
//! Rows are gathered into groups, and a group is written when it is full: memory does not grow with the
//! number of logs. Texts are packed with Snappy, which everything that reads Parquet knows.

use std::io::{self, Write};
use std::sync::Arc;

use ::parquet::basic::Compression;
use ::parquet::data_type::{BoolType, ByteArray, ByteArrayType, Int64Type};
use ::parquet::errors::ParquetError;
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::writer::SerializedFileWriter;
use ::parquet::schema::parser::parse_message_type;

use super::LogReport;
use super::flat::{COLUMNS, Row, Type, Value};
use super::writer::{ScanEnd, Writer};
use crate::formats::stamp;

/// Most rows of a group, and about the most bytes of its texts.
const ROWS: usize = 16 << 10;
const BYTES: usize = 8 << 20;

/// What is gathered of a column: its values, and for each row whether it has one.
#[derive(Debug)]
struct Gathered {
    known: Vec<i16>,
    values: Values,
}

#[derive(Debug)]
enum Values {
    Texts(Vec<ByteArray>),
    Numbers(Vec<i64>),
    Truths(Vec<bool>),
}

impl Gathered {
    fn of(kind: Type) -> Self {
        Self {
            known: Vec::new(),
            values: match kind {
                Type::Text => Values::Texts(Vec::new()),
                Type::Whole | Type::Time => Values::Numbers(Vec::new()),
                Type::Truth => Values::Truths(Vec::new()),
            },
        }
    }

    /// Adds what stands in a row; how many bytes that takes.
    fn add(&mut self, value: Option<Value<'_>>) -> usize {
        let mut bytes = 0;
        let known = match (value, &mut self.values) {
            (Some(Value::Text(text)), Values::Texts(all)) => {
                bytes = text.len();
                all.push(ByteArray::from(text.into_owned().into_bytes()));
                true
            }
            (Some(Value::Whole(number)), Values::Numbers(all)) => {
                all.push(number);
                true
            }
            (Some(Value::Time(text)), Values::Numbers(all)) => {
                let time = microseconds(text);
                all.extend(time);
                time.is_some()
            }
            (Some(Value::Truth(truth)), Values::Truths(all)) => {
                all.push(truth);
                true
            }
            _ => false,
        };
        self.known.push(i16::from(known));
        bytes
    }
}

/// Microseconds from the begin of 1970 to a time, both on the same clock.
fn microseconds(text: &str) -> Option<i64> {
    let (at, _) = stamp::year_first(text)?;
    let [year, month, day] = at.date;
    // A log may tell of the 31st of a shorter month.
    let length = stamp::days([year, month + 1, 1]) - stamp::days([year, month, 1]);
    if i64::from(day) > length {
        return None;
    }
    let days = stamp::days(at.date) - stamp::days([1970, 1, 1]);
    let milliseconds = i64::try_from(at.time).ok()?;
    Some((days * 86_400_000 + milliseconds) * 1000)
}

/// Writes rows as reports come.
#[derive(Debug, Default)]
pub struct Table {
    file: Option<SerializedFileWriter<Vec<u8>>>,
    columns: Vec<Gathered>,
    rows: usize,
    bytes: usize,
}

fn schema() -> String {
    let columns = COLUMNS.iter().map(|column| {
        let name = column.name;
        match column.kind {
            Type::Text => format!("OPTIONAL BYTE_ARRAY {name} (STRING);"),
            Type::Whole => format!("OPTIONAL INT64 {name};"),
            Type::Truth => format!("OPTIONAL BOOLEAN {name};"),
            Type::Time => format!("OPTIONAL INT64 {name} (TIMESTAMP(MICROS,false));"),
        }
    });
    format!("message msilog {{ {} }}", columns.collect::<String>())
}

fn failed(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(error) => io::Error::other(error),
        error => io::Error::other(error),
    }
}

impl Table {
    fn add(&mut self, out: &mut dyn Write, row: &Row<'_>) -> io::Result<()> {
        for (column, gathered) in COLUMNS.iter().zip(&mut self.columns) {
            self.bytes += gathered.add(row.value(column));
        }
        self.rows += 1;
        if self.rows < ROWS && self.bytes < BYTES {
            return Ok(());
        }
        self.group(out)
    }

    /// Writes what was gathered.
    fn group(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let Some(file) = self.file.as_mut().filter(|_| self.rows > 0) else {
            return Ok(());
        };
        let mut group = file.next_row_group().map_err(failed)?;
        for gathered in &self.columns {
            let Some(mut column) = group.next_column().map_err(failed)? else {
                break;
            };
            let known = Some(gathered.known.as_slice());
            let written = match &gathered.values {
                Values::Texts(all) => column
                    .typed::<ByteArrayType>()
                    .write_batch(all, known, None),
                Values::Numbers(all) => column.typed::<Int64Type>().write_batch(all, known, None),
                Values::Truths(all) => column.typed::<BoolType>().write_batch(all, known, None),
            };
            written.map_err(failed)?;
            column.close().map_err(failed)?;
        }
        group.close().map_err(failed)?;
        self.empty();
        self.hand_on(out)
    }

    fn empty(&mut self) {
        self.columns = COLUMNS.iter().map(|c| Gathered::of(c.kind)).collect();
        (self.rows, self.bytes) = (0, 0);
    }

    /// Passes on what the file holds so far.
    fn hand_on(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let Some(file) = &mut self.file else {
            return Ok(());
        };
        file.flush()?;
        out.write_all(&std::mem::take(file.inner_mut()))
    }
}

impl Writer for Table {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let schema = parse_message_type(&schema()).map_err(failed)?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by(concat!("msilog version ", env!("CARGO_PKG_VERSION")).to_owned())
            .build();
        let file = SerializedFileWriter::new(Vec::new(), Arc::new(schema), Arc::new(properties));
        self.file = Some(file.map_err(failed)?);
        self.empty();
        self.hand_on(out)
    }

    fn log(&mut self, out: &mut dyn Write, report: &LogReport) -> io::Result<()> {
        Row::of(report).try_for_each(|row| self.add(out, &row))
    }

    fn end(&mut self, out: &mut dyn Write, end: &ScanEnd<'_>) -> io::Result<()> {
        let mut errors = end.errors.iter();
        errors.try_for_each(|error| self.add(out, &Row::unread(error)))?;
        self.group(out)?;
        match self.file.take() {
            Some(file) => out.write_all(&file.into_inner().map_err(failed)?),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use ::parquet::file::reader::{FileReader, SerializedFileReader};

    use super::*;
    use crate::report::json::ReadError;
    use crate::report::tests::specimen;

    #[test]
    fn what_is_written_can_be_read() {
        let errors = [ReadError {
            path: "gone.log".into(),
            message: "gone.log: is gone".into(),
        }];
        let many = ROWS + 10;
        let reports = vec![specimen::failure(); many];
        let mut out = Vec::new();
        let mut table = Table::default();
        table.begin(&mut out).unwrap();
        for report in &reports {
            table.log(&mut out, report).unwrap();
        }
        assert!(table.rows < many, "a full group does not wait");
        let summary = &crate::report::Summary::default();
        let errors = &errors;
        table.end(&mut out, &ScanEnd { errors, summary }).unwrap();
        let file = SerializedFileReader::new(bytes::Bytes::from(out)).unwrap();
        assert!(file.metadata().num_row_groups() > 1);
        let rows: Vec<_> = file
            .get_row_iter(None)
            .unwrap()
            .map(Result::unwrap)
            .collect();
        assert_eq!(rows.len(), many + 1);
        let cell = |row: &::parquet::record::Row, name: &str| {
            let mut columns = row.get_column_iter();
            columns
                .find(|(column, _)| *column == name)
                .unwrap()
                .1
                .to_string()
        };
        assert_eq!(cell(&rows[0], "exit_code"), "1603");
        assert_eq!(cell(&rows[0], "action"), "\"InstallFiles\"");
        assert_eq!(cell(&rows[0], "error"), "null");
        assert_eq!(cell(&rows[many], "path"), "\"gone.log\"");
        assert_eq!(cell(&rows[many], "complete"), "null");
    }

    #[test]
    fn times_count_from_1970() {
        let day = 86_400_000_000;
        for (text, wanted) in [
            ("1990-01-01T00:00:00", Some(7305 * day)),
            ("2000-03-01T00:00:01", Some(11_017 * day + 1_000_000)),
            ("2024-02-29T23:59:59", Some(19_783 * day - 1_000_000)),
            ("2023-02-30T00:00:00", None),
            ("2023-12-31T00:00:00", Some(19_722 * day)),
            ("soon", None),
        ] {
            assert_eq!(microseconds(text), wanted, "{text}");
        }
    }
}
