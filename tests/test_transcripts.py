"""The transcripts: what the command prints, and the exit status that it ends with."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from conftest import linux, posix
from transcript import run

TRANSCRIPTS = sorted((Path(__file__).parent / "transcripts").glob("*.txt"))


def where(transcript: Path) -> list[pytest.MarkDecorator]:
    first = transcript.read_text().split(maxsplit=2)[1]
    return [mark for word, mark in (("posix:", posix), ("linux:", linux)) if word == first]


@pytest.mark.parametrize("transcript", [pytest.param(t, marks=where(t), id=t.stem) for t in TRANSCRIPTS])
def test_transcript(transcript: Path, tmp_path: Path) -> None:
    """The commands of the file print what it says, and end with the status that it says."""
    text = transcript.read_text()
    assert text == run(text, tmp_path)


def test_transcripts_show_every_exit_status() -> None:
    """0, 1 and 2 each appear in a transcript, and no other status does."""
    shown = {line for t in TRANSCRIPTS for line in t.read_text().splitlines() if line.startswith("exit ")}
    assert {"exit 0", "exit 1", "exit 2"} == shown


def test_transcripts_name_what_a_digest_is_of() -> None:
    """The notation has the place of every digest, right or wrong."""
    assert [] == [t.name for t in TRANSCRIPTS if re.search("[0-9a-fA-F]{32}", t.read_text())]


@pytest.mark.parametrize("start", ["a.txt: OK", "b.txt: FAILED", "! checksig: ", "exit "])
def test_a_transcript_that_lacks_a_line_is_found(start: str, tmp_path: Path) -> None:
    """Be it of standard output, of standard error, or the exit status."""
    whole = next(t for t in TRANSCRIPTS if t.stem == "verbose").read_text()
    lines = whole.splitlines(keepends=True)
    rest = [line for line in lines if not line.startswith(start)]
    assert len(lines) - 1 == len(rest)
    assert whole == run("".join(rest), tmp_path)


def test_digests_that_are_printed_become_the_notation(tmp_path: Path) -> None:
    """A transcript can show a digest that the command prints."""
    text = r"""
+ a.txt=hello\n
+ SHA256SUMS=
| {wrong sha256}  a.txt
| {sha256 hello\n}  b.txt
$ checksig verify --json
"""
    printed = run(text, tmp_path)
    assert r'"expected": "{wrong sha256}", "actual": "{sha256 hello\n}"' in printed
