"""Directories with a Debian release's Python in them, of any suite and architecture.

apt finds and downloads the packages with a state of its own, and dpkg unpacks them: nothing is
installed on this machine, and nothing in them is run meanwhile.
"""

from __future__ import annotations

import os
import shutil
import tarfile
from pathlib import Path

import common

MIRROR = os.environ.get("CHECKSIG_DEBIAN_MIRROR", "http://deb.debian.org/debian")
KEYS = "/usr/share/keyrings/debian-archive-keyring.gpg"
MERGED = ("bin", "lib", "lib64", "sbin")  # links into usr/, as Debian has it since 12


@common.one_at_a_time
def root(suite: str, architecture: str, *packages: str) -> Path:
    """Return a directory that holds the packages and all they depend on."""
    directory = common.CACHE / "roots" / "-".join([suite, architecture, *packages])
    done = directory / "complete"
    if not done.exists():
        common.fresh(directory)
        unpack(download(suite, architecture, packages), directory)
        done.touch()
    return directory


def download(suite: str, architecture: str, packages: tuple[str, ...]) -> list[Path]:
    """Download the packages and their dependencies. Returns the files."""
    state = prepare(suite, architecture, "deb")
    archives = common.fresh(state / "archives")
    (archives / "partial").mkdir()
    get(state, architecture, "install", "-y", "--download-only", "--no-install-recommends", *packages)
    return sorted(archives.glob("*.deb"))


@common.one_at_a_time
def source(suite: str, package: str) -> Path:
    """Download a source package. Returns the archive that the authors have published."""
    state = prepare(suite, "source", "deb-src")
    get(state, "amd64", "source", "--download-only", package, cwd=common.fresh(state / "archives"))
    (archive,) = (state / "archives").glob("*.orig.tar.*[z2]")
    return archive


def unpack_source(archive: Path, place: Path) -> Path:
    """Unpack the archive of a source package. Returns the directory in it."""
    with tarfile.open(archive) as tar:
        tar.extractall(place)
    (directory,) = place.iterdir()
    return directory


def prepare(suite: str, architecture: str, kind: str) -> Path:
    """Make a directory in which apt can work for another release than this machine's."""
    if not shutil.which("apt-get") or not shutil.which("dpkg"):
        msg = "needs Debian's apt and dpkg"
        raise common.Skip(msg)
    if not Path(KEYS).exists():
        msg = f"needs {KEYS}, of Debian's package debian-archive-keyring"
        raise common.Skip(msg)
    state = common.CACHE / "apt" / f"{suite}-{architecture}"
    (state / "lists" / "partial").mkdir(parents=True, exist_ok=True)
    (state / "status").touch()  # nothing is installed there: all dependencies are missing
    (state / "sources.list").write_text(f"{kind} [signed-by={KEYS}] {MIRROR} {suite} main\n")
    return state


def get(state: Path, architecture: str, *command: str, cwd: Path | None = None) -> None:
    apt = ["apt-get", "-q", *options(state, architecture)]
    try:
        common.fetch([*apt, "update"])
        common.fetch([*apt, *command], cwd=cwd)
    except common.Failure as e:  # no network, or a day when the suite is out of joint: the wheel is not to blame
        msg = f"Debian doesn't give {state.name} {command[-1]}: {reason(str(e))}"
        raise common.Skip(msg) from e


def reason(said: str) -> str:
    """Return apt's first error, or its last line."""
    lines = said.splitlines()
    return next((line for line in lines if line.startswith("E: ")), lines[-1])


def options(state: Path, architecture: str) -> list[str]:
    settings = {
        "Dir::State": state,
        "Dir::State::lists": state / "lists",
        "Dir::State::status": state / "status",
        "Dir::Cache": state,
        "Dir::Cache::archives": state / "archives",
        "Dir::Etc::sourcelist": state / "sources.list",
        "Dir::Etc::sourceparts": os.devnull,
        "APT::Architecture": architecture,
        "APT::Architectures::": architecture,
        "APT::Sandbox::User": "root",  # the cache may lie where apt's own user can't go
        "APT::Update::Error-Mode": "any",  # without it, an update that has reached nothing is a success
        "Acquire::Check-Valid-Until": "false",  # a mirror that lags is good enough: what it has is signed
        "Acquire::Languages": "none",
        "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled": "false",
    }
    return [word for name, value in settings.items() for word in ("-o", f"{name}={value}")]


def unpack(archives: list[Path], directory: Path) -> None:
    for name in MERGED:
        (directory / "usr" / name).mkdir(parents=True)
        (directory / name).symlink_to(f"usr/{name}")
    for archive in archives:
        common.run(["dpkg", "-x", str(archive), str(directory)])
