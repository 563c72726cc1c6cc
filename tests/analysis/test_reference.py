"""Known answers computed with other tools: see `versions` and `source` in each file of reference/."""

import csv
import json
from typing import Any

import pytest
from pandas import Series

from bench.analysis.intervals import Ratio, median_interval, paired_ratio
from tests.support.paths import REFERENCE


def known(name: str) -> dict[str, Any]:
    answers: dict[str, Any] = json.loads((REFERENCE / name).read_text())
    return answers


def table(name: str) -> list[dict[str, str]]:
    with (REFERENCE / name).open(newline="") as file:
        return list(csv.DictReader(file))


def ratio(slower: list[float], faster: list[float]) -> Ratio:
    result = paired_ratio(Series(slower, dtype=float), Series(faster, dtype=float))
    assert result is not None
    return result


def test_identical_samples_are_deterministic_although_a_bootstrap_has_no_interval() -> None:
    times = known("bca_degenerate.json")["identical_samples"]
    assert ratio(times, times) == Ratio(1.0, 1.0, 1.0, len(times), deterministic=True, p_value=1.0)


def test_a_single_sample_has_a_point_although_a_bootstrap_raises() -> None:
    time = known("bca_degenerate.json")["identical_samples"][0]
    assert ratio([2 * time], [time]) == Ratio(2.0, None, None, 1, deterministic=False)


def test_speedup_and_interval_agree_with_the_delta_method_within_one_percent() -> None:
    """The reference treats the samples as independent and takes the ratio of means; ours pairs them on a log scale."""
    answer = known("speedup_ci.json")
    rows = table("speedup_samples.csv")
    result = ratio([float(row["sequential_ms"]) for row in rows], [float(row["parallel_ms"]) for row in rows])
    assert result.pairs == 30
    assert result.point == pytest.approx(answer["point_ratio_of_means"], rel=0.01)
    assert (result.low, result.high) == pytest.approx(answer["delta_method_log"], rel=0.01)


RANKS = [row for row in table("median_ci_ranks.csv") if row["level"] == "0.95"]


@pytest.mark.parametrize("row", RANKS, ids=lambda row: str(row["n"]))
def test_a_median_interval_lies_between_the_known_symmetric_ranks(row: dict[str, str]) -> None:
    ranks = [row[name] for name in ("j_symmetric", "k_symmetric")]
    expected = tuple(float(rank) for rank in ranks) if all(ranks) else None
    assert median_interval(range(1, int(row["n"]) + 1)) == expected
