"""Where the parts of a checkout are."""

from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
ROOT = TESTS.parent
FAULTS = TESTS / "faults"
REFERENCE = TESTS / "reference"
WORKLOADS = TESTS / "workloads"
