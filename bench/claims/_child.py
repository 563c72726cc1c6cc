"""The entry point of a fresh interpreter that carries out one experiment and prints what it found as JSON."""

import importlib
import json
import sys


def main(argument: str) -> None:
    """Call a function with its arguments; the last line printed is its result."""
    module, function, arguments = json.loads(argument)
    result = getattr(importlib.import_module(module), function)(**arguments)
    sys.stdout.write(f"\n{json.dumps(result)}\n")
    sys.stdout.flush()
