"""A running job: iterate its verdicts, from plain or from async code, and cancel it."""

from __future__ import annotations

import contextlib
import json
import os
import time
from _thread import RLock
from collections import deque
from functools import partial
from itertools import chain, repeat
from types import MethodType

from checksig._arguments import waiting
from checksig._engine import engine
from checksig._errors import Code, EngineError, JobCancelled, JobTimeout, ManifestError, timed_out
from checksig._lock import lock
from checksig._report import FileResult, Progress, Report, Status, WarningText
from checksig._text import amount, from_engine, name_of
from checksig._wire import encode
from checksig._words import ALGORITHMS, FORMATS, STATUSES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from types import TracebackType
    from typing import Any, NoReturn

    from typing_extensions import Self  # type checkers bring it

    from checksig._engine._protocol import Handle
    from checksig._report import OnProgress
    from checksig._signatures._wanted import Authentic
    from checksig._signer import Signer

_WAIT = 40
"""How long, in milliseconds, one call into the engine may wait: Ctrl-C waits as long."""

_SHORT = 1
"""How long, in milliseconds, the start of a job waits for its end: that of a few small files comes before."""

_SETTLE = 2.0
"""How long, in seconds, closing a job waits at the most for it to remove what it was writing."""

_FIRST_PAUSE, _LONGEST_PAUSE = 0.001, 0.02
"""How long, in seconds, async code sleeps between two looks at a job."""

_STATUSES, _ALGORITHMS = tuple(map(Status, STATUSES)), tuple(ALGORITHMS)
"""What numbers from the engine stand for."""

_NEW_RESULT = partial(tuple.__new__, FileResult)
"""What `FileResult._make` does, without a call of Python's for each of a million results."""

_BIND = MethodType(MethodType, MethodType({}.get, ""))
"""Of a job it makes a callable that returns the job: ``{}.get("", job)``."""


class ListTally:
    """What was counted in one list: *entries*, those with a verdict, and of these the *verified* and the *failed*."""

    def __init__(self, manifest: str, entries: int, verified: int, failed: int) -> None:
        self.manifest, self.entries, self.verified, self.failed = manifest, entries, verified, failed


class Tally:
    """What a job counted, by files and lists. A name that several entries have is one file.

    *files* are those without the missing ones that may be missing; 0 if some entries have no verdict.
    """

    def __init__(self, files: int, failed: int, lists: tuple[ListTally, ...]) -> None:
        self.files, self.failed, self.lists = files, failed, lists


class _Enter(property):
    """`Job.__enter__`, by which a ``with`` statement takes over a job while no Python code runs.

    An exception of a signal's handler in a function would leave a job that runs, kept by the traceback.
    """

    def __call__(self, job: Job) -> Job:
        """Be the function that `contextlib.ExitStack` finds in the class, and calls."""
        return job


