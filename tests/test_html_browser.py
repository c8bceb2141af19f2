"""Reports in HTML as people see them, hear them and print them: in Chromium, without a window."""

from __future__ import annotations

import functools
import io
import os
import shutil
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from command import checksig
from conftest import gnu_line, linux
from html_page import NAMES, SHOWN

playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright: nox -s browser")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe: nox -s browser")
pypdf = pytest.importorskip("pypdf", reason="needs pypdf: nox -s browser")
pytest.importorskip("jinja2", reason="needs jinja2: nox -s browser")

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
SIZES = {"wide": 1280, "narrow": 390}  # pixels
SCHEMES = ("light", "dark")

pytestmark = linux  # where files can have any name


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if not program:
        pytest.skip("needs Chromium")
    # Chromium's sandbox refuses root.
    options = ["--no-sandbox"] if os.getuid() == 0 else []
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=options)
        yield browser
        browser.close()


def run(root: Path, files: dict[str, bytes], *arguments: str) -> None:
    """Verify *files*, which should all be empty, and write the report beside them."""
    root.mkdir()
    for name, data in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    (root / "SHA256SUMS").write_bytes(b"".join(gnu_line(name, b"") for name in [*files, "gone"]))
    done = checksig("verify", "--report=../report.html", *arguments, cwd=root)
    assert 1 == done.returncode, done.stderr
    (root.parent / "report.html").rename(root.with_suffix(".html"))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with reports: of names of all kinds, with all verdicts that are easy to have, and a long one."""
    directory = tmp_path_factory.mktemp("site")
    run(directory / "names", dict.fromkeys(NAMES.values(), b"1"), "--verbose", "--extra")
    run(directory / "sizes", {"b/10": b"1" * 9, "b/9": b"1" * 1000, "a/1": b"1" * 200, "c/2": b""})
    run(directory / "long", {f"{i % 7}/{i}": b"1" for i in range(6000)})
    track(directory)
    return directory


def track(directory: Path) -> None:
    """Write the page of an archive in which files with names of all kinds have changed or are gone."""
    root = directory / "tracked"
    for name in (*NAMES.values(), "gone"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("1")
    command = ["track", "--database=x.sqlite", root.name]
    for word in ("init", "verify", "scan", "history"):
        if word == "scan":
            for name in NAMES.values():
                (root / name).write_text("22")
            (root / "gone").unlink()
        more = ["--quiet", "--report=archive.html"] if word == "history" else []
        done = checksig(command[0], word, *more, *command[1:], cwd=directory)
        assert (1 if word == "scan" else 0) == done.returncode, done.stderr


class Server(ThreadingHTTPServer):
    """Serves reports, and keeps what it is asked for."""

    def __init__(self, directory: Path) -> None:
        self.asked: list[str] = []
        super().__init__(("127.0.0.1", 0), functools.partial(Handler, directory=str(directory)))
        self.url = f"http://127.0.0.1:{self.server_port}"


class Handler(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        assert isinstance(self.server, Server)
        self.server.asked.append(self.path)


@pytest.fixture
def server(site: Path) -> Iterator[Server]:
    server = Server(site)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def view(chromium: Any, site: Path) -> Iterator[Any]:
    """Return what opens a report, by its name, with options of a browser context."""
    contexts = []

    def opened(name: str, **options: Any) -> Any:
        contexts.append(chromium.new_context(**options))
        page = contexts[-1].new_page()
        page.goto((site / f"{name}.html").as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()


def names(page: Any) -> list[str]:
    """Return the first lines of the cells that are seen, which are the names."""
    return [text.split("\n")[0] for text in page.locator(".rows tbody tr:visible th").all_inner_texts()]


def test_nothing_is_asked_for(chromium: Any, server: Server) -> None:
    """No icon, no font, no image that a name spells: only the page itself."""
    page = chromium.new_page()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(f"{server.url}/names.html", wait_until="networkidle")
    page.reload(wait_until="networkidle")
    page.close()
    assert {f"{server.url}/names.html"} == {url for url in requests if not url.startswith("data:")}
    assert {"/names.html"} == set(server.asked)


def test_no_name_runs(chromium: Any, site: Path) -> None:
    """Not as script, not as the handler of an image, and not when the page is filtered or sorted by it."""
    page = chromium.new_page()
    seen: list[object] = []
    page.on("dialog", lambda dialog: seen.append(dialog.message))
    page.on("pageerror", lambda error: seen.append(str(error)))
    page.on("console", lambda message: seen.append(message.text))
    page.goto((site / "names.html").as_uri())
    page.get_by_role("searchbox").fill("<script>")
    page.get_by_role("button", name="Name").click()
    assert [] == seen
    assert page.evaluate("window.hit === undefined && document.images.length === 0 && document.scripts.length === 1")
    page.close()


def test_the_policy_is_in_force(chromium: Any, server: Server) -> None:
    """Even if something got into the page, it could neither run nor send anything anywhere."""
    page = chromium.new_page()
    page.goto(f"{server.url}/names.html")
    blocked = page.evaluate(
        """async (url) => {
          const blocked = [];
          document.addEventListener("securitypolicyviolation", (event) => blocked.push(event.effectiveDirective));
          const script = document.createElement("script");
          script.textContent = "window.hit = 1";
          document.body.append(script);
          const image = document.createElement("img");
          image.src = `${url}/image`;
          document.body.append(image);
          const style = document.createElement("style");
          style.textContent = "body { display: none }";
          document.head.append(style);
          await fetch(`${url}/fetch`).catch(() => {});
          await new Promise((resolve) => setTimeout(resolve, 200));
          return blocked;
        }""",
        server.url,
    )
    assert ["connect-src", "img-src", "script-src-elem", "style-src-elem"] == sorted(blocked)
    assert page.evaluate("window.hit === undefined")
    assert page.locator("h1").is_visible()
    page.close()
    assert {"/names.html"} == set(server.asked)


def test_names_are_shown_as_they_are(view: Any) -> None:
    """Or with escapes, where they would look like others."""
    assert [SHOWN.get(which, name) for which, name in NAMES.items()] == [
        text.split("\nexpected ")[0] for text in view("names").locator(".rows tbody th").all_inner_texts()
    ][: len(NAMES)]


def test_elements_of_a_name_are_seen_in_their_order(view: Any) -> None:
    """From left to right, though the letters of some run from right to left."""
    parts = view("names").locator(".rows bdi")
    boxes = {part.inner_text(): part.bounding_box()["x"] for part in parts.all()}
    assert boxes["שלום"] < boxes["עולם"] < boxes["1.txt"]


def test_the_filter_leaves_what_it_matches(view: Any) -> None:
    """By name and by verdict, and says how many that is; an empty one leaves all."""
    page = view("sizes")
    assert ["b/10", "b/9", "a/1", "gone"] == names(page)
    assert "" == page.locator("output").inner_text()
    page.get_by_role("searchbox").fill("B/")
    assert ["b/10", "b/9"] == names(page)
    assert "2 of 4 shown" == page.locator("output").inner_text()
    page.get_by_role("searchbox").fill("")
    page.get_by_role("combobox").select_option("missing")
    assert ["gone"] == names(page)
    page.get_by_role("searchbox").fill("nothing")
    assert [] == names(page)
    page.get_by_role("combobox").select_option("")
    page.get_by_role("searchbox").fill("")
    assert 4 == len(names(page))


@pytest.mark.parametrize(
    ("column", "ascending"),
    [
        ("Name", ["a/1", "b/9", "b/10", "gone"]),
        ("Verdict", ["b/10", "b/9", "a/1", "gone"]),
        ("Size", ["gone", "b/10", "a/1", "b/9"]),
        ("Listed in", ["b/10", "b/9", "a/1", "gone"]),
    ],
)
def test_a_click_on_a_head_sorts(column: str, ascending: list[str], view: Any) -> None:
    """Numbers as numbers; a second one sorts the other way, and a third one restores the order of the lists."""
    page = view("sizes")
    head = page.locator(".rows").get_by_role("columnheader", name=column, exact=True)
    button = head.get_by_role("button", name=column, exact=True)
    button.press("Enter")
    assert ("ascending", ascending) == (head.get_attribute("aria-sort"), names(page))
    button.click()
    assert "descending" == head.get_attribute("aria-sort")
    assert ascending[-1] == names(page)[0]
    button.click()
    assert (None, ["b/10", "b/9", "a/1", "gone"]) == (head.get_attribute("aria-sort"), names(page))


def test_without_script_the_page_is_complete(view: Any) -> None:
    """Only what needs the script is not there."""
    page = view("sizes", java_script_enabled=False)
    assert 4 == len(names(page))
    assert not page.get_by_role("searchbox").is_visible()
    assert 0 == page.get_by_role("button").count()


@pytest.mark.parametrize("name", ["names", "sizes", "archive"])
@pytest.mark.parametrize("width", SIZES.values(), ids=SIZES)
def test_the_page_never_scrolls_sideways(width: int, name: str, view: Any) -> None:
    """However long a name is: it is wrapped."""
    page = view(name, viewport={"width": width, "height": 800})
    assert width == page.evaluate("document.documentElement.scrollWidth")
    widths = page.evaluate(
        "[...document.querySelectorAll('th, td, li, dd')].map((e) => e.getBoundingClientRect().right)"
    )
    assert width >= max(widths)


def test_light_and_dark_are_the_systems(view: Any) -> None:
    """Dark letters on light paper, or the reverse."""
    script = "['color', 'backgroundColor'].map((key) => getComputedStyle(document.documentElement)[key])"
    light, dark = (view("sizes", color_scheme=scheme).evaluate(script) for scheme in SCHEMES)
    levels = [[sum(map(int, colour[4:-1].split(","))) for colour in colours] for colours in (light, dark)]
    assert levels[0][0] < 150
    assert levels[0][1] > 600
    assert levels[1][0] > 600
    assert levels[1][1] < 150


@pytest.mark.parametrize("name", ["names", "sizes", "archive"])
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", SIZES.values(), ids=SIZES)
def test_everybody_can_use_it(width: int, scheme: str, name: str, view: Any) -> None:
    """Axe finds nothing: names of controls, order of headings, contrast of letters, and so on."""
    page = view(name, viewport={"width": width, "height": 800}, color_scheme=scheme)
    found = axe.Axe().run(page).response
    assert [] == [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]]
    assert "color-contrast" in [one["id"] for one in found["passes"]]


@pytest.mark.parametrize("width", SIZES.values(), ids=SIZES)
def test_a_screen_reader_finds_tables(width: int, view: Any) -> None:
    """With their captions as names, their rows, and what a row is about; on a narrow page too."""
    page = view("sizes", viewport={"width": width, "height": 800})
    table = page.get_by_role("table", name="4 in all")
    assert 5 == table.get_by_role("row").count()
    assert ["Name", "Verdict", "Size", "Listed in"] == table.get_by_role("columnheader").all_inner_texts()
    assert ["b/10", "b/9", "a/1", "gone"] == table.get_by_role("rowheader").all_inner_texts()
    assert ["FAILED"] == page.get_by_role("heading", level=1).all_inner_texts()
    assert 1 == page.get_by_role("img", name="ok 20.0 %, mismatch 60.0 %, missing 20.0 %").count()


@pytest.mark.parametrize("width", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_line_over_time_is_seen_and_heard(width: int, scheme: str, view: Any) -> None:
    """As high as its place, in its colour, and with a name that says what it shows; without script, too."""
    page = view("archive", viewport={"width": width, "height": 800}, color_scheme=scheme, java_script_enabled=False)
    drawn = page.get_by_role("img", name="missing: at most 1, at last 1")
    assert 1 == drawn.count()
    box = drawn.bounding_box()
    assert 30 < box["height"] < 60
    assert width / 4 < box["width"]
    assert 30 < drawn.locator("path").bounding_box()["height"]
    colours = page.evaluate("[...document.querySelectorAll('.line path')].map((e) => getComputedStyle(e).stroke)")
    assert 4 == len(set(colours))


def test_both_tables_of_an_archive_are_filtered_and_sorted(view: Any) -> None:
    """Each by its own controls."""
    page = view("archive")
    state, events = (page.get_by_role("region", name=name) for name in ("Not as recorded", "Events"))
    for region in (state, events):
        region.get_by_role("combobox").select_option("missing")
        assert ["gone"] == [text.split("\n")[0] for text in region.locator("tbody tr:visible th").all_inner_texts()]
        region.get_by_role("combobox").select_option("")
        region.get_by_role("button", name="Name").click()
        assert "ascending" == region.get_by_role("columnheader", name="Name").get_attribute("aria-sort")


def test_it_can_be_printed(view: Any) -> None:
    """All rows, with the heads on each page, and no controls; dark paper is never printed."""
    page = view("long", color_scheme="dark")
    document = pypdf.PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    texts = [sheet.extract_text() for sheet in document.pages]
    assert len(texts) > 50
    assert "FAILED" in texts[0]
    assert all("Verdict" in text for text in texts[1:-1])
    assert "4999" in "".join(texts)
    assert "Filter" not in "".join(texts)
    page.emulate_media(media="print")
    assert "rgb(255, 255, 255)" == page.evaluate("getComputedStyle(document.documentElement).backgroundColor")


def test_a_long_table_is_filtered_and_sorted(view: Any) -> None:
    """All of its 5,000 rows."""
    page = view("long")
    page.get_by_role("searchbox").fill("6/")
    page.get_by_role("button", name="Name").click()
    found = names(page)
    assert f"{len(found)} of 5,000 shown" == page.locator("output").inner_text()
    assert ["6/6", "6/13", "6/20"] == found[:3]
    assert [f"6/{i}" for i in range(6, 5000, 7)] == [name for name in found if name.startswith("6/")]
