//! Bytes to lines: UTF-16 and UTF-8, ASCII and localised.

mod support;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use msilog::text::LineReader;
use support::{Form, Mix, Plan};

fn lines(bytes: &[u8]) -> usize {
    let mut reader = LineReader::new(bytes, None);
    let mut total = 0;
    while let Some(batch) = reader.next_batch().expect("memory gives no error") {
        total += batch.lines().map(|line| line.text.len()).sum::<usize>();
    }
    total
}

fn bench(c: &mut Criterion) {
    let mut group = c.benchmark_group("text");
    for (name, mix, form) in [
        ("utf16-ascii", Mix::Ascii, Form::Utf16),
        ("utf16-german", Mix::German, Form::Utf16),
        ("utf16-japanese", Mix::Japanese, Form::Utf16),
        ("utf8-ascii", Mix::Ascii, Form::Utf8),
    ] {
        let bytes = support::log(&Plan {
            bytes: 8 << 20,
            mix,
            form,
            fails: true,
            seed: 1,
        });
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        group.bench_function(name, |b| b.iter(|| lines(&bytes)));
    }
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
