"""How Sphinx makes a site of these pages, without a network: ``nox -s docs``."""

from __future__ import annotations

import builtins
import inspect
import posixpath
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from pygments.lexers.python import PythonLexer
from sphinx.addnodes import pending_xref
from sphinx.highlighting import lexers

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "src"))  # the engine need not be built: an import doesn't load it

import checksig  # noqa: E402

if TYPE_CHECKING:
    from sphinx.application import Sphinx

REPOSITORY = "https://github.com/checksig/checksig"

project = "checksig"
version = release = checksig.__version__
html_title = f"checksig {version}"
html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = html_show_copyright = html_show_sphinx = False
html_theme_options = {
    "source_repository": f"{REPOSITORY}/",
    "source_branch": "main",
    "source_directory": "docs/",
}

extensions = ["myst_parser", "sphinx.ext.autodoc"]  # Debian has both, and the theme
myst_heading_anchors = 4  # by which links such as json.md#result work on GitHub too

TYPES = set(re.findall(r"(?m)^\| `(\w+)` \|", (HERE / "api.md").read_text("utf-8")))  # of the table at its end
MADE_BY_USERS = {"AllowedSigners", "Archive", "Entry", "Minisign", "OpenPGP", "Signify", "Sigstore"}

autodoc_member_order = "bysource"
default_role = "py:obj"  # of a name between backquotes in a docstring
maximum_signature_line_length = 88
# The module names neither, so that an import of it takes less time.
checksig.Report.__annotations__["signers"] = tuple[checksig.Signer, ...]
checksig.Report.as_dict.__annotations__["return"] = dict[str, Any]
nitpick_ignore_regex = [
    ("py:class", r"(os\.)?PathLike|(pathlib\.)?Path|Mapping|Coroutine|Any|Executor|(typing|collections\.abc)\..*")
]
linkcheck_anchors_ignore_for_url = [f"{REPOSITORY}/.*"]  # scripts of GitHub make them
lexers["pyi"] = PythonLexer()  # which older ones of Pygments don't know


def link_to_repository(_: Sphinx, page: str, source: list[str]) -> None:
    """Let links to what is not on the site, such as ``../SECURITY.md``, lead to the repository."""

    def resolved(match: re.Match[str]) -> str:
        path = posixpath.normpath(posixpath.join("docs", posixpath.dirname(page), match[1]))
        return match[0] if path.startswith("docs/") else f"]({REPOSITORY}/blob/main/{path}"

    source[0] = re.sub(r"\]\((\.\./[^)#\s]*)", resolved, source[0])


class Written(str):
    """A type as the source has it, and not what it stands for."""

    __slots__ = ()
    __repr__ = str.__str__


def written(annotation: Any) -> Any:
    text = getattr(annotation, "__forward_arg__", annotation)
    return Written(text) if isinstance(text, str) else annotation


def show_signature(
    _app: Sphinx, what: str, name: str, thing: Any, _options: object, arguments: str | None, _returned: str | None
) -> tuple[str, str] | None:
    """Show types by their short names; and no arguments for a class that users get and don't make."""
    if what not in {"class", "exception", "function"} or arguments is None:
        return None
    if what != "function" and name.rpartition(".")[2] not in MADE_BY_USERS:
        return "", ""
    signature = inspect.signature(thing)
    parameters = [p.replace(annotation=written(p.annotation)) for p in signature.parameters.values()]
    returned = "" if what != "function" else signature.return_annotation
    return str(signature.replace(parameters=parameters, return_annotation=inspect.Signature.empty)), returned


def split_parameters(_: Sphinx, _what: str, _name: str, _thing: object, _options: object, lines: list[str]) -> None:
    """Give each parameter of ``:param jobs, timeout:`` a field, as Sphinx wants it."""
    text = "\n".join(lines)
    lines[:] = re.sub(r":param (\w+(?:, \w+)+):(.*)", each_parameter, text).split("\n")


def each_parameter(match: re.Match[str]) -> str:
    return "\n".join(f":param {name}:{match[2]}" for name in match[1].split(", "))


def link_types(_: Sphinx, tree: nodes.document) -> None:
    """Keep `bytes` from being the field of a report, and let types of arguments lead to their table.

    Archives have the verdicts of the package above.
    """
    for reference in [node for node in tree.findall(pending_xref) if node.get("refdomain") == "py"]:
        if reference["reftarget"] in dir(builtins):
            reference.replace_self(reference.children)
        elif reference["reftarget"].startswith("Status."):
            reference["py:module"] = "checksig"
        elif reference["reftarget"] in TYPES:
            link = nodes.reference("", "", *reference.children, internal=True, refuri="#types-of-arguments")
            reference.replace_self(link)


def setup(app: Sphinx) -> None:
    app.connect("source-read", link_to_repository)
    app.connect("autodoc-process-signature", show_signature)
    app.connect("autodoc-process-docstring", split_parameters)
    app.connect("doctree-read", link_types)
