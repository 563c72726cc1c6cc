import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from bench.errors import RecordError
from bench.measure.record import environment_json
from bench.schema import FORMAT_VERSION


class TestFile:
    def test_facts_round_trip_with_the_format_version(self, tmp_path: Path) -> None:
        facts = {"label": "größer\n", "seed": 2**32, "finished_at": None, "machine": {"turbo": False}}
        environment_json.write(tmp_path, facts)
        recorded = json.loads((tmp_path / "environment.json").read_text(encoding="utf-8"))
        assert recorded == {"version": FORMAT_VERSION, **facts}

    def test_second_write_replaces_the_first_and_leaves_no_other_file(self, tmp_path: Path) -> None:
        environment_json.write(tmp_path, {"rounds_done": None})
        environment_json.write(tmp_path, {"rounds_done": 5})
        assert json.loads((tmp_path / "environment.json").read_text())["rounds_done"] == 5
        assert [path.name for path in tmp_path.iterdir()] == ["environment.json"]

    def test_failed_write_leaves_the_old_facts_intact(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        environment_json.write(tmp_path, {"rounds_done": None})

        def half(path: Path, text: str, **_: object) -> int:
            path.write_bytes(text.encode()[:10])
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(Path, "write_text", half)
        with pytest.raises(RecordError, match=r"environment\.json: cannot be written: No space left on device"):
            environment_json.write(tmp_path, {"rounds_done": 5})
        assert json.loads((tmp_path / "environment.json").read_text())["rounds_done"] is None
        assert [path.name for path in tmp_path.iterdir()] == ["environment.json"]

    def test_interrupted_write_leaves_only_the_old_facts(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def interrupted(*_: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(Path, "replace", interrupted)
        with pytest.raises(KeyboardInterrupt):
            environment_json.write(tmp_path, {})
        assert list(tmp_path.iterdir()) == []

    def test_missing_folder_is_reported(self, tmp_path: Path) -> None:
        with pytest.raises(RecordError, match=r"gone/environment\.json: cannot be written: No such file"):
            environment_json.write(tmp_path / "gone", {})


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
class TestCommit:
    @pytest.fixture
    def repository(self, here: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """The current folder, with one file committed."""
        for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
        (here / "file").write_text("one")
        who = ["-c", "user.name=Tester", "-c", "user.email=tester@example.org", "-c", "commit.gpgsign=false"]
        for command in (["init", "-q"], ["add", "file"], [*who, "commit", "-q", "-m", "One"]):
            subprocess.run(["git", *command], check=True, capture_output=True)
        return here

    def test_commit_is_the_head_of_the_current_folder(self, repository: Path) -> None:
        head = subprocess.run(["git", "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()
        assert environment_json.commit() == {"id": head, "changed": False}

    def test_modified_file_is_reported_and_untracked_file_is_not(self, repository: Path) -> None:
        (repository / "new").write_text("results")
        assert (environment_json.commit() or {})["changed"] is False
        (repository / "file").write_text("two")
        assert (environment_json.commit() or {})["changed"] is True

    def test_outside_a_repository_there_is_no_commit(self, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(here.parent))
        monkeypatch.delenv("GIT_DIR", raising=False)
        assert environment_json.commit() is None

    def test_without_git_there_is_no_commit(self, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", str(repository))
        assert environment_json.commit() is None


def test_workload_files_are_identified_by_the_digest_of_their_text(tmp_path: Path) -> None:
    one, two = tmp_path / "one.py", tmp_path / "two.py"
    one.write_bytes(b"x = 1\n")
    two.write_bytes(b"x = 2\n")
    digests = environment_json.file_digests([str(two), str(one), str(two)])
    assert list(digests) == [str(one), str(two)]
    assert digests[str(one)] == hashlib.sha256(b"x = 1\n").hexdigest() != digests[str(two)]


def test_missing_workload_file_has_no_digest(tmp_path: Path) -> None:
    assert environment_json.file_digests([str(tmp_path / "gone.py")]) == {str(tmp_path / "gone.py"): None}
