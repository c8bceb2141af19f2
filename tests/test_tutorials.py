"""The tutorials: every command and cell in them is run as written, and prints what the page shows."""

from __future__ import annotations

import importlib.util
import platform
import re
import shutil
import sys
from pathlib import Path

import pytest

from conftest import posix
from tutorial import run

ROOT = Path(__file__).parent.parent
TUTORIALS = {path.stem: path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "tutorials").glob("*.md")}

pytestmark = posix


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Make a directory with what the tutorials start from: the examples."""
    directory = tmp_path / "checkout"
    shutil.copytree(ROOT / "examples", directory / "examples")
    return directory


@pytest.mark.parametrize("name", sorted(TUTORIALS.keys() - {"package"}))
def test_tutorial(name: str, checkout: Path) -> None:
    """What the page shows is what one sees who follows it."""
    page = TUTORIALS[name]
    for module in re.findall(r"^(?:from|import) (tqdm|pandas)\b", page, re.MULTILINE):
        if importlib.util.find_spec(module) is None:
            pytest.skip(f"needs {module}: nox -s readers")
    for program in re.findall(r"^\$ (ssh-keygen|git)\b", page, re.MULTILINE):
        if not shutil.which(program):
            pytest.skip(f"needs {program}")
    assert page == run(page, checkout)


@pytest.mark.parametrize("name", ["index", "start"])
def test_first_pages(name: str, checkout: Path) -> None:
    """What they show is printed, too, for three photographs."""
    for photo in ("a", "b", "c"):
        (checkout / "photos").mkdir(exist_ok=True)
        (checkout / "photos" / f"{photo}.jpg").write_bytes(b"")
    page = (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")
    assert page == run(page, checkout)


@pytest.mark.packaging
@pytest.mark.skipif((sys.platform, platform.machine()) != ("linux", "x86_64"), reason="the page is of such a machine")
def test_tutorial_for_packagers(tmp_path: Path) -> None:
    """It begins with the sdist; nothing is asked from outside."""
    from test_packaging import build_sdist, copy_source

    (tmp_path / "work").mkdir()
    shutil.copy(build_sdist(copy_source(tmp_path / "checkout")), tmp_path / "work")
    page = TUTORIALS["package"]
    assert page == run(page, tmp_path / "work")


PAGE = """
```console
$ printf a; cd ..
a
$ ls nothing; echo $?
ls: …
2
```

```python
x = 1
print(x)
x + 1
```

```text
1
2
```

```python
x = 3
```
"""


@pytest.mark.parametrize(
    ("line", "wrong"),
    [("a\n", "b\n"), ("a\n", ""), ("2\n```\n\n```p", "```\n\n```p"), ("1\n2\n", "1\n"), ("x = 3\n", "x = 3\nx\n")],
)
def test_what_a_page_shows_wrongly_is_found(line: str, wrong: str, tmp_path: Path) -> None:
    """Be it another line, one that the page lacks, or all that a cell prints."""
    (tmp_path / "work").mkdir()
    assert PAGE == run(PAGE, tmp_path / "work")
    page = PAGE.replace(line, wrong, 1)
    assert page != run(page, tmp_path / "work")


def blocks(language: str, page: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)


def test_every_block_is_run_or_is_a_file() -> None:
    """There is no language but those that are run, and YAML, which is compared with what it configures."""
    for name, page in TUTORIALS.items():
        assert {"console", "python", "text", "yaml"} >= set(re.findall(r"^```(.+)$", page, re.MULTILINE)), name
        outputs = len(blocks("text", page))
        assert outputs == len(re.findall(r"^```python\n(?:(?!^```).*\n)*```\n\n```text$", page, re.MULTILINE)), name


def test_workflows_use_inputs_and_hooks_that_exist() -> None:
    """The action has the inputs, and the repository the hook."""
    page = "".join(blocks("yaml", TUTORIALS["ci"]))
    action = (ROOT / "action.yml").read_text(encoding="utf-8").partition("\noutputs:")[0]
    used = {
        name
        for step in page.split("- uses: checksig/checksig@main\n")[1:]
        for name in re.findall(r"^          ([\w-]+):", step.partition("- ")[0], re.MULTILINE)
    }
    assert {"paths", "allowed-signers"} <= used <= set(re.findall(r"^  ([\w-]+):$", action, re.MULTILINE))
    hooks = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    (hook,) = re.findall(r"- id: (.*)", page)
    assert f"- id: {hook}\n" in hooks


def test_each_of_the_five_users_has_one() -> None:
    """The index names every tutorial."""
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    assert sorted(TUTORIALS) == sorted(set(re.findall(r"^tutorials/(\w+)$", index, re.MULTILINE)))
