"""The words that the engine knows. `nox -s words` writes this file: don't edit it."""

from __future__ import annotations

from typing import NamedTuple


class Algorithm(NamedTuple):
    """A digest algorithm, by its name."""

    tag: str
    """As lists in the format of BSD have it."""
    bytes: int
    """Of a digest."""
    weak: bool
    """Whether a verdict by it carries a warning."""


class Format(NamedTuple):
    """A format of checksum lists, by its name."""

    reads: bool
    writes: bool


STATUSES = (
    "ok",
    "mismatch",
    "missing",
    "unreadable",
    "not_regular",
    "outside_root",
    "changed",
    "malformed",
    "extra",
)

ALGORITHMS = {
    "md5": Algorithm("MD5", 16, True),
    "sha1": Algorithm("SHA1", 20, True),
    "sha224": Algorithm("SHA224", 28, False),
    "sha256": Algorithm("SHA256", 32, False),
    "sha384": Algorithm("SHA384", 48, False),
    "sha512": Algorithm("SHA512", 64, False),
    "sha512-256": Algorithm("SHA512/256", 32, False),
    "sha3-224": Algorithm("SHA3-224", 28, False),
    "sha3-256": Algorithm("SHA3-256", 32, False),
    "sha3-384": Algorithm("SHA3-384", 48, False),
    "sha3-512": Algorithm("SHA3-512", 64, False),
}

FORMATS = {
    "coreutils": Format(True, True),
}

ERRORS = {
    "internal": "internal",
    "invalid_argument": "request",
    "unknown_algorithm": "request",
    "working_directory_gone": "manifest",
    "root_unreadable": "manifest",
    "no_list": "manifest",
    "list_unreadable": "manifest",
    "not_a_list": "manifest",
    "no_entry": "manifest",
    "directory_unreadable": "manifest",
    "no_files": "manifest",
    "output_exists": "manifest",
    "output_not_regular": "manifest",
    "output_unwritable": "manifest",
    "invalid_setting": "host",
    "other_mounts": "host",
    "storage_hangs": "host",
    "cancelled": "cancelled",
}
"""The codes of errors, and the kind of each."""

WARNINGS = (
    "empty_list",
    "nothing_verified",
    "malformed_lines",
    "weak_digest",
    "files_left_out",
)
"""The codes of warnings."""
