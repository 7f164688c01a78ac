//! Counts the work of the redaction where tests ask for it: a second is another one on every machine,
//! a step is not.

#[cfg(test)]
thread_local! {
    static STEPS: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// So many bytes are looked at.
#[inline]
pub(super) fn steps(bytes: usize) {
    #[cfg(test)]
    STEPS.set(STEPS.get() + bytes as u64 + 1);
    #[cfg(not(test))]
    let _ = bytes;
}

/// The steps that something takes.
#[cfg(test)]
pub(super) fn count(what: impl FnOnce()) -> u64 {
    let before = STEPS.get();
    what();
    STEPS.get() - before
}
