"""The race: its constants, its rule against one written after the paper, and how often it picks the fastest."""

import math
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from bench.analysis.race.kim_nelson import KimNelson, h_squared
from tests.tools import simulate_race
from tests.tools.simulate_race import FIELDS, NOISES, RaceDesign, simulate

ZONE = math.log(1.05)
Logs = NDArray[np.float64]


@pytest.mark.parametrize("candidates", [2, 5, 12])
@pytest.mark.parametrize("first_stage", [2, 5, 10, 20])
def test_the_constant_solves_the_equation_of_the_paper(candidates: int, first_stage: int) -> None:
    """With h2 = 2 eta (n0 - 1), eta solves (1 + 2 eta) ** (-(n0 - 1) / 2) / 2 = alpha / (k - 1): step 1 for c = 1."""
    eta = h_squared(candidates, first_stage, risk=0.05) / (2 * (first_stage - 1))
    assert (1 + 2 * eta) ** (-(first_stage - 1) / 2) / 2 == pytest.approx(0.05 / (candidates - 1))


def test_the_constant_has_known_values() -> None:
    assert h_squared(2, 10, 0.05) == pytest.approx(9 * (10 ** (2 / 9) - 1))
    assert h_squared(11, 3, 0.05) == pytest.approx(2 * 99)
    assert h_squared(1, 10, 0.05) == 0


def by_the_paper(logs: Logs, first_stage: int) -> Iterator[tuple[int, list[int]]]:
    """The survivors after each round, from the screening step as the paper has it: with means, for the largest."""
    count = logs.shape[1]
    h2 = h_squared(count, first_stage, 0.05)
    values = -logs
    variance = [
        [np.var(values[:first_stage, i] - values[:first_stage, j], ddof=1) for j in range(count)] for i in range(count)
    ]
    survivors = list(range(count))
    for r in range(first_stage, len(logs) + 1):
        means = values[:r].mean(axis=0)
        width = [
            [max(0.0, ZONE / (2 * r) * (h2 * variance[i][j] / ZONE**2 - r)) for j in range(count)] for i in range(count)
        ]
        survivors = [
            i for i in survivors if all(means[i] >= means[j] - width[i][j] - 1e-12 for j in survivors if j != i)
        ]
        yield r, survivors


@given(seed=st.integers(0, 10**6), first_stage=st.integers(2, 8), spread=st.floats(0.001, 0.3))
def test_the_same_candidates_survive_as_by_the_rule_of_the_paper(seed: int, first_stage: int, spread: float) -> None:
    dice = np.random.default_rng(seed)
    logs = dice.normal(dice.normal(0, 0.2, 6), spread, (40, 6))
    race = KimNelson(range(6), first_stage)
    expected = dict(by_the_paper(logs, first_stage))
    for number, row in enumerate(logs, 1):
        race.add(dict(enumerate(map(float, row))))
        assert race.survivors == expected.get(number, list(range(6)))


def test_nobody_is_dropped_in_the_first_stage() -> None:
    race = KimNelson("ab", first_stage=4)
    for _ in range(3):
        assert race.add({"a": 0.0, "b": 5.0}) == []
        assert not race.is_over
    (dropped,) = race.add({"a": 0.0, "b": 5.0})
    assert (dropped.name, dropped.rounds, dropped.rival) == ("b", 4, "a")
    assert dropped.times == pytest.approx(math.exp(5))
    assert (race.is_over, race.leader, race.eliminated) == (True, "a", [dropped])


def test_a_dropped_candidate_needs_no_more_times() -> None:
    race = KimNelson("abc", first_stage=2)
    dice = np.random.default_rng(1)
    for _ in range(2):
        noise = dice.normal(0, 0.1, 2)
        race.add({"a": noise[0], "b": noise[1], "c": 20.0})
    assert race.survivors == ["a", "b"]
    race.add({"a": 0.0, "b": 0.0})
    with pytest.raises(KeyError):
        race.add({"a": 0.0})


def test_equal_candidates_end_the_race_together() -> None:
    race = KimNelson("ab", first_stage=2)
    race.add({"a": 1.0, "b": 1.0})
    race.add({"a": 2.0, "b": 2.0})
    assert (race.is_over, race.survivors, race.leader, race.behind("b")) == (True, ["a", "b"], "a", 1.0)


def test_a_candidate_that_fails_is_withdrawn_and_not_dropped() -> None:
    race = KimNelson("abc", first_stage=2)
    race.withdraw("b")
    race.withdraw("b")
    race.add({"a": 0.0, "c": 0.5})
    race.add({"a": 0.0, "c": 0.5})
    assert (race.survivors, [one.name for one in race.eliminated]) == (["a"], ["c"])
    race.withdraw("a")
    assert race.survivors == []


def test_one_candidate_has_won_before_the_start() -> None:
    race = KimNelson(["only"])
    assert (race.is_over, race.leader) == (True, "only")


@pytest.mark.parametrize(("names", "first_stage"), [("", 5), ("ab", 1)])
def test_a_race_needs_candidates_and_a_first_stage(names: str, first_stage: int) -> None:
    with pytest.raises(ValueError, match="a race needs candidates"):
        KimNelson(names, first_stage)


@given(seed=st.integers(0, 10**6), shift=st.floats(-50, 50))
def test_a_machine_that_changes_its_speed_between_rounds_changes_nothing(seed: int, shift: float) -> None:
    dice = np.random.default_rng(seed)
    logs = dice.normal([0.0, 0.1, 0.3], 0.05, (20, 3))
    level = shift * dice.random(20)
    one, other = KimNelson(range(3)), KimNelson(range(3))
    for row, more in zip(logs, level, strict=True):
        one.add(dict(enumerate(map(float, row))))
        other.add(dict(enumerate(map(float, row + more))))
    assert one.survivors == other.survivors


@pytest.mark.parametrize("noise", NOISES[:2], ids=lambda noise: noise.name)
def test_races_of_12_pick_the_fastest_or_one_within_5_percent(noise: simulate_race.RaceNoise) -> None:
    outcome = simulate(noise, FIELDS["one ahead by 5 %"], RaceDesign(), races=60)
    assert outcome.good.mean() >= 0.9
    assert (outcome.passes <= outcome.equal).all()


@pytest.mark.slow
@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("noise", NOISES, ids=lambda noise: noise.name)
def test_races_under_every_noise_pick_the_fastest_or_one_within_5_percent(
    noise: simulate_race.RaceNoise, field: str
) -> None:
    outcome = simulate(noise, FIELDS[field], RaceDesign(), races=100, most_passes=20_000)
    assert outcome.good.sum() >= 89  # 1 % of such simulations would have fewer if 95 % were right


def test_a_race_that_is_cut_off_picks_its_leader() -> None:
    outcome = simulate(NOISES[4], FIELDS["one ahead by 5 %"], RaceDesign(), races=20, most_passes=500)
    assert outcome.survivors.mean() > 1
    assert outcome.passes.max() < 1_000
