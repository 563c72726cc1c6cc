"""What the tests share: workload files written on the spot, and imports that leave nothing behind."""

from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import settings

from bench.servers.postgres_server import PostgresServer, PostgresUnavailable, postgres_server
from tests.support.isolation import imports_forgotten

settings.register_profile("fast", deadline=None, max_examples=10)  # the time of an example depends on the machine
settings.register_profile("full", parent=settings.get_profile("fast"), max_examples=50)
settings.register_profile("thorough", parent=settings.get_profile("fast"), max_examples=10_000)
settings.load_profile("fast")

WriteFile = Callable[[str, str], Path]


@pytest.fixture(autouse=True, scope="session")
def private_machine_lock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep runs of other test processes, or of the user, from counting as "other runs" here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A throwaway PostgreSQL server; tests that need it are skipped, with the reason, where there is none."""
    pytest.importorskip("psycopg", exc_type=ImportError)  # it needs libpq too
    try:
        with postgres_server({"fsync": "off"}) as server:
            yield server
    except PostgresUnavailable as error:
        pytest.skip(str(error))


@pytest.fixture
def postgres_url(postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> str:
    """The parameter `url` for that server, by way of an environment variable."""
    monkeypatch.setenv("DATABASE_URL", postgres.url)
    return "env:DATABASE_URL"


@pytest.fixture
def forget_imports() -> Iterator[None]:
    """Undo the imports and changes of the import path made by a test."""
    with imports_forgotten():
        yield


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is the current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def write_file(here: Path, forget_imports: None) -> WriteFile:
    """Writes a file at a path below the current folder."""

    def write(name: str, text: str) -> Path:
        path = here / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
        return path

    return write
