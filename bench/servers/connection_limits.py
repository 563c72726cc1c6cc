"""What a machine runs out of when too many connections are open at once, in words."""

import errno

from bench.servers.server_process import raise_open_files_limit


def exhausted(code: int | None) -> str:
    """What there is no more of, and what to do, by the code of an error; empty if that is not the cause."""
    match code:
        case errno.EMFILE:
            limit = raise_open_files_limit()
            return f"all {limit} files that a process may open are in use: allow more (ulimit -n) or use fewer workers"
        case errno.ENFILE:
            return "all files that the system may open are in use: use fewer workers"
        case errno.EADDRNOTAVAIL:
            return "all ports for connections to one address are in use: use fewer workers, or wait a minute"
    return ""
