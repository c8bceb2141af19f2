"""What every argument of every function refuses, by an error that begins with the argument's name."""

from __future__ import annotations

import asyncio
import inspect
import itertools
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import checksig
from checksig import Entry, Status
from conftest import Tree, digest


class OwnError(Exception):
    """An error of the caller's."""


class Pathlike:
    """A path-like object that gives what it is told, so many times, and then raises."""

    def __init__(self, given: Any, times: int = sys.maxsize) -> None:
        self._given, self._times = given, times

    def __fspath__(self) -> Any:
        self._times -= 1
        if self._times < 0:
            raise OwnError
        return self._given


FLAGS = (
    "backslash",
    "strict",
    "ignore_missing",
    "detect_collisions",
    "no_cache",
    "fail_fast",
    "ordered",
    "force",
    "all",
    "bagit",
    "in_place",
    "require_all",
    "one_file_system",
    "tag",
    "moved",
    "sidecars",
    "drop_missing",
    "add",
    "quick",
)

NO_PATHS = (None, 7, True, b"a"[0], ["a"], {"a": 1}, bytearray(b"a"), Pathlike(7), object)

NO_FLAGS: tuple[object, ...] = (None, 0, 1, "", "no", "False", b"", (), [], 1.0, object(), Status.OK)

NO_NUMBERS: tuple[object, ...] = (None, True, 1.0, "1", b"1", [1], 1j)

WRONG: dict[str, tuple[Any, ...]] = {
    "root": NO_PATHS,
    "root_dir": NO_PATHS,
    "path": NO_PATHS,
    "output": NO_PATHS[1:],
    "manifest": (7, True, 1.5, bytearray(b"a"), memoryview(b"a"), [7], [None], [["a"]], (b"a"[0],), object()),
    **dict.fromkeys(("old", "new"), (7, True, 1.5, bytearray(b"a"), [7], [None], [["a"]], ["a", "b"], object())),
    "only": (7, True, b"a", bytearray(b"a"), Path("a"), [7], [b"a"], [None], [["a"]], {}, {"a": 1}),
    "exclude": (7, True, b"a", bytearray(b"a"), Path("a"), [7], [b"a"], [None], [["a"]], {}, {"a": 1}),
    "accept": (7, True, b"a", bytearray(b"a"), Path("a"), [7], [b"a"], [None], [["a"]], {}, {"a": 1}),
    "algorithm": (7, True, b"md5", ["md5"], {"md5"}),
    "list_format": (7, True, b"bare", ["bare"]),
    "jobs": (True, False, 1.0, "1", b"1", [1], 1j),
    **dict.fromkeys(FLAGS, NO_FLAGS),
    "extra": (None, 0, 1, b"all", [], ["all"], object()),
    "allow_links_to": (None, 7, True, [7], [None], bytearray(b"a"), [["a"]], [Pathlike(7)], {}, {"a": 1}),
    "files": (7, True, [7], [None], bytearray(b"a"), [["a"]], [Pathlike(7)], {}, {"a": 1}),
    "bytes": NO_NUMBERS,
    "keep": (None, True, b"all", ["all"], {"all"}),
    "progress": (7, True, "print", [print]),
    "timeout": (True, False, "1", b"1", [1], 1j),
    "signature": NO_PATHS[1:],
    "trust": (7, True, "key", ["key"], [None], b"key", {"key": 1}, object()),
    "digest": (None, 7, b"00", ["00"], {7: "00"}, {"md5": 7}, {"md5": b"00"}, {"md5": {}}),
}

EMPTY: dict[str, tuple[Any, ...]] = {
    **dict.fromkeys(("root", "root_dir", "path", "output"), ("", b"", Pathlike(""))),
    "manifest": ("", b"", [], (), iter(()), [""], {}, [{}]),
    **dict.fromkeys(("old", "new"), ("", b"", [], (), iter(()), [""])),
    "only": ([], (), set(), iter(()), "", [""]),
    "exclude": ("",),
    "accept": ([], (), set(), iter(()), "", [""]),
    "algorithm": ("",),
    "list_format": ("",),
    "extra": ("",),
    "allow_links_to": ("", b"", [""]),
    "files": ("", b"", [], (), iter(()), [""]),
    "signature": ("", b""),
    "trust": ([], (), iter(())),
    "digest": ("", {}, {"md5": ""}, "md5:", ":00", {"": "00"}),
}

SEVERAL = ("create", "acreate")
"""Functions that take several algorithms."""

ONE_LIST = {"manifest": NO_PATHS, "root": NO_PATHS[1:]}
"""Of `update`: the path of one list, and a root that may be None."""

WRONG_OF = {"update": WRONG | ONE_LIST, "plan": WRONG | {"files": NO_NUMBERS}}

EMPTY_OF = {"update": EMPTY | {"manifest": EMPTY["path"]}, "plan": EMPTY | {"files": (0,)}}

WRONG_ALGORITHMS: tuple[Any, ...] = (7, True, b"md5", [7], [b"md5"], [None], [["md5"]], {"md5": 1}, object())

EMPTY_ALGORITHMS: tuple[Any, ...] = ("", [], (), iter(()), [""], ["md5", ""])

UNCODABLE = "\ud800"
"""A character of no text, and of no file name."""


def run(function: str, **arguments: Any) -> None:
    """Call a function with these arguments, and its coroutine too."""
    given = {"path": "f", "old": "f", "new": "f", "manifest": "f", "digest": "00" * 16, "root_dir": "."}
    needed = {name: given[name] for name, p in parameters(function).items() if p.default is p.empty}
    result = getattr(checksig, function)(**{**needed, **arguments})
    if inspect.iscoroutine(result):
        asyncio.run(result)


