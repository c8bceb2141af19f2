"""What people type who know other programs. docs/command-line.md has the tables."""

from __future__ import annotations

from checksig._cli._commands import SAME

WORDS = {
    "`checksig create` writes a checksum list": (
        "add checksum digest generate hash make md5 new sha1 sha256 sha512 sum sums write"
    ),
    "`checksig verify` checks files against a checksum list": "compare test validate",
}
"""What is answered to some words that are no commands."""


def hint(word: str) -> str:
    """Return what a word may be meant for, or ""."""
    import difflib

    for answer, words in WORDS.items():
        if word.lower() in words.split():
            return answer
    close = difflib.get_close_matches(word, ("create", "help", "list", "update", "verify", *SAME), 1, 0.75)
    return f"did you mean `checksig {close[0]}`?" if close else ""
