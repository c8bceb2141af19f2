"""The manual page, as programs that show manuals read it."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

import pytest

import checksig
from checksig._cli._commands import GLOBAL, every
from command import finish, lines

ROOT = Path(__file__).parent.parent
WRITER = ROOT / "packaging" / "write_manual.py"

pytestmark = pytest.mark.skipif(not WRITER.exists(), reason="needs the sources")


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """The page, written with a date from outside as packagers do."""
    path = tmp_path / "checksig.1"
    environment = {**os.environ, "PYTHONPATH": str(Path(checksig.__file__).parent.parent), "SOURCE_DATE_EPOCH": "86400"}
    done = finish([sys.executable, str(WRITER), str(path)], env=environment)
    assert (0, b"") == (done.returncode, done.stderr)
    return path


def shown(page: Path) -> str:
    """Return the page as text, without the two lines around it."""
    if not shutil.which("groff"):
        pytest.skip("needs groff")
    plain = ("-rHY=0", "-rcR=1", "-dAD=l", "-P-cbou")  # as one page, without hyphens that are not its own
    done = finish(["groff", "-man", "-Tascii", "-ww", *plain, str(page)])
    assert b"" == done.stderr
    return "\n".join(lines(done.stdout)[1:-1])


@pytest.mark.parametrize("reader", [["mandoc", "-Tlint", "-Wwarning"], ["groff", "-man", "-Tutf8", "-ww", "-z"]])
def test_nothing_in_it_is_odd(reader: list[str], page: Path) -> None:
    """Those who check manuals have nothing to say."""
    if not shutil.which(reader[0]):
        pytest.skip(f"needs {reader[0]}")
    done = finish([*reader, str(page)])
    assert (0, b"", b"") == (done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize("name", every())
def test_every_option_is_explained(name: str, page: Path) -> None:
    """Below its command, by all its names, in the words of the help page."""
    commands = shown(page).partition("\nCOMMANDS\n")[2].partition("\nEXAMPLES\n")[0]
    (section,) = re.findall(rf"(?ms)^   checksig {name}\n(.*?)(?=^ {{,3}}\S|\Z)", commands)
    words = " ".join(section.split())
    for option in every()[name].options:
        if not option.help:
            continue  # hidden
        names = (" / " if option.negatable else ", ").join(option.spellings)
        assert re.search(rf"(?m)^ {{5,7}}{re.escape(names)}\b", section), names
        assert " ".join(option.help.split()) in words


def test_it_has_what_a_manual_has(page: Path) -> None:
    """The usual sections in their order, the options of the program, the version and the date."""
    text = shown(page)
    usual = "NAME SYNOPSIS DESCRIPTION OPTIONS COMMANDS EXAMPLES EXIT_STATUS ENVIRONMENT SEE_ALSO"
    assert usual.replace("_", " ") == " ".join(re.findall(r"(?m)^[A-Z].*$", text))
    assert [] == [option.names for option in GLOBAL if option.names[-1] not in text]
    assert re.match(rf'\.TH CHECKSIG 1 1970-01-02 "checksig {checksig.__version__}"', page.read_text())
    assert "NAME checksig - verify files against" in " ".join(text.split())


def test_what_looks_like_a_request_is_text(page: Path) -> None:
    """Quotes, backslashes and hyphens come out as they are on the help page, to be copied."""
    assert "in the shell's $'...' notation" in " ".join(shown(page).split())
    assert "checksig verify --ignore-missing SHA256SUMS" in shown(page)


def test_every_variable_that_is_read_is_named(page: Path) -> None:
    """Those of the command line."""
    from write_manual import ENVIRONMENT

    source = "".join(path.read_text() for path in (Path(checksig.__file__).parent / "_cli").glob("*.py"))
    read = set(re.findall(r"(?:environ\[|environ\.get\(|getenv\()\"(\w+)\"|\"(\w+)\" in os\.environ", source))
    assert {"_CHECKSIG_COMPLETE", "TERM"} <= {name for pair in read for name in pair} - {""} <= set(ENVIRONMENT)
    assert [] == [name for name in ENVIRONMENT if name not in shown(page)]
