"""From a command line to what runs for it: help, completion, or a command."""

from __future__ import annotations

import os

from checksig._cli._commands import COMMANDS, GLOBAL, SAME, VERBOSE, VERSION, commands_of
from checksig._cli._exit import Exit
from checksig._cli._options import HELP, parse, refuse_detached
from checksig._cli._streams import say
from checksig._cli._usage import UsageError, usage
from checksig._text import shell_quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from checksig._cli._options import Command, Option

_STDIN = "-"


def run(words: list[str]) -> int:
    """Run the command line *words*. Returns the exit status."""
    if "_CHECKSIG_COMPLETE" in os.environ:
        from checksig._cli._completion import complete

        return complete(os.environ["_CHECKSIG_COMPLETE"], words)
    if not words:
        return _nothing()
    try:
        options, rest = parse(words, (*GLOBAL, VERBOSE), operands_end_it=True)
        return _act(options, rest)
    except UsageError as e:
        if words[0].startswith("-"):
            return _behind_options(words, e)
        return usage(str(e), e.hint or "see `checksig --help`")


def _nothing() -> int:
    from checksig._cli._help import page

    for line in page(""):
        say(line, prefix="")
    return Exit.NO_VERDICT


def _act(options: dict[str, Any], rest: list[str]) -> int:
    """Do what comes before a command, or the command."""
    if HELP.key in options:
        return _help("")
    if VERSION.key in options:
        from checksig._cli._version import print_version

        return print_version(verbose=VERBOSE.key in options)
    if VERBOSE.key in options or not rest:
        reason = "--verbose before a command requires --version" if options else "no command given"
        raise UsageError(reason)
    name, *words = rest
    name = SAME.get(name, name)
    if name in COMMANDS:
        return _command(name, words)
    if name == "help":
        return _help_on(words)
    if name == _STDIN or os.path.lexists(name) or _is_listed(name):
        return _command("verify", rest)
    raise _unknown(name)


def _is_listed(name: str) -> bool:
    """Say whether a list has an entry for a file that doesn't exist."""
    from checksig._cli._operands import unlisted
    from checksig._errors import ChecksigError

    try:
        return not unlisted([name])
    except ChecksigError:
        return False


def _behind_options(words: list[str], error: UsageError) -> int:
    """Run a command line that begins with options of a command, such as ``-c LIST``, or end with *error*.

    Without the name of a command it is one of ``verify``.
    """
    for i, word in enumerate(words):
        name = SAME.get(word, word)
        if name in COMMANDS:
            return _command(name, words[:i] + words[i + 1 :])
    try:
        _, operands = parse(words, COMMANDS["verify"].options)
    except UsageError as e:
        error = error if error.hint else e
    else:
        if operands or not (error.hint or words == ["--"]):
            return _command("verify", words)
    return usage(str(error), error.hint or "see `checksig --help`")


def _command(name: str, words: list[str]) -> int:
    within = commands_of(name)
    if within and words and f"{name} {words[0]}" in within:
        return _run(f"{name} {words[0]}", within[f"{name} {words[0]}"], words[1:])
    if within and words and not words[0].startswith("-"):
        known = ", ".join(one.removeprefix(f"{name} ") for one in within)
        return usage(f"unknown command '{name} {words[0]}'", f"the commands of {name} are {known}")
    return _run(name, COMMANDS[name], words)


def _run(name: str, command: Command, words: list[str]) -> int:
    try:
        options, operands = parse(words, command.options)
        refuse_detached(words, command.options)
        return _help(name) if HELP.key in options else command.run(*operands, **options)
    except UsageError as e:
        return usage(str(e), e.hint or f"see `checksig {name} --help`")
    except ValueError as e:  # the API's word for an argument that makes no sense
        return usage(_as_typed(str(e), command.options))


def _as_typed(text: str, options: Iterable[Option]) -> str:
    """Return a message of the API, which begins with the argument's name, with the option in its place."""
    argument, colon, rest = text.partition(":")
    named = [option.names[-1] for option in options if option.key == argument]
    return f"{named[0]}{colon}{rest}" if named else text


def _unknown(name: str) -> UsageError:
    """Return the error for a first word that is neither a command nor a path."""
    from checksig._cli._habits import hint

    if "/" in name or "." in name:
        return UsageError(
            f"{shell_quoted(name)}: no such file or directory", "give a directory, a checksum list or a file"
        )
    return UsageError(f"unknown command '{name}'", hint(name) or f"the commands are {', '.join(COMMANDS)} and help")


def _help_on(words: list[str]) -> int:
    if not words:
        return _help("")
    name = SAME.get(words[0], words[0])
    if name not in COMMANDS:
        raise _unknown(name)
    both = " ".join([name, *words[1:2]])
    return _help(both if both in commands_of(name) else name)


def _help(name: str) -> int:
    from checksig._cli._help import print_page

    print_page(name)
    return Exit.OK
