//! Bytes to lines: UTF-16 and UTF-8, ASCII and localised.

mod support;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use msilog::text::LineReader;

fn lines(bytes: &[u8]) -> usize {
    let mut reader = LineReader::new(bytes, None);
    let mut total = 0;
    while let Some(batch) = reader.next_batch().expect("memory gives no error") {
        total += batch.map(|line| line.text.len()).sum::<usize>();
    }
    total
}

fn bench(c: &mut Criterion) {
    let mut group = c.benchmark_group("text");
    for (name, mix, form) in support::MIXES {
        let bytes = support::part(mix, form);
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        group.bench_function(name, |b| b.iter(|| lines(&bytes)));
    }
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
