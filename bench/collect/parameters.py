"""Typed values from text: the parameters of a workload and the options of a backend, as declared by annotations.

Parameters are recorded with the run, so a password must not be one: a text may be `env:NAME` instead, which stands for
the value of an environment variable wherever the workload is built.
"""

import inspect
import math
import os
import re
import types
import typing
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from bench.errors import ParameterError, UnknownName
from bench.process.failure_reason import PASSWORD
from bench.schema import Value

Word = TypeVar("Word", bound=StrEnum)

MAX_DIGITS = 300  # of a whole number; 1e999999 would fill the memory

_TRUTH = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
_MEANING: dict[type, str] = {bool: "true or false", int: "a whole number", float: "a number", str: "text"}

PLAIN_KINDS = tuple(_MEANING)

_FROM_ENVIRONMENT = re.compile(r"env:(\w+)")
_PASSWORD_IN_QUERY = re.compile(r"://.*[?&]password=")


@dataclass(frozen=True)
class Parameter:
    """One declared value. `kind` is bool, int, float, str or a StrEnum; `required` means that there is no default."""

    name: str
    kind: type
    default: Value
    required: bool = False
    optional: bool = False

    def parse(self, text: str) -> Value:
        """The value of what a user typed. Raises ParameterError if the text is not of this kind."""
        if self.optional and text.lower() in ("", "none"):
            return None
        if issubclass(self.kind, StrEnum):
            return choice(self.name, self.kind, text).value
        if self.kind is str:
            self._refuse_password(text)
            self._from_environment(text)
            return text
        try:
            return _parse_plain(self.kind, text)
        except (ValueError, KeyError, ArithmeticError):
            raise ParameterError(f"{self.name}={text}: {text!r} is not {_MEANING[self.kind]}") from None

    def revive(self, value: Value) -> object:
        """The object for a recorded value: an enum's member for its string, and what `env:NAME` stands for.

        Raises ParameterError if that variable is not set.
        """
        if issubclass(self.kind, StrEnum) and value is not None:
            return self.kind(str(value))
        return self._from_environment(value) if isinstance(value, str) else value

    def _from_environment(self, text: str) -> str:
        """The text, or the value of the environment variable that it names. Raises ParameterError."""
        reference = _FROM_ENVIRONMENT.fullmatch(text)
        if reference is None:
            return text
        if reference[1] not in os.environ:
            raise ParameterError(f"{self.name}={text}: the environment variable {reference[1]} is not set")
        return os.environ[reference[1]]

    def _refuse_password(self, text: str) -> None:
        if PASSWORD.search(text) or _PASSWORD_IN_QUERY.search(text):
            raise ParameterError(
                f"{self.name}: the URL contains a password, and parameters are recorded with the run; leave it out and "
                f"set PGPASSWORD or use ~/.pgpass (PostgreSQL), or set a variable to the whole URL and give its name: "
                f"{self.name}=env:NAME"
            )


def _parse_plain(kind: type, text: str) -> Value:
    if kind is bool:
        return _TRUTH[text.lower()]
    if kind is int:
        return _parse_whole(text)
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _parse_whole(text: str) -> int:
    """A whole number, exactly, in any notation: 1_000, 1e6, 2.0."""
    number = Decimal(text)
    if not number.is_finite() or number != number.to_integral_value() or number.adjusted() > MAX_DIGITS:
        raise ValueError(text)
    return int(number)


def choice(what: str, words: type[Word], text: str) -> Word:
    """The member of an enum that a user typed. Raises UnknownName, which lists all of them."""
    for word in words:
        if word.value.lower() == text.lower():
            return word
    raise UnknownName.among(what, text, [word.value for word in words])


def declared(owner: type, stop: type) -> dict[str, Parameter]:
    """The annotated attributes of a class and of its bases below `stop`, in the order written.

    Raises ParameterError for an annotation that cannot be given on the command line.
    """
    hints = typing.get_type_hints(owner)
    inherited = inspect.get_annotations(stop)
    parameters: dict[str, Parameter] = {}
    for base in reversed(owner.__mro__[: owner.__mro__.index(stop)]):
        for name in inspect.get_annotations(base):
            hidden = name.startswith("_") or name in inherited or typing.get_origin(hints[name]) is typing.ClassVar
            if not hidden:
                parameters[name] = _declare(owner, name, hints[name])
    return parameters


def _declare(owner: type, name: str, hint: Any) -> Parameter:
    choices = typing.get_args(hint) if typing.get_origin(hint) in (typing.Union, types.UnionType) else (hint,)
    kinds = [kind for kind in choices if kind is not type(None)]
    kind = kinds[0] if kinds else None
    if len(kinds) != 1 or not isinstance(kind, type) or not (kind in _MEANING or issubclass(kind, StrEnum)):
        raise ParameterError(
            f"{owner.__name__}.{name}: {hint!r} is not a supported parameter type; annotate it as int, float, "
            f"str, bool or a StrEnum, or as ClassVar[...] if it is not a parameter"
        )
    required = not hasattr(owner, name)
    default = getattr(owner, name, None)
    if kind is float and type(default) is int:
        default = float(default)
    if not required and default is not None and type(default) is not kind:
        raise ParameterError(f"{owner.__name__}.{name}: the default {default!r} is not of type {kind.__name__}")
    plain = default.value if isinstance(default, StrEnum) else default
    return Parameter(name, kind, plain, required, optional=len(choices) > len(kinds))


def parse_all(typed: Mapping[str, str], known: Mapping[str, Parameter], owner: str) -> dict[str, Value]:
    """A value for every known parameter: the one typed, or its default. Raises UnknownName, ParameterError."""
    _check_names(typed, known, owner)
    return {name: known[name].parse(typed[name]) if name in typed else known[name].default for name in known}


def complete(values: Mapping[str, Value], known: Mapping[str, Parameter], owner: str) -> dict[str, Value]:
    """The values, with the defaults of those that are not among them. Raises UnknownName, ParameterError."""
    _check_names(values, known, owner)
    return {name: values[name] if name in values else known[name].default for name in known}


def _check_names(given: Collection[str], known: Mapping[str, Parameter], owner: str) -> None:
    for name in given:
        if name not in known:
            raise UnknownName.among(f"parameter of {owner}", name, known)
    missing = [name for name, parameter in known.items() if parameter.required and name not in given]
    if missing:
        raise ParameterError(f"{owner} needs a value for {', '.join(missing)}: set {missing[0]}=VALUE")


def revive_all(values: Mapping[str, Value], known: Iterable[Parameter]) -> dict[str, object]:
    """Recorded values as the objects that a workload or backend uses."""
    return {parameter.name: parameter.revive(values[parameter.name]) for parameter in known}
