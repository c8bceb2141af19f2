"""The chain from a signature to the entries of a list: what is verified is what is parsed."""

from __future__ import annotations

import importlib
import os

from checksig import _requested
from checksig._errors import Code, EngineError, SignatureError
from checksig._named import NamedTuple, named
from checksig._report import WarningText
from checksig._signatures import _beside, _files
from checksig._signatures._recognise import kind_of
from checksig._signatures._verified import RefusedError
from checksig._signatures._wanted import Authentic
from checksig._signer import Signer
from checksig._text import shell_quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from checksig._signatures._recognise import Kind
    from checksig._signatures._verified import Verified
    from checksig._signatures._wanted import Wanted


@named
class _Text(NamedTuple):
    """A signature, or a list with one: its path as shown, its content, and what it is."""

    path: str
    content: bytes
    kind: Kind | None


def authenticate(request: dict[str, Any], wanted: Wanted) -> Authentic:
    """Verify the signature of each list of a request, which then has the lists' verified content.

    :raises SignatureError: a list has no signature by whom the caller trusts.
    :raises ManifestError: a list can't be read, or there is none.
    """
    lists, root, is_choice = _lists(request)
    if not lists:
        return Authentic(request, (), ())  # the engine says what is wrong with it
    if wanted.signature is not None and len(lists) != 1:
        raise SignatureError(wanted.signature, f"one signature can't be that of {len(lists)} lists", Code.SIGNATURE_BAD)
    manifests, signers, warnings = [], [], []
    unsigned: dict[str, SignatureError] = {}
    for given in lists:
        try:
            signed = _List(request, given, wanted)
        except SignatureError as e:
            if not (is_choice and e.code in _NOT_CHOSEN):
                raise
            unsigned[_requested.shown(_requested.path_of(given))] = e
            continue
        manifests.append(signed.manifest)
        signers += signed.signers
        warnings += signed.warnings
    if not manifests:
        raise next(iter(unsigned.values()))
    warnings += [
        WarningText(f"not used, because it is not signed as demanded: {shell_quoted(path)}", "unsigned")
        for path in unsigned
    ]
    verified = {**request, "root": root, "manifests": manifests}
    return Authentic(verified, tuple(signers), tuple(warnings))


def _lists(request: dict[str, Any]) -> tuple[Sequence[Any], str, bool]:
    """Return the lists of a request, its root, and whether lists without a signature may be left out.

    They may if the user named files: each must be in a list that is signed.
    """
    root = request["root"]
    given = _requested.lists_of(request)
    if given or request.get("manifests") is not None:
        return given, _requested.root_of(request), False
    from checksig._lists import directly_in

    return directly_in(root, request.get("directory", "")), root, bool(request.get("files"))


_NOT_CHOSEN = frozenset({Code.SIGNATURE_MISSING, Code.SIGNATURE_UNTRUSTED, Code.SIGNATURE_MALFORMED})
"""Why a list is left out where files are named: nobody who is trusted has signed it."""


