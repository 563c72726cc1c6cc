"""Print the size of the program: parts, levels and edges of its import graph, lengths of its files and functions.

    python -m tests.tools.structure [PACKAGE_FOLDER]

A part is a module or package directly below the package; its level is the length of the longest chain of imports down
from it; an edge is a pair of parts of which one imports the other.
"""

import ast
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median

from tests.support.import_graph import imported_modules, modules_of
from tests.support.paths import ROOT

BINS = (25, 50, 100, 150, 200, 300, 10_000)
FUNCTION_BINS = (5, 10, 20, 30, 40, 50, 10_000)


def part(module: str) -> str:
    """The part directly below the package that a module belongs to."""
    return module.split(".")[1] if "." in module else "bench"


def edges(package: Path) -> set[tuple[str, str]]:
    """Pairs of parts of which the first imports the second."""
    modules = modules_of(package)
    return {
        (part(name), part(other))
        for name, path in modules.items()
        for other in imported_modules(path, modules)
        if part(name) != part(other)
    }


def levels(pairs: set[tuple[str, str]]) -> int:
    """The number of parts on the longest chain of imports; a cycle is printed."""
    below: Mapping[str, set[str]] = {one: {other for who, other in pairs if who == one} for one, _ in pairs}

    def height(name: str, seen: tuple[str, ...] = ()) -> int:
        if name in seen:
            print("cycle:", " -> ".join([*seen[seen.index(name) :], name]))
            return 0
        return 1 + max((height(other, (*seen, name)) for other in below.get(name, ())), default=0)

    return max((height(name) for name in below), default=1)


def function_lengths(path: Path) -> Iterator[int]:
    """Lines of each function of a file, from `def` to its last."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield (node.end_lineno or node.lineno) - node.lineno + 1


def histogram(lengths: list[int], bins: tuple[int, ...]) -> str:
    """How many lengths are in each bin."""
    parts, low = [], 0
    for high in bins:
        label = f"{low + 1}-{high}" if high != bins[-1] else f"over {low}"
        parts.append(f"{label}: {sum(low < length <= high for length in lengths)}")
        low = high
    return "  ".join(parts)


def main(package: Path) -> None:
    """Print all figures."""
    files = [path for path in modules_of(package).values() if path.read_text().strip()]
    parts = {part(name) for name in modules_of(package)} - {"bench"}
    pairs = {pair for pair in edges(package) if "bench" not in pair}
    print(f"parts {len(parts)}, levels {levels(pairs)}, edges {len(pairs)}")
    lines = [len(path.read_text(encoding="utf-8").splitlines()) for path in files]
    print(f"files {len(lines)}: median {median(lines):g} lines, longest {max(lines)}\n  {histogram(lines, BINS)}")
    lengths = [length for path in files for length in function_lengths(path)]
    print(f"functions {len(lengths)}: median {median(lengths):g} lines, longest {max(lengths)}")
    print(f"  {histogram(lengths, FUNCTION_BINS)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "bench")
