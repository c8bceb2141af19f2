"""The wheel check finds each fault, and that one alone: wheels are broken on purpose, one way each.

The engines are real libraries and programs of a few lines of C, made by zig for every platform.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

lief = pytest.importorskip("lief", reason="the wheel check needs it: nox -s packaging")
pytest.importorskip("ziglang", reason="makes the engines: nox -s packaging")
from check_wheel import check, main  # noqa: E402 - not without lief
from checksig_build.sbom import sbom  # noqa: E402

pytestmark = pytest.mark.packaging

INFO = "checksig-1.0.dist-info"
SBOM = f"{INFO}/sboms/checksig.cdx.json"
# What package debug/buildinfo looks for in a program that Go has built.
BUILT_BY_GO = r'static const volatile char built[] = "\377 Go buildinf:\010\002" "' + r"\000" * 16 + r'\010go1.27.3";'
BUILD_INFO = b"\xff Go buildinf:\x08\x02" + bytes(16) + b"\x08go1.27.3"
SOURCE = f"""
{BUILT_BY_GO}
#ifdef _WIN32
int DllMainCRTStartup(void *module, unsigned reason, void *reserved) {{ return 1; }}
__declspec(dllexport)
#endif
int checksig_abi(void) {{ return built[0]; }}
"""
TARGETS = {
    "manylinux_2_17_x86_64": "x86_64-linux-gnu.2.17",
    "musllinux_1_2_x86_64": "x86_64-linux-musl",
    "manylinux_2_17_s390x": "s390x-linux-gnu.2.17",
    "macosx_13_0_arm64": "aarch64-macos.13.0",
    "win_amd64": "x86_64-windows-gnu",
}
LINUX, MUSL, MAC, WINDOWS = "manylinux_2_17_x86_64", "musllinux_1_2_x86_64", "macosx_13_0_arm64", "win_amd64"
NAMES = {
    "macosx": "checksig/_checksig.dylib",
    "win": "checksig/_checksig.dll",
    "musllinux": "checksig/_checksig-engine",
}
HELPER = NAMES["musllinux"]
PROGRAM = f"{BUILT_BY_GO}\nint _start(void) {{ return built[0]; }}\n"
EMPTY_ZIP = b"PK\x05\x06" + bytes(18)
# Each file of a wheel -> its content; a test changes one of them.
Files = dict[str, bytes]


def compile_engine(directory: Path, tag: str, source: str = SOURCE, *flags: str, target: str | None = None) -> bytes:
    """Compile *source* for the platform of *tag*, without a C library, which takes zig a minute."""
    (directory / "engine.c").write_text(source)
    form = ["-static", "-no-pie"] if tag == MUSL else ["-shared", "-fPIC"]
    if tag.startswith("macosx"):
        flags = ("-Wl,-install_name,@rpath/_checksig.dylib", *flags)
    command = ["-target", target or TARGETS[tag], *form, "-nostdlib", "-s", "-O1", *flags]
    zig = [sys.executable, "-m", "ziglang", "cc", *command, "-o", "engine.out", "engine.c"]
    done = subprocess.run(zig, cwd=directory, capture_output=True, text=True, check=False)
    assert 0 == done.returncode, done.stderr
    return (directory / "engine.out").read_bytes()


@pytest.fixture(scope="session")
def engines(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return the engine without fault for each platform."""
    directory = tmp_path_factory.mktemp("engines")
    return {tag: compile_engine(directory, tag, PROGRAM if tag == MUSL else SOURCE) for tag in TARGETS}


def engine_name(tag: str) -> str:
    return NAMES.get(tag.partition("_")[0], "checksig/_checksig.so")


@functools.cache
def mac_program() -> bytes:
    """Return the helper program without fault for macOS, where a wheel has both engines."""
    with tempfile.TemporaryDirectory() as directory:
        source = PROGRAM.replace("_start", "main")
        return compile_program(Path(directory), source, "-target", TARGETS[MAC])


