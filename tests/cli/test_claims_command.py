"""`bench claims`: from ids to verdicts, files and the exit status."""

import json
import signal
import subprocess
from pathlib import Path

import pytest

from bench.analysis.saved_claims import parse_claims
from bench.claims._registry import claims
from bench.results.claims_file import CLAIMS_JSON
from tests.support.command import bench, bench_process, bench_started, wait_until

QUICK = ["group-manual-cancel", "rollback"]


def saved_in(folder: Path) -> Path:
    (path,) = folder.glob("results/claims-*")
    return path


def test_claims_are_tried_shown_and_saved(tmp_path: Path) -> None:
    done = bench_process(tmp_path, "claims", *QUICK)
    assert done.returncode == 0, done.stderr
    assert all(name in done.stdout for name in QUICK)
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "[1/2]  rollback" in done.stderr
    saved = parse_claims(json.loads((saved_in(tmp_path) / CLAIMS_JSON).read_text()))
    assert [one.id for one in saved.results] == QUICK


def test_json_is_a_list_with_the_documented_fields(tmp_path: Path) -> None:
    done = bench_process(tmp_path, "claims", "rollback", "--json")
    (claim,) = json.loads(done.stdout)
    assert list(claim) == ["id", "claim", "verdict", "evidence", "why", "seconds"]
    assert list(claim["evidence"]) == ["criterion", "figures", "conditions"]
    assert list(claim["evidence"]["figures"][0]) == ["name", "value", "low", "high", "unit", "trials"]
    assert claim["seconds"] > 0


def test_a_page_is_written_into_the_folder_asked_for(tmp_path: Path) -> None:
    done = bench_process(tmp_path, "claims", "rollback", "--html", "-o", "out", "--evidence")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["claims.html", "claims.json"]
    assert "rows of the failed batch" in done.stdout
    assert f"written: {Path('out/claims.html')}" in done.stderr


def test_an_unknown_id_lists_the_claims_and_tries_nothing(tmp_path: Path) -> None:
    done = bench(tmp_path, "claims", "rollbak")
    assert done.returncode == 2
    assert "unknown claim 'rollbak': did you mean rollback" in done.stderr
    assert not (tmp_path / "results").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(["--python", "/nowhere/python"], "/nowhere/python"), (["--max-time", "0"], "'--max-time'")],
)
def test_wrong_calls_say_what_is_wrong(arguments: list[str], message: str, tmp_path: Path) -> None:
    done = bench(tmp_path, "claims", *arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert not (tmp_path / "results").exists()


def test_an_experiment_that_fails_is_named_and_exits_with_1(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(claims()["rollback"]), "measure", lambda *_: _failed())
    done = bench(tmp_path, "claims", "rollback")
    assert done.returncode == 1
    assert "can't tell" in done.stdout and "the database is gone" in done.stdout


def _failed() -> None:
    from bench.errors import TrialFailed
    from bench.schema import Status

    raise TrialFailed(Status.CRASHED, "the database is gone")


@pytest.mark.slow
def test_an_interruption_shows_what_was_tried_and_leaves_no_process(tmp_path: Path) -> None:
    with bench_started(
        tmp_path, "claims", "rollback", "gil-io", stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        wait_until(lambda: any(tmp_path.glob("results/claims-*/01-http-delay/samples.csv")))
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "interrupted: 1 of 2 claims were tried until then" in errors
    assert "rollback" in output and "gil-io" not in output
    assert (saved_in(tmp_path) / CLAIMS_JSON).exists()


@pytest.mark.slow
def test_the_flowchart_is_drawn_however_little_time_there_was(tmp_path: Path) -> None:
    done = bench_process(tmp_path, "claims", "rollback", "--flowchart", "--max-time", "1")
    folder = saved_in(tmp_path)
    assert {"flowchart.png", "flowchart.svg", CLAIMS_JSON} <= {path.name for path in folder.iterdir()}
    assert "waits at once: not known" in done.stdout
