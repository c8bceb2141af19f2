r"""Runs tutorials: pages whose blocks show commands, or cells of a notebook, and what these print.

A block ``console`` has commands after ``$``, with their further lines after ``>``, and below each what it
prints, be it to standard output or standard error. A block ``python`` is a cell; a block ``text`` right
below it has what it prints, with the value of its last line, as in a notebook. Blocks of one kind in a row
run in one shell or one interpreter. ``…`` stands for anything in a line.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

CONSOLE = r"^```console\n(?P<console>.*?)^```$"
CELL = r"^```python\n(?P<command>.*?)^```$(?:\n\n```text\n(?P<printed>.*?)^```$)?"
BLOCK = re.compile(f"{CONSOLE}|{CELL}", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ (?P<command>.*\n(?:> .*\n)*)(?P<printed>(?:(?!\$ ).*\n)*)", re.MULTILINE)

LIKE_A_TERMINAL = {"COLUMNS": "80", "LC_ALL": "C.UTF-8", "PYTHONUNBUFFERED": "1"}
"""What makes output like that on a terminal: in the order in which it comes."""

END = "\1\n"
"""Separates what one command prints from what the next one does."""

NOTEBOOK = r"""
import ast, sys

def run(cell, names):
    body = ast.parse(cell).body
    last = body.pop() if isinstance(body[-1], ast.Expr) else None
    exec(compile(ast.Module(body, []), "cell", "exec"), names)
    value = last and eval(compile(ast.Expression(last.value), "cell", "eval"), names)
    if value is not None:
        print(repr(value))

names = {"__name__": "__main__"}
for cell in sys.argv[1:]:
    run(cell, names)
    print("\1", flush=True)
"""


def run(page: str, directory: Path) -> str:
    """Run the blocks of *page* in *directory*. Returns the page as it should have been."""
    steps: list[tuple[re.Match[str], str]] = []
    for is_console, blocks in groupby(BLOCK.finditer(page), lambda block: block["console"] is not None):
        matches = [step for block in blocks for step in (_commands(page, block) if is_console else [block])]
        commands = [match["command"] for match in matches]
        printed = _in_a_shell(commands, directory) if is_console else _in_a_notebook(commands, directory)
        steps += zip(matches, printed, strict=True)
    for match, output in reversed(steps):
        if not _is_like(match["printed"] or "", output):
            start, end = match.span("printed" if match["printed"] is not None else "command")
            page = page[: start if match["printed"] is not None else end] + output + page[end:]
    return page


def _commands(page: str, block: re.Match[str]) -> Iterator[re.Match[str]]:
    return COMMAND.finditer(page, *block.span("console"))


def _in_a_shell(commands: list[str], directory: Path) -> list[str]:
    """Run *commands* one after another; each sees the exit status of the one before."""
    lines = (re.sub("^> ", "", command, flags=re.MULTILINE) for command in commands)
    script = "".join(f"{{ {line}}} </dev/null; status=$?; printf '\\1\\n'; (exit $status)\n" for line in lines)
    return _printed(["sh", "-c", script], directory)


def _in_a_notebook(cells: list[str], directory: Path) -> list[str]:
    return _printed([sys.executable, "-c", NOTEBOOK, *cells], directory)


def _printed(command: list[str], directory: Path) -> list[str]:
    """Return what each part of *command* prints, in whole lines."""
    programs = directory.with_name(f"{directory.name}-programs")
    _put_on_path(programs)
    environment = {**os.environ, **LIKE_A_TERMINAL, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    done = subprocess.run(command, cwd=directory, env=environment, check=False, **streams)  # type: ignore[call-overload]
    *parts, rest = done.stdout.decode().split(END)
    assert not rest, rest
    return [part if part.endswith("\n") or not part else f"{part}\n" for part in parts]


def _put_on_path(programs: Path) -> None:
    """Make the commands there that an installation of checksig and of this Python has."""
    programs.mkdir(exist_ok=True)
    for name, arguments in (("checksig", "-m checksig"), ("python3", "")):
        (programs / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {arguments} "$@"\n')
        (programs / name).chmod(0o755)


def _is_like(shown: str, printed: str) -> bool:
    return bool(re.fullmatch(".*".join(map(re.escape, shown.split("…"))), printed))
