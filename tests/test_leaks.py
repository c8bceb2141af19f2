"""What the library hands out is given back: texts, and what it keeps for a job."""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import checksig
from conftest import Tree, library_alone, linux

PRELUDE = """
import gc, resource, sys, checksig

def grown(work, times):
    '''Return by how many megabytes the process grows in *times* calls, after as many before.'''
    sizes = []
    for _ in range(2):
        for _ in range(times):
            work()
        gc.collect()
        sizes.append(int(open("/proc/self/statm").read().split()[1]) * resource.getpagesize() / 1e6)
    return sizes[1] - sizes[0]
"""


def in_a_process(code: str, *arguments: object) -> str:
    """Run *code* in a Python that has done nothing before. Returns what it prints."""
    command = [sys.executable, "-c", PRELUDE + textwrap.dedent(code), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout


@linux
def test_batches_are_given_back(tmp_path: Path) -> None:
    """100 megabytes of verdicts go through a process that stays as it is."""
    name = "x" * 200
    (tmp_path / "md5sum.txt").write_text(f"d41d8cd98f00b204e9800998ecf8427e  {name}\n" * 5_000)
    code = """
        def work():
            assert len(checksig.verify(sys.argv[1]).failures) == 5_000
        print(grown(work, 50) < 20)
    """
    assert "True\n" == in_a_process(code, tmp_path)


@linux
def test_errors_are_given_back() -> None:
    """Those of jobs that can't start; 20 megabytes of them."""
    code = """
        def work():
            try:
                checksig.verify(algorithm="x" * 2_000)
            except ValueError:
                pass
        print(grown(work, 10_000) < 10)
    """
    assert "True\n" == in_a_process(code)


@linux
def test_what_the_engine_says_of_itself_is_given_back(tree: Tree) -> None:
    """Its version, and what it holds: 10 megabytes in all."""
    code = """
        engine = checksig.iter_verify(sys.argv[1])._engine
        def work():
            engine.holdings()
            engine.version()
        print(grown(work, 50_000) < 3)
    """
    assert "True\n" == in_a_process(code, tree({"a": b"1"}))


class Library:
    """The library, called as a C program calls it."""

    def __init__(self, path: str) -> None:
        self._library = ctypes.CDLL(path)
        self._text, self._length = ctypes.c_void_p(), ctypes.c_size_t()

    def start(self) -> ctypes.c_size_t:
        """Start a job. Returns its handle."""
        handle = ctypes.c_size_t()
        request = json.dumps({"job": "verify", "root": os.curdir, "keep": "all"}).encode()
        size, now = ctypes.c_size_t(len(request)), ctypes.c_int32(0)
        text, length = ctypes.byref(self._text), ctypes.byref(self._length)
        assert 0 == self._library.checksig_start(request, size, now, ctypes.byref(handle), text, length)
        self._library.checksig_clear(text)
        return handle

    def close(self, handle: ctypes.c_size_t) -> None:
        self._library.checksig_close(ctypes.byref(handle))

    def knows(self, number: int) -> bool:
        """Say whether there is a job whose handle is *number*."""
        handle, now = ctypes.c_size_t(number), ctypes.c_int32(0)
        self._library.checksig_poll(handle, now, ctypes.byref(self._text), ctypes.byref(self._length))
        assert self._text.value
        try:
            batch = json.loads(ctypes.string_at(self._text.value, self._length.value))
        finally:
            self._library.checksig_clear(ctypes.byref(self._text))
        error = (batch["summary"] or {}).get("error") or {}
        return error.get("kind") != "internal"


@library_alone
def test_a_closed_job_is_forgotten(tree: Tree) -> None:
    """Its handle means nothing to the library any more; handles are numbers that go up."""
    with checksig.iter_verify(tree({"a": b"1"})) as job:
        library = Library(job._engine.path)
    handle = library.start()
    number = handle.value
    assert library.knows(number)
    library.close(handle)
    assert 0 == handle.value
    assert not library.knows(number)
    job = checksig.iter_verify(os.curdir)
    following = range(number + 1, number + 10)
    assert any(map(library.knows, following))
    job.close()
    assert not any(map(library.knows, following))
