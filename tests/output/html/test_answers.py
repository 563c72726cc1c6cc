"""The answers of a run in sentences: which backend, how much faster, how certain, at what cost, and why."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from bench.analysis.summary import summarise
from bench.analysis.verdict import Verdict, VerdictOutcome, verdicts
from bench.output.html.answers import Answer, AnswerKind, answers, conclusion
from bench.output.html.backend_results import BackendResult
from bench.output.html.explanations import cause, cost_words, representative
from bench.results.load import load_run
from bench.schema import AsyncStyle, Bound, Gil, Sample, Status
from tests.support.factory import ENVIRONMENT, asyncio, failure, multiprocessing, pair, rounds, sample, write_run
from tests.support.summaries import summary

LONE = summary(backend="sequential", workers=1, cpu_s=0.75, peak_rss_bytes=10_000_000)
OWN_GIL = "each has an interpreter and a GIL of its own"
LOOP = [1.0, 1.1, 0.9, 1.0, 1.05]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "run"


def answered(folder: Path, samples: list[Sample]) -> list[Answer]:
    run = load_run(write_run(folder, samples))
    summaries = summarise(run)
    return answers(summaries, verdicts(run, summaries))


def scaled(factor: float, noise: float = 0.01) -> list[float]:
    """The baseline's times multiplied by a factor, with slight deviations."""
    return [time * factor * (1 + noise * (-1) ** number) for number, time in enumerate(LOOP)]


def result_of(answer: Answer, label: str) -> BackendResult:
    return next(one for one in answer.results if one.label == label)


def test_a_sure_win_is_reported_with_interval_rounds_and_cost(folder: Path) -> None:
    more = rounds(scaled(0.5), workers=2, cpu_user_s=0.95, peak_rss_bytes=90_000_000, **multiprocessing())
    (answer,) = answered(folder, pair(LOOP, scaled(0.99, 0.1)) + more)
    assert (answer.kind, answer.more) == (AnswerKind.FASTER, "")
    assert answer.lead == "multiprocessing with 2 workers is 2.00 times as fast as the baseline"
    sure, cost = answer.rest.split(", at the cost of ")
    assert sure == " (95 % interval 1.97 to 2.02, 5 trials: significantly faster)"
    assert cost == "1.05x the baseline's CPU time (1.00 s) and 3.00x its memory (90.0 MB)."


def test_backends_level_with_the_best_are_named_with_their_speedups(folder: Path) -> None:
    (answer,) = answered(folder, pair(LOOP, scaled(0.5)) + rounds(scaled(0.51, -0.03), **asyncio()))
    assert answer.more.startswith("Not distinguishable from it: asyncio with 1 worker (1.97x [")


def test_nothing_beats_the_baseline_if_all_are_slower(folder: Path) -> None:
    (answer,) = answered(folder, pair(LOOP, scaled(1.4)))
    assert (answer.kind, answer.lead) == (AnswerKind.BASELINE, "Nothing beats the baseline")
    assert answer.rest.startswith(": the highest speedup, of threading with 2 workers, is 0.71x [")
    assert answer.rest.endswith("] over 5 trials.")


def test_nothing_surely_beats_the_baseline_if_an_interval_leaves_it_open(folder: Path) -> None:
    (answer,) = answered(folder, pair(LOOP, scaled(1.15, 0.3)))
    assert (answer.kind, answer.lead) == (AnswerKind.BASELINE, "Nothing is significantly faster than the baseline")


def test_a_speedup_surely_below_5_percent_counts_as_none(folder: Path) -> None:
    (answer,) = answered(folder, pair(LOOP, scaled(0.995, 0.01)))
    assert (answer.kind, answer.lead) == (AnswerKind.BASELINE, "Nothing beats the baseline by 5 %")


def test_a_case_that_is_hardly_ahead_does_not_beat_the_baseline_however_wide_its_interval(folder: Path) -> None:
    (answer,) = answered(folder, pair(LOOP, scaled(0.97, 0.1)))
    assert (answer.kind, answer.lead) == (AnswerKind.BASELINE, "Nothing is significantly faster than the baseline")
    assert answer.rest.startswith(": the highest speedup, of threading with 2 workers, is 1.0")


def test_a_wide_interval_around_one_is_inconclusive(folder: Path) -> None:
    (answer,) = answered(folder, pair(LOOP, scaled(0.9, 0.3)))
    assert (answer.kind, answer.lead) == (AnswerKind.CANNOT_TELL, "This machine can't tell")
    assert "threading with 2 workers was ahead, but its speedup may be anywhere from 0." in answer.rest
    assert "bench doctor" in answer.rest


@pytest.mark.parametrize(("factor", "ahead"), [(0.5, "threading with 2 workers, 2.02x,"), (2.0, "the baseline")])
def test_too_few_rounds_are_inconclusive(folder: Path, factor: float, ahead: str) -> None:
    (answer,) = answered(folder, pair(LOOP[:1], scaled(factor, -0.01)[:1]))
    assert answer.kind is AnswerKind.CANNOT_TELL
    assert answer.sentence == f"Can't tell yet: {ahead} is ahead in 1 trial, too few for an interval."


