"""Threads, forks and signals."""

import concurrent.futures
import io
import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time

import msilog
import pytest


def outcome(path):
    return msilog.analyse(path).outcome


def scanned(path):
    return len(list(msilog.scan(path)))


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_other_processes(method, long_log, fixtures):
    """The threads of the parent are not those of a child that was forked."""
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip("no fork here")
    assert outcome(long_log) is not None
    assert scanned(fixtures) > 20
    context = multiprocessing.get_context(method)
    with context.Pool(2) as pool:
        told = pool.map_async(outcome, [long_log] * 4)
        assert told.get(timeout=120) == [outcome(long_log)] * 4
        assert pool.map_async(scanned, [fixtures]).get(timeout=120) == [scanned(fixtures)]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_scan_does_not_go_on_in_a_child(many):
    scan = msilog.scan(many(2000))
    next(scan)
    child = os.fork()
    if child == 0:
        try:
            next(scan)
            os._exit(1)
        except RuntimeError:
            pass
        scan.close()
        del scan
        os._exit(0 if msilog.analyse(b"").kind == "unrecognised" else 2)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            break
        time.sleep(0.05)
    else:
        os.kill(child, signal.SIGKILL)
        pytest.fail("the child hangs")
    assert os.WEXITSTATUS(status) == 0
    assert len(list(scan)) == 1999, "the parent's goes on"


def test_threads_of_python_go_on_meanwhile(long_log):
    count, done = 0, threading.Event()

    def tick():
        nonlocal count
        while not done.wait(0.001):
            count += 1

    thread = threading.Thread(target=tick)
    thread.start()
    begin = time.monotonic()
    while time.monotonic() < begin + 1:
        msilog.analyse(long_log, threads=1)
    done.set()
    thread.join()
    assert count > 50


def test_many_threads_at_once(failed, long_log):
    wanted = msilog.analyse(failed).to_json()
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda path: msilog.analyse(path).to_json(), [failed] * 200 + [long_log] * 8))
    assert told[:200] == [wanted] * 200


def test_a_scan_may_be_shared_by_threads(fixtures):
    scan = msilog.scan(fixtures)
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        told = sum(pool.map(lambda _: len(list(scan)), range(4)))
    assert told == scanned(fixtures)


def test_one_redactor_for_many_threads(failed):
    redactor = msilog.Redactor()
    redactor.learn(failed)
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        told = pool.map(lambda _: redactor.log(failed, io.BytesIO()) or redactor.text("WEIGH-01"), range(20))
        assert len(set(told)) == 1


def interrupted(program, *arguments):
    """Ctrl-C after the program has said that it is at work; how long it took to end, and its words."""
    child = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stdout.readline() == "at work\n"
    time.sleep(0.3)
    begin = time.monotonic()
    child.send_signal(signal.SIGINT)
    _, words = child.communicate(timeout=60)
    return time.monotonic() - begin, words


@pytest.mark.skipif(os.name == "nt", reason="signals are sent in another way")
def test_ctrl_c_ends_a_scan(many):
    took, words = interrupted(
        """
        import msilog, sys
        print("at work", flush=True)
        while True:
            for report in msilog.scan(sys.argv[1]):
                pass
        """,
        many(2000),
    )
    assert "KeyboardInterrupt" in words and took < 5, words


@pytest.mark.skipif(os.name == "nt", reason="signals are sent in another way")
@pytest.mark.parametrize("call", ["msilog.analyse(Endless())", "msilog.Redactor().learn(Endless())"])
def test_ctrl_c_ends_the_reading_of_a_log(call):
    took, words = interrupted(
        f"""
        import msilog

        class Endless:
            def read(self, size):
                return b"MSI (s) (C8:50) [01:49:43:906]: a note of the engine" + bytes([13, 10])

        print("at work", flush=True)
        {call}
        """
    )
    assert "KeyboardInterrupt" in words and took < 5, words