def good_files(tag: str, engine: bytes) -> Files:
    return {
        "checksig/__init__.py": b"",
        engine_name(tag): engine,
        **({HELPER: mac_program()} if tag == MAC else {}),
        f"{INFO}/WHEEL": f"Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: py3-none-{tag}\n".encode(),
        f"{INFO}/METADATA": (
            b"Metadata-Version: 2.4\nName: checksig\nVersion: 1.0\n"
            b"License-Expression: MIT AND BSD-3-Clause AND Apache-2.0\n"
            b"License-File: LICENSE\nLicense-File: go/LICENSE.go-runtime\nLicense-File: go/LICENSE.sha1cd\n"
        ),
        f"{INFO}/licenses/LICENSE": b"MIT",
        f"{INFO}/licenses/go/LICENSE.go-runtime": b"BSD",
        f"{INFO}/licenses/go/LICENSE.sha1cd": b"Apache",
        SBOM: sbom("1.0", engine or BUILD_INFO).encode(),
    }


def record(files: Files) -> bytes:
    def row(name: str, data: bytes) -> str:
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
        return f"{name},sha256={digest},{len(data)}\n"

    return "".join([*(row(*item) for item in files.items()), f"{INFO}/RECORD,,\n"]).encode()


def write(directory: Path, tag: str, files: Files, python: str = "py3-none", mode: int = 0o755) -> Path:
    """Write a wheel of *files*, with a right RECORD unless they have one."""
    path = directory / f"checksig-1.0-{python}-{tag}.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in {f"{INFO}/RECORD": record(files), **files}.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = (mode if name == HELPER else 0o644) << 16
            archive.writestr(entry, data)
    return path


def findings(directory: Path, tag: str, files: Files) -> list[str]:
    path = write(directory, tag, files)
    return [finding.removeprefix(f"{path.name}: ") for finding in check(path)]


@pytest.mark.parametrize("tag", TARGETS)
def test_good_wheel_has_no_findings(tmp_path: Path, engines: dict[str, bytes], tag: str) -> None:
    """What the other tests break is as it should be before."""
    assert [] == findings(tmp_path, tag, good_files(tag, engines[tag]))


def test_two_tags_of_one_platform_are_fine(tmp_path: Path, engines: dict[str, bytes]) -> None:
    """Auditwheel gives a wheel its legacy tag too; each is a line in WHEEL."""
    files = good_files(LINUX, engines[LINUX])
    files[f"{INFO}/WHEEL"] += b"Tag: py3-none-manylinux2014_x86_64\n"
    assert [] == findings(tmp_path, f"manylinux2014_x86_64.{LINUX}", files)


def put(name: str, data: bytes) -> Callable[[Files], None]:
    return lambda files: files.update({name: data})


def swap(name: str, old: bytes, new: bytes) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        assert old in files[name]
        files[name] = files[name].replace(old, new)

    return change


def drop(name: str) -> Callable[[Files], None]:
    return lambda files: files.update() if files.pop(name) else None


def change_record(change: Callable[[bytes], bytes]) -> Callable[[Files], None]:
    return lambda files: files.update({f"{INFO}/RECORD": change(record(files))})


