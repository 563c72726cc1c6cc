"""The magics of `%load_ext bench`: `%%bench` measures the workloads that a cell defines, `%bench` one expression."""

import argparse
import re
import shlex
from typing import NoReturn

from IPython.core.error import UsageError as MagicUsageError
from IPython.core.interactiveshell import InteractiveShell

from bench.api.measuring import measure_work
from bench.api.one_line import one_line_work
from bench.api.result import Result
from bench.api.run_options import RunOptions, effort_of, round_count
from bench.api.targets import Work, WorkloadText
from bench.errors import BenchError
from bench.session.arguments import parse_counts

OPTION = re.compile(r"\s*(?:--trace|-h|--help|(?:-[bwpo]|--[a-z-]+)(?:\s+|=)(?:\"[^\"]*\"|'[^']*'|\S+))(?=\s|$)")
STANDS_ALONE = "a %%bench cell is a file of its own: import and define in it what it uses"


class _Parser(argparse.ArgumentParser):
    """Reports a mistake as IPython does, in place of ending the kernel."""

    def error(self, message: str) -> NoReturn:
        raise MagicUsageError(f"{message}; %bench -h lists the options")

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        raise MagicUsageError("nothing was measured")


def register(shell: InteractiveShell) -> None:
    """Make the magic known to a shell."""
    parser = _parser()

    def bench(line: str, cell: str | None = None) -> Result:
        text, expression = split_options(line)
        if expression.startswith("-"):
            parser.error(f"{expression.split()[0]}: not an option, or its value is missing")
        options = parser.parse_args(shlex.split(text))
        try:
            work = one_line_work(expression, shell.user_ns) if cell is None else _cell_work(expression, cell)
            result = measure_work(work, _run_options(options))
        except BenchError as error:
            hint = f"; {STANDS_ALONE}" if "NameError" in str(error) else ""
            raise MagicUsageError(f"{error}{hint}") from None
        if options.output:
            shell.user_ns[options.output] = result
        return result

    bench.__doc__ = parser.format_help()
    shell.magics_manager.register_function(bench, magic_kind="line_cell", magic_name="bench")


def split_options(line: str) -> tuple[str, str]:
    """The options at the start of a line, and the rest, in which spaces may matter."""
    end = 0
    while match := OPTION.match(line, end):
        end = match.end()
    return line[:end].strip(), line[end:].strip()


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        "%bench",
        usage="%%%%bench [options], above the text of a workload file\n"
        "       %%bench [options] fetch(item) for item in urls",
        description="Measure which way of running the work is fastest; _ has the result.",
    )
    add = parser.add_argument
    add(
        "-b",
        "--backend",
        action="append",
        default=[],
        metavar="NAME",
        help="backend; may be repeated",
    )
    add("-w", "--workers", action="append", default=[], metavar="1,2,4", help="worker counts")
    add("-p", "--param", action="append", default=[], metavar="KEY=VALUE", help="workload parameter; may be repeated")
    add("--python", action="append", default=[], metavar="[LABEL=]PATH", help="interpreter; may be repeated")
    add("--precision", type=float, metavar="PERCENT", help="measure until speedups are known to within this (10)")
    add("--rounds", type=int, metavar="N", help="trials per case")
    add("--max-time", type=float, metavar="SECONDS", help="time budget (60 per workload)")
    add("--timeout", type=float, metavar="SECONDS", help="time limit of each pass")
    add("--trace", action="store_true", help="trace what the workers do in one case per backend")
    add("-o", "--output", metavar="NAME", help="variable that keeps the result, besides _")
    return parser


def _cell_work(rest: str, cell: str) -> Work:
    if rest:
        raise MagicUsageError(f"%%bench: {rest!r} is not an option; the workload is what the cell defines")
    return Work(WorkloadText(cell))


def _run_options(options: argparse.Namespace) -> RunOptions:
    return RunOptions(
        tuple(options.backend),
        parse_counts(options.workers),
        tuple(options.python),
        tuple(options.param),
        effort_of(options.precision, options.max_time, options.timeout, options.trace),
        round_count(options.rounds),
    )
