"""Warnings about a run, collected from its samples and from snapshots of the machine."""

from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.machine import host
from bench.measure.run_warnings import RunWarnings
from bench.schema import CONTAMINATED_FROM, Bound, Gil, RunWarning, Sample, WarningKind, WarningLevel
from tests.support.cases import case
from tests.support.factory import asyncio, failure, multiprocessing, rounds, sample

MACHINE = {"cores_usable": 2, "governor": "performance", "turbo": True, "load_1min": 0.5}
FREE = {"python": "3.13.5t", "gil": Gil.OFF}


def warnings_of(*samples: Sample, resolution_s: float = 1e-9, **at_start: Any) -> list[RunWarning]:
    collector = RunWarnings({**MACHINE, **at_start}, resolution_s)
    collector.add_samples(samples)
    return collector.all()


def only(found: list[RunWarning]) -> RunWarning:
    (caution,) = found
    return caution


def warnings_after(*looks: dict[str, Any]) -> list[RunWarning]:
    collector = RunWarnings(MACHINE, 1e-9)
    for snapshot in looks:
        collector.add_snapshot({**MACHINE, **snapshot})
    return collector.all()


def test_quiet_run_has_no_warnings() -> None:
    assert warnings_of(*rounds([1.0, 1.1], foreign_cpu=0.02), sample(**FREE), failure()) == []


class TestContaminated:
    def test_one_warning_per_workload_has_the_count_and_the_worst_share(self) -> None:
        shares = [0.05, 0.25, 0.4, None]
        found = only(warnings_of(*(sample(round=n, foreign_cpu=share) for n, share in enumerate(shares))))
        assert (found.kind, found.level, found.workload, found.samples) == ("contaminated", "warning", "work", 2)
        assert "more than 10 % of the usable cores during 2 of 3 samples of work, up to 40 %" in found.text

    def test_each_workload_has_its_own_warning(self) -> None:
        found = warnings_of(*(sample(workload=name, foreign_cpu=0.3) for name in ("one", "two")))
        assert [caution.workload for caution in found] == ["one", "two"]

    @given(st.lists(st.none() | st.floats(0, 1)))
    def test_samples_above_the_threshold_are_counted(self, shares: list[float | None]) -> None:
        found = warnings_of(*(sample(foreign_cpu=share) for share in shares))
        above = [share for share in shares if share is not None and share > CONTAMINATED_FROM]
        assert [caution.samples for caution in found] == ([len(above)] if above else [])


class TestShortBatch:
    def test_case_below_a_millisecond_is_reported_once_with_a_remedy(self) -> None:
        short = rounds([0.0009, 0.0004, 0.5], backend="threading", workers=4)
        found = only(warnings_of(*short, sample(elapsed_s=0.001)))
        assert (found.kind, found.backend, found.workers, found.python) == ("short batch", "threading", 4, "3.11.7")
        assert found.samples == 2
        assert "work under threading with 4 workers took as little as 0.4 ms" in found.text
        assert "larger batch" in found.text

    def test_coarse_clock_requires_a_thousand_ticks(self) -> None:
        short = rounds([0.9])
        assert only(warnings_of(*short, resolution_s=0.001)).kind is WarningKind.SHORT
        assert warnings_of(*short, resolution_s=0.0009) == []

    def test_failed_sample_is_not_short(self) -> None:
        assert warnings_of(failure(elapsed_s=0.0001)) == []

    def test_cases_with_different_options_are_distinguished(self) -> None:
        methods = ("fork", "spawn")
        found = warnings_of(*(sample(elapsed_s=1e-5, workers=2, **multiprocessing(method)) for method in methods))
        assert [caution.samples for caution in found] == [1, 1]


class TestOversubscribed:
    def test_one_note_per_run_names_counts_backends_and_cores(self) -> None:
        processes = [sample(workers=workers, **multiprocessing()) for workers in (2, 4, 8, 4)]
        found = only(warnings_of(*processes, sample(backend="threading", workers=4, **FREE)))
        assert (found.kind, found.level, found.samples) == ("oversubscribed", "note", 4)
        assert found.text == "multiprocessing and threading computed with 4 and 8 workers on 2 usable cores"

    @pytest.mark.parametrize(
        "facts",
        [
            {"backend": "threading"},
            {**FREE, **asyncio()},
            {"bound": Bound.IO, **multiprocessing()},
        ],
        ids=["threads that share a GIL", "coroutines", "waiting"],
    )
    def test_workers_that_do_not_compute_in_parallel_are_ignored(self, facts: dict[str, Any]) -> None:
        assert warnings_of(sample(workers=8, **facts)) == []

    def test_unknown_core_count_gives_no_warning(self) -> None:
        assert warnings_of(sample(workers=8, **multiprocessing()), cores_usable=None) == []


class TestTaskCost:
    def test_one_note_per_engine_has_the_median_of_each_worker_count(self) -> None:
        collector = RunWarnings(MACHINE, 1e-9)
        for workers, cost_s in ((2, 0.001), (1, 0.0005), (2, 0.003), (2, 0.002)):
            collector.add_task_cost(case(backend="dask", workers=workers), cost_s)
        collector.add_task_cost(case(workers=2), None)
        found = only(collector.all())
        assert (found.kind, found.level, found.backend, found.samples) == ("cost per task", "note", "dask", 4)
        assert found.text.startswith("dask needed 500 µs x1 and 2000 µs x2 for a task without work")

    def test_options_have_notes_of_their_own(self) -> None:
        collector = RunWarnings(MACHINE, 1e-9)
        for threads in (1, 2):
            collector.add_task_cost(case(backend="dask", options={"threads_per_worker": threads}), 0.001)
        assert len(collector.all()) == 2