@pytest.mark.parametrize(
    ("breaking", "finding"),
    [
        (put("checksig/_checksig.h", b""), "checksig/_checksig.h: a header or source, expected neither"),
        (put("go/cmd/main.go", b""), "go/cmd/main.go: a header or source, expected neither"),
        (put("go/internal/md5.c", b""), "go/internal/md5.c: a header or source, expected neither"),
        (put("checksig/other.so", b""), r"engines found: checksig/_checksig\.so, checksig/other\.so, expected exactly"),
        (put("checksig/hidden", b"\x7fELF"), r"engines found: checksig/_checksig\.so, checksig/hidden, expected"),
        (drop("checksig/_checksig.so"), r"engines found: none, expected exactly checksig/_checksig\.so"),
        (put("checksig/_checksig.so", b"text"), "it is no library for one machine, expected one for linux/amd64, as"),
        (swap(f"{INFO}/WHEEL", b"2_17", b"2_28"), "WHEEL: Tag is py3-none-manylinux_2_28_x86_64, expected .*2_17"),
        (swap(f"{INFO}/WHEEL", b"false", b"true"), "WHEEL: Root-Is-Purelib is true, expected false"),
        (change_record(lambda rows: rows.replace(b"sha256=", b"sha256=x", 1)), r"hash / size of .*py didn't match"),
        (change_record(lambda rows: rows.replace(b",0\n", b",1\n", 1)), r"hash / size of .*py didn't match"),
        (change_record(lambda rows: rows.partition(b"\n")[2]), r"RECORD: checksig/__init__\.py is not mentioned"),
        (change_record(lambda rows: rows + b"gone.py,,\n"), r"RECORD: gone\.py is listed, but is not once in"),
        (change_record(lambda rows: rows.partition(b"\n")[0] + b"\n" + rows), r"__init__\.py is listed, but is"),
        (
            swap(f"{INFO}/METADATA", b" AND BSD-3-Clause", b""),
            "License-Expression is MIT AND Apache-2.0, expected BSD-3-Clause in it",
        ),
        (
            swap(f"{INFO}/METADATA", b"License-File: LICENSE\n", b""),
            "License-File names go/LICENSE.go-runtime, go/LICENSE.sha1cd, expect",
        ),
        (drop(f"{INFO}/licenses/LICENSE"), "licenses/LICENSE: not there or empty, expected the licence"),
        (drop(SBOM), r"sboms/checksig\.cdx\.json: the end is there, expected {"),
        (put(SBOM, b"\xff"), "is there, expected {: what the build makes"),
        (swap(SBOM, b'"specVersion": "1.6"', b'"specVersion": "1.4"'), r'"1\.4", is there, expected .*"1\.6"'),
        (swap(SBOM, b'  "version": 1,', b'  "serialNumber": "0",\n  "version": 1,'), r'"serialNumber": "0", is there'),
        (swap(SBOM, b'"version": "1.27.3"', b'"version": "1.27.2"'), r'"1\.27\.2", is there, expected .*"1\.27\.3"'),
    ],
)  # fmt: skip
def test_fault_in_the_files(
    tmp_path: Path, engines: dict[str, bytes], breaking: Callable[[Files], None], finding: str
) -> None:
    """A fault in names or metadata is found, and nothing else is."""
    files = good_files(LINUX, engines[LINUX])
    breaking(files)
    (found,) = findings(tmp_path, LINUX, files)
    assert re.search(finding, found), found


@pytest.mark.parametrize(
    ("tag", "source", "flags", "finding"),
    [
        (LINUX, SOURCE + "int _cgo_topofstack(void) { return 1; }", [], "it exports _cgo_topofstack, expected only"),
        (WINDOWS, SOURCE + "__declspec(dllexport) int crosscall2(void) { return 1; }", [], "it exports crosscall2"),
        (MAC, SOURCE + "int fatal(void) { return 1; }", [], "it exports fatal, expected only"),
        (LINUX, SOURCE.replace("checksig_abi", "checksig_b"), [], "it doesn't export checksig_abi"),
        (LINUX, SOURCE, ["-Wl,-z,norelro"], "it has no RELRO segment"),
        (LINUX, SOURCE + '__asm__(".quad checksig_abi");', ["-Wl,-z,notext"], "it has TEXTREL"),
        (MAC, SOURCE, ["-Wl,-install_name,/home/me/_checksig.dylib"], "its install name is /home/me/_checksig.dylib"),
    ],
)  # fmt: skip
def test_fault_in_the_engine(tmp_path: Path, tag: str, source: str, flags: list[str], finding: str) -> None:
    """A fault in the library is found, and nothing else is."""
    engine = compile_engine(tmp_path, tag, source, *flags)
    (found,) = findings(tmp_path, tag, good_files(tag, engine))
    assert re.search(finding, found), found


def test_a_program_that_needs_a_c_library_is_found(tmp_path: Path, engines: dict[str, bytes]) -> None:
    """A static one runs with any, also a newer musl than that of the tag; and a library is no program."""
    (tmp_path / "libneeded.so").write_bytes(compile_engine(tmp_path, LINUX, "int needed(void) { return 1; }"))
    source = PROGRAM.replace("return built", "int needed(void); return needed() + built")
    flags = ["-no-pie", "-nostdlib", "-Wl,--dynamic-linker=/lib/ld-musl-x86_64.so.1", "libneeded.so"]
    dynamic = compile_program(tmp_path, source, "-target", TARGETS[LINUX], *flags)
    (found,) = findings(tmp_path, MUSL, good_files(MUSL, dynamic))
    assert re.search("it needs /lib/ld-musl-x86_64.so.1, .*libneeded.so, expected a static program", found), found
    (found,) = findings(tmp_path, MUSL, good_files(MUSL, engines[LINUX]))
    assert "it is no program for one machine, expected one for linux/amd64, as musllinux_1_2_x86_64 says" in found


