"""The hooks for pre-commit, run by it in a repository of its own."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pre_commit", reason="runs the hooks: nox -s packaging")

import yaml

from test_packaging import ROOT, copy_source, run

pytestmark = [pytest.mark.packaging, pytest.mark.skipif(not shutil.which("git"), reason="needs git")]

HOOKS: dict[str, dict[str, Any]] = {
    hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
}
AUTHOR = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")


def git(directory: Path, *arguments: str) -> str:
    done = run("git", *AUTHOR, *arguments, cwd=directory)
    assert 0 == done.returncode, done.stdout
    return done.stdout.strip()


def committed(directory: Path) -> Path:
    """Make a repository of a directory."""
    git(directory, "init", "--quiet")
    git(directory, "config", "core.autocrlf", "false")  # on Windows it would change the files
    git(directory, "add", ".")
    git(directory, "commit", "--quiet", "--message=first")
    return directory


def pre_commit(directory: Path, home: Path, *arguments: str) -> tuple[int, str]:
    """Let pre-commit, with what it keeps in *home*, build checksig as it does for its users, and run hooks."""
    command = (sys.executable, "-m", "pre_commit", *arguments)
    done = run(*command, cwd=directory, PRE_COMMIT_HOME=str(home), PIP_NO_INDEX=None)
    return done.returncode, done.stdout


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a repository of the checkout, as others clone it."""
    return committed(copy_source(tmp_path_factory.mktemp("hooks") / "checksig"))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def repository(source: Path, tmp_path: Path) -> Path:
    """Make a repository with the sample data, and with all hooks on it."""
    hooks = [
        {"id": "checksig-verify", "args": ["logs"]},
        {"id": "checksig-complete", "args": ["logs"]},
        {"id": "checksig-verify-lists"},
    ]
    config = {"repos": [{"repo": str(source), "rev": git(source, "rev-parse", "HEAD"), "hooks": hooks}]}
    shutil.copytree(ROOT / "examples" / "logs", tmp_path / "work" / "logs")
    (tmp_path / "work" / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    return committed(tmp_path / "work")


def outcomes(said: str) -> list[str]:
    return re.findall(r"\.(Passed|Failed|Skipped)$", said.replace("(no files to check)", "."), re.MULTILINE)


@pytest.mark.timeout(900)
def test_try_repo(source: Path, home: Path, tmp_path: Path) -> None:
    """The command with which people try hooks runs the first one, on the lists in the top directory."""
    shutil.copytree(ROOT / "examples" / "logs", tmp_path / "work")
    work = committed(tmp_path / "work")
    status, said = pre_commit(work, home, "try-repo", str(source), "checksig-verify")
    assert 1 == status, said
    assert "httpd-08.log: FAILED (mismatch)" in said


@pytest.mark.timeout(900)
def test_hooks_fail_where_lists_and_files_differ(repository: Path, home: Path) -> None:
    """Whichever of the two is in the commit."""
    logs = repository / "logs"
    lines = (logs / "sha1sum.txt").read_text().splitlines(keepends=True)

    def commit() -> list[str]:
        git(repository, "add", "--all")
        status, said = pre_commit(repository, home, "run")
        found = outcomes(said)
        assert bool(status) == ("Failed" in found), said
        return found

    (repository / "README").write_text("nothing that is listed")
    assert ["Failed", "Failed", "Skipped"] == commit()  # httpd-08.log is wrong
    (logs / "sha1sum.txt").write_text("".join(line for line in lines if "httpd-08" not in line))
    assert ["Passed", "Failed", "Passed"] == commit()  # and now no list names it
    (logs / "httpd-08.log").unlink()
    assert ["Passed", "Passed", "Passed"] == commit()
    git(repository, "commit", "--quiet", "--message=good")
    (logs / "httpd-01.log").write_text("changed")
    assert ["Failed", "Failed", "Skipped"] == commit()
    git(repository, "reset", "--quiet", "--hard")
    (logs / "httpd-01.log").unlink()
    assert ["Failed", "Failed", "Skipped"] == commit()  # a commit that only deletes
    git(repository, "reset", "--quiet", "--hard")
    (logs / "sha1sum.txt").write_text("".join(lines[:3]))
    assert ["Passed", "Failed", "Passed"] == commit()


def test_the_hook_for_lists_knows_their_names() -> None:
    """All names that the engine's tests have for lists, and hardly another."""
    table = (ROOT / "go" / "internal" / "list" / "name_test.go").read_text(encoding="utf-8")
    lists, _, others = table.partition("func TestOtherNames")
    pattern = re.compile(HOOKS["checksig-verify-lists"]["files"])
    names = re.findall(r'\{"([^"]+)", digest\.\w+\}', lists)
    assert len(names) > 40
    assert [] == [name for name in names if not pattern.search(f"directory/{name}") or not pattern.search(name)]
    odd = {name for name in re.findall(r'"([^"]*)"', others.partition("} {")[0]) if pattern.search(name)}
    assert {"sha999sums", "foo.sha999"} == odd, "no algorithm has such a number, which a pattern need not know"


def test_every_hook_is_tried() -> None:
    """Those here are those that there are."""
    assert ["checksig-verify", "checksig-complete", "checksig-verify-lists"] == list(HOOKS)
