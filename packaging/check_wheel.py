"""Says what is wrong with a wheel of checksig: `python packaging/check_wheel.py WHEEL...`.

One line a finding: the wheel, the file in it, what is there, what was expected. Exit status 1 with
findings, 2 where something can't be read as a wheel. It looks and never runs what it looks at, so a
wheel for any platform can be checked on any other.

`installer` reads RECORD here. What check-wheel-contents and `twine check` see, stray files and the
long description, is theirs: run them too.
"""

from __future__ import annotations

import argparse
import csv
import email
import io
import itertools
import re
import sys
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from installer.sources import WheelFile

from check_engine import MAGICS, check_library, check_program
from checksig_build import BuildError
from checksig_build.helper import NAME
from checksig_build.sbom import sbom
from checksig_build.targets import SUFFIXES, SYSTEMS, Tag, parse_tag

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from email.message import Message

LICENCES = {"MIT", "BSD-3-Clause", "Apache-2.0"}  # ours, and that of the Go runtime in the engine
HELPER = f"checksig/{NAME}"
SBOM = "sboms/checksig.cdx.json"
LIBRARY = re.compile(r"\.(so|dylib|dll|pyd)(\.|$)")
SOURCE = re.compile(r"\.(h|go|c)$|(^|/)go\.(mod|sum)$")


class NotAWheelError(Exception):
    """The file can't be read as a wheel at all: no name of one, no zip archive, no metadata."""


class Wheel(NamedTuple):
    """A wheel's file name, taken apart, and its contents."""

    tags: set[str]  # as WHEEL lists them: one platform each
    platforms: list[Tag]
    info: str  # the .dist-info directory
    version: str
    archive: zipfile.ZipFile
    names: list[str]

    def read(self, name: str) -> bytes | None:
        return self.archive.read(name) if name in self.names else None

    def message(self, name: str) -> Message:
        return email.message_from_bytes(self.read(f"{self.info}/{name}") or b"")


def check(path: Path) -> list[str]:
    """Return the findings about the wheel at *path*, [] where it is as it should be."""
    with open_wheel(path) as archive:
        wheel = take_apart(path, archive)
        findings = [
            *check_files(wheel),
            *check_tags(wheel),
            *check_record(wheel, path),
            *check_licences(wheel),
            *check_sbom(wheel),
            *check_engine(wheel),
        ]
    return [f"{path.name}: {finding}" for finding in findings]


def open_wheel(path: Path) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(path)
        bad = archive.testzip()
    except (OSError, zipfile.BadZipFile, zlib.error) as e:
        msg = f"{path}: not a wheel: {e}"
        raise NotAWheelError(msg) from e
    if bad:
        msg = f"{path}: not a wheel: {bad} is damaged"
        raise NotAWheelError(msg)
    return archive


def take_apart(path: Path, archive: zipfile.ZipFile) -> Wheel:
    parts = path.stem.split("-")
    if path.suffix != ".whl" or len(parts) != 5 or parts[0] != "checksig":
        msg = f"{path}: not a wheel of checksig: its name isn't checksig-VERSION-PYTHON-ABI-PLATFORM.whl"
        raise NotAWheelError(msg)
    _, version, python, abi, platforms = parts
    info = f"checksig-{version}.dist-info"
    if f"{info}/WHEEL" not in archive.namelist():
        msg = f"{path}: not a wheel: it has no {info}/WHEEL"
        raise NotAWheelError(msg)
    names = [item.filename for item in archive.infolist() if not item.is_dir()]
    tags = {f"{python}-{abi}-{platform}" for platform in platforms.split(".")}
    return Wheel(tags, [parse_tag(tag) for tag in platforms.split(".")], info, version, archive, names)


def check_files(wheel: Wheel) -> Iterator[str]:
    for name in wheel.names:
        if SOURCE.search(name):
            yield f"{name}: a header or source, expected neither in a wheel"
    expected = engine_names(wheel)
    engines = sorted(name for name in wheel.names if is_library(wheel, name))
    if engines != expected:
        found = ", ".join(engines) or "none"
        yield f"engines found: {found}, expected exactly {', '.join(expected)}"


