"""``checksig track`` at work: one run on an archive, and what comes of it."""

from __future__ import annotations

from checksig._cli._excludes import take as take_excludes
from checksig._cli._exit import Exit
from checksig._cli._hidden import hidden_path
from checksig._cli._operands import STDIN
from checksig._cli._run import Style
from checksig._cli._streams import colour_errors, put_file
from checksig._cli._track_output import chosen
from checksig._cli._usage import UsageError
from checksig._errors import ChecksigError, ManifestError
from checksig.track import Archive

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from checksig._cli._track_output import TrackOutput
    from checksig.track import RunReport


def init(root: str, database: str | None = None, algorithm: Sequence[str] = (), **options: Any) -> int:  # noqa: ANN401
    """Make an archive by the options of the command. Returns the exit status.

    :raises UsageError: an option makes no sense.
    """
    arguments = {"algorithm": algorithm or None, **options}
    take_excludes(arguments)
    return _run(root, database, lambda archive, how: archive.init(**how), arguments)


def scan(root: str, database: str | None = None, **options: Any) -> int:  # noqa: ANN401
    """Scan an archive. Returns the exit status."""
    return _run(root, database, lambda archive, how: archive.scan(**how), options)


def verify(root: str, database: str | None = None, budget: Sequence[tuple[str, float]] = (), **options: Any) -> int:  # noqa: ANN401
    """Verify an archive. Returns the exit status."""
    return _run(root, database, lambda archive, how: archive.verify(**how), {**dict(budget), **options})


def accept(root: str, *names: str, database: str | None = None, relocated: bool = False, **style: Any) -> int:  # noqa: ANN401
    """Accept differences. Returns the exit status."""

    def run(archive: Archive, _: object) -> RunReport:
        return archive.accept(names or None, relocated=relocated)

    return _run(root, database, run, style)


def _run(
    root: str, database: str | None, run: Callable[[Archive, dict[str, Any]], RunReport], options: dict[str, Any]
) -> int:
    """Do a run and report it. Of *options*, the run gets those that are not about the output."""
    names = ("json", "quiet", "color", "progress")
    given = {name: options.pop(name) for name in names if name in options}
    style = Style("json" if given.pop("json", False) else "text", **given)
    display = style.display()
    options["progress"] = display.update

    def do(archive: Archive, output: TrackOutput) -> int:
        try:
            report = run(archive, options)
        finally:
            display.clear()
        status = Exit.OK if report.ok else Exit.FAILED
        output.report(archive, report, status)
        return status

    return _guarded(root, database, style, do)


def history(
    root: str,
    name: str | None = None,
    database: str | None = None,
    *,
    json: bool = False,
    format: str | None = None,  # noqa: A002 - the option's name
    report: str | None = None,
    **style: Any,  # noqa: ANN401
) -> int:
    """Print the history of an archive or a file, or write it as a page. Returns the exit status.

    :raises UsageError: two options exclude each other, or the page can't be made or written.
    """
    if json and format not in {None, "json"}:
        reason = f"--json and --format {format} can't be combined"
        raise UsageError(reason)
    chosen_format = "json" if json else format or "text"
    if report is not None or chosen_format == "html":
        from checksig._cli._track_page import pages

        show = pages(root, name, report, is_printed=chosen_format == "html", quiet=bool(style.get("quiet")))
    else:

        def show(archive: Archive, output: TrackOutput) -> int:
            output.history(archive, archive.history(name))
            return Exit.OK

    return _guarded(root, database, Style("json" if chosen_format == "json" else "text", **style), show)


def export(
    root: str,
    database: str | None = None,
    output: str | None = None,
    list_format: str | None = None,
    *,
    force: bool = False,
    json: bool = False,
    **style: Any,  # noqa: ANN401
) -> int:
    """Write a list of an archive. Returns the exit status."""

    def do(archive: Archive, said: TrackOutput) -> int:
        if output is not None and output != STDIN:
            archive.export(output, list_format=list_format, force=force)
            said.exported(archive, output)
            return Exit.OK
        with hidden_path() as path:
            try:
                archive.export(path, list_format=list_format or "coreutils")
            except ManifestError as e:
                raise ManifestError(str(archive.database), 0, e.reason, e.code) from None  # the path says nothing
            put_file(path)
        return Exit.OK

    return _guarded(root, database, Style("json" if json else "text", **style), do)


def _guarded(root: str, database: str | None, style: Style, do: Callable[[Archive, TrackOutput], int]) -> int:
    colour_errors(style.color)
    output = chosen(as_json=not style.is_text, quiet=style.quiet, color=style.color)
    try:
        return do(Archive(root, database), output)
    except ChecksigError as e:
        output.error(e, root)
        return Exit.NO_VERDICT