class Job:
    """A running job, as :func:`checksig.iter_verify` returns it.

    Iterate it with ``for`` or ``async for`` to get each `FileResult`, in the order of the lists, or as they
    are found if *ordered* is false.
    Use it as a context manager, with ``with`` or ``async with``: leaving the block cancels a job that
    still runs. So does an exception that the iteration raises, such as `KeyboardInterrupt`, and the end
    of the object's life. A job belongs to the process that started it.
    """

    def __init__(
        self,
        request: dict[str, Any],
        *,
        progress: OnProgress | None = None,
        timeout: float | None = None,
        signers: tuple[Signer, ...] = (),
        warnings: tuple[WarningText, ...] = (),
    ) -> None:
        """Start what *request* asks for, and report *signers* and *warnings* too. Not for use outside checksig."""
        self._signers, self._warnings = signers, warnings
        self._reader: str | None = None
        """The format of a list that was read in Python."""
        if request["job"] != "create" and request.get("list_format", "") not in {"", *FORMATS}:
            self._reader = request["list_format"]
            with lock:
                from checksig._readers._request import forced
            request = forced(request)
        self._request: dict[str, Any] | None = request
        """What was asked, for as long as the engine may not know the lists."""
        self._root: str = request.get("root", "")
        self._on_progress = progress
        self._deadline = None if timeout is None else time.monotonic() + timeout
        self._timeout = timeout
        self._polling = RLock()  # a signal's handler may close the job meanwhile
        self._waiting: deque[FileResult] = deque()
        self._progress = Progress(0, 0, 0, 0)
        self._summary: dict[str, Any] | None = None
        self._stopped: JobCancelled | None = None
        """Why nothing more comes, if the caller ended it before its end."""
        self._lists = 0  # to verify; 0 until known
        self._engine = engine()
        self._handle = self._engine.handle()
        try:
            self._start(request)
        except BaseException:  # KeyboardInterrupt above all: the traceback may live long, and this job with it
            self.close()
            raise

    def _start(self, request: dict[str, Any]) -> None:
        self._begins = True
        """Whether the batch that came with the start is not taken yet."""
        problem = self._handle.start(encode(request), _SHORT)
        if problem:
            self._fail(json.loads(problem))

    def __repr__(self) -> str:
        state = "running" if self._handle.is_open and self._summary is None else "ended"
        files, read, of_files, of_bytes = self._progress
        total = f"/{amount(of_bytes)}" if of_bytes else ""
        return f"<{type(self).__name__} {state}, {files:,}/{of_files:,} files, {amount(read)}{total}>"

    @property
    def progress(self) -> Progress:
        """The last known `Progress`."""
        return self._progress

    def cancel(self) -> None:
        """Stop the job soon, from any thread.

        From then on the iteration and `report` raise `JobCancelled`, and verdicts that were not taken are
        lost. A job whose iteration has come to its end stays as it is.
        """
        self._stop(JobCancelled("the job was cancelled"))

    def _stop(self, why: JobCancelled) -> None:
        if not self._engine_is_ours():
            return
        if not self._stopped and (self._summary is None or self._waiting):
            self._stopped = why
        if self._handle.is_open and self._summary is None:
            self._handle.cancel()

    def close(self) -> None:
        """Cancel the job as :meth:`cancel` does, and release everything that it holds, from any thread.

        It may be called several times.
        """
        if self._handle.is_open and self._engine_is_ours():
            try:
                self._stop(JobCancelled("the job is closed"))
                with self._polling:
                    self._settle()
            finally:
                self._handle.close()

    def report(self) -> Report:
        """Wait for the end of the job, and return the `Report`.

        Its results are the verdicts that have not been iterated.

        :raises ManifestError: as :func:`checksig.verify`.
        :raises JobCancelled: the job was cancelled or closed; `JobTimeout` if the timeout expired.
        :raises EngineError: the engine failed internally, or this process is a fork of the job's.
        """
        return self._report(tuple(chain.from_iterable(self._batches())))

    async def areport(self) -> Report:
        """Like `report`, to be awaited."""
        results: list[FileResult] = []
        while await self._asome():
            results += self._drain()
        return self._report(tuple(results))

    def _batches(self) -> Iterator[list[FileResult]]:
        """Yield the verdicts as they come, in lists."""
        while self._some():
            yield self._drain()

    def __iter__(self) -> Job:
        return self

    def __next__(self) -> FileResult:
        while self._some():
            try:
                return self._waiting.popleft()
            except IndexError:  # noqa: PERF203 - another thread was faster
                continue
        raise StopIteration

    def _some(self) -> bool:
        """Wait until there are verdicts. False: all have come; or it raises why no more will."""
        while not self._has_some():
            if self._has_ended(self._summary):
                return False
            try:
                self._take(*self._poll())
            except BaseException as e:  # KeyboardInterrupt above all
                self._stop_for(e)
                raise
        return True

    def _has_some(self) -> bool:
        """Say whether verdicts wait that the caller still wants."""
        if self._stopped:
            raise type(self._stopped)(*self._stopped.args)
        return bool(self._waiting)

    def _stop_for(self, error: BaseException) -> None:
        if isinstance(error, JobTimeout):
            self._stop(JobTimeout(*error.args))
        else:
            self.cancel()

    async def _asome(self) -> bool:
        """Like `_some`, to be awaited."""
        import asyncio

        pause = 0.0
        while not self._has_some():
            if self._has_ended(self._summary):
                return False
            try:
                self._take(*self._poll(at_once=True))
                if not self._waiting and self._summary is None:
                    # No thread waits for it: those that asyncio has are for others, too.
                    await asyncio.sleep(pause)
                    pause = min(pause * 2 or _FIRST_PAUSE, _LONGEST_PAUSE)
            except BaseException as e:  # asyncio.CancelledError above all
                self._stop_for(e)
                raise
        return True

    def _drain(self) -> list[FileResult]:
        """Take all verdicts that wait; other threads may take some of them."""
        taken: list[FileResult] = []
        with contextlib.suppress(IndexError):
            while True:
                taken.append(self._waiting.popleft())
        return taken

    def __aiter__(self) -> Job:
        return self

    async def __anext__(self) -> FileResult:
        while await self._asome():
            try:
                return self._waiting.popleft()
            except IndexError:  # noqa: PERF203 - as above
                continue
        raise StopAsyncIteration

    if TYPE_CHECKING:

        def __enter__(self) -> Self: ...

    else:
        __enter__ = _Enter(_BIND)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        if hasattr(self, "_handle"):
            self.close()

    def __reduce__(self) -> NoReturn:
        msg = "a Job can't be pickled or copied: it belongs to the process that started it"
        raise TypeError(msg)

    def _settle(self) -> None:
        """Wait until a cancelled job has cleaned up. One that verifies leaves nothing behind."""

    def _engine_is_ours(self) -> bool:
        return self._engine.pid == os.getpid()

    def _has_ended(self, summary: dict[str, Any] | None) -> bool:
        """Say whether all has come, or raise why nothing more will."""
        if summary and summary["error"]:
            if not self._begins_again(summary):
                self._fail(summary["error"])
            return False
        return summary is not None

    def _begins_again(self, summary: dict[str, Any]) -> bool:
        """Start anew with the entries of a list that the engine can't read, if a reader can."""
        error = summary["error"]
        if error["code"] not in MAYBE_FOR_READERS or not self._engine_is_ours():
            return False
        with lock:
            from checksig._readers._request import otherwise
        with self._polling:
            asked = self._request
            if self._summary is not summary:
                return True  # another thread did it
            if asked is None:
                return False
            self._summary = self._request = None  # it goes on, and may be cancelled
            try:
                request, self._reader = otherwise(asked, error["path"])
            except BaseException as e:
                if isinstance(e, ManifestError):
                    error = {**error, "line": e.line, "reason": e.reason, "code": e.code}
                self._summary = {**summary, "error": error}
                raise
            if request is None or self._stopped or not self._handle.is_open:
                self._summary = summary
                return bool(self._stopped)
            self._start_anew(request)
        return True

    def _start_anew(self, request: dict[str, Any]) -> None:
        self._handle.close()
        self._handle = self._engine.handle()
        self._request, self._root = request, request.get("root", "")
        try:
            self._start(request)
        except BaseException:  # KeyboardInterrupt above all
            self.cancel()
            raise

    def _poll(self, *, at_once: bool = False) -> tuple[bytes, Handle]:
        """Ask for a batch, and wait a while for it unless *at_once*. Returns also whom was asked."""
        if not self._engine_is_ours():
            reason = f"this job belongs to process {self._engine.pid}, and this process is a fork of it"
            raise EngineError(self._engine.path, reason, Code.FORKED)
        with self._polling:
            if not self._handle.is_open:
                msg = "the job is closed"
                raise JobCancelled(msg)
            patience = self._patience()
            return self._handle.poll(0 if at_once else patience), self._handle

    def _patience(self) -> int:
        """How long the next call may wait, in milliseconds."""
        if self._deadline is None:
            return _WAIT
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise JobTimeout(timed_out(self._timeout or 0))
        return min(_WAIT, int(min(left, 1) * 1000) + 1)

    def _take(self, text: bytes, of: Handle) -> None:
        if not text:
            return  # the engine is late
        batch = json.loads(text.decode())
        if batch["results"]:
            try:
                self._waiting.extend(self._made(batch["results"], batch["manifests"]))
            except IndexError:
                self._refuse("a verdict or an algorithm")
        before, self._progress = self._progress, Progress._make(batch["progress"])
        self._lists = batch["lists"]
        if self._lists or batch["results"]:
            self._request = None  # the engine has read all lists
        with self._polling:
            if of is self._handle:  # and no other thread has begun again meanwhile
                self._summary = batch["summary"]
        begins, self._begins = self._begins, False
        # The first moment of a job that goes on shows nothing yet.
        if self._on_progress and (self._summary or (self._progress != before and not begins)):
            self._on_progress(self._progress)  # which may raise, or use this job

    def _made(self, columns: dict[str, Any], manifests: list[str]) -> Iterator[FileResult]:
        """Return the results of a batch."""
        return _results(columns, manifests)

    def _fail(self, error: dict[str, Any]) -> NoReturn:
        kind, reason = error["kind"], error["reason"]
        if kind == "manifest":
            raise ManifestError(name_of(error["path"]), error["line"], reason, error["code"])
        if kind == "request":
            raise ValueError(reason)
        if kind == "cancelled":
            msg = "the job was cancelled"
            raise JobCancelled(msg)
        if kind in {"host", "internal"}:
            raise EngineError(self._engine.path, reason, error["code"])
        self._refuse(f"an error of the kind {kind!r}, {reason!r}")

    def _refuse(self, what: str) -> NoReturn:
        """Say that this engine is not the one that these modules were made for."""
        reason = f"reports {what}, unknown to these modules: they are of different versions, so install checksig again"
        raise EngineError(self._engine.path, reason, Code.ENGINE_VERSION)

    def _report(self, results: tuple[FileResult, ...]) -> Report:
        summary = self._summary or {}
        return Report(
            root=name_of(summary["root"] or self._root),
            ok=summary["ok"],
            counts=dict(zip(_STATUSES, summary["counts"], strict=True)),
            results=results,
            failures=tuple(result for result in results if result.fails),
            files=self._progress.files,
            bytes=self._progress.bytes,
            elapsed=summary["elapsed"],
            warnings=(*self._warnings, *(WarningText(one["text"], one["code"]) for one in summary["warnings"])),
            bag=summary["bag"],
            signers=self._signers,
        )


