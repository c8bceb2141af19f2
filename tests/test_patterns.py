"""Patterns of `only` select what other programs select by them."""

from __future__ import annotations

import ctypes
import fnmatch
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

import checksig
from conftest import linux

PATHNAME = 1
"""No wildcard of C's fnmatch matches a slash."""

CHARACTERS = "ab-]!{}.^ "

SET = st.builds(
    lambda sign, members: f"[{sign}{''.join(members)}]",
    st.sampled_from(["", "!"]),
    st.lists(
        st.sampled_from([*CHARACTERS, "[", "a-b", "[:alpha:]", "[:punct:]", "[:digit:]", "[:space:]", "[:upper:]"]),
        min_size=1,
        max_size=4,
    ),
)

PATTERNS = st.lists(
    st.one_of(st.sampled_from([*CHARACTERS, "*", "?", "A", "1", "/", r"\*", r"\[", r"\a"]), SET), min_size=1, max_size=6
).map("".join)

NAMES = st.lists(
    st.text(f"{CHARACTERS}[*A1", min_size=1, max_size=4).filter(lambda name: name not in {".", ".."}),
    min_size=1,
    max_size=3,
).map("/".join)


def selected(pattern: str, names: list[str]) -> list[str] | None:
    """List the names that a pattern selects, None if it is none."""
    try:
        report = checksig.verify(".", dict.fromkeys(names, "0" * 64), only=pattern, keep="all")
    except checksig.ManifestError:
        return []
    except ValueError:
        return None
    return [result.path for result in report]


def expected(pattern: str, names: list[str], matches: Callable[[str, str], bool]) -> list[str]:
    """List what a matcher of whole names would select."""
    whole = "/" in pattern
    texts = {name: name if whole else name.rpartition("/")[2] for name in names}
    return [name for name, text in texts.items() if name == pattern or matches(text, pattern)]


def matches_in_c(name: str, pattern: str) -> bool:
    return not ctypes.CDLL(None).fnmatch(os.fsencode(pattern), os.fsencode(name), PATHNAME)


@linux
@given(pattern=PATTERNS, names=st.lists(NAMES, min_size=1, max_size=8, unique=True))
@example(pattern="[]a]", names=["]", "a", "b"])
@example(pattern="[a-]", names=["a", "-", "b"])
@example(pattern="[!]a]", names=["]", "a", "b"])
@example(pattern="[[:alpha:]-]*", names=["ab", "-", "1"])
@example(pattern="{a,b}", names=["a", "b", "{a,b}"])
def test_a_pattern_selects_what_it_does_in_a_shell(pattern: str, names: list[str]) -> None:
    """The C library's fnmatch decides: it is what `find` and `case` go by."""
    assume("**" not in pattern and "//" not in pattern and not pattern.startswith("/"))  # those are our own
    assume("." not in pattern.split("/"))
    got = selected(pattern, names)
    if got is not None:  # what C takes for ordinary characters may be an error here, and never another selection
        assert expected(pattern, names, matches_in_c) == got


@given(pattern=PATTERNS, names=st.lists(NAMES, min_size=1, max_size=8, unique=True))
def test_a_pattern_for_the_last_part_selects_what_it_does_in_python(pattern: str, names: list[str]) -> None:
    """The standard library's fnmatch decides, where it reads sets as POSIX does."""
    assume(not re.search(r"[/\\]|\*\*|\[:|\[\^|\[\[|\.$", pattern))
    got = selected(pattern, names)
    if got is not None:
        assert expected(pattern, names, fnmatch.fnmatchcase) == got


@pytest.mark.parametrize(
    ("pattern", "advice"),
    [
        ("*.{iso,img}", "; braces have no special meaning in a pattern: give several patterns instead"),
        ("/data/*.iso", "; a slash at the start of a pattern means the root that names are relative to"),
        ("*.img", ""),
    ],
)
def test_a_pattern_that_matches_nothing_says_why_if_it_can(pattern: str, advice: str, tmp_path: Path) -> None:
    """As the error if nothing else is selected, and as the detail of a verdict otherwise."""
    (tmp_path / "SHA256SUMS").write_text(f"{'0' * 64}  a.iso\n")
    with pytest.raises(checksig.ManifestError) as caught:
        checksig.verify(tmp_path, only=pattern)
    assert f"no entry for {pattern}{advice}" == caught.value.reason
    report = checksig.verify(tmp_path, only=["a.iso", pattern])
    (result,) = (result for result in report if result.status is checksig.Status.NOT_LISTED)
    assert (pattern, advice[2:]) == (result.path, result.detail)