def parameters(function: str) -> dict[str, inspect.Parameter]:
    return dict(inspect.signature(getattr(checksig, function)).parameters)


FUNCTIONS = [name for name in checksig.__all__ if inspect.isfunction(getattr(checksig, name))]

ARGUMENTS = [(function, name) for function in FUNCTIONS for name in parameters(function)]


def renamed(function: str, name: str) -> str:
    """Return what errors call an argument: that of `check_signatures` is another function's root."""
    return "root" if function == "check_signatures" and name == "root_dir" else name


def test_the_functions_are_all_there() -> None:
    functions = (
        "acreate averify check_signatures create diff file_digest iter_verify plan read_list update verify verify_file"
    )
    assert functions.split() == sorted(FUNCTIONS)


@pytest.mark.parametrize(("function", "name"), ARGUMENTS)
def test_a_value_of_another_type_is_a_type_error(function: str, name: str) -> None:
    """Python takes much for true, and True for 1: what was meant is not to be guessed."""
    wrong = WRONG_OF.get(function, WRONG)
    for value in WRONG_ALGORITHMS if name == "algorithm" and function in SEVERAL else wrong[name]:
        with pytest.raises(TypeError, match=f"^{renamed(function, name)}(: .*)? must be "):
            run(function, **{name: value})


@pytest.mark.parametrize(("function", "name"), [(f, name) for f, name in ARGUMENTS if name in EMPTY])
def test_nothing_is_never_the_default(function: str, name: str) -> None:
    empty = EMPTY_OF.get(function, EMPTY)
    for value in EMPTY_ALGORITHMS if name == "algorithm" and function in SEVERAL else empty[name]:
        with pytest.raises(ValueError, match=rf"^{renamed(function, name)}\b"):
            run(function, **{name: value})


def test_no_algorithm_gives_no_digest(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match=r"^algorithm must be a str such as 'sha256', not NoneType$"):
        checksig.file_digest(tmp_path, None)  # type: ignore[arg-type]


@pytest.mark.skipif(os.name == "nt", reason="a file name there may have such characters")
@pytest.mark.parametrize(
    "arguments",
    [{"root": UNCODABLE}, {"manifest": UNCODABLE}, {"only": UNCODABLE}, {"allow_links_to": [UNCODABLE]}],
    ids=str,
)
def test_text_that_no_file_name_has_is_a_value_error(arguments: dict[str, Any]) -> None:
    (name,) = arguments
    with pytest.raises(ValueError, match=rf"^{name} can't be a file name: .*surrogates not allowed"):
        checksig.verify(**arguments)


@pytest.mark.parametrize("name", ["root", "manifest", "allow_links_to", "output"])
def test_a_path_like_object_is_asked_once(name: str, tree: Tree) -> None:
    """It could say another path the second time, and what was checked would not be what is used."""
    root = tree({"a": b"1"})
    values = {"root": root, "manifest": root / "SHA256SUMS", "allow_links_to": root, "output": root / "new"}
    function: Callable[..., object] = checksig.create if name == "output" else checksig.verify
    assert function(**{"root": root, name: Pathlike(os.fspath(values[name]), 1)})


def broken() -> Iterator[Any]:
    """Yield what every iterable may hold, and raise."""
    yield "SHA256SUMS"
    raise OwnError


@pytest.mark.parametrize(
    "arguments",
    [
        {"root": Pathlike("a", 0)},
        {"manifest": Pathlike("a", 0)},
        {"manifest": broken()},
        {"manifest": (Entry(Pathlike("a", 0), digest(b"")) for _ in "a")},
        {"only": broken()},
        {"allow_links_to": broken()},
    ],
    ids=lambda arguments: next(iter(arguments)),
)
def test_an_error_of_the_callers_own_comes_out_as_it_is(arguments: dict[str, Any]) -> None:
    with pytest.raises(OwnError):
        checksig.verify(**arguments)


def test_names_with_nul_have_an_error(tmp_path: Path) -> None:
    """No file is called so, and none is taken for one whose name ends before."""
    for arguments in ({"root": "a\0b"}, {"root": tmp_path, "manifest": "a\0b"}):
        with pytest.raises(checksig.ManifestError, match=r"a\\000b: "):
            checksig.verify(**arguments)
    with pytest.raises(ValueError, match=r"NUL byte"):
        checksig.verify_file("a\0b", digest(b""))
    with pytest.raises((ValueError, checksig.ChecksigError)):
        checksig.create(tmp_path, output="a\0b")


def test_a_progress_function_may_start_a_job(tree: Tree) -> None:
    root = tree({"a": b"1"})
    reports: list[checksig.Report] = []
    assert checksig.verify(root, progress=lambda _: reports.append(checksig.verify(root)))
    assert [True] * len(reports) == [report.ok for report in reports]
    assert reports


@pytest.mark.timeout(60)
def test_a_progress_function_may_close_the_job_that_calls_it(big: Path) -> None:
    jobs: list[checksig.Job] = []
    with checksig.iter_verify(big, progress=lambda _: jobs[0].close()) as job:
        jobs.append(job)
        with pytest.raises(checksig.JobCancelled):
            job.report()


def test_a_progress_function_may_iterate_the_job_that_calls_it(tree: Tree) -> None:
    """It takes verdicts away from the caller, and neither gets one twice."""
    root = tree(changed={str(i): b"" for i in range(100)})
    taken: list[str] = []
    jobs: list[checksig.Job] = []

    def take(_: object) -> None:
        taken.extend(result.path for result in itertools.islice(jobs[0], 3))

    with checksig.iter_verify(root, progress=take) as job:
        jobs.append(job)
        taken.extend(result.path for result in job)
        assert 100 == job.report().counts[Status.MISMATCH]
    assert sorted(map(str, range(100))) == sorted(taken)
