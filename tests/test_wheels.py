"""`nox -s wheels`: one table of targets, and the same bytes from every build of one commit."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

pytest.importorskip("lief", reason="the wheel check needs it: nox -s packaging")
pytest.importorskip("ziglang", reason="compiles for all platforms: nox -s packaging")
import wheels
from checksig_build.targets import TABLE, parse_tag, platforms
from test_packaging import ROOT, build_sdist, copy_source

pytestmark = pytest.mark.packaging

TARGETS = platforms()


@pytest.mark.parametrize("name", TARGETS)
def test_target_and_tag_are_of_one_machine(name: str) -> None:
    """A tag leads to its own row of the table, and no other has its names or its header."""
    row = TARGETS[name]
    tags = [row.wheel] if row.libc else [row.python, row.wheel or row.python]
    assert {row} == {parse_tag(tag).platform for tag in tags}
    assert bool(row.zig) != bool(row.no_zig)
    others = [other for other in TARGETS.values() if other != row]
    assert (row.header, row.libc) not in {(other.header, other.libc) for other in others}
    assert (row.goos, row.goarch, row.libc) not in {(other.goos, other.goarch, other.libc) for other in others}


@pytest.mark.skipif(sys.version_info < (3, 11), reason="Python has no TOML reader before 3.11")
def test_table_is_toml() -> None:
    """Its reader, which every Python has, reads what a TOML reader does."""
    import tomllib

    table = tomllib.loads(TABLE.read_text("utf-8"))
    assert table == {
        name: {key: value for key, value in row._asdict().items() if value and key != "name"}
        for name, row in platforms().items()
    }


def test_releases_are_of_the_table() -> None:
    """What cibuildwheel's configuration says of a platform is what the table says."""
    settings = (ROOT / "pyproject.toml").read_text("utf-8")
    built = [row for row in TARGETS.values() if row.runner]
    assert {row.zig for row in built if row.goos == "windows"} == set(re.findall(r"cc -target ([\w.-]+)", settings))
    emulated = re.findall(r'select = "\*-manylinux_\{(.*)\}"', settings)
    assert emulated == [",".join(sorted(row.machine for row in built if row.pythons))]


def test_unknown_target_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """Before anything is built, with the names that there are."""
    with pytest.raises(SystemExit) as stopped:
        wheels.main(["linux-arm64", "linux-mips"])
    assert 2 == stopped.value.code
    assert "no such target: linux-mips; there are linux-x86_64, linux-arm64, " in capsys.readouterr().err


def test_failing_tool_is_named_with_what_it_says() -> None:
    """The tools are silent while all goes well, and heard when it doesn't."""
    with pytest.raises(SystemExit, match=r"(?s)the following arguments are required.*twine failed, exit status [12]"):
        wheels.run("twine", "check")


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_sdist(copy_source(tmp_path_factory.mktemp("sdist") / "checkout"))


@pytest.mark.skipif(sys.platform != "linux", reason="auditwheel runs on Linux alone")
@pytest.mark.timeout(1800)  # while zig compiles the C library of Windows
@pytest.mark.parametrize(
    ("name", "caches"),
    [
        ("linux-x86_64", [None, "cache"]),
        ("linux-x86_64-musl", [None, None]),
        ("macos-arm64", [None, "cache"]),
        ("windows-amd64", [None, "cache"]),
    ],
)
def test_wheels_of_one_commit_are_identical(name: str, caches: list[str | None], sdist: Path, tmp_path: Path) -> None:
    """One from what Go has in its cache, one from nothing, in directories of other names."""
    builds = []
    for directory, cache in zip(["first", "another"], caches, strict=True):
        place = tmp_path / directory
        place.mkdir()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("tempfile.tempdir", str(place))
            patch.setitem(wheels.ENVIRONMENT, "TMPDIR", str(place))
            if cache:
                patch.setitem(wheels.ENVIRONMENT, "GOCACHE", str(tmp_path / cache))
            builds.append(wheels.make(TARGETS[name], sdist, place))
    first, second = builds
    assert first.name == second.name
    assert first.read_bytes() == second.read_bytes()
