"""Every task of the project: `nox` runs the checks and tests, `nox --list` names all, `nox -s lint` runs one."""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import sys
import time
from pathlib import Path

import nox

nox.needs_version = ">=2025.5"
nox.options.default_venv_backend = "venv"
nox.options.reuse_existing_virtualenvs = True

HERE = Path(__file__).resolve().parent
PROJECT = nox.project.load_toml(HERE / "pyproject.toml")
SCRIPTS = "Scripts" if os.name == "nt" else "bin"
MODULES = {"PYTHONPATH": str(HERE / "packaging")}  # where those of the build are
# By version and from source: the package on PyPI would download a program that pip doesn't check.
ACTIONLINT = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12"
STATICCHECK = "honnef.co/go/tools/cmd/staticcheck@v0.8.2"
CIBUILDWHEEL = HERE / "packaging" / "cibuildwheel"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FUZZ_TIME = os.environ.get("CHECKSIG_FUZZ_TIME", "5s")  # for each target
PACKAGING_TESTS = [
    HERE / "tests" / f"test_{name}.py" for name in ("packaging", "check_wheel", "wheels", "pyinstaller", "pre_commit")
]
# What an engine does for Python, and what of it differs from one to the other.
ENGINES = ("api", "bad_input", "border", "cli_signals", "engine", "files", "hosts", "job", "links", "words")
ARCHIVES = ("difference", "moved", "track", "update")
TESTED_TWICE = [str(HERE / "tests" / f"test_{name}.py") for name in (*ENGINES, *ARCHIVES)]
RACE_PLATFORMS = {"darwin/amd64", "darwin/arm64", "linux/amd64", "linux/arm64", "windows/amd64"}


def install(session: nox.Session, group: str) -> None:
    session.install("-q", *nox.project.dependency_groups(PROJECT, group))


def toolchain(session: nox.Session) -> dict[str, str]:
    """Return the environment in which there are Go and a C compiler.

    The build says which of them the machine lacks; pip puts those into a directory that all
    sessions share.
    """
    env = {"GOTOOLCHAIN": "local", "GOFLAGS": os.environ.get("GOFLAGS", "-buildvcs=false")}
    missing = ask_build(session, Path(sys.executable), "' '.join(requirements.missing_tools())").split()
    if not missing:
        return env
    session.log(f"this machine lacks a toolchain, pip brings {' and '.join(missing)}")
    directory = HERE / ".nox" / "toolchain"
    python = directory / SCRIPTS / Path(sys.executable).name
    if not python.exists():
        session.run(sys.executable, "-m", "venv", str(directory), external=True)
    pip_install(session, python, *missing)
    env["PATH"] = os.pathsep.join([str(python.parent), os.environ["PATH"]])
    if any(tool.startswith("ziglang") for tool in missing):
        env["CC"] = ask_build(session, python, "compiler.zig_compiler(targets.chosen_target())")
    return env


def pip_install(session: nox.Session, python: Path, *requirements: str) -> None:
    session.run(str(python), "-m", "pip", "install", "-q", *requirements, external=True)


def ask_build(session: nox.Session, python: Path, expression: str) -> str:
    """Return what *expression* gives among the modules of the build, which need nothing but Python."""
    code = f"from checksig_build import compiler, requirements, targets; print({expression})"
    return str(session.run(str(python), "-c", code, env=MODULES, external=True, silent=True)).strip()


