"""The commands and their options."""

from __future__ import annotations

from checksig._cli._excludes import OPTIONS as EXCLUDES
from checksig._cli._files_from import OPTIONS as FILES
from checksig._cli._options import COLOR, FORMATS, HELP, JSON, SHARED, Command, Option, one_of, seconds
from checksig._cli._signature_options import SIGNATURES
from checksig._cli._usage import UsageError
from checksig._readers import READERS
from checksig._text import shell_quoted
from checksig._words import FORMATS as LIST_FORMATS
from checksig._words import LISTED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


SAME = {"check": "verify"}
"""Words that are commands under another name."""

WITHOUT_EFFECT = (
    Option(("-w", "--warn"), "", ignored=True),
    Option(("-b", "--binary"), "", ignored=True),
    Option(("-t", "--text"), "", ignored=True),
)
"""Options of coreutils that ask for what `verify` does anyway."""


def _verify(*paths: str, **options: Any) -> int:  # noqa: ANN401 - verification() has their types
    from checksig._cli._run import verification

    return verification(paths, **options)


def _list(*paths: str, **options: Any) -> int:  # noqa: ANN401 - listing() has their types
    if len(paths) != 1 or not paths[0]:
        reason = f"expected one LIST, got {len(paths)}" if len(paths) != 1 else "LIST is empty"
        raise UsageError(reason)
    from checksig._cli._list import listing

    return listing(*paths, **options)


def _diff(*paths: str, **options: Any) -> int:  # noqa: ANN401 - comparison() has their types
    from checksig._cli._diff import check, comparison

    return comparison(*check(paths), **options)


def _merge(*paths: str, **options: Any) -> int:  # noqa: ANN401 - merging() has their types
    from checksig._cli._merge import merging

    return merging(paths, **options)


def _create(*paths: str, **options: Any) -> int:  # noqa: ANN401 - creation() has their types
    from checksig._cli._create import creation

    return creation(paths, **options)


def _update(*paths: str, **options: Any) -> int:  # noqa: ANN401 - update() has their types
    from checksig._cli._update import update

    if len(paths) > 1:
        reason = f"expected one LIST, got another: {shell_quoted(paths[1])}"
        raise UsageError(reason)
    return update(*paths, **options)


def _track(*_words: str, **_options: object) -> int:
    reason = "no command of `checksig track` given"
    raise UsageError(reason)


def _allow_links_to(help_: str) -> Option:
    return Option(("--allow-links-to",), f"{help_} Can be repeated.", "DIR", repeatable=True)


def _shard(text: str) -> tuple[int, int]:
    from checksig._cli._shard import shard

    return shard(text)


def _executor(what: str) -> Option:
    return Option(
        ("--executor",),
        f"{what} by the workers of WHERE, part by part: processes:N on this machine, dask://HOST:PORT (needs "
        "checksig[dask]) or mpi (needs checksig[mpi]).",
        "WHERE",
        choices=("processes:", "dask://", "mpi"),
    )


def _list_format(text: str) -> str:
    if text in LIST_FORMATS or text in READERS:
        return text
    from checksig._readers._plugins import names  # of other packages

    return one_of(*LIST_FORMATS, *READERS, *names())(text)


_READING = (
    Option(
        ("-a", "--algorithm"),
        "Digest algorithm, such as sha3-256, of lines that specify none. Default: the one in the name of the "
        "list, or by the length of the digest.",
        "NAME",
        choices=LISTED,
    ),
    Option(
        ("--list-format",),
        "Read every LIST as NAME: coreutils, one-space, bare, sfv, hashdeep, spdx or another of docs/format.md. "
        "Default: as its content shows.",
        "NAME",
        read=_list_format,
        choices=(*LIST_FORMATS, *READERS),
    ),
    Option(("--backslash",), "Read each backslash in the names of lists as a slash."),
)

_REPORTING = (
    Option(
        ("-v", "--verbose"),
        "Also print verified files (NAME: OK), and the digests and size of those that fail.",
    ),
    Option(("-q", "--quiet"), "Print only failures and errors. No effect on other formats than text."),
    Option(
        ("--format",),
        "Write FORMAT to standard output: text, json (JSON Lines), csv, junit, html (needs checksig[report]) "
        "or github (annotations of GitHub Actions). Default: text.",
        "FORMAT",
        read=one_of(*FORMATS),
        choices=FORMATS,
    ),
    Option(
        ("--report",),
        "Also write a report to FILE, when the run ends. The name says the format (.txt, .json, .csv, .html, "
        "or .xml for JUnit), or write FORMAT:FILE. Only a report is replaced. Can be repeated.",
        "FILE",
        repeatable=True,
    ),
)
"""What is printed of verdicts, and where."""

