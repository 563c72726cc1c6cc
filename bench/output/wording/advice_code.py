"""The lines of code that run a function in the way that was advised, with the standard library alone."""

import json
from collections.abc import Sequence
from pathlib import Path
from textwrap import indent

from bench.analysis.advice.advice import Advice, AdviceKind, AdviceReason
from bench.analysis.advice.advice_record import CALLS, EXPRESSION, JSON_LINES, JSON_LIST, Target
from bench.analysis.race.course import Racer

OWN = Target("work", "work", function="work", items_kind=EXPRESSION, items="items")


def advised_code(target: Target, racer: Racer) -> str:
    """A script that works on all items; of a workload, a sketch with the names `work` and `items`."""
    script = _Script(target if target.module else OWN)
    match racer.backend:
        case _ if racer.is_baseline:
            body = script.loop()
        case "asyncio":
            body = script.coroutines(racer.workers)
        case "multiprocessing":
            body = script.processes(racer.workers, json.loads(racer.options).get("chunksize", 1))
        case "threading":
            body = script.threads(racer.workers)
        case _:
            raise ValueError(f"no code is known for {racer.backend}")
    return body


def code_for(advice: Advice) -> str | None:
    """The script of an advice to run a function, or to do so with more items; None if there is nothing to change."""
    if advice.best is None or (advice.kind is not AdviceKind.RUN and advice.reason is not AdviceReason.TOO_FEW_ITEMS):
        return None
    return advised_code(advice.record.target, Racer.of(advice.best))


class _Script:
    """The parts of the script: what it imports, the items, and the call."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._call = target.function or ""
        self._is_calls = target.items_kind == CALLS
        self._inline = target.items_kind == EXPRESSION and (target.items or "").isidentifier()

    def loop(self) -> str:
        one = f"asyncio.run({self._one()})" if self._target.native else self._one()
        return self._joined(["asyncio"] * self._target.native, [], f"{self._items()}results = [{one} {self._for()}]\n")

    def threads(self, workers: int) -> str:
        imports = ["from concurrent.futures import ThreadPoolExecutor"]
        body = f"{self._items()}with ThreadPoolExecutor(max_workers={workers}) as pool:\n{self._pooled('')}"
        return self._joined(["asyncio"] * self._target.native, imports, self._blocking() + body)

    def processes(self, workers: int, chunksize: int) -> str:
        imports = ["from concurrent.futures import ProcessPoolExecutor"]
        chunks = f", chunksize={chunksize}" if chunksize > 1 else ""
        body = f"{self._items()}with ProcessPoolExecutor(max_workers={workers}) as pool:\n{self._pooled(chunks)}"
        main = f'if __name__ == "__main__":\n{indent(body, "    ")}'
        return self._joined(["asyncio"] * self._target.native, imports, self._blocking() + main)

    def coroutines(self, workers: int) -> str:
        one = "one()" if self._is_calls else "one(item)"
        body = (
            "async def main():\n"
            f"    slots = asyncio.Semaphore({workers})\n\n"
            f"    async def {one}:\n"
            "        async with slots:\n"
            f"            return await {self._one()}\n\n"
            f"{indent(self._items(), '    ')}"
            "    async with asyncio.TaskGroup() as group:\n"
            f"        tasks = [group.create_task({one}) {self._for()}]\n"
            "    return [task.result() for task in tasks]\n\n\n"
            "results = asyncio.run(main())\n"
        )
        return self._joined(["asyncio"], [], body)

    def _one(self) -> str:
        return f"{self._call}()" if self._is_calls else f"{self._call}(item)"

    def _for(self) -> str:
        if self._is_calls:
            return f"for _ in range({self._target.items})"
        return f"for item in {self._target.items if self._inline else 'items'}"

    def _pooled(self, chunks: str) -> str:
        called = "run" if self._target.native else self._call
        if self._is_calls:
            return (
                f"    futures = [pool.submit({called}) {self._for()}]\n"
                "    results = [future.result() for future in futures]\n"
            )
        items = self._target.items if self._inline else "items"
        return f"    results = list(pool.map({called}, {items}{chunks}))\n"

    def _blocking(self) -> str:
        """A function that runs the coroutine function in an event loop of its own."""
        if not self._target.native:
            return ""
        argument = "" if self._is_calls else "item"
        return f"def run({argument}):\n    return asyncio.run({self._one()})\n\n\n"

    def _items(self) -> str:
        """The line that makes the items, if they need one."""
        text = self._target.items or ""
        match self._target.items_kind:
            case "calls":
                return ""
            case "expression":
                return "" if self._inline else f"items = {text}\n"
            case kind:
                read = f"Path({text!r}).read_text(encoding='utf-8')"
                lines = f"{read}.splitlines()"
                if kind == JSON_LIST:
                    return f"items = json.loads({read})\n"
                if kind == JSON_LINES:
                    return f"items = [json.loads(line) for line in {lines} if line.strip()]\n"
                return f"items = {lines}\n"

    def _joined(self, modules: Sequence[str], imports: Sequence[str], body: str) -> str:
        """The script with its imports, sorted as is usual: the standard library first, then the function's module."""
        modules = [*modules, *(["json"] if self._target.items_kind in (JSON_LIST, JSON_LINES) else [])]
        if self._target.items_kind not in (CALLS, EXPRESSION):
            imports = [*imports, "from pathlib import Path"]
        path = self._path()
        modules = [*modules, *(["sys"] if path else [])]
        blocks = ["\n".join([*(f"import {name}" for name in sorted(modules)), *imports]), path, self._own_import()]
        head = "\n\n".join(block for block in blocks if block)
        gap = "\n\n\n" if body.startswith(("def ", "async def ")) else "\n\n"
        return f"{head}{gap}{body}" if head else body

    def _path(self) -> str:
        """What makes the module importable, if the script is not started in its folder."""
        folder = self._target.folder
        return "" if folder is None or Path(folder) == Path.cwd() else f"sys.path.insert(0, {folder!r})"

    def _own_import(self) -> str:
        if self._target.module is None:
            return ""
        names = sorted({(self._target.function or "").partition(".")[0], *self._target.names})
        return f"from {self._target.module} import {', '.join(names)}"
