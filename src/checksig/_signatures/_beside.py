"""Signatures in files beside a list."""

from __future__ import annotations

import os

from checksig._report import WarningText
from checksig._text import shell_quoted

ENDS = (".minisig", ".sig", ".asc", ".gpg", ".pgp", ".sign", ".signature", ".sigstore.json", ".sigstore")
"""What is added to the name of a list."""


def beside(path: str) -> list[str]:
    """Return the paths of the signatures beside a list."""
    return [path + end for end in ENDS if os.path.isfile(path + end)]


def unused(path: str) -> WarningText:
    """Return the warning about a signature that was not verified."""
    return WarningText(
        f"the signature {shell_quoted(path)} was not verified; name a key that you trust for it", "signature_unused"
    )
