"""How narrow an interval must be to end the rounds of a case; free of pandas, because the live view uses it too."""

import math

from bench.schema import MIN_ROUNDS_FOR_PRECISION

FULL_SHARE_AT = 9  # rounds
MARGIN = 1.5  # over the number of rounds: what is left of the precision in long runs
HOPELESS = 1e6  # times the precision: an interval so wide will not get there


def required_share(rounds: int) -> float:
    """The share of the precision within which the interval must be, after this number of rounds, to end them.

    Few rounds can agree by chance, and would then end a case with an interval that is too narrow. Hence a case that
    varies little may end after 4 rounds, while one that is barely precise needs 9 or more. This keeps the coverage of
    the intervals between 93 and 98 % under every noise that `tests.tools.simulate_coverage` simulates.
    """
    return min((rounds / FULL_SHARE_AT) ** 2, 1 - MARGIN / rounds)


def is_narrow_enough(width: float, rounds: int, precision: float) -> bool:
    """Whether an interval this wide ends a case after this number of rounds; both widths are shares of the speedup."""
    return rounds >= MIN_ROUNDS_FOR_PRECISION and width <= precision * required_share(rounds)


def expected_rounds(width: float, rounds: int, precision: float) -> int:
    """The rounds that will end a case whose interval is so wide after `rounds`.

    It is taken to shrink with the square root of the rounds.
    """
    ratio = min(width / precision, HOPELESS)
    needed = max(rounds, MIN_ROUNDS_FOR_PRECISION, math.ceil(rounds * ratio**2))
    while not is_narrow_enough(precision * ratio * math.sqrt(rounds / needed), needed, precision):
        needed += 1
    return needed
