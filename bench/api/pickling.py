"""Pickle code and data for trials: code by its name where trials can import it, or else by value with cloudpickle."""

import io
import pickle
import sys
from dataclasses import dataclass, field
from types import BuiltinFunctionType, CodeType, FunctionType, ModuleType
from typing import Any

from bench.api.code_origin import file_to_show, imported, missing_module_file, shown_name, why_not_importable
from bench.collect.sent_workload import code_in_file
from bench.process.failure_reason import short_repr


class OpenFile(Exception):
    """An open file, which a copy of it in another process would not be."""


class NotImportable(Exception):
    """Code that trials cannot import."""


@dataclass
class CodeSent:
    """What of the code that was sent is not found by a plain import, and the files that its lines are in."""

    module_files: dict[str, str] = field(default_factory=dict)
    code_files: dict[str, str] = field(default_factory=dict)

    def note(self, code: Any) -> None:
        """Take in a module, a class or a function."""
        module = code if isinstance(code, ModuleType) else sys.modules.get(getattr(code, "__module__", None) or "")
        if module is not None and module.__name__ != "__main__" and (file := missing_module_file(module)):
            self.module_files[module.__name__] = file
        if not isinstance(code, ModuleType) and (file := file_to_show(code)):
            self.code_files[file] = shown_name(file)


class ReferencePickler(pickle.Pickler):
    """Pickles code by its name alone, and refuses what trials cannot import."""

    def __init__(self, stream: io.BytesIO, code: CodeSent) -> None:
        super().__init__(stream, pickle.DEFAULT_PROTOCOL)
        self._code = code

    def reducer_override(self, value: Any) -> Any:
        _refuse_open_file(value)
        if isinstance(value, type | FunctionType | BuiltinFunctionType):
            if imported(value) is None and value.__module__ != "builtins" and not hasattr(value, "__self__"):
                raise NotImportable(f"{value.__qualname__} cannot be imported, since {why_not_importable(value)}")
            self._code.note(value)
        return NotImplemented


def value_pickler(stream: io.BytesIO, code: CodeSent) -> Any:
    """A pickler that sends code by value if it cannot be imported; `top_level` has what of it others can refer to."""
    import cloudpickle  # type: ignore[import-not-found, import-untyped, unused-ignore]  # an extra

    class ValuePickler(cloudpickle.CloudPickler):  # type: ignore[misc, unused-ignore]
        top_level: dict[str, Any]

        def reducer_override(self, value: Any) -> Any:
            _refuse_open_file(value)
            if isinstance(value, type | FunctionType | ModuleType):
                code.note(value)
            if isinstance(value, type | FunctionType) and value.__module__ == "__main__" and "<" not in value.__name__:
                self.top_level[value.__name__] = value
            if isinstance(value, CodeType):  # cloudpickle leaves out the file, which the place of an error needs
                _, arguments, *_ = cloudpickle.CloudPickler.dispatch_table[CodeType](value)
                return code_in_file, (value.co_filename, *arguments)
            return super().reducer_override(value)

    pickler = ValuePickler(stream, pickle.DEFAULT_PROTOCOL)
    pickler.top_level = {}
    return pickler


def _refuse_open_file(value: Any) -> None:
    if isinstance(value, io.IOBase) and not isinstance(value, io.BytesIO | io.StringIO):
        raise OpenFile(f"{short_repr(value)} is an open file")


def has_cloudpickle() -> bool:
    """Whether code can be sent by value."""
    try:
        import cloudpickle  # noqa: F401  # an extra
    except ImportError:
        return False
    return True
