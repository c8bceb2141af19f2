"""What a shell completes, in the shells themselves."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from checksig._words import LISTED
from command import checksig, lines
from conftest import posix

COMPLETIONS = [
    ("ver", ["verify"]),
    ("", ["create", "diff", "list", "merge", "track", "update", "verify"]),
    ("track ", ["init", "scan", "verify", "accept", "history", "export"]),
    ("track ver", ["verify"]),
    ("track verify --bud", ["--budget"]),
    ("track export --list-format=sf", ["--list-format=sfv"]),
    ("track scan ", [":directories"]),
    ("track scan --database ", [":files"]),
    ("track --", ["--help"]),
    ("SHA", [":lists"]),
    ("--", ["--version", "--help"]),
    ("verify --ignore", ["--ignore-missing"]),
    ("check --ignore", ["--ignore-missing"]),
    ("verify --st", ["--strict"]),
    ("verify --no", ["--no-strict", "--no-cache", "--no-progress"]),
    ("verify --algorithm sha51", ["sha512", "sha512-224", "sha512-256"]),
    ("verify --algorithm=", [f"--algorithm={name}" for name in LISTED]),
    ("create --algorithm=sha3-5", ["--algorithm=sha3-512"]),
    ("create --algorithm=sha1 --algorithm=md", ["--algorithm=md5"]),
    ("create --algorithm=sha1 --algorithm md", ["md5"]),
    ("create -o x", [":files"]),
    ("list --to=pre", ["--to=prefixed"]),
    ("list --list-format o", ["one-space", "ocfl"]),
    ("list -o x", [":files"]),
    ("merge part", [":files"]),
    ("merge --re", ["--report"]),
    ("list SHA", [":lists"]),
    ("create --output=x", [":files"]),
    ("create x", [":directories"]),
    ("verify --root ", [":directories"]),
    ("verify --root=", [":directories"]),
    ("verify --root=x --j", ["--jobs", "--json"]),
    ("verify --format=h", ["--format=html"]),
    ("verify --jobs ", []),
    ("verify --jobs=", []),
    ("verify --extra=", ["--extra=all", "--extra=files"]),
    ("verify --extra=f", ["--extra=files"]),
    ("verify --extra f", [":lists"]),
    ("verify --allow-links-to ", [":directories"]),
    ("verify --only ", []),
    ("verify ver", [":lists"]),
    ("verify x=", [":lists"]),
    ("verify -- --j", [":lists"]),
    ("verify --json -- --algorithm sha", [":lists"]),
    ("-- ver", ["verify"]),
    ("-- verify --js", ["--json"]),
]


@pytest.mark.parametrize(("words", "expected"), COMPLETIONS)
def test_completion(words: str, expected: list[str]) -> None:
    """The shell is offered commands, options and values, or hears which paths it is to complete."""
    offered = lines(checksig(*words.split(" "), env={**os.environ, "_CHECKSIG_COMPLETE": "words"}).stdout)
    assert expected == [line.split("\t")[0] for line in offered]


@posix
@pytest.mark.parametrize(("words", "expected"), [c for c in COMPLETIONS if not c[1] or c[1][0][0] != ":"])
def test_completion_in_bash(words: str, expected: list[str]) -> None:
    """The script, loaded by the bash that is there, completes the same. That takes names and values apart."""
    if not shutil.which("bash"):
        pytest.skip("needs bash")
    typed = ["checksig", *(part for word in words.split(" ") for part in re.split("(=)", word))]
    if words.endswith("="):
        typed.pop()  # bash has no word after the equals sign until one begins
    code = """
        checksig() { "$PYTHON" -m checksig "$@"; }
        eval "$(_CHECKSIG_COMPLETE=bash_source checksig)"
        compopt() { :; }  # which only a real completion can call
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        _checksig checksig && printf '%s\\n' "${COMPREPLY[@]}"
    """
    command = ["bash", "-c", code, "bash", *typed]
    done = subprocess.run(command, capture_output=True, check=True, env={**os.environ, "PYTHON": sys.executable})
    assert [word.rpartition("=")[2] for word in expected] == [line for line in lines(done.stdout) if line]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_script(shell: str) -> None:
    """The one line of the documentation gives the shell a script."""
    done = checksig(env={**os.environ, "_CHECKSIG_COMPLETE": f"{shell}_source"})
    assert 0 == done.returncode
    assert b"_CHECKSIG_COMPLETE" in done.stdout


def test_completion_for_no_shell_names_the_scripts() -> None:
    """A misspelt one is a usage error."""
    done = checksig(env={**os.environ, "_CHECKSIG_COMPLETE": "tcsh_source"})
    assert (2, b"") == (done.returncode, done.stdout)
    assert b"bash_source, zsh_source, fish_source" in done.stderr


FUNCTION = """
checksig() {
    if [ -n "$_CHECKSIG_COMPLETE" ]; then "$PYTHON" -m checksig "$@"
    else printf 'ran:'; printf '<%s>' "$@"; echo; fi
}
"""
FISH_FUNCTION = """
function checksig
    if set -q _CHECKSIG_COMPLETE; $PYTHON -m checksig $argv
    else; printf 'ran:'; printf '<%s>' $argv; echo; end
