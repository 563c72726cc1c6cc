"""`bench doctor`."""

from bench.cli import read_options
from bench.cli.console import data, give_json, say


def doctor(as_json: read_options.AsJson = False, no_self_test: read_options.NoSelfTest = False) -> None:
    """Check this machine for what would distort measurements."""
    from bench.machine.checks import _all_checks, self_test
    from bench.output.terminal import doctor_table

    if not no_self_test:
        say(f"timing fixed work in fresh interpreters for {self_test.SECONDS:g} s; skip this with --no-self-test")
    findings = _all_checks.examine(None if no_self_test else self_test.SECONDS)
    if as_json:
        give_json(doctor_table.as_json(findings))
    else:
        data().print(doctor_table.diagnosis_table(findings))
