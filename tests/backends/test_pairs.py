"""Every bundled workload under every backend and every start method, as a trial runs them."""

import sys
from functools import cache
from pathlib import Path

import pytest

from bench.backends._registry import backends, module_of
from bench.collect.description import WorkloadDescription
from bench.collect.discovery import bundled_folder, find_workloads
from bench.collect.parameters import parse_all
from bench.machine.interpreters import probe
from bench.measure.trial.live_trials import run_trial
from bench.measure.trial.meter import SHORTEST_S
from bench.measure.trial.outcome import Outcome
from bench.measure.trial.protocol import Request
from bench.measure.trial.trial_process import TimeLimit, TrialSettings
from bench.schema import Value
from tests.support.backend_params import marks_of, name_params
from tests.support.workload_trials import skip_what_a_subinterpreter_refuses

SMALL = {
    "sqrt-sum": {"tasks": "4", "n": "1000"},
    "batch-filter": {"batches": "4", "size": "1000"},
    "http-delay": {"requests": "6", "delay": "0.01"},
    "http-mixed": {"slow": "2", "fast": "6", "delay": "0.01"},
    "url-health": {"timeout": "1"},
    "crawl": {"pages": "9", "links": "2", "delay": "0.001"},
    "tcp-echo": {"clients": "6", "delay": "0.01"},
    "api-fetch": {"users": "2", "posts": "2", "comments": "2"},
    "sqlite-inserts": {"rows": "8", "think": "0.001"},
    "file-tree": {"files": "17", "size": "1000"},
    "orm-inserts": {"authors": "4", "books": "2"},
    "orm-read": {"authors": "4", "books": "2"},
}
BUNDLED = find_workloads([bundled_folder()])


@cache
def _options(backend: str) -> list[dict[str, Value]]:
    """The options of a backend, one for each start method; the interpreter that is asked for them takes a while."""
    cls = backends()[backend]
    defaults = parse_all({}, cls.known_options(), backend)
    if "start_method" not in defaults:
        return [defaults]
    return [{**defaults, "start_method": method} for method in probe(sys.executable).start_methods]


PAIRS = [
    pytest.param(
        description,
        backend,
        options,
        id=":".join([name, backend, *map(str, options.values())]),
        marks=marks_of(cls) if options == _options(backend)[0] else pytest.mark.slow,  # other start methods
    )
    for name, description in BUNDLED.items()
    for backend, cls in backends().items()
    for options in _options(backend)
]


def _request(description: WorkloadDescription, backend: str, options: dict[str, Value], **typed: str) -> Request:
    params = parse_all({**SMALL[description.name], **typed}, description.parameters, description.name)
    workers = 1 if backend == "sequential" else 3
    module = module_of(backends()[backend])
    return Request(str(description.path), description.name, params, module, options, workers, warmups=1)


def _trial(request: Request) -> Outcome:
    return run_trial(TrialSettings(sys.executable, request, {}), TimeLimit(60), passes=2)


def test_every_bundled_workload_is_covered() -> None:
    assert set(BUNDLED) == set(SMALL)


@pytest.mark.parametrize(("description", "backend", "options"), PAIRS)
def test_each_pass_is_ok_and_has_its_measurements(
    description: WorkloadDescription, backend: str, options: dict[str, Value]
) -> None:
    outcome = _trial(_request(description, backend, options))
    skip_what_a_subinterpreter_refuses(outcome)
    assert outcome.failed is None
    assert len(outcome.measured) == 2
    assert all(measured.elapsed_s > 0 for measured in outcome.measured)
    if sys.platform == "linux":
        memory = [measured.peak_rss_bytes for measured in outcome.measured]
        assert memory[0] is not None, "it is read for the first pass at least"
        assert all(peak is None or peak > 1_000_000 for peak in memory)
        for measured in outcome.measured:
            assert (measured.cpu_user_s is not None) == (measured.elapsed_s >= SHORTEST_S)


@pytest.mark.parametrize("backend", name_params())
def test_missing_server_is_an_error_with_its_address(backend: str) -> None:
    request = _request(BUNDLED["http-delay"], backend, _options(backend)[0], url="http://127.0.0.1:1")
    outcome = _trial(request)
    assert outcome.measured == []
    assert outcome.failed is not None
    assert outcome.failed.status == "error"
    assert "127.0.0.1" in outcome.failed.reason


@pytest.mark.parametrize("journal", ["wal", "delete"])
def test_sqlite_accepts_every_journal_mode(journal: str) -> None:
    outcome = _trial(_request(BUNDLED["sqlite-inserts"], "threading", {}, journal=journal))
    assert outcome.failed is None


def test_locked_database_fails_the_sample_and_is_counted(tmp_path: Path) -> None:
    """Two writers that will not wait for each other: one of them finds the database locked."""
    request = _request(
        BUNDLED["sqlite-inserts"], "threading", {}, journal="delete", busy_timeout="0", think="0", rows="400"
    )
    outcome = _trial(request)
    assert outcome.failed is not None
    assert "database is locked: " in outcome.failed.reason
    assert " of 400 inserts" in outcome.failed.reason
