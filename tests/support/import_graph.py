"""Which modules of the program import which others, read from their source."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path


def modules_of(package: Path) -> dict[str, Path]:
    """Every module by its dotted name, except for tests next to it."""
    return {
        _name(package, path): path
        for path in sorted(package.rglob("*.py"))
        if not path.name.startswith("test_") and path.name != "conftest.py"
    }


def imported_modules(path: Path, modules: Mapping[str, Path]) -> set[str]:
    """The modules of the program that a file imports, at the top or within a function."""
    return set(_imported(ast.parse(path.read_text(encoding="utf-8")), modules))


def _imported(tree: ast.AST, modules: Mapping[str, Path]) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                dotted = f"{node.module}.{alias.name}"
                yield from [dotted] if dotted in modules else [node.module] if node.module in modules else []
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules)


def _name(package: Path, path: Path) -> str:
    parts = [package.name, *path.relative_to(package).with_suffix("").parts]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
