"""The help pages, filled to the width of the terminal. A paragraph with an indented line is printed as it is."""

from __future__ import annotations

import shutil
import textwrap

from checksig._cli._commands import COMMANDS, GLOBAL, commands_of
from checksig._cli._streams import put
from checksig._words import LISTED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checksig._cli._options import Command, Option

_WIDEST = 78
"""Columns, of which a reader's eye finds the next line."""

_NAMES = 30
"""Columns for the names of options, at most."""

TEXTS = {
    "": "Verify files against their checksum lists, and read and write such lists.",
    "verify": """\
Check files against their checksum lists.

A ROOT is a directory: all lists directly in it that have a usual name are used, such as
SHA256SUMS, sha1sum.txt or *.md5; one with a bagit.txt is verified as a bag (RFC 8493). The names
in a LIST are relative to the directory that the list is in, or to --root; - is standard input,
whose names are relative to the current directory. Any other file is a FILE: only the entries for
FILEs are verified, from the given LISTs, or from those beside each FILE. The default ROOT is the
current directory.

Files that are not as listed are printed to standard output, one per line, as they are found:

  NAME: FAILED (VERDICT)         the file NAME is not verified
  LIST:LINE: MALFORMED (REASON)  the line can't be read as an entry
  LIST: FAILED (no entries)      the list has no entries, but other lists do

VERDICT is mismatch, missing, unreadable, not regular, outside root, changed (while it was
read), extra, moved to NAME or unsupported (algorithm), sometimes followed by a colon and the details. A NAME with
control characters, or with bytes that are not UTF-8, is printed in the shell's $'...' notation. A summary goes to
standard error.""",
    "list": """\
Print what a checksum list says, without looking at the files that it names.

LIST is a checksum list of any format, or - for standard input. Each entry is printed as a line of
JSON, with its digests and the size if LIST has it; docs/json.md describes the fields. With --to,
the entries are written as another checksum list. What FORMAT can't hold is an error: a line end in
a name, a digest that would be read as that of another algorithm, a missing size. Sizes are left
out where FORMAT has none, and a file with several digests has a line for each where it needs them.""",
    "diff": """\
Compare two checksum lists, or a list and a directory, and print what differs.

OLD and NEW are checksum lists of any format; one of them may be - for standard input, or a
directory, whose files are verified by the other one. Changes are printed to standard output, one
per line, in the order of the bytes of names:

  added: NAME             only NEW has it
  removed: NAME           only OLD has it
  changed: NAME           its digest or size differs
  moved: NAME -> NAME     a file that OLD has under another name
  not comparable: NAME (REASON)
                          no digests of one algorithm, or the file can't be read

Digests are compared by all algorithms that both sides have of a name. All files of a directory
that was renamed are one line. A summary goes to standard error.""",
    "merge": """\
Put together what runs on the shards of a list have found, and print it as one run would.

Each PART is a file that `checksig verify --shard I/N --json LIST` has written, or - for standard
input. The parts may come in any order; verdicts are printed in that of the list. The parts must be
those of all shards, each once, of the same lists with the same options, and complete: each ends
with a summary. Else nothing is merged: what is missing, doubled, different or cut short is named,
with the exit status 2.

A shard that ended without a verdict, or that turns out to be damaged, leaves the whole without one;
the verdicts on the others are printed all the same. Where all files of a shard are missing, and its
root is another directory than that of the others, they are not reported as missing: that host may
not have mounted it.""",
    "update": """\
Bring a checksum list up to date: verify what it names, and add what is new.

LIST is a checksum list, or a directory that has only one; by default, it is the one in the current
directory. The list keeps its order, format, comments and permissions. It is replaced as a whole, and
not if it was edited meanwhile. A list that is signed or part of a bag is refused.

A file that fails keeps the list as it is, so that no damage is taken for what was meant: a mismatch
fails unless --accept names it. Patterns of --exclude keep new files out; what is listed is verified
all the same. A missing file fails, and its entry stays, unless --drop-missing is
given; what is new is added all the same.

These lines are printed to standard output, besides those of verify:

  NAME: ADDED      the file is new in the list
  NAME: ACCEPTED   its digest was replaced
  NAME: REMOVED    the file is missing, and its entry was removed; if a new
                   file has its content, (moved to NEW) follows

A summary goes to standard error.""",
    "track": """\
Keep a record of an archive: what its files are to be, and what happened to them.

`init` records all files beneath ROOT in a database, with their digests. `scan` then finds what was
added, changed, moved or lost, and reads nothing else; `verify` reads the files again and finds those
that have rotted: whose content has changed, although neither their size nor their time has. Both
change nothing beneath ROOT. What they find stays a difference until it is accepted, or gone.

See `checksig track COMMAND --help` for each command, and docs/track.md for how to run them
regularly.""",
    "create": f"""\
Write a checksum list of all files beneath ROOT, or make ROOT a bag; or list FILEs alone.

The list is sorted by name; names are relative to ROOT, by default the current directory. It is
written as a whole or not at all, and so are several. It does not contain itself, nor other checksum
lists directly in ROOT, nor their signatures.

Each FILE gets a list of its own beside it, such as FILE.sha256. With --output or --root, one list
has all FILEs, and no other files.

The path of each list is printed to standard output, the number of files to standard error. Known
algorithms: {", ".join(LISTED)}.""",
}

