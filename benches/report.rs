//! A finished report to what people and programs read.

mod support;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use msilog::report::{json, text};
use msilog::{Options, analyse};
use support::{Form, Mix, Plan};

fn bench(c: &mut Criterion) {
    let bytes = support::log(&Plan {
        bytes: 200_000,
        mix: Mix::Ascii,
        form: Form::Utf16,
        failures: &[50, 100],
        seed: 1,
    });
    let report = analyse("bench.log", bytes.as_slice(), &Options::default());
    let report = report.expect("memory gives no error");
    let mut out = Vec::new();
    let mut group = c.benchmark_group("report");
    group.throughput(Throughput::Bytes(bytes.len() as u64));
    group.bench_function("text", |b| {
        b.iter(|| {
            out.clear();
            text::write(&mut out, &report, 100)
        });
    });
    group.bench_function("json", |b| {
        b.iter(|| {
            out.clear();
            json::line(&mut out, &report)
        });
    });
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
