import os
import subprocess

import pytest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture(scope="session")
def fixtures():
    return os.path.join(ROOT, "fixtures")


@pytest.fixture(scope="session")
def failed(fixtures):
    return os.path.join(fixtures, "disk-full", "install.log")


@pytest.fixture(scope="session")
def program():
    """Runs the program; MSILOG_EXE says where it is."""
    path = os.environ.get("MSILOG_EXE")
    if not path:
        pytest.skip("MSILOG_EXE does not say where the program is")

    def run(*arguments):
        environment = dict(os.environ, MSILOG_RULES="")
        done = subprocess.run([path, *arguments], capture_output=True, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL)
        return done.stdout.decode()

    return run


@pytest.fixture(scope="session")
def long_log(tmp_path_factory, failed):
    """So long that threads share it."""
    with open(failed, "rb") as log:
        one = log.read()
    path = tmp_path_factory.mktemp("long") / "long.log"
    with open(path, "wb") as out:
        out.write(one)
        line = "MSI (s) (C8:50) [01:49:43:906]: a note of the engine that says nothing\r\n".encode("utf-16-le")
        plain = line if one[:2] == b"\xff\xfe" else line.decode("utf-16-le").encode()
        out.write(plain * 400_000)
    return str(path)


@pytest.fixture
def many(tmp_path, failed):
    """A folder of many logs that take no room."""

    def make(count):
        folder = tmp_path / "many"
        folder.mkdir()
        first = folder / "0.log"
        with open(failed, "rb") as log:
            first.write_bytes(log.read())
        for number in range(1, count):
            os.link(first, folder / f"{number}.log")
        return str(folder)

    return make
