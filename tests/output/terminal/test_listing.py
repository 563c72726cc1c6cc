"""Lists of trials that are not measured yet."""

import io

from rich.console import Console

from bench.output.terminal.listing import missing_table


def shown(more_may_follow: bool, **rounds: list[int]) -> list[str]:
    console = Console(file=io.StringIO(), width=80)
    console.print(missing_table(rounds, more_may_follow))
    assert isinstance(console.file, io.StringIO)
    return [" ".join(line.split()) for line in console.file.getvalue().splitlines()]


def test_each_case_has_its_missing_rounds_and_the_trials_are_counted() -> None:
    assert shown(False, work=[0, 2, 3, 4, 7, 8], other=[1]) == [
        "case missing rounds",
        "work 0, 2–4, 7–8",
        "other 1",
        "missing: 7 trials",
    ]


def test_an_unknown_number_of_further_rounds_is_mentioned() -> None:
    assert shown(True)[-1] == "and further rounds until every speedup reaches the requested precision"
