"""A page: a template, plain data, and a policy by which no browser runs or fetches anything else."""

from __future__ import annotations

import base64
import functools
import hashlib
from importlib import resources

from checksig._cli._usage import UsageError
from checksig._version import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType

    from jinja2 import Environment


_TEMPLATES = "templates"
"""The directory, beside this module."""


def jinja() -> ModuleType:
    """Import what fills in templates, which an extra brings.

    :raises UsageError: it is not installed.
    """
    try:
        import jinja2
    except ImportError as e:
        reason = f"a report in HTML needs an extra of checksig: jinja2 can't be imported ({e})"
        raise UsageError(reason, "pip install 'checksig[report]'") from e
    module: ModuleType = jinja2
    return module


def page(template: str, **data: object) -> bytes:
    """Return a page in UTF-8. Texts in *data* are only texts, whatever they hold.

    :raises UsageError: jinja2 is not installed.
    """
    style, script = _source("page.css"), _source("page.js")
    policy = _policy(style=style, script=script)
    text: str = (
        _environment()
        .get_template(template)
        .render(**data, version=__version__, style=style, script=script, policy=policy)
    )
    return text.encode("utf-8", "backslashreplace")


@functools.cache
def _environment() -> Environment:
    jinja2 = jinja()
    made: Environment = jinja2.Environment(
        loader=jinja2.PackageLoader(__package__, _TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return made


def _source(name: str) -> str:
    """Return a file that is no template, with the ends of lines that a browser digests."""
    return resources.files(__package__).joinpath(_TEMPLATES, name).read_text("utf-8")


def _policy(*, style: str, script: str) -> str:
    """Allow this style, this script and the icon in the page, and nothing else."""
    directives = {
        "default-src": "'none'",
        "style-src": _hash(style),
        "script-src": _hash(script),
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in directives.items())


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