ENDS = {
    "track": """\
Exit status:
  0    everything is as recorded, as far as is known
  1    at least one file is not
  2    no verdict: usage error, no usable database, another run uses it, or
       ROOT is missing, empty or on another device; nothing was forgotten
  130  interrupted by Ctrl-C; what was committed stays
  141  the output pipe was closed""",
    "": """\
See `checksig COMMAND --help` for more about a command. `checksig PATH` is short for
`checksig verify PATH`.""",
    "verify": """\
Examples:
  checksig verify                          use the lists in this directory
  checksig verify ~/Downloads/SHA256SUMS   use one list
  checksig verify ~/Downloads/disk.iso     find the list that names a file
  checksig verify --key minisign.pub SHA256SUMS
                                           check who signed the list, too
  checksig verify --ignore-missing SHA256SUMS
                                           check only files that exist
  checksig verify --extra /srv/backup      also report unlisted files
  checksig verify --no-strict --root / /var/lib/dpkg/info/*.md5sums
                                           names start at /; allow empty lists

Exit status:
  0    every listed file was verified
  1    at least one file was not verified
  2    no verdict: usage error, no readable list, a list that is not signed as
       demanded, timeout, or the engine can't be loaded; or the output could
       not be printed
  130  interrupted by Ctrl-C
  141  the output pipe was closed""",
    "list": """\
Examples:
  checksig list SHA256SUMS             print JSON Lines
  checksig list --to coreutils disk.sfv > sums.txt
                                       convert a list

Exit status:
  0    the list was read, and written
  1    a line can't be read as an entry, or is of an unsupported algorithm;
       with --to, nothing was written
  2    nothing could be read or written: usage error, no readable list, an
       entry that FORMAT can't hold, or the output exists
  130  interrupted by Ctrl-C
  141  the output pipe was closed""",
    "diff": """\
Examples:
  checksig diff SHA256SUMS.old SHA256SUMS  compare two lists
  checksig diff SHA256SUMS /srv/data       see what has changed in a directory
  ssh host cat SHA256SUMS | checksig diff SHA256SUMS -
                                           compare with a list elsewhere

Exit status:
  0    no difference
  1    OLD and NEW differ
  2    it is not known: usage error, no readable list, a malformed line, or the
       only names that are not the same can't be compared; or the output could
       not be printed
  130  interrupted by Ctrl-C
  141  the output pipe was closed""",
    "merge": """\
Examples:
  checksig merge part-*.jsonl          print what fails, and a summary
  checksig merge --report all.html part-*.jsonl
                                       write a report, too
  ssh host cat part-2.jsonl | checksig merge part-1.jsonl -
                                       merge a part that is elsewhere

Exit status:
  0    every listed file was verified
  1    at least one file was not verified
  2    no verdict: usage error, a part that is missing, doubled, damaged, cut
       short or of another run, a shard without a verdict, or a root that is
       not mounted; or the output could not be printed
  130  interrupted by Ctrl-C
  141  the output pipe was closed""",
    "update": """\
Examples:
  checksig update                      the list in this directory
  checksig update --accept report.odt --drop-missing photos/SHA256SUMS
                                       one file was edited, others deleted
  checksig update --accept '*' --no-add SHA256SUMS
                                       take every listed file as it is now

Exit status:
  0    every listed file was verified or accepted, and the list is up to date
  1    a file failed: the list was not changed, unless files were only missing
  2    the list was not changed for another reason: usage error, no readable
       list, a list that can't be updated or was edited meanwhile, or the disk
       is full
  130  interrupted by Ctrl-C; the list was not changed
  141  the output pipe was closed""",
    "create": """\
Examples:
  checksig create                      write SHA256SUMS in this directory
  checksig create --output /tmp/list.sha512 /srv/data
                                       the name says the algorithm
  checksig create --output - /srv/data | less
  checksig create disk.iso             write disk.iso.sha256
  checksig create -a md5 -a sha256     write MD5SUMS and SHA256SUMS
  checksig create -a md5 -a sha256 -o list.hashdeep
                                       write one list with both digests
  checksig create --bagit --in-place /srv/data
                                       turn a directory into a bag

Exit status:
  0    the lists were written
  1    a file can't be read, changed meanwhile, or has a name that the list
       can't hold; nothing was written but the lists of other FILEs
  2    nothing was written for another reason: usage error, a list already
       exists, or the disk is full; or the output could not be printed
  130  interrupted by Ctrl-C; nothing was written
  141  the output pipe was closed""",
}