_WRITTEN_LISTS = tuple(name for name, row in LIST_FORMATS.items() if row["writes"])
_WRITTEN = ("json", *_WRITTEN_LISTS)


def _algorithm(text: str) -> str:
    if "," in text:
        reason = "one algorithm; repeat the option for several"
        raise ValueError(reason)
    return text


COMMANDS = {
    "create": Command(
        "Write a checksum list of all files beneath ROOT, or of FILEs.",
        "[ROOT | FILE]...",
        (
            Option(
                ("-a", "--algorithm"),
                "Digest algorithm. Default: the one in the name of the list, or sha256. Can be repeated: each file "
                "is read once.",
                "NAME",
                read=_algorithm,
                choices=LISTED,
                repeatable=True,
            ),
            Option(
                ("-o", "--output"),
                "Write one list with all digests to PATH, or to standard output if PATH is -. Default: a file in ROOT "
                "for each algorithm, named after it, such as SHA256SUMS; or one beside each FILE, such as FILE.sha256.",
                "PATH",
            ),
            Option(
                ("--root",),
                "Names in the list of FILEs are relative to DIR. Default: the directory of PATH.",
                "DIR",
            ),
            *FILES,
            Option(
                ("--list-format",),
                f"Write a list of the format NAME: {', '.join(_WRITTEN_LISTS[:-1])} or {_WRITTEN_LISTS[-1]}. "
                "Default: the one in the name of PATH (.sfv, .hashdeep, .mtree), or coreutils.",
                "NAME",
                read=one_of(*_WRITTEN_LISTS),
                choices=_WRITTEN_LISTS,
            ),
            *EXCLUDES,
            Option(("--tag",), "Say the algorithm in each line, as in SHA256 (NAME) = HEX."),
            Option(
                ("--force",),
                "Replace lists that exist, if they are checksum lists or empty, or the files of an earlier bag.",
            ),
            Option(
                ("--bagit",),
                "Make ROOT a bag (RFC 8493): list the files in ROOT/data in a manifest, and write the other files of a "
                "bag. Default algorithm: sha512.",
            ),
            Option(("--in-place",), "With --bagit: move everything in ROOT into ROOT/data first."),
            Option(("--all",), "Also list other checksum lists directly in ROOT, and their signatures."),
            _allow_links_to("Also list symbolic links beneath ROOT that lead to files beneath DIR."),
            _executor("List the files beneath ROOT"),
            Option(("-q", "--quiet"), "Print only errors. No effect on --json."),
            *SHARED,
        ),
        _create,
    ),
    "diff": Command(
        "Compare two checksum lists, or a list and a directory.",
        "OLD NEW",
        (
            *EXCLUDES,
            *_READING,
            Option(
                ("--strict",),
                "Fail for lines that can't be read as entries. Default: --strict.",
                negatable=True,
            ),
            _allow_links_to("Accept symbolic links in the directory that lead to files beneath DIR."),
            Option(("-q", "--quiet"), "Print only changes and errors. No effect on --json."),
            *SHARED,
        ),
        _diff,
    ),
    "list": Command(
        "Print a checksum list as JSON Lines, or in another format.",
        "LIST",
        (
            Option(
                ("--to",),
                f"Write FORMAT: {', '.join(_WRITTEN[:-1])} or {_WRITTEN[-1]}. Default: json (JSON Lines).",
                "FORMAT",
                read=one_of(*_WRITTEN),
                choices=_WRITTEN,
            ),
            Option(
                ("-o", "--output"),
                "With --to, write the list to PATH, as a whole or not at all. Default: standard output.",
                "PATH",
            ),
            Option(("--force",), "Replace PATH if it exists."),
            *_READING,
            Option(
                ("--strict",),
                "Fail for lines that can't be read as entries. Default: --strict.",
                negatable=True,
            ),
            COLOR,
            HELP,
        ),
        _list,
    ),
    "merge": Command(
        "Put together what `verify --shard` has found on several machines.",
        "PART...",
        (*_REPORTING, COLOR, JSON, HELP),
        _merge,
    ),
    "track": Command(
        "Keep a record of an archive, and find what has changed or rotted.", "COMMAND [ARGS]...", (HELP,), _track
    ),
    "update": Command(
        "Bring a checksum list up to date, without blessing damage.",
        "[LIST]",
        (
            Option(
                ("--accept",),
                "Replace the digest of the file NAME, although it differs. If LIST has no such name, NAME is a "
                "pattern, as for verify --only. Can be repeated.",
                "NAME",
                repeatable=True,
            ),
            Option(("--drop-missing",), "Remove the entries of missing files."),
            Option(
                ("--add",),
                "Add files beneath ROOT that LIST does not name, as create would list them. Default: --add.",
                negatable=True,
            ),
            Option(
                ("--quick",),
                "Verify only files that changed after LIST was written, by their times, or have another size than it "
                "says. This finds no damage.",
            ),
            Option(("--root",), "Names in LIST are relative to DIR. Default: the directory of LIST.", "DIR"),
            *EXCLUDES,
            *(option for option in _READING if option.names[-1] != "--backslash"),
            _allow_links_to("Also add symbolic links beneath ROOT that lead to files beneath DIR."),
            Option(("-q", "--quiet"), "Print only failures and errors. No effect on --json."),
            *SHARED,
        ),
        _update,
    ),
    "verify": Command(
        "Check files against their checksum lists.",
        "[ROOT | LIST | FILE]...",
        (
            Option(
                ("--only",),
                "Verify only names that match GLOB: *.iso is for names in any directory, disks/*.iso and disks/** "
                "for whole names. Can be repeated.",
                "GLOB",
                repeatable=True,
            ),
            *EXCLUDES,
            Option(("-r", "--recursive"), "Use the lists in all directories beneath ROOT, each for its own directory."),
            Option(
                ("--installed",),
                "Verify installed Python distributions by their RECORD: all in each PATH with a slash, such as .venv/, "
                "or of this Python; or only those that are named.",
            ),
            Option(("--root",), "Names in LISTs are relative to DIR. Default: the directory of each LIST.", "DIR"),
            *FILES,
            *_READING,
            Option(("--ignore-missing",), "Don't fail for missing files."),
            Option(
                ("--detect-collisions",),
                "Fail for files of known collision attacks on SHA-1, if a list has their SHA-1. Slower.",
            ),
            Option(
                ("--extra",),
                "Fail for files beneath ROOT that no list names: all, or only regular files, and so no links, FIFOs, "
                "devices and sockets. Default without a value: all. Not with FILE, --only or --recursive.",
                "all|files",
                read=one_of("all", "files"),
                choices=("all", "files"),
                default="all",
            ),
            Option(
                ("--moved",),
                "With --extra, look for missing files among those: one with the listed content is reported as moved.",
            ),
            *SIGNATURES,
            _allow_links_to("Accept symbolic links beneath ROOT that lead to files beneath DIR."),
            Option(
                ("--strict",),
                "Fail for lines that can't be read as entries, and for a list without entries if others have some. "
                "Default: --strict.",
                negatable=True,
            ),
            _executor("Verify"),
            Option(
                ("--shard",),
                "Verify only the Ith of N parts of the lists, each with about as much to read, on one of N machines. "
                "Requires --json. `checksig merge` makes one run of all parts.",
                "I/N",
                read=_shard,
            ),
            Option(("--timeout",), "Stop after this many seconds, with exit status 2.", "SECONDS", read=seconds),
            Option(("--fail-fast",), "Stop at the first failure."),
            *_REPORTING,
            *SHARED,
            Option(("-c", "--check"), ""),
            Option(("--status",), ""),
            *WITHOUT_EFFECT,
        ),
        _verify,
    ),
}


def commands_of(name: str) -> dict[str, Command]:
    """Return the commands of a command, by the names of both, such as ``track scan``; mostly there are none."""
    if name != "track":
        return {}
    from checksig._cli._track_commands import COMMANDS as OF_TRACK

    return OF_TRACK


def every() -> dict[str, Command]:
    """Return all commands, and those that they have, by their names."""
    return {name: command for one in COMMANDS for name, command in ((one, COMMANDS[one]), *commands_of(one).items())}


VERSION = Option(
    ("-V", "--version"),
    "Print the versions of checksig and its engine; with --verbose, also what the engine holds and its limits.",
)
VERBOSE = Option(("-v", "--verbose"), "")
"""For --version alone, and hidden: not on the help page."""

GLOBAL = (VERSION, HELP)
