//! Work on all threads, results in order, memory bounded by threads: the shape that one big log
//! (pieces) and a folder (logs) have in common.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Which threads share the work, and how far ahead of the slowest the others may be.
#[derive(Debug, Clone, Copy)]
pub struct Workers {
    /// Threads; with one, everything runs on the caller's.
    pub threads: usize,
    /// Most results that wait for one before them.
    pub ahead: usize,
    /// Most bytes of them.
    pub bytes: usize,
    /// Which threads of the pool.
    pub which: Threads,
}

/// Which threads of the [`rayon`] pool share the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Threads {
    /// The caller's and those that have nothing else to do.
    Idle,
    /// Every one, each once. Only so may the work itself be shared with [`Threads::Idle`]: a thread
    /// that waits for those must not begin this work a second time on top of the first, whose
    /// result the second would wait for.
    All,
}

/// Most bytes of results that wait: one long one more than there is room for is always let in.
const BYTES: usize = 4 << 20;

impl Workers {
    /// The threads of the pool that the caller is in, `most` at the most.
    #[must_use]
    pub fn idle(most: usize) -> Self {
        let threads = rayon::current_num_threads().min(most);
        Self {
            threads,
            ahead: 2 * threads,
            bytes: BYTES,
            which: Threads::Idle,
        }
    }

    /// All threads of the pool, each `ahead` results at the most.
    #[must_use]
    pub fn all(ahead: usize) -> Self {
        let threads = rayon::current_num_threads();
        Self {
            threads,
            ahead: ahead * threads,
            bytes: BYTES,
            which: Threads::All,
        }
    }
}

impl Workers {
    fn has_room<O>(&self, queue: &Queue<O>) -> bool {
        queue.ready.len() < self.ahead && queue.bytes <= self.bytes
    }
}

/// Runs `work` on all that `feed` gives and hands the results to `take`, in the order of the feed.
/// Every thread has a state of its own, made by `state`, such as its buffers. `weigh` says how many
/// bytes a result takes.
pub fn in_order<S, I, O: Send>(
    workers: Workers,
    state: impl Fn() -> S + Sync,
    mut feed: impl FnMut(&mut S) -> Option<I> + Send,
    work: impl Fn(&mut S, I) -> O + Sync,
    weigh: impl Fn(&O) -> usize + Sync,
    mut take: impl FnMut(O) + Send,
) {
    if workers.threads < 2 {
        let mut state = state();
        while let Some(input) = feed(&mut state) {
            take(work(&mut state, input));
        }
        return;
    }
    let feed = Mutex::new((feed, 0u64));
    let results = Results::new(workers, take);
    let worker = || {
        let mut state = state();
        let _on_panic = OnPanic(&results);
        loop {
            let (input, number) = {
                let mut feed = lock_soon(&feed);
                let Some(input) = (feed.0)(&mut state) else {
                    return;
                };
                feed.1 += 1;
                (input, feed.1 - 1)
            };
            let output = work(&mut state, input);
            let bytes = weigh(&output);
            if !results.put(number, output, bytes) {
                return;
            }
        }
    };
    match workers.which {
        Threads::Idle => rayon::scope(|scope| {
            for _ in 1..workers.threads {
                scope.spawn(|_| worker());
            }
            worker();
        }),
        Threads::All => {
            rayon::broadcast(|_| worker());
        }
    }
}

/// Where results wait for those before them.
struct Results<O, T> {
    workers: Workers,
    queue: Mutex<Queue<O>>,
    /// A result was taken.
    moved: Condvar,
    take: Mutex<T>,
}

struct Queue<O> {
    next: u64,
    /// With the bytes of each.
    ready: BTreeMap<u64, (O, usize)>,
    bytes: usize,
    /// A thread is busy with the next one.
    taking: bool,
    /// A thread has panicked: what it worked on never comes.
    broken: bool,
}

impl<O, T: FnMut(O)> Results<O, T> {
    fn new(workers: Workers, take: T) -> Self {
        Self {
            workers,
            queue: Mutex::new(Queue {
                next: 0,
                ready: BTreeMap::new(),
                bytes: 0,
                taking: false,
                broken: false,
            }),
            moved: Condvar::new(),
            take: Mutex::new(take),
        }
    }

    /// Adds a result, takes those whose turn it is, and waits while too many are left; says whether
    /// to go on.
    fn put(&self, number: u64, output: O, bytes: usize) -> bool {
        let mut queue = lock(&self.queue);
        queue.ready.insert(number, (output, bytes));
        queue.bytes += bytes;
        while !queue.broken {
            let next = queue.next;
            if !queue.taking
                && let Some((output, bytes)) = queue.ready.remove(&next)
            {
                queue.bytes -= bytes;
                queue.taking = true;
                drop(queue);
                (*lock(&self.take))(output);
                queue = lock(&self.queue);
                queue.taking = false;
                queue.next += 1;
                self.moved.notify_all();
            } else if self.workers.has_room(&queue) {
                return true;
            } else {
                queue = self.wait(queue);
            }
        }
        false
    }

