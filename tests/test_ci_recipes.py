"""The recipes of docs/ci.md: their commands run on real files, and their tables are those of what they explain."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from checksig._cli._commands import COMMANDS
from conftest import posix

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")

has_reports = pytest.mark.skipif(
    not any("--report" in option.names for option in COMMANDS["verify"].options), reason="needs --report"
)
pytestmark = posix


def blocks(language: str, section: str) -> list[str]:
    """List the fenced blocks of a language in a section."""
    (text,) = re.findall(rf"^## {section}\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """Make a directory as the recipes have it, with `data` and, in place of an installation, the checksig here."""
    shutil.copytree(ROOT / "examples" / "logs", tmp_path / "data")
    for place in ("bin", ".venv/bin"):
        program = tmp_path / place / "checksig"
        program.parent.mkdir(parents=True)
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m checksig "$@"\n')
        program.chmod(0o755)
    return tmp_path


def mend(work: Path) -> None:
    """Take the file that is wrong on purpose from the list."""
    listed = work / "data" / "sha1sum.txt"
    listed.write_text("".join(line for line in listed.read_text().splitlines(True) if "httpd-08" not in line))


def shell(command: str, work: Path) -> int:
    environment = {**os.environ, "PATH": f"{work / 'bin'}:{os.environ['PATH']}"}
    return subprocess.run(["sh", "-ec", command], cwd=work, env=environment, check=False).returncode


def assert_it_tells(command: str, work: Path) -> None:
    """A recipe's command fails on the sample data, and no more once its wrong file is unlisted."""
    assert 1 == shell(command, work)
    mend(work)
    assert 0 == shell(command, work)


@has_reports
def test_gitlab(work: Path) -> None:
    """The job's last command verifies, and leaves the report that the job names."""
    (job,) = blocks("yaml", "GitLab CI")
    install, verify = re.findall(r"^    - (.*)$", job, re.MULTILINE)
    assert "pip install checksig" == install
    assert_it_tells(verify, work)
    (report,) = re.findall(r"^      junit: (.*)$", job, re.MULTILINE)
    assert (work / report).read_text().startswith("<?xml")


@has_reports
def test_jenkins(work: Path) -> None:
    """The last step verifies, and leaves the report that is shown."""
    (stage,) = blocks("groovy", "Jenkins")
    install, verify = re.findall("sh '(.*)'", stage)
    assert install.endswith(" install checksig")
    assert_it_tells(verify, work)
    (report,) = re.findall("junit '(.*)'", stage)
    assert (work / report).read_text().startswith("<?xml")


@pytest.mark.skipif(not shutil.which("make"), reason="needs make")
def test_make(work: Path) -> None:
    """The target fails and passes as the files do."""
    (makefile,) = blocks("make", "Make")
    (work / "Makefile").write_text(makefile)
    assert 0 != shell("make verify", work)
    mend(work)
    assert 0 == shell("make verify", work)


def test_dockerfile(work: Path) -> None:
    """The RUN line unpacks what has the digest, and ends with an error before it unpacks anything else."""
    (dockerfile,) = blocks("dockerfile", "Dockerfile")
    joined = dockerfile.replace("\\\n", " ")
    install, run = re.findall(r"^RUN (.*)$", joined, re.MULTILINE)
    assert "pip install checksig" == install
    assert "/download/" == re.findall(r"^ADD \S+/tool\.tar\.gz (\S+)$", joined, re.MULTILINE)[0]
    here = run.replace("/download", str(work / "download")).replace("/tool", str(work / "tool"))
    (work / "download").mkdir()
    with tarfile.open(work / "download" / "tool.tar.gz", "w:gz") as tar:
        tar.add(work / "data" / "httpd-00.log", "log")
    assert 1 == shell(here, work)
    assert not (work / "tool").exists()
    right = hashlib.sha256((work / "download" / "tool.tar.gz").read_bytes()).hexdigest()
    assert 0 == shell(re.sub("[0-9a-f]{64}", right, here), work)
    assert (work / "tool" / "log").exists()


def test_hooks_are_those_of_the_repository() -> None:
    """The table has all of them, and the recipe one of them."""
    hooks = re.findall(r"^- id: (.*)$", (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"), re.MULTILINE)
    assert hooks == re.findall(r"^\| `(checksig[\w-]+)` \|", PAGE, re.MULTILINE)
    (used,) = re.findall(r"^ +- id: (.*)$", blocks("yaml", "pre-commit")[0], re.MULTILINE)
    assert used in hooks


def test_a_local_hook_verifies(work: Path) -> None:
    """Its entry is a command that fails and passes as the files do."""
    (entry,) = re.findall(r"^ +entry: (.*)$", blocks("yaml", "pre-commit")[1], re.MULTILINE)
    assert_it_tells(entry, work)


def test_inputs_and_outputs_are_those_of_the_action() -> None:
    """The tables have all of them, in their order, and the recipes use no other."""
    action = (ROOT / "action.yml").read_text(encoding="utf-8")
    parts = re.findall(r"^(?:inputs|outputs):\n((?:\n|  .*\n)+)", action, re.MULTILINE)
    inputs, outputs = (re.findall(r"^  ([\w-]+):$", part, re.MULTILINE) for part in parts)
    tables = re.findall(r"^\| (?:Input|Output) .*\n\|[-|]+\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
    assert [inputs, outputs] == [re.findall(r"^\| `([\w-]+)`", table, re.MULTILINE) for table in tables]
    steps = "".join(blocks("yaml", "GitHub Actions")).split("  - uses: ")
    ours = [step for step in steps if step.startswith("checksig/checksig@")]
    assert 3 == len(ours)
    used = re.findall(r"(?:^      |with: \{ |, )([\w-]+):", "".join(ours), re.MULTILINE)
    assert {"paths", "key"} <= set(used) <= set(inputs)
