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
        Some(Directory::Plain(vec![64 << 10]))
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

/// What a block asks for is the sum of its decoders.
#[test]
fn the_memory_of_blocks_is_told() {
    let asked = |method: &[u8]| match check(&directory(1, 1, 1, method), 3) {
        Some(Directory::Plain(blocks)) => blocks.first().copied(),
        _ => None,
    };
    let lzma = |size: u32| [&[0x23, 3, 1, 1, 5, 0x5D][..], &size.to_le_bytes()].concat();
    assert_eq!(asked(&lzma(64 << 20)), Some(64 << 20));
    assert_eq!(asked(&lzma(u32::MAX)), Some(u32::MAX.into()));
    assert_eq!(asked(&[0x21, 0x21, 1, 28]), Some(64 << 20));
    assert_eq!(asked(&[0x21, 0x21, 1, 39]), Some(3 << 30));
    assert_eq!(asked(&[3, 4, 2, 2]), Some(4 << 20));
}
