"""The hooks that pip and build call (PEP 517 and 660): setuptools' own, but for what they ask pip to bring.

That depends on the machine: Go and a C compiler come from PyPI where it has none, and nothing but
setuptools is needed where a packager gives the library. An sdist needs Go, to carry its modules.
"""

from __future__ import annotations

import importlib.metadata
import re
from pathlib import Path

from .requirements import build_requirements, sdist_requirements

PYPROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"


def refuse_old_setuptools() -> None:
    """Stop where setuptools is older than pyproject.toml asks for: without isolation nobody else looks."""
    (oldest,) = re.findall(r"(?m)^requires = \[\"setuptools>=(\d+)\"\]$", PYPROJECT.read_text("utf-8"))
    try:
        found = importlib.metadata.version("setuptools")
    except importlib.metadata.PackageNotFoundError:
        found = ""
    if int(found.partition(".")[0] or 0) < int(oldest):
        there = f"setuptools {found}" if found else "no setuptools"
        msg = (
            f"error: there is {there} here, and checksig's build needs setuptools {oldest} or later. "
            f"Install 'setuptools>={oldest}', or build without --no-build-isolation"
        )
        raise SystemExit(msg)


refuse_old_setuptools()

from setuptools import build_meta  # noqa: E402 - an old one says less well what it lacks

build_editable = build_meta.build_editable
build_sdist = build_meta.build_sdist
build_wheel = build_meta.build_wheel
prepare_metadata_for_build_editable = build_meta.prepare_metadata_for_build_editable
prepare_metadata_for_build_wheel = build_meta.prepare_metadata_for_build_wheel


def get_requires_for_build_wheel(config_settings: object = None) -> list[str]:  # noqa: ARG001 - the hook's signature
    return build_requirements()


def get_requires_for_build_editable(config_settings: object = None) -> list[str]:  # noqa: ARG001
    return build_requirements()


def get_requires_for_build_sdist(config_settings: object = None) -> list[str]:  # noqa: ARG001
    return sdist_requirements(PYPROJECT.parent / "go")
