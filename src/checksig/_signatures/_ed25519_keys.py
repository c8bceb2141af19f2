"""The public keys and signatures that minisign and signify share: a text of two lines, of which the second is base64.

minisign took the form from signify (signify(1), and https://jedisct1.github.io/minisign/).
"""

from __future__ import annotations

from checksig._errors import Code
from checksig._named import NamedTuple, named
from checksig._signatures._base64 import decoded
from checksig._signatures._files import read_key, safe_name
from checksig._signatures._verified import RefusedError, malformed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

ALGORITHM, NUMBER = 2, 8
"""Bytes of a key or signature that say its algorithm, and the number of the key."""

_KEY = ALGORITHM + NUMBER + 32
_SIGNATURE = ALGORITHM + NUMBER + 64
_TEXT = 4 * _KEY // 3
"""Characters of a key."""

COMMENT = b"untrusted comment:"


@named
class Key(NamedTuple):
    """A public key."""

    number: bytes
    point: bytes


def keys(given: Iterable[str]) -> dict[bytes, list[bytes]]:
    """Return the points of keys, which are given by path or as text, by their numbers."""
    found: dict[bytes, list[bytes]] = {}
    for one in given:
        key = _key(one)
        found.setdefault(key.number, []).append(key.point)
    return found


def _key(given: str) -> Key:
    if len(given) == _TEXT and given.startswith("RW"):
        key = _decoded(given.encode("utf-8", "replace"))
        if key:
            return key
    text = read_key(given)
    lines = text.replace(b"\r\n", b"\n").strip(b"\n").split(b"\n")
    if lines[0].startswith(COMMENT):
        del lines[0]
    key = _decoded(lines[0]) if len(lines) == 1 else None
    if key is None:
        raise RefusedError(_no_key(text), Code.KEY_UNUSABLE, safe_name(given))
    return key


def _no_key(text: bytes) -> str:
    if text.startswith((b"ssh-", b"ecdsa-", b"sk-")):
        return (
            "is an SSH key, which an allowed-signers file binds to a name: "
            'printf "%s %s\\n" NAME "$(cat KEY.pub)" > allowed_signers'
        )
    if b"PGP PUBLIC KEY" in text:
        return "is an OpenPGP certificate, which belongs into a keyring"
    return "not a public key of minisign or signify"


def _decoded(line: bytes) -> Key | None:
    """Return the key in a line, None if there is none."""
    try:
        raw = decoded(line)
    except ValueError:
        return None
    if len(raw) != _KEY or raw[:ALGORITHM] != b"Ed":
        return None
    return Key(raw[ALGORITHM : ALGORITHM + NUMBER], raw[ALGORITHM + NUMBER :])


def signature(lines: list[bytes]) -> tuple[bytes, bytes, bytes]:
    """Return algorithm, number of the key and signature, from the first two lines of a text."""
    if len(lines) < 2 or not lines[0].startswith(COMMENT):
        raise malformed("cut short, or not a signature of minisign or signify")
    raw = base64(lines[1], "the signature", _SIGNATURE)
    return raw[:ALGORITHM], raw[ALGORITHM : ALGORITHM + NUMBER], raw[ALGORITHM + NUMBER :]


def base64(line: bytes, what: str, length: int) -> bytes:
    """Return what a line of base64 holds, which is of this length."""
    try:
        raw = decoded(line)
    except ValueError:
        raise malformed(f"{what} is not valid base64") from None
    if len(raw) != length:
        raise malformed(f"{what} has {len(raw)} bytes instead of {length}")
    return raw
