//! Decoded lines to sessions: what a piece is boiled down to, and what the sessions take of it.

mod support;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use msilog::formats::msi::MsiLogBuilder;
use msilog::formats::msi::digest::{Digest, Parts, Stretch};
use msilog::grammar;
use msilog::text::{Line, Lines, PIECE, Piece, Pieces};

/// The lines of a log, piece by piece, and its size in bytes.
fn decoded(mix: support::Mix, form: support::Form) -> (Vec<Lines>, u64) {
    let bytes = support::part(mix, form);
    let mut pieces = Pieces::new(bytes.as_slice(), None, PIECE);
    let (mut piece, mut all) = (Piece::default(), Vec::new());
    while pieces.next(&mut piece).expect("memory gives no error") {
        let mut lines = Lines::default();
        lines.decode(&mut piece, pieces.encoding());
        all.push(lines);
    }
    (all, bytes.len() as u64)
}

struct Sessions<'b>(&'b mut MsiLogBuilder);

impl Parts for Sessions<'_> {
    fn line(&mut self, line: &Line<'_>) {
        self.0.push(line, &grammar::parse(line.text));
    }

    fn stretch(&mut self, stretch: &Stretch, operation: &str) {
        self.0.pass(stretch, operation);
    }
}

fn sessions(pieces: &[Lines], digest: &mut Digest) -> usize {
    let mut builder = MsiLogBuilder::default();
    let mut number = 0;
    for lines in pieces {
        digest.take(lines);
        digest.each(number, &mut Sessions(&mut builder));
        number += digest.line_count();
    }
    builder.finish().sessions.len()
}

fn bench(c: &mut Criterion) {
    let mut group = c.benchmark_group("session");
    for (name, mix, form) in support::MIXES {
        let (pieces, size) = decoded(mix, form);
        let mut digest = Digest::default();
        group.throughput(Throughput::Bytes(size));
        group.bench_function(format!("digest {name}"), |b| {
            b.iter(|| pieces.iter().for_each(|lines| digest.take(lines)));
        });
        group.bench_function(format!("digest and sessions {name}"), |b| {
            b.iter(|| sessions(&pieces, &mut digest));
        });
    }
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
