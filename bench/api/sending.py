"""Send code and items to trials: by module and name what they can import, the rest pickled into the run's folder."""

import io
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from bench.api.code_origin import functions_within, imported, own_folders, why_not_importable
from bench.api.pickling import CodeSent, NotImportable, ReferencePickler, has_cloudpickle, value_pickler
from bench.api.refusals import why_not_sent
from bench.collect.sent_workload import Pickled, SentObject
from bench.errors import CannotSend
from bench.schema import Interpreter

HOW_TO_INSTALL = "cloudpickle is not installed: pip install 'concurrency-bench[cloudpickle]'"


class Sender:
    """Sends objects into a run's folder; `by_value` names those that only this version of Python can load."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.import_from = own_folders()
        self.code = CodeSent()
        self.files: list[Path] = []
        self.by_value: list[str] = []

    def send_code(self, what: str, code: Any, stem: str) -> SentObject:
        """A function or a class: by its name if trials can import it, else in a file. Raises CannotSend."""
        for one in functions_within(code):
            self.code.note(one)
        if (found := imported(code)) is not None:
            return found
        try:
            return self._pickled((what, stem), code, self._pickle_by_reference)
        except NotImportable:
            pass
        if not has_cloudpickle():
            raise CannotSend(
                f"{what} cannot be imported, since {why_not_importable(code)}, so it must be sent by value. "
                f"{HOW_TO_INSTALL}; or define it at the top level of a module"
            )
        self.by_value.append(what)
        return self._pickled((what, stem), code, self._pickle_by_value)

    def send_items(self, items: Iterable[Any] | Callable[[], Iterable[Any]]) -> SentObject:
        """The items, or the function that makes them. Raises CannotSend."""
        if callable(items):
            return self.send_code("the function that makes the items", items, "items")
        batch = list(items)
        if not batch:
            raise CannotSend("there are no items to work on")
        try:
            return self._pickled(("items", "items"), batch, self._pickle_by_reference)
        except NotImportable as error:
            if not has_cloudpickle():
                raise CannotSend(f"the items must be sent by value: {error}. {HOW_TO_INSTALL}") from None
        self.by_value.append("the items")
        return self._pickled(("items", "items"), batch, self._pickle_by_value)

    def refuse_other_versions(self, interpreters: Sequence[Interpreter]) -> None:
        """Raise CannotSend if an interpreter cannot load what was sent by value: bytecode is that of one version."""
        own = (sys.implementation.name, *map(str, sys.version_info[:2]))
        for interpreter in interpreters if self.by_value else ():
            if (interpreter.implementation, *interpreter.version.split(".")[:2]) != own:
                raise CannotSend(
                    f"{self.by_value[0]} is sent by value, as bytecode of Python {'.'.join(own[1:])}, which "
                    f"{interpreter.executable}, Python {interpreter.version}, cannot run: define it at the top level "
                    "of a module, or measure in this version only"
                )

    def _pickled(self, names: tuple[str, str], value: Any, pickle_it: Callable[[Any, io.BytesIO], None]) -> Pickled:
        """Pickle into a file of the run's folder, together with the code that was pickled by value."""
        what, stem = names
        stream = io.BytesIO()
        try:
            pickle_it(value, stream)
        except NotImportable:
            raise
        except Exception as error:
            raise CannotSend(why_not_sent(what, value, error)) from error
        path = self._folder / f"{stem}.pickle"
        path.write_bytes(stream.getvalue())
        self.files.append(path)
        return Pickled(path.name)

    def _pickle_by_reference(self, value: Any, stream: io.BytesIO) -> None:
        pickler = ReferencePickler(stream, self.code)
        pickler.dump(value)
        pickler.dump({})

    def _pickle_by_value(self, value: Any, stream: io.BytesIO) -> None:
        pickler = value_pickler(stream, self.code)
        pickler.dump(value)
        pickler.dump(pickler.top_level)
