"""Where the page of an archive goes: to standard output, or to a report beside what is printed."""

from __future__ import annotations

import io
import os

from checksig._cli._exit import Exit
from checksig._cli._formats import Report, report
from checksig._cli._html._history import history_page
from checksig._cli._html._page import jinja
from checksig._cli._reports import check, clear, put_in_place
from checksig._cli._streams import finish, put_bytes, say
from checksig._cli._usage import UsageError
from checksig._text import shell_quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from checksig._cli._track_output import TrackOutput
    from checksig.track import Archive


def pages(
    root: str, name: str | None, path: str | None, *, is_printed: bool, quiet: bool
) -> Callable[[Archive, TrackOutput], int]:
    """Return what makes the page of an archive, and prints it or the history. A report goes to *path*.

    :raises UsageError: jinja2 is not installed, only one file is asked about, or the report can't be written.
    """
    jinja()
    if name is not None:
        reason = "a page is about a whole archive, not about a NAME"
        raise UsageError(reason, "leave NAME out, or print text or JSON Lines")
    wanted = [_report(path, root)] if path is not None else []
    clear(wanted)

    def show(archive: Archive, output: TrackOutput) -> int:
        overview = archive.overview()
        page = history_page(archive, overview)
        if is_printed:
            put_bytes(page)
        elif not quiet:
            output.history(archive, overview.history)
        finish()
        problems = [problem for one in wanted if (problem := put_in_place(one.path, io.BytesIO(page)))]
        for problem in problems:
            say(f"error: {problem}")
        return Exit.NO_VERDICT if problems else Exit.OK

    return show


def _report(text: str, root: str) -> Report:
    wanted = report(text)
    where = shell_quoted(wanted.path)
    if wanted.format != "html":
        reason = f"can't write the report {where}: a history is reported in HTML alone, not as {wanted.format}"
        raise UsageError(reason, "let its name end in .html, or write html:FILE")
    check([wanted], [root])
    directory, above = (os.path.realpath(one) for one in (os.path.dirname(wanted.path) or os.curdir, root))
    if os.path.join(directory, "").startswith(os.path.join(above, "")):
        reason = f"can't write the report {where}: it would be a file of the archive"
        raise UsageError(reason, f"write it to a place that is not beneath {shell_quoted(root)}")
    return wanted
