"""The expected outcome of each fault: patterns of status and reason, for every backend or for some."""

from bench.schema import Status

Expected = tuple[str, str]

OK = (Status.OK, "^$")
UNPICKLED = (Status.ERROR, r"cannot be sent to another process \(TypeError: cannot pickle .*\): use plain data")
UNREADABLE = (Status.ERROR, r"cannot be sent to another process \(.*\): use plain data")


LINE = r" \(\w+\.py:\d+\)"


def _late(doing: str, place: str = LINE) -> Expected:
    return (
        Status.TIMEOUT,
        rf"^not done after \d+ s, so it was killed during {doing}{place}; raise the timeout if it needs longer$",
    )


def _item(reason: str) -> Expected:
    return Status.ERROR, rf"^item {reason} \(\w+\.py:\d+\)"


def _worker(how: str) -> Expected:
    return Status.CRASHED, f"^a worker process {how}"


def _process(how: str) -> Expected:
    return Status.CRASHED, f"^the trial's process {how} during the timed pass"


LATE = _late("the timed pass")
ENDLESS = (Status.ERROR, r"^all passes were done, but the process did not exit within 5 s, so it was killed")
SEGFAULT = r"was killed by SIGSEGV \(a fault in native code, or too deep recursion there\)"
KILLED = r"was killed by SIGKILL \(the kernel does this when memory runs out\)"
CLOSED = r"exited with status 1 during the timed pass: the workload's code closed file descriptors"
LEFT_TASK = (Status.WRONG, r"^check: .*the task of _goes_on\(\) \(\w+\.py:\d+\) was still running after the last item$")
UNREACHED = "lost contact with a worker process: its code may have closed files"

