"""What the tests share: workload files written on the spot, and imports that leave nothing behind."""

from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import settings

from tests.support.isolation import imports_forgotten

settings.register_profile("bench", deadline=None, max_examples=50)  # how long an example takes is the machine's affair
settings.register_profile("thorough", parent=settings.get_profile("bench"), max_examples=10_000)
settings.load_profile("bench")

WriteFile = Callable[[str, str], Path]


@pytest.fixture(autouse=True, scope="session")
def lock_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Runs measured by other test processes, or by the user, are no "other run" for those measured here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
        yield


@pytest.fixture
def forget_imports() -> Iterator[None]:
    """What a test has imported, and where it made imports look, is forgotten after it."""
    with imports_forgotten():
        yield


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, which is the current one."""
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
