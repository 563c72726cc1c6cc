"""From what the user calls a run to its samples and its surroundings."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pandas import DataFrame

from bench.errors import RunNotFound
from bench.results.environment_reader import read_environment
from bench.results.reader import read_samples
from bench.schema import ENVIRONMENT_JSON, LATEST, RESULTS, SAMPLES_CSV

MOST_LISTED = 10
MOST_CORES = 1_000_000


@dataclass(frozen=True, eq=False)
class Run:
    """All that one command measured: `samples` has a row a sample, `environment` is empty where it is not known.

    `warnings` say what of the files was not read, or not as it stands there. A run is equal to itself alone.
    """

    name: str
    folder: Path
    samples: DataFrame
    environment: dict[str, Any]
    warnings: tuple[str, ...] = ()

    @property
    def rounds(self) -> int:
        """How many rounds were begun."""
        return len(self.samples[["run", "round"]].drop_duplicates())

    @property
    def pythons(self) -> list[str]:
        """The interpreters' versions, in the order measured."""
        return [str(version) for version in self.samples["python"].unique()]

    @property
    def machine(self) -> dict[str, Any]:
        """What environment.json says of the machine; empty where it says nothing."""
        facts = self.environment.get("machine")
        return facts if isinstance(facts, dict) else {}

    @property
    def cores_usable(self) -> int | None:
        """Cores that the run could use; None where not known."""
        cores = self.machine.get("cores_usable")
        return cores if type(cores) is int and 0 < cores <= MOST_CORES else None


def load_run(path: Path) -> Run:
    """Read a run's folder, or its samples.csv. Raises RunNotFound where it cannot be read."""
    folder = (path.parent if path.name == SAMPLES_CSV else path).resolve()
    samples, of_samples = read_samples(folder / SAMPLES_CSV)
    environment, of_environment = read_environment(folder / ENVIRONMENT_JSON)
    return Run(folder.name, folder, samples, environment, warnings=(*of_samples, *of_environment))


def find_run(text: str | None) -> Path:
    """The folder of a run, from its path, its name under results/, its samples.csv, or `latest`. Raises RunNotFound."""
    try:
        return _latest() if text in (None, LATEST) else _named(str(text))
    except OSError as error:
        raise RunNotFound(f"{text}: cannot be looked at: {error.strerror or error}") from error


def _latest() -> Path:
    if _holds_samples(RESULTS / LATEST):
        return (RESULTS / LATEST).resolve()
    runs = _runs()
    if not runs:
        raise RunNotFound("no run yet: `bench run` makes one")
    raise RunNotFound(f"{RESULTS / LATEST} leads to no run: name one of {_listed(runs)}")


def _named(text: str) -> Path:
    path = Path(text)
    if text.strip() and path.name == SAMPLES_CSV and path.is_file():
        return path.parent
    for folder in (path, RESULTS / path):
        if text.strip() and _holds_samples(folder):
            return folder
    raise RunNotFound(f"{text!r} is no run: {_why_not(path)}; {_way_out()}")


def _why_not(path: Path) -> str:
    if path.is_file():
        return f"a run is a folder that holds {SAMPLES_CSV}, or that file itself"
    if str(path) != "." and (path.is_dir() or (RESULTS / path).is_dir()):
        return f"the folder holds no {SAMPLES_CSV}"
    return f"there is no such folder, here or in {RESULTS}/"


def _way_out() -> str:
    runs = _runs()
    return f"there are: {_listed(runs)}" if runs else "`bench run` makes one"


def _listed(runs: list[str]) -> str:
    more = len(runs) - MOST_LISTED
    return ", ".join(runs[-MOST_LISTED:]) + (f" and {more} older" if more > 0 else "")


def _runs() -> list[str]:
    """Names of the runs under results/; names are times, so the newest is last."""
    if not RESULTS.is_dir():
        return []
    return sorted(entry.name for entry in RESULTS.iterdir() if entry.name != LATEST and _holds_samples(entry))


def _holds_samples(folder: Path) -> bool:
    return (folder / SAMPLES_CSV).is_file()
