"""``checksig verify --shard``: parts of a run, which `checksig merge` puts together again."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from command import checksig, lines, objects
from conftest import Tree, digest

Options = tuple[str, ...]


@pytest.fixture
def some(tree: Tree) -> Path:
    """Make 30 files and their list, with all kinds of lines."""
    root = tree({f"d{i % 4}/{i}": str(i).encode() for i in range(30)}, changed={"x": b"1", "y": b"2"})
    (root / "d1" / "5").unlink()
    (root / "d2" / "6").unlink()
    text = (root / "SHA256SUMS").read_bytes().splitlines(keepends=True)
    text[7:7] = [b"nonsense\n", f"SM3 (s) = {digest(b'')}\n".encode()]
    (root / "SHA256SUMS").write_bytes(b"".join(text))
    return root


def run_parts(where: Path, number: int, *arguments: str) -> list[str]:
    """Verify shard by shard, and return the paths of the parts."""
    paths = []
    for i in range(1, number + 1):
        ran = checksig("verify", "--shard", f"{i}/{number}", "--json", *arguments)
        assert b"" == ran.stderr
        path = where / f"part-{i}.jsonl"
        path.write_bytes(ran.stdout)
        paths.append(str(path))
    return paths


def stable(stream: bytes) -> list[dict[str, Any]]:
    """Return the objects without what differs from run to run."""
    return [{k: v for k, v in one.items() if k != "elapsed"} for one in objects(stream)]


@pytest.mark.parametrize(
    ("number", "options"),
    [
        (1, ()),
        (3, ()),
        (12, ()),
        (3, ("--ignore-missing",)),
        (2, ("--no-strict",)),
        (3, ("--exclude", "d1/")),
        (4, ("--verbose",)),
        (2, ("--algorithm", "sha256")),
    ],
    ids=str,
)
def test_shards_together_are_as_one_run(some: Path, tmp_path: Path, number: int, options: Options) -> None:
    whole = checksig("verify", "--json", *options, str(some))
    paths = run_parts(tmp_path, number, *options, str(some))
    verbose = ["--verbose"] if "--verbose" in options else []
    merged = checksig("merge", "--json", *verbose, *paths)
    assert (whole.returncode, stable(whole.stdout)) == (merged.returncode, stable(merged.stdout))
    as_text = checksig("verify", *options, str(some))
    merged = checksig("merge", *verbose, *reversed(paths))
    assert (as_text.returncode, lines(as_text.stdout)) == (merged.returncode, lines(merged.stdout))
    assert lines(as_text.stderr)[-1:] == lines(merged.stderr)[-1:]


def test_several_lists_are_shared_out_together(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    for i in range(12):
        (root / f"f{i}").write_bytes(b"x")
    (root / "a.md5").write_text("".join(f"{digest(b'x', 'md5')}  f{i}\n" for i in range(5)))
    (root / "b.sha256").write_text("".join(f"{digest(b'x' if i != 9 else b'')}  f{i}\n" for i in range(5, 12)))
    paths = run_parts(tmp_path, 4, str(root))
    judged = [objects(Path(path).read_bytes())[-1]["files"] for path in paths]
    assert [3, 3, 3, 3] == judged
    whole, merged = checksig("verify", "--json", str(root)), checksig("merge", "--json", *paths)
    assert (1, stable(whole.stdout)) == (merged.returncode, stable(merged.stdout))


def test_what_a_shard_is_comes_first(some: Path) -> None:
    first, *_, last = objects(checksig("verify", "--shard", "2/3", "--json", str(some)).stdout)
    assert ("shard", 2, 3, str(some)) == (first["type"], first["shard"], first["of"], first["root"])
    assert ("summary", str(os.stat(some).st_ino)) == (last["type"], first["root_id"].partition(":")[0])
    (one,) = first["lists"]
    content = (some / "SHA256SUMS").read_bytes()
    assert (str(some / "SHA256SUMS"), f"sha256:{digest(content)}") == (one["path"], one["digest"])
    assert (len(content), 33) == (one["size"], one["entries"])


def test_a_list_that_changes_between_shards_is_no_verdict(some: Path, tmp_path: Path) -> None:
    first, _ = run_parts(tmp_path, 2, str(some))
    with (some / "SHA256SUMS").open("a") as file:
        file.write("# a comment\n")
    ran = checksig("verify", "--shard", "2/2", "--json", str(some))
    second = tmp_path / "second"
    second.write_bytes(ran.stdout)
    merged = checksig("merge", first, str(second))
    assert 2 == merged.returncode
    assert b"the list was replaced meanwhile" in merged.stderr


def test_a_shard_with_nothing_to_verify_is_ok(tree: Tree, tmp_path: Path) -> None:
    root = tree({"a": b"1"})
    paths = run_parts(tmp_path, 3, str(root))
    assert [0, 0, 1] == sorted(objects(Path(path).read_bytes())[-1]["files"] for path in paths)
    assert 0 == checksig("merge", *paths).returncode


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--shard", "1/2"], "--shard requires --json"),
        (["--shard", "1/2", "--format", "csv"], "--shard requires --json"),
        (["--shard", "0/2", "--json"], "invalid value '0/2' for --shard: must be I/N"),
        (["--shard", "3/2", "--json"], "invalid value '3/2' for --shard: must be I/N"),
        (["--shard", "1", "--json"], "invalid value '1' for --shard: must be I/N"),
        (["--shard", "1/1/1", "--json"], "invalid value '1/1/1' for --shard: must be I/N"),
        (["--shard", "1/2", "--json", "--recursive"], "--recursive can't be combined with --shard"),
        (["--shard", "1/2", "--json", "--only", "a"], "--only can't be combined with --shard"),
        (["--shard", "1/2", "--json", "--extra"], "--extra can't be combined with --shard"),
        (["--shard", "1/2", "--json", "--fail-fast"], "--fail-fast can't be combined with --shard"),
        (["--shard", "1/2", "--json", "-"], "-: a list that is no file can't be combined with --shard"),
    ],
)
def test_what_makes_no_shard_is_refused(some: Path, arguments: list[str], message: str) -> None:
    ran = checksig("verify", *arguments, cwd=some)
    assert (2, b"") == (ran.returncode, ran.stdout)
    assert f"checksig: error: {message}" in ran.stderr.decode()


def test_a_file_is_no_shard_of_its_list(some: Path) -> None:
    ran = checksig("verify", "--shard", "1/2", "--json", "x", cwd=some)
    assert 2 == ran.returncode
    assert b"can't be combined with --shard" in ran.stderr


def test_a_list_that_cant_be_cut_ends_the_shard_with_an_error(tmp_path: Path) -> None:
    path = tmp_path / "a.spdx.json"
    entry = f'{{"fileName": "./a", "checksums": [{{"algorithm": "SHA256", "checksumValue": "{digest(b"a")}"}}]}}'
    path.write_text(f'{{"spdxVersion": "SPDX-2.3", "files": [{entry}]}}', "utf-8")
    ran = checksig("verify", "--shard", "1/2", "--json", str(path))
    error, summary = objects(ran.stdout)
    assert (2, "error", "not_cut", 2) == (ran.returncode, error["type"], error["code"], summary["exit_status"])
    merged = checksig("merge", "-", stdin=None, input=ran.stdout)
    assert 2 == merged.returncode


@pytest.mark.skipif(not shutil.which("parallel"), reason="GNU parallel is not installed")
def test_gnu_parallel_runs_the_shards(some: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "checksig", "verify", "--shard", "{}/4", "--json", str(some)]
    subprocess.run(
        ["parallel", "--jobs", "2", "--results", f"{tmp_path}/part-{{}}.jsonl", *command, ":::", "1", "2", "3", "4"],
        check=False,
        capture_output=True,
        timeout=60,
    )
    merged = checksig("merge", "--json", *(f"{tmp_path}/part-{i}.jsonl" for i in range(1, 5)))
    whole = checksig("verify", "--json", str(some))
    assert (1, stable(whole.stdout)) == (merged.returncode, stable(merged.stdout))
    assert 33 == json.loads(merged.stdout.splitlines()[-1])["files"]
