"""Typed objects over what JSON gives."""

import inspect
from typing import Any, Callable, Dict, Optional, Union, get_args, get_origin


def _annotations(cls: type) -> Dict[str, Any]:
    """Those of the class itself."""
    if hasattr(inspect, "get_annotations"):
        return dict(inspect.get_annotations(cls))
    return dict(cls.__dict__.get("__annotations__", {}))


def _made(hint: Any) -> Optional[Callable[[Any], Any]]:
    """How a value of such a type is made of JSON; None where it is one already."""
    if isinstance(hint, type) and issubclass(hint, Record):
        return hint
    inner = get_args(hint)
    if get_origin(hint) is list and (make := _made(inner[0])):
        return lambda values: [make(value) for value in values]
    if get_origin(hint) is Union and (one := _made(inner[0])):
        return lambda value: None if value is None else one(value)
    return None


class Record:
    """A part of a report. Its attributes are those of the JSON output, which `to_dict` gives whole."""

    __slots__ = ("_data",)
    _data: Dict[str, Any]

    def __init__(self, data: Dict[str, Any]) -> None:
        self._data = data

    def __init_subclass__(cls) -> None:
        for name, hint in _annotations(cls).items():
            if not name.startswith("_"):
                setattr(cls, name, cls._property(name, _made(hint)))

    @staticmethod
    def _property(name: str, make: Optional[Callable[[Any], Any]]) -> property:
        if make is None:
            return property(lambda self: self.to_dict()[name])
        made = make
        return property(lambda self: made(self.to_dict()[name]))

    def to_dict(self) -> Dict[str, Any]:
        """What `msilog --format json` prints of it."""
        return self._data

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and isinstance(other, Record) and other.to_dict() == self.to_dict()

    def __hash__(self) -> int:
        return hash(repr(self.to_dict()))

    def __repr__(self) -> str:
        told = ", ".join(f"{key}={value!r}" for key, value in self.to_dict().items() if not isinstance(value, (dict, list)))
        return f"{type(self).__name__}({told})"
