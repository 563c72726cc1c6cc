"""What to be wary of in a run: gathered from its samples and from looks at the machine."""

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


def cautions_of(*samples: Sample, resolution_s: float = 1e-9, **at_start: Any) -> list[RunWarning]:
    gathered = RunWarnings({**MACHINE, **at_start}, resolution_s)
    gathered.add_samples(samples)
    return gathered.all()


def only(found: list[RunWarning]) -> RunWarning:
    (caution,) = found
    return caution


def after_looks(*looks: dict[str, Any]) -> list[RunWarning]:
    gathered = RunWarnings(MACHINE, 1e-9)
    for look in looks:
        gathered.add_snapshot({**MACHINE, **look})
    return gathered.all()


def test_of_a_quiet_run_there_is_nothing_to_say() -> None:
    assert cautions_of(*rounds([1.0, 1.1], foreign_cpu=0.02), sample(**FREE), failure()) == []


class TestContaminated:
    def test_one_sentence_for_a_workload_has_the_count_and_the_worst(self) -> None:
        shares = [0.05, 0.25, 0.4, None]
        found = only(cautions_of(*(sample(round=n, foreign_cpu=share) for n, share in enumerate(shares))))
        assert (found.kind, found.level, found.workload, found.samples) == ("contaminated", "warning", "work", 2)
        assert "more than 10 % of the usable cores during 2 of 3 samples of work, up to 40 %" in found.text

    def test_each_workload_has_its_own(self) -> None:
        found = cautions_of(*(sample(workload=name, foreign_cpu=0.3) for name in ("one", "two")))
        assert [caution.workload for caution in found] == ["one", "two"]

    @given(st.lists(st.none() | st.floats(0, 1)))
    def test_it_counts_what_lies_above_the_threshold(self, shares: list[float | None]) -> None:
        found = cautions_of(*(sample(foreign_cpu=share) for share in shares))
        above = [share for share in shares if share is not None and share > CONTAMINATED_FROM]
        assert [caution.samples for caution in found] == ([len(above)] if above else [])


class TestShortBatch:
    def test_a_case_below_a_millisecond_is_told_once_with_a_way_out(self) -> None:
        short = rounds([0.0009, 0.0004, 0.5], backend="threading", workers=4)
        found = only(cautions_of(*short, sample(elapsed_s=0.001)))
        assert (found.kind, found.backend, found.workers, found.python) == ("short batch", "threading", 4, "3.11.7")
        assert found.samples == 2
        assert "work under threading with 4 workers took as little as 0.4 ms" in found.text
        assert "larger batch" in found.text

    def test_on_a_coarse_clock_a_thousand_ticks_are_what_it_takes(self) -> None:
        short = rounds([0.9])
        assert only(cautions_of(*short, resolution_s=0.001)).kind is WarningKind.SHORT
        assert cautions_of(*short, resolution_s=0.0009) == []

    def test_a_sample_that_is_not_ok_is_not_short(self) -> None:
        assert cautions_of(failure(elapsed_s=0.0001)) == []

    def test_cases_that_differ_in_their_options_are_told_apart(self) -> None:
        methods = ("fork", "spawn")
        found = cautions_of(*(sample(elapsed_s=1e-5, workers=2, **multiprocessing(method)) for method in methods))
        assert [caution.samples for caution in found] == [1, 1]


class TestOversubscribed:
    def test_one_note_for_the_run_names_counts_backends_and_cores(self) -> None:
        processes = [sample(workers=workers, **multiprocessing()) for workers in (2, 4, 8, 4)]
        found = only(cautions_of(*processes, sample(backend="threading", workers=4, **FREE)))
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
    def test_workers_that_do_not_compute_at_once_are_no_matter(self, facts: dict[str, Any]) -> None:
        assert cautions_of(sample(workers=8, **facts)) == []

    def test_where_the_cores_are_not_known_nothing_is_said(self) -> None:
        assert cautions_of(sample(workers=8, **multiprocessing()), cores_usable=None) == []


class TestGil:
    def test_a_free_threaded_build_with_the_gil_is_told_with_the_cause(self) -> None:
        gathered = RunWarnings(MACHINE, 1e-9)
        gathered.add_samples([sample(python="3.13.5t"), sample(python="3.13.5t", workers=2, backend="threading")])
        gathered.add_gil_cause(case(python="3.13.5t"), None)
        gathered.add_gil_cause(case(python="3.13.5t"), "the module fast")
        found = only(gathered.all())
        assert (found.kind, found.workload, found.python, found.samples) == ("gil", "work", "3.13.5t", 2)
        assert found.text.startswith("work ran with the GIL enabled in Python 3.13.5t")
        assert found.text.endswith("the module fast enabled it")

    def test_where_no_cause_was_heard_that_is_said(self) -> None:
        assert only(cautions_of(sample(python="3.13.5t"))).text.endswith("what enabled it is not known")

    def test_a_cause_is_that_of_its_own_workload_and_interpreter(self) -> None:
        gathered = RunWarnings(MACHINE, 1e-9)
        gathered.add_samples([sample(python="3.13.5t")])
        gathered.add_gil_cause(case(python="3.14.0t"), "the module fast")
        gathered.add_gil_cause(case(python="3.13.5t", workload="other"), "the module fast")
        assert "not known" in only(gathered.all()).text


class TestMachine:
    @pytest.mark.parametrize(
        ("fact", "value", "kind", "told"),
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
    def test_what_changed_is_told_once(self, fact: str, value: object, kind: WarningKind, told: str) -> None:
        found = only(after_looks({}, {fact: value}, {fact: value}))
        assert found.kind is kind
        assert found.text.startswith(told)

    def test_a_change_that_was_undone_is_told_too(self) -> None:
        found = only(after_looks({"governor": "powersave"}, {}))
        assert found.text.endswith("performance, then powersave, then performance")

    def test_what_is_not_known_has_not_changed(self) -> None:
        assert after_looks({"governor": None, "turbo": None}) == []

    def test_a_load_above_the_cores_at_the_start_is_told_and_a_later_one_is_not(self) -> None:
        assert "the load average was 2.5 on 2 usable cores" in only(cautions_of(load_1min=2.5)).text
        assert after_looks({"load_1min": 9.0}) == []

    def test_it_is_told_as_the_machine_is_described(self) -> None:
        assert set(MACHINE) == set(host.changeable()) <= set(host.describe())


def test_the_gravest_come_first_and_all_is_plain_data() -> None:
    found = cautions_of(
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
