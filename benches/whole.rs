//! The whole path, from bytes to a report.

mod support;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use msilog::{Options, analyse};

fn bench(c: &mut Criterion) {
    let mut group = c.benchmark_group("whole");
    for (name, mix, form) in support::MIXES {
        let bytes = support::part(mix, form);
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        group.bench_function(name, |b| {
            b.iter(|| {
                analyse("bench.log", bytes.as_slice(), &Options::default())
                    .expect("memory gives no error")
            });
        });
    }
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
