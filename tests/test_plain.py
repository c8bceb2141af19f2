"""Arguments that are read without click mean what click takes them to mean."""

from __future__ import annotations

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from checksig._cli._commands import verify
from checksig._cli._plain import DEFAULTS, FLAGS, VALUES, parse

TEXT = st.text(
    st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=3
)  # what a process can be given
WORDS = st.sampled_from(
    [*FLAGS, *VALUES, "", "-", "--", "-qv", "--quiet=1", "--roo", "-j", "3", "a", "b c", "é", "--help"]
)


def by_click(arguments: list[str]) -> dict[str, object]:
    """Return the options as click parses them."""
    with verify.make_context("verify", arguments[1:]) as context:
        return dict(context.params)


@given(words=st.lists(WORDS | TEXT, max_size=6))
def test_plain_arguments_are_those_of_click(words: list[str]) -> None:
    """What is plain to see is the same to click; what is wrong is left to it."""
    plain = parse(["verify", *words])
    if plain is not None:
        assert plain == by_click(["verify", *words])


@pytest.mark.parametrize(
    "arguments",
    [[], ["create"], ["verify", "--help"], ["verify", "-qv"], ["verify", "--", "-q"], ["verify", "--root"]],
)
def test_other_arguments_are_for_click(arguments: list[str]) -> None:
    """Abbreviations, values in one word, other commands and help."""
    assert parse(arguments) is None


def test_every_option_of_click_has_a_default() -> None:
    """An option that is new there can't be forgotten here."""
    names = {p.name for p in verify.params if isinstance(p, click.Option)}
    assert set(DEFAULTS) == names