def compile_program(directory: Path, source: str, *flags: str) -> bytes:
    (directory / "program.c").write_text(source)
    zig = [sys.executable, "-m", "ziglang", "cc", "-s", "-O1", "program.c", *flags, "-o", "program.out"]
    done = subprocess.run(zig, cwd=directory, capture_output=True, text=True, check=False)
    assert 0 == done.returncode, done.stderr
    return (directory / "program.out").read_bytes()


@pytest.mark.parametrize("tag", [MUSL, MAC])
def test_a_program_that_nobody_can_start_is_found(tmp_path: Path, engines: dict[str, bytes], tag: str) -> None:
    """Pip makes executable what is so in the wheel."""
    (found,) = check(write(tmp_path, tag, good_files(tag, engines[tag]), mode=0o644))
    assert "checksig/_checksig-engine: its mode is 644, expected 755" in found


def test_a_program_for_a_later_macos_is_found(tmp_path: Path, engines: dict[str, bytes]) -> None:
    """The library beside it is right."""
    files = good_files(MAC, engines[MAC])
    source = PROGRAM.replace("_start", "main")
    files[HELPER] = compile_program(tmp_path, source, "-target", "aarch64-macos.14.2")
    (found,) = findings(tmp_path, MAC, files)
    assert "checksig/_checksig-engine: it asks for macOS 14.2, expected 13.0 at most" in found


STACK, X = lief.ELF.Segment.TYPE.GNU_STACK, lief.ELF.Segment.FLAGS.X
NX = lief.PE.OptionalHeader.DLL_CHARACTERISTICS.NX_COMPAT


@pytest.mark.parametrize(
    ("tag", "change", "finding"),
    [
        (LINUX, lambda binary: binary.get(STACK).add(X), "its GNU_STACK segment is executable"),
        (LINUX, lambda binary: binary.remove(binary.get(STACK)), "its GNU_STACK segment is missing"),
        (MUSL, lambda binary: binary.get(STACK).add(X), "its GNU_STACK segment is executable"),
        (WINDOWS, lambda binary: binary.optional_header.remove(NX), "it lacks NX_COMPAT"),
        (MAC, lambda binary: binary.remove_signature(), "it has no code signature"),
    ],
)
def test_fault_that_no_linker_makes(
    tmp_path: Path, engines: dict[str, bytes], tag: str, change: Callable[[Any], object], finding: str
) -> None:
    """What zig's linker can't be talked into is found as well."""
    binary: Any = lief.parse(engines[tag])
    change(binary)
    binary.write(str(tmp_path / "engine"))
    (found,) = findings(tmp_path, tag, good_files(tag, (tmp_path / "engine").read_bytes()))
    assert re.search(finding, found), found


@pytest.mark.parametrize(
    ("tag", "target", "finding"),
    [
        (
            LINUX,
            "aarch64-linux-gnu.2.17",
            "it is a library for linux/arm64, expected one for linux/amd64, as",
        ),
        (
            "manylinux_2_17_armv7l",
            "aarch64-linux-gnu.2.17",
            "it is a library for linux/arm64, expected one for linux/arm",
        ),
        (MAC, "x86_64-macos.13.0", "it is a library for darwin/amd64, expected one for darwin/arm64, as macosx"),
        (MAC, "aarch64-macos.14.2", r"it asks for macOS 14\.2, expected 13\.0 at most"),
        (WINDOWS, "aarch64-windows-gnu", "it is a library for windows/arm64, expected one for windows/amd64, as win"),
        (LINUX, "x86_64-windows-gnu", "it is a library for windows/amd64, expected one for linux/amd64, as"),
        (WINDOWS, "x86_64-linux-gnu", "it is a library for linux/amd64, expected one for windows/amd64, as win"),
        (MAC, "aarch64-linux-gnu", "it is a library for linux/arm64, expected one for darwin/arm64, as macosx"),
    ],
)
def test_engine_of_another_platform(tmp_path: Path, tag: str, target: str, finding: str) -> None:
    """A library for another machine or a later system than the tag says is found."""
    flags = [] if "macos" in target else ["-Wno-unused-command-line-argument"]
    engine = compile_engine(tmp_path, LINUX if "macos" not in target else MAC, SOURCE, *flags, target=target)
    (found,) = findings(tmp_path, tag, good_files(tag, engine))
    assert re.search(finding, found), found


