"""Ctrl-C, SIGTERM and SIGHUP: the first ends the run and keeps what was measured, the second exits at once."""

import os
import signal
import sys

from bench.cli.console import INTERRUPTED

ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_SHOW_CURSOR = "\x1b[?25h"


def install_handlers() -> None:
    """Treat SIGTERM and SIGHUP as Ctrl-C; signals that this process was started to ignore stay ignored."""
    _handle_with(_interrupt)


def _interrupt(*_: object) -> None:
    _handle_with(_exit_at_once)
    raise KeyboardInterrupt


def _exit_at_once(*_: object) -> None:
    if sys.stderr.isatty():
        os.write(sys.stderr.fileno(), _SHOW_CURSOR.encode())  # a progress bar may have hidden it
    os._exit(INTERRUPTED)


def _handle_with(handler: "signal._HANDLER") -> None:
    for ending in ENDINGS:
        if signal.getsignal(ending) is not signal.SIG_IGN:
            signal.signal(ending, handler)
