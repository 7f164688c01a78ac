"""Reads installer logs on a cluster and writes one row a session as Parquet.

    spark-submit msilog_job.py INPUT OUTPUT [--content] [--partitions N] [--glob '*.{log,txt}']

INPUT is a folder that all workers see under the same path (NFS, a mounted lakehouse, /Volumes): each reads
its logs there as msilog does, and logs of a folder that belong together are tied. What is only an object
store (s3a:, abfss:, gs:) is read by Spark and handed over, a log at a time; so is all with --content.

OUTPUT/rows has the columns of docs/rows.md; OUTPUT/by_signature, by_machine, by_product and by_week count
what failed. A log that cannot be read is a row with its `error`.
"""

import argparse
import re

import msilog
import pyarrow
from pyspark.sql import DataFrame, SparkSession, Window
from pyspark.sql import functions as F

#: Most logs of a folder that one task reads: more are shared, so that one large folder holds up nobody.
MOST_OF_A_FOLDER = 1024
#: Larger logs are not handed over by Spark, which keeps a whole log in memory; by path they are read.
MOST_BYTES = 256 << 20
TYPES = {"text": "STRING", "integer": "BIGINT", "boolean": "BOOLEAN", "time": "TIMESTAMP_NTZ"}
SCHEMA = ", ".join(f"`{column.name}` {TYPES[column.kind]}" for column in msilog.COLUMNS)
FAILED = "outcome IN ('failed', 'cancelled')"


def listed(spark: SparkSession, folder: str, glob: str) -> DataFrame:
    """The logs below a folder with their lengths; nothing of them is read."""
    reader = spark.read.format("binaryFile").option("recursiveFileLookup", True)
    return reader.option("pathGlobFilter", glob).load(folder)


def local(path: str) -> str:
    """The name under which workers find what Spark names by a scheme."""
    return re.sub(r"^(file|dbfs):/*", "/", path)


def of_folder(paths: pyarrow.Table) -> pyarrow.Table:
    """The rows of some logs of a folder."""
    names = sorted(local(path) for path in paths["path"].to_pylist())
    with msilog.scan(*names, everything=True, threads=1) as scan:
        return scan.to_arrow()


def of_contents(batches):
    """The rows of logs that Spark has read."""
    for batch in batches:
        for path, content in zip(batch["path"].to_pylist(), batch["content"]):
            rows = msilog.rows(content.as_py(), name=path)
            yield pyarrow.RecordBatch.from_pylist(rows, schema=msilog.arrow_schema())


def by_path(logs: DataFrame, partitions: int) -> DataFrame:
    """Reads logs under their paths: folder by folder, large folders in parts."""
    folder = F.regexp_extract("path", "^(.*)/", 1)
    place = F.row_number().over(Window.partitionBy("folder").orderBy("path"))
    parts = (
        logs.select("path", folder.alias("folder"))
        .withColumn("part", F.floor((place - 1) / MOST_OF_A_FOLDER))
        .repartition(partitions, "folder", "part")
    )
    return parts.groupBy("folder", "part").applyInArrow(of_folder, SCHEMA)


def by_content(logs: DataFrame, partitions: int) -> DataFrame:
    """Has Spark read the logs; what is too large for it is said."""
    small = F.col("length") <= MOST_BYTES
    read = logs.where(small).select("path", "content").mapInArrow(of_contents, SCHEMA)
    why = F.lit(f"larger than {MOST_BYTES >> 20} MiB, so it was not handed over: give msilog the file itself")
    # Spark would hand a plain comparison to the reader of files, and that one overflows its stack where
    # thousands of files in a row give nothing.
    too_large = F.greatest("length", F.lit(MOST_BYTES)) > MOST_BYTES
    absent = [F.lit(None).alias(c.name) for c in msilog.COLUMNS if c.name not in ("path", "error", "bytes")]
    large = logs.where(too_large).select("path", F.col("length").alias("bytes"), why.alias("error"), *absent)
    return read.unionByName(large)


def counted(rows: DataFrame, *keys) -> DataFrame:
    """Failures by these keys, the most frequent first, and on how many machines."""
    failures = rows.where(FAILED).groupBy(*keys)
    found = failures.agg(F.count("*").alias("failures"), F.countDistinct("machine").alias("machines"))
    return found.orderBy(F.desc("failures"), *(found[name] for name in found.columns[: len(keys)]))


def run(spark: SparkSession, source: str, target: str, content: bool, partitions: int, glob: str) -> None:
    """Reads all logs and writes the tables."""
    mounted = re.match(r"^(file:|dbfs:|/)", source)
    logs = listed(spark, source, glob)
    read = by_content if content or not mounted else by_path
    read(logs, partitions).write.mode("overwrite").parquet(f"{target}/rows")
    # What was written is counted: nothing is read twice.
    rows = spark.read.parquet(f"{target}/rows")
    week = F.date_trunc("week", "started").cast("date").alias("week")
    tables = {
        "by_signature": counted(rows, "signature"),
        "by_machine": counted(rows, "machine"),
        "by_product": counted(rows, "product", "version"),
        "by_week": counted(rows, week, "signature"),
    }
    for name, table in tables.items():
        table.coalesce(1).write.mode("overwrite").parquet(f"{target}/{name}")
    total = rows.agg(F.countDistinct("path"), F.count_if(F.expr(FAILED)), F.count("error")).first()
    print("msilog: {} logs, {} failures, {} not read".format(*total))


def session() -> SparkSession:
    """A session whose tasks are as many as asked for: Spark counts names, and logs are what takes time."""
    settings = {
        "spark.sql.adaptive.coalescePartitions.enabled": "false",
        "spark.sql.files.openCostInBytes": "0",
        "spark.sql.files.maxPartitionBytes": "64m",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "64",
    }
    builder = SparkSession.builder.appName("msilog")
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Reads installer logs on a cluster")
    parser.add_argument("source", metavar="INPUT")
    parser.add_argument("target", metavar="OUTPUT")
    parser.add_argument("--content", action="store_true", help="let Spark read the logs, as from an object store")
    parser.add_argument("--partitions", type=int, help="tasks by path; four a core where it is not given")
    parser.add_argument("--glob", default="*.{log,LOG,Log,txt,TXT}", help="names of logs")
    given = parser.parse_args()
    spark = session()
    partitions = given.partitions or 4 * spark.sparkContext.defaultParallelism
    run(spark, given.source, given.target, given.content, partitions, given.glob)
    spark.stop()


if __name__ == "__main__":
    main()
