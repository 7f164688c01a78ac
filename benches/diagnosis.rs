//! Sessions to a diagnosis: the time is that of one failed session, whatever the size of its log.

mod support;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use msilog::diagnosis::{Settings, diagnose};
use msilog::formats::msi::{MsiLog, MsiLogBuilder};
use msilog::grammar;
use msilog::text::LineReader;
use support::{Form, Mix, Plan};

fn log(bytes: &[u8]) -> MsiLog {
    let mut reader = LineReader::new(bytes, None);
    let mut builder = MsiLogBuilder::default();
    while let Some(batch) = reader.next_batch().expect("memory gives no error") {
        for line in batch {
            builder.push(&line, &grammar::parse(line.text));
        }
    }
    builder.finish()
}

fn bench(c: &mut Criterion) {
    let mut group = c.benchmark_group("diagnosis");
    let settings = Settings {
        cut_off: false,
        rules: None,
        max_evidence: 12,
        file_name: "bench.log",
    };
    let outcomes: [(&str, &[u64]); 2] = [("failed", &[100]), ("succeeded", &[])];
    for (name, failures) in outcomes {
        let bytes = support::log(&Plan {
            bytes: 200_000,
            mix: Mix::Ascii,
            form: Form::Utf16,
            failures,
            seed: 1,
        });
        let log = log(&bytes);
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        group.bench_function(name, |b| b.iter(|| diagnose(&log, 0, &settings)));
    }
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
