"""Short simulations of comparisons; the table in docs/methodology.md is from `tests.tools.simulate_compare`."""

import numpy as np
import pytest

from bench.analysis.change import Change, ChangeVerdict, change_between, judge, paired_change
from tests.tools.lockstep_noise import Shape
from tests.tools.simulate_compare import (
    NOISES,
    ROUNDS,
    THRESHOLD,
    PairNoise,
    alike,
    pairs_differ,
    ranks_differ,
    shares,
    two_speeds,
    versions,
)

DIFFERENT = (ChangeVerdict.FASTER, ChangeVerdict.SLOWER)
SEVERAL = (alike(0.1, 0.02), two_speeds("keeps 0.95", [0.95]), two_speeds("keeps 0.999", [0.999], common=True))


def is_different(change: Change) -> bool:
    (judgement,) = judge([change], THRESHOLD)
    return judgement.finding in DIFFERENT


@pytest.mark.parametrize("noise", SEVERAL, ids=lambda noise: noise.name)
@pytest.mark.parametrize("factor", [1.0, 1.1])
def test_the_simulated_verdicts_are_those_of_the_analysis(noise: PairNoise, factor: float) -> None:
    both = versions(noise, np.random.default_rng(3), Shape(40, ROUNDS))
    old, new = both.old.case.mean(axis=2), both.new.case.mean(axis=2) + np.log(factor)
    judged = [is_different(change_between(*pair)) for pair in zip(old, new, strict=True)]
    assert list(ranks_differ(old, new)) == judged
    together = both.together + np.log(factor)
    assert list(pairs_differ(together)) == [is_different(paired_change(logs)) for logs in together]


@pytest.mark.parametrize("noise", NOISES, ids=lambda noise: noise.name)
def test_versions_measured_in_one_run_are_rarely_called_different(noise: PairNoise) -> None:
    equal, ten_percent, quarter = shares(noise, pairs=1500)["in one run"]
    assert equal < 7.5
    assert equal + 10 < ten_percent < quarter + 1e-9 or ten_percent == quarter == 100


def test_the_reference_pass_corrects_a_run_on_a_slower_machine() -> None:
    found = shares(alike(0.02, 0.02, days=0.1), pairs=1500)
    assert found["over the reference"][0] < 5 < found["as measured"][0]


def test_the_reference_pass_does_not_correct_what_the_other_core_does() -> None:
    """It runs on one core: a limit that the methodology names."""
    found = shares(two_speeds("keeps 0.999", [0.999]), pairs=1500)
    assert found["in one run"][0] < 5 < found["over the reference"][0]
