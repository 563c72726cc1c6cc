"""A run's record while it is being made."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from bench import __version__, machine
from bench.plan import Plan
from bench.record import environment, folder
from bench.record.samples_csv import SampleFile
from bench.samples import Ceiling, Interpreter, Sample


class RunRecord:
    """The folder of a run: environment.json from the start, samples.csv as it grows, `latest` once it is whole."""

    def __init__(
        self, plan: Plan, interpreters: Sequence[Interpreter], command: Sequence[str], label: str, output: Path | None
    ) -> None:
        """Raises UsageError, RecordError."""
        self.folder = folder.create(output)
        self._facts: dict[str, Any] = {
            "run": self.folder.name,
            "label": label,
            "started_at": _now(),
            "finished_at": None,
            "rounds_done": None,
            "command": list(command),
            "bench": __version__,
            "seed": plan.seed,
            "effort": asdict(plan.effort),
            "left_out": list(plan.left_out),
            "workload_files": environment.file_digests(case.path for case in plan.cases),
            "machine": machine.describe(),
            "interpreters": [asdict(interpreter) for interpreter in interpreters],
            "commit": environment.commit(),
            "ceilings": [],
            "stopped": None,
        }
        environment.write(self.folder, self._facts)
        self._samples = SampleFile(self.folder)

    def append(self, samples: Sequence[Sample]) -> None:
        """Keep samples for good. Raises RecordError."""
        self._samples.append(samples)

    def note_ceilings(self, ceilings: Sequence[Ceiling]) -> None:
        """Keep what the machine itself gave. Raises RecordError."""
        self.note({"ceilings": self._facts["ceilings"] + [asdict(ceiling) for ceiling in ceilings]})

    def note(self, facts: Mapping[str, Any]) -> None:
        """Keep facts of the run, in place of those of the same names. Raises RecordError."""
        self._facts |= facts
        environment.write(self.folder, self._facts)

    def finish(self, rounds_done: int, stopped: Sequence[dict[str, Any]] | None = None) -> None:
        """Say that the run is whole and what ended each case's rounds, and let `latest` name it. Raises RecordError."""
        ended = {"finished_at": _now(), "rounds_done": rounds_done, "stopped": stopped}
        environment.write(self.folder, {**self._facts, **ended})
        folder.point_latest(self.folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._samples.close()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