def engine_names(wheel: Wheel) -> list[str]:
    """Return the names of the library, of the helper program or of both, as the build puts them there."""
    goos = wheel.platforms[0].goos
    library = "checksig/_checksig" + SUFFIXES.get(goos, ".so")
    if wheel.platforms[0].libc == "musl":
        return [HELPER]
    return [HELPER, library] if goos == "darwin" else [library]


def is_library(wheel: Wheel, name: str) -> bool:
    with wheel.archive.open(name) as file:
        return bool(LIBRARY.search(name)) or file.read(4).startswith(MAGICS)


def check_tags(wheel: Wheel) -> Iterator[str]:
    said = wheel.message("WHEEL")
    inside = said.get_all("Tag", [])
    if sorted(inside) != sorted(wheel.tags):
        yield f"{wheel.info}/WHEEL: Tag is {_list(inside)}, expected {_list(wheel.tags)} as in the file name"
    if any(not tag.startswith("py3-none-") for tag in wheel.tags):
        yield f"the file name: the tag is {_list(wheel.tags)}, expected py3-none-PLATFORM"
    for tag in wheel.platforms:
        if not tag.family:
            yield f"the file name: {tag.text} is no platform known here, expected one of {_list(SYSTEMS)}"
    if said["Root-Is-Purelib"] != "false":
        yield f"{wheel.info}/WHEEL: Root-Is-Purelib is {said['Root-Is-Purelib']}, expected false"


def check_record(wheel: Wheel, path: Path) -> Iterator[str]:
    record = f"{wheel.info}/RECORD"
    listed = [row[0] for row in csv.reader(io.StringIO((wheel.read(record) or b"").decode("utf-8", "replace"))) if row]
    for name in sorted({name for name in listed if name not in wheel.names or listed.count(name) > 1}):
        yield f"{record}: {name} is listed, but is not once in the wheel"
    with WheelFile.open(path) as source:
        try:
            source.validate_record()
        except WheelFile.validation_error as e:
            yield from (f"{record}: {issue.removeprefix(f'In {path}, ')}" for issue in e.issues)


def check_licences(wheel: Wheel) -> Iterator[str]:
    metadata = wheel.message("METADATA")
    where = f"{wheel.info}/METADATA"
    missing = LICENCES - set(re.split(r"[\s()]+", metadata.get("License-Expression", "")))
    if missing:
        yield f"{where}: License-Expression is {metadata['License-Expression']}, expected {_list(missing)} in it"
    files = metadata.get_all("License-File", [])
    if len(files) < len(LICENCES):
        yield f"{where}: License-File names {_list(files)}, expected a text for each of {_list(LICENCES)}"
    for name in files:
        if not wheel.read(f"{wheel.info}/licenses/{name}"):
            yield f"{wheel.info}/licenses/{name}: not there or empty, expected the licence that METADATA names"


def check_sbom(wheel: Wheel) -> Iterator[str]:
    name = f"{wheel.info}/{SBOM}"
    there = (wheel.read(name) or b"").decode("utf-8", "replace").splitlines()
    try:
        wanted = sbom(wheel.version, wheel.read(engine_names(wheel)[-1]) or b"").splitlines()
    except BuildError:
        return  # no engine of Go's, which check_engine says
    for found, expected in itertools.zip_longest(there, wanted, fillvalue="the end"):
        if found != expected:
            yield f"{name}: {found.strip()} is there, expected {expected.strip()}: what the build makes for this engine"
            return


def check_engine(wheel: Wheel) -> Iterator[str]:
    for name in engine_names(wheel):
        data = wheel.read(name)
        if data is None:
            continue  # check_files has said so
        for finding in (check_program if name == HELPER else check_library)(data, wheel.platforms):
            yield f"{name}: {finding}"
        mode = wheel.archive.getinfo(name).external_attr >> 16 & 0o777
        if name == HELPER and mode != 0o755:
            yield f"{name}: its mode is {mode:o}, expected 755: nobody could start it"


def _list(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "nothing"


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Say what is wrong with wheels of checksig.")
    parser.add_argument("wheels", nargs="+", type=Path, metavar="WHEEL")
    status = 0
    for path in parser.parse_args(argv).wheels:
        try:
            findings = check(path)
        except NotAWheelError as e:
            print(e, file=sys.stderr)
            status = 2
            continue
        print("\n".join(findings) or f"{path.name}: as it should be")
        status = max(status, 1 if findings else 0)
    return status


if __name__ == "__main__":
    sys.exit(main())
