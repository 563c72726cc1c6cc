"""`bench doctor`."""

from bench.commands import read_options
from bench.commands.console import data, give_json, say


def doctor(as_json: read_options.AsJson = False, no_self_test: read_options.NoSelfTest = False) -> None:
    """Tell what on this machine would spoil a measurement, and what to do about it."""
    from bench.doctor import examination, self_test
    from bench.present import diagnosis

    if not no_self_test:
        say(f"timing fixed work in fresh interpreters for {self_test.SECONDS:g} s; --no-self-test leaves that out")
    findings = examination.examine(None if no_self_test else self_test.SECONDS)
    if as_json:
        give_json(diagnosis.as_json(findings))
    else:
        data.print(diagnosis.diagnosis_table(findings))