@pytest.mark.parametrize(
    ("tag", "library", "symbol", "finding"),
    [
        (LINUX, "libc.so.6", "GLIBC_2.18", r"it needs GLIBC_2\.18, expected 2\.17 at most for manylinux_2_17_x86_64"),
        (LINUX, "libc.so.6", "GLIBC_PRIVATE", r"it needs GLIBC_PRIVATE, expected 2\.17 at most"),
        (LINUX, "libpython3.12.so.1.0", "PY_1", r"it needs libpython3\.12\.so\.1\.0, expected no Python"),
    ],
)
def test_library_that_the_engine_needs(tmp_path: Path, tag: str, library: str, symbol: str, finding: str) -> None:
    """What the platform doesn't promise is found by the name of the symbol or the library."""
    (tmp_path / "map").write_text(f"{symbol} {{ needed; }};")
    flags = ["-Wl,--version-script=map", f"-Wl,-soname={library}"]
    needed = compile_engine(tmp_path, tag, "int needed(void) { return 1; }", *flags)
    (tmp_path / "needed.so").write_bytes(needed)
    uses = SOURCE.replace("return built[0]", "int needed(void); return built[0] + needed()")
    engine = compile_engine(tmp_path, tag, uses, "needed.so")
    (found,) = findings(tmp_path, tag, good_files(tag, engine))
    assert re.search(finding, found), found


def test_wheel_for_one_python_is_found(tmp_path: Path, engines: dict[str, bytes]) -> None:
    """A cp313 wheel shuts out every other Python for nothing."""
    files = good_files(LINUX, engines[LINUX])
    files[f"{INFO}/WHEEL"] = files[f"{INFO}/WHEEL"].replace(b"py3-none", b"cp313-cp313")
    (found,) = check(write(tmp_path, LINUX, files, "cp313-cp313"))
    assert "the tag is cp313-cp313-manylinux_2_17_x86_64, expected py3-none-PLATFORM" in found


def test_exit_status_is_1_with_findings(
    tmp_path: Path, engines: dict[str, bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    """Each finding is one line, and every wheel named is looked at."""
    good = write(tmp_path, MAC, good_files(MAC, engines[MAC]))
    bad = write(tmp_path, LINUX, {**good_files(LINUX, engines[LINUX]), "checksig/a.h": b"", "checksig/b.h": b""})
    assert 1 == main([str(bad), str(good)])
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(" a header")[0] for line in lines] == [
        f"{bad.name}: checksig/a.h:",
        f"{bad.name}: checksig/b.h:",
        f"{good.name}: as it should be",
    ]


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("checksig-1.0-py3-none-any.whl", None, "No such file"),
        ("checksig-1.0-py3-none-any.whl", b"text", "not a wheel: File is not a zip file"),
        ("checksig-1.0-py3-none-any.whl", EMPTY_ZIP, "not a wheel: it has no checksig-1.0.dist-info/WHEEL"),
        ("checksig.zip", EMPTY_ZIP, "not a wheel of checksig: its name isn't"),
    ],
    ids=["not there", "no archive", "empty archive", "name"],
)  # fmt: skip
def test_exit_status_is_2_for_what_is_no_wheel(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, data: bytes | None, message: str
) -> None:
    """What can't be read as a wheel is no finding about a wheel."""
    if data is not None:
        (tmp_path / name).write_bytes(data)
    assert 2 == main([str(tmp_path / name)])
    assert message in capsys.readouterr().err


def test_damaged_wheel_is_no_wheel(tmp_path: Path, engines: dict[str, bytes]) -> None:
    """A flipped bit in the archive is told as such, not as a wrong RECORD."""
    path = write(tmp_path, LINUX, good_files(LINUX, engines[LINUX]))
    path.write_bytes(path.read_bytes().replace(b"Root-Is-Purelib: false", b"Root-Is-Purelib: fals!"))
    assert 2 == main([str(path)])
