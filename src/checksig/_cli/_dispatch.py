"""From a command line to what runs for it: help, completion, or a command."""

from __future__ import annotations

import os

from checksig._cli._commands import COMMANDS, GLOBAL, VERBOSE, VERSION
from checksig._cli._exit import Exit
from checksig._cli._options import HELP, parse
from checksig._cli._usage import UsageError, usage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def run(words: list[str]) -> int:
    """Run the command line *words*. Returns the exit status."""
    if "_CHECKSIG_COMPLETE" in os.environ:
        from checksig._cli._completion import complete

        return complete(os.environ["_CHECKSIG_COMPLETE"], words)
    try:
        options, rest = parse(words, (*GLOBAL, VERBOSE), operands_end_it=True)
        return _act(options, rest)
    except UsageError as e:
        return usage(str(e), e.hint or "see `checksig --help`")


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
    if name not in COMMANDS:
        reason = f"unknown command '{name}'"
        raise UsageError(reason, f"the commands are {' and '.join(COMMANDS)}")
    return _command(name, words)


def _command(name: str, words: list[str]) -> int:
    command = COMMANDS[name]
    try:
        options, operands = parse(words, command.options)
        return _help(name) if HELP.key in options else command.run(*operands, **options)
    except UsageError as e:
        return usage(str(e), e.hint or f"see `checksig {name} --help`")
    except ValueError as e:  # the API's word for an argument that makes no sense
        return usage(str(e))


def _help(name: str) -> int:
    from checksig._cli._help import print_page

    print_page(name)
    return Exit.OK
