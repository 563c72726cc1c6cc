"""Many open connections, each waited for by a coroutine or by a thread."""

import asyncio
import sys
import threading
import time
from contextlib import closing
from pathlib import Path
from socket import create_connection
from typing import TYPE_CHECKING

from bench.analysis.evidence import ClaimJudgement, Evidence, Unit, every, judged
from bench.claims._claim import Claim
from bench.measure.trial.memory import private_and_shared
from bench.output.wording.evidence_text import value_text

if TYPE_CHECKING:
    from bench.claims._workbench import Workbench

FEW, MANY, TRIALS = 100, 2000, 3
DELAY_S = 0.5
MESSAGE_LENGTH = 64
MINIMAL = 0.1e6  # bytes per connection: a tenth of what a thread is claimed to take
TOO_MUCH = 2.0  # times what coroutines take
MEMORY, CPU, ANSWERED = "memory of a connection", "CPU time of a connection", "connections answered"
COROUTINES, THREADS = "coroutines", "threads"
SELF = Path("/proc/self")

Address = tuple[str, int]
Outcome = tuple[int, int]  # connections that were answered, and bytes of memory while all were open


def hold_connections(kind: str, count: int) -> dict[str, tuple[float, Unit]]:
    """Open connections, and when all are open, wait for an answer on each."""
    from bench.servers.echo_server import LENGTH_BYTES, echo_server
    from bench.servers.server_process import raise_open_files_limit

    raise_open_files_limit()
    message = MESSAGE_LENGTH.to_bytes(LENGTH_BYTES, "big") + bytes(MESSAGE_LENGTH)
    hold = _hold_in_coroutines if kind == COROUTINES else _hold_in_threads
    with echo_server(DELAY_S) as address:
        memory_before, cpu_before = _resident(), time.process_time()
        answered, memory = hold(address, message, count)
        cpu_s = time.process_time() - cpu_before
    return {
        name(MEMORY, kind, count): ((memory - memory_before) / count, Unit.BYTES),
        name(CPU, kind, count): (cpu_s / count, Unit.SECONDS),
        name(ANSWERED, kind, count): (answered, Unit.COUNT),
    }


def name(what: str, kind: str, count: int) -> str:
    """The name of a figure: `memory of a connection, 100 threads`."""
    return f"{what}, {count} {kind}"


def _resident() -> int:
    return sum(private_and_shared(SELF) or (0, 0))


def _hold_in_coroutines(address: Address, message: bytes, count: int) -> Outcome:
    async def hold() -> Outcome:
        connections = await asyncio.gather(*(asyncio.open_connection(*address) for _ in range(count)))

        async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
            writer.write(message)
            return await reader.readexactly(len(message)) == message

        waiting = [asyncio.create_task(ask(*connection)) for connection in connections]
        await asyncio.sleep(0)  # until all of them wait
        memory = _resident()
        answers = await asyncio.gather(*waiting)
        for _, writer in connections:
            writer.close()
        return sum(answers), memory

    return asyncio.run(hold())


def _hold_in_threads(address: Address, message: bytes, count: int) -> Outcome:
    ready, go = threading.Barrier(count + 1), threading.Event()
    answers: list[bool] = []

    def hold() -> None:
        with closing(create_connection(address)) as connection, connection.makefile("rb") as answer:
            ready.wait()
            go.wait()
            connection.sendall(message)
            answers.append(answer.read(len(message)) == message)

    threads = [threading.Thread(target=hold) for _ in range(count)]
    for thread in threads:
        thread.start()
    ready.wait()
    memory = _resident()
    go.set()
    for thread in threads:
        thread.join()
    return sum(answers), memory


class AsyncioThousands(Claim):
    """Connections to a TCP server: memory and CPU time of each, without those of the server."""

    id = "asyncio-thousands"
    claim = (
        "asyncio holds thousands of connections with minimal memory; from 100 on, threads need too much memory and CPU."
    )
    criterion = (
        f"All of {MANY:,} coroutines are answered with at most 0.1 MB each, and {FEW} threads need at least "
        f"{TOO_MUCH:g}x the memory and {TOO_MUCH:g}x the CPU time of {FEW} coroutines."
    )
    seconds = 10.0

    def measure(self, workbench: "Workbench") -> Evidence:
        if sys.platform != "linux":
            return Evidence(missing="memory is read from /proc/self/smaps_rollup, which only Linux has")
        cases = [(COROUTINES, MANY), (COROUTINES, FEW), (THREADS, FEW)]
        figures = [workbench.experiment(hold_connections, TRIALS, kind=kind, count=count) for kind, count in cases]
        return Evidence(sum(figures, ()), (f"a TCP server on 127.0.0.1 that answers after {DELAY_S} s",))

    def judge(self, evidence: Evidence) -> ClaimJudgement:
        answered, many = (evidence[name(what, COROUTINES, MANY)] for what in (ANSWERED, MEMORY))
        memory, cpu = (evidence[name(what, THREADS, FEW)] for what in (MEMORY, CPU))
        memory_of_few, cpu_of_few = (evidence[name(what, COROUTINES, FEW)] for what in (MEMORY, CPU))
        holds = every(
            answered.equals(MANY),
            many.at_most(MINIMAL),
            memory.at_least_times(TOO_MUCH, memory_of_few),
            cpu.at_least_times(TOO_MUCH, cpu_of_few),
        )
        why = (
            f"{value_text(answered)} of {MANY:,} coroutines were answered, with {value_text(many)} each; with {FEW}, a "
            f"thread needs {value_text(memory)} and {value_text(cpu)} of CPU, a coroutine {value_text(memory_of_few)} "
            f"and {value_text(cpu_of_few)}"
        )
        return judged(holds, why)
