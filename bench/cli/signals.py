"""What Ctrl-C, SIGTERM and SIGHUP do: the first ends what runs and keeps what was measured, the second ends at once."""

import os
import signal

from bench.cli.console import INTERRUPTED, people

ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def answer() -> None:
    """Let whoever asks the program to end be answered as Ctrl-C is, but for signals that it was started to ignore."""
    _answer_by(_interrupt)


def _interrupt(*_: object) -> None:
    _answer_by(_end_at_once)
    raise KeyboardInterrupt


def _end_at_once(*_: object) -> None:
    people.show_cursor()  # a bar may have hidden it
    os._exit(INTERRUPTED)


def _answer_by(handler: "signal._HANDLER") -> None:
    for ending in ENDINGS:
        if signal.getsignal(ending) is not signal.SIG_IGN:
            signal.signal(ending, handler)
