//! Threads of this process alone. A process that was forked has the memory of its parent and none of its
//! threads: who waits for those waits for ever, so it gets threads of its own.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

/// Most threads that anybody gets.
const MOST: usize = 256;

/// How long a signal waits, at the most.
pub const PATIENCE: Duration = Duration::from_millis(50);

/// As many threads as were asked for, or as the machine has.
pub fn count(asked: Option<usize>) -> usize {
    let all = || std::thread::available_parallelism().map_or(1, usize::from);
    asked.unwrap_or_else(all).clamp(1, MOST)
}

struct Pools {
    process: u32,
    by_count: BTreeMap<usize, Arc<ThreadPool>>,
}

/// Only whoever holds the interpreter locks it, and forks: no child finds it locked.
static POOLS: Mutex<Pools> = Mutex::new(Pools {
    process: 0,
    by_count: BTreeMap::new(),
});

fn pool(_: Python<'_>, threads: usize) -> PyResult<Arc<ThreadPool>> {
    let mut pools = POOLS.lock().unwrap_or_else(PoisonError::into_inner);
    if pools.process != std::process::id() {
        pools.process = std::process::id();
        // Nobody is there who could end these.
        std::mem::forget(std::mem::take(&mut pools.by_count));
    }
    if let Some(pool) = pools.by_count.get(&threads) {
        return Ok(Arc::clone(pool));
    }
    let pool = ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = Arc::new(pool.map_err(|error| PyRuntimeError::new_err(error.to_string()))?);
    pools.by_count.insert(threads, Arc::clone(&pool));
    Ok(pool)
}

/// Does long work on such threads. A signal of Python, such as Ctrl-C, is raised after the work, which
/// is told to stop, has come to its end.
pub fn run<T: Send>(
    py: Python<'_>,
    threads: Option<usize>,
    work: impl FnOnce(&AtomicBool) -> T + Send,
) -> PyResult<T> {
    let pool = pool(py, count(threads))?;
    let stop = AtomicBool::new(false);
    py.detach(|| {
        pool.in_place_scope(|scope| {
            let (done, waits) = channel();
            let stop = &stop;
            scope.spawn(move |_| {
                let _ = done.send(work(stop));
            });
            loop {
                match waits.recv_timeout(PATIENCE) {
                    Ok(result) => return Ok(result),
                    Err(RecvTimeoutError::Timeout) => Python::attach(|py| py.check_signals())
                        .inspect_err(|_| stop.store(true, Ordering::Relaxed))?,
                    // The work has panicked, which the scope passes on.
                    Err(RecvTimeoutError::Disconnected) => {
                        return Err(PyRuntimeError::new_err("the analysis broke off"));
                    }
                }
            }
        })
    })
}
