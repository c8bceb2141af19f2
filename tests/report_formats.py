"""The formats of reports that can be made here."""

from __future__ import annotations

import importlib.util

from checksig._cli import _options

FORMATS = tuple(name for name in _options.FORMATS if name != "html" or importlib.util.find_spec("jinja2"))
"""All of them in the session readers, which has jinja2."""
