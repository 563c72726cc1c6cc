"""What this machine's noise means for a run: trials of fixed work, and the smallest difference they could detect."""

from collections.abc import Sequence
from itertools import chain
from subprocess import SubprocessError

from bench.machine.checks import _noise, _self_test_trials
from bench.machine.checks._finding import Finding, Level
from bench.machine.checks._snapshot import Observation

SECONDS = 10.0
ROUNDS, MANY_ROUNDS = 5, 20
STEADY, UNSTEADY = 0.02, 0.10  # range of the middle half / median
FINE, COARSE = 1.10, 1.30  # ratios that the usual rounds detect
SUBJECTS = ("spread", "speeds", "detectable")


def findings(observation: Observation) -> list[Finding]:
    """What the self-test shows; none if it is left out."""
    return [] if observation.self_test_s is None else self_test(observation.self_test_s)


def self_test(seconds: float = SECONDS) -> list[Finding]:
    """Time fixed work in fresh interpreters for this many seconds, and grade the noise."""
    try:
        pairs = _self_test_trials.adjacent_pairs(seconds)
    except (OSError, SubprocessError, ValueError) as error:
        failed = f"a trial of the self-test failed: {' '.join(str(error).split())}"
        return [Finding(subject, Level.UNKNOWN, failed) for subject in SUBJECTS]
    times = list(chain.from_iterable(pairs))
    return [spread(times), speeds(times), detectable(pairs)]


def spread(times: Sequence[float]) -> Finding:
    """How far equal trials lie apart."""
    found = _noise.spread_of(times)
    text = (
        f"{len(times)} equal trials took a median of {_ms(found.median_s)} ms (middle half {_ms(found.lower_s)} to "
        f"{_ms(found.upper_s)}); the slowest took {found.slowest_s / found.fastest_s:.2f}x as long as the fastest"
    )
    level = _graded(found.middle_half, STEADY, UNSTEADY)
    advice = "compare over several rounds: a single trial proves nothing" if level is Level.WARNING else None
    return Finding("spread", level, text, advice)


def speeds(times: Sequence[float]) -> Finding:
    """Whether the same work runs at one speed or at two."""
    if len(times) < _noise.FEWEST_TRIALS:
        return Finding("speeds", Level.UNKNOWN, f"{len(times)} trials are too few to distinguish one speed from two")
    found = _noise.two_speeds(times)
    if found is None:
        return Finding("speeds", Level.GOOD, "no sign of two speeds")
    text = (
        f"two: about {_ms(found.fast_s)} ms in {1 - found.slow_share:.0%} of trials and {_ms(found.slow_s)} ms in "
        f"{found.slow_share:.0%}"
    ).replace("%", " %")
    advice = (
        "the speed of the machine changes, as on a shared host: rely on intervals from many rounds, never on one run"
    )
    return Finding("speeds", Level.WARNING, text, advice)


def detectable(pairs: Sequence[_self_test_trials.Pair]) -> Finding:
    """The smallest difference that the usual number of rounds would detect here."""
    by_pairs = _noise.pair_noise(pairs)
    usual, more = (_noise.detectable_ratio(by_pairs, rounds) for rounds in (ROUNDS, MANY_ROUNDS))
    text = (
        f"a difference of {usual:.2f}x is detected in 80 % of runs of {ROUNDS} rounds "
        f"(log ratios of {len(pairs)} adjacent pairs: standard deviation {by_pairs:.3f})"
    )
    level = _graded(usual, FINE, COARSE)
    advice = (
        None if level is Level.GOOD else f"{MANY_ROUNDS} rounds detect {more:.2f}x: bench run --rounds {MANY_ROUNDS}"
    )
    return Finding("detectable", level, text, advice)


def _graded(value: float, good: float, fair: float) -> Level:
    return Level.GOOD if value <= good else Level.NOTE if value <= fair else Level.WARNING


def _ms(seconds: float) -> str:
    return f"{seconds * 1e3:.1f}"
