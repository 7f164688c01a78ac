"""What msilog raises. Each tells the path and what to do about it."""

from typing import Any, Optional


class MsilogError(Exception):
    """The root of all that msilog raises for reasons of its own."""

    #: The log, archive or file that it is about.
    path: str
    #: What to do, where that is known.
    advice: Optional[str]

    def __init__(self, path: str, message: str) -> None:
        super().__init__(message)
        self.path = path
        told = message[len(path) + 2 :] if message.startswith(path + ": ") else message
        self.advice = told.rpartition(". ")[2] if ". " in told else None

    def __reduce__(self) -> Any:
        return type(self), (self.path, str(self))


class ReadError(MsilogError, OSError):
    """A log cannot be read, or not to its end."""


class NotFoundError(ReadError, FileNotFoundError):
    """There is no such file or folder."""


class DeniedError(ReadError, PermissionError):
    """This user may not read it."""


class SeveralLogsError(MsilogError, ValueError):
    """A folder or an archive holds several logs where one was asked for."""


class EncodingError(MsilogError, LookupError):
    """There is no encoding of this name."""


class RuleError(MsilogError, ValueError):
    """A rule in a file of rules is broken."""
