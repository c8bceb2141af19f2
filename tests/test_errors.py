"""The text of an error: for people, whatever is in the paths and reasons."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

import checksig
from conftest import Tree


@given(path=st.text(), line=st.integers(0, 9), reason=st.text())
def test_the_text_of_an_error_is_one_printable_line(path: str, line: int, reason: str) -> None:
    """A name can't move the cursor of whoever reads a log."""
    assert str(checksig.ManifestError(path, line, reason)).isprintable()
    assert str(checksig.EngineError(path, reason)).isprintable()


@pytest.mark.parametrize("name", ["list\x1b[31m", "list\u202e"])
def test_a_list_with_a_dangerous_name_is_named_with_escapes(name: str, tree: Tree) -> None:
    """Whoever catches the error has the real path."""
    root = tree({"a": b"1"})
    name = os.fsdecode(name.encode())
    with pytest.raises(checksig.ManifestError) as caught:
        checksig.verify(root, root / name)
    assert str(root / name) == caught.value.path
    assert name not in str(caught.value)
    assert "list" in str(caught.value)
