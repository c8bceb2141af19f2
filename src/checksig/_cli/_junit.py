"""The XML of JUnit, which CI systems read: a suite for each list, with a case for each failure."""

from __future__ import annotations

import os
import re
from xml.sax.saxutils import escape, quoteattr

from checksig._cli._output import Messages, is_on_list, place_of, verdict
from checksig._report import Status
from checksig._text import count, plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from checksig._cli._streams import Sink
    from checksig._cli._totals import Totals
    from checksig._errors import ChecksigError
    from checksig._report import FileResult
    from checksig._signer import Signer

_EXTRA = "files that no list names"

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Suite:
    """The cases of one list."""

    def __init__(self) -> None:
        self.cases: list[str] = []
        self.failures = self.errors = self.skipped = 0


class Junit(Messages):
    """Keeps all cases until the end, because what comes first counts them."""

    def __init__(self, sink: Sink, *, quiet: bool = False, verbose: bool = False) -> None:
        super().__init__(quiet=quiet, verbose=verbose, say=sink.say)
        self._put = sink.put_bytes
        self._suites: dict[str, Suite] = {}

    def results(self, root: str, batch: Sequence[FileResult], *, several_lists: bool = False) -> None:  # noqa: ARG002
        for result in batch:
            self._add(root, result)

    def _add(self, root: str, result: FileResult) -> None:
        name = result.manifest or os.path.join(root, _EXTRA)
        suite = self._suites.setdefault(name, Suite())
        case = place_of(result) if result.status is Status.MALFORMED else result.path
        if result.status is Status.OK and not result.fails:
            suite.cases.append(_case(name, case, ""))
            return
        kind = "failure" if result.fails else "skipped"
        suite.failures += result.fails
        suite.skipped += not result.fails
        reason = result.detail if is_on_list(result) else verdict(result)
        attributes = f" type={_attribute(result.status.value)}" if result.fails else ""
        text = _xml(_evidence(result)) if result.fails else ""
        inner = f"<{kind} message={_attribute(reason)}{attributes}>{text}</{kind}>"
        suite.cases.append(_case(name, case, inner))

    def signed(self, signer: Signer) -> None:
        super().signed(signer)
        suite = self._suites.setdefault(signer.manifest, Suite())
        suite.cases.append(_case(signer.manifest, f"signed by {signer.phrase}", ""))

    def error(self, error: ChecksigError, root: str, hint: str = "") -> None:
        super().error(error, root, hint)
        suite = self._suites.setdefault(root, Suite())
        suite.errors += 1
        inner = f"<error message={_attribute(str(error))} type={_attribute(error.code)}></error>"
        suite.cases.append(_case(root, "no verdict", inner))

    def verified(self, totals: Totals) -> None:
        self._put(self._document(totals).encode("utf-8"))
        super().verified(totals)

    def _document(self, totals: Totals) -> str:
        for one in totals.lists:
            suite = self._suites.setdefault(one.manifest, Suite())
            if one.verified and not self._verbose:
                suite.cases.append(_case(one.manifest, f"{count(one.verified, 'entry', 'entries')} verified", ""))
        if totals.reason:
            suite = self._suites.setdefault("checksig", Suite())
            suite.failures += 1
            inner = f"<failure message={_attribute(totals.reason)} type={_attribute('nothing_verified')}></failure>"
            suite.cases.append(_case("checksig", "verified", inner))
        suites = self._suites.values()
        tests, failures = sum(len(s.cases) for s in suites), sum(s.failures for s in suites)
        errors = sum(s.errors for s in suites)
        head = (
            f'<testsuites name="checksig" tests="{tests}" failures="{failures}" errors="{errors}" '
            f'time="{totals.elapsed:.3f}">'
        )
        body = [_suite(name, suite) for name, suite in self._suites.items()]
        return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', head, *body, "</testsuites>", ""])


def _suite(name: str, suite: Suite) -> str:
    counts = f'tests="{len(suite.cases)}" failures="{suite.failures}" errors="{suite.errors}" skipped="{suite.skipped}"'
    return "\n".join([f"<testsuite name={_attribute(name)} {counts}>", *suite.cases, "</testsuite>"])


def _case(suite: str, name: str, inner: str) -> str:
    return f"<testcase classname={_attribute(suite)} name={_attribute(name)}>{inner}</testcase>"


def _evidence(result: FileResult) -> str:
    digests = [("expected", result.expected), ("actual", result.actual)]
    lines = [place_of(result)] if result.manifest else []
    return "\n".join([*lines, *(f"{name} {result.algorithm} {digest}" for name, digest in digests if digest)])


def _attribute(text: str) -> str:
    return quoteattr(_legal(text))


def _xml(text: str) -> str:
    return escape(_legal(text))


def _legal(text: str) -> str:
    """Return text in which what XML can't have is escaped as on a terminal."""
    return _NOT_XML.sub(lambda match: plain(match[0]), text)
