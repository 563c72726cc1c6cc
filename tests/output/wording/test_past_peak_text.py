"""The sentence about a backend that is past its peak."""

from bench.analysis.intervals import Ratio
from bench.analysis.scaling.past_peak import Cost, PastPeak, Rise
from bench.output.wording.past_peak_text import past_peak_lines
from bench.schema import BackendConfig, Subject

SUBJECT, OTHER = Subject("work", "{}", "3.11"), Subject("other", "{}", "3.11")
THREADS = BackendConfig("threading", "{}", None, None)
RATIO = Ratio(1.5, 1.25, 1.75, 5, deterministic=False)
RISES = (Rise(Cost.CPU, 0.1, 0.3), Rise(Cost.WAITS, 100, 2900), Rise(Cost.PREEMPTIONS, 4, 8))


def line(*rises: Rise, turned: int = 8, most: int = 16) -> str:
    (text,) = past_peak_lines(
        [PastPeak(SUBJECT, THREADS, 4, turned, most, RATIO, rises)], SUBJECT, {THREADS: "threading"}
    )
    return text


def test_it_says_at_how_many_it_turned_and_what_rose() -> None:
    assert line(*RISES) == (
        "Past the peak: threading is fastest with 4 workers; it is slower from 8 on, and with 16 it takes 1.50x "
        "[1.25, 1.75] as long. "
        "Per pass, CPU time rose from 100 ms to 300 ms, waits for locks, input or output (voluntary context switches) "
        "from 100 to 2,900 and preemptions (involuntary context switches) from 4 to 8."
    )


def test_nothing_that_rose_is_said_too() -> None:
    assert line(turned=16) == (
        "Past the peak: threading is fastest with 4 workers; with 16 it takes 1.50x [1.25, 1.75] as long. "
        "Neither its CPU time nor its context switches surely rose."
    )


def test_other_subjects_have_lines_of_their_own() -> None:
    past = PastPeak(SUBJECT, THREADS, 4, 8, 16, RATIO, ())
    assert past_peak_lines([past], OTHER, {THREADS: "threading"}) == []
