"""Many logs, and tables of them."""

import csv
import datetime
import io
import json
import os
import sys

import msilog
import pytest


def test_a_scan_is_the_programs(fixtures, program):
    wanted = program("--format", "ndjson", fixtures).splitlines()
    assert len(wanted) > 20
    for threads in (None, 1, 3):
        reports = list(msilog.scan(fixtures, threads=threads))
        assert [report.to_json() for report in reports] == wanted


def test_what_cannot_be_read_is_told(tmp_path, failed):
    with open(failed, "rb") as log:
        (tmp_path / "a.log").write_bytes(log.read())
    (tmp_path / "b.zip").write_bytes(b"no archive")
    (tmp_path / "notes.txt").write_text("hello")
    gone = str(tmp_path / "gone.log")
    scan = msilog.scan(str(tmp_path), gone)
    assert len(list(scan)) == 1
    assert [error.path for error in scan.errors] == [str(tmp_path / "b.zip"), gone]
    assert all(error.advice for error in scan.errors)
    assert len(list(msilog.scan(tmp_path, everything=True))) == 2
    with pytest.raises(msilog.ReadError):
        list(msilog.scan(tmp_path, strict=True))
    rows = list(msilog.scan(tmp_path, gone).rows())
    assert [bool(row["error"]) for row in rows].count(True) == 2
    assert len(rows) == 3


def test_a_file_that_vanishes(tmp_path, many):
    folder = many(3000)
    scan = msilog.scan(folder, threads=2)
    next(scan)
    for name in sorted(os.listdir(folder))[1500:]:
        os.remove(os.path.join(folder, name))
    read = 1 + len(list(scan))
    assert read + len(scan.errors) <= 3000 and read >= 1500
    assert all("no such file" in str(error) for error in scan.errors)


def test_what_is_chosen(tmp_path, failed):
    with open(failed, "rb") as log:
        content = log.read()
    deep = tmp_path / "x" / "y"
    deep.mkdir(parents=True)
    for path in (tmp_path / "a.log", deep / "b.out", deep / "c.log"):
        path.write_bytes(content)
    old = datetime.datetime.now() - datetime.timedelta(days=2)
    os.utime(tmp_path / "a.log", (old.timestamp(), old.timestamp()))

    def names(**options):
        return [os.path.basename(report.path) for report in msilog.scan(tmp_path, **options)]

    assert names() == ["a.log", "c.log"]
    assert names(glob="*.out") == ["b.out"]
    assert names(glob=["*.out", "a.*"]) == ["a.log", "b.out"]
    assert names(max_depth=1) == ["a.log"]
    for day in (datetime.timedelta(days=1), datetime.datetime.now() - datetime.timedelta(days=1)):
        assert names(newer_than=day) == ["c.log"]
    with pytest.raises(ValueError):
        msilog.scan(tmp_path, glob="[")


def test_a_scan_ends_where_it_is_left(many):
    folder = many(3000)
    with msilog.scan(folder) as scan:
        next(scan)
    assert list(scan) == []
    again = msilog.scan(folder)
    next(again)
    del again


def test_rows_are_those_of_csv(fixtures, program):
    told = list(csv.DictReader(io.StringIO(program("--format", "csv", fixtures).lstrip("\ufeff"))))
    rows = list(msilog.scan(fixtures).rows())
    assert len(rows) == len(told)
    for row, cells in zip(rows, told):
        for name, cell in cells.items():
            value = row[name]
            text = value.isoformat() if isinstance(value, datetime.datetime) else "" if value is None else str(value)
            assert cell in (text, "'" + text), name


def test_rows_of_anything(tmp_path, failed, fixtures):
    with open(failed, "rb") as log:
        content = log.read()
    [row] = msilog.rows(failed)
    assert row["exit_code"] == 1603 and isinstance(row["started"], datetime.datetime) and row["error"] is None
    assert list(row) == [column.name for column in msilog.COLUMNS]
    [same] = msilog.rows(content, name=failed)
    assert same == row
    [gone] = msilog.rows(tmp_path / "gone.log")
    assert gone["error"] and gone["kind"] is None and gone["path"].endswith("gone.log")
    assert len(msilog.rows(fixtures)) > 20
    [none] = msilog.rows(b"hello", name="notes.txt")
    assert none["kind"] == "unrecognised" and none["session"] is None
    (tmp_path / "empty").mkdir()
    [empty] = msilog.rows(tmp_path / "empty")
    assert "no log in this folder" in empty["error"]


def test_arrow(fixtures, failed):
    pyarrow = pytest.importorskip("pyarrow")
    table = msilog.scan(fixtures).to_arrow()
    assert table.schema == msilog.arrow_schema()
    assert table.to_pylist() == list(msilog.scan(fixtures).rows())
    assert msilog.to_arrow(msilog.scan(fixtures)) == table
    assert msilog.analyse(failed).to_arrow().num_rows == 1
    assert pyarrow.table(msilog.scan(fixtures)) == table, "by the protocol of Arrow"
    sizes = [batch.num_rows for batch in msilog.scan(fixtures).to_batches(10)]
    assert sum(sizes) == table.num_rows and len(sizes) > 2
    assert msilog.to_arrow([]).schema == table.schema


def test_data_frames(fixtures):
    pytest.importorskip("pyarrow")
    pandas = pytest.importorskip("pandas")
    frame = msilog.scan(fixtures).to_arrow().to_pandas()
    assert frame["started"].dtype.kind == "M"
    groups = frame.groupby("signature").size()
    assert groups.sum() == frame["signature"].notna().sum() > 20
    assert isinstance(frame, pandas.DataFrame)


def test_polars(fixtures):
    pytest.importorskip("pyarrow")
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame(msilog.scan(fixtures))
    assert frame.schema["started"] == polars.Datetime("us")
    assert frame.schema["exit_code"] == polars.Int64
    assert frame.height == len(list(msilog.scan(fixtures).rows()))


def test_memory_does_not_grow_with_the_number_of_logs(many):
    resource = pytest.importorskip("resource")
    folder = many(4000)
    list(zip(range(500), msilog.scan(folder)))
    unit = 1 if sys.platform == "darwin" else 1024
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    assert sum(report.failed for report in msilog.scan(folder)) == 4000
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit - before
    assert grown < 40 << 20, grown


def test_json_lines_can_be_kept(fixtures):
    lines = [report.to_json() for report in msilog.scan(fixtures)]
    assert [msilog.Report.from_json(line).to_json() for line in lines] == lines
    assert all(json.loads(line)["schema"] == "msilog/1" for line in lines)
    with pytest.raises(ValueError):
        msilog.Report.from_json("{}")
