"""The report of one log."""

import json
from typing import Any, Dict, List, Optional, Tuple

from . import _rows
from ._model import Failure, Related, Session
from ._native import Report as Native
from ._record import Record


class Report(Record):
    """The report of one log: the attributes of the JSON output, made when they are asked for."""

    __slots__ = ("_native",)

    #: Size in bytes.
    bytes: int
    #: Whether the log's own end is there.
    complete: bool
    #: Encoding of its text, `utf-16le`.
    encoding: str
    #: What the file is. One of `msi`, `burn`, `netfx-setup`, `wrapper`, `unrecognised`.
    kind: str
    #: Language of the action lines, `en`.
    language: Optional[str]
    #: Number of lines.
    lines: int
    #: What was odd, in words.
    notices: List[str]
    #: Path as given; `-` where there is none.
    path: str
    #: Logs that belong to this one.
    related: List[Related]
    #: `msilog/1`.
    schema: str
    #: The sessions, in the order of the log.
    sessions: List[Session]
    #: Whether it is a verbose log.
    verbose: bool
    #: Path under which the log was written, where it says so itself.
    written_as: Optional[str]

    _native: Native

    def __init__(self, native: Native) -> None:
        self._native = native

    def to_json(self) -> str:
        """The line that `msilog --format ndjson` prints of it."""
        return self._native.to_json()

    @classmethod
    def from_json(cls, text: str) -> "Report":
        """From such a line."""
        return cls(Native.from_json(text))

    def to_dict(self) -> Dict[str, Any]:
        """What `msilog --format json` prints of it."""
        try:
            return self._data
        except AttributeError:
            self._data = json.loads(self.to_json())
            return self._data

    @property
    def outcome(self) -> Optional[str]:
        """How the session ended that the log is judged by: `succeeded`, `succeeded-reboot`, `failed`, `cancelled`
        or `incomplete`; None where the file is no log."""
        return self._native.outcome

    @property
    def failed(self) -> bool:
        """Whether that session failed or was cancelled."""
        return self.outcome in ("failed", "cancelled")

    @property
    def signature(self) -> Optional[str]:
        """Name of the cause: the same on every machine."""
        return self._native.signature

    @property
    def principal(self) -> Optional[Session]:
        """The session that the log is judged by."""
        place = self._native.principal
        return None if place is None else self.sessions[place]

    @property
    def failure(self) -> Optional[Failure]:
        """Why that session failed."""
        return self.principal.failure if self.principal else None

    def rows(self) -> List[Dict[str, Any]]:
        """A dict a session, with the names of `COLUMNS`."""
        return [_rows.as_dict(row) for row in self._native.rows()]

    def to_arrow(self) -> Any:
        """The same as a `pyarrow.Table`."""
        return _rows.table([_rows.batch(self._native.rows())])

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self.to_arrow().__arrow_c_stream__(requested_schema)

    def __reduce__(self) -> Tuple[Any, ...]:
        return Report.from_json, (self.to_json(),)

    def __repr__(self) -> str:
        return f"Report({self.path!r}, outcome={self.outcome!r}, signature={self.signature!r})"
