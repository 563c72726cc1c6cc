import os
import signal
from collections.abc import Iterator

import pytest

from bench.cli.signals import ENDINGS, install_handlers
from tests.support.isolation import signals_restored


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    """Each test starts with the default handlers, and those of before are there again after it."""
    with signals_restored():
        yield


@pytest.mark.parametrize("ending", ENDINGS)
def test_whoever_asks_the_program_to_end_interrupts_it(ending: signal.Signals) -> None:
    install_handlers()
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(ending)


@pytest.mark.parametrize("second", ENDINGS)
def test_the_second_of_whatever_kind_ends_it_at_once(second: signal.Signals, monkeypatch: pytest.MonkeyPatch) -> None:
    class Ended(BaseException):
        pass

    def end(status: int) -> None:
        raise Ended(status)

    monkeypatch.setattr(os, "_exit", end)
    install_handlers()
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGTERM)
    with pytest.raises(Ended, match="130"):
        signal.raise_signal(second)


def test_what_the_program_was_started_to_ignore_stays_ignored() -> None:
    """As nohup does with SIGHUP, and a shell with the SIGINT of what runs in the background."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    install_handlers()
    signal.raise_signal(signal.SIGHUP)
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
    signal.raise_signal(signal.SIGHUP)
