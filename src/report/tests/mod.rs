//! Tests of all writers together, and the reports made by hand that all tests of writers share.

#[cfg(feature = "formats")]
mod formats;
pub(crate) mod specimen;

/// Base64 with padding, for the one value that is needed.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let bits = three
            .iter()
            .fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
        let bits = bits << (8 * (3 - three.len()));
        for place in 0..4 {
            match place <= three.len() {
                true => out.push(char::from(
                    LETTERS[(bits >> (18 - 6 * place) & 63) as usize],
                )),
                false => out.push('='),
            }
        }
    }
    out
}

/// The policy of a page names its script by its hash, which lies in a file; `UPDATE_PAGE=1` writes
/// it anew.
pub fn script_is_allowed(script: &str, known: &str, file: &str) {
    use sha2::Digest as _;
    let hash = base64(&sha2::Sha256::digest(script.as_bytes()));
    if std::env::var_os("UPDATE_PAGE").is_some() {
        let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        std::fs::write(file, &hash).unwrap();
    }
    assert!(known == hash, "run with UPDATE_PAGE=1");
}
