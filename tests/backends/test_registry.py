from collections.abc import Iterator
from pathlib import Path

import pytest

import bench.backends
from bench.backends import _registry
from bench.errors import BackendFileError, UnknownName
from bench.schema import BASELINE


@pytest.fixture
def folder(here: Path, monkeypatch: pytest.MonkeyPatch, forget_imports: None) -> Iterator[Path]:
    """A folder whose files are loaded as backends in addition to the built-in ones."""
    monkeypatch.setattr(bench.backends, "__path__", [*bench.backends.__path__, str(here)])
    _registry.backends.cache_clear()
    yield here
    _registry.backends.cache_clear()
    for path in here.glob("*.py"):
        vars(bench.backends).pop(path.stem, None)


def test_built_in_backends_are_registered() -> None:
    assert {"sequential", "threading", "multiprocessing", "asyncio"} <= set(_registry.backends())


def test_baseline_comes_first() -> None:
    assert next(iter(_registry.backends())) == BASELINE


def test_new_file_adds_a_backend(folder: Path) -> None:
    text = "from bench.backends._base import Backend\nclass Greenlets(Backend):\n    '''Green.'''\n"
    (folder / "greenlets_pool.py").write_text(text + "    name = 'greenlets'\n    def pool(self, job): ...\n")
    (folder / "_shared.py").write_text("raise RuntimeError('not to be loaded')")
    greenlets = _registry.backend_named("greenlets")
    assert greenlets.summary() == "Green."
    assert _registry.module_of(greenlets) == "greenlets_pool"
    assert _registry.backend_in("greenlets_pool") is greenlets


def test_backend_may_subclass_another_backend(folder: Path) -> None:
    text = "from bench.backends.threads import Threading\nclass Eager(Threading):\n    name = 'eager'\n"
    (folder / "eager_threads.py").write_text(text)
    assert _registry.backends()["eager"].__name__ == "Eager"
    assert _registry.backends()["threading"].__name__ == "Threading"


def test_two_files_that_define_the_same_name_are_both_reported(folder: Path) -> None:
    text = "from bench.backends._base import Backend\nclass Other(Backend):\n    name = 'threading'\n"
    (folder / "other_threads.py").write_text(text)
    with pytest.raises(
        BackendFileError,
        match=r"two files define a backend named 'threading': threads\.py and other_threads\.py",
    ):
        _registry.backends()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("1 / 0\n", "ZeroDivisionError: division by zero"),
        ("import no_such_module_anywhere\n", "ModuleNotFoundError: No module named 'no_such_module_anywhere'"),
        ("if x\n", "SyntaxError: expected ':'"),
    ],
)
def test_file_that_cannot_be_loaded_is_reported_with_the_reason(folder: Path, text: str, why: str) -> None:
    (folder / "broken_backend.py").write_text(text)
    with pytest.raises(BackendFileError, match=rf"broken_backend\.py: cannot be loaded: {why}"):
        _registry.backends()


def test_file_without_a_backend_is_refused_with_a_remedy(folder: Path) -> None:
    (folder / "empty_backend.py").write_text("x = 1\n")
    with pytest.raises(BackendFileError, match=r"empty_backend\.py: defines no backend; subclass Backend"):
        _registry.backends()


def test_backend_is_looked_up_by_its_file_name() -> None:
    for cls in _registry.backends().values():
        assert _registry.backend_in(_registry.module_of(cls)) is cls


def test_mistyped_name_is_reported_with_all_backends() -> None:
    with pytest.raises(UnknownName) as caught:
        _registry.backend_named("thread")
    assert "did you mean threading" in str(caught.value)
    assert all(name in str(caught.value) for name in _registry.backends())