Job.__module__ = "checksig"  # where users import it from


class Part:
    """The *lines* of the new list at *path* for a range of names, and the *header* before the first line of the list.

    Both are empty if the range has no files.
    """

    def __init__(self, path: str, header: str, lines: str) -> None:
        self.path = name_of(path)
        self.header, self.lines = _bytes(header), _bytes(lines)


class LeftOut:
    """What a warning with this *code* says of a range of names: a *count*, and the *first* names as it has them."""

    def __init__(self, code: str, count: int, first: list[str]) -> None:
        self.code, self.count, self.first = code, count, [name_of(name) for name in first]


def _left_out(summary: dict[str, Any] | None) -> list[LeftOut]:
    return [LeftOut(*one) for one in (summary or {}).get("left_out", ())]


class CountingJob(Job):
    """A job that verifies, as the command line needs it: with whole batches, and counts of lists and files."""

    @property
    def signers(self) -> tuple[Signer, ...]:
        """Who signed the lists."""
        return self._signers

    @property
    def warnings(self) -> tuple[WarningText, ...]:
        """What there was to say before it started."""
        return self._warnings

    @property
    def lists(self) -> int:
        """How many lists it verifies; 0 until known."""
        return self._lists

    def batches(self) -> Iterator[list[FileResult]]:
        """Yield the verdicts as they come, in lists."""
        return self._batches()

    def format(self) -> str | None:
        """Return the format of the list that the ended job read, if it is known."""
        read: str | None = (self._summary or {})["format"]
        return read or self._reader

    def left_out(self) -> list[LeftOut]:
        """Return what the warnings of the ended job say, if it was for a range of names."""
        return _left_out(self._summary)

    def tally(self) -> Tally:
        """Return what the ended job counted."""
        summary = self._summary or {}
        lists = tuple(ListTally(name_of(manifest), *numbers) for manifest, *numbers in summary["lists"])
        files, failed = summary["files"]
        return Tally(files, failed, lists)


