"""Every error of this program, in one tree.

BenchError
├── UsageError               the command line is wrong: exit status 2, before anything is measured
│   ├── UnknownName          an unknown name, with the closest known ones
│   │   └── CaseNotFound     a case that a result does not have
│   ├── ParameterError       a parameter or option that does not exist or cannot be parsed
│   ├── WorkloadFileError    a workload file that cannot be loaded, with file and line
│   │   └── MissingPackage   because this interpreter lacks a package that it imports
│   ├── BackendFileError     a backend file that cannot be loaded
│   ├── CannotSend           a function or its items that cannot be sent to a trial, and why
│   ├── RunNotFound          no such run, or one that cannot be read
│   ├── TableError           a table of a user's that cannot be read, with file and line
│   └── CannotResume         a run that cannot be resumed, and why
├── NoFigure                 a figure that a case lacks, and why
├── RecordError              results or the files that a run needs cannot be written
├── NoTemporaryFolder        no folder for a trial's temporary files can be created
└── TrialFailed              a trial without a result, with its status and the reason
    └── ItemFailed           work on one item of the batch raised
"""

import difflib
from collections.abc import Iterable
from typing import Self

from bench.schema import Status


class BenchError(Exception):
    """Base of all errors whose message is meant for the user."""


class UsageError(BenchError):
    """The command line is wrong; nothing has been measured."""


class UnknownName(UsageError):
    """An unknown name."""

    @classmethod
    def among(cls, kind: str, name: str, known: Iterable[str]) -> Self:
        """Say what is unknown, suggest the closest known names if there are any, and list all of them."""
        names = sorted(known)
        close = difflib.get_close_matches(name.lower(), names, n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(close)}? " if close else ""
        return cls(f"unknown {kind} {name!r}: {hint}available: {', '.join(names) or 'none'}")


class CaseNotFound(UnknownName, LookupError):
    """A case that a result does not have."""


class ParameterError(UsageError):
    """A parameter or option that does not exist or cannot be parsed."""


class WorkloadFileError(UsageError):
    """A workload file that cannot be loaded or is invalid."""


class MissingPackage(WorkloadFileError):
    """A workload needs a package that this interpreter lacks; `package` names it.

    `extra` is the extra of this project that installs it, if there is one.
    """

    def __init__(self, message: str, package: str, extra: str = "") -> None:
        super().__init__(message)
        self.package = package
        self.extra = extra

    @classmethod
    def of_extra(cls, package: str, extra: str) -> Self:
        """The error of a bundled workload that needs an extra."""
        return cls(f"{package} is not installed: pip install 'concurrency-bench[{extra}]'", package, extra)


class BackendFileError(UsageError):
    """A backend file that cannot be loaded or is invalid."""


class CannotSend(UsageError):
    """A function or its items that cannot be sent to a trial."""


class RunNotFound(UsageError):
    """No such run, or one that cannot be read."""


class TableError(UsageError):
    """A table of a user's that cannot be read."""


class CannotResume(UsageError):
    """A run that cannot be resumed."""


class NoFigure(BenchError):
    """A figure that a case lacks."""


class RecordError(BenchError):
    """Results or the files that a run needs cannot be written."""


class NoTemporaryFolder(BenchError):
    """No folder for a trial's temporary files can be created."""

    @classmethod
    def because(cls, error: OSError) -> Self:
        """The error with the folder if it is known, the reason, and the remedy."""
        folder = f"{error.filename}: " if error.filename else ""
        cause = error.strerror or str(error)
        remedy = "set TMPDIR to a folder with free space"
        return cls(f"{folder}cannot create a folder for temporary files: {cause}; {remedy}")


class TrialFailed(BenchError):
    """A trial without a result.

    Plain data, since it is sent between processes: an exception from the workload may not survive pickling.
    """

    def __init__(self, status: Status, reason: str) -> None:
        super().__init__(status, reason)
        self.status = status
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.status}: {self.reason}"


class ItemFailed(TrialFailed):
    """Work on one item of the batch raised."""

    def __init__(self, reason: str) -> None:
        super().__init__(Status.ERROR, reason)
        self.args = (reason,)
