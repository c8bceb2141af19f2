"""A call in the process against the same call over gRPC on loopback."""

from __future__ import annotations

import contextlib
import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import NamedTuple

import grpc

import checksig
from checksig._engine import _ctypes
from grpc_server import SERVICE
from measure import HERE
from report import Table, judged

HEAD = ["", "in process µs", "gRPC µs", "ours/its", "wanted"]


class Call(NamedTuple):
    """A call to repeat."""

    function: Callable[[], object]
    times: int
    """In each round."""


class Pair(NamedTuple):
    """The same call, both ways."""

    here: Call
    there: Call
    part: int
    """Ours is wanted to take no more than this part of its time."""


def table(rounds: int, *, tenth: bool) -> Table:
    """Take the time of both, in turn."""
    result = Table("grpc", "A call in the process, and the same call over gRPC on loopback", HEAD, unit="µs")
    with tempfile.TemporaryDirectory() as directory, channel() as connection:
        tiny_file(Path(directory))
        for label, pair in pairs(directory, connection, scale=10 if tenth else 1).items():
            times = [[microseconds(pair.here), microseconds(pair.there)] for _ in range(rounds)]
            add(result, label, pair, times, judge=not tenth)
    result.notes = [
        f"grpcio {grpc.__version__}: server and client in Python, one connection, messages of plain bytes",
        "the server's handler makes the very call that is made in the process",
    ]
    return result


def add(result: Table, label: str, pair: Pair, times: list[list[float]], *, judge: bool) -> None:
    here, there = (median(column) for column in zip(*times, strict=True))
    ratio = median(ours / its for ours, its in times)
    verdict = judged(ratio * pair.part, 1, judge=judge).replace("1", f"1/{pair.part}", 1)
    result.rows.append([label, f"{here:.2f}", f"{there:.1f}", f"1/{1 / ratio:,.1f}", verdict])
    result.bars |= {f"checksig, {label}": here, f"gRPC, {label}": there}
    result.rounds[label] = times


def pairs(directory: str, connection: grpc.Channel, scale: int) -> dict[str, Pair]:
    """The two calls that are compared; *directory* has a list of one file."""
    empty = connection.unary_unary(f"/{SERVICE}/Abi")
    check = connection.unary_unary(f"/{SERVICE}/CheckSignatures")
    path = os.fsencode(directory)
    return {
        "empty call": Pair(
            Call(_ctypes.load().abi, 200_000 // scale),
            Call(lambda: empty(b""), 3_000 // scale),
            400,
        ),
        "check_signatures, one tiny file": Pair(
            Call(lambda: checksig.check_signatures(directory), 2_000 // scale),
            Call(lambda: check(path), 2_000 // scale),
            35,
        ),
    }


def tiny_file(directory: Path) -> None:
    content = b"tiny\n"
    (directory / "file").write_bytes(content)
    (directory / "SHA256SUMS").write_text(f"{hashlib.sha256(content).hexdigest()}  file\n")


@contextlib.contextmanager
def channel() -> Iterator[grpc.Channel]:
    """Connect to a server in a process of its own."""
    command = [sys.executable, str(HERE / "grpc_server.py")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        assert server.stdin
        assert server.stdout
        try:
            port = int(server.stdout.readline())
            with grpc.insecure_channel(f"127.0.0.1:{port}") as connection:
                grpc.channel_ready_future(connection).result(timeout=20)
                yield connection
        finally:
            server.stdin.close()


def microseconds(call: Call) -> float:
    """The mean time of one call."""
    function = call.function
    for _ in range(call.times // 20):
        function()
    started = time.perf_counter()
    for _ in range(call.times):
        function()
    return (time.perf_counter() - started) / call.times * 1e6
