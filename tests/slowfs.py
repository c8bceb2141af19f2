"""A file system whose storage is slow, or never answers: FUSE in its own process, by the kernel's protocol.

``python slowfs.py DIRECTORY FILES SIZE DELAY`` mounts one directory of so many files ``f0``, ``f1`` …
of zero bytes. A read takes DELAY seconds; with ``inf`` it hangs, as on a server that has gone. Stages such
as ``0*300,0.05*200,inf`` make it the first for so many reads, and the last from then on. It ends with its
standard input. It needs Linux, root and /dev/fuse.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import hashlib
import heapq
import itertools
import math
import os
import stat
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

LOOKUP, FORGET, GETATTR, OPEN, READ, RELEASE, FLUSH, INIT = 1, 2, 3, 14, 15, 18, 25, 26
OPENDIR, READDIR, RELEASEDIR, INTERRUPT, BATCH_FORGET = 27, 28, 29, 36, 42
ROOT = 1
HEADER = struct.Struct("<IIQQIIII")  # length, opcode, unique, node, uid, gid, pid, padding
MNT_DETACH = 2


class Late:
    """Gives requests to *answer* after a while, in one thread: there may be hundreds."""

    def __init__(self, answer: Callable[[int, int, int, bytes], None]) -> None:
        self.answer, self.due = answer, list[tuple[float, tuple[int, int, int, bytes]]]()
        self.more = threading.Condition()
        threading.Thread(target=self.work, daemon=True).start()

    def put(self, delay: float, request: tuple[int, int, int, bytes]) -> None:
        with self.more:
            heapq.heappush(self.due, (time.monotonic() + delay, request))
            self.more.notify()

    def work(self) -> None:
        while True:
            self.answer(*self.take())

    def take(self) -> tuple[int, int, int, bytes]:
        with self.more:
            while not self.due or self.due[0][0] > time.monotonic():
                self.more.wait(self.due[0][0] - time.monotonic() if self.due else None)
            return heapq.heappop(self.due)[1]


class Server:
    """Answers what the kernel asks."""

    def __init__(self, device: int, files: int, size: int, delays: Iterator[float], stuck: Path) -> None:
        self.device, self.files, self.size, self.delays, self.stuck = device, files, size, delays, stuck
        self.waiting, self.most = set[int](), 0
        self.late = Late(self.answer)

    def serve(self) -> None:
        """Answer until the mount is gone."""
        while True:
            try:
                request = os.read(self.device, 1 << 18)
            except OSError:  # unmounted
                return
            _, opcode, unique, node, *_ = HEADER.unpack_from(request)
            body = request[HEADER.size :]
            if opcode in {FORGET, BATCH_FORGET}:
                continue
            if opcode == INTERRUPT:  # a process in a read that hangs can be killed, as on NFS
                self.send(struct.unpack_from("<Q", body)[0], errno.EINTR, b"")
                continue
            delay = next(self.delays) if opcode == READ else 0
            if delay:
                self.waiting.add(unique)
                self.most = max(self.most, len(self.waiting))
            if math.isinf(delay):
                self.stuck.touch()
                continue
            if delay:
                self.late.put(delay, (unique, opcode, node, body))
            else:
                self.answer(unique, opcode, node, body)

    def answer(self, unique: int, opcode: int, node: int, body: bytes) -> None:
        """Send the reply to one request."""
        self.send(unique, *self.reply(opcode, node, body))

    def send(self, unique: int, error: int, data: bytes) -> None:
        self.waiting.discard(unique)
        try:
            os.write(self.device, struct.pack("<IiQ", 16 + len(data), -error, unique) + data)
        except OSError:  # who asked was interrupted
            return

    def reply(self, opcode: int, node: int, body: bytes) -> tuple[int, bytes]:
        """Return an error number and the data of the reply to one request."""
        answers: dict[int, Callable[[], bytes]] = {
            INIT: lambda: struct.pack("<IIIIHHIIHHI28x", 7, 31, 1 << 17, 0, 512, 384, 1 << 17, 1, 32, 0, 0),
            GETATTR: lambda: struct.pack("<QII", 3600, 0, 0) + self.attributes(node),
            OPEN: lambda: struct.pack("<QII", 1, 0, 0),
            OPENDIR: lambda: struct.pack("<QII", 1, 0, 0),
            READ: lambda: self.read(body),
            READDIR: lambda: self.entries(body),
            RELEASE: lambda: b"",
            RELEASEDIR: lambda: b"",
            FLUSH: lambda: b"",
        }
        if opcode == LOOKUP:
            return self.lookup(body.rstrip(b"\0").decode())
        return (0, answers[opcode]()) if opcode in answers else (errno.ENOSYS, b"")

    def lookup(self, name: str) -> tuple[int, bytes]:
        if name[:1] != "f" or not name[1:].isdecimal() or int(name[1:]) >= self.files:
            return errno.ENOENT, b""
        found = int(name[1:]) + 2
        return 0, struct.pack("<QQQQII", found, 0, 3600, 3600, 0, 0) + self.attributes(found)

    def read(self, body: bytes) -> bytes:
        _, offset, size = struct.unpack_from("<QQI", body)
        return bytes(max(0, min(size, self.size - offset)))

    def attributes(self, node: int) -> bytes:
        mode, size = (stat.S_IFDIR | 0o755, 0) if node == ROOT else (stat.S_IFREG | 0o644, self.size)
        return struct.pack("<6Q10I", node, size, 0, 0, 0, 0, 0, 0, 0, mode, 1, 0, 0, 0, 4096, 0)

    def entries(self, body: bytes) -> bytes:
        _, offset, size = struct.unpack_from("<QQI", body)
        out = b""
        for number in range(offset, self.files):
            name = f"f{number}".encode()
            entry = struct.pack("<QQII", number + 2, number + 1, len(name), stat.S_IFREG >> 12) + name
            entry += bytes(-len(entry) % 8)
            if len(out) + len(entry) > size:
                break
            out += entry
        return out


def stages(text: str) -> Iterator[float]:
    """Yield the delay of each read."""
    for stage in text.split(","):
        delay, _, reads = stage.partition("*")
        yield from itertools.repeat(float(delay), int(reads)) if reads else itertools.repeat(float(delay))


@contextlib.contextmanager
def storage(directory: Path, files: int, size: int, delay: str) -> Iterator[Path]:
    """Mount files of zeros as ``mount`` in a directory; gives a list of them.

    There is a file ``stuck`` once a read hangs. Afterwards, ``most`` says how many reads waited at the same time.
    """
    import pytest  # the file system itself needs none

    mount = directory / "mount"
    mount.mkdir()
    command = [sys.executable, __file__, str(mount), str(files), str(size), delay]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    with process:
        assert process.stdout
        if process.stdout.readline() != b"ready\n":
            process.wait()
            pytest.skip("no FUSE here")
        zeros = hashlib.sha256(bytes(size)).hexdigest()
        (directory / "SHA256SUMS").write_text("".join(f"{zeros}  f{i}\n" for i in range(files)))
        try:
            yield directory / "SHA256SUMS"
        finally:
            most, _ = process.communicate()
            (directory / "most").write_bytes(most)


def main(directory: str, files: str, size: str, delay: str) -> None:
    """Mount, serve until standard input ends, unmount."""
    device = os.open("/dev/fuse", os.O_RDWR)
    libc = ctypes.CDLL(None, use_errno=True)
    options = f"fd={device},rootmode=40000,user_id=0,group_id=0".encode()
    if libc.mount(b"slowfs", os.fsencode(directory), b"fuse", 0, options):
        sys.exit(f"can't mount: {os.strerror(ctypes.get_errno())}")
    server = Server(device, int(files), int(size), stages(delay), Path(directory).with_name("stuck"))
    threading.Thread(target=server.serve, daemon=True).start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.read()
    libc.umount2(os.fsencode(directory), MNT_DETACH)
    sys.stdout.write(f"{server.most}\n")
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
