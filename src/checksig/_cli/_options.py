"""Options, and how the words of a command line are read by them: by getopt, as GNU programs do.

click takes longer to import than thousands of files to verify. argparse lays out help differently from one
Python to the next, takes no value that begins with a dash, and doesn't show its options to a completion.
"""

from __future__ import annotations

import os
from itertools import pairwise

from checksig._cli._usage import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any


FORMATS = ("text", "json", "csv", "junit", "html", "github")
"""Of what `verify` reports."""


class Option:  # a NamedTuple takes longer to make than all options
    """An option: a flag, or one that takes a value.

    *names* are as typed, the long one last. *metavar* names the value on the help page; a flag has none.
    *read* makes the value of its text, or raises `ValueError` with what it must be. *choices* are what a
    shell may complete; the engine knows more spellings. A *negatable* flag has an opposite, ``--no-NAME``.
    The value of an option with a *default* may be left out, and can only be given as ``--NAME=VALUE``. A
    *repeatable* option has a list of values. An *ignored* one has no effect. One without a *help_* is not on
    the help page.
    """

    def __init__(
        self,
        names: tuple[str, ...],
        help_: str,
        metavar: str = "",
        read: Callable[[str], object] = str,
        choices: tuple[str, ...] = (),
        *,
        default: str = "",
        ignored: bool = False,
        negatable: bool = False,
        repeatable: bool = False,
    ) -> None:
        self.names, self.help, self.metavar, self.read = names, help_, metavar, read
        self.choices, self.default, self.negatable, self.repeatable = choices, default, negatable, repeatable
        self.ignored = ignored

    @property
    def needs_value(self) -> bool:
        """Whether the next word is its value, if none is attached."""
        return bool(self.metavar) and not self.default

    @property
    def usage(self) -> str:
        """The names and the value, as the help page has them."""
        names = (" / " if self.negatable else ", ").join(self.spellings)
        return f"{names}[={self.metavar}]" if self.default else f"{names} {self.metavar}".rstrip()

    @property
    def key(self) -> str:
        """The name as an argument in Python."""
        return self.names[-1][2:].replace("-", "_")

    @property
    def spellings(self) -> tuple[str, ...]:
        """All names: with the opposite, where there is one."""
        return (*self.names, f"--no-{self.names[-1][2:]}") if self.negatable else self.names

    def value(self, spelling: str, text: str) -> object:
        """Return what the option has by this *spelling* with this *text*.

        :raises UsageError: the text is invalid.
        """
        if not self.metavar:
            return spelling in self.names
        if not text:
            reason = f"{spelling} is empty"
            raise UsageError(reason, f"give it a value, or leave {spelling} out")
        try:
            return self.read(text)
        except ValueError as e:
            reason = f"invalid value {text!r} for {spelling}: must be {e}"
            raise UsageError(reason) from e


class Command:
    """A command.

    *operands* are as the usage line has them. *run* takes the operands, and the options by name, and
    returns the exit status. *text* and *end* are of its help page; `_help` has those of most.
    """

    def __init__(  # noqa: PLR0917 - what a command has
        self,
        summary: str,
        operands: str,
        options: tuple[Option, ...],
        run: Callable[..., int],
        text: str = "",
        end: str = "",
    ) -> None:
        self.summary, self.operands, self.options, self.run = summary, operands, options, run
        self.text, self.end = text, end


def one_of(*words: str) -> Callable[[str], str]:
    """Return what reads one of a few words."""

    def read(text: str) -> str:
        if text not in words:
            must = f"{', '.join(words[:-1])} or {words[-1]}"
            raise ValueError(must)
        return text

    return read


HELP = Option(("-h", "--help"), "Print this help and exit.")


def parse(
    words: Sequence[str], options: Iterable[Option], *, operands_end_it: bool = False
) -> tuple[dict[str, Any], list[str]]:
    """Return what the options in *words* say, by their keys, and the operands.

    Where they ask for help, nothing else is looked at. With *operands_end_it*, options behind the first
    operand are operands.

    :raises UsageError: an option is unknown, or has no value or an invalid one.
    """
    if not any(word.startswith("-") and word != "-" for word in (words[:1] if operands_end_it else words)):
        return {}, list(words)
    import getopt  # takes a thirtieth of the start

    known = {spelling: option for option in options for spelling in option.spellings}
    try:
        found, operands = _read(words, known, getopt.getopt if operands_end_it else getopt.gnu_getopt)
    except getopt.GetoptError as e:
        shown = [spelling for spelling, option in known.items() if option.help]
        raise UsageError(_reason(e.msg), _similar(e.opt, shown)) from e
    if any(known[spelling] is HELP for spelling, _ in found):
        return {HELP.key: True}, []
    values: dict[str, Any] = {}
    for spelling, text in found:
        option = known[spelling]
        if option.ignored:
            continue
        value = option.value(spelling, text)
        values[option.key] = [*values.get(option.key, []), value] if option.repeatable else value
    return values, operands


