"""Rows for tables: one a session, with the same columns in all that msilog writes."""

import datetime
from typing import Any, Dict, Iterable, Iterator, List, NamedTuple, Optional, Tuple

from . import _native


class Column(NamedTuple):
    """A column of all tables."""

    #: Its name.
    name: str
    #: `text`, `integer`, `boolean` or `time` (of the machine that wrote the log, without a zone).
    kind: str
    #: What stands in it.
    about: str


#: The columns in their order. New ones are only ever added at the end.
COLUMNS: Tuple[Column, ...] = tuple(Column(*column) for column in _native.columns())

_NAMES = tuple(column.name for column in COLUMNS)
_TIMES = tuple(place for place, column in enumerate(COLUMNS) if column.kind == "time")


def _time(text: Optional[str]) -> Optional[datetime.datetime]:
    try:
        return datetime.datetime.fromisoformat(text) if text else None
    except ValueError:
        # A log may tell of the 31st of a shorter month.
        return None


def as_dict(row: Tuple[Any, ...]) -> Dict[str, Any]:
    """A row by the names of the columns."""
    made = dict(zip(_NAMES, row))
    for place in _TIMES:
        made[_NAMES[place]] = _time(row[place])
    return made


def arrow_schema() -> Any:
    """The columns as a `pyarrow.Schema`."""
    import pyarrow

    types = {
        "text": pyarrow.string(),
        "integer": pyarrow.int64(),
        "boolean": pyarrow.bool_(),
        "time": pyarrow.timestamp("us"),
    }
    fields = [
        pyarrow.field(column.name, types[column.kind], metadata={"about": column.about}) for column in COLUMNS
    ]
    return pyarrow.schema(fields)


def batch(rows: List[Tuple[Any, ...]]) -> Any:
    """Rows as a `pyarrow.RecordBatch`."""
    import pyarrow

    schema = arrow_schema()
    columns: List[Tuple[Any, ...]] = list(zip(*rows)) or [()] * len(COLUMNS)
    for place in _TIMES:
        columns[place] = tuple(map(_time, columns[place]))
    arrays = [pyarrow.array(column, field.type) for column, field in zip(columns, schema)]
    return pyarrow.RecordBatch.from_arrays(arrays, schema=schema)


def batches(rows: Iterable[List[Tuple[Any, ...]]], size: int) -> Iterator[Any]:
    """The rows of many logs in batches of about so many."""
    ready: List[Tuple[Any, ...]] = []
    for some in rows:
        ready.extend(some)
        if len(ready) >= size:
            yield batch(ready)
            ready = []
    if ready:
        yield batch(ready)


def table(batches: Iterable[Any]) -> Any:
    """Batches as one `pyarrow.Table`."""
    import pyarrow

    return pyarrow.Table.from_batches(batches, schema=arrow_schema())
