#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| msilog_fuzz::targets::envelope(data));
