import os
import signal
from collections.abc import Iterator

import pytest

from bench.cli.signals import ENDINGS, install_handlers
from tests.support.isolation import signals_restored


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    """Start each test with the default handlers and restore the previous ones after it."""
    with signals_restored():
        yield


@pytest.mark.parametrize("ending", ENDINGS)
def test_termination_signals_interrupt_the_program(ending: signal.Signals) -> None:
    install_handlers()
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(ending)


@pytest.mark.parametrize("second", ENDINGS)
def test_a_second_signal_of_any_kind_exits_immediately(second: signal.Signals, monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_signals_ignored_at_startup_stay_ignored() -> None:
    """nohup does this with SIGHUP, and shells with the SIGINT of background jobs."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    install_handlers()
    signal.raise_signal(signal.SIGHUP)
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
    signal.raise_signal(signal.SIGHUP)
