"""Find a run by what the user calls it, and load its samples and environment."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pandas import DataFrame

from bench.errors import RunNotFound
from bench.results.environment_reader import read_environment
from bench.results.reader import read_samples
from bench.schema import ENVIRONMENT_JSON, LATEST, RESULTS, SAMPLES_CSV, ScalingKind

MAX_LISTED = 10
MAX_CORES = 1_000_000


@dataclass(frozen=True, eq=False)
class Run:
    """Everything that one command measured: `samples` has one row per sample; `environment` is empty if unknown.

    `warnings` say which parts of the files were not read as they are. A run is equal only to itself.
    """

    name: str
    folder: Path
    samples: DataFrame
    environment: dict[str, Any]
    warnings: tuple[str, ...] = ()

    @property
    def rounds(self) -> int:
        """The number of rounds started."""
        return len(self.samples[["run", "round"]].drop_duplicates())

    @property
    def pythons(self) -> list[str]:
        """The interpreters' versions, in the order measured."""
        return [str(version) for version in self.samples["python"].unique()]

    @property
    def interpreters(self) -> list[str]:
        """The labels of the interpreters, by default their versions, in the order measured."""
        return [str(label) for label in self.samples["interpreter"].unique()]

    @property
    def scaling(self) -> ScalingKind:
        """Whether the batch grew with the number of workers."""
        weak = (self.samples["scaling"] == ScalingKind.WEAK).any()
        return ScalingKind.WEAK if weak else ScalingKind.STRONG

    @property
    def machine(self) -> dict[str, Any]:
        """The machine facts in environment.json; empty if there are none."""
        facts = self.environment.get("machine")
        return facts if isinstance(facts, dict) else {}

    @property
    def cores_usable(self) -> int | None:
        """The number of cores that the run could use; None if unknown."""
        cores = self.machine.get("cores_usable")
        return cores if type(cores) is int and 0 < cores <= MAX_CORES else None


def load_run(path: Path) -> Run:
    """Load a run from its folder or its samples.csv. Raises RunNotFound if it cannot be read."""
    folder = (path.parent if path.name == SAMPLES_CSV else path).resolve()
    environment, environment_warnings = read_environment(folder / ENVIRONMENT_JSON)
    samples, samples_warnings = read_samples(folder / SAMPLES_CSV, environment.get("version"))
    return Run(folder.name, folder, samples, environment, warnings=(*samples_warnings, *environment_warnings))


def find_run(text: str | None) -> Path:
    """The folder of a run, given by path, name under results/, samples.csv or `latest`. Raises RunNotFound."""
    try:
        return _latest() if text in (None, LATEST) else _named(str(text))
    except OSError as error:
        raise RunNotFound(f"{text}: cannot be read: {error.strerror or error}") from error


def _latest() -> Path:
    if _holds_samples(RESULTS / LATEST):
        return (RESULTS / LATEST).resolve()
    runs = _runs()
    if not runs:
        raise RunNotFound("no runs yet: `bench run` makes one")
    raise RunNotFound(f"{RESULTS / LATEST} does not point to a run: name one of {_listed(runs)}")


def _named(text: str) -> Path:
    path = Path(text)
    if text.strip() and path.name == SAMPLES_CSV and path.is_file():
        return path.parent
    for folder in (path, RESULTS / path):
        if text.strip() and _holds_samples(folder):
            return folder
    raise RunNotFound(f"{text!r} is not a run: {_why_not(path)}; {_suggestion()}")


def _why_not(path: Path) -> str:
    if path.is_file():
        return f"a run is a folder that contains {SAMPLES_CSV}, or that file itself"
    if str(path) != "." and (path.is_dir() or (RESULTS / path).is_dir()):
        return f"the folder does not contain {SAMPLES_CSV}"
    return f"there is no such folder, here or in {RESULTS}/"


def _suggestion() -> str:
    runs = _runs()
    return f"available runs: {_listed(runs)}" if runs else "`bench run` makes one"


def _listed(runs: list[str]) -> str:
    more = len(runs) - MAX_LISTED
    return ", ".join(runs[-MAX_LISTED:]) + (f" and {more} older" if more > 0 else "")


def _runs() -> list[str]:
    """Names of the runs under results/; names start with the time, so the newest is last."""
    if not RESULTS.is_dir():
        return []
    return sorted(entry.name for entry in RESULTS.iterdir() if entry.name != LATEST and _holds_samples(entry))


def _holds_samples(folder: Path) -> bool:
    return (folder / SAMPLES_CSV).is_file()
