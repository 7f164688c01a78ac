//! What the fuzzer runs. `cargo +nightly fuzz run report` from the project's folder; the same
//! functions replay as plain tests in `tests/replay.rs`.

pub mod targets;
