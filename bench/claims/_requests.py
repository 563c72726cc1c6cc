"""The comparison that two claims about requests share: 5 of them, each answered after 1 s."""

from bench.claims._comparison import SEQUENTIAL, Way, WaysCompared

WORKERS = 5
THREADS, COROUTINES = Way("threading", WORKERS), Way("asyncio", WORKERS)
PROCESSES = {method: Way(f"multiprocessing:{method}", WORKERS) for method in ("fork", "spawn", "forkserver")}
CONDITION = "5 GET requests to a server on 127.0.0.1 that answers after 1 s, each pass in a fresh pool"


def requests(methods: tuple[str, ...]) -> WaysCompared:
    """All ways, with a process per request by each start method; no warm-up, as in a script that does this once."""
    ways = (SEQUENTIAL, THREADS, COROUTINES, *(PROCESSES[method] for method in methods))
    return WaysCompared("http-delay", ("requests=5", "delay=1.0"), ways, seconds=120, rounds=3, warmups=0, cycles=1)
