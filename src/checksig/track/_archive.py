"""An archive and what can be done with it."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path

from checksig import _arguments
from checksig._errors import Code
from checksig._text import from_engine
from checksig._types import Algorithms, Patterns, StrPath  # noqa: TC001 - typing.get_type_hints() looks here
from checksig.track._accept import accept, chosen
from checksig.track._database import lay_tables, made, readable, transaction, translated, writable
from checksig.track._differences import differences, names_found, shown
from checksig.track._errors import ArchiveError
from checksig.track._export import export
from checksig.track._history import killed, marked, of_file, whole
from checksig.track._job import Reading, Records, encoded, reading
from checksig.track._known import hint
from checksig.track._overview import overview
from checksig.track._place import default_place
from checksig.track._report import Difference, History, Overview, RunReport
from checksig.track._root import look, refuse_empty, refuse_foreign
from checksig.track._runs import run_of, running
from checksig.track._scan import scan
from checksig.track._settings import Settings, load
from checksig.track._verify import Budget, verify

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

    from checksig._report import OnProgress, WarningText
    from checksig.track._runs import RunningRun


class Archive:
    """A directory whose files are recorded in a database: what they are to be, and what happened to them.

    The directory is only read. A method opens the database and closes it again; of those that write, one runs at
    a time, whatever process it is in. Everything up to the last commit survives the death of the process.

    :param root: the directory. Any path to it stands for the same archive.
    :param database: the path of the database. By default it is in the user's data directory, named after the root
        and a digest of its real path, as far as that exists: the history of a lost archive can still be read.
    :raises TypeError, ValueError: an argument is invalid.
    """

    def __init__(self, root: StrPath, database: StrPath | None = None) -> None:
        self._root = _path("root", root)
        self._database = os.path.abspath(
            default_place(os.path.realpath(self._root)) if database is None else _path("database", database)
        )
        self._is_default = database is None

    @property
    def root(self) -> Path:
        """The path of the root, as given."""
        return Path(self._root)

    @property
    def database(self) -> Path:
        """The path of the database."""
        return Path(self._database)

    def __repr__(self) -> str:
        return f"Archive({self._root!r}, database={self._database!r})"

    def init(
        self,
        *,
        algorithm: Algorithms | None = None,
        exclude: Patterns | None = None,
        one_file_system: bool = False,
        jobs: int | None = None,
        no_cache: bool = False,
        progress: OnProgress | None = None,
    ) -> RunReport:
        """Make the database, and record every regular file beneath the root with its digests.

        Links, FIFOs, devices and sockets are not recorded, and links not followed; hidden files are recorded.

        :param algorithm: the algorithm of the digests, or an iterable of several; by default SHA-256.
        :param exclude: a pattern for names to leave out, from now on, or an iterable of patterns, as for
            :func:`checksig.verify`.
        :param one_file_system: whether directories on other file systems are left out, from now on.
        :param jobs, no_cache: as for :func:`checksig.verify`.
        :param progress: a function that is called with a `checksig.Progress` several times a second.
        :raises ArchiveError: the database exists or can't be written, or there is no file.
        :raises EngineError, ValueError, TypeError: as for :func:`checksig.verify`.
        """
        how = reading(self._database, jobs, no_cache, progress)
        algorithms = tuple(_arguments.algorithms(algorithm)) or ("sha256",)
        patterns = tuple(_arguments.exclusions(exclude))
        one = _arguments.flag("one_file_system", one_file_system)
        root = look(self._root)
        refuse_empty(root)
        settings = Settings(root, algorithms, patterns, one)
        how.start("check", settings, Records()).close()  # refuses algorithms and patterns that make no sense
        with made(self._database) as connection, translated(self._database):
            with transaction(connection):
                lay_tables(connection)
                settings.save(connection)
            return self._scan("init", connection, settings, how)

    def scan(self, *, jobs: int | None = None, no_cache: bool = False, progress: OnProgress | None = None) -> RunReport:
        """Find what was added, changed, moved or lost since the record was made.

        A file whose size, time and inode are as recorded is not read. A new one is recorded at once; any other
        difference stays one until it is accepted, or gone. A file that has only another time, or inode, is as recorded.

        :param jobs, no_cache, progress: as for `init`.
        :raises ArchiveError: there is no database, it can't be used, or another run uses it; the root is missing or
            empty, or on another device than it was. Then nothing was forgotten.
        :raises EngineError, ValueError, TypeError: as for :func:`checksig.verify`.
        """
        how = reading(self._database, jobs, no_cache, progress)
        with self._changing() as (connection, settings):
            return self._scan("scan", connection, settings, how)

    def _scan(self, kind: str, connection: sqlite3.Connection, settings: Settings, how: Reading) -> RunReport:
        with running(connection, kind) as run:
            added, warnings = scan(connection, settings, run, how)
        about = warnings if kind == "init" else ()  # once is enough
        return _report(connection, settings, run, added=tuple(map(shown, sorted(added))), warnings=about)

    def verify(
        self,
        *,
        max_seconds: float | None = None,
        max_bytes: int | None = None,
        jobs: int | None = None,
        no_cache: bool = False,
        progress: OnProgress | None = None,
    ) -> RunReport:
        """Read files again and compare them with the record, beginning with those that were read longest ago.

        :param max_seconds: no more files are begun after this time; at least one is read. By default no limit.
        :param max_bytes: how much is read at the most, but at least one file. By default no limit.
        :param jobs, no_cache, progress: as for `init`.
        :raises ArchiveError, EngineError, ValueError, TypeError: as `scan`.
        """
        how = reading(self._database, jobs, no_cache, progress)
        seconds, most = _limit("max_seconds", max_seconds), _limit("max_bytes", max_bytes)
        budget = Budget(seconds, None if most is None else int(most))
        with self._changing() as (connection, settings):
            with running(connection, "verify") as run:
                left = verify(connection, settings, run, how, budget)
            return _report(connection, settings, run, left=left)

    def accept(self, names: Iterable[str] | None = None, *, relocated: bool = False) -> RunReport:
        """Take what was found by the last runs as right, from now on. Nothing is read.

        :param names: names of files, or of directories for what is beneath them; by default everything that is
            modified, moved, missing or no regular file any more. A rotten file is only accepted by its own name, and
            what is missing or no regular file is no longer recorded then.
        :param relocated: whether the path and the device that the root has now are right, too.
        :raises ArchiveError: as `scan`; or a name has no difference that can be accepted, or none of the recorded
            files is in the root that is said to be the new one. Then nothing was accepted.
        :raises TypeError: an argument has the wrong type.
        """
        wanted = (
            None
            if names is None
            else [_arguments.text("names", "an iterable of str", name) for name in _several(names)]
        )
        moves = _arguments.flag("relocated", relocated)
        with self._changing(relocated=moves) as (connection, settings):
            before = load(connection, self._database).root.path
            accepted = chosen(differences(connection, settings.algorithms), wanted)
            with running(connection, "accept") as run:
                if moves:
                    with transaction(connection):
                        settings.save(connection)
                accept(connection, run, accepted)
            moved = (before, settings.root.path) if moves else None
            return _report(connection, settings, run, accepted=accepted, relocated=moved)

    def differences(self) -> tuple[Difference, ...]:
        """Return what is not as recorded, as far as the last runs have found. Nothing is looked at.

        :raises ArchiveError: there is no database, or it can't be used.
        """
        with self._reading() as connection:
            return differences(connection, load(connection, self._database).algorithms)

    def history(self, name: str | None = None) -> History:
        """Return all runs, and what happened in them to all files, or to the one of this *name*.

        :raises ArchiveError: there is no database, it can't be used, or nothing is known of the file.
        """
        text = None if name is None else _arguments.path("name", _arguments.text("name", "a str", name))

        def read() -> History:
            with self._reading() as connection:
                algorithms = load(connection, self._database).algorithms
                if text is None:
                    return whole(connection, algorithms)
                return of_file(connection, algorithms, encoded(text.removeprefix("./")))

        history = read()
        dead = killed(history, self._database)
        return marked(read(), dead) if dead else history  # one may have ended since

    def overview(self) -> Overview:
        """Return the state of the archive, and all that happened to it. Nothing is looked at.

        :raises ArchiveError: there is no database, or it can't be used.
        """

        def read() -> Overview:
            with self._reading() as connection:
                return overview(connection, load(connection, self._database).algorithms)

        found = read()
        dead = killed(found.history, self._database)
        if dead:
            found = read()
        return found._replace(history=marked(found.history, dead))

    def export(self, output: StrPath, *, list_format: str | None = None, force: bool = False) -> Path:
        """Write what is recorded as a checksum list, and return its path. No file is looked at.

        :param output: the path of the list.
        :param list_format: its format, as for :func:`checksig.create`; by default the one that *output* is named after,
            such as ``x.sfv``, or that of GNU coreutils.
        :param force: whether to replace a file that exists.
        :raises ArchiveError: there is no database, or it can't be used.
        :raises ManifestError: the list exists or can't be written, or can't hold an entry.
        :raises EngineError, ValueError, TypeError: as for :func:`checksig.create`.
        """
        path = _arguments.path("output", output)
        to = _arguments.list_format(list_format)
        replace = _arguments.flag("force", force)
        with self._reading() as connection:
            algorithms = load(connection, self._database).algorithms
            export(connection, algorithms, path, to, force=replace)
        return Path(from_engine(path) if from_engine else path)

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._helped(), readable(self._database) as connection:
            yield connection

    @contextmanager
    def _helped(self) -> Iterator[None]:
        """Name the databases that there are to who has none by the path of the root."""
        try:
            yield
        except ArchiveError as e:
            if self._is_default and e.code == Code.DATABASE_MISSING:
                raise ArchiveError(e.path, e.reason, e.code, e.hint + hint()) from None
            raise

    @contextmanager
    def _changing(self, *, relocated: bool = False) -> Iterator[tuple[sqlite3.Connection, Settings]]:
        """Open the database for a run on the root, which must be the recorded one, with something in it."""
        root = look(self._root)
        with self._helped(), writable(self._database) as connection:
            settings = load(connection, self._database)
            if not relocated:
                root.check(settings.root)
            refuse_empty(root)
            if relocated:
                refuse_foreign(root, settings.root, names_found(connection))
            yield connection, settings._replace(root=root)


def _report(
    connection: sqlite3.Connection,
    settings: Settings,
    run: RunningRun,
    *,
    added: tuple[str, ...] = (),
    accepted: tuple[Difference, ...] = (),
    left: int = 0,
    warnings: tuple[WarningText, ...] = (),
    relocated: tuple[str, str] | None = None,
) -> RunReport:
    found = differences(connection, settings.algorithms)
    return RunReport(run_of(connection, run.number), found, added, accepted, left, warnings, relocated)


def _path(argument: str, given: StrPath) -> str:
    return os.fsdecode(given) if _arguments.path(argument, given) else ""


def _several(names: Iterable[str]) -> Iterator[str]:
    return _arguments.each("names", "an iterable of str", [names] if isinstance(names, str) else names)


def _limit(argument: str, given: object) -> float | None:
    """Return a limit, which is a number above 0."""
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, (int, float)):
        _arguments.refuse(argument, "a number", given)
    if not given > 0:
        msg = f"{argument} is {given}, but must be more than 0"
        raise ValueError(msg)
    return given


Archive.__module__ = "checksig.track"  # where users import it from
