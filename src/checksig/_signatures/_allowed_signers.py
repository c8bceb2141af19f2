"""Allowed-signers files, and revoked keys: ssh-keygen(1), "ALLOWED SIGNERS" and "KEY REVOCATION LISTS".

A file is refused as a whole for a line that can't be understood, as by ssh-keygen.
"""

from __future__ import annotations

import re
import time

from checksig._errors import Code
from checksig._named import NamedTuple, named
from checksig._signatures._files import read_key
from checksig._signatures._ssh_key import is_certificate, key_of
from checksig._signatures._verified import RefusedError, untrusted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from checksig._trust import AllowedSigners


@named
class Line(NamedTuple):
    """A line of an allowed-signers file."""

    principals: str
    key: bytes
    is_authority: bool
    """Whether the key signs certificates, and is not itself a signer's."""
    namespaces: str | None
    after: float
    before: float
    """Between which seconds since 1970 the key is valid."""


def identity(trusted: Sequence[AllowedSigners], key: bytes, namespace: bytes, name: str) -> str:
    """Return the principals of a key that one of the files allows for a namespace now.

    :raises RefusedError: none does; or a file can't be used.
    """
    refused = untrusted(f"the SSH key {name}")
    for one in trusted:
        try:
            return _identity(one, key, namespace, name)
        except RefusedError as e:  # noqa: PERF203 - of maybe two
            if e.code in {Code.KEY_UNUSABLE, Code.SIGNATURE_REVOKED}:
                raise
            if refused.code == Code.SIGNATURE_UNTRUSTED:
                refused = e  # the others say more
    raise refused


def _identity(trusted: AllowedSigners, key: bytes, namespace: bytes, name: str) -> str:
    lines = list(_lines(trusted.path))
    if trusted.revoked:
        from checksig._signatures import _revoked

        _revoked.check(trusted.revoked, key, name)
    if namespace.decode("utf-8", "replace") != trusted.namespace:
        shown = namespace.decode("utf-8", "backslashreplace")
        raise RefusedError(
            f"the signature is for the namespace {shown!r}, not {trusted.namespace!r}", Code.SIGNATURE_UNTRUSTED
        )
    certificate = _certificate(key, lines)
    refused = untrusted(f"the SSH key {name}")
    for line in lines:
        if line.is_authority != (certificate is not None):
            continue
        if line.key != (key if certificate is None else certificate.authority):
            continue
        try:
            return _allowed(line, trusted, certificate.principals if certificate else None)
        except RefusedError as e:
            refused = e
    raise refused


@named
class _Certificate(NamedTuple):
    authority: bytes
    principals: Sequence[str]


def _certificate(key: bytes, lines: Sequence[Line]) -> _Certificate | None:
    if not is_certificate(key):
        return None
    from checksig._signatures import _ssh_extra

    authorities = [line.key for line in lines if line.is_authority]
    return _Certificate(*_ssh_extra.principals_of(key, authorities, time.time()))


def _allowed(line: Line, trusted: AllowedSigners, principals: Sequence[str] | None) -> str:
    """Return whom a line allows to sign; *principals* are those of a certificate.

    :raises RefusedError: it does not allow this.
    """
    if line.namespaces is not None and not matches(trusted.namespace, line.namespaces):
        raise RefusedError(f"its key may not sign for the namespace {trusted.namespace!r}", Code.SIGNATURE_UNTRUSTED)
    wanted = [trusted.identity] if trusted.identity is not None else principals
    if wanted is None:
        found = line.principals
    else:
        allowed = (one for one in wanted if matches(one, line.principals) and (principals is None or one in principals))
        found = next(allowed, "")
    if not found:
        raise RefusedError(
            f"its key is not that of {trusted.identity or 'any allowed principal'}", Code.SIGNATURE_UNTRUSTED
        )
    now = time.time()
    if now < line.after or now >= line.before:
        reason = "its key is not valid yet" if now < line.after else "its key is no longer valid"
        raise RefusedError(f"{reason}, by {trusted.path}", Code.SIGNATURE_EXPIRED)
    return found


# Patterns


def matches(text: str, patterns: str) -> bool:
    """Say whether a text matches a list of patterns, one of which may be negated, which wins (ssh_config(5))."""
    found = False
    for pattern in patterns.split(","):
        if _match(text, pattern.removeprefix("!")):
            if pattern.startswith("!"):
                return False
            found = True
    return found


def _match(text: str, pattern: str) -> bool:
    parts = (".*" if c == "*" else "." if c == "?" else re.escape(c) for c in re.sub(r"\*+", "*", pattern))
    return re.fullmatch("".join(parts), text, re.DOTALL) is not None


# The file


def _lines(path: str) -> Iterator[Line]:
    text = read_key(path)
    for number, raw in enumerate(text.split(b"\n"), 1):
        line = raw.strip(b" \t\r")
        if line and not line.startswith(b"#"):
            try:
                yield _line(line.decode())
            except (ValueError, RefusedError) as e:
                raise RefusedError(f"line {number}: {_why(e)}", Code.KEY_UNUSABLE, path) from None


def _why(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "not UTF-8"
    return error.reason if isinstance(error, RefusedError) else str(error)


_WORD = re.compile(r'(?:[^ \t"]|"[^"]*")+')
_TYPE = re.compile(r"(?:ssh|ecdsa|sk|webauthn)-[\w@.-]+$")


def _line(text: str) -> Line:
    words: list[str] = []
    at = 0
    while len(words) < 4 and (found := _WORD.match(text, at)):
        words.append(found.group())
        at = found.end() + len(text[found.end() :]) - len(text[found.end() :].lstrip(" \t"))
    principals, *rest = words or [""]
    options = ""
    if rest and not _TYPE.match(rest[0]):
        options, *rest = rest
    if len(rest) < 2:
        raise ValueError("expected principals, options, and a public key")
    key = key_of(rest[0], rest[1])
    return Line(_unquoted(principals), key, *_options(options))


def _unquoted(word: str) -> str:
    return word.replace('"', "")


_OPTION = re.compile(r'([A-Za-z-]+)(?:="([^"]*)")?(?:,(?=.)|$)')


def _options(text: str) -> tuple[bool, str | None, float, float]:
    found: dict[str, str | None] = {}
    at = 0
    while at < len(text):
        option = _OPTION.match(text, at)
        if not option:
            raise ValueError("its options can't be read")
        name = option[1].lower()
        if name not in _KNOWN or (option[2] is None) != (name == "cert-authority") or name in found:
            raise ValueError("an option that is unknown, wrong or repeated")
        found[name] = option[2]
        at = option.end()
    after, before = found.get("valid-after"), found.get("valid-before")
    since = _time(after) if after is not None else float("-inf")
    until = _time(before) if before is not None else float("inf")
    if since >= until:
        raise ValueError("the key is never valid")
    return "cert-authority" in found, found.get("namespaces"), since, until


_KNOWN = frozenset({"cert-authority", "namespaces", "valid-after", "valid-before"})


def _time(text: str) -> float:
    """Return a time, which is local unless it ends in Z."""
    import calendar  # and through it much else, which few files need

    digits = text.removesuffix("Z")
    form = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}.get(len(digits), "")
    seconds = 0.0
    try:
        if digits.isascii() and digits.isdigit():
            parsed = time.strptime(digits, form)
            seconds = calendar.timegm(parsed) if text.endswith("Z") else time.mktime(parsed)
    except (ValueError, OverflowError):
        pass
    if seconds <= 0:  # as ssh-keygen has it
        raise ValueError(f"not a time such as 20261231 or 202612312359Z: {text!r}")
    return seconds