class TestGil:
    def test_free_threaded_build_with_the_gil_is_reported_with_the_cause(self) -> None:
        collector = RunWarnings(MACHINE, 1e-9)
        collector.add_samples([sample(python="3.13.5t"), sample(python="3.13.5t", workers=2, backend="threading")])
        collector.add_gil_cause(case(python="3.13.5t"), None)
        collector.add_gil_cause(case(python="3.13.5t"), "the module fast")
        found = only(collector.all())
        assert (found.kind, found.workload, found.python, found.samples) == ("gil", "work", "3.13.5t", 2)
        assert found.text.startswith("work ran with the GIL enabled in Python 3.13.5t")
        assert found.text.endswith("the module fast enabled it")

    def test_unknown_cause_is_stated(self) -> None:
        assert only(warnings_of(sample(python="3.13.5t"))).text.endswith("what enabled it is not known")

    def test_cause_applies_only_to_its_own_workload_and_interpreter(self) -> None:
        collector = RunWarnings(MACHINE, 1e-9)
        collector.add_samples([sample(python="3.13.5t")])
        collector.add_gil_cause(case(python="3.14.0t"), "the module fast")
        collector.add_gil_cause(case(python="3.13.5t", workload="other"), "the module fast")
        assert "not known" in only(collector.all()).text


class TestMachine:
    @pytest.mark.parametrize(
        ("fact", "value", "kind", "text"),
        [
            (
                "governor",
                "powersave",
                WarningKind.GOVERNOR,
                "the frequency governor changed during the run: performance",
            ),
            ("cores_usable", 1, WarningKind.CORES, "the number of usable cores changed during the run: 2, then 1"),
            ("turbo", False, WarningKind.TURBO, "the turbo setting changed during the run: on, then off"),
        ],
    )
    def test_change_is_reported_once(self, fact: str, value: object, kind: WarningKind, text: str) -> None:
        found = only(warnings_after({}, {fact: value}, {fact: value}))
        assert found.kind is kind
        assert found.text.startswith(text)

    def test_reverted_change_is_reported_too(self) -> None:
        found = only(warnings_after({"governor": "powersave"}, {}))
        assert found.text.endswith("performance, then powersave, then performance")

    def test_unknown_value_is_not_a_change(self) -> None:
        assert warnings_after({"governor": None, "turbo": None}) == []

    def test_load_above_the_core_count_is_reported_only_at_the_start(self) -> None:
        assert "the load average was 2.5 on 2 usable cores" in only(warnings_of(load_1min=2.5)).text
        assert warnings_after({"load_1min": 9.0}) == []

    def test_watched_facts_are_part_of_the_machine_description(self) -> None:
        assert set(MACHINE) == set(host.changeable()) <= set(host.describe())


def test_most_severe_warnings_come_first_and_are_plain_data() -> None:
    found = warnings_of(
        sample(workers=8, elapsed_s=1e-5, foreign_cpu=0.9, **multiprocessing()),
        sample(python="3.13.5t"),
        load_1min=64.0,
    )
    assert [caution.kind for caution in found] == ["gil", "load", "contaminated", "short batch", "oversubscribed"]
    assert asdict(found[-1]) == {
        "kind": "oversubscribed",
        "text": "multiprocessing computed with 8 workers on 2 usable cores",
        "workload": None,
        "backend": None,
        "workers": None,
        "python": None,
        "samples": 1,
        "level": WarningLevel.NOTE,
    }


class TestWaiting:
    def found(self, *waits: tuple[float, float], **facts: Any) -> list[RunWarning]:
        """The warnings if a case waits for passes of so many seconds and uses so much CPU time in each."""
        collector = RunWarnings(MACHINE, 1e-9)
        for cpu_s, elapsed_s in waits:
            collector.add_waiting(case(backend="threading", workers=2, **facts), cpu_s, elapsed_s)
        return collector.all()

    def test_case_that_does_not_rest_is_named_with_the_worst_share(self) -> None:
        found = only(self.found((0.5, 1.0), (0.0, 1.0), (0.9, 1.0), interpreter="new"))
        assert (found.kind, found.workload, found.backend, found.workers) == (
            "busy while waiting",
            "work",
            "threading",
            2,
        )
        assert (found.python, found.samples) == ("new", 2)
        assert "used CPU during 2 of 3 passes of other trials, up to 90 % of a core" in found.text

    @given(st.floats(0, 0.005) | st.floats(0, 0.05).map(lambda share: share * 0.9), st.just(1.0) | st.floats(1.0, 60.0))
    def test_little_cpu_time_is_no_warning(self, cpu_s: float, elapsed_s: float) -> None:
        assert self.found((cpu_s, elapsed_s)) == []

    def test_a_few_milliseconds_during_a_short_pass_are_no_warning(self) -> None:
        assert self.found((0.004, 0.01)) == []
        assert only(self.found((0.006, 0.01))).samples == 1

    def test_cases_of_two_interpreters_have_a_warning_each(self) -> None:
        collector = RunWarnings(MACHINE, 1e-9)
        for label in ("old", "new"):
            collector.add_waiting(case(interpreter=label), 1.0, 1.0)
        assert [one.python for one in collector.all()] == ["old", "new"]