class Replaced:
    """How a new list at *path* differs from the old one, which was *modified* at a time in seconds since 1970.

    *counts* are those of the verdicts on the new list by the old one, and *first* are the first names with each, and
    their new names, if they have moved.
    """

    def __init__(self, path: str, modified: int, counts: list[int], first: list[tuple[int, str, str | None]]) -> None:
        self.path, self.modified = path, modified
        self.counts = dict(zip(_STATUSES, counts, strict=True))
        self.first = [(_STATUSES[status], name_of(name), to and name_of(to)) for status, name, to in first]


class CreateJob(Job):
    """A job that writes lists."""

    def output(self) -> str:
        """Return the path of the first list that the ended job wrote."""
        return self.outputs()[0]

    def outputs(self) -> list[str]:
        """Return the paths of the lists that the ended job wrote, or of the bag."""
        return list(map(name_of, (self._summary or {})["outputs"]))

    def replaced(self) -> list[Replaced]:
        """Return how each list that the ended job wrote differs from the one that was there before, if one was."""
        return [Replaced(name_of(path), *rest) for path, *rest in (self._summary or {}).get("replaced", ())]

    def parts(self) -> list[Part]:
        """Return the parts of all lists that the ended job made for a range of names, in the order of the lists."""
        return [Part(*part) for part in (self._summary or {}).get("parts", ())]

    def left_out(self) -> list[LeftOut]:
        """Return what the warnings of the ended job say, if it was for a range of names."""
        return _left_out(self._summary)

    def algorithms(self) -> list[str]:
        """Return the algorithms of the lists that the ended job was to write."""
        algorithms: list[str] = (self._summary or {})["algorithms"]
        return algorithms

    def _settle(self) -> None:
        """Let a cancelled job remove what it was writing: this process may end next."""
        deadline = time.monotonic() + _SETTLE
        while self._handle.is_open and self._summary is None and time.monotonic() < deadline:
            batch = self._handle.poll(_WAIT)
            if batch and json.loads(batch)["summary"] is not None:
                return


