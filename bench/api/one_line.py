"""The work that one line describes: `fetch(item) for item in urls`, or the name of a workload."""

import ast
from collections.abc import Callable, Mapping
from typing import Any

from bench.api.targets import Work
from bench.errors import UsageError
from bench.process.failure_reason import reason

EXPECTED = "expected EXPRESSION for ITEM in ITEMS, such as fetch(item) for item in urls, or the name of a workload"


def one_line_work(text: str, names: Mapping[str, Any]) -> Work:
    """The function and its items, with these names known; the items are evaluated now. Raises UsageError."""
    if " for " not in text:
        if not text:
            raise UsageError(EXPECTED)
        return Work(text)
    try:
        expression = ast.parse(f"({text})", mode="eval").body
    except SyntaxError as error:
        raise UsageError(f"{text}: {error.msg}; {EXPECTED}") from None
    if not isinstance(expression, ast.GeneratorExp) or len(expression.generators) != 1:
        raise UsageError(f"{text}: {EXPECTED}")
    loop, known = expression.generators[0], dict(names)
    target = ast.unparse(loop.target)
    conditions = "".join(f" if {ast.unparse(condition)}" for condition in loop.ifs)
    items = _evaluated(f"[{target} for {target} in {ast.unparse(loop.iter)}{conditions}]", known)
    return Work(_called(expression.elt, target, known) or _made(expression.elt, target, names), items)


def _called(expression: ast.expr, target: str, names: dict[str, Any]) -> Callable[[Any], Any] | None:
    """The function, if the expression is no more than a call of one with the item."""
    call = expression.value if isinstance(expression, ast.Await) else expression
    if not isinstance(call, ast.Call) or call.keywords or [ast.unparse(one) for one in call.args] != [target]:
        return None
    function: Callable[[Any], Any] = _evaluated(ast.unparse(call.func), names)
    return function


def _evaluated(text: str, names: dict[str, Any]) -> Any:
    try:
        return eval(text, names)
    except Exception as error:
        raise UsageError(f"{text}: {reason(error, '')}") from error


def _made(expression: ast.expr, target: str, names: Mapping[str, Any]) -> Callable[[Any], Any]:
    """A function of the item that evaluates the expression."""
    kind = "async def" if any(isinstance(node, ast.Await) for node in ast.walk(expression)) else "def"
    text = f"{kind} expression(item):\n    {target} = item\n    return {ast.unparse(expression)}\n"
    made: dict[str, Any] = {}
    exec(compile(text, "<%bench>", "exec"), {**names, "__name__": "__main__"}, made)
    function: Callable[[Any], Any] = made["expression"]
    return function
