"""Call a function in a fresh interpreter, bounded in time; none of its processes and temporary files is left."""

import json
import os
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.errors import TrialFailed
from bench.process.bootstrap import command
from bench.process.failure_reason import describe_exit, one_line
from bench.process.process_tree import carriers, end_all, end_trial
from bench.process.scratch import trial_folder
from bench.schema import Status

TIMEOUT_S = 30.0


@dataclass(frozen=True)
class FreshCall:
    """How functions are called: in which interpreter, and below which folder for temporary files."""

    executable: str
    scratch: Path | None = None
    timeout_s: float = TIMEOUT_S

    def result(self, function: Callable[..., Any], arguments: Mapping[str, Any]) -> Any:
        """What the function returned, by way of JSON. Raises TrialFailed."""
        argument = json.dumps([function.__module__, function.__name__, dict(arguments)])
        with trial_folder(self.scratch) as folder:
            process = self._started(argument, folder)
            try:
                output, errors = process.communicate(timeout=self.timeout_s)
            except subprocess.TimeoutExpired as error:
                raise TrialFailed(Status.TIMEOUT, f"the experiment took more than {self.timeout_s:g} s") from error
            finally:
                _end(process, folder)
        return _parsed(process.returncode, output, errors)

    def _started(self, argument: str, folder: Path) -> subprocess.Popen[str]:
        try:
            return subprocess.Popen(
                command(self.executable, "claims._child", argument),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                errors="replace",
                env={**os.environ, "TMPDIR": str(folder)},
                start_new_session=True,
            )
        except OSError as error:
            raise TrialFailed(
                Status.CRASHED, f"{self.executable} cannot be started: {error.strerror or error}"
            ) from error


def _end(process: subprocess.Popen[str], folder: Path) -> None:
    """End the interpreter if it has not exited, and whatever it has started."""
    if process.returncode is None:
        end_trial(process.pid, folder)
        process.communicate()
    end_all(lambda: carriers(folder))


def _parsed(code: int, output: str, errors: str) -> Any:
    """The result in the last line printed. Raises TrialFailed with the last line of the errors if there is none."""
    if code == 0 and output.strip():
        return json.loads(output.splitlines()[-1])
    last = one_line((errors.strip().splitlines() or [""])[-1])
    if last.startswith("ModuleNotFoundError"):
        raise TrialFailed(Status.SKIPPED, f"{last}: it is not installed in this interpreter")
    raise TrialFailed(Status.ERROR if last else Status.CRASHED, last or f"the experiment {describe_exit(code)}")
