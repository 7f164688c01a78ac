"""Reads Windows Installer (MSI) logs and says why an installation failed and what fixes it."""

from __future__ import annotations

import datetime
import json
import os
from typing import Any, BinaryIO, Dict, Iterable, Iterator, List, Optional, Tuple, Union, overload

from . import _native, _rows
from ._errors import (
    DeniedError,
    EncodingError,
    MsilogError,
    NotFoundError,
    ReadError,
    RuleError,
    SeveralLogsError,
)
from ._model import Explanation, Failure, Session
from ._report import Report
from ._rows import COLUMNS, Column, arrow_schema

__version__ = _native.__version__

__all__ = [
    "COLUMNS",
    "Column",
    "DeniedError",
    "EncodingError",
    "Explanation",
    "Failure",
    "MsilogError",
    "NotFoundError",
    "ReadError",
    "Redactor",
    "Report",
    "RuleError",
    "Rules",
    "Scan",
    "Session",
    "SeveralLogsError",
    "analyse",
    "arrow_schema",
    "explain",
    "redact",
    "rows",
    "scan",
    "to_arrow",
]

#: A log: a path, its bytes, or a file opened with mode `rb`.
Log = Union[str, "os.PathLike[str]", bytes, bytearray, memoryview, BinaryIO]
_Path = Union[str, "os.PathLike[str]"]

#: Most lines of evidence of a failure, where nothing else is asked for.
_EVIDENCE = 12
#: Rows of a batch, where nothing else is asked for.
_BATCH = 8192


def _given(log: Any) -> Any:
    return bytes(log) if isinstance(log, memoryview) else log


class Rules:
    """The built-in remedies and on top of them those in files of one's own (`docs/your-own-rules.md`)."""

    __slots__ = ("_native",)

    def __init__(self, *files: _Path) -> None:
        texts = []
        for file in files:
            with open(file, encoding="utf-8-sig") as text:
                texts.append((os.fspath(file), text.read()))
        self._native = _native.Rules(texts)


def _own(rules: Optional[Rules]) -> Optional[_native.Rules]:
    return None if rules is None else rules._native


def analyse(
    log: Log,
    *,
    name: Optional[str] = None,
    encoding: Optional[str] = None,
    max_evidence: int = _EVIDENCE,
    rules: Optional[Rules] = None,
    threads: Optional[int] = None,
) -> Report:
    """Reads a log and says what it tells.

    A file that is no installer log is no error: the `kind` of its report is `unrecognised`. `name` is what
    the log is called in the report where it is no path. A long log is shared by `threads` threads, or as many
    as the machine has. Other Python threads go on meanwhile.
    """
    return Report(_native.analyse(_given(log), name, encoding, max_evidence, _own(rules), threads))


class Scan:
    """The reports of a scan, in the order of the files. What cannot be read goes to `errors`.

    Read on threads of its own, a little ahead of whoever takes the reports: memory does not grow with the
    number of files. It ends where it is closed, left as a context, or forgotten.
    """

    __slots__ = ("_native", "_strict", "errors")

    #: What could not be read up to now.
    errors: List[ReadError]

    def __init__(self, native: _native.Scan, strict: bool) -> None:
        self._native = native
        self._strict = strict
        self.errors = []

    def __iter__(self) -> Scan:
        return self

    def __next__(self) -> Report:
        while True:
            found = self._native.next()
            if found is None:
                raise StopIteration
            if not isinstance(found, tuple):
                return Report(found)
            error = ReadError(*found)
            if self._strict:
                self.close()
                raise error
            self.errors.append(error)

    def close(self) -> None:
        """Ends the scan before its end."""
        self._native.close()

    def __enter__(self) -> Scan:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _row_tuples(self) -> Iterator[List[Tuple[Any, ...]]]:
        told = 0
        for report in self:
            # What could not be read is a row, too, so that it is not lost.
            for error in self.errors[told:]:
                yield [_native.Report.unread(error.path, str(error))]
            told = len(self.errors)
            yield report._native.rows()
        for error in self.errors[told:]:
            yield [_native.Report.unread(error.path, str(error))]

    def rows(self) -> Iterator[Dict[str, Any]]:
        """A dict a session, with the names of `COLUMNS`; what could not be read is a row with its `error`."""
        for some in self._row_tuples():
            yield from map(_rows.as_dict, some)

    def to_batches(self, size: int = _BATCH) -> Iterator[Any]:
        """The same as `pyarrow.RecordBatch`es of about `size` rows: memory does not grow with their number."""
        return _rows.batches(self._row_tuples(), size)

    def to_arrow(self) -> Any:
        """The same as one `pyarrow.Table`."""
        return _rows.table(self.to_batches())

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        import pyarrow

        reader = pyarrow.RecordBatchReader.from_batches(arrow_schema(), self.to_batches())
        return reader.__arrow_c_stream__(requested_schema)


def _moment(when: Union[None, float, datetime.datetime, datetime.timedelta]) -> Optional[float]:
    if isinstance(when, datetime.timedelta):
        when = datetime.datetime.now() - when
    return when.timestamp() if isinstance(when, datetime.datetime) else when


