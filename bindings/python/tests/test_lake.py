"""Parquet of the program, read by others, and the queries of docs/parquet.md."""

import os
import re
import subprocess

import msilog
import pytest


@pytest.fixture(scope="module")
def lake(program, fixtures, tmp_path_factory):
    path = tmp_path_factory.mktemp("lake") / "logs.parquet"
    program("--format", "parquet", "-o", str(path), fixtures, "no-such.log")
    if not path.exists():
        pytest.skip("this program does not write Parquet")
    return path


def test_parquet_is_the_table_of_the_wheel(lake, fixtures):
    parquet = pytest.importorskip("pyarrow.parquet")
    table = parquet.read_table(lake)
    wanted = msilog.arrow_schema()
    assert table.schema.names == wanted.names and table.schema.types == wanted.types
    *rows, error = table.to_pylist()
    assert rows == list(msilog.scan(fixtures).rows())
    assert error["path"] == "no-such.log" and error["error"] and error["complete"] is None


def test_duckdb_reads_it(lake, root, fixtures):
    duckdb = pytest.importorskip("duckdb")
    with open(os.path.join(root, "docs", "parquet.md"), encoding="utf-8") as page:
        queries = re.findall(r"```sql\n(.*?)```", page.read(), re.S)
    assert len(queries) == 5
    told = [duckdb.sql(query.replace("logs.parquet", str(lake))).fetchall() for query in queries]
    assert all(told), "each finds something"
    rows = list(msilog.scan(fixtures).rows())
    causes = [row["signature"] for row in rows if row["outcome"] == "failed"]
    signature, failures, machines, _ = told[0][0]
    assert failures == causes.count(signature) == max(map(causes.count, causes)) and machines <= failures
    assert sum(row[3] for row in told[1]) == sum(row["session"] is not None and row["parent"] is None for row in rows)
    assert [path for path, _ in told[4]] == ["no-such.log"]


def test_many_groups_of_rows(program, many, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "many.parquet"
    done = subprocess.run(
        [os.environ["MSILOG_EXE"], "--format", "parquet", "-o", str(path), many(20_000)], capture_output=True, check=False
    )
    if not path.exists():
        pytest.skip(f"this program does not write Parquet: {done.stderr.decode()}")
    file = parquet.ParquetFile(path)
    assert file.metadata.num_row_groups > 1 and file.metadata.num_rows == 20_000
    assert set(file.read(["exit_code"])["exit_code"].to_pylist()) == {1603}
