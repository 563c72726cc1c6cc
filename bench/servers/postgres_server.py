"""A throwaway PostgreSQL server on 127.0.0.1: a new cluster on a free port, removed in the end.

`python -m bench.servers.postgres_server` starts one in the foreground and prints how to use it. It needs PostgreSQL's
own programs, such as those of Debian's package `postgresql`; a cluster that is there already is left alone.
"""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from bench.servers.server_process import HOST

USER, DATABASE = "bench", "postgres"
INSTALLED = Path("/usr/lib/postgresql")  # where Debian's packages have a folder for each version, not on the PATH
START_S = 60
ATTEMPTS = 3  # another program may take the port that has just been free
_ON_END = """
cat >/dev/null
"$1/pg_ctl" stop -D "$2/data" -m fast -t 20 || "$1/pg_ctl" stop -D "$2/data" -m immediate
rm -rf "$2"
"""
"""Run by a shell that waits until its standard input ends, however this process does."""


class PostgresUnavailable(Exception):
    """PostgreSQL is not installed, or does not start, for the reason in the message."""


class PostgresServer:
    """A cluster in a folder. `url` has the password of its only user."""

    def __init__(self, folder: Path, programs: Path, settings: Mapping[str, str]) -> None:
        self.folder = folder
        self._programs = programs
        self._settings = {"listen_addresses": HOST, "unix_socket_directories": "", **settings}
        self._password = secrets.token_urlsafe(16)
        self._port = 0

    @property
    def url(self) -> str:
        """The URL for SQLAlchemy, with psycopg as the driver."""
        return f"postgresql+psycopg://{USER}:{self._password}@{HOST}:{self._port}/{DATABASE}"

    def create(self) -> None:
        """Create the cluster and start it. Raises PostgresUnavailable."""
        password_file = self.folder / "password"
        password_file.touch(mode=0o600)
        password_file.write_text(self._password)
        if os.geteuid() == 0:
            shutil.chown(password_file, unprivileged_user())
        self._run(
            "initdb",
            *("--username", USER, "--pwfile", str(password_file), "--auth", "scram-sha-256"),
            *("--encoding", "UTF8", "--no-locale", "--no-sync"),
        )
        password_file.unlink()
        for attempt in range(ATTEMPTS):
            self._port = _free_port()
            try:
                return self.start()
            except PostgresUnavailable:
                if attempt == ATTEMPTS - 1:
                    raise
        return None

    def start(self) -> None:
        """Start the server, also again after `stop`, on the same port. Raises PostgresUnavailable."""
        settings = {**self._settings, "port": str(self._port)}
        options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        log = self.folder / "log"
        try:
            self._run("pg_ctl", "start", "-w", "-t", str(START_S), "-l", str(log), "-o", options)
        except PostgresUnavailable:
            *_, last_line = ["no output", *(log.read_text().splitlines() if log.exists() else [])]
            raise PostgresUnavailable(f"PostgreSQL did not start: {last_line}") from None

    def stop(self, mode: str = "fast") -> None:
        """Stop the server: `fast` ends its connections, `immediate` does so as if it had crashed."""
        self._run("pg_ctl", "stop", "-w", "-m", mode)

    def is_running(self) -> bool:
        """Whether the server runs."""
        command = [str(self._programs / "pg_ctl"), "status", "-D", str(self.folder / "data")]
        return subprocess.run(command, **_quiet(), check=False).returncode == 0

    def _run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs. Its output goes to a file: the server would keep a pipe open."""
        with tempfile.TemporaryFile("w+") as output:
            command = [str(self._programs / program), "-D", str(self.folder / "data"), *arguments]
            done = subprocess.run(command, **{**_quiet(), "stdout": output, "stderr": output}, check=False)
            output.seek(0)
            if done.returncode:
                *_, last_line = ["no output", *output.read().splitlines()]
                raise PostgresUnavailable(f"{program} failed: {last_line}")


@contextmanager
def postgres_server(settings: Mapping[str, str] | None = None, parent: Path | None = None) -> Iterator[PostgresServer]:
    """Create a cluster in a new folder, start it, and remove both in the end, also if this process is killed.

    `settings` are those of postgresql.conf, such as max_connections. Raises PostgresUnavailable.
    """
    programs = find_programs()
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="bench-postgres-", dir=parent))
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            shutil.chown(folder, unprivileged_user())
        stack.enter_context(_removed(programs, folder))
        server = PostgresServer(folder, programs, settings or {})
        server.create()
        yield server


@contextmanager
def _removed(programs: Path, folder: Path) -> Iterator[None]:
    """Stop the server and remove its folder in the end; a process that outlives this one does it."""
    process = subprocess.Popen(
        ["sh", "-c", _ON_END, "sh", str(programs), str(folder)],
        **{**_quiet(), "stdin": subprocess.PIPE},
        start_new_session=True,  # Ctrl-C is not meant for it
    )
    try:
        yield
    finally:
        process.communicate()


def find_programs() -> Path:
    """The folder of PostgreSQL's programs, the newest if there are several. Raises PostgresUnavailable."""
    on_path = shutil.which("initdb")
    folders = [Path(on_path).resolve().parent] if on_path else []
    folders += sorted(INSTALLED.glob("*/bin"), key=_version, reverse=True)
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    raise PostgresUnavailable("PostgreSQL is not installed: apt-get install postgresql")


def _version(folder: Path) -> tuple[int, ...]:
    return tuple(int(part) for part in folder.parent.name.split(".") if part.isdigit())


def unprivileged_user() -> str:
    """The user that the server runs as if this is root."""
    names = {user.pw_name for user in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _quiet() -> dict[str, Any]:
    """How PostgreSQL's programs are run: without input and output, and not as root."""
    quiet: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    if os.geteuid() == 0:
        user = pwd.getpwnam(unprivileged_user())
        quiet |= {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": ()}
    return {**quiet, "cwd": "/"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def main(arguments: Sequence[str] = ()) -> None:
    """Run a server in the foreground until Ctrl-C, SIGTERM, or its own end."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    settings = dict(argument.split("=", 1) for argument in arguments)
    try:
        with postgres_server(settings) as server:
            sys.stdout.write(
                f"PostgreSQL is ready, with its data in {server.folder}. In another terminal:\n\n"
                f"    export DATABASE_URL={server.url}\n"
                f"    bench run orm-inserts orm-read -p url=env:DATABASE_URL\n\n"
                f"Ctrl-C stops it and removes its data.\n"
            )
            sys.stdout.flush()
            while server.is_running():
                time.sleep(1)
            sys.exit("PostgreSQL has ended by itself")
    except PostgresUnavailable as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.stdout.write("\nPostgreSQL is stopped, and its data removed.\n")


if __name__ == "__main__":
    main(sys.argv[1:])
