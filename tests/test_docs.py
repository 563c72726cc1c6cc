"""The documents agree with the program: links, options, columns, fields, modules and examples."""

import json
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from bench.analysis.compare import CaseNotOk, compare_runs
from bench.analysis.summary import summarise
from bench.claims._registry import claims
from bench.cli.app import COMMANDS
from bench.cli.commands import load
from bench.collect.loader import workloads_in
from bench.collect.workload import parameters
from bench.machine import host
from bench.output.charts.registry import kinds
from bench.output.export.claims_json import saved_claims_text
from bench.output.export.plain_json import as_json, comparison_json
from bench.output.export.registry import Format
from bench.results.load import load_run
from bench.schema import CASE_COLUMNS, Sample, Span
from tests.support.claims import saved_claims
from tests.support.paths import ROOT

DOCS = ROOT / "docs"
PAGES = [*sorted(DOCS.glob("*.md")), *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md"))]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
MODULE = re.compile(r"`((?:bench|tests|workloads|[a-z]+)(?:/[a-z_]+)*/(?:[a-z_]+\.py)?)`")
SAMPLE = load_run(ROOT / "results/sample")
LONGEST_README = 120  # lines


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def without_code(text: str) -> str:
    return re.sub(r"^```.*?^```|^    .*?$", "", text, flags=re.MULTILINE | re.DOTALL)


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub gives to the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", without_code(text_of(page)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def section(page: str, heading: str) -> str:
    """The text below a heading, down to the next one of the same level or above."""
    level = heading.partition(" ")[0]
    _, found, rest = (text_of(DOCS / page) + "\n").partition(f"\n{heading}\n")
    assert found, f"{page} has no heading {heading!r}"
    return re.split(rf"^#{{1,{len(level)}}} ", rest, maxsplit=1, flags=re.MULTILINE)[0]


def first_cells(text: str) -> list[str]:
    """Every name in backquotes in the first column of the tables, in order."""
    rows = re.findall(r"^\| (`.*?) \|", text, re.MULTILINE)
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row)]


def with_case(names: list[str]) -> list[str]:
    """The names, with the columns of a case in place of their first and last."""
    at = names.index("workload")
    assert names[at : at + 2] == ["workload", "python"]
    return names[:at] + CASE_COLUMNS + names[at + 2 :]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_relative_link_has_a_target(page: Path) -> None:
    for target in LINK.findall(text_of(page)):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        assert not path.startswith("/"), target
        target_file = (page.parent / path).resolve() if path else page
        assert target_file.exists(), target
        assert not anchor or anchor in anchors(target_file), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_documented_module_and_folder_exists(page: Path) -> None:
    for name in MODULE.findall(text_of(page)):
        if name.startswith("results/") and not name.endswith(".py"):
            continue  # the folder of runs, which a fresh clone may lack
        places = (ROOT / name, ROOT / "bench" / name)
        assert any(place.exists() for place in places), name


def test_readme_is_short() -> None:
    lines = text_of(ROOT / "README.md").splitlines()
    assert len(lines) <= LONGEST_README
    for block in re.findall(r"^```\n(.*?)^```", text_of(ROOT / "README.md"), re.MULTILINE | re.DOTALL):
        assert max(map(len, block.splitlines())) <= 80


def examples() -> Iterator[str]:
    for page in PAGES:
        blocks = re.findall(r"^```python\n(.*?)^```", text_of(page), re.MULTILINE | re.DOTALL)
        yield from (block for block in blocks if "@workload" in block or "(Workload)" in block)


@pytest.mark.parametrize("code", [*examples()])
def test_documented_workloads_run_and_pass_their_check(code: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text(code)
    (cls,) = workloads_in(path).values()
    assert cls.__doc__
    shown = cls(**{name: parameter.default for name, parameter in parameters(cls).items()})
    items, results = list(shown.items()), []
    for item in items:  # which grows meanwhile
        results.append(shown.work(item, None))
        items += [found for found in shown.discover(item, results[-1]) if found not in items]
    assert shown.check(items, results, None) is not False


def commands() -> Iterator[tuple[str, Any]]:
    for name in COMMANDS:
        command = load(name)
        inner = getattr(command, "commands", None)
        yield from [(f"{name} {one}", found) for one, found in inner.items()] if inner else [(name, command)]


@pytest.mark.parametrize(("name", "command"), [*commands()])
def test_exactly_the_options_of_each_command_are_documented(name: str, command: Any) -> None:
    text = section("cli.md", f"## bench {name.partition(' ')[0]}")
    assert f"bench {name}" in text
    options = {option for one in command.params if one.param_type_name == "option" for option in one.opts}
    documented = {cell for cell in first_cells(text) if cell.startswith("-")}
    assert options <= documented | {"--help", "-h"}
    if " " not in name:
        assert documented <= options


def test_every_chart_kind_and_format_is_documented() -> None:
    charts = [cell for cell in first_cells(section("cli.md", "## bench plot")) if not cell.startswith("-")]
    assert charts == [kind.NAME for kind in kinds()]
    assert sorted(first_cells(section("file-formats.md", "## Exports"))) == sorted(Format)


def test_columns_are_documented_in_order() -> None:
    assert first_cells(section("file-formats.md", "## Columns that identify a case")) == CASE_COLUMNS
    for heading, row in (("## samples.csv", Sample), ("## trace.csv", Span)):
        documented = first_cells(section("file-formats.md", heading))
        assert with_case(documented) == [field.name for field in fields(row)]


def test_every_fact_of_environment_json_is_documented() -> None:
    text = section("file-formats.md", "## environment.json")
    facts = json.loads(text_of(ROOT / "results/sample/environment.json"))
    assert set(first_cells(text)) == set(facts)
    for name in [*facts["effort"], *host.describe(), *facts["interpreters"][0], *facts["ceilings"][0]]:
        assert f"`{name}`" in text, name


def test_every_field_of_show_as_json_is_documented() -> None:
    documented = with_case(first_cells(section("file-formats.md", "### bench show --json")))
    assert sorted(documented) == sorted(as_json(SAMPLE, summarise(SAMPLE))[0])


def test_every_field_of_compare_as_json_is_documented() -> None:
    text = section("file-formats.md", "### bench compare --json")
    whole = comparison_json(compare_runs(SAMPLE, SAMPLE, threshold=0.05))
    assert set(first_cells(text)) == {*whole, *whole["cases"][0]} - set(CASE_COLUMNS)
    assert all(f"`{field.name}`" in text for field in fields(CaseNotOk) if field.name not in CASE_COLUMNS)


def test_exactly_the_claims_are_documented_as_they_are() -> None:
    rows = re.findall(r"^\| `([^`]+)` \| (.*?) \| (.*?) \|$", section("claims.md", "## The claims"), re.MULTILINE)
    assert rows == [(claim.id, claim.claim, claim.criterion) for claim in claims().values()]


def test_every_field_of_claims_as_json_is_documented() -> None:
    text = section("file-formats.md", "### bench claims --json")
    facts = json.loads(saved_claims_text(saved_claims()))
    assert first_cells(text) == list(facts["claims"][0])
    inner = [facts["claims"][0]["evidence"]["figures"][0], facts["thresholds"][0], *facts["thresholds"][0]["points"]]
    for name in [*facts, *facts["claims"][0]["evidence"], *(name for one in inner for name in one)]:
        assert f"`{name}`" in text, name