end
"""
SHELLS = {
    "bash": (
        ["bash", "--norc", "--noprofile", "-i"],
        f"{FUNCTION}bind 'set enable-bracketed-paste off'\n" + 'eval "$(_CHECKSIG_COMPLETE=bash_source checksig)"',
    ),
    "zsh": (
        ["zsh", "-f", "-i"],
        f"{FUNCTION}autoload -Uz compinit; compinit -D -u\n" + 'eval "$(_CHECKSIG_COMPLETE=zsh_source checksig)"',
    ),
    "fish": (
        ["fish", "--no-config", "--interactive"],
        f"{FISH_FUNCTION}\n_CHECKSIG_COMPLETE=fish_source checksig | source",
    ),
}
"""How each starts, and what prepares it: in place of the command is a function that shows its arguments."""

TYPED = {
    "ver": ["verify"],
    "verify --algorithm=sha3-5": ["verify", "--algorithm=sha3-512"],
    "create --algorithm=m": ["create", "--algorithm=md5"],
    "create --algorithm m": ["create", "--algorithm", "md5"],
    "verify --ro": ["verify", "--root"],
    "verify --root=s": ["verify", "--root=sub"],
    "verify --root s": ["verify", "--root", "sub"],
    "create s": ["create", "sub"],
    "create --output=x": ["create", "--output=x.iso"],
    "create -o x": ["create", "-o", "x.iso"],
    "verify da": ["verify", "data.md5"],  # and not data.bin
    "verify sub/": ["verify", "sub/SHA256SUMS"],
    "verify my": ["verify", "my list.sha1"],
    "verify my\\ li": ["verify", "my list.sha1"],
    "verify x": ["verify", "x.iso"],  # no list begins so
    "verify --json x": ["verify", "--json", "x.iso"],
    "x": ["x.iso"],
    "verify --jobs x": ["verify", "--jobs", "x"],
}


@posix
@pytest.mark.parametrize("shell", SHELLS)
def test_completion_at_the_prompt(shell: str, tmp_path: Path) -> None:
    """What was typed and completed with the tabulator is what runs."""
    if not shutil.which(shell):
        pytest.skip(f"needs {shell}")
    from terminal import start  # which skips a module without pexpect

    for name in ("data.md5", "data.bin", "my list.sha1", "my notes", "s.txt", "sub/SHA256SUMS", "sub/a", "x.iso"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    command, preparation = SHELLS[shell]
    (tmp_path / "preparation").write_text(preparation)
    settings = {"PYTHON": sys.executable, "PS1": "$ ", "TERM": "dumb", "INPUTRC": "/dev/null", "HOME": str(tmp_path)}
    child = start(command, tmp_path, **settings)
    try:
        child.sendline("source ./preparation; echo rea''dy")
        child.expect("ready\r?\n")
        assert TYPED == {typed: ran(child, typed) for typed in TYPED}
    finally:
        child.close(force=True)


def ran(child: Any, typed: str) -> list[str]:
    child.send(f"checksig {typed}\t\r")
    child.expect(r"ran:((<[^>]*>)+)\r?\n")
    return [word.rstrip("/") for word in re.findall("<([^>]*)>", child.match[1])]  # zsh drops the last slash


@posix
def test_completed_names_of_files_are_sorted(tmp_path: Path) -> None:
    """The order of options is the command's, and that of paths the shell's."""
    if not shutil.which("bash"):
        pytest.skip("needs bash")
    from terminal import start

    for name in ("file-c", "file-a", "file-d", "file-b"):
        (tmp_path / name).touch()
    settings = {"PYTHON": sys.executable, "PS1": "$ ", "TERM": "dumb", "INPUTRC": "/dev/null"}
    shell = start(["bash", "--norc", "--noprofile", "-i"], tmp_path, **settings)
    try:
        shell.sendline('checksig() { "$PYTHON" -m checksig "$@"; }; bind "set show-all-if-ambiguous on"')
        shell.sendline('eval "$(_CHECKSIG_COMPLETE=bash_source checksig)"; echo rea""dy')
        shell.expect("ready")
        shell.send("checksig verify file-\t")
        shell.expect(r"file-a\s+file-b\s+file-c\s+file-d")
        shell.send("\x15checksig verify --j\t")
        shell.expect(r"--jobs\s+--json")
    finally:
        shell.close(force=True)
