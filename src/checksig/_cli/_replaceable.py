"""Whether a file may be lost: only a report may, which an earlier run wrote."""

from __future__ import annotations

import os
import re

_STARTS = re.compile(
    rb'\{"schema": \d+, "type": "(?:shard|result|warning|error|summary)"'
    rb"|root,path,status,fails,"
    rb'|<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites name="checksig"'
    rb'|<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta name="generator" content="checksig '
    rb"|::(?:error|warning|notice) title=(?:checksig|FAILED|MALFORMED)[,:]"
)
"""How reports in JSON, CSV, JUnit and HTML and for GitHub begin."""

_TEXT_LINE = re.compile(
    rb"checksig: .+|.+: (?:OK|(?:FAILED|IGNORED|MALFORMED) \(.*\)(?: \[.*\])?)| {4}(?:expected|actual|size) .+"
)
_TEXT_ENDS = re.compile(rb"(?:\A|\n)checksig: .*\n\Z")
"""What each line of a text is, and the last one."""

_LONGEST_LINE = 1 << 18
"""Bytes. A name has at most 64 KiB, and each may become an escape of four characters."""


def is_replaceable(path: str) -> bool:
    """Say whether a regular file is empty, or a report.

    :raises OSError: it can't be read.
    """
    size = os.path.getsize(path)
    with open(path, "rb") as file:
        first = file.read(_LONGEST_LINE)
        file.seek(max(0, size - _LONGEST_LINE))
        last = file.read(_LONGEST_LINE)
    if not first or _STARTS.match(first):
        return True
    lines = first.split(b"\n")[:-1]
    return bool(_TEXT_ENDS.search(last)) and all(map(_TEXT_LINE.fullmatch, lines))