def test_without_a_baseline_there_are_times_and_no_verdict(folder: Path) -> None:
    (answer,) = answered(folder, rounds(LOOP, backend="threading"))
    assert answer.kind is AnswerKind.NO_VERDICT
    assert answer.sentence == "No answer: the baseline, which every speedup needs, was not measured."
    assert result_of(answer, "threading").speedup == "took 1.00 s"
    assert result_of(answer, "threading").why == "No round has an ok trial of both this and the baseline."


def test_a_failed_baseline_is_reported_with_its_reason(folder: Path) -> None:
    (answer,) = answered(folder, [failure(reason="no luck"), *rounds(LOOP, backend="threading")])
    assert answer.rest == ": the baseline, which every speedup needs, is not ok in any round (error: no luck)."


def test_the_baseline_alone_is_compared_with_nothing(folder: Path) -> None:
    (answer,) = answered(folder, [*rounds(LOOP), failure(Status.CRASHED, "gone", backend="threading", workers=2)])
    assert answer.sentence == "Nothing to compare: only the baseline has a result."
    assert result_of(answer, "threading").speedup == "crashed"
    assert result_of(answer, "threading").why == "threading with 2 workers crashed in 1 of 1 trial: gone."


def test_each_failed_worker_count_has_its_own_reason(folder: Path) -> None:
    failed = [
        failure(Status.CRASHED, "gone", backend="threading", workers=4),
        failure(Status.TIMEOUT, "300 s", backend="threading", workers=8),
    ]
    (answer,) = answered(folder, pair(LOOP, scaled(0.5)) + failed)
    reason = result_of(answer, "threading").why
    assert "with 4 workers crashed in 1 of 1 trial: gone." in reason
    assert "with 8 workers timed out in 1 of 1 trial: 300 s." in reason


def test_no_backend_has_a_result_if_nothing_is_ok(folder: Path) -> None:
    (answer,) = answered(folder, [failure(), failure(backend="threading")])
    assert (answer.kind, answer.results) == (AnswerKind.NO_VERDICT, ())


def test_each_interpreter_has_its_own_answer(folder: Path) -> None:
    samples = pair(LOOP, scaled(1.4)) + pair(LOOP, scaled(0.5), python="3.13.5t", gil=Gil.OFF)
    kinds = {answer.subject.interpreter: answer.kind for answer in answered(folder, samples)}
    assert kinds == {"3.11.7": AnswerKind.BASELINE, "3.13.5t": AnswerKind.FASTER}


def test_backends_are_sorted_baseline_first_then_by_speedup(folder: Path) -> None:
    (answer,) = answered(folder, pair(LOOP, scaled(0.8)) + rounds(scaled(0.5), **asyncio()))
    assert [one.label for one in answer.results] == ["sequential", "asyncio", "threading"]
    shares = [one.share for one in answer.results]
    assert shares[1] == 1.0
    assert shares[0] is not None and shares[2] is not None and shares[0] < shares[2] < 1


def explanation(others: Sequence[dict[str, Any]] = (), **facts: Any) -> str | None:
    best = summary(**facts)
    return cause(representative(best, [best, *(summary(**{**facts, **other}) for other in others)]))


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"parallelism": 1.01, "workers": 4}, "Threads take turns under the GIL: 4 threads kept 1.0 cores busy."),
        ({"parallelism": 1.8}, "2 threads kept 1.8 cores busy: part of the work releases the GIL."),
        (
            {"parallelism": 1.8, "gil": Gil.OFF},
            "Without the GIL, threads compute in parallel: 2 threads kept 1.8 cores busy.",
        ),
        (
            {"parallelism": 1.95, "gil": Gil.OFF, "speedup": 0.92},
            (
                "Without the GIL, threads compute in parallel: 2 threads kept 1.9 cores busy, but the same work "
                "used 2.1 times the CPU time."
            ),
        ),
        ({"parallelism": 1.0, "gil": Gil.OFF}, "2 threads kept 1.0 cores busy, though the GIL is off."),
        ({"parallelism": 1.9, "gil": None}, "2 threads kept 1.9 cores busy."),
        ({"parallelism": 1.9, "backend": "own", "gil": None}, "2 workers kept 1.9 cores busy."),
        ({"parallelism": None}, None),
        (
            {"parallelism": 1.9, "backend": "multiprocessing", "start_method": "fork", "ceiling": 1.72},
            f"2 processes kept 1.9 cores busy: {OWN_GIL}; the machine's ceiling for as many processes is 1.72x.",
        ),
        (
            {"parallelism": 0.9, "backend": "asyncio", "async_style": AsyncStyle.BLOCKING},
            "Each item blocks the event loop, so nothing overlaps: 2 coroutines kept 0.90 cores busy.",
        ),
        (
            {"parallelism": None, "backend": "asyncio", "async_style": AsyncStyle.BLOCKING},
            "Each item blocks the event loop, so nothing overlaps.",
        ),
        ({"parallelism": 0.1, "bound": Bound.IO}, "The waits overlap: 2 threads kept 0.10 cores busy."),
        (
            {"parallelism": 0.1, "bound": Bound.IO, "speedup_low": 0.9},
            (
                "2 threads kept 0.10 cores busy: most of the time was spent waiting, perhaps no less time than in the "
                "baseline."
            ),
        ),
        (
            {"parallelism": 0.1, "bound": Bound.IO, "speedup_low": 0.3, "speedup_high": 0.4},
            "2 threads kept 0.10 cores busy: most of the time was spent waiting, and more time than in the baseline.",
        ),
        (
            {"parallelism": 2.5, "bound": Bound.IO},
            "2 threads kept 2.5 cores busy: much of the time was spent computing, but less time than in the baseline.",
        ),
    ],
)
def test_explanations_follow_from_the_gil_and_the_busy_cores(facts: dict[str, Any], expected: str | None) -> None:
    assert explanation(**facts) == expected


