"""Readers of lists in JSON and XML, which the engine does not read.

This module is only their table: a reader is imported when a list may be for it.
"""

from __future__ import annotations

READERS = {
    "conda": "_conda",
    "cyclonedx": "_cyclonedx",
    "fciv": "_fciv",
    "in-toto": "_intoto",
    "metalink": "_metalink",
    "ocfl": "_ocfl",
    "spdx": "_spdx",
}
"""The formats, and their modules. Each module has what `_documents` needs of it."""