def scan(
    *paths: _Path,
    glob: Union[str, Iterable[str]] = (),
    max_depth: Optional[int] = None,
    newer_than: Union[None, float, datetime.datetime, datetime.timedelta] = None,
    follow: bool = False,
    everything: bool = False,
    strict: bool = False,
    encoding: Optional[str] = None,
    max_evidence: int = _EVIDENCE,
    rules: Optional[Rules] = None,
    threads: Optional[int] = None,
) -> Scan:
    """Reads the logs of folders and archives (zip, cab, tar, gz, zst, 7z), and logs that are named.

    `glob` chooses by names in place of `*.log` and `*.txt`, `max_depth` and `newer_than` (a time, or how long
    ago) choose fewer; links that lead out of a folder are read only with `follow`. What is found in a folder
    and is no installer log is left out, but for `everything`. With `strict` the first log that cannot be read
    is raised; without, it goes to `errors` and the scan goes on.
    """
    globs = [glob] if isinstance(glob, str) else list(glob)
    native = _native.Scan(
        list(paths), globs, max_depth, _moment(newer_than), follow, everything, encoding, max_evidence, _own(rules), threads
    )
    return Scan(native, strict)


def explain(term: Union[str, int], *arguments: str, rules: Optional[Rules] = None) -> Explanation:
    """What an exit code, an HRESULT, a message, a GUID, an article, an action or a line of a log means.

    `arguments` are those of a message. A number is looked up as `msilog explain` does, HRESULTs also as
    negative ones.
    """
    return Explanation(json.loads(_native.explain(str(term), list(arguments), _own(rules))))


class Redactor:
    """Stand-ins for names of people and machines, addresses, keys and passwords.

    The same value has the same stand-in in all logs and reports of one redactor. `learn` all of them before
    the first is written: a name that the last one tells may stand in the first.
    """

    __slots__ = ("_native",)

    def __init__(self) -> None:
        self._native = _native.Redactor()

    def learn(self, log: Log, *, encoding: Optional[str] = None) -> None:
        """Takes note of the names in a log. A file is read to its end."""
        self._native.learn(_given(log), encoding)

    def log(self, log: Log, output: Optional[BinaryIO] = None, *, encoding: Optional[str] = None) -> Optional[bytes]:
        """The log again, in UTF-8 with as many lines; written to `output` where there is one."""
        return self._native.replace(_given(log), encoding, output)

    def text(self, text: str) -> str:
        """A text on its own, such as a path."""
        return self._native.text(text)

    def report(self, report: Report) -> Report:
        """The report with stand-ins in all its texts."""
        return Report(self._native.report(report._native))

    @property
    def counts(self) -> Dict[str, Tuple[int, int]]:
        """What was replaced: of each kind how many values, and in how many places. Never the values."""
        return {kind: (values, places) for kind, values, places in self._native.counts()}


@overload
def redact(log: Log, output: None = None, *, encoding: Optional[str] = None, overwrite: bool = False) -> bytes: ...
@overload
def redact(log: Log, output: _Path, *, encoding: Optional[str] = None, overwrite: bool = False) -> None: ...
def redact(
    log: Log, output: Optional[_Path] = None, *, encoding: Optional[str] = None, overwrite: bool = False
) -> Optional[bytes]:
    """A log again without names of people and machines, addresses, keys and passwords, in UTF-8.

    Written to the file `output`, which must not be there unless `overwrite` is given and is never the log
    itself; else returned. The log is read twice, so that names are known before the line that tells them.
    """
    source = log.read() if hasattr(log, "read") else log
    redactor = Redactor()
    redactor.learn(source, encoding=encoding)
    if output is None:
        return redactor.log(source, encoding=encoding)
    named = source if isinstance(source, (str, os.PathLike)) else None
    if named is not None and os.path.exists(output) and os.path.samefile(named, output):
        raise FileExistsError(f"{os.fspath(output)}: this is the log itself; name another file")
    with open(output, "wb" if overwrite else "xb") as file:
        redactor.log(source, file, encoding=encoding)
    return None


def rows(log: Log, **options: Any) -> List[Dict[str, Any]]:
    """The rows of a log, or of all in a folder or an archive: a dict a session, with the names of `COLUMNS`.

    Made for jobs over many logs, so it raises nothing for a log that cannot be read: that is a row with its
    `error`. `options` are those of `analyse`; one thread does the work unless others are asked for.
    """
    options.setdefault("threads", 1)
    try:
        found = analyse(log, **options)._native.rows()
    except SeveralLogsError as error:
        options.pop("name", None)
        return list(scan(error.path, **options).rows())
    except ReadError as error:
        name = options.get("name")
        found = [_native.Report.unread(name or error.path, str(error))]
    return [_rows.as_dict(row) for row in found]


def to_arrow(reports: Iterable[Report]) -> Any:
    """The rows of reports as a `pyarrow.Table`, for pandas, polars, DuckDB and files of Parquet."""
    tuples = (report._native.rows() for report in reports)
    return _rows.table(_rows.batches(tuples, _BATCH))
