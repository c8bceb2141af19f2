"""Annotations of GitHub Actions: workflow commands on standard output, and the summary of a step."""

from __future__ import annotations

import os
import re

from checksig._cli._output import Messages, is_on_list, place_of, verdict
from checksig._errors import ManifestError, SignatureError
from checksig._report import Status
from checksig._text import count, plain, shell_quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from checksig._cli._streams import Sink
    from checksig._cli._totals import Totals
    from checksig._errors import ChecksigError
    from checksig._report import FileResult, WarningText
    from checksig._signer import Signer

MOST_ROWS = 30
"""Failures that the summary of the step names."""

_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")


class GitHub(Messages):
    """Prints errors, warnings and the last line as commands.

    At the end it appends to the file *step_summary*, if there is one, which is Markdown.
    """

    def __init__(self, sink: Sink, *, quiet: bool = False, step_summary: str = "") -> None:
        super().__init__(quiet=quiet, say=sink.say)
        self._put, self._step_summary = sink.put, step_summary
        self._rows: list[str] = []
        self._unnamed = 0
        """Failures that have no row."""

    def results(self, root: str, batch: Sequence[FileResult], *, several_lists: bool = False) -> None:  # noqa: ARG002
        shown = [result for result in batch if result.fails or result.status is Status.MALFORMED]
        if shown:
            self._put("\n".join([_of(root, result) for result in shown]))
        if self._step_summary:
            for result in shown:
                if result.fails:
                    self._name(*_cells(root, result))

    def signed(self, signer: Signer) -> None:
        text = f"{shell_quoted(signer.manifest)}: signed by {plain(signer.phrase)}"
        self._put(_command("notice", text, title="checksig"))

    def warning(self, warning: WarningText, hint: str = "") -> None:
        self._put(_command("warning", _joined(warning, hint), title="checksig"))

    def error(self, error: ChecksigError, root: str, hint: str = "") -> None:
        place = {}
        if isinstance(error, SignatureError):
            place = {"file": error.path}
        if isinstance(error, ManifestError):
            place = {"file": error.path, **({"line": str(error.line)} if error.line else {})}
        self._put(_command("error", _joined(str(error), hint), title="checksig", **place))
        self._name(shell_quoted(root), f"no verdict: {plain(str(error))}", "")

    def verified(self, totals: Totals) -> None:
        if totals.reason:
            self._put(_command("error", totals.reason, title="checksig"))
        self._say_lists(totals)
        summary = totals.summary() or ("FAILED: no verdict" if totals.exit else "")
        if summary:
            self._put(_command("notice", summary, title="checksig"))
        if self._step_summary and summary:
            self._append(summary)

    def _name(self, *cells: str) -> None:
        if len(self._rows) < MOST_ROWS:
            self._rows.append(_row(*cells))
        else:
            self._unnamed += 1

    def _append(self, summary: str) -> None:
        lines = [f"**checksig:** {_markdown(summary)}", ""]
        if self._rows:
            lines += ["| File | Verdict | List |", "| --- | --- | --- |", *self._rows, ""]
        if self._unnamed:
            lines += [f"and {count(self._unnamed, 'more failure')}", ""]
        try:
            with open(self._step_summary, "a", encoding="utf-8", errors="backslashreplace") as file:
                file.write("\n".join([*lines, ""]))
        except OSError as e:
            self._put(_command("warning", f"can't write the summary of the step: {e.strerror or e}", title="checksig"))


def _of(root: str, result: FileResult) -> str:
    """Return the command for a verdict, at the line of the list that it is about."""
    level = "error" if result.fails else "warning"
    if result.manifest is None:
        path = os.path.join(root, result.path)
        return _command(level, f"{shell_quoted(path)}: {verdict(result)}", title="FAILED", file=path)
    place = {"file": result.manifest, **({"line": str(result.line)} if result.line else {})}
    if is_on_list(result):
        return _command(level, plain(result.detail), title="FAILED", **place)
    if result.status is Status.MALFORMED:
        return _command(level, plain(result.detail), title="MALFORMED", **place)
    return _command(level, f"{shell_quoted(result.path)}: {verdict(result)}", title="FAILED", **place)


def _cells(root: str, result: FileResult) -> tuple[str, str, str]:
    if result.status is Status.MALFORMED:
        return "", plain(result.detail), place_of(result)
    path = os.path.join(root, result.path) if root != os.curdir else result.path
    return shell_quoted(path), verdict(result), place_of(result)


def _row(name: str, reason: str, place: str) -> str:
    return f"| {_code(name)} | {_markdown(reason)} | {_code(place)} |"


def _code(text: str) -> str:
    return f"<code>{_markdown(text)}</code>" if text else ""


def _markdown(text: str) -> str:
    """Return text whose punctuation means nothing: neither Markdown nor HTML, nor a link, nor a table's bar."""
    return _PUNCTUATION.sub(lambda match: f"&#{ord(match[0])};", text)


def _joined(text: str, hint: str) -> str:
    return f"{plain(text)}; {hint}" if hint else plain(text)


def _command(name: str, message: str, **properties: str) -> str:
    given = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {given}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(plain(text)).replace(":", "%3A").replace(",", "%2C")
