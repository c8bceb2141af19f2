"""How the words of a command line are read."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest

import checksig
from checksig import AllowedSigners, Minisign, OpenPGP, Signify, Sigstore
from checksig._cli import _track
from checksig._cli._commands import COMMANDS, commands_of
from checksig._cli._create import creation
from checksig._cli._options import _reason, parse
from checksig._cli._run import Style, verification
from checksig._cli._signature_options import KEYS, SIGNATURES
from checksig._cli._trusted import signed_by
from checksig._cli._update import update
from checksig._cli._usage import UsageError
from checksig.track import Archive


@pytest.mark.parametrize(
    ("words", "options", "operands"),
    [
        ("", {}, []),
        ("a b", {}, ["a", "b"]),
        ("a -q b --extra", {"quiet": True, "extra": "all"}, ["a", "b"]),
        ("--extra files", {"extra": "all"}, ["files"]),
        ("--extra=files all", {"extra": "files"}, ["all"]),
        ("--ext=files -q --ext", {"quiet": True, "extra": "all"}, []),
        ("--extra=all --extra=files", {"extra": "files"}, []),
        ("--root --extra=files", {"root": "--extra=files"}, []),
        ("--root=--extra=files", {"root": "--extra=files"}, []),
        ("-- --extra=files --extra", {}, ["--extra=files", "--extra"]),
        ("--allow-links-to a b --allow-links=c", {"allow_links_to": ["a", "c"]}, ["b"]),
        ("-qvj2 a", {"quiet": True, "verbose": True, "jobs": 2}, ["a"]),
        ("-j 2 --root=x", {"jobs": 2, "root": "x"}, []),
        ("--root -x --timeout=.5", {"root": "-x", "timeout": 0.5}, []),
        ("--strict --no-strict", {"strict": False}, []),
        ("--no-strict --strict", {"strict": True}, []),
        ("--ignore", {"ignore_missing": True}, []),
        ("-q -- -v --help", {"quiet": True}, ["-v", "--help"]),
        ("-", {}, ["-"]),
        ("--jobs many a --help", {"help": True}, []),
    ],
)
def test_words_are_read_as_gnu_programs_do(words: str, options: dict[str, Any], operands: list[str]) -> None:
    """Options may come anywhere, together, shortened, with values in the same word or the next."""
    assert parse(words.split(), COMMANDS["verify"].options) == (options, operands)


@pytest.mark.parametrize(
    ("words", "reason", "hint"),
    [
        ("--verbos=1", "^option '--verbose' doesn't allow an argument$", ""),
        ("--extra=links", "^invalid value 'links' for --extra: must be all or files$", ""),
        ("--extra=", "^--extra is empty$", "give it a value, or leave --extra out"),
        ("--ext --extr=x", "^invalid value 'x' for --extra: ", ""),
        ("--js=x", "^option '--json' doesn't allow an argument$", ""),
        ("--=files", "^option '--' is ambiguous$", ""),
        ("--allow-links-to", "^option '--allow-links-to' requires an argument$", ""),
        ("--allow-links-to=", "^--allow-links-to is empty$", "give it a value, or leave --allow-links-to out"),
        ("--no", "^option '--no' is ambiguous$", "did you mean --no-strict or --no-cache or --no-progress?"),
        ("--jsno", "^unrecognized option '--jsno'$", "did you mean --json?"),
        ("-Z", "^unrecognized option '-Z'$", ""),
        ("--root", "^option '--root' requires an argument$", ""),
        ("-j", "^option '-j' requires an argument$", ""),
        ("-j 1.5", "^invalid value '1.5' for -j: must be a whole number", ""),
    ],
)
def test_what_can_not_be_read_is_a_usage_error(words: str, reason: str, hint: str) -> None:
    """It says which option, and which one may have been meant."""
    with pytest.raises(UsageError, match=reason) as caught:
        parse(words.split(), COMMANDS["verify"].options)
    assert caught.value.hint == hint


def test_newer_pythons_add_to_their_reason() -> None:
    """As 3.14.8 does; the hint names the options already."""
    assert "option '--no' is ambiguous" == _reason("option --no not a unique prefix; possible options: no-a, no-b")


@pytest.mark.parametrize(
    ("name", "takers"),
    [
        ("verify", [verification, checksig.verify]),
        ("create", [creation, checksig.create]),
        ("update", [update, checksig.update]),
    ],
)
def test_what_runs_takes_every_option(name: str, takers: list[Callable[..., object]]) -> None:
    """An option that is new on the command line can't be forgotten behind it."""
    taken = {argument for taker in takers for argument in inspect.signature(taker).parameters}
    keys = {option.key for option in COMMANDS[name].options if not option.ignored}
    elsewhere = {"include", "exclude_from"}  # test_excludes.py
    elsewhere |= {"files_from", "files0_from"}  # test_chosen_files.py
    assert {"help"} == keys - taken - {*KEYS} - elsewhere


@pytest.mark.parametrize("name", commands_of("track"))
def test_what_runs_on_an_archive_takes_every_option(name: str) -> None:
    """Those of the output are all taken by `Style`, and excludes are in test_excludes.py."""
    word = name.split()[1]
    takers: list[Callable[..., object]] = [getattr(_track, word), getattr(Archive, word), Style]
    taken = {argument for taker in takers for argument in inspect.signature(taker).parameters}
    keys = {option.key for option in commands_of("track")[name].options}
    assert {"help"} == keys - taken - {"include", "exclude_from", "json"}


def test_what_runs_takes_every_option_of_signatures() -> None:
    """It takes them out of the options, and makes of them the arguments of `verify`."""
    values = {option.key: "K" if option.metavar else True for option in SIGNATURES}
    options: dict[str, Any] = {**values, "key": ["K"], "keyring": ["K"], "signature": "auto", "other": 1}
    found = signed_by(options)
    assert {"other": 1} == options
    everyone = [
        Minisign("K"),
        Signify("K"),
        AllowedSigners("K", "K", "K", "K"),
        OpenPGP(["K"]),
        Sigstore("K", "K", "K"),
    ]
    assert {"trust": everyone, "signature": None, "require_all": True} == found
