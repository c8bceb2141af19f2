"""The site of docs/: every link leads somewhere, and the reference shows what the package has."""

from __future__ import annotations

import html
import inspect
import re
import sys
from pathlib import Path

import pytest

import checksig
import checksig.track
from checksig.track import Archive, Difference, Event, History, Overview, Recorded, Run, RunReport
from command import finish

DOCS = Path(__file__).parent.parent / "docs"
SOURCES = sorted(DOCS.rglob("*.md"))
REPOSITORY = "https://github.com/checksig/checksig/"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site, with every warning an error."""
    for module in ("furo", "myst_parser", "sphinx"):
        pytest.importorskip(module, reason="makes the site: nox -s docs")
    directory = tmp_path_factory.mktemp("site")
    doctrees = tmp_path_factory.mktemp("doctrees")
    strict = ("-W", "--keep-going", "-n", "-q")
    command = [sys.executable, "-m", "sphinx", *strict, "-d", str(doctrees), str(DOCS), str(directory)]
    done = finish(command)
    assert (0, b"") == (done.returncode, done.stderr)
    return directory


def page(site: Path, source: Path) -> Path:
    return site / source.relative_to(DOCS).with_suffix(".html")


def article(site: Path, source: Path) -> str:
    """Return what the page says, without what all pages have around it."""
    (found,) = re.findall("<article.*?</article>", page(site, source).read_text("utf-8"), re.DOTALL)
    return str(found)


def links(source: Path) -> list[str]:
    """List the links in a page's Markdown, but for those that only look like one, in code."""
    prose = re.sub(r"(?ms)^```.*?^```$", "", source.read_text("utf-8"))
    return re.findall(r"(?<!!)\[[^\]]*(?:\[[^\]]*\])?[^\]]*\]\(([^)\s]+)\)", prose)


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(DOCS)))
def test_every_link_leads_somewhere(source: Path, site: Path) -> None:
    """Each link of the Markdown is one on the site: to a place there is, to the repository, or elsewhere."""
    shown = re.findall(r'<a class="reference[^"]*" href="([^"]*)"', article(site, source))
    if source.name != "api.md":  # whose others come from docstrings
        assert len(links(source)) == len(shown)
    for target in map(html.unescape, shown):
        name, _, place = target.partition("#")
        if name.startswith(REPOSITORY):
            path = name.removeprefix(f"{REPOSITORY}blob/main/")
            assert (DOCS.parent / path).exists() or name in {REPOSITORY, path}, target
        elif not name.startswith("https://"):
            text = (page(site, source).parent / name if name else page(site, source)).read_text("utf-8")
            assert not place or f'id="{place}"' in text, target


OTHER_SERVER = r"""(?:src="|<link [^>]*href="|url\(["']?|@import ["'])(?:https?:)?//[^"')]*"""


def test_the_site_asks_no_other_server(site: Path) -> None:
    """No page, style or script fetches anything from elsewhere."""
    for file in site.rglob("*"):
        if file.suffix in {".css", ".html"}:
            assert [] == re.findall(OTHER_SERVER, file.read_text("utf-8"))


def test_every_chart_is_shown(site: Path) -> None:
    """The page on speed has all of docs/speed-*.svg."""
    shown = re.findall(r'<img [^>]*src="_images/(speed-[\w-]+\.svg)"', article(site, DOCS / "speed.md"))
    assert sorted(path.name for path in DOCS.glob("speed-*.svg")) == sorted(shown)
    assert [] == [name for name in shown if not (site / "_images" / name).is_file()]


FUNCTIONS = [name for name in checksig.__all__ if inspect.isfunction(getattr(checksig, name))]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_reference_shows_the_signature(name: str, site: Path) -> None:
    """Once, with each parameter and its default."""
    (shown,) = re.findall(rf'<dt [^>]*id="checksig\.{name}">(.*?)</dt>', article(site, DOCS / "api.md"), re.DOTALL)
    parameters = [
        html.unescape(re.sub("<[^>]+>", "", parameter))
        for parameter in re.findall(r'<em class="sig-param">(.*?)</em>', shown, re.DOTALL)
    ]
    expected = inspect.signature(getattr(checksig, name)).parameters.values()
    named = [(p.partition(":")[0], p.partition(" = ")[2]) for p in parameters if p != "*"]
    assert [(p.name, "" if p.default is p.empty else repr(p.default)) for p in expected] == named


def test_reference_has_every_public_name_once(site: Path) -> None:
    """Functions, classes and exceptions, and each field of a result."""
    ids = re.findall(r'id="checksig\.([\w.]+)"', article(site, DOCS / "api.md"))
    assert sorted(set(ids)) == sorted(ids)
    track = [name.removeprefix("track.") for name in ids if name.startswith("track.")]
    ids = [name for name in ids if not name.startswith("track.")]
    assert set(checksig.track.__all__) == {name for name in track if "." not in name}
    assert set(checksig.__all__) - {"__version__"} == {name for name in ids if "." not in name}
    for kind in (checksig.FileResult, checksig.Entry, checksig.Progress, checksig.Signer):
        fields = [name.partition(".")[2] for name in ids if name.startswith(f"{kind.__name__}.")]
        assert list(kind._fields) == fields[: len(kind._fields)]
    for record in (Difference, Event, History, Overview, Recorded, Run):
        fields = [name.partition(".")[2] for name in track if name.startswith(f"{record.__name__}.")]
        assert list(record._fields) == fields[: len(record._fields)]
    for other in (Archive, RunReport):
        members = {name for name in (*dir(other), *getattr(other, "__annotations__", ())) if not name.startswith("_")}
        assert members == {name.partition(".")[2] for name in track if name.startswith(f"{other.__name__}.")}
    members = {name for name in dir(checksig.Report) if not name.startswith("_")}
    assert members == {name.partition(".")[2] for name in ids if name.startswith("Report.")}
