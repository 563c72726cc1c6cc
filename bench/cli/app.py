"""The entry point. It answers what needs no command line parser, since importing that takes longer than the answer."""

import os
import sys

from bench import __version__

COMMANDS = {  # name: where it is, and the first line of its help
    "list": ("bench.cli.list_command:list_", "List the workloads and the backends."),
    "new": ("bench.cli.new:new", "Write a workload file to start from."),
    "run": ("bench.cli.run:run", "Measure workloads with each backend and show the speedups."),
    "advise": (
        "bench.cli.advise:advise",
        "Find out which way to run a function: race the ways, and print the lines of code.",
    ),
    "show": ("bench.cli.show:show", "Show a run's table of speedups with their intervals."),
    "compare": (
        "bench.cli.compare:compare",
        "Show which cases became faster or slower between two runs or interpreters.",
    ),
    "scaling": (
        "bench.cli.scaling:scaling",
        "Fit scaling laws: how much is serial, what coordination costs, at how many workers the throughput peaks.",
    ),
    "plot": ("bench.cli.plot:plot", "Draw a run's charts as PNG and SVG."),
    "report": ("bench.cli.report:report", "Write a self-contained HTML report: conclusions, charts and all cases."),
    "export": ("bench.cli.export:export", "Convert a run to the file format of another tool."),
    "overhead": (
        "bench.cli.overhead:overhead",
        "Measure what each backend costs per item, per worker and per byte.",
    ),
    "claims": (
        "bench.cli.claims:claims",
        "Try what tutorials claim on this machine: holds, does not hold, can't tell.",
    ),
    "doctor": ("bench.cli.doctor:doctor", "Check this machine for what would distort measurements."),
    "results": ("bench.cli.results:app", "List, inspect and remove the runs under results/."),
}


def main() -> None:
    """Run the command line."""
    if sys.argv[1:] == ["--version"]:
        sys.stdout.write(f"bench {__version__}\n")
        sys.exit(0)
    if sys.argv[1:] == ["--show-completion"]:
        from bench.cli import completion

        completion.request_script(os.environ)
    if "_BENCH_COMPLETE" in os.environ:  # set by the shell's completion script
        from bench.cli import completion

        if (status := completion.respond(os.environ)) is not None:
            sys.exit(status)
    from bench.cli import commands

    commands.main()
