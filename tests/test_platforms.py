"""`nox -s platforms`: the smoke program tells good from bad, and each platform gets a wheel of its own."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest

SCRIPTS = Path(__file__).parent / "platforms"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="they are run from Linux")


@pytest.fixture
def scripts(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The program that runs the platforms, with its modules."""
    monkeypatch.syspath_prepend(str(SCRIPTS))
    spec = importlib.util.spec_from_file_location("platforms_main", SCRIPTS / "__main__.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def smoke(logs: Path, scratch: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPTS / "smoke.py"), str(logs), str(scratch)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_smoke_is_one_line_where_all_is_well(logs: Path, tmp_path: Path) -> None:
    """And the exit status is 0."""
    done = smoke(logs, tmp_path)
    (line,) = done.stdout.splitlines()
    assert line.startswith("ok: checksig ")
    assert (0, "") == (done.returncode, done.stderr)


def test_smoke_says_what_is_wrong(tmp_path: Path) -> None:
    """Without the logs there is no verdict on them."""
    done = smoke(tmp_path / "none", tmp_path)
    (line,) = done.stdout.splitlines()
    assert line.startswith("FAILED: checksig ")
    assert "none" in line
    assert 1 == done.returncode


@pytest.mark.parametrize(
    ("platform", "name", "fits"),
    [
        ("x86_64", "checksig-1-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl", True),
        ("x86_64", "checksig-1-py3-none-linux_x86_64.whl", False),
        ("x86_64", "checksig-1-py3-none-musllinux_1_2_x86_64.whl", False),
        ("x86_64-musl", "checksig-1-py3-none-musllinux_1_2_x86_64.whl", True),
        ("x86_64-musl", "checksig-1-py3-none-manylinux_2_17_x86_64.whl", False),
        ("x86_64", "checksig-1-py3-none-macosx_13_0_x86_64.whl", False),
        ("arm64", "checksig-1-py3-none-manylinux_2_17_aarch64.whl", True),
        ("s390x", "checksig-1-py3-none-manylinux_2_17_aarch64.whl", False),
    ],
)
def test_wheel_is_chosen_by_its_tag(platform: str, name: str, *, fits: bool, scripts: ModuleType) -> None:
    """Of the wheels in dist/ a platform takes its own."""
    row = scripts.emulated.targets.platforms()[f"linux-{platform}"]
    assert fits is scripts.wine.builds.fits(row, name)


def test_windows_has_a_wheel_of_its_own(scripts: ModuleType) -> None:
    """The one for AMD64 is not the one for ARM."""
    row = scripts.wine.table()["windows-amd64"]
    assert scripts.wine.builds.fits(row, "checksig-1-py3-none-win_amd64.whl")
    assert not scripts.wine.builds.fits(row, "checksig-1-py3-none-win_arm64.whl")


def test_name_that_no_platform_has_is_refused(scripts: ModuleType) -> None:
    """With the names that there are; the start of one is enough."""
    assert ["wine-3.10", "wine-3.13", "wine-tests"] == [platform.name for platform in scripts.chosen(["wine"])]
    with pytest.raises(SystemExit, match="no platform is called vax; there are "):
        scripts.chosen(["vax"])


def test_only_a_failure_fails_the_run(
    scripts: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What this machine can't have is skipped with its reason, and what can't be run is never called ok."""

    def skip() -> str:
        msg = "needs a moon"
        raise scripts.common.Skip(msg)

    def fail() -> str:
        return str(scripts.common.run([sys.executable, "-c", "raise SystemExit('it broke')"]))

    monkeypatch.setattr(scripts.common, "CACHE", tmp_path)  # a run of the user's may hold the lock of theirs
    found = {"good": lambda: "fine", "absent": skip, "bad": fail}
    for names, status in ((["good", "absent"], 0), (["good", "absent", "bad"], 1)):
        todo = [scripts.common.Platform(name, "somehow", found[name]) for name in names]
        monkeypatch.setattr(scripts, "chosen", lambda _, todo=todo: todo)
        assert status == scripts.main([])
    said = capsys.readouterr().out
    assert "skipped: needs a moon" in said
    assert "it broke" in said
    assert re.search(r"(?m)^macosx_arm64 +not run", said)
    assert "1 passed, 1 failed, 1 skipped\n" in said


def test_command_that_hangs_is_ended_with_its_children(scripts: ModuleType) -> None:
    """A minute lost, not the night."""
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(60)'])"
    started = time.monotonic()
    with pytest.raises(scripts.common.Failure, match=r"not done in 0\.5 seconds"):
        scripts.common.run([sys.executable, "-c", code], patience=0.5)
    assert time.monotonic() - started < 20


def test_download_is_tried_again(scripts: ModuleType, tmp_path: Path) -> None:
    """What a network fails at once or twice works the third time; what fails three times has failed."""
    log = tmp_path / "log"
    code = "import sys; f = open(sys.argv[1], 'a+'); f.write('x'); f.seek(0); sys.exit(f.read() != sys.argv[2])"
    scripts.common.fetch([sys.executable, "-c", code, str(log), "xxx"], pause=0)
    assert "xxx" == log.read_text()
    with pytest.raises(scripts.common.Failure, match="exit status 1"):
        scripts.common.fetch([sys.executable, "-c", code, str(log), "never"], pause=0)
    assert "xxxxxx" == log.read_text()


def test_packages_are_downloaded_whole_or_not_at_all_and_anew_for_other_requirements(
    scripts: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next run takes neither half a download for a whole one, nor what another version needed."""
    monkeypatch.setattr(scripts.common, "CACHE", tmp_path)
    monkeypatch.setattr("time.sleep", lambda _: None)
    with monkeypatch.context() as offline:
        offline.setenv("PIP_NO_INDEX", "1")
        with pytest.raises(scripts.common.Failure, match="pip"):
            scripts.wine.builds.downloaded("some", "pip")
    assert [] == list((tmp_path / "dependencies").glob("some-????????"))
    made: list[object] = []
    monkeypatch.setattr(scripts.common, "fetch", made.append)
    first = scripts.wine.builds.downloaded("some", "pip")
    assert scripts.wine.builds.downloaded("some", "pip") == first
    assert scripts.wine.builds.downloaded("some", "pip", "tqdm") != first
    assert 2 == len(made)


def test_debian_that_can_not_be_reached_is_no_failure(
    scripts: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a network its platforms are skipped, with what apt says."""
    debian = scripts.emulated.debian
    if not shutil.which("apt-get") or not Path(debian.KEYS).exists():
        pytest.skip("needs Debian's apt")
    monkeypatch.setattr(debian, "MIRROR", "http://127.0.0.1:9/debian")  # the port where nobody listens
    monkeypatch.setattr(scripts.common, "CACHE", tmp_path)
    monkeypatch.setattr(scripts.common, "TRIES", 1)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with pytest.raises(scripts.common.Skip, match=r"Debian doesn't give sid-amd64 python3: E: .*127\.0\.0\.1"):
        debian.root("sid", "amd64", "python3")


def test_what_takes_long_waits_for_its_name(scripts: ModuleType) -> None:
    """The free-threaded CPython is compiled where somebody asks for it."""
    assert "free-threaded" not in [platform.name for platform in scripts.chosen([])]
    assert ["free-threaded"] == [platform.name for platform in scripts.chosen(["free"])]
