"""Brings the official Go that release wheels are built with: the release pinned in go-toolchain.sum, unchanged.

    python packaging/go_toolchain.py install DIRECTORY    DIRECTORY/bin/go is then that Go
    python packaging/go_toolchain.py version              prints the pinned release, such as 1.27.3
    python packaging/go_toolchain.py pin 1.27.4           pins another one; needs a Go, any

The Go team publishes every release as versions of the module golang.org/toolchain. Their sums go
over the content, stand in Go's public checksum database, and every Go checks them before it
writes them here. A tarball's sha256 would have to be believed from one web page.

Standard library only: it runs before anything is installed.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.request
import zipfile
from pathlib import Path
from typing import NamedTuple

PINS = Path(__file__).resolve().with_name("go-toolchain.sum")
MODULE = "golang.org/toolchain"
PROXY = "https://proxy.golang.org"
PLATFORMS = ("darwin-amd64", "darwin-arm64", "linux-amd64", "linux-arm64", "windows-amd64", "windows-arm64")


class Pin(NamedTuple):
    release: str  # as in 1.27.3
    platform: str  # as in linux-amd64
    sum: str  # as in go.sum: h1: and 32 bytes in base64

    @property
    def version(self) -> str:
        return f"v0.0.1-go{self.release}.{self.platform}"


def read_pins() -> list[Pin]:
    lines = re.findall(rf"(?m)^{MODULE} v0\.0\.1-go([\d.]+)\.(\w+-\w+) (h1:\S+)$", PINS.read_text("utf-8"))
    pins = [Pin(*fields) for fields in lines]
    if len({pin.release for pin in pins}) != 1:
        sys.exit(f"{PINS}: every line must be of one release")
    return pins


def this_platform() -> str:
    """Return the Go that runs here.

    Go's programs are static, and on Linux they run in a container of any other kind than the machine's:
    where QEMU emulates s390x on AMD64, Go isn't emulated, which is quicker and spares it QEMU's faults.
    """
    return f"{platform.system().lower()}-{'arm64' if platform.machine().lower() in {'arm64', 'aarch64'} else 'amd64'}"


def content_sum(archive: zipfile.ZipFile) -> str:
    """Return the sum that go.sum has for the module in *archive* (golang.org/x/mod/sumdb/dirhash)."""
    lines = (f"{hashlib.sha256(archive.read(name)).hexdigest()}  {name}\n" for name in sorted(archive.namelist()))
    return "h1:" + base64.b64encode(hashlib.sha256("".join(lines).encode()).digest()).decode()


def go_download(version: str) -> dict[str, str]:
    """Let the Go on PATH download a toolchain, checked with the checksum database; return what it says of it."""
    go = shutil.which("go")
    if not go:
        sys.exit("there is no Go on PATH, which is needed to ask the checksum database for the sums")
    # Whatever this machine excepts from the database, this module isn't.
    exceptions = {"GOENV": "off", "GOFLAGS": "", "GONOSUMDB": "", "GOPRIVATE": "", "GOSUMDB": "sum.golang.org"}
    env = {**os.environ, **exceptions, "GOTOOLCHAIN": "local"}
    command = [go, "mod", "download", "-json", f"{MODULE}@{version}"]
    run = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    answer: dict[str, str] = json.loads(run.stdout or "{}")
    if run.returncode != 0 or "Sum" not in answer:
        sys.exit(f"Go could not get {MODULE}@{version}: {answer.get('Error') or run.stderr}")
    return answer


def fetch(pin: Pin, directory: str) -> Path:
    """Return the toolchain's zip, as downloaded: nobody has compared it with the pin yet."""
    url = f"{PROXY}/{MODULE}/@v/{pin.version}.zip"
    path = Path(directory, "go.zip")
    with urllib.request.urlopen(url, timeout=60) as response, path.open("wb") as file:  # noqa: S310 - PROXY is https
        shutil.copyfileobj(response, file)
    return path


def unpack(archive: zipfile.ZipFile, directory: Path) -> None:
    """Write the module's files to *directory*; its zip doesn't say which of them are programs."""
    with tempfile.TemporaryDirectory(dir=directory.parent) as temporary:
        archive.extractall(temporary)
        (root,) = Path(temporary, "golang.org").iterdir()
        for program in [*root.glob("bin/*"), *root.glob("pkg/tool/*/*")]:
            program.chmod(0o755)
        shutil.rmtree(directory, ignore_errors=True)
        root.rename(directory)


def install(directory: Path) -> None:
    where = this_platform()
    pin = next((pin for pin in read_pins() if pin.platform == where), None)
    if pin is None:
        sys.exit(f"{PINS} has no line for {where}: add it with the command `pin`")
    directory = directory.expanduser().absolute()
    directory.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary, zipfile.ZipFile(fetch(pin, temporary)) as archive:
        found = content_sum(archive)
        if found != pin.sum:
            sys.exit(f"{MODULE}@{pin.version} is not what was pinned: {found} instead of {pin.sum}")
        unpack(archive, directory)
    subprocess.run([str(directory / "bin" / "go"), "version"], env={**os.environ, "GOTOOLCHAIN": "local"}, check=True)


def pin_release(release: str) -> None:
    pins = [Pin(release, where, "") for where in PLATFORMS]
    lines = [f"{MODULE} {pin.version} {go_download(pin.version)['Sum']}\n" for pin in pins]
    PINS.write_text("".join(lines), "utf-8", newline="\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("install")
    command.add_argument("directory", type=Path)
    commands.add_parser("version")
    command = commands.add_parser("pin")
    command.add_argument("release")
    args = parser.parse_args()
    if args.command == "install":
        install(args.directory)
    elif args.command == "version":
        sys.stdout.write(f"{read_pins()[0].release}\n")
    else:
        pin_release(args.release)


if __name__ == "__main__":
    main()