def print_page(name: str) -> None:
    """Print the help page of a command, or of the program where *name* is empty."""
    for line in page(name):
        put(line)


def page(name: str) -> Iterator[str]:
    """Yield the lines of a help page."""
    width = max(min(shutil.get_terminal_size().columns - 2, _WIDEST), 40)
    command = _command(name)
    words = ["checksig", name, "[OPTIONS]", command.operands] if command else ["checksig [OPTIONS] COMMAND [ARGS]..."]
    yield f"Usage: {' '.join(words)}"
    yield from _paragraphs(text_of(name), width)
    yield from _table(
        "Options:", map(row, (option for option in (command.options if command else GLOBAL) if option.help)), width
    )
    within = commands_of(name) if command else COMMANDS
    if within:
        yield from _table("Commands:", ((one.split()[-1], about.summary) for one, about in within.items()), width)
    yield from _paragraphs(end_of(name), width)


def _command(name: str) -> Command | None:
    return COMMANDS.get(name) or commands_of(name.partition(" ")[0]).get(name)


def text_of(name: str) -> str:
    """Return what the help page of a command begins with."""
    command = _command(name)
    return TEXTS[name] if command is None or not command.text else command.text


def end_of(name: str) -> str:
    """Return what the help page of a command ends with."""
    command = _command(name)
    return ENDS[name] if command is None or not command.end else command.end


def _paragraphs(text: str, width: int) -> Iterator[str]:
    for paragraph in text.split("\n\n"):
        yield ""
        if "\n " in f"\n{paragraph}":
            yield from textwrap.indent(paragraph, "  ").splitlines()
        else:
            yield from textwrap.wrap(paragraph, width, initial_indent="  ", subsequent_indent="  ")


def row(option: Option) -> tuple[str, str]:
    """Return the names of an option with that of its value, and what it means."""
    return option.usage, option.help


def _table(title: str, rows: Iterable[tuple[str, str]], width: int) -> Iterator[str]:
    """Two columns: names, and what they mean."""
    rows = list(rows)
    first = min(max(len(name) for name, _ in rows), _NAMES) + 4
    yield from ("", title)
    for name, meaning in rows:
        text = textwrap.wrap(meaning, width, initial_indent=" " * first, subsequent_indent=" " * first)
        yield f"  {name}".ljust(first) + text[0][first:]
        yield from text[1:]
