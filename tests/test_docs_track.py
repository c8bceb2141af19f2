"""docs/track.md: its transcripts follow one another, and its snippets can be read."""

from __future__ import annotations

import configparser
import os
import plistlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

from checksig._cli._dispatch import run
from command import finish
from conftest import linux

PAGE = Path(__file__).parent.parent / "docs" / "track.md"
FILES = {
    "2024/beach.jpg": "a beach",
    "2024/sunset.jpg": "a sunset",
    "2025/party.jpg": "a party",
    "2025/cat.jpg": "a cat",
}


def blocks(language: str) -> list[str]:
    text = PAGE.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def steady(text: str) -> list[str]:
    """Put the same in the place of what differs from run to run."""
    text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "TIME", text)
    return re.sub(r"/\S*/checksig/track/photos-[0-9a-f]{16}\.sqlite", "DATABASE", text).splitlines()


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / "photos" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{text}\n")
    return tmp_path


@linux
def test_the_transcripts_of_the_page_are_real(photos: Path) -> None:
    """All of them, in their order, but for times and the place of the database."""
    environment = {**os.environ, "HOME": str(photos / "home"), "PYTHON": sys.executable}
    environment.pop("XDG_DATA_HOME", None)
    printed = []
    for line in "".join(blocks("console")).splitlines():
        if line.startswith("$ "):
            printed.append(line)
            shell = f'checksig() {{ "$PYTHON" -m checksig "$@"; }}\n{line[2:]}'
            streams = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
            done = finish(["/bin/sh", "-c", shell], cwd=photos, env=environment, **streams)
            printed += done.stdout.decode().splitlines()
    assert steady("".join(blocks("console"))) == steady("\n".join(printed))


def test_the_script_of_the_page_runs(photos: Path) -> None:
    """Before there is a database, and after."""
    (script,) = blocks("python")
    environment = {
        **os.environ,
        "HOME": str(photos),
        "XDG_DATA_HOME": str(photos / "data"),
        "LOCALAPPDATA": str(photos),
    }
    first = finish([sys.executable, "-c", script], cwd=photos, env=environment)
    assert b"no verdict:" in first.stdout
    made = finish([sys.executable, "-m", "checksig", "track", "init", "photos"], cwd=photos, env=environment)
    assert 0 == made.returncode, made.stderr
    second = finish([sys.executable, "-c", script], cwd=photos, env=environment)
    assert second.stdout.endswith(b"everything is as recorded" + os.linesep.encode())


def commands() -> list[str]:
    """Return the commands of the snippets for timers."""
    found = [value for text in blocks("ini") for value in re.findall(r"^ExecStart=(.*)$", text, re.MULTILINE)]
    (cron,) = blocks("text")
    found += cron.partition("*  ")[2].strip().split("; ")
    (launchd,) = blocks("xml")
    found.append(" ".join(plistlib.loads(launchd.encode())["ProgramArguments"]))
    (windows,) = blocks("powershell")
    return [*found, *re.findall(r'/TR "(.*)"', windows), *blocks("sh")]


@pytest.mark.parametrize("command", commands())
def test_the_commands_of_timers_have_the_options_that_they_name(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """They end because there is no such archive, and not as a usage error."""
    if ".html" in command:
        pytest.importorskip("jinja2", reason="needs jinja2: nox -s readers")
    name, *words = command.split()
    assert "checksig" == Path(name).stem
    assert 2 == run([*words[:-1], "/no/such/archive"])
    said = capsys.readouterr().err
    assert "no such" in said
    assert "--help" not in said


def test_the_units_of_systemd_can_be_read() -> None:
    """Each has its sections."""
    sections = []
    for text in blocks("ini"):
        parser = configparser.ConfigParser(strict=False)
        parser.read_string(text)
        sections.append(parser.sections())
    assert [["Unit", "Service"], ["Timer", "Install"]] == sections
