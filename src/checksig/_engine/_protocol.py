"""What a job needs of the engine, whichever way it is reached."""

from __future__ import annotations

from typing import Any, Protocol


class Engine(Protocol):
    """An engine that has been loaded. Only the process *pid* may use it."""

    path: str
    """What it was loaded from, as errors name it."""
    pid: int
    way: str
    """How it is reached, and why so."""

    def version(self) -> str:
        """Return the version the engine was built as."""

    def describe(self) -> dict[str, Any]:
        """Return every word that requests, results and errors can have: what `_words` has."""

    def holdings(self) -> dict[str, Any]:
        """Return what the engine holds in its process, with the bound of each: ``[now, at most]``."""

    def ed25519(self, key: bytes, message: bytes, signature: bytes) -> bool:
        """Say whether a signature (64 bytes) of *message* is by a public key (32 bytes); see RFC 8032."""

    def handle(self) -> Handle:
        """Return a handle for one job, not yet started."""


class Handle(Protocol):
    """One job of an engine.

    It exists before the job starts, so that no exception that a signal's handler raises can lose a job
    that runs. Where the handle ends, the job ends.
    """

    @property
    def is_open(self) -> bool:
        """Whether there is a job: it was started, and not closed."""

    def start(self, request: bytes, milliseconds: int) -> bytes:
        """Start the job that *request* describes, as `_wire` encodes it, and wait for its first batch, for so long.

        Returns an error in JSON, or nothing. The first `poll` returns the batch at once.
        """

    def poll(self, milliseconds: int) -> bytes:
        """Wait for a batch of the job, for at most this long. Returns it in JSON, or nothing if it is late."""

    def cancel(self) -> None:
        """Make the job end soon."""

    def close(self) -> None:
        """Cancel the job and forget it."""