def go(session: nox.Session, *args: str, env: dict[str, str], silent: bool = False, may_fail: bool = False) -> str:
    """Run Go on the engine, which *may_fail* with 1; return what it prints where *silent*."""
    command = shutil.which("go", path=env.get("PATH")) or "go"
    codes = [0, 1] if may_fail else [0]
    with session.chdir(HERE / "go"):
        return str(session.run(command, *args, env=env, external=True, silent=silent, success_codes=codes) or "")


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, types, spelling and the workflows; changes nothing."""
    env = toolchain(session)
    install(session, "lint")
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("mypy")
    session.run("codespell")
    session.run("zizmor", "--offline", "--quiet", "--persona=pedantic", ".github", "action.yml")
    gofmt = Path(go(session, "env", "GOROOT", env=env, silent=True).strip(), "bin", "gofmt")
    unformatted = session.run(str(gofmt), "-l", "go", external=True, silent=True)
    if unformatted:
        session.error(f"gofmt would change these files, run gofmt -w on them:\n{unformatted}")
    go(session, "vet", "./...", env=env)
    go(session, "run", STATICCHECK, "./...", env=env)
    go(session, "run", ACTIONLINT, *map(str, (HERE / ".github" / "workflows").iterdir()), env=env)


@nox.session(name="go")
def go_tests(session: nox.Session) -> None:
    """Test the Go half alone, with the race detector where there is one."""
    env = toolchain(session)
    platform = "/".join(go(session, "env", "GOOS", "GOARCH", env=env, silent=True).split())
    if platform in RACE_PLATFORMS:
        go(session, "test", "-race", "./...", env={**env, "CGO_ENABLED": "1"})
    else:
        session.warn(f"Go has no race detector for {platform}: testing without")
        go(session, "test", "./...", env=env)
    # Most machines lack AVX-512. Compiled for what they have, its sources can be tested all the same.
    emulated = {"CGO_ENABLED": "1", "CGO_CFLAGS": "-DCHECKSIG_EMULATE_AVX512 -Wno-psabi"}
    go(session, "test", "./internal/multibuffer", "./internal/blake3", env={**env, **emulated})


@nox.session(default=False)
def words(session: nox.Session) -> None:
    """Write src/checksig/_words.py anew, after a change of the words in the engine."""
    env = toolchain(session)
    session.install("-q", "-e", ".", env=env)
    session.run("python", "packaging/write_words.py")


@nox.session(default=False)
def manual(session: nox.Session) -> None:
    """Write the manual page, build/checksig.1."""
    Path("build").mkdir(exist_ok=True)
    session.run("python", "packaging/write_manual.py", "build/checksig.1", env={"PYTHONPATH": str(HERE / "src")})


@nox.session
def docs(session: nox.Session) -> None:
    """Make the site of docs/ in build/docs, and test it; `-- linkcheck` tries every link to elsewhere, by network."""
    install(session, "docs")
    builder, output = ("linkcheck", "linkcheck") if "linkcheck" in session.posargs else ("html", "docs")
    strict = ("-W", "--keep-going", "-n", "-E", "-q")
    session.run("sphinx-build", *strict, "-b", builder, "-d", "build/doctrees", "docs", f"build/{output}")
    if builder == "html":
        session.run("pytest", "tests/test_site.py", env={"PYTHONPATH": str(HERE / "src")})


@nox.session
def fuzz(session: nox.Session) -> None:
    """Give every fuzz target a few seconds (CHECKSIG_FUZZ_TIME, such as 10m, for more)."""
    env = toolchain(session)
    for source in sorted((HERE / "go").rglob("*_test.go")):
        for target in re.findall(r"(?m)^func (Fuzz\w+)\(", source.read_text("utf-8")):
            package = f"./{source.parent.relative_to(HERE / 'go').as_posix()}"
            fuzz_target(session, target, package, env)


def fuzz_target(session: nox.Session, target: str, package: str, env: dict[str, str]) -> None:
    """Fuzz one target; once more if Go only failed to stop its workers in time (golang/go#75804, mended in Go 1.27)."""
    command = ("test", "-run=^$", f"-fuzz=^{target}$", f"-fuzztime={FUZZ_TIME}", package)
    said = go(session, *command, env=env, silent=True, may_fail=True)
    session.log(said.strip().rpartition("\n")[2])
    if "--- FAIL" in said and "context deadline exceeded" in said and "Failing input" not in said:
        go(session, *command, env=env)
    elif "FAIL" in said:
        session.error(said)


@nox.session
def build(session: nox.Session) -> None:
    """Build the sdist, and the wheel out of it, into dist/."""
    env = toolchain(session)
    session.install("-q", "build")
    shutil.rmtree(HERE / "dist", ignore_errors=True)
    session.run("python", "-m", "build", env=env)


@nox.session(default=False)
def wheels(session: nox.Session) -> None:
    """Build, repair and check the wheels of all platforms into dist/; `-- linux-arm64` for one of them."""
    env = toolchain(session)
    install(session, "wheels")
    session.run("python", "packaging/wheels.py", *session.posargs, env=env)


@nox.session(requires=["build"])
def tests(session: nox.Session) -> None:
    """Install the wheel from dist/ and test it; arguments go to pytest."""
    install_wheel(session, "test")
    add_helper(session)
    session.run("pytest", *session.posargs)


@nox.session(requires=["build"])
def engine(session: nox.Session) -> None:
    """Test the wheel from dist/ with the helper process in place of the library; `-- tests` for all tests."""
    if sys.platform == "win32":
        session.skip("Windows has the engine only as a library")
    install_wheel(session, "test")
    add_helper(session)
    session.run("pytest", *(session.posargs or TESTED_TWICE), env={"CHECKSIG_ENGINE": "process"})


def install_wheel(session: nox.Session, group: str, extra: str = "") -> None:
    """Install a group of dependencies, and the wheel from dist/, which may be another one of the same version."""
    install(session, group)
    wheels = [str(wheel) for wheel in (HERE / "dist").glob("*.whl")]
    if extra:
        session.install("-q", *(f"{wheel}[{extra}]" for wheel in wheels))
    session.install("-q", "--force-reinstall", "--no-deps", *wheels)


def add_helper(session: nox.Session) -> None:
    """Build the helper program of the engine, which the wheel doesn't have, into the installed package."""
    if sys.platform == "win32":
        return
    find = "import checksig, os; print(os.path.dirname(checksig.__file__))"
    package = Path(str(session.run("python", "-c", find, silent=True)).strip())
    program = str(package / "_checksig-engine")
    session.run("python", "packaging/build_engine.py", "--helper", program, env=toolchain(session))


@nox.session(requires=["build"])
def readers(session: nox.Session) -> None:
    """Test what the wheel in dist/ reports and computes with other programs, such as pandas and blake3."""
    install_wheel(session, "readers")
    names = (
        "reports",
        "report",
        "html_report",
        "html_history",
        "outcomes",
        "docs",
        "docs_python",
        "docs_track",
        "tutorials",
    )
    oracles = ("algorithms", "readers_oracle", "cfv_oracle")
    modules = (f"tests/test_{name}.py" for name in names + oracles)
    session.run("pytest", *modules, *session.posargs)


@nox.session(requires=["build"])
def clusters(session: nox.Session) -> None:
    """Verify by real clusters of Dask and MPI with the wheel from dist/, while parts of them fail."""
    if sys.platform == "win32":
        session.skip("the tests stop and kill processes as POSIX does")
    install_wheel(session, "clusters")
    session.run("pytest", "tests/test_clusters.py", "tests/test_scale.py", *session.posargs)


@nox.session(default=bool(CHROMIUM), requires=["build"])
def browser(session: nox.Session) -> None:
    """Look at reports in HTML that the wheel in dist/ makes, with the Chromium of this machine."""
    if not CHROMIUM:
        session.skip("no Chromium here, such as Debian's package chromium")
    install_wheel(session, "browser")
    session.run("pytest", "tests/test_html_browser.py", *session.posargs)


@nox.session(requires=["build"])
def signatures(session: nox.Session) -> None:
    """Test signed lists with the wheel in dist/ and what its extras bring, and with the real tools that are here."""
    install_wheel(session, "test", "signatures")
    modules = sorted(str(path) for path in (HERE / "tests").glob("test_signatures*.py"))
    session.run("pytest", *modules, *session.posargs)


@nox.session
def packaging(session: nox.Session) -> None:
    """Build sdists and wheels in all ways that users and packagers do, and look inside them."""
    env = toolchain(session)
    install(session, "packaging")
    # Those that take long come first, and in this order.
    names = ("wheels", "packaging", "check_wheel", "tutorials", "pyinstaller", "pre_commit", "action")
    modules = (f"tests/test_{name}.py" for name in names)
    # Two modules at a time: much of a build keeps one processor busy.
    spread = ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")
    session.run("pytest", "-m", "packaging", *spread, *modules, *session.posargs, env=env)


@nox.session(default=False)
def platforms(session: nox.Session) -> None:
    """Install and run the wheel on each platform that this machine can have; as root installs qemu and Wine."""
    if sys.platform != "linux":
        session.skip("the other platforms are run from Linux")
    env = toolchain(session)
    install(session, "wheels")
    session.run("python", "tests/platforms", *session.posargs, env={**env, **MODULES})


@nox.session(default=False, requires=["build"])
def bench(session: nox.Session) -> None:
    """Measure the wheel from dist/ against other programs; `-- --help` for the options."""
    env = toolchain(session)
    install_wheel(session, "bench")
    session.run("python", "benchmarks/run.py", *session.posargs, env=env)


@nox.session(default=False)
def cibuildwheel(session: nox.Session) -> None:
    """Make a wheel as releases do, with cibuildwheel, in an image made here of Debian's packages."""
    start = time.monotonic()
    require_podman(session)
    install(session, "cibuildwheel")
    session.install("-q", "build")
    work = Path(session.create_tmp()).resolve()
    for stale in work.glob("checksig-*"):
        stale.unlink()
    env = {**toolchain(session), "CONTAINERS_CONF": str(CIBUILDWHEEL / "containers.conf")}
    image = local_image(session, env)
    session.run("python", "-m", "build", "--sdist", "--outdir", str(work), env=env)
    ready = time.monotonic()
    env |= {
        "CIBW_BUILD": "cp313-* pp311-*",  # those in the image
        "CIBW_CACHE_PATH": str(virtualenv_cache(session, work)),
        "CIBW_CONTAINER_ENGINE": "podman; create_args: --network=host",
        "CIBW_MANYLINUX_X86_64_IMAGE": image,
    }
    (sdist,) = work.glob("checksig-*.tar.gz")
    session.run("cibuildwheel", "--platform", "linux", "--output-dir", str(work), str(sdist), env=env)
    (wheel,) = work.glob("checksig-*.whl")
    session.log(f"{wheel}: {wheel.stat().st_size / 1e6:.2f} MB")
    session.log(f"{ready - start:.0f} s to prepare, {time.monotonic() - ready:.0f} s to build, check and test")


def require_podman(session: nox.Session) -> None:
    """Have podman and debootstrap on this machine, or skip the session with the reason."""
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        session.skip("the image is for Linux on x86_64, and so must this machine be")
    if os.getuid() != 0:
        session.skip("debootstrap, and podman in a container, need root")
    if sys.version_info < (3, 11):
        session.skip("cibuildwheel needs Python 3.11")
    require_programs(session, "debootstrap", "podman", "runc")


def require_programs(session: nox.Session, *names: str) -> None:
    """Have these Debian packages with a program of the same name, or skip the session with the reason."""
    missing = [name for name in names if not shutil.which(name)]
    if missing and not shutil.which("apt-get"):
        session.skip(f"no {' and '.join(missing)} here, and no apt-get to install it with")
    if missing:
        session.run("apt-get", "-q", "update", external=True)
        session.run("apt-get", "-q", "install", "-y", "--no-install-recommends", *missing, external=True)


def local_image(session: nox.Session, env: dict[str, str]) -> str:
    """Return the name of the image for cibuildwheel, made anew where its recipe has changed."""
    recipe = CIBUILDWHEEL / "image.sh"
    image = f"localhost/checksig-manylinux:{hashlib.sha256(recipe.read_bytes()).hexdigest()[:12]}"
    if not session.run("podman", "images", "--quiet", image, env=env, external=True, silent=True):
        session.run(str(recipe), image, env=env, external=True)
    return image


def virtualenv_cache(session: nox.Session, work: Path) -> Path:
    """Return a cache for cibuildwheel with the virtualenv that it wants: from PyPI, not from a GitHub release."""
    find = "from cibuildwheel.util import resources; print(resources.VIRTUALENV.read_text())"
    wanted = str(session.run("python", "-c", find, silent=True))
    version = wanted.partition('default = { version = "')[2].partition('"')[0]
    cache, packages = work / "cache", work / "virtualenv"
    cache.mkdir(exist_ok=True)
    program = cache / f"virtualenv-{version}.pyz"
    if not program.exists():
        session.install("-q", "--upgrade", "--target", str(packages), f"virtualenv=={version}")
        main = "virtualenv.__main__:run_with_catch"
        session.run("python", "-m", "zipapp", str(packages), "-m", main, "-o", str(program))
    return cache


@nox.session(default=False)
def downstream(session: nox.Session) -> None:
    """Build, install and use the Debian package, in a Debian made for it; build the conda package."""
    if sys.platform != "linux" or os.getuid() != 0:
        session.skip("debootstrap needs Linux and root")
    require_programs(session, "debootstrap")
    env = toolchain(session)
    install(session, "downstream")
    work = Path(session.create_tmp()).resolve()
    shutil.rmtree(work / "sdist", ignore_errors=True)
    session.run("python", "-m", "build", "--sdist", "--no-isolation", "--outdir", str(work / "sdist"), env=env)
    (sdist,) = (work / "sdist").iterdir()
    shutil.rmtree(work / "conda", ignore_errors=True)
    (work / "conda").mkdir()
    session.run("python", "packaging/conda/check_recipe.py", str(sdist), str(work / "conda"), env={**env, **MODULES})
    script = "packaging/debian-package.sh"
    session.run("unshare", "--mount", script, str(sdist), str(work / "debian"), external=True)
