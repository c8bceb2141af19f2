"""The words of the border: the engine, the Python modules and the documentation know the same."""

from __future__ import annotations

import re
from pathlib import Path

from checksig import Status, _words
from checksig._engine import engine
from checksig._errors import Code
from write_words import module_text

DOCS = Path(__file__).parent.parent / "docs"

KINDS = {"cancelled": "python", "host": "engine", "internal": "engine", "manifest": "manifest", "request": "usage"}
"""Kinds of the engine's errors, and what docs/json.md calls them."""

OURS = {value for name, value in vars(Code).items() if not name.startswith("_")}


def table(page: str, heading: str) -> dict[str, str]:
    """Read the table below a heading: the first column's words, and what is in the second."""
    text = (DOCS / page).read_text(encoding="utf-8").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return dict(re.findall(r"^\| `([^`]+)` \| (.+?) \|", text, re.MULTILINE))


def test_the_words_are_those_of_the_engine() -> None:
    """`nox -s words` was run since the engine changed."""
    assert module_text(engine().describe()) == Path(_words.__file__).read_text(encoding="utf-8")


def test_statuses_are_those_of_the_engine() -> None:
    """Each verdict has a member, in the engine's order."""
    assert _words.STATUSES == tuple(status.value for status in Status)


def test_every_code_of_an_error_is_documented() -> None:
    """docs/json.md has the codes of the engine, with their kinds, and those of Python, and no other."""
    documented = table("json.md", "Codes of errors")
    assert {*_words.ERRORS, *OURS} == set(documented)
    assert {code: KINDS[kind] for code, kind in _words.ERRORS.items()}.items() <= documented.items()


def test_every_code_of_a_warning_is_documented() -> None:
    """docs/json.md has them all, and no other."""
    assert set(_words.WARNINGS) == set(table("json.md", "Codes of warnings"))


def test_every_status_is_documented() -> None:
    """docs/json.md has a row for each verdict, in the order of `Status`."""
    text = (DOCS / "json.md").read_text(encoding="utf-8").partition("| `status` is |")[2].partition("\n\n")[0]
    assert [status.value for status in Status] == re.findall(r"^\| (\w+) \|", text, re.MULTILINE)


def test_algorithms_of_the_help_page_are_documented() -> None:
    """docs/command-line.md shows the help page of `create`, which names those in common use."""
    text = (DOCS / "command-line.md").read_text(encoding="utf-8")
    (names,) = re.findall(r"Known algorithms: ([^.]+)\.", text)
    assert list(_words.LISTED) == names.replace(",", " ").split()