EVERYWHERE: dict[str, Expected] = {
    "blocks_the_loop": LATE,
    "changes_its_folder": OK,
    "closes_all_files": (Status.CRASHED, rf"^the trial's process {CLOSED}"),
    "deletes_its_folder": OK,
    "exits": _item("0: SystemExit: item 0 has had enough"),
    "exits_at_once": _process("exited with status 3"),
    "exits_in_teardown": (Status.CRASHED, r"^the trial's process exited with status 9 during teardown"),
    "fills_its_folder": OK,
    "forgets_to_await": (Status.WRONG, r"^check: .*coroutine object sleep .*, which was never awaited"),
    "forgets_to_await_within": (Status.WRONG, r"^check: .*coroutine 'sleep' was never awaited"),
    "forks_a_child": OK,
    "forks_a_daemon": OK,
    "forks_and_both_go_on": OK,
    "gives_a_generator": (Status.WRONG, r"^check: .*generator object .*, which was never awaited or iterated over"),
    "gives_wrong_results": (Status.WRONG, r"^check: AssertionError: check\(\) returned False$"),
    "hangs_and_ignores_sigterm": LATE,
    "hangs_at_exit": ENDLESS,
    "hangs_in_check": _late(r"check\(\)"),
    "hangs_in_client": _late("the pool's start"),
    "hangs_in_items": _late(r"items\(\)"),
    "hangs_in_setup": _late(r"setup\(\)"),
    "hangs_in_teardown": _late("teardown"),
    "hangs_in_work": LATE,
    "has_no_items": (Status.ERROR, r"^items: the batch is empty"),
    "ignores_signals": OK,
    "is_fed_what_cannot_be_pickled": OK,
    "is_fed_what_cannot_be_unpickled": OK,
    "is_killed_for_memory": _process(KILLED),
    "kills_one_worker_while_others_hang": _process("exited with status 7"),
    "leaves_a_daemon_thread": OK,
    "leaves_a_stubborn_task": _late("the pool's stop", ""),
    "leaves_a_thread": (Status.ERROR, ENDLESS[1] + r" \(leaves_a_thread.py:\d+\)"),
    "leaves_shared_memory": _process(KILLED),
    "leaves_tasks": OK,
    "limits_all_sockets": OK,
    "overflows_the_stack": ("crashed|ok", f"^$|{SEGFAULT}"),  # from Python 3.12 on, it stops such recursion itself
    "prints_and_closes_the_standard_streams": OK,
    "prints_to_stderr_without_end": _late("the timed pass", ".*"),  # its output may be interleaved with the answer
    "prints_without_end": LATE,
    "raises_a_huge_message": _item(r"0: ValueError: (no luck ){50,62}.*\.\.\."),
    "raises_base_exception": _item("0: Unusual: strange"),
    "raises_cancelled": _item("0: CancelledError: of its own"),
    "raises_in_a_task_group": _item("0: LookupError: task of item 0"),
    "raises_in_all_items": _item("0: KeyError: 'no luck'"),
    "raises_in_check": (Status.WRONG, r"^check: LookupError: no 99 .* \(raises_in_check.py:\d+\)$"),
    "raises_in_client": (Status.ERROR, r"^client: ConnectionError: no way in \(raises_in_client.py:\d+\)$"),
    "raises_in_items": (Status.ERROR, r"^items: LookupError: nothing found \(raises_in_items.py:\d+\)$"),
    "raises_in_one_item": _item("2: KeyError: 'no luck'"),
    "raises_in_setup": (Status.ERROR, r"^setup: OSError: no room \(raises_in_setup.py:\d+\)$"),
    "raises_in_teardown": (Status.ERROR, r"^teardown: OSError: cannot tidy up \(raises_in_teardown.py:\d+\)$"),
    "raises_keyboard_interrupt": _item("0: KeyboardInterrupt"),
    "raises_what_cannot_be_printed": _item("0: Mute: no message, since __str__ raises RuntimeError"),
    "raises_what_cannot_be_unpickled": _item("0: Weird: 1 and 0"),
    "raises_when_the_client_closes": (
        Status.ERROR,
        r"^closing the client: ConnectionError: no way out \(\w+.py:\d+\)$",
    ),
    "recurses": _item("0: RecursionError: maximum recursion depth exceeded.*"),
    "returns_what_cannot_be_pickled": OK,
    "returns_what_cannot_be_unpickled": OK,
    "runs_out_of_memory": _item("0: MemoryError"),
    "segfaults": (Status.CRASHED, rf"^the trial's process {SEGFAULT} during the timed pass \(segfaults.py:\d+\)"),
    "starts_a_server": OK,
    "writes_to_all_files": (Status.ERROR, r"^the workload's code wrote to the trial's channel: hello$"),
}
PROCESSES: dict[str, Expected] = {
    "closes_all_files": ("error|crashed", f"^{UNREACHED}|^a worker process exited with status 1$"),
    "exits_at_once": _worker("exited with status 3$"),
    "forgets_to_await": UNPICKLED,
    "forks_and_both_go_on": (
        "ok|timeout",
        "^$|" + _late("the pool's stop", "")[1],
    ),  # which copy is asked to stop is chance
    "gives_a_generator": UNPICKLED,
    "hangs_at_exit": (
        "ok|timeout",
        "^$|" + _late("the pool's stop", "")[1],
    ),  # workers' atexit: from 3.13 on
    "is_fed_what_cannot_be_pickled": (Status.ERROR, "^item .*" + UNPICKLED[1]),
    "is_fed_what_cannot_be_unpickled": (Status.ERROR, "^item .*" + UNREADABLE[1]),
    "is_killed_for_memory": _worker(KILLED),
    "kills_one_worker_while_others_hang": _worker("exited with status 7$"),
    "leaves_a_thread": _late("the pool's stop"),
    "leaves_shared_memory": _worker(KILLED),
    "returns_what_cannot_be_pickled": (Status.ERROR, "^a result of .*" + UNPICKLED[1]),
    "returns_what_cannot_be_unpickled": (  # which of them depends on whether the pool broke while items were sent
        Status.ERROR,
        rf"^a result of .*\(ValueError: invalid literal for int\(\)|^{UNREACHED}.*or returned a result that cannot",
    ),
    "writes_to_all_files": (  # a worker has the trial's channel only if it is forked from the trial
        "error|timeout",
        EVERYWHERE["writes_to_all_files"][1] + "|" + _late("the timed pass", ".*")[1],
    ),
    "segfaults": _worker(SEGFAULT),  # the stacks of two workers that crash at once may mix
}
LOST = (Status.CRASHED, r"^a Ray worker was lost( \(process \d+ at 127\.0\.0\.1\))?: ")
ENGINES: dict[str, Expected] = {  # where they differ from a pool of processes
    **PROCESSES,
    "closes_all_files": (Status.ERROR, f"^{UNREACHED}"),
    "exits": _item("[01]: SystemExit: item [01] has had enough"),
    "hangs_at_exit": OK,  # an engine does not wait for its workers' exit handlers
    "leaves_a_thread": OK,  # nor for their threads
    "raises_in_a_task_group": _item(r"[01]: LookupError: task of item [01]"),
    "returns_what_cannot_be_unpickled": (Status.ERROR, r"^a result of .*\(ValueError: invalid literal for int\(\)"),
    "writes_to_all_files": (Status.ERROR, f"^{UNREACHED}"),
}
UNSERIALIZED = UNPICKLED[1].replace("cannot pickle .*", r"(cannot pickle .*|Could not serialize object of type \w+)")
DASK: dict[str, Expected] = {  # by its version it says so in its own words
    **ENGINES,
    "forgets_to_await": (Status.ERROR, UNSERIALIZED),
    "gives_a_generator": (Status.ERROR, UNSERIALIZED),
    "returns_what_cannot_be_pickled": (Status.ERROR, "^a result of .*" + UNSERIALIZED),
}
JOBLIB: dict[str, Expected] = {
    **PROCESSES,
    "is_fed_what_cannot_be_pickled": (
        Status.ERROR,
        "^item .*" + UNPICKLED[1].replace("TypeError: cannot pickle .*", "PicklingError: Could not pickle the task .*"),
    ),
}
RAY: dict[str, Expected] = {
    **ENGINES,
    "closes_all_files": LOST,
    "exits_at_once": LOST,
    "is_killed_for_memory": LOST,
    "kills_one_worker_while_others_hang": LOST,
    "leaves_shared_memory": LOST,
    "overflows_the_stack": ("crashed|ok", f"^$|{LOST[1]}"),
    "segfaults": (Status.CRASHED, LOST[1] + r".*\(segfaults\.py:\d+\)"),
    "writes_to_all_files": LOST,
}
REFUSED = (Status.ERROR, "^item [0-3]: RuntimeError: .*(sub)?interpreter")
NOT_SENT = r"cannot be sent to another interpreter \(NotShareableError: .*\): use plain data that can be pickled$"
INTERPRETERS: dict[str, Expected] = {  # in one process, but with the objects of each its own
    "forgets_to_await": (Status.ERROR, "^a result of .*" + NOT_SENT),
    "forks_a_child": REFUSED,
    "forks_a_daemon": REFUSED,
    "forks_and_both_go_on": REFUSED,
    "hangs_at_exit": PROCESSES["hangs_at_exit"],
    "gives_a_generator": (Status.ERROR, "^a result of .*" + NOT_SENT),
    "is_fed_what_cannot_be_pickled": (Status.ERROR, "^item .*" + NOT_SENT),
    "is_fed_what_cannot_be_unpickled": (Status.ERROR, "^item .*" + NOT_SENT),
    "leaves_a_daemon_thread": REFUSED,
    "leaves_a_thread": _late("the pool's stop"),
    "returns_what_cannot_be_pickled": (Status.ERROR, "^a result of .*" + NOT_SENT),
    "returns_what_cannot_be_unpickled": (Status.ERROR, "^a result of .*" + NOT_SENT),
}
COROUTINES: dict[str, Expected] = {"leaves_a_stubborn_task": LEFT_TASK, "leaves_tasks": LEFT_TASK}
THREADS_OF_A_LOOP: dict[str, Expected] = {  # an exit waits for the event loop, which waits for the thread that asked
    "closes_all_files": (Status.CRASHED, f"^the trial's process {CLOSED}|^the trial's channel was closed, so it was"),
}


OWN = {
    "asyncio": COROUTINES,
    "asyncio-threads": THREADS_OF_A_LOOP,
    "dask": DASK,
    "interpreters": INTERPRETERS,
    "joblib": JOBLIB,
    "multiprocessing": PROCESSES,
    "processes-asyncio": {**PROCESSES, **COROUTINES},
    "processes-threads": PROCESSES,
    "ray": RAY,
}
ANY_FAILS_FIRST = {"asyncio-threads", "joblib", "processes-asyncio", "processes-threads"}  # of the four items
FIRST_TWO_FAIL = {"dask", "ray"}  # either of them


def expected(fault: str, backend: str) -> Expected:
    """The expected outcome of a fault under a backend."""
    status, reason = OWN.get(backend, {}).get(fault) or EVERYWHERE[fault]
    if backend == "interpreters" and Status.TIMEOUT in status:  # whose stacks faulthandler does not show
        reason = reason.replace(LINE, f"({LINE})?")
    first = "[0-3]" if backend in ANY_FAILS_FIRST else "[01]" if backend in FIRST_TWO_FAIL else "0"
    for number in ("^item 0", "task of item 0", "Weird: 1 and 0"):  # where all fail
        reason = reason.replace(number, number[:-1] + first)
    return status, reason
