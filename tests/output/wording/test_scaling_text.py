"""The scaling laws in words."""

import pytest

from bench.analysis.estimate import Estimate
from bench.analysis.scaling.fitting import fit_laws
from bench.analysis.scaling.laws import curve
from bench.analysis.scaling.run_scaling import Scaling, ScalingPoint, scaling_of_table
from bench.output.wording.scaling_text import counts_words, figure_interval, meanings, scaling_name
from bench.results.throughput_table import Throughput

COUNTS = (1, 2, 4, 8, 16, 32)


def words(*throughputs: float, counts: tuple[int, ...] = COUNTS) -> list[str]:
    rows = [Throughput(workers, one) for workers, one in zip(counts, throughputs, strict=True)]
    return list(meanings(scaling_of_table("load.csv", rows)))


def test_few_worker_counts_say_what_would_help() -> None:
    assert words(1, 2, counts=(1, 2)) == [
        "No law: 2 distinct worker counts, and a law needs at least 6, such as -w 1,2,4,8,16,32."
    ]


def test_a_law_says_what_is_serial_what_coordination_costs_and_where_the_peak_is() -> None:
    amdahl, usl = words(*(curve(workers, 0.1, 0.01, 5.0) for workers in COUNTS))
    assert amdahl == (
        "By Amdahl's law, nothing: the throughput falls within the counts measured, which this law cannot describe."
    )
    assert usl == (
        "By the Universal Scalability Law, 10 % [10, 10] of the work is serial; with 32 workers, 22 % of their "
        "capacity is lost to that, and 71 % to coordination. The throughput peaks at 9.49 workers [9.49, 9.49]."
    )


def test_amdahls_law_says_what_no_number_of_workers_exceeds() -> None:
    amdahl, usl = words(*(curve(workers, 0.2, 0.0, 5.0) for workers in COUNTS))
    assert amdahl == (
        "By Amdahl's law, 20 % [20, 20] of the work is serial, so that no number of workers has more than "
        "5 [5, 5] times the throughput of one."
    )
    assert usl.endswith("Beta sits on its bound, 0: no loss to coordination shows, so this law has no peak here.")


def test_a_peak_beyond_the_counts_measured_is_said_to_be_so() -> None:
    (_, usl) = words(*(curve(workers, 0.05, 0.0005, 5.0) for workers in COUNTS))
    assert "The throughput peaks at 43.6 workers" in usl
    assert usl.endswith("; more than 32 were not measured.")


def test_a_peak_without_an_upper_end_may_not_exist() -> None:
    _, usl = words(104, 170, 291, 379, 533, 475)
    assert "∞], but a throughput that never falls fits as well" in usl


def test_each_worker_may_lower_the_throughput() -> None:
    _, usl = words(*(curve(workers, 0.9, 0.2, 5.0) for workers in COUNTS))
    assert "One worker has the highest throughput, and each further one lowers it." in usl


def test_cores_are_named_if_more_workers_than_cores_computed() -> None:
    rows = [Throughput(workers, curve(workers, 0.1, 0.01, 5.0)) for workers in COUNTS]
    table = scaling_of_table("load.csv", rows)
    scaling = Scaling(table.name, None, None, table.points, table.fits, computes_beyond=2)
    assert list(meanings(scaling))[-1].startswith("More workers than the 2 usable cores cannot compute at once")


@pytest.mark.parametrize(("counts", "expected"), [((), "0 worker counts"), ((4, 4), "1 worker count, 4")])
def test_worker_counts_in_words(counts: tuple[int, ...], expected: str) -> None:
    points = tuple(ScalingPoint(workers, Estimate(1.0, None, None)) for workers in counts)
    assert counts_words(Scaling("load.csv", None, None, points, ())) == expected


def test_a_table_is_named_by_its_file_with_its_control_characters_shown() -> None:
    scaling = scaling_of_table("\x1b[31mload.csv", [Throughput(1, 1.0)])
    assert scaling_name(scaling, [scaling], {}) == "\\x1b[31mload.csv"
    assert figure_interval(None) == "-"


def test_refused_laws_have_no_figures() -> None:
    fits = fit_laws([Throughput(workers, one) for workers, one in zip(COUNTS, (10, 19, 37, 70, 5, 1), strict=True)])
    scaling = Scaling("load.csv", None, None, (), tuple(fits))
    assert all("nothing: the points are past what this law can say" in text for text in meanings(scaling))
