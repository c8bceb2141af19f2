"""What a library must be for the platforms that a wheel's tag promises.

The half of the wheel check that reads ELF, Mach-O and PE files; check_wheel.py is the program.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, NamedTuple

import lief

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

OURS = re.compile(r"checksig_\w+|verify")  # what an engine may export
# On a Mac it may also export what cgo leaves open: zig's linker has no list of exports. There a program finds a
# symbol only in the library that it asks, so that these stand in nobody's way.
CGO = re.compile(r"_cgo\w+|x_cgo_\w+|crosscall[12]|x_crosscall2_ptr|fatalf|_mh_dylib_header|__dso_handle")
NEEDED = "checksig_abi"  # and what it must: the first that the Python half calls
INSTALL_NAME = "@rpath/_checksig.dylib"  # dyld's name for it, without a folder of the build
MAGICS = (b"\x7fELF", b"MZ", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xca\xfe\xba\xbe")
KINDS = {"linux": "an ELF library", "darwin": "a Mach-O library for one machine", "windows": "a PE library"}
LEGACY = {"manylinux1": "manylinux_2_5", "manylinux2010": "manylinux_2_12", "manylinux2014": "manylinux_2_17"}
PLATFORM = re.compile(r"(?P<family>manylinux|musllinux|macosx|linux|win)(?:_(\d+)_(\d+))?_?(?P<machine>\w+)")
SYSTEMS = {"manylinux": "linux", "musllinux": "linux", "linux": "linux", "macosx": "darwin", "win": "windows"}
GLIBC = re.compile(r"GLIBC_(\d+)\.(\d+)(?:\.\d+)?")

# A tag's machine -> what the header of the engine says. In ELF one number may stand for 32 and 64
# bits, or for both byte orders.
_ELF, _CLASS, _DATA = lief.ELF.ARCH, lief.ELF.Header.CLASS, lief.ELF.Header.ELF_DATA
_CPU, _MACHINE = lief.MachO.Header.CPU_TYPE, lief.PE.Header.MACHINE_TYPES
MACHINES: dict[str, dict[str, tuple[object, ...]]] = {
    "linux": {
        "x86_64": (_ELF.X86_64, _CLASS.ELF64, _DATA.LSB),
        "aarch64": (_ELF.AARCH64, _CLASS.ELF64, _DATA.LSB),
        "armv7l": (_ELF.ARM, _CLASS.ELF32, _DATA.LSB),
        "i686": (_ELF.I386, _CLASS.ELF32, _DATA.LSB),
        "ppc64le": (_ELF.PPC64, _CLASS.ELF64, _DATA.LSB),
        "riscv64": (_ELF.RISCV, _CLASS.ELF64, _DATA.LSB),
        "s390x": (_ELF.S390, _CLASS.ELF64, _DATA.MSB),
    },
    "darwin": {"x86_64": (_CPU.X86_64,), "arm64": (_CPU.ARM64,)},
    "windows": {"amd64": (_MACHINE.AMD64,), "arm64": (_MACHINE.ARM64,), "32": (_MACHINE.I386,)},
}


class Platform(NamedTuple):
    """What one platform tag promises."""

    tag: str
    system: str  # Go's name for it, "" for a tag that isn't known here
    family: str  # the tag's own: manylinux, musllinux, macosx …
    version: tuple[int, int] | None  # of glibc, musl or macOS; None where the tag has none
    machine: str


def parse_platform(tag: str) -> Platform:
    legacy, _, machine = tag.partition("_")
    match = PLATFORM.fullmatch(f"{LEGACY[legacy]}_{machine}" if legacy in LEGACY else tag)
    if not match:
        return Platform(tag, "", "", None, "")
    version = (int(match[2]), int(match[3])) if match[2] else None
    return Platform(tag, SYSTEMS[match["family"]], match["family"], version, match["machine"])


def check_library(data: bytes, platforms: list[Platform]) -> Iterator[str]:
    """Yield what is wrong with the library *data* on *platforms*, which differ in their versions alone."""
    binary = _parse(data)
    system = SYSTEM_OF.get(type(binary), "")
    if binary is None or system != platforms[0].system:
        found, expected = (KINDS.get(name, "no library known here") for name in (system, platforms[0].system))
        yield f"it is {found}, expected {expected} for {platforms[0].tag}"
        return
    yield from _check_machine(binary, platforms)
    if isinstance(binary, lief.ELF.Binary):
        yield from _check_elf(binary)
        yield from _check_libc(binary, platforms)
    elif isinstance(binary, lief.MachO.Binary):
        yield from _check_macho(binary, platforms)
    else:
        yield from _check_pe(binary)
    yield from _check_libpython(binary)
    yield from _check_exports(_exports(binary), system)


Binary = lief.ELF.Binary | lief.MachO.Binary | lief.PE.Binary
SYSTEM_OF: dict[type, str] = {lief.ELF.Binary: "linux", lief.MachO.Binary: "darwin", lief.PE.Binary: "windows"}


def _parse(data: bytes) -> Binary | None:
    """Read a library; None is what can't be read as one, and a Mach-O file for several machines."""
    lief.logging.disable()
    if data.startswith(MAGICS[2:]):
        fat = lief.MachO.parse(io.BytesIO(data))
        return fat.at(0) if fat and fat.size == 1 else None
    binary = lief.parse(io.BytesIO(data))
    return binary if isinstance(binary, lief.ELF.Binary | lief.PE.Binary) else None


