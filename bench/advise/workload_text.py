"""The workload file that is written for a function: it imports the function, and works on the first of its items."""

import inspect
import re
from dataclasses import dataclass

from bench.advise.items import ItemsSource
from bench.analysis.advice.advice_record import CALLS

BATCH = "batch"  # the parameter with the number of items; 0 for all of them


@dataclass(frozen=True)
class FunctionText:
    """A function, the folder that its module is imported from, its items, and whether it is a coroutine function."""

    module: str
    name: str
    folder: str
    items: ItemsSource
    is_coroutine: bool


TEMPLATE = '''\
"""{what}, as `bench advise` measures it, which wrote this: a workload file like any other."""

import json
import sys
from importlib import import_module
from itertools import islice
from operator import attrgetter
from pathlib import Path

from bench import Workload
from bench.process.code_files import add_code_files

if {folder!r} not in sys.path:
    sys.path.insert(0, {folder!r})
module = import_module({module!r})
function = attrgetter({name!r})(module)
add_code_files(__file__, {{module.__file__: Path(module.__file__).name}} if module.__file__ else {{}})


class AdvisedWorkload(Workload):
    """{summary}"""

    name = {workload!r}
    {batch}: int = 0  # the number of items to work on, the first ones; 0: all

    def items(self):
        return list(islice({items}, self.{batch} or None))

{work}'''
BLOCKING = """\
    def work(self, item, client):
        return function({argument})
"""
COROUTINE = """\
    def client(self, env):
        import asyncio

        with asyncio.Runner() as runner:
            yield runner

    def client_async(self, env):
        yield env

    def work(self, item, client):
        return client.run(function({argument}))

    async def work_async(self, item, client):
        return await function({argument})
"""


def workload_text(function: FunctionText, doc: str | None) -> str:
    """The text of the file."""
    argument = "" if function.items.kind == CALLS else "item"
    return TEMPLATE.format(
        what=f"{function.module}:{function.name}",
        summary=_summary(doc),
        folder=function.folder,
        module=function.module,
        name=function.name,
        workload=re.sub(r"[^0-9A-Za-z]+", "-", function.name).strip("-") or "function",
        batch=BATCH,
        items=function.items.code,
        work=(COROUTINE if function.is_coroutine else BLOCKING).format(argument=argument),
    )


def _summary(doc: str | None) -> str:
    """The first line of a docstring, such that it may stand in one."""
    line = inspect.cleandoc(doc or "").partition("\n")[0]
    return line.replace("\\", "\\\\").replace('"', "'")
