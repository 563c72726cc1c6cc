"""Every error of this program, in one tree.

BenchError
├── UsageError               the call is wrong: exit status 2, before anything is measured
│   ├── UnknownName          a name that nothing answers to, with the nearest ones
│   ├── ParameterError       a parameter or option that does not exist or does not parse
│   ├── WorkloadFileError    a workload file that cannot be loaded, with file and line
│   │   └── MissingPackage   because this interpreter lacks a package that it imports
│   ├── BackendFileError     a backend's file that cannot be loaded
│   ├── RunNotFound          no such run, or one that cannot be read
│   └── CannotResume         a run that cannot be gone on with, and what stands in the way
├── RecordError              results, or what a run needs meanwhile, cannot be written
├── NoTemporaryFolder        no folder for a trial's temporary files can be made
└── TrialFailed              a trial that gave no result, with its status and the reason
    └── ItemFailed           one item of the batch raised
"""

import difflib
from collections.abc import Iterable
from typing import Self

from bench.schema import Status


class BenchError(Exception):
    """Base of all errors whose message is meant for the user."""


class UsageError(BenchError):
    """The call is wrong; nothing has been measured."""


class UnknownName(UsageError):
    """A name that nothing answers to."""

    @classmethod
    def among(cls, kind: str, name: str, known: Iterable[str]) -> Self:
        """Name the thing, then the nearest known names first, or all of them where none is near."""
        names = sorted(known)
        near = difflib.get_close_matches(name.lower(), names, n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(near)}? " if near else ""
        return cls(f"unknown {kind} {name!r}: {hint}there are: {', '.join(names) or 'none'}")


class ParameterError(UsageError):
    """A parameter or option that does not exist or does not parse."""


class WorkloadFileError(UsageError):
    """A workload file that cannot be loaded or says something wrong."""


class MissingPackage(WorkloadFileError):
    """A workload file imports a package that this interpreter lacks; `package` names it."""

    def __init__(self, message: str, package: str) -> None:
        super().__init__(message)
        self.package = package


class BackendFileError(UsageError):
    """A backend's file that cannot be loaded or says something wrong."""


class RunNotFound(UsageError):
    """No run there, or one that cannot be read."""


class CannotResume(UsageError):
    """A run that cannot be gone on with."""


class RecordError(BenchError):
    """Results cannot be written, or what a run needs meanwhile cannot be made."""


class NoTemporaryFolder(BenchError):
    """No folder for a trial's temporary files can be made."""

    @classmethod
    def because(cls, error: OSError) -> Self:
        """Name the folder where there is one, the reason, and the way out."""
        where = f"{error.filename}: " if error.filename else ""
        why = error.strerror or str(error)
        return cls(f"{where}no folder for temporary files can be made: {why}; let TMPDIR name one that has room")


class TrialFailed(BenchError):
    """A trial that gave no result.

    Plain data, since it crosses process borders: an exception of the workload's own may not survive pickling.
    """

    def __init__(self, status: Status, reason: str) -> None:
        super().__init__(status, reason)
        self.status = status
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.status}: {self.reason}"


class ItemFailed(TrialFailed):
    """One item of the batch raised."""

    def __init__(self, reason: str) -> None:
        super().__init__(Status.ERROR, reason)
        self.args = (reason,)
