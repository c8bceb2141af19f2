"""Whether the arguments about signatures can be what they are."""

from __future__ import annotations

from checksig import _arguments
from checksig._named import NamedTuple, named
from checksig._trust import Trust

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from checksig._report import WarningText
    from checksig._signer import Signer


@named
class Wanted(NamedTuple):
    """What a caller demands of each list."""

    trust: Sequence[Trust]
    signature: str | None
    """The path of the signature of the only list; None for those beside each list or in it."""
    require_all: bool


@named
class Authentic(NamedTuple):
    """A request whose lists are signed, by whom, and what else there is to say."""

    request: dict[str, Any]
    signers: tuple[Signer, ...]
    warnings: tuple[WarningText, ...]


_TRUST = "a Minisign, Signify, AllowedSigners, OpenPGP or Sigstore, or an iterable of these"


def wanted_by(signature: object, trust: object, require_all: object) -> Wanted:
    """Return what the arguments of the same names demand.

    :raises ValueError, TypeError: they can't.
    """
    path = None if signature is None else _arguments.path("signature", signature)
    everyone = _arguments.flag("require_all", require_all)
    if trust is None:
        name = "signature" if signature is not None else "require_all"
        msg = f"{name} needs trust: without a key that you trust, a signature says nothing"
        raise ValueError(msg)
    return Wanted(_several(trust), path, everyone)


def _several(trust: object) -> list[Trust]:
    if isinstance(trust, Trust):
        return [trust]
    several = list(_arguments.each("trust", _TRUST, trust))
    for one in several:
        if not isinstance(one, Trust):
            _arguments.refuse("trust", _TRUST, one)
    if not several:
        msg = "trust is empty"
        raise ValueError(msg)
    return several
