"""The documentation of the command line, held against the command."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from checksig import create
from checksig._cli._commands import every
from checksig._cli._formats import SUFFIXES
from checksig._cli._json import SCHEMA
from checksig._cli._options import FORMATS
from command import checksig, finish, lines, objects
from conftest import Tree, posix
from signing import Key
from test_readers import CONDA, METALINK_4, OCFL, content

ROOT = Path(__file__).parent.parent
COMMAND_LINE = "docs/command-line.md"
JSON = "docs/json.md"
SIGNATURES = "docs/signatures.md"


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("command", ["", *every()])
def test_help_pages_are_shown(command: str) -> None:
    """docs/command-line.md holds each help page, word for word."""
    arguments = [*command.split(), "--help"]
    done = checksig(*arguments, env={**os.environ, "COLUMNS": "80"})
    said = "\n".join(lines(done.stdout))
    assert f"```console\n$ checksig {' '.join(arguments)}\n{said}\n```\n" in page(COMMAND_LINE)


def test_every_promise_has_its_test() -> None:
    """docs/reliability.md names tests, modules of tests and Go packages that there are."""
    named = set(re.findall(r"`(test_\w+(?:\.py)?)`", page("docs/reliability.md")))
    modules = {path.name: path.read_text("utf-8") for path in (ROOT / "tests").glob("test_*.py")}
    functions = {name for text in modules.values() for name in re.findall(r"(?m)^def (test_\w+)", text)}
    assert set() == named - functions - modules.keys()
    packages = re.findall(r"package `(\w+)`", page("docs/reliability.md"))
    assert [] == [name for name in packages if not (ROOT / "go" / "internal" / name).is_dir()]


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
    (tmp_path / "bag").mkdir()
    (tmp_path / "bag" / "a").write_bytes(b"")
    create(tmp_path / "bag", bagit=True, in_place=True)
    printed = objects(checksig("verify", "--json", "root", "md5", "bag", "empty", cwd=tmp_path).stdout)
    (tmp_path / "root" / "SHA256SUMS.minisig").write_bytes(
        Key().minisign((tmp_path / "root" / "SHA256SUMS").read_bytes())
    )
    signed = checksig("verify", "--json", "--key", Key().text, "root", cwd=tmp_path)
    printed += objects(signed.stdout)
    printed += objects(checksig("create", "--json", "root", "--output", "list", cwd=tmp_path).stdout)
    printed += objects(checksig("list", "root/SHA256SUMS", cwd=tmp_path).stdout)
    printed += objects(checksig("create", "--json", "--force", "root", "--output", "list", cwd=tmp_path).stdout)
    (tmp_path / "root" / "a").rename(tmp_path / "root" / "b")
    moved = ("verify", "--json", "--extra", "--moved", "--root", "root", "list")
    printed += objects(checksig(*moved, cwd=tmp_path).stdout)
    printed += objects(checksig("diff", "--json", "list", "root", cwd=tmp_path).stdout)
    (tmp_path / "root" / "b").rename(tmp_path / "root" / "a")
    for words in ("init", "scan", "history"):
        (tmp_path / "root" / words).touch()
        track = checksig("track", words, "--json", "--database", "x.sqlite", "root", cwd=tmp_path)
        (tmp_path / "root" / "a").unlink(missing_ok=True)
        printed += objects(track.stdout)
    printed += objects(
        checksig("track", "history", "--json", "--database", "x.sqlite", "root", "a", cwd=tmp_path).stdout
    )
    printed += objects(checksig("verify", "--json", "--shard", "1/1", "root", cwd=tmp_path).stdout)
    real: dict[str, set[str]] = {}
    for line in printed:
        real.setdefault(line["type"], set()).update(line.keys() - {"schema", "type"})
    assert {kind: sorted(fields) for kind, fields in documented.items()} == {
        kind: sorted(fields) for kind, fields in real.items()
    }


def commands(where: str) -> list[str]:
    """Return the examples of a page that can be run anywhere: but for help pages, for Debian, archives and clusters."""
    text = page(where)
    blocks = re.findall(r"^```(?:sh|console)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    shown = re.findall(r"^(?:\$ )?((?:cat \S+ \| )?checksig .*)$", "\n".join(blocks), re.MULTILINE)
    return [
        line
        for line in dict.fromkeys(shown)
        if not re.search("--help|dpkg|track |--shard|checksig merge|--executor", line)
    ]


def lay_documents(directory: Path) -> None:
    """Make the lists in JSON and XML that docs/documents.md names, and their files."""
    documents: dict[str, str | dict[str, Any]] = {
        "object/inventory.json": OCFL,
        "package/info/paths.json": CONDA,
        "release.meta4": METALINK_4,
    }
    names = ("object/v1/content/a", "object/v1/content/b", "package/bin/a", "package/bin/b")
    for name, data in {
        **{name: content(document) for name, document in documents.items()},
        **dict.fromkeys(names, b"hello"),
    }.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_bytes(data)


def lay_signatures(directory: Path) -> None:
    """Sign the list there as the pages have it, with keys by the names that they use."""
    if not (directory / "SHA256SUMS").exists():
        return
    key, content = Key(), (directory / "SHA256SUMS").read_bytes()
    (directory / "SHA256SUMS.minisig").write_bytes(key.minisign(content, "release 1.0"))
    (directory / "SHA256SUMS.sig").write_bytes(key.sshsig(content))
    (directory / "SHA256.sig").write_bytes(key.signify(content, embedded=True))
    (directory / "allowed_signers").write_text(f"alice@example.org {key.ssh}\n")
    for name in ("minisign.pub", "zig.pub", "openbsd-78-base.pub"):
        (directory / name).write_text(f"untrusted comment: a key\n{key.text}\n")


@posix
def test_the_example_of_a_signed_list_is_real(tmp_path: Path) -> None:
    """docs/signatures.md begins with a command and what it prints."""
    digest = hashlib.sha256(b"1").hexdigest()
    for name in ("a", "b"):
        (tmp_path / name).write_bytes(b"1")
    (tmp_path / "SHA256SUMS").write_text(f"{digest}  a\n{digest}  b\n")
    (tmp_path / "SHA256SUMS.minisig").write_bytes(Key().minisign((tmp_path / "SHA256SUMS").read_bytes(), "release 1.0"))
    (command, printed) = re.findall(
        r"^```console\n\$ checksig (.*)\n((?:checksig: .*\n)+)", page(SIGNATURES), re.MULTILINE
    )[0]
    done = checksig(*command.split(), cwd=tmp_path)
    assert (0, printed.splitlines()) == (done.returncode, lines(done.stderr))


PAGES = ["README.md", *(f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md")))]
"""All but the tutorials: test_tutorials.py."""


@posix
@pytest.mark.parametrize(
    "command", dict.fromkeys(c for name in PAGES if name != "docs/track.md" for c in commands(name))
)
def test_commands_of_the_documentation_run(command: str, tmp_path: Path) -> None:
    """Each ends with a verdict, and prints no null; places are directories that a test can have."""
    if "jq" in command and shutil.which("jq") is None:
        pytest.skip("needs jq")
    if ".html" in command:
        pytest.importorskip("jinja2", reason="needs jinja2: nox -s readers")
    if "--keyring" in command or "--issuer" in command:
        pytest.skip("needs an extra: test_signatures.py")
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
    if " diff " in command:
        shutil.copy(tmp_path / "SHA256SUMS", tmp_path / "old.sha256")
    lay_documents(tmp_path)
    (tmp_path / ".gitignore").write_text("*.tmp\n")
    (tmp_path / "bag" / "data").mkdir(parents=True)
    (tmp_path / "bag" / "data" / "a").write_bytes(b"1")
    create(tmp_path / "bag", bagit=True)
    lay_signatures(tmp_path)
    info = tmp_path / ".venv/lib/python3/site-packages/requests-2.dist-info"
    info.mkdir(parents=True)
    empty = base64.urlsafe_b64encode(hashlib.sha256().digest()).decode().rstrip("=")
    (info / "METADATA").touch()
    (info / "RECORD").write_text(f"requests-2.dist-info/METADATA,sha256={empty},0\nrequests-2.dist-info/RECORD,,\n")
    line = re.sub(r" (/(?:mnt|srv|tmp))", rf" {tmp_path}\1", command.partition("  #")[0])
    shell = f'checksig() {{ "$PYTHON" -m checksig "$@"; }}\n{line}'
    done = finish(["/bin/sh", "-c", shell], cwd=tmp_path, env={**os.environ, "PYTHON": sys.executable})
    assert 0 == done.returncode, done.stderr
    assert "jq" not in line or b"null" not in done.stdout


@posix
def test_the_readers_of_json_in_the_documentation_find_what_fails(tmp_path: Path) -> None:
    """Each command with jq prints the name of a damaged file, and nothing else."""
    if shutil.which("jq") is None:
        pytest.skip("needs jq")
    found = [command for name in PAGES for command in commands(name) if "jq" in command]
    assert len(found) >= 2
    for place in (tmp_path, tmp_path / "photos"):
        place.mkdir(exist_ok=True)
        (place / "a").write_bytes(b"1")
        (place / "MD5SUMS").write_text(f"{hashlib.md5(b'2').hexdigest()}  a\n")
    for command in found:
        shell = f'checksig() {{ "$PYTHON" -m checksig "$@"; }}\n{command}'
        done = finish(["/bin/sh", "-c", shell], cwd=tmp_path, env={**os.environ, "PYTHON": sys.executable})
        assert ['"a"'] == lines(done.stdout)


def test_pandas_reads_a_report_as_the_page_says(tree: Tree) -> None:
    """The script of docs/reports.md prints the names of the files that fail."""
    pytest.importorskip("pandas", reason="needs pandas: nox -s readers")
    (script,) = re.findall(r"^```python\n(.*?)^```$", page("docs/reports.md"), re.MULTILINE | re.DOTALL)
    root = tree({"a": b"1"}, changed={"NA": b"2"})
    assert 1 == checksig("verify", "--verbose", "--report", "checksums.csv", cwd=root).returncode
    done = finish([sys.executable, "-c", script], cwd=root)
    assert (0, ["['NA']"]) == (done.returncode, lines(done.stdout)), done.stderr


def test_every_column_of_csv_has_its_row(logs: Path) -> None:
    """docs/reports.md has the columns, in their order."""
    (table,) = re.findall(r"^\| Column .*\n\|[-|]+\n((?:\|.*\n)+)", page("docs/reports.md"), re.MULTILINE)
    header = lines(checksig("verify", "--format=csv", cwd=logs).stdout)[0]
    assert header.split(",") == re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)


def test_every_format_and_suffix_has_its_row() -> None:
    """docs/reports.md has the formats in the order of the help page, with the ends of names."""
    table = re.findall(r"^\| `(\w+)` \| (.*?) \| ", page("docs/reports.md"), re.MULTILINE)[: len(FORMATS)]
    assert list(FORMATS) == [name for name, _ in table]
    assert SUFFIXES == {suffix: name for name, cell in table for suffix in re.findall(r"`(\.\w+)`", cell)}


@posix
def test_the_python_of_the_readme_runs(tmp_path: Path) -> None:
    """Its blocks follow one another, on the examples and a directory called data."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a").write_bytes(b"1")
    (tmp_path / "data" / "SHA256SUMS").write_text(f"{hashlib.sha256(b'1').hexdigest()}  a\n")
    shutil.copy(tmp_path / "data" / "SHA256SUMS", tmp_path / "old.sha256")
    (tmp_path / "minisign.pub").write_text(Key().text)
    (tmp_path / "data" / "SHA256SUMS.minisig").write_bytes(
        Key().minisign((tmp_path / "data" / "SHA256SUMS").read_bytes())
    )
    first, second = re.findall(r"^```python\n(.*?)^```$", page("README.md"), re.MULTILINE | re.DOTALL)
    raising, rest = second.split("\n", 1)
    assert raising.startswith("checksig.check_signatures(")
    body = f"try:\n    {raising}\nexcept checksig.VerificationError as e:\n    print(e)\n{rest}"
    indented = "".join(f"    {line}" for line in f"{first}{body}".splitlines(keepends=True))
    script = f"import asyncio\nasync def main():\n{indented}\n    assert report\nasyncio.run(main())\n"
    done = finish([sys.executable, "-c", script], cwd=tmp_path)
    assert 0 == done.returncode, done.stderr
    assert 2 == done.stdout.decode().count("httpd-08.log")
    assert "a ok" in lines(done.stdout)
    assert (tmp_path / "data" / "SHA512SUMS").exists()


def test_tasks_that_the_documentation_names_exist() -> None:
    """Sessions of nox, groups of pip and scripts are those of this checkout."""
    text = "".join(page(name) for name in (*PAGES, "CONTRIBUTING.md"))
    source = page("noxfile.py")
    sessions = set(re.findall(r'^@nox\.session(?:\(name="(\w+)"\))', source, re.MULTILINE))
    sessions |= set(re.findall(r"^@nox\.session.*\ndef (\w+)", source, re.MULTILINE))
    runs = re.findall(r"(?:`|\$ )nox -s ([a-z][a-z ]*)", text)
    assert {name for run in runs for name in run.split()} <= sessions
    listed = set(re.findall(r"^\| `(\w+)` \|", page("CONTRIBUTING.md").split("## The tasks")[1], re.MULTILINE))
    assert listed == sessions - {"go_tests"}
    for group in re.findall(r"--group (\w+)", text):
        assert re.search(rf"^{group} = \[", page("pyproject.toml"), re.MULTILINE)
    for script in re.findall(r"python ((?:packaging|benchmarks|tests)/[\w./]+\.py)", text):
        assert (ROOT / script).exists(), script