def _read(
    words: Sequence[str], known: dict[str, Option], read: Callable[..., tuple[list[tuple[str, str]], list[str]]]
) -> tuple[list[tuple[str, str]], list[str]]:
    """Let getopt take *words* apart.

    Only from Python 3.14 on does it know values that may be left out. A word such as ``--extra=files`` goes
    through it as a flag of its own instead, whose name nobody can type. It may turn out to be no option, but
    the value of the one before it, or an operand.
    """
    short = "".join(name[1:] + ":" * option.needs_value for name, option in known.items() if name[1] != "-")
    long = [name[2:] + "=" * option.needs_value for name, option in known.items() if name[1] == "-"]
    hidden: dict[str, tuple[str, str, str]] = {}
    passed = list(words)
    for i, word in enumerate(words):
        spelling, equals, text = word.partition("=")
        name = _full(spelling, known)
        if equals and name and known[name].default:
            passed[i] = f"--\0{i}"
            hidden[passed[i]] = (name, text, word)
    found, operands = read(passed, short, [*long, *(flag[2:] for flag in hidden)])

    def shown(word: str) -> str:
        return hidden[word][2] if word in hidden else word

    options = []
    for spelling, text in found:
        if spelling in hidden:
            options.append(hidden[spelling][:2])
        else:
            options.append((spelling, shown(text) if known[spelling].needs_value else known[spelling].default))
    return options, [shown(word) for word in operands]


def refuse_detached(words: Sequence[str], options: Iterable[Option]) -> None:
    """Refuse a word behind an option such as --color that can only be meant as its value: there is no such path.

    :raises UsageError: there is such a word.
    """
    known = {spelling: option for option in options for spelling in option.spellings}
    for word, following in pairwise(words):
        if word == "--":
            return
        spelling = _full(word, known)
        if not spelling or not known[spelling].default:
            continue
        if not following:
            known[spelling].value(spelling, following)
        if following in known[spelling].choices and not os.path.lexists(following):
            reason = f"{following}: no such file or directory"
            raise UsageError(reason, f"did you mean {spelling}={following}?")


def _full(spelling: str, known: Iterable[str]) -> str:
    """Return the long name of which *spelling* is the only beginning, if there is one."""
    if not spelling.startswith("--"):
        return ""
    meant = [spelling] if spelling in known else [name for name in known if name.startswith(spelling)]
    return meant[0] if len(meant) == 1 else ""


_REASONS = {
    " not recognized": "unrecognized option '{}'",
    " requires argument": "option '{}' requires an argument",
    " not a unique prefix": "option '{}' is ambiguous",
    " must not have an argument": "option '{}' doesn't allow an argument",
}
"""How the messages of getopt end, and what GNU programs say in their place."""


def _reason(message: str) -> str:
    message = message.partition("; possible options: ")[0]  # which newer releases of Python 3.14 name
    for end, reason in _REASONS.items():
        if message.endswith(end):
            return reason.format(message.removeprefix("option ").removesuffix(end))
    return message


def _similar(unknown: str, known: Iterable[str]) -> str:
    """Return a hint at the names that may have been meant, where there are any."""
    name = f"--{unknown}"
    if len(unknown) < 2 or name in known:
        return ""
    import difflib

    meant = [other for other in known if other.startswith(name)] or difflib.get_close_matches(name, known, 1, 0.8)
    return f"did you mean {' or '.join(meant)}?" if meant else ""


def workers(text: str) -> int:
    """Read a number of workers."""
    from checksig._arguments import MOST_JOBS

    try:
        number = int(text)
    except ValueError:
        number = 0
    if not 1 <= number <= MOST_JOBS:
        must = f"a whole number from 1 to {MOST_JOBS}"
        raise ValueError(must)
    return number


def seconds(text: str) -> float:
    """Read a time."""
    try:
        number = float(text)
    except ValueError:
        number = -1
    if not 0 <= number < float("inf"):
        must = "a number of seconds, 0 or more"
        raise ValueError(must)
    return number


COLOR = Option(
    ("--color",),
    "Colour words such as FAILED: auto, always or never. Default: auto, which is on terminals only, and not if "
    "NO_COLOR is set. Default without a value: always.",
    "WHEN",
    read=one_of("auto", "always", "never"),
    choices=("auto", "always", "never"),
    default="always",
)

JSON = Option(("--json",), "Write JSON Lines to standard output instead of text.")

SHARED = (
    Option(
        ("-j", "--jobs"),
        "Use N workers, from 1 to 1024. Default: one for each CPU that this process may use, and up to 64 while "
        "storage is waited for.",
        "N",
        read=workers,
    ),
    Option(
        ("--no-cache",),
        "Leave nothing of the files in the system's cache that was not in it before. No effect on Windows.",
    ),
    Option(
        ("--progress",),
        "Show progress on standard error. Default: only on a terminal, and not with --quiet or --json.",
        negatable=True,
    ),
    COLOR,
    JSON,
    HELP,
)