def test_if_one_worker_is_best_the_fastest_with_several_explains_why() -> None:
    others = [{"workers": 2, "speedup": 1.7}, {"workers": 4, "speedup": 1.5}]
    assert (
        explanation(others, workers=1, parallelism=1.0)
        == "Threads take turns under the GIL: 2 threads kept 1.0 cores busy."
    )
    assert explanation(workers=1, parallelism=1.0) == "One worker kept 1.0 cores busy."


def test_mostly_disturbed_trials_are_not_attributed_to_the_gil_alone() -> None:
    taken = "Other programs used much of the CPU in most of these trials."
    assert (
        explanation(parallelism=0.7, contaminated=3)
        == f"Threads take turns under the GIL: 2 threads kept 0.70 cores busy. {taken}"
    )
    assert taken not in str(explanation(parallelism=0.7, contaminated=2))


def test_unknown_costs_are_left_out() -> None:
    assert cost_words(summary(cpu_s=None, peak_rss_bytes=None, startup_s=None), LONE) == ""
    assert cost_words(summary(cpu_s=None), LONE) == "3.00x the baseline's memory (30.0 MB)"
    assert cost_words(summary(cpu_s=0.9), None) == "900 ms of CPU time and 30.0 MB of memory"


def test_slow_pool_start_and_stop_is_reported_as_a_cost() -> None:
    cost = cost_words(summary(cpu_s=0.9, startup_s=0.1, shutdown_s=0.05), LONE)
    times = "1.20x the baseline's CPU time (900 ms), 3.00x its memory (30.0 MB)"
    assert cost == f"{times} and 150 ms to start and stop its workers"


def test_text_from_files_is_printable_in_sentences(folder: Path) -> None:
    bad = "\x1b[31m\x07"
    samples = [failure(reason=bad), *rounds(LOOP, backend=f"thr{bad}")]
    (answer,) = answered(folder, samples)
    assert answer.sentence.isprintable()
    assert all(one.label.isprintable() for one in answer.results)


def test_intervals_need_only_the_measured_values(folder: Path) -> None:
    """A run without CPU times and memory still has answers."""
    unknown: dict[str, Any] = dict.fromkeys(["cpu_user_s", "cpu_system_s", "peak_rss_bytes", "startup_s", "shutdown_s"])
    samples = [
        sample(round=number, elapsed_s=time / (1 + (backend == "threading")), backend=backend, **unknown)
        for number, time in enumerate(LOOP)
        for backend in ("sequential", "threading")
    ]
    run = load_run(write_run(folder, samples, {**ENVIRONMENT, "machine": None}))
    summaries = summarise(run)
    (answer,) = answers(summaries, verdicts(run, summaries))
    assert answer.sentence == (
        "threading with 1 worker is 2.00 times as fast as the baseline (5 trials: significantly faster)."
    )


def test_a_speedup_mostly_lost_to_starting_workers_is_reported(folder: Path) -> None:
    starts = {"startup_s": 0.4, "shutdown_s": 0.1}
    (answer,) = answered(folder, rounds(LOOP) + rounds(scaled(0.5), backend="threading", workers=2, **starts))
    assert answer.kind is AnswerKind.FASTER
    assert answer.more.startswith("With pool start and stop included in both times: 1.01x [")
    (answer,) = answered(folder, pair(LOOP, scaled(0.5)))
    assert "alone" not in answer.more


def test_a_leader_by_chance_among_many_gets_no_conclusion(folder: Path) -> None:
    summaries = [summary(workload="work", speedup_low=1.1, speedup_high=2.1)]
    verdict = Verdict(summaries[0].subject, VerdictOutcome.BASELINE, summaries[0])
    kind, _, rest = conclusion(verdict, summaries, {summaries[0].config: "threading"})
    assert kind is AnswerKind.CANNOT_TELL
    assert "ahead (95 % interval 1.10x to 2.10x), but with this many cases" in rest
