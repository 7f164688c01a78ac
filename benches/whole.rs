//! The whole path, from bytes to a report.

mod support;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use msilog::report::{Options, analyse};
use support::Plan;

fn bench(c: &mut Criterion) {
    let mut group = c.benchmark_group("whole");
    for (name, mix, form) in support::MIXES {
        let bytes = support::log(&Plan {
            bytes: 8 << 20,
            mix,
            form,
            failures: &[100],
            seed: 1,
        });
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
