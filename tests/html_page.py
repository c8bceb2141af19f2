"""Reads a report in HTML as a browser without script does, and makes what reports have to bear."""

from __future__ import annotations

import os
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

VOID = {"meta", "link", "input", "br", "img"}

NAMES = {
    "script": "<script>window.hit = 1<&>.txt",
    "end of a script": "</script><script>window.hit = 1",
    "attribute": '"><img src=x onerror=window.hit=1>',
    "comment": "<!--",
    "template": "{{ 7 * 7 }}{% raw %}",
    "entity": "&amp;&lt;",
    "address": "http:/evil.invalid/x.png",
    "right to left": "שלום/עולם/1.txt",
    "override": "photos/\u202egpj.exe",
    "invisible": "a\u200bb",
    "long": f"{'x' * 250}/{'y' * 250}",
    "not UTF-8": os.fsdecode(b"\xff\xfe.bin"),
    "space": " a ",
    "line": "new\nline",
    "null": "\x01",
}
"""What a file may be called on Linux."""

SHOWN = {
    "override": r"$'photos/\U0000202egpj.exe'",
    "invisible": r"$'a\U0000200bb'",
    "not UTF-8": r"$'\xff\xfe.bin'",
    "space": "$' a '",
    "line": r"$'new\nline'",
    "null": r"$'\001'",
}
"""How those are shown that don't look like what they are."""


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tree = ET.TreeBuilder()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tree.start(tag, {name: value or "" for name, value in attrs})
        if tag in VOID:
            self.tree.end(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.tree.end(tag)

    def handle_endtag(self, tag: str) -> None:
        self.tree.end(tag)

    def handle_data(self, data: str) -> None:
        self.tree.data(data)


def text(element: ET.Element | None) -> str:
    assert element is not None
    return "".join(element.itertext()).strip()


class Page:
    """A report, taken apart."""

    def __init__(self, data: bytes) -> None:
        builder = _Builder()
        builder.feed(data.decode("utf-8").removeprefix("<!doctype html>\n").rstrip())
        builder.close()
        self.root = builder.tree.close()

    @property
    def verdict(self) -> str:
        return text(self.root.find(".//h1"))

    @property
    def summary(self) -> str:
        return text(self.root.find(".//p[@class='summary']"))

    @property
    def facts(self) -> dict[str, list[str]]:
        """What the header says besides."""
        return {text(one.find("dt")): [text(dd) for dd in one.findall("dd")] for one in self.root.findall(".//dl/div")}

    @property
    def headings(self) -> list[str]:
        return [text(one) for one in self.root.iter("h2")]

    def section(self, heading: str) -> ET.Element:
        (found,) = (one for one in self.root.iter("section") if text(one.find("h2")) == heading)
        return found

    def lines(self, heading: str) -> list[str]:
        """Return the lines of a section that has some."""
        return [text(one) for one in self.section(heading).iter("li")]

    def rows(self, heading: str) -> list[list[str]]:
        """Return the cells of a section's table."""
        return [[text(cell) for cell in row] for row in self.section(heading).findall(".//tbody/tr")]
