"""The recipes of docs/scale.md, run as they are written, on a small tree and on this machine alone."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from command import checksig, finish, lines
from conftest import Tree, posix

PAGE = (Path(__file__).parent.parent / "docs" / "scale.md").read_text("utf-8")

needs_parallel = pytest.mark.skipif(not shutil.which("parallel"), reason="GNU parallel is not installed")


def scripts(heading: str) -> list[str]:
    """Return the scripts of a section."""
    section = re.split(rf"^#+ {heading}$", PAGE, flags=re.MULTILINE)[1]
    section = re.split(r"^#+ ", section, flags=re.MULTILINE)[0]
    return re.findall(r"^```(?:sh|console|python)\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)


@pytest.fixture
def data(tree: Tree) -> Path:
    """A directory in the place of /data: one file of 40 has another content."""
    return tree({f"d{i % 3}/{i:02}": str(i).encode() for i in range(39)}, changed={"bad": b"1"})


def run(script: str, data: Path, where: Path, **variables: str) -> list[str]:
    """Run a script of the page, and return what it prints."""
    script = re.sub(r"^\$ ", "", script, flags=re.MULTILINE).replace("/data/", f"{data}/")
    programs = where / "bin"
    programs.mkdir(exist_ok=True)
    program = programs / "checksig"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m checksig "$@"\n')
    program.chmod(0o755)
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    done = finish(["bash", "-c", script], cwd=where, env={**os.environ, "PATH": path, **variables})
    return lines(done.stdout)


FAILED = ["bad: FAILED (mismatch)"]


@posix
def test_shards_are_merged_as_the_page_begins(data: Path, tmp_path: Path) -> None:
    assert FAILED == run(scripts("Files in between")[0], data, tmp_path)


@posix
def test_an_array_of_slurm_writes_parts_for_the_merge(data: Path, tmp_path: Path) -> None:
    """The script of a job, with what Slurm sets in its environment, and the merge that is submitted after it."""
    job, submit, again, *_ = scripts("Slurm")
    common = {"SLURM_SUBMIT_DIR": str(tmp_path), "SLURM_ARRAY_TASK_COUNT": "3", "SLURM_CPUS_PER_TASK": "2"}
    for number in range(1, 4):
        assert [] == run(job, data, tmp_path, SLURM_ARRAY_TASK_ID=str(number), **common)
    (merge,) = re.findall(r"--wrap '(.*)'", submit)
    run(merge, data, tmp_path)
    assert FAILED == (tmp_path / "result.txt").read_text().splitlines()
    run(again, data, tmp_path)
    assert (tmp_path / "part-17.jsonl").exists()


@posix
@needs_parallel
def test_gnu_parallel_hands_out_shards(data: Path, tmp_path: Path) -> None:
    """On this machine, as the page has it, and by its --results."""
    here, others, *_ = scripts("GNU parallel")
    assert FAILED == run(here.replace("64", "4"), data, tmp_path)[-1:]
    (tmp_path / "others").mkdir()
    others = re.sub(r"--sshlogin \S+", "--sshlogin :", others).replace("64", "4")
    assert FAILED == run(others, data, tmp_path / "others")[-1:]


@posix
def test_submitit_runs_shards(data: Path, tmp_path: Path) -> None:
    """By its local executor, which takes the place of Slurm."""
    pytest.importorskip("submitit", reason="needs submitit: nox -s clusters")
    script = next(text for text in scripts("Slurm") if "import submitit" in text)
    script = script.replace("OF = 64", "OF = 2").replace('folder="log"', 'folder="log", cluster="local"')
    script = script.replace("/data/", f"{data}/").replace(", slurm_array_parallelism=64", "")
    (tmp_path / "script.py").write_text(script)
    done = finish([sys.executable, "script.py"], cwd=tmp_path)
    assert (1, FAILED) == (done.returncode, lines(done.stdout)), done.stderr.decode()


@posix
def test_processes_verify_as_the_page_says(data: Path) -> None:
    (command,) = re.findall(r"^\$ checksig (verify --executor processes\S+ /archive)", PAGE, re.MULTILINE)
    done = checksig(*command.replace("processes:8", "processes:2").replace("/archive", str(data)).split())
    assert (1, FAILED) == (done.returncode, lines(done.stdout))
