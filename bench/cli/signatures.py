"""The parameters of each command, read from the source of its function.

Shell completion needs their names at once, and importing the functions would import typer. A test compares them with
what typer makes of the same functions.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent
PACKAGE = "bench.cli"


class CommandParameter(NamedTuple):
    """An option, or an argument if it has no names; `completer` is the function that completes its value, if any."""

    names: tuple[str, ...]
    help: str = ""
    is_flag: bool = False
    repeatable: bool = False
    completer: str = ""


HELP = CommandParameter(("-h", "--help"), "Show this message and exit.", is_flag=True)


def parameters_of(module: str, function: str) -> list[CommandParameter]:
    """The parameters of a command, in its order, and the option for help last."""
    tree = _parsed(module)
    arguments = next(found.args.args for found in _functions(tree) if found.name == function)
    parameters = [_parameter(one.arg, *_resolved(tree, one.annotation)) for one in arguments]
    return [*filter(None, parameters), HELP]


def subcommands_of(module: str) -> dict[str, tuple[str, str]]:
    """The commands registered with the module's `app`, in the form of COMMANDS: where each is, and its summary."""
    return {
        name: (f"{module}:{function.name}", (ast.get_docstring(function) or "").partition("\n")[0])
        for function in _functions(_parsed(module))
        for name in _registered(function)
    }


@cache
def _parsed(module: str) -> ast.Module:
    return ast.parse((FOLDER / f"{module.removeprefix(f'{PACKAGE}.')}.py").read_bytes())


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    return (node for node in tree.body if isinstance(node, ast.FunctionDef))


def _registered(function: ast.FunctionDef) -> Iterator[str]:
    """The name that `@app.command()` gives to a function."""
    for decorator in function.decorator_list:
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "app.command":
            yield next(_texts(decorator.args), function.name)


def _resolved(tree: ast.Module, annotation: ast.expr | None) -> tuple[str, list[ast.expr]]:
    """The type and what else is in an `Annotated[...]`, which may have a name in this module or in another one."""
    match annotation:
        case ast.Subscript(value=ast.Name("Annotated"), slice=ast.Tuple([kind, *metadata])):
            return ast.unparse(kind), metadata
        case ast.Name(name):
            for node in tree.body:
                match node:
                    case ast.Assign([ast.Name(target)], value) if target == name:
                        return _resolved(tree, value)
                    case ast.ImportFrom(module=str(module), names=names) if module.startswith(f"{PACKAGE}."):
                        if name in (alias.name for alias in names):
                            return _resolved(_parsed(module), annotation)
        case ast.Attribute(ast.Name(module), name) if (FOLDER / f"{module}.py").exists():
            return _resolved(_parsed(module), ast.Name(name))
    return "", []


def _parameter(argument: str, kind: str, metadata: list[ast.expr]) -> CommandParameter | None:
    """What `typer.Option(...)` or `typer.Argument(...)` declares; None if there is neither."""
    for call in metadata:
        if isinstance(call, ast.Call) and (declared := ast.unparse(call.func)) in ("typer.Option", "typer.Argument"):
            names = tuple(_texts(call.args)) or (f"--{argument.replace('_', '-')}",)
            facts = {keyword.arg: keyword.value for keyword in call.keywords}
            return CommandParameter(
                names if declared == "typer.Option" else (),
                next(_texts([facts["help"]]), "") if "help" in facts else "",
                kind == "bool",
                kind.startswith("list["),
                ast.unparse(facts["autocompletion"]) if "autocompletion" in facts else "",
            )
    return None


def _texts(nodes: list[ast.expr]) -> Iterator[str]:
    return (node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))
