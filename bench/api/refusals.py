"""Why a function or its items cannot be sent to a trial, and the way out."""

import io
from typing import Any

from bench.api.code_origin import functions_within
from bench.api.pickling import CodeSent, NotImportable, OpenFile, ReferencePickler, has_cloudpickle, value_pickler
from bench.process.failure_reason import one_line, short_repr

WAY_OUT = "make it inside the function, or in client() of a workload in full form"


def why_not_sent(what: str, value: Any, error: Exception) -> str:
    """Why it cannot be sent, with the item or the variable to blame, and the way out."""
    why = one_line(str(error) if isinstance(error, OpenFile) else f"{type(error).__name__}: {error}", 200)
    if isinstance(value, list):
        culprit = next((f"item {short_repr(item)}" for item in value if not _can_send(item)), "an item")
        return f"{culprit} cannot be sent to a trial ({why}): use plain data, or give a function that makes the items"
    name = next((name for name, used in _variables(value).items() if not _can_send(used)), None)
    refers = f"{what} uses {name}, which" if name else what
    return f"{refers} cannot be sent to a trial ({why}): {WAY_OUT}"


def _variables(code: Any) -> dict[str, Any]:
    """The variables from outside that a function uses, also those bound by a partial or a method."""
    used: dict[str, Any] = {}
    for one in functions_within(code):
        function = getattr(one, "__code__", None)
        if function is not None:
            known = one.__globals__
            used |= {name: known[name] for name in function.co_names if name in known}
            cells = one.__closure__ or ()
            used |= dict(zip(function.co_freevars, (_content(cell) for cell in cells), strict=True))
        used |= getattr(one, "keywords", {})
        if (owner := getattr(one, "__self__", None)) is not None:
            used[type(owner).__name__] = owner
    return used


def _content(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # empty: the variable is not assigned yet
        return None


def _can_send(value: Any) -> bool:
    pickler = value_pickler if has_cloudpickle() else ReferencePickler
    try:
        pickler(io.BytesIO(), CodeSent()).dump(value)
    except NotImportable:
        return True  # not for its content
    except Exception:
        return False
    return True
