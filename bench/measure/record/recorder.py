"""The record of a run while it is being measured."""

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from bench import __version__
from bench.errors import RecordError, UsageError
from bench.machine import host
from bench.measure.plan import Plan
from bench.measure.record import environment_json, plan_json, run_folder, trace_csv
from bench.measure.record.samples_csv import SampleFile
from bench.schema import CASE_KEY, Case, Ceiling, Interpreter, Sample, Span


class RunRecord:
    """The folder of a run: environment.json from the start, samples.csv as it grows, `latest` once it is finished."""

    def __init__(self, folder: Path, facts: dict[str, Any], samples: SampleFile) -> None:
        self.folder = folder
        self._facts = facts
        self._samples = samples

    @classmethod
    def begin(
        cls, plan: Plan, interpreters: Sequence[Interpreter], command: Sequence[str], label: str, output: Path | None
    ) -> Self:
        """Start a run in a folder of its own. Raises UsageError, since nothing has been measured yet."""
        facts = _facts(plan, interpreters, command, label)
        return cls._begin(run_folder.create(output), facts)

    @classmethod
    def begin_in(
        cls,
        folder: Path,
        plan: Plan,
        interpreters: Sequence[Interpreter],
        command: Sequence[str],
        files: Sequence[Path],
    ) -> Self:
        """Start a run in a folder created for it; `files` are those that its trials load. Raises UsageError."""
        facts = _facts(plan, interpreters, command, "")
        facts["workload_files"] |= environment_json.file_digests(map(str, files))
        return cls._begin(folder, facts)

    @classmethod
    def _begin(cls, folder: Path, facts: dict[str, Any]) -> Self:
        facts["run"] = folder.name
        try:
            samples = SampleFile.new(folder)  # first of all: of two runs in one folder, one fails here
            environment_json.write(folder, facts)
        except RecordError as error:
            with suppress(OSError):
                (folder / "samples.csv").unlink(missing_ok=True)
                folder.rmdir()
            raise UsageError(str(error)) from error
        return cls(folder, facts, samples)

    @property
    def run_name(self) -> str:
        """The name of the run, as its samples have it."""
        return self.folder.name

    def append(self, samples: Sequence[Sample]) -> None:
        """Write samples to disk. Raises RecordError."""
        self._samples.append(samples)

    def note(self, facts: Mapping[str, Any]) -> None:
        """Write facts of the run, replacing those of the same names. Raises RecordError."""
        self._facts |= facts
        environment_json.write(self.folder, self._facts)

    def note_ceilings(self, ceilings: Sequence[Ceiling]) -> None:
        """Write measured ceilings. Raises RecordError."""
        self.note({"ceilings": self._facts["ceilings"] + [asdict(ceiling) for ceiling in ceilings]})

    def begin_trace(self) -> None:
        """Discard traces of an earlier attempt. Raises RecordError."""
        trace_csv.begin(self.folder)
        self.note({"untraced": []})

    def append_trace(self, spans: Sequence[Span]) -> None:
        """Write what the workers of a traced pass did. Raises RecordError."""
        trace_csv.append(self.folder, spans)

    def note_untraced(self, case: Case, status: str, reason: str) -> None:
        """Write why a case has no trace. Raises RecordError."""
        key = {name: getattr(case.id, name) for name in CASE_KEY}
        self.note({"untraced": [*self._facts["untraced"], {**key, "status": status, "reason": reason}]})

    def finish(self, rounds_done: int, stopped: Sequence[dict[str, Any]] | None = None) -> None:
        """Mark the run as finished, with why each case stopped, and let `latest` point to it. Raises RecordError.

        The link moves first: a run that is killed in between can be resumed, a finished one cannot.
        """
        try:
            run_folder.point_latest(self.folder)
        finally:
            self.note({"finished_at": now(), "rounds_done": rounds_done, "stopped": stopped})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._samples.close()


def _facts(plan: Plan, interpreters: Sequence[Interpreter], command: Sequence[str], label: str) -> dict[str, Any]:
    """What environment.json says from the start."""
    return {
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
        **plan_json.to_json(plan),
        "workload_files": environment_json.file_digests(case.path for case in plan.cases),
        "machine": host.describe(),
        "interpreters": [asdict(interpreter) for interpreter in interpreters],
        "commit": environment_json.commit(),
        "ceilings": [],
        "stopped": None,
    }


def now() -> str:
    """The current time in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
