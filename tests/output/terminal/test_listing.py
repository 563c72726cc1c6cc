"""What is printed of a plan that is not measured yet."""

import io

from rich.console import Console

from bench.output.terminal.listing import missing_table


def shown(more_may_follow: bool, **rounds: list[int]) -> list[str]:
    console = Console(file=io.StringIO(), width=80)
    console.print(missing_table(rounds, more_may_follow))
    assert isinstance(console.file, io.StringIO)
    return [" ".join(line.split()) for line in console.file.getvalue().splitlines()]


def test_each_case_is_told_with_the_rounds_that_it_is_missing_in_and_all_are_counted() -> None:
    assert shown(False, work=[0, 2, 3, 4, 7, 8], other=[1]) == [
        "case rounds that it is missing in",
        "work 0, 2–4, 7–8",
        "other 1",
        "missing: 7 trials",
    ]


def test_rounds_that_nobody_can_know_yet_are_told_of() -> None:
    assert shown(True)[-1] == "and further rounds, until each speedup is known as precisely as asked"
