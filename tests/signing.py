"""Signs lists for tests that can't wait for a tool: Ed25519 in Python (RFC 8032), slow and not for secrets."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P

Point = tuple[int, int, int, int]
"""X, Y, Z and T: x = X/Z, y = Y/Z, and x * y = T/Z."""


def _recover_x(y: int) -> int:
    """Return the even x of a point with this y."""
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    return x if x % 2 == 0 else P - x


_Y = 4 * pow(5, -1, P) % P
BASE: Point = (_recover_x(_Y), _Y, 1, _recover_x(_Y) * _Y % P)


def _add(p: Point, q: Point) -> Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(scalar: int) -> bytes:
    """Return a multiple of the base point in its encoding."""
    sum_: Point = (0, 1, 1, 0)
    point = BASE
    while scalar:
        if scalar & 1:
            sum_ = _add(sum_, point)
        point = _add(point, point)
        scalar >>= 1
    inverse = pow(sum_[2], -1, P)
    x, y = sum_[0] * inverse % P, sum_[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _number(*parts: bytes) -> int:
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little")


class Key:
    """A key pair, made of a word, so that each run has the same."""

    def __init__(self, word: str = "test") -> None:
        digest = hashlib.sha512(hashlib.sha256(word.encode()).digest()).digest()
        self._scalar = int.from_bytes(digest[:32], "little") & (1 << 254) - 8 | 1 << 254
        self._prefix = digest[32:]
        self.public = _times(self._scalar)
        self.number = hashlib.sha256(self.public).digest()[:8]

    def sign(self, message: bytes) -> bytes:
        """Return a signature, of 64 bytes."""
        nonce = _number(self._prefix, message) % ORDER
        point = _times(nonce)
        challenge = _number(point, self.public, message) % ORDER
        return point + ((nonce + challenge * self._scalar) % ORDER).to_bytes(32, "little")

    @property
    def text(self) -> str:
        """The public key as minisign and signify write it."""
        return base64.b64encode(b"Ed" + self.number + self.public).decode()

    @property
    def ssh(self) -> str:
        """The public key as ssh-keygen writes it."""
        return f"ssh-ed25519 {base64.b64encode(_strings(b'ssh-ed25519', self.public)).decode()}"

    def minisign(self, content: bytes, comment: str = "timestamp:1600000000", *, legacy: bool = False) -> bytes:
        """Return what `minisign -S` writes."""
        signed = self.sign(content if legacy else hashlib.blake2b(content).digest())
        lines = [
            b"untrusted comment: signature",
            base64.b64encode((b"Ed" if legacy else b"ED") + self.number + signed),
            b"trusted comment: " + comment.encode(),
            base64.b64encode(self.sign(signed + comment.encode())),
        ]
        return b"\n".join(lines) + b"\n"

    def signify(self, content: bytes, *, embedded: bool = False) -> bytes:
        """Return what `signify -S` writes."""
        signed = base64.b64encode(b"Ed" + self.number + self.sign(content))
        return b"untrusted comment: verify with test.pub\n" + signed + b"\n" + (content if embedded else b"")

    def sshsig(self, content: bytes, namespace: bytes = b"file") -> bytes:
        """Return what `ssh-keygen -Y sign` writes."""
        digest = hashlib.sha512(content).digest()
        signed = self.sign(b"SSHSIG" + _strings(namespace, b"", b"sha512", digest))
        key, signature = _strings(b"ssh-ed25519", self.public), _strings(b"ssh-ed25519", signed)
        blob = b"SSHSIG\0\0\0\1" + _strings(key, namespace, b"", b"sha512", signature)
        text = base64.b64encode(blob).decode()
        lines = [text[i : i + 70] for i in range(0, len(text), 70)]
        return "\n".join(["-----BEGIN SSH SIGNATURE-----", *lines, "-----END SSH SIGNATURE-----", ""]).encode()

    def sign_list(self, path: Path) -> None:
        """Write a signature of minisign beside a list, and the key to ``minisign.pub`` beside it."""
        path.with_name(f"{path.name}.minisig").write_bytes(self.minisign(path.read_bytes()))
        path.with_name("minisign.pub").write_text(f"untrusted comment: minisign public key\n{self.text}\n")


def _strings(*all_of: bytes) -> bytes:
    return b"".join(len(one).to_bytes(4, "big") + one for one in all_of)
