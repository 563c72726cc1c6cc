"""The machine's own ceiling: which counts it is measured for, how, and where it is kept."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from cases import INTERPRETER, case, cases_of, plan
from noting import Launched, Notes

from bench import ceiling, runner
from bench.ceiling import counts_in_play, measure_ceilings
from bench.plan import Plan
from bench.record.run_record import RunRecord
from bench.runner import NextRound
from bench.samples import Bound, Case, Ceiling

FEW = 10


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """Every process that was started to be measured."""
    found: list[subprocess.Popen[bytes]] = []

    class Kept(subprocess.Popen[bytes]):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            found.append(self)

    monkeypatch.setattr(subprocess, "Popen", Kept)
    return found


def all_gone(processes: Sequence[subprocess.Popen[bytes]]) -> bool:
    return all(process.returncode is not None and not Path(f"/proc/{process.pid}").exists() for process in processes)


def test_the_counts_are_those_above_one_of_cases_that_compute() -> None:
    computing = [*cases_of("one", 4, 2, 1), *cases_of("two", 2, 8)]
    waiting = [case(bound=Bound.IO, backend="threading", workers=count) for count in (2, 16, 32)]
    assert counts_in_play([*waiting, *computing]) == [2, 4, 8]
    assert counts_in_play(waiting) == counts_in_play(cases_of("one", 1)) == counts_in_play([]) == []


def test_each_count_is_measured_between_one_process_alone_twice_and_no_process_is_left(
    started: list[subprocess.Popen[bytes]],
) -> None:
    found = measure_ceilings(sys.executable, [2, 3], round_number=4, square_roots=FEW)
    assert [(look.round, look.workers) for look in found] == [(4, 2), (4, 3)]
    assert all(look.alone_s > 0 and look.together_s > 0 for look in found)
    assert len(started) == (1 + 2 + 1) + (1 + 3 + 1)
    assert all_gone(started)


def test_without_a_count_nothing_is_started(started: list[subprocess.Popen[bytes]]) -> None:
    assert measure_ceilings(sys.executable, [], round_number=0, square_roots=FEW) == []
    assert started == []


def test_an_interrupt_leaves_no_process(
    started: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(processes: Sequence[subprocess.Popen[bytes]]) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ceiling, "_tell", interrupted)
    with pytest.raises(KeyboardInterrupt):
        measure_ceilings(sys.executable, [2], round_number=0, square_roots=FEW)
    assert started
    assert all_gone(started)


@pytest.mark.parametrize(
    "script", ["exit 1", "echo; read a; echo; read b; exit 1"], ids=["at the start", "while it was timed"]
)
def test_of_a_process_that_died_nothing_is_told(script: str, tmp_path: Path) -> None:
    dying = tmp_path / "python"
    dying.write_text(f"#!/bin/sh\n{script}\n")
    dying.chmod(0o755)
    assert measure_ceilings(str(dying), [2], round_number=0, square_roots=FEW) == []


def noted(folder: Path, whole: Plan, notes: Notes, next_round: NextRound) -> list[dict[str, Any]]:
    """What environment.json says of the ceilings after a run."""
    with RunRecord.begin(whole, [INTERPRETER], [], "", folder) as record:
        runner.run(whole, "the-run", record, notes, next_round)
    facts: list[dict[str, Any]] = json.loads((folder / "environment.json").read_text())["ceilings"]
    return facts


def test_each_round_notes_its_ceilings_in_the_environment(here: Path, launched: Launched) -> None:
    whole = plan(*cases_of("one", 1, 2, 4), rounds=3)
    found = noted(here / "run", whole, launched(), lambda done, seconds: whole.cases)
    assert [(look["round"], look["workers"]) for look in found] == [(r, w) for r in range(3) for w in (2, 4)]
    assert set(found[0]) == {"round", "workers", "alone_s", "together_s"}


def test_a_round_without_computing_cases_notes_none(here: Path, launched: Launched) -> None:
    waiting = case(bound=Bound.IO, backend="threading", workers=8)
    whole = plan(waiting, *cases_of("one", 2), rounds=3)
    left: list[tuple[Case, ...]] = [whole.cases, whole.cases[:1], whole.cases[1:]]
    found = noted(here / "run", whole, launched(), lambda done, seconds: left[done])
    assert [(look["round"], look["workers"]) for look in found] == [(0, 2), (2, 2)]


def test_a_run_that_only_waits_notes_none(here: Path, launched: Launched) -> None:
    whole = plan(case(bound=Bound.IO), case(bound=Bound.IO, backend="threading", workers=8), rounds=2)
    notes = launched()
    assert noted(here / "run", whole, notes, lambda done, seconds: whole.cases) == []
    assert not [event for event in notes.events if event.startswith("ceilings")]


def test_ceilings_are_in_the_environment_as_soon_as_they_are_noted(here: Path) -> None:
    with RunRecord.begin(plan(), [INTERPRETER], [], "", here / "run") as record:
        for number in range(2):
            record.note_ceilings([Ceiling(number, 2, alone_s=1.0, together_s=1.25)])
            facts = json.loads((here / "run/environment.json").read_text())
            assert [look["round"] for look in facts["ceilings"]] == list(range(number + 1))
            assert facts["finished_at"] is None
        record.finish(2)
    facts = json.loads((here / "run/environment.json").read_text())
    assert facts["ceilings"][1] == {"round": 1, "workers": 2, "alone_s": 1.0, "together_s": 1.25}