class _List:
    """One list, verified."""

    def __init__(self, request: dict[str, Any], given: Any, wanted: Wanted) -> None:  # noqa: ANN401 - as in a request
        self._wanted = wanted
        self.signers: list[Signer] = []
        self.warnings: list[WarningText] = []
        self.path = _requested.shown(_requested.path_of(given))
        self._content = _requested.content_of(request, given, _files.MOST_LIST)
        self._at = os.path.join(_requested.shown(request.get("directory", "")), self.path)
        self._is_file = isinstance(given, str) or (self.path != "-" and os.path.isfile(self._at))
        """Whether there may be signatures beside the list: not where it is a stream."""
        self._verified = self._all_verified(self._candidates(request))
        self._check_same()
        first = self._verified[0]
        text = first.content.decode("utf-8", "surrogateescape")
        self.manifest = {"path": _requested.path_of(given), "bytes": text, "before": first.before}

    def _candidates(self, request: dict[str, Any]) -> list[_Text]:
        """Return the signature that is asked for, or all that are there."""
        if self._wanted.signature is not None:
            path = self._wanted.signature
            at = os.path.join(_requested.shown(request.get("directory", "")), _requested.shown(path))
            return [self._read(_requested.shown(path), at)]
        kind = kind_of(self._content)
        if kind and kind.has_list:
            return [_Text(self.path, self._content, kind)]
        if not self._is_file:
            return []
        return [self._read(self.path + at.removeprefix(self._at), at) for at in _beside.beside(self._at)]

    def _read(self, path: str, at: str) -> _Text:
        try:
            content = _files.read(at, _files.MOST_LIST)
            kind = None if _files.is_private(content[: _files.MOST]) else kind_of(content)
            if len(content) > _files.MOST and not (kind and kind.has_list):
                raise _files.TooLargeError(0, "too large for a signature")
        except (OSError, ValueError) as e:
            reason = f"can't read the signature: {(getattr(e, 'strerror', '') or str(e)).lower()}"
            raise SignatureError(_files.safe_name(path), reason, Code.SIGNATURE_MISSING) from None
        return _Text(path, content, kind)

    def _all_verified(self, candidates: Sequence[_Text]) -> list[Verified]:
        """Verify the signatures, of which one at least must be by a trusted key.

        Those by others are no worse than none at all, unless all are required.
        """
        verified, others = [], []
        for one in candidates:
            try:
                verified.append(self._verify(one))
            except SignatureError as e:  # noqa: PERF203 - of very few
                if one.kind and e.code != Code.SIGNATURE_UNTRUSTED:
                    raise
                others.append((one, e))
        if others and (self._wanted.require_all or not verified):
            raise others[0][1]
        if not verified:
            reason = _missing(self.path) if self._is_file else "no signature in the list; name the file with it"
            raise SignatureError(self.path, reason, Code.SIGNATURE_MISSING)
        self.warnings += [_beside.unused(one.path) for one, _ in others]
        return verified

    def _unusable(self, one: _Text) -> SignatureError:
        """Return why a signature can't be verified by any key that the caller names."""
        if one.kind:
            reason = f"{_NAMES[one.kind.scheme]} signature, but no key is named that can verify it; see "
            reason += _OPTIONS[one.kind.scheme]
            return SignatureError(one.path, reason, Code.SIGNATURE_UNTRUSTED)
        if not one.content.strip():
            return SignatureError(one.path, "the signature is empty", Code.SIGNATURE_MALFORMED)
        if _files.is_private(one.content[: _files.MOST]):
            return SignatureError(
                one.path, "is a private key, not a signature; keep it secret", Code.SIGNATURE_MALFORMED
            )
        return SignatureError(one.path, "not a signature of a known kind", Code.SIGNATURE_MALFORMED)

    def _verify(self, text: _Text) -> Verified:
        trusted = [trust for trust in self._wanted.trust if text.kind and trust.scheme == text.kind.scheme]
        if not text.kind or not trusted:
            raise self._unusable(text)
        module = importlib.import_module(_MODULES[text.kind.scheme])
        try:
            content = None if text.kind.has_list else self._content
            verified: Verified = module.verify(text.content, content, trusted, require_all=self._wanted.require_all)
            if text.kind.has_list and text.path != self.path:
                verified = self._copied(verified)
        except EngineError:
            raise
        except Exception as e:
            refused = e if isinstance(e, RefusedError) else _unexpected(e)
            raise SignatureError(_requested.shown(refused.path) or text.path, refused.reason, refused.code) from e
        self.warnings += [_unknown(text.path, key) for key in verified.unknown]
        for mark in verified.marks:
            self.signers.append(Signer(text.kind.scheme, *mark, manifest=self.path, signature=text.path))
        return verified

    def _copied(self, verified: Verified) -> Verified:
        """Check that the list in a signature is a copy of this one, whose lines then count from its own start."""
        if _normal(verified.content) != _normal(self._content):
            raise RefusedError(f"signs another list than {shell_quoted(self.path)}")
        return verified._replace(before=0)

    def _check_same(self) -> None:
        """Check that all signatures are of the same list."""
        first = _normal(self._verified[0].content)
        if any(_normal(other.content) != first for other in self._verified[1:]):
            raise SignatureError(self.path, "its signatures are of different lists", Code.SIGNATURE_BAD)


def _unexpected(error: Exception) -> RefusedError:
    first = str(error).partition("\n")[0].strip()
    return RefusedError(f"can't be verified: {first or type(error).__name__}", Code.SIGNATURE_MALFORMED)


def _normal(content: bytes) -> bytes:
    """Return a list without what clear-signing changes: white space at the ends of lines, and the last line feed."""
    return b"\n".join(line.rstrip(b" \t\r") for line in content.rstrip(b" \t\r\n").split(b"\n"))


_MODULES = {
    scheme: f"checksig._signatures._{scheme}" for scheme in ("minisign", "signify", "ssh", "openpgp", "sigstore")
}

_NAMES = {
    "minisign": "a minisign",
    "signify": "a signify",
    "ssh": "an SSH",
    "openpgp": "an OpenPGP",
    "sigstore": "a Sigstore",
}
_OPTIONS = {
    "minisign": "--key",
    "signify": "--key",
    "ssh": "--allowed-signers",
    "openpgp": "--keyring",
    "sigstore": "--identity and --issuer",
}


def _missing(path: str) -> str:
    *ends, last = _beside.ENDS
    name = shell_quoted(os.path.basename(path))
    called = f"{name}{', '.join(ends)} or {last}"
    return f"no signature in the list, nor a file beside it called {called}; name one that is elsewhere"


def _unknown(path: str, key: str) -> WarningText:
    return WarningText(f"{shell_quoted(path)} is also signed by {key}, which is not trusted", "signature_unknown")
