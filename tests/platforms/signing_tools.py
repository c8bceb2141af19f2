"""The real tools that sign: the tests of the session ``signatures`` again, on a machine that has them."""

from __future__ import annotations

import re

import common

TOOLS = {
    "minisign": "minisign",
    "signify-openbsd": "signify-openbsd",
    "openssh-client": "ssh-keygen",
    "gnupg": "gpg",
}
"""Debian's packages, and a program of each."""


def platforms() -> list[common.Platform]:
    return [common.Platform("signing-tools", f"Debian's {', '.join(TOOLS)}: the tests of signatures", run)]


def run() -> str:
    pytest = common.PROJECT / ".nox" / "signatures" / "bin" / "pytest"
    if not pytest.exists():
        msg = "needs the session signatures: nox -s signatures"
        raise common.Skip(msg)
    for package, program in TOOLS.items():
        common.need(package, program)
    modules = sorted(str(path) for path in (common.PROJECT / "tests").glob("test_signatures*.py"))
    said = common.run([str(pytest), "-q", "-p", "no:cacheprovider", *modules], cwd=common.PROJECT)
    missing = re.findall(r"SKIPPED .*(?:no|needs) (?:minisign|signify|ssh-keygen|gpg)\b.*", said)
    if missing:
        msg = f"tools are not found:\n{chr(10).join(missing)}"
        raise common.Failure(msg)
    return said.splitlines()[-1]
