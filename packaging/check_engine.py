"""What an engine must be for the platforms that a wheel's tag promises.

The half of the wheel check that reads ELF, Mach-O and PE files; check_wheel.py runs it.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import lief

from checksig_build.library import kind_of, machine_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checksig_build.targets import Tag

OURS = re.compile(r"checksig_\w+|verify")  # what an engine may export
# On a Mac it may also export what cgo leaves open: zig's linker has no list of exports. There a program finds a
# symbol only in the library that it asks, so that these stand in nobody's way.
CGO = re.compile(r"_cgo\w+|x_cgo_\w+|crosscall[12]|x_crosscall2_ptr|fatalf|_mh_dylib_header|__dso_handle")
NEEDED = "checksig_abi"  # and what it must: the first that the Python half calls
INSTALL_NAME = "@rpath/_checksig.dylib"  # dyld's name for it, without a directory of the build
MAGICS = (b"\x7fELF", b"MZ", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xca\xfe\xba\xbe")
GLIBC = re.compile(r"GLIBC_(\d+)\.(\d+)(?:\.\d+)?")

Binary = lief.ELF.Binary | lief.MachO.Binary | lief.PE.Binary


def check_library(data: bytes, tags: list[Tag]) -> Iterator[str]:
    """Yield what is wrong with the library *data* on the platforms of *tags*, which differ in their versions alone."""
    misfit = _misfit(data, tags[0], "library")
    if misfit:
        yield misfit
        return
    binary = _parse(data)
    if isinstance(binary, lief.ELF.Binary):
        yield from _check_elf(binary)
        yield from _check_libc(binary, tags)
    elif isinstance(binary, lief.MachO.Binary):
        yield from _check_install_name(binary)
        yield from _check_macos(binary, tags)
    else:
        yield from _check_pe(binary)
    yield from _check_libpython(binary)
    yield from _check_exports(binary)


def check_program(data: bytes, tags: list[Tag]) -> Iterator[str]:
    """Yield what is wrong with the helper program *data* on the platforms of *tags*. On Linux it needs no C library."""
    misfit = _misfit(data, tags[0], "program")
    if misfit:
        yield misfit
        return
    binary = _parse(data)
    if isinstance(binary, lief.ELF.Binary) and (binary.has_interpreter or list(_libraries(binary))):
        needed = ", ".join([binary.interpreter, *_libraries(binary)] if binary.has_interpreter else _libraries(binary))
        yield f"it needs {needed}, expected a static program, which needs nothing"
    elif isinstance(binary, lief.ELF.Binary):
        yield from _check_stack(binary)
    elif isinstance(binary, lief.MachO.Binary):
        yield from _check_macos(binary, tags)


def _misfit(data: bytes, tag: Tag, what: str) -> str:
    """Say which machine's *what* the header tells of, a library's or a program's, "" if it is the one of *tag*."""
    kind, wanted = kind_of(data), tag.platform
    fits = kind is not None and kind.is_shared is (what == "library")
    if kind and fits and wanted and kind.header == wanted.header:
        return ""
    found = f"a {what} for {machine_of(kind)}" if kind and fits else f"no {what} for one machine"
    expected = f"{wanted.goos}/{wanted.goarch}" if wanted else "a platform known here"
    return f"it is {found}, expected one for {expected}, as {tag.text} says"


def _parse(data: bytes) -> Binary:
    lief.logging.disable()
    binary = lief.parse(io.BytesIO(data))
    assert isinstance(binary, Binary), "its header has been read"  # noqa: S101
    return binary


def _check_elf(binary: lief.ELF.Binary) -> Iterator[str]:
    if lief.ELF.Segment.TYPE.GNU_RELRO not in {segment.type for segment in binary.segments}:
        yield "it has no RELRO segment, expected one: the linker's tables must not stay writable"
    yield from _check_stack(binary)
    if binary.has(lief.ELF.DynamicEntry.TAG.TEXTREL) or _has_flag(binary, lief.ELF.DynamicEntryFlags.FLAG.TEXTREL):
        yield "it has TEXTREL, expected no relocation in its code"


