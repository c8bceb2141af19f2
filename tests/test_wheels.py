"""`nox -s wheels`: one table of targets, and the same bytes from every build of one commit."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

pytest.importorskip("lief", reason="the wheel check needs it: nox -s packaging")
pytest.importorskip("ziglang", reason="compiles for all platforms: nox -s packaging")
import wheels
from check_engine import parse_platform
from checksig_build.target import go_platform
from test_packaging import build_sdist, copy_source

pytestmark = pytest.mark.packaging

TARGETS = wheels.targets()


@pytest.mark.parametrize("name", TARGETS)
def test_target_and_tag_are_of_one_machine(name: str) -> None:
    """The table, the build and the wheel check have the same name for each machine."""
    target = TARGETS[name]
    assert go_platform(target.tag) == (target.goos, target.goarch)
    assert parse_platform(target.tag).system == target.goos


def test_unknown_target_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """Before anything is built, with the names that there are."""
    with pytest.raises(SystemExit) as stopped:
        wheels.main(["linux-arm64", "linux-mips"])
    assert stopped.value.code == 2
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
@pytest.mark.parametrize("name", ["linux-x86_64", "macos-arm64", "windows-amd64"])
def test_wheels_of_one_commit_are_identical(name: str, sdist: Path, tmp_path: Path) -> None:
    """One from what Go has in its cache, one from nothing, in folders of other names."""
    builds = []
    for folder, cache in [("first", None), ("another", "cache")]:
        place = tmp_path / folder
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