MAYBE_FOR_READERS = frozenset({"not_a_list", "no_entry", "no_name"})
"""The errors that a list may have if it is not of a format of the engine."""


class Start:
    """Starts a job with a request. What its arguments mean is settled: paths above all.

    The command line adds to *request* what has no argument in Python.
    """

    def __init__(
        self,
        request: dict[str, Any],
        progress: OnProgress | None,
        timeout: float | None,
        authenticate: Callable[[dict[str, Any]], Authentic] | None = None,
    ) -> None:
        """*authenticate* verifies the signatures of the lists, and returns what is verified then."""
        self.request = request
        self._waiting = waiting(progress, timeout)
        self._authenticate = authenticate

    def authenticate(self) -> Authentic:
        """Verify the signatures of the lists, as it must have been told to, and start nothing."""
        assert self._authenticate  # noqa: S101 - for the type checker
        return self._authenticate(self.request)

    def job(self) -> Job:
        """Start it."""
        return Job(self._settled(), **self._waiting)

    def creating(self) -> CreateJob:
        """Start what writes a list."""
        return CreateJob(self.request, **self._waiting)

    def counting(self) -> CountingJob:
        """Start it as the command line does."""
        return CountingJob(self._settled(), **self._waiting)

    def _settled(self) -> dict[str, Any]:
        """Return the request, with lists that are verified to be signed, if that is wanted."""
        if self._authenticate is None:
            return self.request
        request, self._waiting["signers"], self._waiting["warnings"] = self.authenticate()
        return request


def _bytes(text: str) -> bytes:
    """Return the bytes of a text of the engine."""
    return text.encode("utf-8", "surrogateescape")


def _results(columns: dict[str, Any], manifests: list[str]) -> Iterator[FileResult]:
    """Return the results of a batch, whose columns have a value for each or one for all."""
    paths, expected, actual = columns["path"], columns["expected"], columns["actual"]
    if from_engine:
        paths, manifests = map(from_engine, paths), list(map(from_engine, manifests))
    if actual is True:
        actual = expected
    elif isinstance(actual, list):
        actual = [e if a is True else a for e, a in zip(each(expected), actual)]  # noqa: B905 - one may be endless
    rows = zip(  # noqa: B905 - the paths are as many as the results
        paths,
        each(named_by(columns["status"], _STATUSES)),
        each(columns["fails"]),
        each(named_by(columns["algorithm"], _ALGORITHMS)),
        each(expected),
        each(actual),
        each(columns["size"]),
        each(named_by(columns["manifest"], manifests)),
        each(columns["line"]),
        each(columns["detail"]),
        *((_names(columns["moved_to"]), _names(columns["moved_with"])) if "moved_to" in columns else _NOT_MOVED),
    )
    return map(_NEW_RESULT, rows)


_NOT_MOVED = (repeat(None), repeat(None))


def _names(column: Any) -> Iterable[str | None]:  # noqa: ANN401 - as JSON has it
    """Return the names of a column, some of which may be None."""
    if from_engine:
        return (None if text is None else name_of(text) for text in each(column))
    return each(column)


def each(column: Any) -> Iterable[Any]:  # noqa: ANN401 - as JSON has it
    """Return the values of a column."""
    return column if isinstance(column, list) else repeat(column)


def named_by(column: Any, table: Sequence[Any]) -> Any:  # noqa: ANN401
    """Return a column with what its numbers stand for in *table*."""
    if isinstance(column, list):
        return [None if number is None else table[number] for number in column]
    return None if column is None else table[column]
