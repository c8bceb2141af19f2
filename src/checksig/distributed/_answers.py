"""Which answers count. All others are as good as none."""

from __future__ import annotations

import os

from checksig._errors import ChecksigError, Code
from checksig._report import Status
from checksig._version import __version__
from checksig.distributed import _executors, _roots
from checksig.distributed._task import REFUSED, Answer, Found

TYPE_CHECKING = False
if TYPE_CHECKING:
    from checksig._report import Report
    from checksig.distributed._executors import Executor, Future


class UnusableError(Exception):
    """A task has brought no answer that counts. If it *is_final*, no other attempt will."""

    def __init__(self, reason: str, code: str = Code.WORKER_FAILED, *, is_final: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.code, self.is_final = reason, code, is_final


def answer_of(future: Future, executor: Executor, asked: tuple[str, int, str]) -> Found:
    """Return what a worker has found in the span that was *asked* for: the run, the number and the digest.

    :raises UnusableError: it is not that.
    :raises ValueError, TypeError: an argument makes no sense.
    """
    if future.cancelled():
        reason = "the executor has cancelled its tasks: its scheduler is gone, or it is being shut down"
        raise UnusableError(reason, Code.EXECUTOR_BROKEN, is_final=True)
    error = future.exception()
    if error is not None:
        raise _unusable(error, executor) from error
    answer = future.result()
    if isinstance(answer, tuple) and len(answer) == 3 and answer[0] == REFUSED:
        reason = f"worker {answer[2]} has checksig {answer[1]}, and here is {__version__}: install the same everywhere"
        raise UnusableError(reason, Code.WORKER_UNFIT, is_final=True)
    if not isinstance(answer, Answer) or (answer.run, answer.number, answer.digest) != asked:
        reason = "the executor returned something else than the answer of a worker"
        raise UnusableError(reason)
    outcome = answer.outcome
    if isinstance(outcome, Found):
        return outcome
    if isinstance(outcome, (ValueError, TypeError)) and not isinstance(outcome, ChecksigError):
        raise outcome
    reason = f"worker {answer.worker}: {_text(outcome)}"
    raise UnusableError(reason) from outcome


def _unusable(error: BaseException, executor: Executor) -> UnusableError:
    """Return what follows from an error of the executor."""
    if _executors.is_broken(error):
        return UnusableError(f"the executor is broken: {_text(error)}", Code.EXECUTOR_BROKEN, is_final=True)
    if isinstance(error, ModuleNotFoundError) and (error.name or "").partition(".")[0] == "checksig":
        workers = _executors.lacking(executor, Answer)
        which = f"worker {', '.join(workers)} has" if workers else "a worker has"
        reason = f"{which} no checksig {__version__}, as here: {_text(error)}"
        return UnusableError(reason, Code.WORKER_UNFIT, is_final=True)
    return UnusableError(_text(error))


def check_same(found: Found, root: str, begin: str = "") -> None:
    """Make sure that a worker that looked for names did so where they are. *begin* is one that is there.

    :raises UnusableError: its root is another one than here.
    """
    doubt = ""
    if found.root and not _roots.may_be_same(_roots.identify(root, names=bool(found.root.names)), found.root):
        doubt = f"{root} is {'empty' if found.root.is_empty else 'another directory'} there; is it mounted?"
    elif not found.has_begin and _roots.exists(root, begin):
        doubt = f"{os.path.join(root, begin)} is not there, and exists here; is everything mounted?"
    if doubt:
        reason = f"worker {found.worker}: {doubt}"
        raise UnusableError(reason, Code.ROOT_DIFFERS)


def check_root(found: Found, root: str) -> None:
    """Make sure that files which a worker finds missing are not there.

    :raises UnusableError: its root is another one than here.
    """
    doubt = _doubt(found.root, found.report, root) if found.root else ""
    if doubt:
        reason = f"worker {found.worker}: {doubt}"
        raise UnusableError(reason, Code.ROOT_DIFFERS)


def _doubt(there: _roots.Identity, report: Report, root: str) -> str:
    all_missing = report.counts[Status.MISSING] == report.files
    here = _roots.identify(root, names=all_missing)
    if _roots.is_same(here, there):
        return ""
    if all_missing and not _roots.may_be_same(here, there):
        return f"{root} is {'empty' if there.is_empty else 'another directory'} there; is it mounted?"
    missing = [result.path for result in report.results if result.status is Status.MISSING]
    for name in missing[:1] + missing[-1:]:
        if _roots.exists(root, name):
            return f"{os.path.join(root, name)} is missing there, and exists here; is everything mounted?"
    return ""


def _text(error: BaseException) -> str:
    """Return an error in words."""
    if isinstance(error, ChecksigError):
        return str(error)
    return f"{type(error).__name__}: {error}".removesuffix(": ")
