"""Revoked SSH keys: public keys, one a line, or a key revocation list (OpenSSH's PROTOCOL.krl)."""

from __future__ import annotations

from checksig._errors import Code
from checksig._signatures._digests import digest
from checksig._signatures._files import read_key
from checksig._signatures._ssh_key import key_of
from checksig._signatures._ssh_names import all_of
from checksig._signatures._ssh_wire import Reader
from checksig._signatures._verified import RefusedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_MAGIC, _VERSION = b"SSHKRL\n\0", 1
_HEADER = 8 + 8 + 8
"""Bytes of its number, its date and its flags."""

_CERTIFICATES, _KEYS, _SHA1, _SIGNATURE, _SHA256, _EXTENSION = 1, 2, 3, 4, 5, 255


def check(path: str, key: bytes, name: str) -> None:
    """Raise if a key is in the file. The key of a certificate, and the authority's, are looked up too.

    :raises RefusedError: the key is revoked, or the file can't be used.
    """
    text = read_key(path)
    try:
        revoked = _in_list(text, key) if text.startswith(_MAGIC) else _in_lines(text, key)
    except RefusedError as e:
        raise RefusedError(e.reason, Code.KEY_UNUSABLE, path) from None
    if revoked:
        raise RefusedError(f"the SSH key {name} is revoked, by {path}", Code.SIGNATURE_REVOKED)


def _in_lines(text: bytes, key: bytes) -> bool:
    revoked = set()
    for number, line in enumerate(text.split(b"\n"), 1):
        words = line.decode("utf-8", "replace").split()
        if not words or words[0].startswith("#"):
            continue
        try:
            revoked.add(key_of(*words[:2]))
        except (ValueError, TypeError):
            raise RefusedError(f"line {number}: expected a public key") from None
    return not revoked.isdisjoint(all_of(key))


def _in_list(text: bytes, key: bytes) -> bool:
    reader = Reader(text, "the key revocation list")
    reader.take(len(_MAGIC))
    if reader.number() != _VERSION:
        raise RefusedError("a key revocation list of an unknown version")
    reader.take(_HEADER)
    reader.string()  # reserved
    reader.string()  # the comment
    keys = {*all_of(key)}
    blobs = {
        _KEYS: keys,
        _SHA1: {digest("sha1", one) for one in keys},
        _SHA256: {digest("sha256", one) for one in keys},
    }
    found = False
    while reader:
        kind = reader.number(1)
        section = Reader(reader.string(), "a section of the key revocation list")
        if kind == _CERTIFICATES:
            _refuse_certificate(len(keys) > 1)
        elif kind in blobs:
            found |= not blobs[kind].isdisjoint(_strings(section))
        elif kind == _EXTENSION:
            section.string()
            if section.number(1):
                raise RefusedError("a key revocation list with an unknown extension")
        elif kind != _SIGNATURE:
            raise RefusedError(f"a key revocation list with an unknown section, {kind}")
    return found


def _refuse_certificate(is_certificate: bool) -> None:  # noqa: FBT001
    if is_certificate:
        raise RefusedError(
            "a key revocation list with certificates, which can't be looked up here; list their keys instead"
        )


def _strings(reader: Reader) -> Iterator[bytes]:
    while reader:
        yield reader.string()
