"""`bench claims`. What measures and draws is imported by the call, so that help and completion do not wait for it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bench.cli import read_options
from bench.cli.completion import complete_claim
from bench.cli.console import ALL_WELL, INTERRUPTED, NOT_OK, data, give_json, people, say
from bench.schema import RESULTS

if TYPE_CHECKING:
    from bench.claims._session import ClaimsSession

MAX_TIME_S = 300.0

Ids = Annotated[
    list[str] | None,
    typer.Argument(metavar="[ID]...", help="Claims to try.", autocompletion=complete_claim, show_default="all of them"),
]
Pythons = Annotated[
    list[str] | None,
    typer.Option(
        "--python",
        metavar="[LABEL=]PATH",
        help="Interpreter to try the claims in; a second one may be free-threaded.",
        show_default="this one, and a free-threaded one on PATH",
    ),
]
MaxTime = Annotated[
    float,
    typer.Option(
        "--max-time", min=1, metavar="SECONDS", help="Time budget; claims that it is too short for are named."
    ),
]
WithEvidence = Annotated[bool, typer.Option("--evidence", help="Show the figures of each claim.")]
Html = Annotated[bool, typer.Option("--html", help="Write a page with every claim and its figures: claims.html.")]
Flowchart = Annotated[
    bool,
    typer.Option("--flowchart", help="Measure the thresholds of the decision flowchart, and draw it as PNG and SVG."),
]
Output = Annotated[
    Path | None,
    typer.Option("-o", "--output", metavar="FOLDER", help="Output folder.", show_default="results/claims-<UTC time>"),
]


def claims(
    ids: Ids = None,
    python: Pythons = None,
    max_time: MaxTime = MAX_TIME_S,
    evidence: WithEvidence = False,
    html: Html = False,
    flowchart: Flowchart = False,
    output: Output = None,
    as_json: read_options.AsJson = False,
) -> None:
    """Try what tutorials claim on this machine: holds, does not hold, can't tell.

    Each claim is an experiment of its own. Whatever it needs is started on 127.0.0.1 and stopped afterwards.
    """
    from bench.claims._interpreters import chosen_interpreters
    from bench.claims._registry import chosen
    from bench.measure.record import run_folder

    wanted = chosen(ids or [])
    interpreters = chosen_interpreters(python or [], any(claim.id == "free-threading" for claim in wanted))
    from bench.claims._session import ClaimsSession  # which takes a second to import: not for a wrong call

    folder = run_folder.create(output or RESULTS / f"claims-{datetime.now(UTC):%Y-%m-%dT%H%M%SZ}")
    session = ClaimsSession(wanted, interpreters, folder, max_time, with_thresholds=flowchart)
    status = _run(session)
    _show(session, evidence, as_json)
    for path in _write(session, html, flowchart):
        say(f"written: {path}")
    raise typer.Exit(status)


def _run(session: "ClaimsSession") -> int:
    """Try the claims, with progress; returns the exit status. What was tried before an interruption is kept."""
    from bench.measure.record import machine_lock
    from bench.output.terminal.claims_progress import claims_progress

    with machine_lock.measuring(session.folder, machine_lock.lock_path()) as another:
        if another:
            say(
                f"another run is in progress on this machine (process {another['pid']}, into {another['folder']}): the "
                "two disturb each other, so do not trust the figures of either"
            )
        try:
            with claims_progress(people(), sorted(claim.seconds for claim in session.claims)) as progress:
                session.run(progress)
        except KeyboardInterrupt:
            say(f"interrupted: {len(session.results)} of {len(session.claims)} claims were tried until then")
            return INTERRUPTED
    return NOT_OK if any(result.failed for result in session.results) else ALL_WELL


def _write(session: "ClaimsSession", html: bool, flowchart: bool) -> list[Path]:
    """Write claims.json and what else was asked for; returns their paths. Raises RecordError."""
    from bench.output.export.claims_json import saved_claims_text
    from bench.output.html.claims_page import build_claims_page
    from bench.results.claims_file import CLAIMS_JSON, write_claims

    saved = session.saved()
    path = session.folder / CLAIMS_JSON
    write_claims(path, saved_claims_text(saved))
    written = [path]
    if flowchart and session.thresholds:
        from bench.output.charts.chart_files import save
        from bench.output.charts.flowchart import draw_flowchart
        from bench.output.charts.theme import LIGHT

        written += save(draw_flowchart(saved, LIGHT), session.folder, "flowchart")
    if html:
        written.append(build_claims_page(saved, session.folder / "claims.html"))
    return written


def _show(session: "ClaimsSession", evidence: bool, as_json: bool) -> None:
    from bench.output.export.claims_json import claims_json
    from bench.output.terminal.claims_table import claims_table, thresholds_list

    if as_json:
        give_json(claims_json(session.ordered_results()))
        return
    data().print(claims_table(session.ordered_results(), evidence))
    if session.thresholds:
        data().print(thresholds_list(session.thresholds))
