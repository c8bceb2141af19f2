"""Every task of the project: `nox` runs what CI runs, `nox --list` names all, `nox -s lint` runs one."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

import nox

nox.needs_version = ">=2025.5"
nox.options.default_venv_backend = "venv"
nox.options.reuse_existing_virtualenvs = True

HERE = Path(__file__).resolve().parent
PROJECT = nox.project.load_toml(HERE / "pyproject.toml")
SCRIPTS = "Scripts" if os.name == "nt" else "bin"
# By version and from source: the package on PyPI would download a program that pip doesn't check.
ACTIONLINT = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12"
FUZZ_TIME = os.environ.get("CHECKSIG_FUZZ_TIME", "5s")  # for each target
RACE_PLATFORMS = {"darwin/amd64", "darwin/arm64", "linux/amd64", "linux/arm64", "windows/amd64"}


def install(session: nox.Session, group: str) -> None:
    session.install("-q", *nox.project.dependency_groups(PROJECT, group))


def toolchain(session: nox.Session) -> dict[str, str]:
    """Return the environment in which there are Go and a C compiler.

    setup.py says which of them the machine lacks; pip puts those into a folder that all
    sessions share.
    """
    folder = HERE / ".nox" / "toolchain"
    python = folder / SCRIPTS / Path(sys.executable).name
    if not python.exists():
        session.run(sys.executable, "-m", "venv", str(folder), external=True)
        pip_install(session, python, *PROJECT["build-system"]["requires"])
    missing = ask_setup(session, python, "' '.join(build['missing_tools']())").split()
    env = {"GOTOOLCHAIN": "local", "GOFLAGS": os.environ.get("GOFLAGS", "-buildvcs=false")}
    if missing:
        session.log(f"this machine lacks a toolchain, pip brings {' and '.join(missing)}")
        pip_install(session, python, *missing)
        env["PATH"] = os.pathsep.join([str(python.parent), os.environ["PATH"]])
    if any(tool.startswith("ziglang") for tool in missing):
        env["CC"] = ask_setup(session, python, "build['zig_compiler'](build['target']())")
    return env


def pip_install(session: nox.Session, python: Path, *requirements: str) -> None:
    session.run(str(python), "-m", "pip", "install", "-q", *requirements, external=True)


def ask_setup(session: nox.Session, python: Path, expression: str) -> str:
    code = f"import runpy; build = runpy.run_path('setup.py'); print({expression})"
    return str(session.run(str(python), "-c", code, external=True, silent=True)).strip()


def go(session: nox.Session, *args: str, env: dict[str, str], silent: bool = False) -> str:
    """Run Go on the engine; return what it prints where *silent*."""
    command = shutil.which("go", path=env.get("PATH")) or "go"
    with session.chdir(HERE / "go"):
        return str(session.run(command, *args, env=env, external=True, silent=silent) or "")


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, types, spelling and the workflows; changes nothing."""
    env = toolchain(session)
    install(session, "lint")
    session.install("-q", *PROJECT["project"]["dependencies"])  # mypy reads their types
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("mypy")
    session.run("codespell")
    session.run("zizmor", "--offline", "--quiet", "--persona=pedantic", ".github")
    gofmt = Path(go(session, "env", "GOROOT", env=env, silent=True).strip(), "bin", "gofmt")
    unformatted = session.run(str(gofmt), "-l", "go", external=True, silent=True)
    if unformatted:
        session.error(f"gofmt would change these files, run gofmt -w on them:\n{unformatted}")
    go(session, "vet", "./...", env=env)
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


@nox.session
def fuzz(session: nox.Session) -> None:
    """Give every fuzz target a few seconds (CHECKSIG_FUZZ_TIME, such as 10m, for more)."""
    env = toolchain(session)
    for source in sorted((HERE / "go").rglob("*_test.go")):
        for target in re.findall(r"(?m)^func (Fuzz\w+)\(", source.read_text("utf-8")):
            package = f"./{source.parent.relative_to(HERE / 'go').as_posix()}"
            go(session, "test", "-run=^$", f"-fuzz=^{target}$", f"-fuzztime={FUZZ_TIME}", package, env=env)


@nox.session
def build(session: nox.Session) -> None:
    """Build the sdist, and the wheel out of it, into dist/."""
    env = toolchain(session)
    session.install("-q", "build")
    shutil.rmtree(HERE / "dist", ignore_errors=True)
    session.run("python", "-m", "build", env=env)


@nox.session(requires=["build"])
def tests(session: nox.Session) -> None:
    """Install the wheel from dist/ and test it; arguments go to pytest."""
    install(session, "test")
    session.install("-q", "--force-reinstall", *map(str, (HERE / "dist").glob("*.whl")))
    session.run("pytest", *session.posargs)


@nox.session
def packaging(session: nox.Session) -> None:
    """Build sdists and wheels in all ways that users and packagers do, and look inside them."""
    env = toolchain(session)
    install(session, "packaging")
    session.run("pytest", "-m", "packaging", "tests/test_packaging.py", *session.posargs, env=env)


@nox.session(default=False)
def platforms(session: nox.Session) -> None:
    """Install and run the wheel on each platform that this machine can have; arguments name some."""
    env = toolchain(session)
    zig = ask_setup(
        session, HERE / ".nox" / "toolchain" / SCRIPTS / Path(sys.executable).name, "build['ZIG_REQUIREMENT']"
    )
    session.install("-q", *PROJECT["build-system"]["requires"], zig)
    session.run("python", "packaging/platforms", *session.posargs, env=env)


@nox.session(default=False, requires=["build"])
def bench(session: nox.Session) -> None:
    """Run the benchmarks on the wheel from dist/; arguments go to each of them."""
    session.install("-q", "--force-reinstall", *map(str, (HERE / "dist").glob("*.whl")))
    for script in sorted((HERE / "benchmarks").glob("*.py")):
        session.run("python", str(script), *session.posargs)
