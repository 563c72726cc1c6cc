"""The page: well-formed, self-contained, and never interpreting text from a run's files."""

import base64
import io
import json
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import PIL.Image
import PIL.ImageChops
import pytest

from bench.errors import RecordError, UsageError
from bench.output.charts.registry import kinds
from bench.output.html import embedded_charts
from bench.output.html.build import build
from bench.results.load import load_run
from bench.schema import Gil
from tests.analysis.test_interpreter_comparison import false_win
from tests.support.factory import ENVIRONMENT, asyncio, failure, multiprocessing, pair, rounds, varied_run, write_run

LOOP = [1.0, 1.1, 0.9, 1.0, 1.05]
HALF = [0.5, 0.56, 0.44, 0.5, 0.53]
HOSTILE = "<script>alert(1)</script>\" onload='x' javascript:alert(2) \x1b[31m\u202e{{ 7 * 7 }}"
SMALL: Any = [kind for kind in kinds() if kind.NAME == "speedup"]
RESOLUTION = embedded_charts.DOTS_PER_INCH
VOID = {"meta", "link", "br", "img", "input"}


class Page(HTMLParser):
    """Every element with its attributes, and all text outside style and script."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("style", "script"):
            self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(autouse=True, scope="module")
def one_small_chart() -> Iterator[None]:
    """Limit pages to one kind of chart in a low resolution to save time; a single test draws all kinds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(embedded_charts, "kinds", lambda: SMALL)
        patch.setattr(embedded_charts, "DOTS_PER_INCH", 30)
        yield


