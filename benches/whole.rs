//! The whole path, from bytes to a report.

mod support;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use msilog::report::{Options, analyse};
use support::{Form, Mix, Plan};

fn bench(c: &mut Criterion) {
    let mut group = c.benchmark_group("whole");
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
