"""docs/python.md describes the API that the package has, and its examples run."""

from __future__ import annotations

import ast
import doctest
import importlib.util
import inspect
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import checksig
import checksig.distributed
import checksig.track

HERE = Path(__file__).parent
PAGE = (HERE.parent / "docs" / "python.md").read_text(encoding="utf-8")

Parameters = list[tuple[str, bool, object]]
"""Of each parameter its name, whether it must be named in a call, and its default."""

IN_A_COROUTINE = """\
import ast, asyncio, sys
code = compile(open(sys.argv[1]).read(), sys.argv[1], "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
asyncio.run(eval(code))
"""
"""Runs a script that awaits outside of functions, as a notebook's cell may."""


def section(title: str) -> str:
    """Return what is below a heading, up to the next one."""
    (body,) = re.findall(rf"^#+ {title}\n(.*?)(?=^##|\Z)", PAGE, re.MULTILINE | re.DOTALL)
    return str(body)


def blocks(language: str, text: str = PAGE) -> list[str]:
    """List the fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def table(title: str) -> dict[str, str]:
    """Map the first cell of each row in a section, without its backquotes, to the second."""
    return dict(re.findall(r"^\| `([\w()]+)` \| (.*?) \|", section(title), re.MULTILINE))


def public(thing: object) -> set[str]:
    """Name the public members of an object."""
    return {name for name in dir(thing) if not name.startswith("_")}


def documented_parameters(function: str) -> Parameters:
    """Read the parameters from the signature on the page."""
    (stub,) = blocks("pyi", section(function))
    (definition,) = ast.parse(stub).body
    assert isinstance(definition, ast.FunctionDef)
    arguments = definition.args
    required = [inspect.Parameter.empty] * (len(arguments.args) - len(arguments.defaults))
    defaults = [*required, *map(ast.literal_eval, arguments.defaults)]
    positional = [(a.arg, False, default) for a, default in zip(arguments.args, defaults, strict=True)]
    named = [
        (a.arg, True, inspect.Parameter.empty if default is None else ast.literal_eval(default))
        for a, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    ]
    return positional + named


def real_parameters(function: str) -> Parameters:
    """Read the parameters from the function."""
    parameters = inspect.signature(getattr(checksig, function)).parameters.values()
    return [(p.name, p.kind is p.KEYWORD_ONLY, p.default) for p in parameters]


# What the page names


def test_every_public_name_is_there() -> None:
    """The page names all that ``checksig.__all__`` has."""
    assert set() == set(checksig.__all__) - set(re.findall(r"`(\w+)`", PAGE))


def test_every_public_name_is_in_the_reference() -> None:
    """docs/api.md has a directive for all but the version, once, and so for archives."""
    page = (HERE.parent / "docs" / "api.md").read_text(encoding="utf-8")
    named: dict[str, list[str]] = {}
    for module, part in re.findall(r"^\.\. currentmodule:: (\S+)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL):
        named.setdefault(module, []).extend(re.findall(r"^\.\. auto\w+:: (\w+)$", part, re.MULTILINE))
    modules = {"checksig": checksig, "checksig.distributed": checksig.distributed, "checksig.track": checksig.track}
    assert {name: sorted({*module.__all__} - {"__version__"}) for name, module in modules.items()} == {
        name: sorted(names) for name, names in named.items()
    }


FUNCTIONS = ["verify", "check_signatures", "create", "update", "verify_file", "file_digest", "read_list"]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_signature(function: str) -> None:
    """A function has the parameters and the defaults of its signature on the page."""
    assert documented_parameters(function) == real_parameters(function)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_parameters_are_explained(function: str) -> None:
    """Each parameter, and nothing else, has a row that shows its default."""
    rows = {name: shown for name, shown in table(function).items() if name.islower()}  # no exception
    assert [name for name, _, _ in real_parameters(function)] == list(rows)
    for name, _, default in real_parameters(function):
        shown = rows[name]
        assert ("required" == shown) if default is inspect.Parameter.empty else ast.literal_eval(shown[1:-1]) == default


@pytest.mark.parametrize("function", ["averify", "iter_verify"])
def test_other_ways_to_verify_take_the_same(function: str) -> None:
    """The page explains the parameters of ``verify`` alone, so the others have to have the same."""
    assert real_parameters("verify") == real_parameters(function)


def test_both_ways_to_create_take_the_same() -> None:
    """The page explains the parameters of ``create`` alone."""
    assert real_parameters("create") == real_parameters("acreate")


@pytest.mark.parametrize("kind", [checksig.Entry, checksig.FileResult, checksig.Progress])
def test_fields_of_named_tuples(kind: type[checksig.Entry | checksig.FileResult | checksig.Progress]) -> None:
    """Each field has a row, in the order of the tuple."""
    assert list(kind._fields) == list(table(kind.__name__))


def test_fields_of_a_report(logs: Path) -> None:
    """Each field of a report has a row; its methods are named."""
    report = checksig.verify(logs)
    fields = {name for name in public(report) if not callable(getattr(report, name))}
    assert fields == set(table("Report"))
    methods = public(report) - fields
    assert methods == set(re.findall(r"^`(\w+)\(\)`", section("Report"), re.MULTILINE))


def test_members_of_a_job(logs: Path) -> None:
    """Each public member has a row."""
    with checksig.iter_verify(logs) as job:
        assert public(job) == {name.removesuffix("()") for name in table("Job")}


def test_statuses() -> None:
    """Each status has a row with its value."""
    assert {status.name: f'`"{status.value}"`' for status in checksig.Status} == table("Status")


def test_exceptions() -> None:
    """Each exception has a row with its bases, and is drawn in the tree."""
    things = [getattr(checksig, name) for name in checksig.__all__]
    errors = [thing for thing in things if isinstance(thing, type) and issubclass(thing, Exception)]
    bases = {error.__name__: ", ".join(f"`{base.__name__}`" for base in error.__bases__) for error in errors}
    assert bases == table("Exceptions")
    (tree,) = blocks("text", section("Exceptions"))
    assert set(bases) | {"Exception"} == set(re.findall(r"^\W*(\w+)", tree, re.MULTILINE))


@pytest.mark.parametrize(
    ("error", "arguments"),
    [("ManifestError", {"root": "nowhere"}), ("VerificationError", {}), ("JobTimeout", {"timeout": 0})],
)
def test_attributes_of_exceptions(error: str, arguments: dict[str, object], logs: Path) -> None:
    """The rows of an exception and of the base of all name the attributes that it has."""
    kind = getattr(checksig, error)
    with pytest.raises(kind) as raised:
        checksig.verify(**{"root": logs, **arguments}).raise_for_failures()  # type: ignore[arg-type]
    rows = re.findall(rf"^\| `(?:ChecksigError|{error})` \|.*?\|(.*)\|$", section("Exceptions"), re.MULTILINE)
    documented = {name for row in rows for name in re.findall(r"`(\w+)`:", row)}
    builtin = {name for base in kind.__mro__ if base.__module__ == "builtins" for name in public(base)}
    assert documented == public(raised.value) - builtin


# What the page shows


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Go to a directory that has the examples, where scripts may write."""
    shutil.copytree(HERE.parent / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("checkout")
def test_sessions() -> None:
    """What the interactive sessions show is printed; they follow one another."""
    sessions = "\n".join(blocks("pycon"))
    options = doctest.IGNORE_EXCEPTION_DETAIL  # the text of errors is for people
    case = doctest.DocTestParser().get_doctest(sessions, {}, "python.md", None, None)
    printed: list[str] = []
    result = doctest.DocTestRunner(optionflags=options).run(case, out=printed.append)
    assert 0 == result.failed, "".join(printed)
    assert result.attempted > 0


SCRIPTS = [
    (title, script, output)
    for title, body in re.findall(r"^#+ ([^\n]*)\n(.*?)(?=^#+ |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    for script, output in re.findall(r"^```python\n(.*?)^```\n+```text\n(.*?)^```$", body, re.MULTILINE | re.DOTALL)
]


def test_every_script_shows_its_output() -> None:
    """A script is followed by what it prints, and so is in the list that is run below."""
    assert blocks("python") == [script for _, script, _ in SCRIPTS]


@pytest.mark.parametrize(
    ("script", "output"), [case[1:] for case in SCRIPTS], ids=[case[0].replace(" ", "-") for case in SCRIPTS]
)
def test_script(script: str, output: str, checkout: Path) -> None:
    """A script prints what the page shows, and no warning."""
    for module in re.findall(r"^(?:from|import) (tqdm|pandas)\b", script, re.MULTILINE):
        if importlib.util.find_spec(module) is None:
            pytest.skip(f"needs {module}")
    path = checkout / "script.py"
    path.write_text(script, encoding="utf-8")
    command = [sys.executable, *(["-c", IN_A_COROUTINE] if awaits_outside_of_functions(script) else []), str(path)]
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(command, capture_output=True, encoding="utf-8", env=environment, timeout=120, check=False)
    assert (0, output) == (done.returncode, done.stdout), done.stderr
    assert "Warning" not in done.stderr


def awaits_outside_of_functions(script: str) -> bool:
    try:
        compile(script, "script.py", "exec")
    except SyntaxError:
        return True
    return False
