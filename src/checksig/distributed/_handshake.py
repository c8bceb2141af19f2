"""How a connection between a worker and the coordinator begins: each shows the other that it has the key of the run.

It is that of `multiprocessing.connection`, whose `Listener` would wait as long as a peer likes.
"""

from __future__ import annotations

import os
import socket
import struct
from multiprocessing.connection import Connection, answer_challenge, deliver_challenge

MOST = 1024
"""Bytes of a message."""

PATIENCE = 5.0
"""Seconds that one read or write of a connection may take: its peer may have stopped."""


def as_coordinator(accepted: socket.socket, key: bytes) -> Connection:
    """Return the connection with a worker.

    :raises OSError, EOFError, multiprocessing.AuthenticationError, ValueError: the peer is none, or gone.
    """
    connection = _connection(accepted, PATIENCE)
    try:
        deliver_challenge(connection, key)
        answer_challenge(connection, key)
    except BaseException:
        connection.close()
        raise
    return connection


def as_worker(address: tuple[str, int], key: bytes, patience: float) -> Connection:
    """Return the connection with the coordinator.

    :raises OSError, EOFError, multiprocessing.AuthenticationError, ValueError: it can't be reached there.
    """
    connection = _connection(socket.create_connection(address, patience), patience)
    try:
        answer_challenge(connection, key)
        deliver_challenge(connection, key)
        _limit(connection, PATIENCE)
    except BaseException:
        connection.close()
        raise
    return connection


def _connection(connected: socket.socket, patience: float) -> Connection:
    connected.settimeout(None)
    connection = Connection(connected.detach())
    _limit(connection, patience)
    return connection


def _limit(connection: Connection, patience: float) -> None:
    """Let each read and write fail after a time, in seconds."""
    milliseconds = int(patience * 1000)
    as_timeval = struct.pack("ll", milliseconds // 1000, milliseconds % 1000 * 1000)
    value = struct.pack("L", milliseconds) if os.name == "nt" else as_timeval
    borrowed = socket.socket(fileno=connection.fileno())
    try:
        for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            borrowed.setsockopt(socket.SOL_SOCKET, option, value)
    finally:
        borrowed.detach()