    fn wait<'q>(&'q self, queue: MutexGuard<'q, Queue<O>>) -> MutexGuard<'q, Queue<O>> {
        if self.workers.which == Threads::Idle {
            return self
                .moved
                .wait(queue)
                .unwrap_or_else(PoisonError::into_inner);
        }
        // The slow one may have shared its work: help with it.
        drop(queue);
        let helped = rayon::yield_now() == Some(rayon::Yield::Executed);
        let queue = lock(&self.queue);
        if helped {
            return queue;
        }
        let waited = self.moved.wait_timeout(queue, PATIENCE);
        waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

/// After this time a thread that waits looks again for work of others.
const PATIENCE: Duration = Duration::from_millis(1);

/// Tells the others where this thread panics, so that they wait no longer; the panic then ends the
/// whole.
struct OnPanic<'s, O, T>(&'s Results<O, T>);

impl<O, T> Drop for OnPanic<'_, O, T> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            lock(&self.0.queue).broken = true;
            self.0.moved.notify_all();
        }
    }
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

    /// Uneven work, so that threads overtake each other.
    fn uneven(n: u32) -> u32 {
        let rounds = if n.is_multiple_of(7) { 20_000 } else { 10 };
        (0..rounds).fold(n, |a, b| std::hint::black_box(a ^ b) ^ b)
    }

    fn run(workers: Workers, count: u32, work: impl Fn(u32) -> u32 + Sync) -> Vec<u32> {
        weighed(workers, count, work, |_| 0)
    }

    fn weighed(
        workers: Workers,
        count: u32,
        work: impl Fn(u32) -> u32 + Sync,
        weigh: impl Fn(&u32) -> usize + Sync,
    ) -> Vec<u32> {
        let mut numbers = 0..count;
        let mut got = Vec::new();
        in_order(
            workers,
            || 0u32,
            |done| {
                *done += 1;
                numbers.next()
            },
            |_, n| work(n),
            weigh,
            |n| got.push(n),
        );
        got
    }

    fn pool(threads: usize) -> rayon::ThreadPool {
        let builder = rayon::ThreadPoolBuilder::new().num_threads(threads);
        builder.build().unwrap()
    }

    #[test]
    fn results_come_in_order_and_few_wait() {
        for threads in 1..6 {
            let workers = Workers {
                threads,
                ahead: 3,
                bytes: BYTES,
                which: Threads::Idle,
            };
            assert_eq!(run(workers, 500, uneven), (0..500).collect::<Vec<u32>>());
        }
    }

    /// The first result comes last: those that wait for it are few where they are long.
    #[test]
    fn results_that_are_long_do_not_pile_up() {
        use std::sync::atomic::{AtomicUsize, Ordering};
        let (done, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let workers = Workers {
            threads: 3,
            ahead: 1000,
            bytes: 10,
            which: Threads::Idle,
        };
        let work = |n: u32| {
            if n == 0 {
                std::thread::sleep(Duration::from_millis(200));
                most.store(done.load(Ordering::SeqCst), Ordering::SeqCst);
            }
            done.fetch_add(1, Ordering::SeqCst);
            n
        };
        let got = pool(3).install(|| weighed(workers, 100, work, |_| 4));
        assert_eq!(got, (0..100).collect::<Vec<u32>>());
        assert!(most.into_inner() <= 5, "two threads, and three that wait");
    }

    #[test]
    fn work_may_be_shared_with_idle_threads() {
        for threads in 1..6 {
            let got = pool(threads).install(|| {
                run(Workers::all(1), 60, |n| {
                    // Every tenth is a long one that is shared.
                    let count = if n.is_multiple_of(10) { 200 } else { 3 };
                    let inner = run(Workers::idle(8), count, uneven);
                    assert_eq!(inner.len(), count as usize);
                    n
                })
            });
            assert_eq!(got, (0..60).collect::<Vec<u32>>(), "{threads} threads");
        }
    }

    #[test]
    fn a_panic_ends_the_whole() {
        for which in [Threads::Idle, Threads::All] {
            let workers = Workers {
                threads: 4,
                ahead: 1,
                bytes: BYTES,
                which,
            };
            let ended = std::panic::catch_unwind(|| {
                pool(4).install(|| run(workers, 100, |n| if n == 50 { panic!("{n}") } else { n }))
            });
            assert!(ended.is_err());
        }
    }
}
