"""Annotations of GitHub Actions: workflow commands on standard output, and the summary of a step."""

from __future__ import annotations

import contextlib
import os

from checksig._cli._output import Messages, is_on_list, verdict
from checksig._errors import ManifestError
from checksig._report import Status
from checksig._text import plain, shell_quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from checksig._cli._streams import Sink
    from checksig._cli._totals import Totals
    from checksig._errors import ChecksigError
    from checksig._report import FileResult, WarningText


class GitHub(Messages):
    """Prints errors and warnings as commands, and the other messages where messages go."""

    def __init__(self, sink: Sink, *, quiet: bool = False) -> None:
        super().__init__(quiet=quiet, say=sink.say)
        self._put = sink.put

    def results(self, root: str, batch: Sequence[FileResult], *, several_lists: bool = False) -> None:  # noqa: ARG002
        lines = [_of(root, result) for result in batch if result.fails or result.status is Status.MALFORMED]
        if lines:
            self._put("\n".join(lines))

    def warning(self, warning: WarningText, hint: str = "") -> None:
        self._put(_command("warning", _joined(warning, hint), title="checksig"))

    def error(self, error: ChecksigError, root: str, hint: str = "") -> None:  # noqa: ARG002 - the error has its path
        place = {}
        if isinstance(error, ManifestError):
            place = {"file": error.path, **({"line": str(error.line)} if error.line else {})}
        self._put(_command("error", _joined(str(error), hint), title="checksig", **place))

    def verified(self, totals: Totals) -> None:
        if totals.reason:
            self._put(_command("error", totals.reason, title="checksig"))
        path, summary = os.environ.get("GITHUB_STEP_SUMMARY"), totals.summary()
        if path and summary:
            with contextlib.suppress(OSError), open(path, "a", encoding="utf-8") as file:
                file.write(f"checksig: {summary}\n\n")
        super().verified(totals)


def _of(root: str, result: FileResult) -> str:
    """Return the command for a verdict, at the line of the list that it is about."""
    if result.manifest is None:
        path = os.path.join(root, result.path)
        return _command("error", f"{shell_quoted(path)}: {verdict(result)}", title="FAILED", file=path)
    place = {"file": result.manifest, **({"line": str(result.line)} if result.line else {})}
    if is_on_list(result):
        return _command("error" if result.fails else "warning", plain(result.detail), title="FAILED", **place)
    if result.status is Status.MALFORMED:
        return _command("error" if result.fails else "warning", plain(result.detail), title="MALFORMED", **place)
    return _command("error", f"{shell_quoted(result.path)}: {verdict(result)}", title="FAILED", **place)


def _joined(text: str, hint: str) -> str:
    return f"{plain(text)}; {hint}" if hint else plain(text)


def _command(name: str, message: str, **properties: str) -> str:
    given = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {given}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
