//! Work on all threads, results in order, memory bounded by threads: the shape that one big log
//! (pieces) and a folder (logs) have in common.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// How many threads share the work, and how far ahead of the slowest one the others may be.
#[derive(Debug, Clone, Copy)]
pub struct Crew {
    /// Threads; with one, everything runs on the caller's.
    pub threads: usize,
    /// Most results that wait for one before them.
    pub ahead: usize,
}

impl Crew {
    /// The threads of the pool that the caller is in, `most` at the most.
    #[must_use]
    pub fn of_pool(most: usize) -> Self {
        let threads = rayon::current_num_threads().min(most);
        Self {
            threads,
            ahead: 2 * threads,
        }
    }
}

struct Queue<O> {
    next: u64,
    ready: BTreeMap<u64, O>,
    taking: bool,
}

/// Runs `work` on all that `feed` gives and hands the results to `take`, in the order of the feed.
/// Every thread has a desk of its own, made by `desk`.
pub fn in_order<W, I, O: Send>(
    crew: Crew,
    desk: impl Fn() -> W + Sync,
    mut feed: impl FnMut(&mut W) -> Option<I> + Send,
    work: impl Fn(&mut W, I) -> O + Sync,
    mut take: impl FnMut(O) + Send,
) {
    if crew.threads < 2 {
        let mut desk = desk();
        while let Some(input) = feed(&mut desk) {
            take(work(&mut desk, input));
        }
        return;
    }
    let feed = Mutex::new((feed, 0u64));
    let take = Mutex::new(take);
    let moved = Condvar::new();
    let queue = Mutex::new(Queue {
        next: 0,
        ready: BTreeMap::new(),
        taking: false,
    });
    let worker = || {
        let mut desk = desk();
        loop {
            let (input, number) = {
                let mut feed = lock_soon(&feed);
                let Some(input) = (feed.0)(&mut desk) else {
                    return;
                };
                feed.1 += 1;
                (input, feed.1 - 1)
            };
            let output = work(&mut desk, input);
            let mut waiting = lock(&queue);
            waiting.ready.insert(number, output);
            loop {
                let next = waiting.next;
                if !waiting.taking
                    && let Some(output) = waiting.ready.remove(&next)
                {
                    waiting.taking = true;
                    drop(waiting);
                    lock(&take)(output);
                    waiting = lock(&queue);
                    waiting.taking = false;
                    waiting.next += 1;
                    moved.notify_all();
                } else if waiting.ready.len() < crew.ahead {
                    break;
                } else {
                    waiting = moved.wait(waiting).unwrap_or_else(PoisonError::into_inner);
                }
            }
        }
    };
    rayon::scope(|scope| {
        for _ in 1..crew.threads {
            scope.spawn(|_| worker());
        }
        worker();
    });
}

/// How often a lock is tried before the thread sleeps.
const TRIES: u32 = 3000;

/// Like [`lock`], where the other thread is done within microseconds: to sleep and be woken takes
/// longer.
fn lock_soon<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    for _ in 0..TRIES {
        if let Ok(guard) = mutex.try_lock() {
            return guard;
        }
        std::hint::spin_loop();
    }
    lock(mutex)
}

/// A poisoned lock means that another thread has panicked; that panic ends the scope anyway.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order_and_few_wait() {
        for threads in 1..6 {
            let mut numbers = 0..500u32;
            let mut got = Vec::new();
            let crew = Crew { threads, ahead: 3 };
            in_order(
                crew,
                || 0u32,
                |done| {
                    *done += 1;
                    numbers.next()
                },
                |_, n| {
                    // Uneven work, so that threads overtake each other.
                    let rounds = if n % 7 == 0 { 20_000 } else { 10 };
                    (0..rounds).fold(n, |a, b| std::hint::black_box(a ^ b) ^ b)
                },
                |n| got.push(n),
            );
            assert_eq!(got, (0..500).collect::<Vec<u32>>(), "{threads} threads");
        }
    }
}
