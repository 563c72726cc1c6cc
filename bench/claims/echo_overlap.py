"""Clients of an asyncio server that come one after another."""

import threading
import time
from contextlib import closing
from socket import create_connection
from typing import TYPE_CHECKING

from bench.analysis.evidence import ClaimJudgement, Evidence, Unit, every, judged
from bench.claims._claim import Claim
from bench.output.wording.evidence_text import value_text

if TYPE_CHECKING:
    from bench.claims._workbench import Workbench

CLIENTS, APART_S, DELAY_S, TRIALS = 5, 0.1, 0.5, 3
MESSAGE = b"hello"
ANSWERED, AT_ONCE, SECONDS = "clients answered", "most clients waiting at once", "time until the last answer"


def connect_one_after_another() -> dict[str, tuple[float, Unit]]:
    """Let clients connect while those before them wait for their answers."""
    from bench.servers.echo_server import LENGTH_BYTES, echo_server

    sent = len(MESSAGE).to_bytes(LENGTH_BYTES, "big") + MESSAGE
    waits: list[tuple[float, float]] = []
    with echo_server(DELAY_S) as address:

        def ask() -> None:
            with closing(create_connection(address)) as connection, connection.makefile("rb") as answer:
                began = time.perf_counter()
                connection.sendall(sent)
                if answer.read(len(sent)) == sent:
                    waits.append((began, time.perf_counter()))

        clients = [threading.Thread(target=ask) for _ in range(CLIENTS)]
        began = time.perf_counter()
        for number, client in enumerate(clients):
            time.sleep(max(0.0, began + number * APART_S - time.perf_counter()))
            client.start()
        for client in clients:
            client.join()
    at_once = max((sum(begin <= moment < end for begin, end in waits) for moment, _ in waits), default=0)
    return {
        ANSWERED: (len(waits), Unit.COUNT),
        AT_ONCE: (at_once, Unit.COUNT),
        SECONDS: (time.perf_counter() - began, Unit.SECONDS),
    }


class EchoOverlap(Claim):
    """Five clients of a TCP server."""

    id = "echo-overlap"
    claim = "5 clients 0.1 s apart and an answer after 0.5 s: all overlap."
    criterion = f"In every trial all {CLIENTS} are answered, and at one time all of them are waiting."
    seconds = 4.0

    def measure(self, workbench: "Workbench") -> Evidence:
        conditions = ("an asyncio TCP server on 127.0.0.1",)
        return Evidence(workbench.experiment(connect_one_after_another, TRIALS), conditions)

    def judge(self, evidence: Evidence) -> ClaimJudgement:
        answered, at_once, seconds = evidence[ANSWERED], evidence[AT_ONCE], evidence[SECONDS]
        why = (
            f"{value_text(answered)} of {CLIENTS} clients were answered within {value_text(seconds)}, and "
            f"{value_text(at_once)} waited at once"
        )
        return judged(every(answered.equals(CLIENTS), at_once.equals(CLIENTS)), why)