def _check_machine(binary: Binary, platforms: list[Platform]) -> Iterator[str]:
    header: tuple[object, ...]
    if isinstance(binary, lief.ELF.Binary):
        header = (binary.header.machine_type, binary.header.identity_class, binary.header.identity_data)
    elif isinstance(binary, lief.MachO.Binary):
        header = (binary.header.cpu_type,)
    else:
        header = (binary.header.machine,)
    for platform in platforms:
        expected = MACHINES[platform.system].get(platform.machine)
        if header != expected:
            yield f"its machine is {_words(header)}, expected {_words(expected or ())} for {platform.tag}"


def _words(header: Iterable[object]) -> str:
    return " ".join(str(part).rpartition(".")[2] for part in header) or "one known here"


def _check_elf(binary: lief.ELF.Binary) -> Iterator[str]:
    segments = {segment.type: segment for segment in binary.segments}
    kind = lief.ELF.Segment.TYPE
    if kind.GNU_RELRO not in segments:
        yield "it has no RELRO segment, expected one: the linker's tables must not stay writable"
    stack = segments.get(kind.GNU_STACK)
    if stack is None or stack.has(lief.ELF.Segment.FLAGS.X):
        yield f"its GNU_STACK segment is {'executable' if stack else 'missing'}, expected one without execution"
    if binary.has(lief.ELF.DynamicEntry.TAG.TEXTREL) or _has_flag(binary, lief.ELF.DynamicEntryFlags.FLAG.TEXTREL):
        yield "it has TEXTREL, expected no relocation in its code"


def _has_flag(binary: lief.ELF.Binary, flag: lief.ELF.DynamicEntryFlags.FLAG) -> bool:
    entry = binary.get(lief.ELF.DynamicEntry.TAG.FLAGS)
    return isinstance(entry, lief.ELF.DynamicEntryFlags) and entry.has(flag)


def _check_libc(binary: lief.ELF.Binary, platforms: list[Platform]) -> Iterator[str]:
    names = {symbol.name for needed in binary.symbols_version_requirement for symbol in needed.get_auxiliary_symbols()}
    glibc = sorted((name for name in map(str, names) if name.startswith("GLIBC_")), key=_glibc)
    for platform in platforms:
        if platform.family == "musllinux":
            if glibc:
                yield f"it needs {glibc[-1]}, expected no symbol of glibc for {platform.tag}"
            if _has_flag(binary, lief.ELF.DynamicEntryFlags.FLAG.STATIC_TLS):
                yield f"it has STATIC_TLS, expected none for {platform.tag}: musl can't load it (golang/go#54805)"
        elif glibc and platform.version and _glibc(glibc[-1]) > platform.version:
            yield f"it needs {glibc[-1]}, expected {'{}.{}'.format(*platform.version)} at most for {platform.tag}"


def _glibc(symbol: str) -> tuple[int, int]:
    """Return the version in *symbol*; one without, such as GLIBC_PRIVATE, is in no release to rely on."""
    match = GLIBC.fullmatch(symbol)
    return (int(match[1]), int(match[2])) if match else (999, 0)


def _check_macho(binary: lief.MachO.Binary, platforms: list[Platform]) -> Iterator[str]:
    command = binary.build_version
    oldest = tuple(command.minos[:2]) if command else (999, 0)
    for platform in platforms:
        newest = platform.version or (0, 0)
        if oldest > newest:
            found = "macOS {}.{}".format(*oldest) if command else "no macOS version"
            yield f"it asks for {found}, expected {'{}.{}'.format(*newest)} at most for {platform.tag}"
    own = binary.get(lief.MachO.LoadCommand.TYPE.ID_DYLIB)
    names = [str(own.name)] if isinstance(own, lief.MachO.DylibCommand) else []
    if names != [INSTALL_NAME]:
        yield f"its install name is {', '.join(names) or 'missing'}, expected {INSTALL_NAME}"
    if binary.header.cpu_type == _CPU.ARM64 and not binary.has_code_signature:
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


def _check_exports(names: set[str], system: str) -> Iterator[str]:
    foreign = sorted(name for name in names if not OURS.fullmatch(name))
    if system == "darwin":
        foreign = [name for name in foreign if not CGO.fullmatch(name)]
    if foreign:
        some = ", ".join(foreign[:5]) + (f" and {len(foreign) - 5} more" if len(foreign) > 5 else "")
        yield f"it exports {some}, expected only checksig_* and verify"
    if NEEDED not in names:
        yield f"it doesn't export {NEEDED}, expected an engine of checksig"
