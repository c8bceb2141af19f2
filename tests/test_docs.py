"""The documentation of the command line, held against the command."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from checksig._cli._json import SCHEMA
from command import checksig, finish, lines, objects
from conftest import Tree, posix

ROOT = Path(__file__).parent.parent
COMMAND_LINE = "docs/command-line.md"
JSON = "docs/json.md"


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("command", ["", "verify", "create"])
def test_help_pages_are_shown(command: str) -> None:
    """docs/command-line.md holds each help page, word for word."""
    arguments = [*command.split(), "--help"]
    done = checksig(*arguments, env={**os.environ, "COLUMNS": "80"})
    said = "\n".join(lines(done.stdout))
    assert f"```console\n$ checksig {' '.join(arguments)}\n{said}\n```\n" in page(COMMAND_LINE)


@posix
@pytest.mark.parametrize("where", ["README.md", COMMAND_LINE, "--help"])
def test_the_command_for_debian_is_right(where: str, tmp_path: Path) -> None:
    """On an intact system, where some packages have an empty list, it ends with 0; a damaged file fails it."""
    text = checksig("verify", "--help").stdout.decode() if where == "--help" else page(where)
    (command,) = set(re.findall(r"checksig (verify .*--root / )/var/lib/dpkg/info/\*\.md5sums", text))
    info = tmp_path / "var" / "lib" / "dpkg" / "info"
    info.mkdir(parents=True)
    (tmp_path / "file").write_bytes(b"1")
    (info / "some.md5sums").write_text(f"{hashlib.md5(b'1').hexdigest()}  file\n")
    (info / "empty.md5sums").touch()
    words = [str(tmp_path) if word == "/" else word for word in command.split()]
    lists = sorted(str(path) for path in info.iterdir())
    done = checksig(*words, *lists)
    assert (0, b"") == (done.returncode, done.stdout)
    assert b"empty.md5sums" in done.stderr
    (tmp_path / "file").write_bytes(b"2")
    assert 1 == checksig(*words, *lists).returncode


def test_the_schema_is_that_of_the_command() -> None:
    """docs/json.md says which schema it describes."""
    assert f"This page describes schema {SCHEMA}." in page(JSON)


@posix
def test_the_example_of_json_is_real(tmp_path: Path) -> None:
    """The example in docs/json.md is what its command prints, except for the time that it took."""
    commands = dict(re.findall(r"^\$ checksig (.*)\n((?:\{.*\n)+)", page(JSON), re.MULTILINE))
    assert ["verify --json examples/logs", "create --json examples/logs"] == list(commands)
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    for command, shown in commands.items():
        done = checksig(*command.split(), cwd=tmp_path)
        assert steady(shown) == steady(done.stdout.decode())


def steady(text: str) -> str:
    return re.sub(r'"elapsed": [0-9.]+', '"elapsed": 0', text)


def test_every_field_of_json_has_its_row(tree: Tree, tmp_path: Path) -> None:
    """docs/json.md has a row for each field of each type of line, and no other."""
    documented = {
        kind: re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE)
        for kind, part in re.findall(r"^## `(\w+)`.*?\n(.*?)(?=^## |\Z)", page(JSON), re.MULTILINE | re.DOTALL)
    }
    tree(changed={"a": b"1"})
    (tmp_path / "md5").mkdir()
    (tmp_path / "md5" / "MD5SUMS").write_text(f"{hashlib.md5(b'').hexdigest()}  a\n")
    (tmp_path / "empty").mkdir()
    printed = objects(checksig("verify", "--json", "root", "md5", "empty", cwd=tmp_path).stdout)
    printed += objects(checksig("create", "--json", "root", "--output", "list", cwd=tmp_path).stdout)
    real: dict[str, set[str]] = {}
    for line in printed:
        real.setdefault(line["type"], set()).update(line.keys() - {"schema", "type"})
    assert {kind: sorted(fields) for kind, fields in documented.items()} == {
        kind: sorted(fields) for kind, fields in real.items()
    }


def commands(where: str) -> list[str]:
    """Return the examples of a page that can be run anywhere: but for help pages, and for Debian."""
    text = page(where)
    blocks = re.findall(r"^```(?:sh|console)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    shown = re.findall(r"^(?:\$ )?((?:cat \S+ \| )?checksig .*)$", "\n".join(blocks), re.MULTILINE)
    return [line for line in dict.fromkeys(shown) if "--help" not in line and "dpkg" not in line]


@posix
@pytest.mark.parametrize("command", [c for name in ("README.md", COMMAND_LINE) for c in commands(name)])
def test_commands_of_the_documentation_run(command: str, tmp_path: Path) -> None:
    """Each ends with a verdict, and prints no null; places are directories that a test can have."""
    if "jq" in command and shutil.which("jq") is None:
        pytest.skip("needs jq")
    names = (
        "photos",
        "downloads",
        "mnt/backup",
        "srv/backup",
        "srv/data",
        "examples/logs",
        "blobs",
        "snapshots/main",
        "archive",
    )
    for name in (".", *names):
        directory = tmp_path / name
        directory.mkdir(parents=True, exist_ok=True)
        for file in ("a", "disk.iso"):
            (directory / file).write_bytes(b"1")
        if "create" not in command:
            digest = hashlib.sha256(b"1").hexdigest()
            (directory / "SHA256SUMS").write_text(f"{digest}  a\n{digest}  disk.iso\n")
    line = re.sub(r" (/(?:mnt|srv|tmp))", rf" {tmp_path}\1", command.partition("  #")[0])
    shell = f'checksig() {{ "$PYTHON" -m checksig "$@"; }}\n{line}'
    done = finish(["/bin/sh", "-c", shell], cwd=tmp_path, env={**os.environ, "PYTHON": sys.executable})
    assert 0 == done.returncode, done.stderr
    assert b"null" not in done.stdout