def page_of(*folders: Path, to: Path | None = None) -> Page:
    path = to or folders[0] / "report.html"
    assert build([load_run(folder) for folder in folders], path) == path.stat().st_size
    return Page(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def varied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return varied_run(tmp_path_factory.mktemp("runs") / "varied")


@pytest.fixture(scope="module")
def page(varied: Path) -> Page:
    return page_of(varied)


def test_elements_are_closed_and_ids_are_unique(page: Page) -> None:
    ids = Counter(attributes["id"] for _, attributes in page.elements if "id" in attributes)
    assert ids
    assert max(ids.values()) == 1
    for _, attributes in page.elements:
        for name in ("for", "aria-labelledby"):
            assert attributes.get(name) is None or attributes[name] in ids
        if (attributes.get("href") or "").startswith("#"):
            assert (attributes["href"] or "")[1:] in ids


def test_each_picture_has_alt_text_and_a_size_and_each_table_a_caption(page: Page) -> None:
    assert page.all("img")
    for image in page.all("img"):
        assert image["alt"]
        assert int(image["width"] or 0) > 0 < int(image["height"] or 0)
    assert len(page.all("table")) == len(page.all("caption")) > 0


def test_each_picture_has_a_light_and_a_dark_version_with_its_figures(page: Page) -> None:
    classes = Counter(image["class"] for image in page.all("img"))
    assert classes["on-light"] == classes["on-dark"] == len(page.all("figure"))
    assert page.text.count("Data behind the chart") == len(page.all("figure"))


def test_a_picture_keeps_its_background_and_approximate_colours() -> None:
    drawn = PIL.Image.new("RGB", (64, 64), "#15181D")
    for place in range(64 * 20):
        drawn.putpixel((place % 64, place // 64), (place % 256, place * 7 % 256, 128))
    buffer = io.BytesIO()
    drawn.save(buffer, "PNG")
    picture = embedded_charts.image(buffer.getvalue())
    assert (picture.width, picture.height) == drawn.size
    small = PIL.Image.open(io.BytesIO(base64.b64decode(picture.uri.partition(",")[2]))).convert("RGB")
    assert small.getpixel((63, 63)) == (0x15, 0x18, 0x1D)
    assert max(PIL.ImageChops.difference(drawn, small).tobytes()) < 48


def test_nothing_is_fetched_and_the_content_policy_forbids_it(page: Page) -> None:
    assert all((image["src"] or "").startswith("data:image/png;base64,") for image in page.all("img"))
    assert [link["href"] for link in page.all("link")] == ["data:,"]
    assert [script for script in page.all("script") if script] == []
    policy = next(meta["content"] for meta in page.all("meta") if meta.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert "default-src 'none'" in policy
    assert "script-src 'sha256-" in policy


def test_a_table_has_a_row_for_every_case_and_the_answers_come_first(page: Page, varied: Path) -> None:
    assert "times as fast as the baseline (95 % interval" in page.text
    assert [heading["id"] for heading in page.all("h3")][:4] == [
        f"run1-{part}" for part in ("answers", "why", "charts", "cases")
    ]
    cases = load_run(varied).samples.drop_duplicates(["workload", "backend", "options", "workers"])
    sortable = next(table for table in page.all("table") if table.get("class") == "sortable")
    assert sortable["id"] == "run1-table"
    assert f"All {len(cases)} cases" in page.text


def test_failures_are_reported_with_their_reasons(page: Page) -> None:
    assert (
        "batch-filter: threading with 2 and 4 workers returned wrong results in 10 of 10 trials: item 3: 41"
        in page.text
    )


def test_raw_samples_are_linked_relative_to_the_page(tmp_path: Path) -> None:
    run = write_run(tmp_path / "a run", pair(LOOP, HALF))
    for path in (run / "report.html", tmp_path / "else where" / "page.html"):
        report = page_of(run, to=path)
        (link,) = [a["href"] for a in report.all("a") if (a["href"] or "").endswith("samples.csv")]
        assert (path.parent / unquote(link or "")).samefile(run / "samples.csv")


def test_each_of_several_runs_has_a_section(tmp_path: Path) -> None:
    report = page_of(*(write_run(tmp_path / name, pair(LOOP, HALF)) for name in ("one", "other")))
    assert [one["id"] for one in report.all("section") if one.get("class") == "run"] == ["run1", "run2"]
    test_elements_are_closed_and_ids_are_unique(report)


def test_several_interpreters_are_compared_side_by_side(tmp_path: Path) -> None:
    report = page_of(write_run(tmp_path / "run", false_win()))
    assert "work: median time (speedup)" in report.text
    assert "work across interpreters: Fastest: " in report.text


def test_the_command_is_shown_with_its_seed_and_requirements(tmp_path: Path) -> None:
    facts = {"command": ["run", "a b"], "seed": 7, "commit": {"id": "abc", "changed": True}, "label": "mine"}
    text = page_of(write_run(tmp_path / "run", pair(LOOP, HALF), {**ENVIRONMENT, **facts})).text
    assert "bench run 'a b' --seed 7" in text
    assert "at commit abc, with uncommitted changes" in text
    assert "mine" in text


def test_an_explicit_seed_is_shown_once_and_the_output_folder_is_left_out(tmp_path: Path) -> None:
    facts = {"command": ["run", "--seed", "7", "-o", "there"], "seed": 7}
    text = page_of(write_run(tmp_path / "run", pair(LOOP, HALF), {**ENVIRONMENT, **facts})).text
    assert text.count("--seed") == 1
    assert "Choose another folder with -o" in text


def test_a_run_without_an_environment_can_be_rendered(tmp_path: Path) -> None:
    text = page_of(write_run(tmp_path / "run", pair(LOOP, HALF), None)).text
    assert "environment.json does not contain the command of this run." in text


@pytest.mark.parametrize("value", [None, 3, "x", [1], [None], {"a": {}}, True, 1e400])
def test_any_environment_can_be_rendered(tmp_path: Path, value: Any) -> None:
    keys = ("machine", "command", "seed", "commit", "interpreters", "label", "left_out", "warnings", "effort", "bench")
    folder = write_run(tmp_path / "run", pair(LOOP, HALF), None)
    (folder / "environment.json").write_text(json.dumps(dict.fromkeys((*keys, "ceilings", "workload_files"), value)))
    assert "threading with 2 workers is" in page_of(folder).text


def test_text_from_files_is_shown_and_never_interpreted(tmp_path: Path) -> None:
    samples = [
        *pair(LOOP, HALF, workload=HOSTILE, params=json.dumps({HOSTILE: HOSTILE})),
        *rounds(HALF, workload=HOSTILE, params=json.dumps({HOSTILE: HOSTILE}), backend=HOSTILE, python=HOSTILE),
        *rounds(HALF, **{**multiprocessing(), "options": json.dumps({HOSTILE: HOSTILE}), "start_method": HOSTILE}),
        failure(reason=HOSTILE, **asyncio()),
    ]
    machine = {"cpu_model": HOSTILE, "system": HOSTILE, "cores_usable": 2}
    facts = {"machine": machine, "label": HOSTILE, "command": ["run", HOSTILE], "left_out": [HOSTILE]}
    warned = {"warnings": [{"kind": HOSTILE, "level": "warning", "text": HOSTILE}], "commit": {"id": HOSTILE}}
    report = page_of(write_run(tmp_path / "javascript:alert(3)" / "run", samples, {**facts, **warned}))
    assert len(report.all("script")) == 1
    assert not [name for _, attributes in report.elements for name in attributes if name.startswith("on")]
    assert "<script>alert(1)</script>" in report.text
    assert "{{ 7 * 7 }}" in report.text
    content = report.text + "".join(str(value) for _, attributes in report.elements for value in attributes.values())
    assert not {char for char in content if not char.isprintable()} - {"\n"}
    for link in report.all("a"):
        assert ":" not in (link["href"] or "")


def test_a_folder_whose_name_looks_like_an_address_is_linked_as_a_folder(tmp_path: Path) -> None:
    run = write_run(tmp_path / "javascript:alert(1)", pair(LOOP, HALF))
    report = page_of(run, to=tmp_path / "report.html")
    (link,) = [a["href"] for a in report.all("a") if (a["href"] or "").endswith("samples.csv")]
    assert link == "javascript%3Aalert%281%29/samples.csv"


@pytest.mark.slow
def test_a_page_with_every_chart_kind_stays_below_five_megabytes(
    varied: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded_charts, "kinds", kinds)
    monkeypatch.setattr(embedded_charts, "DOTS_PER_INCH", RESOLUTION)
    report = page_of(varied, to=tmp_path / "all.html")
    assert (tmp_path / "all.html").stat().st_size < 5_000_000
    drawn = {(one["aria-label"] or "").removeprefix("Chart: ") for one in report.all("div") if "picture" in str(one)}
    assert len(drawn) > 1
    for kind in kinds():
        assert kind.NAME in drawn or f"{kind.NAME}: " in report.text.partition("Not drawn for this run")[2]


def test_very_many_figures_behind_a_chart_are_truncated_with_a_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded_charts, "MAX_ROWS", 1)
    text = page_of(write_run(tmp_path / "run", pair(LOOP, HALF))).text
    assert "The first 1 of 2 rows; samples.csv has every sample." in text


def test_samples_are_never_overwritten(varied: Path) -> None:
    with pytest.raises(UsageError, match="is a file of the run itself"):
        build([load_run(varied)], varied / "samples.csv")


def test_an_unwritable_path_is_named_and_nothing_is_left_behind(tmp_path: Path) -> None:
    run = load_run(write_run(tmp_path / "run", pair(LOOP, HALF)))
    (tmp_path / "page").mkdir()
    with pytest.raises(RecordError, match="page: cannot be written"):
        build([run], tmp_path / "page")
    assert sorted(tmp_path.iterdir()) == [tmp_path / "page", tmp_path / "run"]


def test_the_gil_and_its_effect_on_threads_are_shown(tmp_path: Path) -> None:
    samples = pair(LOOP, [1.01, 1.08, 0.92, 0.99, 1.07]) + pair(LOOP, HALF, python="3.13.5t", gil=Gil.OFF)
    text = page_of(write_run(tmp_path / "run", samples)).text
    assert "Threads take turns under the GIL: 2 threads kept 0.94 cores busy." in text
    assert "Without the GIL, threads compute in parallel: 2 threads kept 1.9 cores busy." in text
