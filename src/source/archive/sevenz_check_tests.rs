use super::*;

/// One stored stream of 3 bytes and a file `a`, with numbers that a test may raise.
fn directory(streams: u8, blocks: u8, files: u8, method: &[u8]) -> Vec<u8> {
    let mut bytes = vec![1, 4, 6, 0, streams, 9, 3, 0, 7, 11, blocks, 0, 1];
    bytes.extend(method);
    bytes.extend([12, 3, 0, 8, 0, 0, 5, files, 17, 5, 0, b'a', 0, 0, 0, 0, 0]);
    bytes
}

#[test]
fn what_adds_up_is_let_through_and_nothing_else() {
    let stored = &[1, 0][..];
    assert_eq!(
        check(&directory(1, 1, 1, stored), 3),
        Some(Directory::Plain)
    );
    for (streams, blocks, files, room) in [(1, 1, 1, 2), (2, 1, 1, 3), (1, 9, 1, 3), (1, 1, 2, 3)] {
        let hostile = directory(streams, blocks, files, stored);
        assert_eq!(check(&hostile, room), None, "{streams} {blocks} {files}");
    }
    let whole = directory(1, 1, 1, stored);
    for end in 0..whole.len() {
        assert_eq!(check(&whole[..end], 3), None, "{end}");
    }
}

#[test]
fn numbers_of_every_length_are_bounded() {
    let whole = directory(1, 1, 1, &[1, 0]);
    for at in [4, 10, 12, 22] {
        for huge in [&[0xF0, 0, 0, 0, 0x7F][..], &[0xFF; 9][..]] {
            let mut hostile = whole.clone();
            hostile.splice(at..=at, huge.iter().copied());
            assert_eq!(check(&hostile, u64::MAX), None, "{at}");
        }
    }
    assert_eq!(Reader(&[0x81, 5]).number(), Some(0x105));
    assert_eq!(Reader(&[0xC1, 5, 6]).number(), Some(0x1_0605));
}

#[test]
fn dictionaries_are_bounded() {
    let lzma = |size: u32| [&[0x23, 3, 1, 1, 5, 0x5D][..], &size.to_le_bytes()].concat();
    assert!(check(&directory(1, 1, 1, &lzma(64 << 20)), 3).is_some());
    assert!(check(&directory(1, 1, 1, &lzma(u32::MAX)), 3).is_none());
    assert!(check(&directory(1, 1, 1, &[0x21, 0x21, 1, 28]), 3).is_some());
    assert!(check(&directory(1, 1, 1, &[0x21, 0x21, 1, 39]), 3).is_none());
}
