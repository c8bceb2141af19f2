"""Programs that PyInstaller makes of checksig as it is installed from its wheel."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("PyInstaller", reason="packs programs: nox -s packaging")

from test_packaging import ROOT, build_wheel, copy_source, run

pytestmark = pytest.mark.packaging

PROGRAM = """\
import sys
import checksig
from checksig._cli import entry

if sys.argv[1:]:
    sys.exit(entry())
assert checksig.FileResult.__doc__.startswith("One verdict.")
print([result.path for result in checksig.verify("logs").failures])
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel in a directory of its own, beside a program and the data that it reads."""
    directory = tmp_path_factory.mktemp("pyinstaller")
    both = None if sys.platform == "win32" else "both"
    wheel = build_wheel(copy_source(directory / "checkout"), CHECKSIG_BUILD_ENGINES=both)
    done = run(sys.executable, "-m", "pip", "install", "--no-deps", "--target", "site", wheel, cwd=directory)
    assert 0 == done.returncode, done.stdout
    (directory / "program.py").write_text(PROGRAM)
    shutil.copytree(ROOT / "examples" / "logs", directory / "logs")
    return directory


def pack(directory: Path, *options: str) -> Path:
    """Make the program, and put it where neither the wheel nor the checkout is seen."""
    shutil.rmtree(directory / "dist", ignore_errors=True)
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level=WARN", *options, "program.py"]
    done = run(
        *command, cwd=directory, PYTHONPATH=str(directory / "site"), PYINSTALLER_CONFIG_DIR=str(directory / "cache")
    )
    assert 0 == done.returncode, done.stdout
    name = "program.exe" if sys.platform == "win32" else "program"
    return directory / "dist" / name if "--onefile" in options else directory / "dist" / "program" / name


def use(program: Path, directory: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return run(program, *arguments, cwd=directory, PYTHONPATH=None, **env)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("form", ["--onedir", "--onefile"])
def test_a_packed_program_verifies(form: str, installed: Path, tmp_path: Path) -> None:
    """By the hook in the wheel alone it has the engine, and every module that is loaded when it is used."""
    program = pack(installed, form)
    for engine in ("library",) if sys.platform == "win32" else ("library", "process"):
        done = use(program, installed, "verify", "logs", CHECKSIG_ENGINE=engine)
        assert (1, "httpd-08.log: FAILED (mismatch)") == (done.returncode, done.stdout.splitlines()[0]), done.stdout
    page = use(program, installed, "verify", "--format=html", "logs")
    assert (1, True) == (page.returncode, "<h1>FAILED</h1>" in page.stdout), page.stdout
    (tmp_path / "a").write_text("1")
    made = use(program, tmp_path, "create")
    assert 0 == made.returncode, made.stdout
    good = use(program, tmp_path, "verify")
    assert 0 == good.returncode, good.stdout
    as_module = use(program, installed)
    assert (0, "['httpd-08.log']") == (as_module.returncode, as_module.stdout.splitlines()[-1]), as_module.stdout


@pytest.mark.timeout(600)
def test_a_program_packed_without_the_engine_says_so(installed: Path) -> None:
    """As another packer makes it, which knows nothing of the hook."""
    program = pack(installed, "--onedir")
    (engine,) = program.parent.rglob("_checksig.*")
    engine.unlink()
    for helper in program.parent.rglob("_checksig-engine"):
        helper.unlink()
    done = use(program, installed, "verify", "logs")
    assert 2 == done.returncode
    assert "was packed without it; PyInstaller packs it by checksig's own hook" in done.stdout
