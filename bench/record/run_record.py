"""A run's record while it is being made."""

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from bench import __version__, machine
from bench.case_id import TELLING, CaseId
from bench.errors import RecordError, UsageError
from bench.plan import Plan
from bench.record import environment, folder, planned, trace_csv
from bench.record.samples_csv import SampleFile
from bench.samples import Case, Ceiling, Interpreter, Sample, Span


class RunRecord:
    """The folder of a run: environment.json from the start, samples.csv as it grows, `latest` once it is whole."""

    def __init__(self, run_folder: Path, facts: dict[str, Any], samples: SampleFile) -> None:
        self.folder = run_folder
        self._facts = facts
        self._samples = samples

    @classmethod
    def begin(
        cls, plan: Plan, interpreters: Sequence[Interpreter], command: Sequence[str], label: str, output: Path | None
    ) -> Self:
        """A new run in a folder of its own. Raises UsageError: nothing has been measured yet."""
        facts: dict[str, Any] = {
            "run": None,
            "label": label,
            "started_at": now(),
            "finished_at": None,
            "resumed": [],
            "rounds_done": None,
            "pid": os.getpid(),
            "another_run": None,
            "command": list(command),
            "bench": __version__,
            **planned.to_json(plan),
            "workload_files": environment.file_digests(case.path for case in plan.cases),
            "machine": machine.describe(),
            "interpreters": [asdict(interpreter) for interpreter in interpreters],
            "commit": environment.commit(),
            "ceilings": [],
            "stopped": None,
        }
        run_folder = folder.create(output)
        facts["run"] = run_folder.name
        try:
            samples = SampleFile.new(run_folder)  # before all else: of two runs in one folder, one fails here
            environment.write(run_folder, facts)
        except RecordError as error:
            with suppress(OSError):
                (run_folder / "samples.csv").unlink(missing_ok=True)
                run_folder.rmdir()
            raise UsageError(str(error)) from error
        return cls(run_folder, facts, samples)

    def append(self, samples: Sequence[Sample]) -> None:
        """Keep samples for good. Raises RecordError."""
        self._samples.append(samples)

    def note(self, facts: Mapping[str, Any]) -> None:
        """Keep facts of the run, in place of those of the same names. Raises RecordError."""
        self._facts |= facts
        environment.write(self.folder, self._facts)

    def note_ceilings(self, ceilings: Sequence[Ceiling]) -> None:
        """Keep what the machine itself gave. Raises RecordError."""
        self.note({"ceilings": self._facts["ceilings"] + [asdict(ceiling) for ceiling in ceilings]})

    def begin_trace(self) -> None:
        """Forget traces of an earlier attempt. Raises RecordError."""
        trace_csv.begin(self.folder)
        self.note({"untraced": []})

    def append_trace(self, spans: Sequence[Span]) -> None:
        """Keep what the workers of a traced pass did. Raises RecordError."""
        trace_csv.append(self.folder, spans)

    def note_untraced(self, case: Case, status: str, reason: str) -> None:
        """Keep why a case has no trace. Raises RecordError."""
        known = CaseId.of(case)
        named = {name: getattr(known, name) for name in TELLING}
        self.note({"untraced": [*self._facts["untraced"], {**named, "status": status, "reason": reason}]})

    def finish(self, rounds_done: int, stopped: Sequence[dict[str, Any]] | None = None) -> None:
        """Say that the run is whole and what ended each case's rounds, and let `latest` name it. Raises RecordError.

        The pointer moves first: a run that was killed in between is gone on with, one that has finished is not.
        """
        try:
            folder.point_latest(self.folder)
        finally:
            self.note({"finished_at": now(), "rounds_done": rounds_done, "stopped": stopped})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._samples.close()


def now() -> str:
    """The time in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
