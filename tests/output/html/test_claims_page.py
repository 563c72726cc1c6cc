"""The page of claims, and their section in the report of runs on the same machine."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bench.analysis.evidence import ClaimJudgement, ClaimVerdict
from bench.output.export.claims_json import saved_claims_text
from bench.output.html import embedded_charts
from bench.output.html.build import build
from bench.output.html.claims_page import build_claims_page
from bench.results.claims_file import CLAIMS_JSON
from bench.results.load import load_run
from tests.output.html.test_page import SMALL, Page
from tests.support.claims import KNOWN, RESULTS, UNKNOWN, result, saved_claims
from tests.support.factory import pair, write_run

HOSTILE = "<script>alert(1)</script>\" onload='x' \x1b[31m{{ 7 * 7 }}"


@pytest.fixture(autouse=True)
def one_chart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded_charts, "kinds", lambda: SMALL)


def page_of(path: Path) -> Page:
    return Page(path.read_text(encoding="utf-8"))


def report_of(folder: Path) -> str:
    write_run(folder / "run", pair([1.0, 1.1, 1.2], [0.5, 0.6, 0.5]))
    build([load_run(folder / "run")], folder / "report.html")
    return page_of(folder / "report.html").text


def write_saved(folder: Path, text: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / CLAIMS_JSON).write_text(text)


def test_the_page_has_each_claim_with_verdict_reason_and_figures(tmp_path: Path) -> None:
    page = page_of(build_claims_page(saved_claims(), tmp_path / "claims.html"))
    for one in RESULTS:
        assert all(text in page.text for text in (one.claim, one.judgement.verdict, one.judgement.why, one.criterion))
    assert "4.90x [4.80, 4.95]" in page.text
    assert {"badge holds", "badge does-not-hold", "badge cant-tell"} <= {one.get("class") for one in page.all("span")}


def test_the_page_loads_nothing(tmp_path: Path) -> None:
    page = page_of(build_claims_page(saved_claims(), tmp_path / "claims.html"))
    addresses = [
        one.get("src") or one.get("href") or "" for tag in ("img", "link", "script", "a") for one in page.all(tag)
    ]
    assert all(address.startswith(("data:", "#")) or not address for address in addresses)


def test_the_flowchart_is_there_in_both_themes_with_its_figures(tmp_path: Path) -> None:
    page = page_of(build_claims_page(saved_claims(KNOWN), tmp_path / "claims.html"))
    images = page.all("img")
    assert [one.get("class") for one in images] == ["on-light", "on-dark"]
    assert all("about 120 (80 to 210)" in (one.get("alt") or "") for one in images)
    assert "0.90x [0.80, 1.00]" in page.text


def test_without_thresholds_there_is_no_flowchart(tmp_path: Path) -> None:
    assert not page_of(build_claims_page(saved_claims(()), tmp_path / "claims.html")).all("img")


def test_text_from_anywhere_is_shown_as_text(tmp_path: Path) -> None:
    hostile = replace(
        result("rollback", ClaimVerdict.HOLDS), claim=HOSTILE, judgement=ClaimJudgement(ClaimVerdict.HOLDS, HOSTILE)
    )
    saved = replace(saved_claims(UNKNOWN), results=[hostile], machine={"cpu_model": HOSTILE})
    text = build_claims_page(saved, tmp_path / "claims.html").read_text()
    assert "<script>alert" not in text
    assert "49" not in Page(text).text
    assert "\x1b" not in text


def test_the_report_shows_claims_tried_on_the_same_machine(tmp_path: Path) -> None:
    write_saved(tmp_path / "claims-1", saved_claims_text(saved_claims()))
    text = report_of(tmp_path)
    assert RESULTS[0].claim in text
    assert "What tutorials claim, tried on this machine" in text


def test_the_report_leaves_out_claims_tried_on_another_machine(tmp_path: Path) -> None:
    elsewhere = replace(saved_claims(), machine={"cpu_model": "another", "cores_usable": 64})
    write_saved(tmp_path / "claims-1", saved_claims_text(elsewhere))
    assert "tried on this machine" not in report_of(tmp_path)


def test_the_report_says_if_claims_cannot_be_read(tmp_path: Path) -> None:
    for damaged in ("{", "[]", json.dumps({"claims": 1}), "[" * 100_000):
        write_saved(tmp_path / "claims-1", damaged)
        assert "Claims were tried, but claims-1/claims.json" in report_of(tmp_path)
