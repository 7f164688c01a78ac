//! Lines to records.

mod support;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use msilog::grammar;
use support::{Form, Mix, Plan};

fn bench(c: &mut Criterion) {
    let mut group = c.benchmark_group("grammar");
    for (name, mix) in [("ascii", Mix::Ascii), ("japanese", Mix::Japanese)] {
        let bytes = support::log(&Plan {
            bytes: 4 << 20,
            mix,
            form: Form::Utf8,
            failures: &[100],
            seed: 1,
        });
        let text = String::from_utf8(bytes).expect("the maker writes UTF-8");
        let lines: Vec<&str> = text.lines().collect();
        group.throughput(Throughput::Elements(lines.len() as u64));
        group.bench_function(name, |b| {
            b.iter(|| {
                lines
                    .iter()
                    .filter(|line| grammar::parse(line).prefix.is_some())
                    .count()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
