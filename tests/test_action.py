"""The GitHub Action: its steps are run as the runner does, by bash, with the variables that action.yml gives them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

pytest.importorskip("yaml", reason="reads the steps: nox -s packaging")

import yaml

from signing import Key
from test_packaging import ROOT, copy_source

pytestmark = [
    pytest.mark.packaging,
    pytest.mark.skipif(not shutil.which("bash"), reason="the steps are scripts for bash"),
]

ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS = {step["name"]: step for step in ACTION["runs"]["steps"]}


class Ended(NamedTuple):
    """How a step ended."""

    status: int
    printed: str
    outputs: dict[str, str]


def run_step(name: str, directory: Path, context: dict[str, str]) -> Ended:
    """Run a step's script where the repository is, with expressions replaced by what *context* has for them."""
    step = STEPS[name]
    variables = {key: evaluated(value, context) for key, value in step["env"].items()}
    temporary = directory.parent / "runner"
    temporary.mkdir(exist_ok=True)
    output = temporary / "output"
    output.write_text("")
    script = temporary / "script.sh"
    script.write_text(step["run"])
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)],
        cwd=directory,
        env={**os.environ, **variables, "RUNNER_TEMP": str(temporary), "GITHUB_OUTPUT": str(output)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Ended(done.returncode, done.stdout, dict(line.split("=", 1) for line in output.read_text().splitlines()))


def evaluated(text: str, context: dict[str, str]) -> str:
    """Evaluate expressions, of which the action has only names."""
    return re.sub(r"\$\{\{ (\S+) \}\}", lambda match: context[match[1]], text)


def verify(directory: Path, program: str, **inputs: str) -> Ended:
    given = {name: about["default"] for name, about in ACTION["inputs"].items()} | inputs
    context = {f"inputs.{name}": value for name, value in given.items()}
    return run_step("Verify", directory, {**context, "steps.install.outputs.program": program})


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Install checksig with the action's own step, from the action's own sources."""
    directory = tmp_path_factory.mktemp("action")
    source = copy_source(directory / "source")
    context = {
        "github.action_path": str(source),
        "inputs.version": "",
        **dict.fromkeys(("inputs.keyring", "inputs.issuer", "inputs.allowed-signers"), ""),
        "inputs.report": "page.html",
        "steps.python.outputs.python-path": sys.executable,
    }
    done = run_step("Install checksig", source, context)
    assert 0 == done.status, done.printed
    assert done.printed.splitlines()[-1].startswith("checksig ")
    return done.outputs["program"]


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """Copy the sample data, which has one wrong file."""
    shutil.copytree(ROOT / "examples" / "logs", tmp_path / "work" / "logs")
    return tmp_path / "work"


def test_a_wrong_file_fails_the_step(program: str, logs: Path) -> None:
    """With the status of checksig, and outputs for the steps that come after."""
    done = verify(logs, program, paths="logs")
    assert (1, {"ok": "false", "exit-status": "1", "report": ""}) == (done.status, done.outputs)
    assert "httpd-08.log: FAILED (mismatch)" in done.printed


def test_a_page_is_written(program: str, logs: Path) -> None:
    """By the name of the report the action knows what to install."""
    done = verify(logs, program, paths="logs", report="page.html")
    assert (1, "page.html") == (done.status, done.outputs["report"])
    assert "<h1>FAILED</h1>" in (logs / "page.html").read_text("utf-8")


def test_good_files_pass(program: str, logs: Path) -> None:
    """Several paths, one per line, with spaces in them."""
    (logs / "logs").rename(logs / "my logs")
    lines = (logs / "my logs" / "sha1sum.txt").read_text().splitlines()
    (logs / "my logs" / "sha1sum.txt").write_text("\n".join(line for line in lines if "httpd-08" not in line) + "\n")
    shutil.copytree(logs / "my logs", logs / "others")
    done = verify(logs, program, paths="my logs\n\nothers/sha1sum.txt\n")
    assert (0, {"ok": "true", "exit-status": "0", "report": ""}) == (done.status, done.outputs), done.printed
    for wanted in ("true", "files"):
        extra = verify(logs, program, paths="my logs", extra=wanted)
        assert (1, "false") == (extra.status, extra.outputs["ok"])
        assert "httpd-08.log: FAILED (extra)" in extra.printed


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"paths": "nowhere"}, "nowhere"),
        ({"extra": "yes"}, "::error title=checksig::the input extra must be true, false or files"),
        ({"strict": "no"}, "::error title=checksig::the input strict must be true or false"),
        ({"report": "a\nok=true"}, "::error title=checksig::the input report must be one line"),
        ({"arguments": "--timeout\nnever"}, "--timeout"),
        ({"root": "nowhere", "paths": "logs/sha1sum.txt"}, "nowhere"),
    ],
    ids=str,
)
def test_without_a_verdict_the_step_fails(inputs: dict[str, str], said: str, program: str, logs: Path) -> None:
    """With status 2, and with the reason."""
    done = verify(logs, program, **inputs)
    assert (2, {"ok": "false", "exit-status": "2", "report": ""}) == (done.status, done.outputs)
    assert said in done.printed


def test_single_files_are_verified(program: str, logs: Path) -> None:
    """By their names as paths, and by patterns for names in lists, one per line."""
    assert 0 == verify(logs, program, paths="logs/httpd-00.log\nlogs/httpd-01.log").status
    assert 0 == verify(logs, program, paths="logs", only="httpd-00*\nhttpd-01.log").status
    assert 1 == verify(logs, program, paths="logs", only="httpd-00*\nhttpd-08.log").status


def test_malformed_lines_are_forgiven_on_demand(program: str, logs: Path) -> None:
    """With the input for it, and with any other argument."""
    (logs / "a").write_text("")
    (logs / "MD5SUMS").write_text("d41d8cd98f00b204e9800998ecf8427e  a\nnot an entry\n")
    assert [1, 0, 0] == [
        verify(logs, program, **inputs).status for inputs in ({}, {"strict": "false"}, {"arguments": "--no-strict"})
    ]


@pytest.mark.parametrize("name", ["paths", "root", "only", "arguments", "report"])
def test_inputs_are_never_run(name: str, program: str, logs: Path) -> None:
    """What looks like a command, an option or an expression of the shell is an argument."""
    for text in ("$(touch injected)", "`touch injected`", "; touch injected", '" && touch injected #', "* ?"):
        assert verify(logs, program, **{name: text}).status
    assert not (logs / "injected").exists()
    assert 2 == verify(logs, program, paths="--help").status


def test_scripts_hold_no_expression() -> None:
    """Inputs come as variables alone, and every input is used."""
    scripts = [step["run"] for step in STEPS.values() if "run" in step]
    assert [] == [script for script in scripts if "${{" in script]
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    assert [] == [name for name in ACTION["inputs"] if not re.search(rf"\binputs\.{name}\b", text)]


@pytest.mark.skipif(not shutil.which("shellcheck"), reason="needs shellcheck")
def test_scripts_are_sound(tmp_path: Path) -> None:
    """As shellcheck sees them."""
    for step in STEPS.values():
        if "run" in step:
            script = tmp_path / "script.sh"
            script.write_text(step["run"])
            command = ["shellcheck", "--shell=bash", "--severity=warning", str(script)]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            assert (0, "") == (done.returncode, done.stdout)


def test_a_list_must_be_signed_by_whom_the_inputs_name(program: str, logs: Path) -> None:
    """By a key, in a file or as it is, or by an SSH key with a name; another fails the step without a verdict."""
    listed = logs / "logs" / "sha1sum.txt"
    listed.write_text("".join(line for line in listed.read_text().splitlines(True) if "httpd-08" not in line))
    key, other = Key(), Key("other")
    key.sign_list(listed)
    (logs / "keys").write_text(f"alice@example.org {key.ssh}\n")
    (logs / "list.sig").write_bytes(key.sshsig(listed.read_bytes()))
    ssh = {"allowed-signers": "keys", "signature": "list.sig"}
    for status, inputs in (
        (0, {"key": f"{other.text}\n{key.text}\n"}),
        (0, {"key": "logs/minisign.pub", "require-signature": "true"}),
        (0, {**ssh, "identity": "alice@example.org"}),
        (2, {**ssh, "identity": "bob@example.org"}),
        (2, {"key": other.text}),
        (2, {"key": "", "require-signature": "true"}),
        (2, {"key": "", "require-signature": "yes"}),
    ):
        done = verify(logs, program, paths="logs/sha1sum.txt", **inputs)
        assert (status, str(status)) == (done.status, done.outputs["exit-status"]), (inputs, done.printed)