def _check_stack(binary: lief.ELF.Binary) -> Iterator[str]:
    stack = next((s for s in binary.segments if s.type == lief.ELF.Segment.TYPE.GNU_STACK), None)
    if stack is None or stack.has(lief.ELF.Segment.FLAGS.X):
        yield f"its GNU_STACK segment is {'executable' if stack else 'missing'}, expected one without execution"


def _has_flag(binary: lief.ELF.Binary, flag: lief.ELF.DynamicEntryFlags.FLAG) -> bool:
    entry = binary.get(lief.ELF.DynamicEntry.TAG.FLAGS)
    return isinstance(entry, lief.ELF.DynamicEntryFlags) and entry.has(flag)


def _check_libc(binary: lief.ELF.Binary, tags: list[Tag]) -> Iterator[str]:
    names = {symbol.name for needed in binary.symbols_version_requirement for symbol in needed.get_auxiliary_symbols()}
    glibc = sorted((name for name in map(str, names) if name.startswith("GLIBC_")), key=_glibc)
    for tag in tags:
        if glibc and tag.version and _glibc(glibc[-1]) > tag.version:
            yield f"it needs {glibc[-1]}, expected {'{}.{}'.format(*tag.version)} at most for {tag.text}"


def _glibc(symbol: str) -> tuple[int, int]:
    """Return the version in *symbol*; one without, such as GLIBC_PRIVATE, is in no release to rely on."""
    match = GLIBC.fullmatch(symbol)
    return (int(match[1]), int(match[2])) if match else (999, 0)


def _check_install_name(binary: lief.MachO.Binary) -> Iterator[str]:
    own = binary.get(lief.MachO.LoadCommand.TYPE.ID_DYLIB)
    names = [str(own.name)] if isinstance(own, lief.MachO.DylibCommand) else []
    if names != [INSTALL_NAME]:
        yield f"its install name is {', '.join(names) or 'missing'}, expected {INSTALL_NAME}"


def _check_macos(binary: lief.MachO.Binary, tags: list[Tag]) -> Iterator[str]:
    command = binary.build_version
    oldest = tuple(command.minos[:2]) if command else (999, 0)
    for tag in tags:
        newest = tag.version or (0, 0)
        if oldest > newest:
            found = "macOS {}.{}".format(*oldest) if command else "no macOS version"
            yield f"it asks for {found}, expected {'{}.{}'.format(*newest)} at most for {tag.text}"
    if binary.header.cpu_type == lief.MachO.Header.CPU_TYPE.ARM64 and not binary.has_code_signature:
        yield "it has no code signature, expected at least an ad-hoc one: an ARM Mac loads nothing else"


def _check_pe(binary: lief.PE.Binary) -> Iterator[str]:
    wanted = lief.PE.OptionalHeader.DLL_CHARACTERISTICS
    for name, flag in (("NX_COMPAT", wanted.NX_COMPAT), ("DYNAMIC_BASE", wanted.DYNAMIC_BASE)):
        if not binary.optional_header.has(flag):
            yield f"it lacks {name}, expected the flag to be set"


def _libraries(binary: Binary) -> Iterator[str]:
    for library in binary.libraries:
        yield str(library.name if isinstance(library, lief.MachO.DylibCommand) else library)


def _check_libpython(binary: Binary) -> Iterator[str]:
    for name in _libraries(binary):
        if re.search(r"python", name, re.IGNORECASE):
            yield f"it needs {name}, expected no Python: a second one in the process crashes it"


def _exports(binary: Binary) -> set[str]:
    if isinstance(binary, lief.PE.Binary):
        table = binary.get_export()
        return {str(entry.name) for entry in table.entries} if table else set()
    names = {str(symbol.name) for symbol in binary.exported_symbols}
    return {name.removeprefix("_") for name in names} if isinstance(binary, lief.MachO.Binary) else names


def _check_exports(binary: Binary) -> Iterator[str]:
    names = _exports(binary)
    foreign = sorted(name for name in names if not OURS.fullmatch(name))
    if isinstance(binary, lief.MachO.Binary):
        foreign = [name for name in foreign if not CGO.fullmatch(name)]
    if foreign:
        some = ", ".join(foreign[:5]) + (f" and {len(foreign) - 5} more" if len(foreign) > 5 else "")
        yield f"it exports {some}, expected only checksig_* and verify"
    if NEEDED not in names:
        yield f"it doesn't export {NEEDED}, expected an engine of checksig"
