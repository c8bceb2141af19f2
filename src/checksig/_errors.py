"""The exceptions, but for `VerificationError`: that is in `_report`, whose `Report` it carries.

::

    ChecksigError
    ├─ ManifestError        a list, or the root, can't be found, read or written
    ├─ EngineError          the engine can't be loaded or used, or failed internally
    ├─ VerificationError    files are not as listed, or can't be read (also a ValueError)
    ├─ SignatureError       a list is not signed by whom the caller trusts
    └─ JobCancelled         the job was cancelled
       └─ JobTimeout        the timeout expired (also a TimeoutError)

Each has a code. All can be pickled. A wrong argument is a `ValueError` or a `TypeError`.
"""

from __future__ import annotations

import os
import sys

from checksig._text import plain


class Code:
    """The codes of errors that Python itself raises. Those of the engine are in `_words`."""

    ARCHIVE_DIFFERS = "archive_differs"
    """A database is of another root, or the root is on another device than it was."""
    CANCELLED = "cancelled"
    """The job was cancelled or closed."""
    DATABASE_EXISTS = "database_exists"
    """There is a database already."""
    DATABASE_LOCKED = "database_locked"
    """Another run uses the database."""
    DATABASE_MISSING = "database_missing"
    """There is no database for the root."""
    DATABASE_NEWER = "database_newer"
    """A newer version of checksig has made the database."""
    DATABASE_UNREADABLE = "database_unreadable"
    """The database can't be read, or is none."""
    DATABASE_UNWRITABLE = "database_unwritable"
    """The database can't be written: it is read-only, or the disk is full."""
    ENGINE_DIED = "engine_died"
    """The helper process of the engine has ended, or does not answer."""
    ENGINE_MISSING = "engine_missing"
    """The engine is missing: the library, or the helper program."""
    ENGINE_UNLOADABLE = "engine_unloadable"
    """The engine can't be loaded or started, or is something else."""
    ENGINE_VERSION = "engine_version"
    """Engine and Python modules are of different versions."""
    EXECUTOR_BROKEN = "executor_broken"
    """The executor of a distributed run can't run anything any more."""
    EXECUTOR_UNREACHABLE = "executor_unreachable"
    """There is no executor where one should be."""
    FIRST_USE = "first_use"
    """checksig was first used in the middle of its own import, or while Python shuts down."""
    FORKED = "forked"
    """The process is a fork that can't have an engine of its own, or can't use a job of its parent."""
    HOST_UNFIT = "host_unfit"
    """The process lacks what the engine needs, such as file descriptors."""
    MALFORMED = "malformed"
    """A list, or a line of it, is damaged."""
    NOTHING_TO_ACCEPT = "nothing_to_accept"
    """A name that was to be accepted has no difference that could be."""
    NOT_CUT = "not_cut"
    """The list can't be cut into spans."""
    NOT_VERIFIED = "not_verified"
    """Files are not as their lists describe them."""
    OUT_OF_MEMORY = "out_of_memory"
    """The engine could not return anything."""
    PART_DIFFERS = "part_differs"
    """A part of a run is of another run than the others, or of the same shard as another."""
    PART_MISSING = "part_missing"
    """A shard of a run has no part."""
    PART_UNREADABLE = "part_unreadable"
    """A part of a run can't be read, or is none, or is damaged or cut short."""
    READER_FAILED = "reader_failed"
    """A reader of another package failed."""
    ROOT_DIFFERS = "root_differs"
    """The root is another directory than elsewhere, on a worker of a distributed run, or where a shard was verified."""
    SIGNATURE_UNCHECKED = "signature_unchecked"
    """The list is in a signed envelope, whose signature is not checked."""
    SIGNATURE_BAD = "signature_bad"
    """The signature is not one of this list, or not by this key."""
    SIGNATURE_EXPIRED = "signature_expired"
    """The signature or its key is out of date, or not valid yet."""
    SIGNATURE_MALFORMED = "signature_malformed"
    """The signature can't be read."""
    SIGNATURE_MISSING = "signature_missing"
    """The list has no signature that a trusted key could have made."""
    SIGNATURE_REVOKED = "signature_revoked"
    """The key is revoked."""
    SIGNATURE_UNTRUSTED = "signature_untrusted"
    """The signature is by a key, or an identity, that the caller did not name."""
    SIGNATURE_WEAK = "signature_weak"
    """The signature is of an algorithm, or by a key, that attackers can forge."""
    KEY_UNUSABLE = "key_unusable"
    """A key, or a file of keys, can't be used."""
    EXTRA_MISSING = "extra_missing"
    """An optional dependency of checksig is not installed."""
    TIMEOUT = "timeout"
    """The timeout expired."""
    WORKER_FAILED = "worker_failed"
    """A part of a list could not be verified by the workers of a distributed run, as often as it was tried."""
    WORKER_UNFIT = "worker_unfit"
    """A worker of a distributed run has no checksig, or another version."""


class ChecksigError(Exception):
    """The base of all errors of checksig. It is never raised itself."""

    code: str
    """A stable name of the cause, such as ``"no_list"``, for programs; the text is for people and may change."""


class ManifestError(ChecksigError):
    """A list, or the root, can't be found, read or written.

    *path* is the list or root concerned; *line* its line number, counted from 1, or 0; *reason* what is wrong.
    """

    def __init__(self, path: str, line: int, reason: str, code: str = "list_unreadable") -> None:
        super().__init__(path, line, reason, code)
        self.path, self.line, self.reason, self.code = path, line, reason, code

    _names_algorithms = False
    """Whether the list names the algorithm of each digest, so that no option does."""

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        return plain(f"{place}: {self.reason}")


class SignatureError(ChecksigError):
    """A checksum list is not signed by whom the caller trusts, so no file was read.

    *path* is the signature, the list or the key concerned; *reason* what is wrong.
    """

    def __init__(self, path: str, reason: str, code: str = Code.SIGNATURE_BAD) -> None:
        super().__init__(path, reason, code)
        self.path, self.reason, self.code = path, reason, code

    def __str__(self) -> str:
        return plain(f"{self.path}: {self.reason}" if self.path else self.reason)


class EngineError(ChecksigError):
    """The engine can't be loaded or used, or failed internally.

    *path* is the file of the engine, "" if it is about no file; *platform* the system and the processor;
    *reason* what is wrong.
    """

    def __init__(self, path: str, reason: str, code: str = "internal") -> None:
        super().__init__(path, reason, code)
        self.path, self.reason, self.code = path, reason, code
        machine = os.uname().machine if hasattr(os, "uname") else os.environ.get("PROCESSOR_ARCHITECTURE", "")
        self.platform = f"{sys.platform} {machine}"

    def __str__(self) -> str:
        return plain(f"{self.path} on {self.platform}: {self.reason}" if self.path else self.reason)


class JobCancelled(ChecksigError):
    """The job was cancelled, so there is no verdict."""

    code = Code.CANCELLED


def timed_out(seconds: float) -> str:
    """Say that a timeout of this many seconds expired."""
    return f"timed out after {seconds:g} second{'' if seconds == 1 else 's'}"


class JobTimeout(JobCancelled, TimeoutError):
    """The timeout expired, so there is no verdict."""

    code = Code.TIMEOUT


for _public in (ChecksigError, ManifestError, SignatureError, EngineError, JobCancelled, JobTimeout):
    _public.__module__ = "checksig"  # where users import them from
