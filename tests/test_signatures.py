"""Signed lists under attack: what a trusted key did not sign is refused, and no listed file is read before.

The signatures are those of the real tools (see signatures/make.py). No file that the lists name is there, so that a
run that came as far as the files would return a report that says so.
"""

from __future__ import annotations

import base64
import os
import re
import shutil
import subprocess
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import checksig
from checksig import AllowedSigners, Minisign, OpenPGP, SignatureError, Signify
from command import checksig as run
from command import lines
from conftest import posix

VECTORS = Path(__file__).parent / "signatures"


def vector(name: str) -> bytes:
    """Read a file that make.py has made."""
    return (VECTORS / name).read_bytes()


LIST, OTHER, REMARK = (vector(f"{name}.txt") for name in ("list", "other", "remark"))
FILES = {"a": b"alpha\n", "b": b"beta\n"}

SIGNATURE_CODES = {
    "signature_bad",
    "signature_expired",
    "signature_malformed",
    "signature_missing",
    "signature_revoked",
    "signature_untrusted",
    "signature_weak",
}

ALICE = "alice@example.org"

Trust = AllowedSigners | Minisign | OpenPGP | Signify


def public(name: str) -> str:
    """Return an SSH key without its comment."""
    return " ".join(vector(f"ssh/{name}.pub").decode().split()[:2])


def allowed(directory: Path, text: str | bytes, **options: Any) -> AllowedSigners:
    """Trust the keys in an allowed-signers file."""
    path = directory / "allowed_signers"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return AllowedSigners(path, **options)


def pgp(*names: str) -> OpenPGP:
    """Trust certificates."""
    return OpenPGP([VECTORS / "openpgp" / f"{name}.pub" for name in names])


class Scheme(NamedTuple):
    """A scheme, with files of its directory."""

    name: str
    trust: Callable[[Path], Trust]
    """Whom to trust: Alice. Files for that are made in the directory."""
    extra: str = ""
    """The module that an extra brings."""

    def file(self, name: str) -> bytes:
        return vector(f"{self.name}/{name}")


MINISIGN = Scheme("minisign", lambda _: Minisign(VECTORS / "minisign" / "alice.pub"))
SIGNIFY = Scheme("signify", lambda _: Signify(VECTORS / "signify" / "alice.pub"))
SSH = Scheme("ssh", lambda directory: allowed(directory, f"{ALICE} {public('alice')}\n"))
PGP = Scheme("openpgp", lambda _: pgp("alice"), "pysequoia")
SCHEMES = (MINISIGN, SIGNIFY, SSH, PGP)
EACH = pytest.mark.parametrize("scheme", SCHEMES, ids=lambda scheme: scheme.name)


@pytest.fixture
def scheme_is_there(request: pytest.FixtureRequest) -> None:
    """Skip what needs an extra that is not installed."""
    scheme: Scheme = request.getfixturevalue("scheme")
    if scheme.extra:
        pytest.importorskip(scheme.extra)


needs_scheme = pytest.mark.usefixtures("scheme_is_there")


@pytest.fixture
def sequoia() -> Any:
    """The library that the extra openpgp brings."""
    return pytest.importorskip("pysequoia")


@pytest.fixture
def cryptography() -> Any:
    """The library that the extra ssh brings."""
    return pytest.importorskip("cryptography")


needs_sequoia, needs_cryptography = pytest.mark.usefixtures("sequoia"), pytest.mark.usefixtures("cryptography")


def make(root: Path, text: bytes, signature: bytes | None = None) -> Path:
    """Write a list and its signature, and none of the files that it names. Return the path of the list."""
    path = root / "SHA256SUMS"
    path.write_bytes(text)
    if signature is not None:
        (root / "SHA256SUMS.sig").write_bytes(signature)
    return path


def refusal(path: Path, trust: Any, **options: Any) -> SignatureError:
    """Return why a list is refused."""
    with pytest.raises(SignatureError) as caught:
        checksig.verify(path, trust=trust, **options)
    return caught.value


def refused(root: Path, text: bytes, signature: bytes | None, trust: Any, **options: Any) -> tuple[str, str]:
    """Return the code and the text of the refusal of a list."""
    error = refusal(make(root, text, signature), trust, **options)
    return error.code, error.reason


def accepted(root: Path, text: bytes, signature: bytes | None, trust: Any, **options: Any) -> checksig.Report:
    """Verify a list, and the files that `list.txt` names, which are there."""
    for name, content in FILES.items():
        (root / name).write_bytes(content)
    report = checksig.verify(make(root, text, signature), trust=trust, **options)
    assert report.ok, report
    assert len(FILES) == report.files
    return report


# What is signed is accepted

GOOD: dict[str, tuple[str, str, str | None]] = {
    # the signature beside the list, its directory's extra, and the comment of the signer
    "minisign": ("minisign/alice.sig", "", "for the tests"),
    "minisign, legacy": ("minisign/alice.legacy.sig", "", "for the tests"),
    "signify": ("signify/alice.sig", "", None),
    "signify, a copy of the list": ("signify/alice.embedded.sig", "", None),
    "SSH": ("ssh/alice.sig", "", None),
    "SSH, SHA-256": ("ssh/alice.sha256.sig", "", None),
    "SSH, RSA": ("ssh/rsa.sig", "cryptography", None),
    "SSH, ECDSA": ("ssh/ecdsa.sig", "cryptography", None),
    "SSH, certificate": ("ssh/certified.sig", "cryptography", None),
    "OpenPGP": ("openpgp/alice.sig", "pysequoia", None),
    "OpenPGP, armoured": ("openpgp/alice.armoured.sig", "pysequoia", None),
    "OpenPGP, text": ("openpgp/alice.text.sig", "pysequoia", None),
    "OpenPGP, subkey": ("openpgp/subkey.sig", "pysequoia", None),
    "OpenPGP, a copy of the list": ("openpgp/alice.clear.sig", "pysequoia", None),
}

EVERYONE = "".join(f"{name} {public(name)}\n" for name in ("alice", "rsa", "ecdsa"))
EVERYONE += f"carol@example.org cert-authority {public('authority')}\n"


def everyone(directory: Path) -> list[Trust]:
    """Trust all that made the good signatures."""
    return [MINISIGN.trust(directory), SIGNIFY.trust(directory), allowed(directory, EVERYONE), pgp("alice", "subkey")]


@pytest.mark.parametrize(("name", "module", "comment"), GOOD.values(), ids=GOOD)
def test_a_list_is_verified_by_its_signature(tmp_path: Path, name: str, module: str, comment: str | None) -> None:
    """The report says who signed what, and with which file."""
    if module:
        pytest.importorskip(module)
    report = accepted(tmp_path, LIST, vector(name), everyone(tmp_path))
    (signer,) = report.signers
    assert (name.partition("/")[0], comment) == (signer.scheme, signer.comment)
    assert (str(tmp_path / "SHA256SUMS"), str(tmp_path / "SHA256SUMS.sig")) == (signer.manifest, signer.signature)
    assert () == report.warnings


EMBEDDED = {
    "signify": ("signify/alice.embedded.sig", "", 3),
    "OpenPGP": ("openpgp/alice.clear.sig", "pysequoia", 4),
}


@pytest.mark.parametrize(("name", "module", "line"), EMBEDDED.values(), ids=EMBEDDED)
def test_a_list_is_verified_by_the_signature_in_it(tmp_path: Path, name: str, module: str, line: int) -> None:
    """Its lines count from the start of the file, and the signature has the path of the list."""
    if module:
        pytest.importorskip(module)
    path = make(tmp_path, vector(name))
    report = checksig.verify(path, trust=everyone(tmp_path))
    assert {"a": line, "b": line + 1} == {failure.path: failure.line for failure in report.failures}
    assert [(str(path), str(path))] == [(signer.manifest, signer.signature) for signer in report.signers]


@pytest.mark.parametrize(("name", "module", "line"), EMBEDDED.values(), ids=EMBEDDED)
def test_a_signed_copy_beside_a_list_leaves_its_lines(tmp_path: Path, name: str, module: str, line: int) -> None:
    """They are those of the list itself."""
    if module:
        pytest.importorskip(module)
    report = checksig.verify(make(tmp_path, LIST, vector(name)), trust=everyone(tmp_path))
    assert line > 2
    assert {"a": 1, "b": 2} == {failure.path: failure.line for failure in report.failures}


def test_the_trusted_comment_that_minisign_writes_says_when(tmp_path: Path) -> None:
    """It has tabs between time, file and algorithm."""
    report = accepted(tmp_path, LIST, vector("minisign/alice.plain.sig"), MINISIGN.trust(tmp_path))
    (signer,) = report.signers
    assert re.fullmatch(r"timestamp:\d+\tfile:list\.txt\thashed", signer.comment or "")
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", signer.time or "")


@pytest.mark.parametrize("which", [Minisign, Signify])
def test_a_key_may_be_given_as_text(tmp_path: Path, which: Callable[[str], Trust]) -> None:
    """It is the last line of the file."""
    name = which.__name__.lower()
    key = vector(f"{name}/alice.pub").decode().splitlines()[-1]
    assert accepted(tmp_path, LIST, vector(f"{name}/alice.sig"), which(key)).signers


# What every scheme refuses

SIGNED_BY = rb"not a signature of this list|does not|signed by"


def with_key_of(scheme: Scheme) -> bytes:
    """Return Mallory's signature, which says that it is by Alice's key."""
    good, bad = scheme.file("alice.sig"), scheme.file("mallory.sig")
    if scheme is PGP:
        (alice, mallory) = (one[one.index(b"\x16\x21\x04") + 3 :][:20] for one in (good, bad))
        return bad.replace(mallory, alice).replace(mallory[-8:], alice[-8:])
    if scheme is SSH:
        ours, theirs = (base64.b64decode(public(name).split()[1]) for name in ("alice", "mallory"))
        return armour(unarmoured(bad).replace(theirs, ours))
    ours, theirs = (base64.b64decode(one.splitlines()[1]) for one in (good, bad))
    return bad.replace(bad.splitlines()[1], base64.b64encode(ours[:10] + theirs[10:]))


def unarmoured(signature: bytes) -> bytes:
    """Return what is in the armour of an SSH signature."""
    return base64.b64decode(b"".join(signature.splitlines()[1:-1]))


def armour(blob: bytes) -> bytes:
    """Put an SSH signature into its armour."""
    return b"-----BEGIN SSH SIGNATURE-----\n%s-----END SSH SIGNATURE-----\n" % base64.encodebytes(blob)


def good(scheme: Scheme) -> bytes:
    return scheme.file("alice.sig")


def text_of(scheme: Scheme) -> bytes:
    """Return Alice's signature as text."""
    return scheme.file("alice.armoured.sig") if scheme is PGP else good(scheme)


def damaged(scheme: Scheme) -> bytes:
    """Return Alice's signature with a character that base64 does not have."""
    signature = text_of(scheme)
    line = max(signature.splitlines(), key=len)
    return signature.replace(line, line[:20] + b"*" + line[21:])


def next_scheme(scheme: Scheme) -> Scheme:
    return SCHEMES[(SCHEMES.index(scheme) + 1) % len(SCHEMES)]


LINE = LIST.splitlines(keepends=True)[0]

ATTACKS: dict[str, tuple[Callable[[Scheme], bytes], Callable[[Scheme], bytes | None], str, str]] = {
    # the list, its signature, and the code and the text of the refusal
    "another digit": (lambda _: LIST.replace(b"1", b"2", 1), good, "signature_bad", "not a signature of this list"),
    "another name": (lambda _: LIST.replace(b"  a", b"  c"), good, "signature_bad", "not a signature of this list"),
    "CRLF": (lambda _: LIST.replace(b"\n", b"\r\n"), good, "signature_bad", "not a signature of this list"),
    "CR": (lambda _: LIST.replace(b"\n", b"\r", 1), good, "signature_bad", "not a signature of this list"),
    "a line more": (lambda _: LIST + LINE, good, "signature_bad", "not a signature of this list"),
    "a line before": (lambda _: LINE + LIST, good, "signature_bad", "not a signature of this list"),
    "an empty line more": (lambda _: LIST + b"\n", good, "signature_bad", "not a signature of this list"),
    "a comment more": (lambda _: b"#\n" + LIST, good, "signature_bad", "not a signature of this list"),
    "a byte order mark": (lambda _: b"\xef\xbb\xbf" + LIST, good, "signature_bad", "not a signature of this list"),
    "a line less": (lambda _: LINE, good, "signature_bad", "not a signature of this list"),
    "no line end": (lambda _: LIST[:-1], good, "signature_bad", "not a signature of this list"),
    "white space": (lambda _: LIST.replace(b"\n", b" \n"), good, "signature_bad", "not a signature of this list"),
    "NUL": (lambda _: LIST + b"\0", good, "signature_bad", "not a signature of this list"),
    "nothing": (lambda _: b"", good, "signature_bad", "not a signature of this list"),
    "another list": (lambda _: OTHER, good, "signature_bad", "not a signature of this list"),
    "the signature of another list": (
        lambda _: LIST,
        lambda s: s.file("alice.other.sig"),
        "signature_bad",
        "not a signature of this list",
    ),
    "another key": (lambda _: LIST, lambda s: s.file("mallory.sig"), "signature_untrusted", "which is not trusted"),
    "another key with the trusted name": (lambda _: LIST, with_key_of, "signature_bad", "not a signature of this list"),
    "another scheme": (lambda _: LIST, lambda s: good(next_scheme(s)), "signature_untrusted", "no key is named that"),
    "no signature": (lambda _: LIST, lambda _: None, "signature_missing", "no signature in the list"),
    "an empty signature": (lambda _: LIST, lambda _: b"", "signature_malformed", "the signature is empty"),
    "a blank signature": (lambda _: LIST, lambda _: b" \n\n", "signature_malformed", "the signature is empty"),
    "prose": (lambda _: LIST, lambda _: b"signed, Alice\n", "signature_malformed", "not a signature of a known kind"),
    "the list again": (lambda _: LIST, lambda _: LIST, "signature_malformed", "not a signature of a known kind"),
    "NULs": (lambda _: LIST, lambda _: bytes(200), "signature_malformed", "not a signature of a known kind"),
    "an empty line before the signature": (
        lambda _: LIST,
        lambda s: b"\n" + text_of(s),
        "signature_malformed",
        "not a signature",
    ),
    "a space before the signature": (
        lambda _: LIST,
        lambda s: b" " + text_of(s),
        "signature_malformed",
        "not a signature",
    ),
    "UTF-16": (
        lambda _: LIST,
        lambda s: text_of(s).decode().encode("utf-16"),
        "signature_malformed",
        "not a signature of a known kind",
    ),
    "damaged": (lambda _: LIST, damaged, "signature_malformed", "not valid base64|cut short or damaged"),
    "the public key": (
        lambda _: LIST,
        lambda s: s.file("alice.pub"),
        "signature_malformed",
        "instead of 74|of a known kind|no key is named",
    ),
}


@pytest.mark.parametrize("attack", ATTACKS)
@EACH
@needs_scheme
def test_what_is_not_signed_is_refused(tmp_path: Path, scheme: Scheme, attack: str) -> None:
    """Each attack has its code and its words in every scheme, and no file is read."""
    text, signature, code, words = ATTACKS[attack]
    found, reason = refused(tmp_path, text(scheme), signature(scheme), scheme.trust(tmp_path))
    if scheme is MINISIGN and attack == "the public key":
        code = "signature_untrusted"  # it may be a signature of signify as well
    assert code == found
    assert re.search(words, reason), reason


@EACH
@needs_scheme
def test_swapped_signatures_are_refused(tmp_path: Path, scheme: Scheme) -> None:
    """Of two lists each has the signature of the other, by the trusted key."""
    for name, text, signature in (("md5sum.txt", LIST, "alice.other.sig"), ("SHA256SUMS", OTHER, "alice.sig")):
        (tmp_path / name).write_bytes(text)
        (tmp_path / f"{name}.sig").write_bytes(scheme.file(signature))
    paths = [tmp_path / "md5sum.txt", tmp_path / "SHA256SUMS"]
    with pytest.raises(SignatureError, match="not a signature of this list"):
        checksig.verify(tmp_path, paths, trust=scheme.trust(tmp_path))


@EACH
@needs_scheme
def test_no_key_but_the_trusted_one_will_do(tmp_path: Path, scheme: Scheme) -> None:
    """A trusted key of another scheme does not make up for it."""
    others = [other.trust(tmp_path) for other in SCHEMES if other is not scheme]
    code, _ = refused(tmp_path, LIST, good(scheme), others)
    assert "signature_untrusted" == code


PRIVATE = {
    "minisign": b"untrusted comment: minisign encrypted secret key\nRWRTY0Iy%s\n" % (b"S" * 204),
    "minisign, the line": b"RWRTY0Iy" + b"S" * 204,
    "minisign, without a password": b"untrusted comment: minisign secret key\nRWQAAEIy%s\n" % (b"S" * 204),
    "minisign, without a password, the line": b"RWQAAEIy" + b"S" * 204,
    "signify": b"untrusted comment: a secret key\nRWRCSwAA%s\n" % (b"S" * 132),
    "signify, the line": b"RWRCSwAA" + b"S" * 132,
    "OpenSSH": b"-----BEGIN OPENSSH PRIVATE KEY-----\n%s\n-----END OPENSSH PRIVATE KEY-----\n" % (b"S" * 70),
    "PEM": b"-----BEGIN RSA PRIVATE KEY-----\n%s\n-----END RSA PRIVATE KEY-----\n" % (b"S" * 64),
    "PuTTY": b"PuTTY-User-Key-File-3: ssh-ed25519\nPrivate-Lines: 1\n%s\n" % (b"S" * 64),
    "OpenPGP": b"-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n%s\n-----END PGP PRIVATE KEY BLOCK-----\n" % (b"S" * 64),
}

TRUSTING: dict[str, Callable[[str], Trust]] = {
    "minisign": Minisign,
    "signify": Signify,
    "ssh": AllowedSigners,
    "openpgp": OpenPGP,
}


def in_file(directory: Path, content: bytes) -> str:
    path = directory / "key"
    path.write_bytes(content)
    return str(path)


@pytest.mark.parametrize("private", PRIVATE.values(), ids=PRIVATE)
@EACH
@needs_scheme
def test_a_private_key_is_no_public_one_and_is_not_shown(tmp_path: Path, scheme: Scheme, private: bytes) -> None:
    """The file is refused, and no text of an error has what is in it."""
    error = refusal(make(tmp_path, LIST, good(scheme)), TRUSTING[scheme.name](in_file(tmp_path, private)))
    assert ("key_unusable", str(tmp_path / "key")) == (error.code, error.path)
    assert "is a private key" in error.reason
    assert "SSSS" not in f"{error} {error!r} {error.__cause__} {error.__context__}"


@pytest.mark.parametrize(
    "private", ["minisign, the line", "minisign, without a password, the line", "signify, the line"]
)
@EACH
@needs_scheme
def test_a_private_key_given_as_text_is_not_shown(tmp_path: Path, scheme: Scheme, private: str) -> None:
    """It is no path, whose name could be shown."""
    trust = TRUSTING[scheme.name](PRIVATE[private].decode())
    error = refusal(make(tmp_path, LIST, good(scheme)), trust)
    assert "key_unusable" == error.code
    assert "SSSS" not in f"{error} {error!r}"


@pytest.mark.parametrize("private", PRIVATE.values(), ids=PRIVATE)
@EACH
@needs_scheme
def test_a_private_key_is_no_signature_and_is_not_shown(tmp_path: Path, scheme: Scheme, private: bytes) -> None:
    """It may have been named with --signature by mistake."""
    error = refusal(make(tmp_path, LIST), scheme.trust(tmp_path), signature=in_file(tmp_path, private))
    assert error.code in SIGNATURE_CODES
    assert "SSSS" not in f"{error} {error!r} {error.__cause__} {error.__context__}"


FOREIGN_KEYS = {
    # the scheme, a key of another one, and the reason
    "an SSH key for minisign": (MINISIGN, "ssh/alice.pub", "is an SSH key"),
    "an SSH key for signify": (SIGNIFY, "ssh/alice.pub", "is an SSH key"),
    "an SSH key without a principal": (SSH, "ssh/alice.pub", "line 1: "),
    "an SSH key for OpenPGP": (PGP, "ssh/alice.pub", "not OpenPGP certificates"),
    "a minisign key for SSH": (SSH, "minisign/alice.pub", "line 1: "),
    "a minisign key for OpenPGP": (PGP, "minisign/alice.pub", "not OpenPGP certificates"),
    "a certificate for minisign": (MINISIGN, "openpgp/alice.pub", "not a public key of minisign or signify"),
    "a certificate for SSH": (SSH, "openpgp/alice.pub", "line 1: "),
}


@pytest.mark.parametrize(("scheme", "key", "words"), FOREIGN_KEYS.values(), ids=FOREIGN_KEYS)
@needs_scheme
def test_a_key_of_another_scheme_is_refused(tmp_path: Path, scheme: Scheme, key: str, words: str) -> None:
    """The reason says what it is, where that is known."""
    error = refusal(make(tmp_path, LIST, good(scheme)), TRUSTING[scheme.name](str(VECTORS / key)))
    assert "key_unusable" == error.code
    assert words in error.reason


def nothing(_: Path) -> None:
    pass


def write(content: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content)


BAD_KEYS: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (nothing, "can't read the key: no such file or directory"),
    "empty": (write(b""), "not a public key|no OpenPGP cert|not OpenPGP cert|is not trusted"),
    "blank": (write(b"\n\n"), "not a public key|no OpenPGP cert|not OpenPGP cert|is not trusted"),
    "garbage": (write(bytes(range(256))), "not a public key|not OpenPGP certificates|line 1: "),
    "prose": (write(b"the key of Alice\n"), "not a public key|not OpenPGP certificates|line 1: "),
    "too large": (write(b"#\n" * (1 << 20)), "too large for a file of keys"),
    "a directory": (Path.mkdir, "can't read the key: (not a regular file|is a directory|permission denied)"),
}


@pytest.mark.parametrize("key", BAD_KEYS)
@EACH
@needs_scheme
def test_an_unusable_key_is_refused(tmp_path: Path, scheme: Scheme, key: str) -> None:
    """The reason is about the file of the key, and comes soon."""
    make_key, words = BAD_KEYS[key]
    path = tmp_path / "key"
    make_key(path)
    error = refusal(make(tmp_path, LIST, good(scheme)), TRUSTING[scheme.name](str(path)))
    assert re.search(words, error.reason), error.reason
    if scheme is SSH and key in {"empty", "blank"}:
        assert "signature_untrusted" == error.code  # it allows nobody
    else:
        assert ("key_unusable", str(path)) == (error.code, error.path)


@posix
@EACH
@needs_scheme
def test_a_fifo_is_no_key_and_no_signature(tmp_path: Path, scheme: Scheme) -> None:
    """Nobody ever writes to it, and nothing waits for that."""
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    path = make(tmp_path, LIST, good(scheme))
    error = refusal(path, TRUSTING[scheme.name](str(fifo)))
    assert ("key_unusable", "can't read the key: not a regular file") == (error.code, error.reason)
    error = refusal(path, scheme.trust(tmp_path), signature=fifo)
    assert ("signature_missing", "can't read the signature: not a regular file") == (error.code, error.reason)
    (tmp_path / "SHA256SUMS.sig").unlink()
    fifo.rename(tmp_path / "SHA256SUMS.sig")
    assert "signature_missing" == refusal(path, scheme.trust(tmp_path)).code


@posix
@EACH
@needs_scheme
def test_a_key_that_is_endless_is_refused(tmp_path: Path, scheme: Scheme) -> None:
    """A file with a terabyte of nothing is not read to its end."""
    path = tmp_path / "key"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    error = refusal(make(tmp_path, LIST, good(scheme)), TRUSTING[scheme.name](str(path)))
    assert ("key_unusable", "too large for a file of keys") == (error.code, error.reason)


NO_MEMORY = 3_500_000_000
"""Bytes of address space, with which Python and the engine start."""

needs_limit = pytest.mark.skipif(not shutil.which("prlimit"), reason="needs prlimit")


@needs_limit
def test_a_signature_that_is_endless_is_refused(tmp_path: Path) -> None:
    """A file with a terabyte of nothing is not read to its end."""
    path = make(tmp_path, LIST)
    with (tmp_path / "SHA256SUMS.sig").open("wb") as file:
        file.truncate(1 << 40)
    options = ("--key", str(VECTORS / "minisign" / "alice.pub"), "SHA256SUMS")
    done = limited(path.parent, *options)
    assert (2, b"") == (done.returncode, done.stdout)
    assert b"internal error" not in done.stderr


@needs_limit
def test_a_list_that_is_endless_is_refused(tmp_path: Path) -> None:
    """A file with a terabyte of nothing is not read to its end, or at least the error says what the matter is."""
    path = make(tmp_path, LIST, good(MINISIGN))
    os.truncate(path, 1 << 40)
    done = limited(tmp_path, "--key", str(VECTORS / "minisign" / "alice.pub"), "SHA256SUMS")
    assert (2, b"") == (done.returncode, done.stdout)
    assert b"internal error" not in done.stderr


def limited(directory: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Run the command with little memory."""
    import command

    return command.finish(["prlimit", f"--as={NO_MEMORY}", *command.COMMAND, *arguments], cwd=directory)


# Bits of a signature

UNARMOURED = ("minisign/alice.sig", "signify/alice.sig", "signify/alice.embedded.sig", "ssh/alice.sig")
BITS = (0x01, 0x20, 0x80)
COMMENT = b"untrusted comment:"


def flipped(data: bytes, bits: Sequence[int] = BITS) -> Iterator[tuple[int, bytes]]:
    """Yield the places of bytes, and the data with another one there."""
    for place, byte in enumerate(data):
        for bit in bits:
            yield place, data[:place] + bytes([byte ^ bit]) + data[place + 1 :]


Changes = Iterator[tuple[int, bytes]]


def verified(path: Path, trust: Any) -> bool:
    """Say whether a list is verified. Anything else is an error."""
    try:
        checksig.verify(path, trust=trust)
    except Exception:  # noqa: BLE001 - see test_no_bit_of_a_signature_ends_in_another_error
        return False
    return True


def survivors(path: Path, trust: Any, changed: Changes, changing: Path) -> dict[int, bytes]:
    """Return the changes of a file with which a list is verified, which are none but for what is not signed."""
    found = {}
    for place, data in changed:
        changing.write_bytes(data)
        if verified(path, trust):
            found[place] = data
    return found


BASE64 = re.compile(rb"(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2,3}={1,2})?")


def meaning(text: bytes) -> list[bytes]:
    """Return the lines of a signature, as bytes where they are base64: its last characters have bits to spare."""
    begin, *body, end, rest = text.split(b"\n") if text.startswith(b"-----") else (b"", text, b"", b"")
    if begin:
        return [begin, base64.b64decode(b"".join(body)), end, rest]
    return [base64.b64decode(line) if BASE64.fullmatch(line) else line for line in text.split(b"\n")]


@pytest.mark.parametrize("name", UNARMOURED)
def test_no_bit_of_a_signature_may_change(tmp_path: Path, name: str) -> None:
    """But for those of the untrusted comment of minisign and signify, after its first words."""
    signature = vector(name)
    path = make(tmp_path, LIST, signature)
    trust = next(scheme for scheme in SCHEMES if name.startswith(scheme.name)).trust(tmp_path)
    found = survivors(path, trust, flipped(signature), tmp_path / "SHA256SUMS.sig")
    unsigned = range(len(COMMENT), signature.index(b"\n")) if signature.startswith(COMMENT) else range(0)
    assert set(unsigned) == {place for place, data in found.items() if meaning(data) != meaning(signature)}


@pytest.mark.parametrize("name", ["rsa", "ecdsa", "certified"])
@needs_cryptography
def test_no_bit_of_another_ssh_signature_may_change(tmp_path: Path, name: str) -> None:
    """All of it is signed, or is about who signed."""
    signature = vector(f"ssh/{name}.sig")
    path = make(tmp_path, LIST, signature)
    found = survivors(path, allowed(tmp_path, EVERYONE), flipped(signature, BITS[1:2]), tmp_path / "SHA256SUMS.sig")
    assert set() == {place for place, data in found.items() if meaning(data) != meaning(signature)}


ENDS = {
    "ssh/rsa.sig": "cryptography",
    "ssh/ecdsa.sig": "cryptography",
    "ssh/certified.sig": "cryptography",
    "openpgp/alice.sig": "pysequoia",
    "openpgp/alice.armoured.sig": "pysequoia",
    "minisign/alice.sig": "",
    "signify/alice.sig": "",
    "ssh/alice.sig": "",
}


@pytest.mark.parametrize(("name", "module"), ENDS.items(), ids=ENDS)
def test_no_bit_of_a_signature_ends_in_another_error(tmp_path: Path, name: str, module: str) -> None:
    """Whatever is changed: the error is a SignatureError."""
    for extra in ("cryptography", module) if name.startswith("ssh/") else (module,):
        if extra:
            pytest.importorskip(extra)
    path, trust = make(tmp_path, LIST), everyone(tmp_path)
    signature = vector(name)
    blob = unarmoured(signature) if name.startswith("ssh/") else signature
    for place in range(0, len(blob), len(blob) // 400 + 1):
        data = blob[:place] + bytes([blob[place] ^ 1 << place % 8]) + blob[place + 1 :]
        (tmp_path / "SHA256SUMS.sig").write_bytes(armour(data) if blob is not signature else data)
        try:
            checksig.verify(path, trust=trust)
        except SignatureError as e:
            assert e.code in SIGNATURE_CODES, e.code  # noqa: PT017 - or there is none


def test_no_bit_of_an_embedded_list_may_change(tmp_path: Path) -> None:
    """It is what signify signed."""
    signed = vector("signify/alice.embedded.sig")
    path = make(tmp_path, signed)
    start = signed.index(LIST)
    changed = ((place, data) for place, data in flipped(signed) if place >= start)
    assert {} == survivors(path, SIGNIFY.trust(tmp_path), changed, path)


def essence(packet: bytes) -> bytes:
    """Return what makes an OpenPGP signature: all but its unhashed area, and two bytes of the digest.

    RFC 9580, section 5.2.3: header, version, type, algorithms, hashed area, unhashed area, digest, numbers.
    """
    hashed = 8 + int.from_bytes(packet[6:8], "big")
    unhashed = hashed + 2 + int.from_bytes(packet[hashed : hashed + 2], "big")
    return packet[:hashed] + packet[unhashed + 2 :]


@needs_sequoia
def test_no_bit_of_an_openpgp_signature_may_change(tmp_path: Path) -> None:
    """But for its unhashed area, which says by whom it may be, and two bytes of the digest, which are a hint."""
    signature = vector("openpgp/alice.sig")
    path = make(tmp_path, LIST, signature)
    found = survivors(path, pgp("alice"), flipped(signature), tmp_path / "SHA256SUMS.sig")
    assert [] == [place for place, data in found.items() if essence(data) != essence(signature)]


def dearmoured(text: bytes) -> bytes:
    """Return the bytes in the armour at the end of a text."""
    lines = text[text.index(b"-----BEGIN PGP SIGNATURE") :].splitlines()
    return base64.b64decode(b"".join(line for line in lines[lines.index(b"") + 1 : -1] if not line.startswith(b"=")))


@needs_sequoia
def test_no_bit_of_an_armoured_signature_may_change(tmp_path: Path) -> None:
    """But for what stands for unsigned bytes, and the checksum, which RFC 9580 lets nobody rely on."""
    signature = vector("openpgp/alice.armoured.sig")
    path = make(tmp_path, LIST, signature)
    found = survivors(path, pgp("alice"), flipped(signature, BITS[:1]), tmp_path / "SHA256SUMS.sig")
    checksum = signature.rindex(b"\n=")
    inside = [data for place, data in found.items() if not checksum <= place <= checksum + 5]
    assert {essence(dearmoured(signature))} == {essence(dearmoured(data)) for data in [signature, *inside]}


@needs_sequoia
def test_no_bit_of_a_clear_signed_list_may_change(tmp_path: Path) -> None:
    """But for the name of the hash algorithm in the header, which the signature itself says."""
    signed = vector("openpgp/alice.clear.sig")
    path = make(tmp_path, signed)
    header = range(signed.index(b"Hash: ") + len(b"Hash: "), signed.index(b"\n\n"))
    end = signed.index(b"-----BEGIN PGP SIGNATURE")
    changed = ((place, data) for place, data in flipped(signed, BITS[:2]) if place < end)
    assert set() == set(survivors(path, pgp("alice"), changed, path)) - set(header)


def lengths(data: bytes) -> list[int]:
    """Return where data is cut: before and after each line end, and in between."""
    ends = [place for place, byte in enumerate(data) if byte == ord("\n")]
    return sorted({*range(0, len(data), 5), *ends, *(place + 1 for place in ends[:-1]), len(data) - 1})


CUT = {
    "minisign/alice.sig": "",
    "minisign/alice.legacy.sig": "",
    "signify/alice.sig": "",
    "ssh/alice.sig": "",
    "openpgp/alice.sig": "pysequoia",
    "openpgp/alice.armoured.sig": "pysequoia",
}


@pytest.mark.parametrize(("name", "module"), CUT.items(), ids=CUT)
def test_a_signature_cut_anywhere_is_refused(tmp_path: Path, name: str, module: str) -> None:
    """But for the last line end, which minisign, SSH and OpenPGP can do without."""
    if module:
        pytest.importorskip(module)
    signature = vector(name)
    path = make(tmp_path, LIST, signature)
    trust = next(scheme for scheme in SCHEMES if name.startswith(scheme.name)).trust(tmp_path)
    cuts = ((length, signature[:length]) for length in lengths(signature))
    found = survivors(path, trust, cuts, tmp_path / "SHA256SUMS.sig")
    is_text, is_signify = signature.endswith(b"\n"), name.startswith("signify")
    assert ({len(signature) - 1} if is_text and not is_signify else set()) == set(found)


CUT_LISTS = {"signify/alice.embedded.sig": "", "openpgp/alice.clear.sig": "pysequoia"}


@pytest.mark.parametrize(("name", "module"), CUT_LISTS.items(), ids=CUT_LISTS)
def test_a_list_with_its_signature_cut_anywhere_is_refused(tmp_path: Path, name: str, module: str) -> None:
    """But for the last line end after OpenPGP's armour."""
    if module:
        pytest.importorskip(module)
    signed = vector(name)
    path = make(tmp_path, signed)
    cuts = ((length, signed[:length]) for length in lengths(signed))
    found = survivors(path, everyone(tmp_path)[3 if module else 1], cuts, path)
    assert ({len(signed) - 1} if module else set()) == set(found)


# minisign


def part(signature: bytes, number: int, new: bytes) -> bytes:
    """Return a signature with another line."""
    found = signature.split(b"\n")
    found[number] = new
    return b"\n".join(found)


M = vector("minisign/alice.sig")
M_LEGACY, M_OTHER = vector("minisign/alice.legacy.sig"), vector("minisign/alice.other.sig")

MINISIGNED: dict[str, tuple[bytes, str, str]] = {
    "another trusted comment": (
        M.replace(b"for the tests", b"for all"),
        "signature_bad",
        "the trusted comment is not by the minisign key",
    ),
    "a longer trusted comment": (
        M.replace(b"for the tests", b"for the tests "),
        "signature_bad",
        "the trusted comment is not by the minisign key",
    ),
    "no trusted comment": (part(M, 2, b"trusted comment: "), "signature_bad", "the trusted comment is not by"),
    "the comment of another signature": (
        b"\n".join([*M.split(b"\n")[:2], *M_OTHER.split(b"\n")[2:]]),
        "signature_bad",
        "the trusted comment is not by the minisign key",
    ),
    "no global signature": (b"\n".join(M.split(b"\n")[:3]) + b"\n", "signature_malformed", "four lines"),
    "an empty global signature": (part(M, 3, b""), "signature_malformed", "has 0 bytes instead of 64"),
    "a short global signature": (part(M, 3, M.split(b"\n")[3][:-4]), "signature_malformed", "instead of 64"),
    "five lines": (M + b"trusted comment: more\n", "signature_malformed", "more lines than the four"),
    "an empty line more": (M + b"\n", "signature_malformed", "more lines than the four"),
    "two signatures": (M + M, "signature_malformed", "more lines than the four"),
    "an escape": (M.replace(b"for the", b"\x1b[2J"), "signature_malformed", "control characters"),
    "CR in the comment": (M.replace(b"for the", b"for\rthe"), "signature_malformed", "control characters"),
    "NUL in the comment": (M.replace(b"for the", b"for\0the"), "signature_malformed", "control characters"),
    "a blank after base64": (part(M, 1, M.split(b"\n")[1] + b" "), "signature_malformed", "not valid base64"),
    "two words of base64": (part(M, 1, M.split(b"\n")[1] * 2), "signature_malformed", "not valid base64"),
    "a longer signature": (
        part(M, 1, base64.b64encode(base64.b64decode(M.split(b"\n")[1]) + b"x")),
        "signature_malformed",
        "has 75 bytes instead of 74",
    ),
    "an unknown algorithm": (
        part(M, 1, base64.b64encode(b"Ex" + base64.b64decode(M.split(b"\n")[1])[2:])),
        "signature_malformed",
        "unknown algorithm",
    ),
    "prehashed called legacy": (
        part(M, 1, base64.b64encode(b"Ed" + base64.b64decode(M.split(b"\n")[1])[2:])),
        "signature_bad",
        "not a signature of this list",
    ),
    "legacy called prehashed": (
        part(M_LEGACY, 1, base64.b64encode(b"ED" + base64.b64decode(M_LEGACY.split(b"\n")[1])[2:])),
        "signature_bad",
        "not a signature of this list",
    ),
    "no trusted comment at all": (
        b"\n".join(M_LEGACY.split(b"\n")[:2]) + b"\n",
        "signature_untrusted",
        "a signify signature, but no key is named",
    ),
}


@pytest.mark.parametrize(("signature", "code", "words"), MINISIGNED.values(), ids=MINISIGNED)
def test_a_signature_of_minisign_has_four_signed_lines(tmp_path: Path, signature: bytes, code: str, words: str) -> None:
    """Text that only looks signed is refused."""
    found, reason = refused(tmp_path, LIST, signature, MINISIGN.trust(tmp_path))
    assert code == found
    assert words in reason


def test_a_digest_of_a_list_is_no_list(tmp_path: Path) -> None:
    """It would pass for a list of the legacy form, by the digest that minisign signs, but has no entry."""
    import hashlib

    raw = base64.b64decode(M.split(b"\n")[1])
    signature = part(M, 1, base64.b64encode(b"Ed" + raw[2:]))
    path = make(tmp_path, hashlib.blake2b(LIST).digest(), signature)
    with pytest.raises((SignatureError, checksig.ManifestError)):
        checksig.verify(path, trust=MINISIGN.trust(tmp_path))


@pytest.mark.parametrize("ends", [b"\n", b"\r\n"])
def test_the_line_ends_of_a_minisign_signature_do_not_matter(tmp_path: Path, ends: bytes) -> None:
    """A mail program may have changed them; they are not signed."""
    assert accepted(tmp_path, LIST, M.replace(b"\n", ends), MINISIGN.trust(tmp_path)).signers


# signify

S, S_WHOLE = vector("signify/alice.sig"), vector("signify/alice.embedded.sig")

SIGNIFIED: dict[str, tuple[bytes, bytes | None, str, str]] = {
    "text after the signature": (LIST, S + b"more\n", "signature_bad", "not a signature of this list"),
    "an empty line after it": (LIST, S + b"\n", "signature_malformed", "text after the signature"),
    "no line end": (LIST, S[:-1], "signature_malformed", "cut short"),
    "a copy with a line more": (LIST, S_WHOLE + LINE, "signature_bad", "not a signature of this list"),
    "a copy of another list": (
        LIST,
        vector("signify/alice.other-embedded.sig"),
        "signature_bad",
        "signs another list than",
    ),
    "a copy by another key": (LIST, vector("signify/mallory.embedded.sig"), "signature_untrusted", "is not trusted"),
    "a line more": (S_WHOLE + LINE, None, "signature_bad", "not a signature of this list"),
    "a line after the signature": (S + LINE + LIST, None, "signature_bad", "not a signature of this list"),
    "a line before": (LINE + S_WHOLE, None, "signature_missing", "no signature in the list"),
    "CRLF": (S_WHOLE.replace(b"\n", b"\r\n"), None, "signature_bad", "not a signature of this list"),
    "CRLF in the list": (S + LIST.replace(b"\n", b"\r\n"), None, "signature_bad", "not a signature of this list"),
    "no last line end": (S_WHOLE[:-1], None, "signature_bad", "not a signature of this list"),
    "twice": (S_WHOLE * 2, None, "signature_bad", "not a signature of this list"),
    "by another key": (vector("signify/mallory.embedded.sig"), None, "signature_untrusted", "is not trusted"),
    "another list": (S + OTHER, None, "signature_bad", "not a signature of this list"),
    "nothing": (S, None, "signature_missing", "no signature in the list"),
    "prehashed": (
        LIST,
        part(S, 1, base64.b64encode(b"ED" + base64.b64decode(S.split(b"\n")[1])[2:])),
        "signature_malformed",
        "cut short: a signature of minisign",
    ),
}


@pytest.mark.parametrize(("text", "signature", "code", "words"), SIGNIFIED.values(), ids=SIGNIFIED)
def test_a_signature_of_signify_is_of_all_that_follows(
    tmp_path: Path, text: bytes, signature: bytes | None, code: str, words: str
) -> None:
    """Be it in the list, or beside it."""
    found, reason = refused(tmp_path, text, signature, SIGNIFY.trust(tmp_path))
    assert code == found
    assert words in reason


def test_a_list_with_its_signature_does_not_heed_others(tmp_path: Path) -> None:
    """One beside it by the trusted key does not make up for the one in it."""
    text = vector("signify/mallory.embedded.sig")
    assert "signature_untrusted" == refused(tmp_path, text, S, SIGNIFY.trust(tmp_path))[0]


# SSH

SSH_BLOB = unarmoured(vector("ssh/alice.sig"))
SSH_SIGNATURE = vector("ssh/alice.sig")


def changed_blob(old: bytes, new: bytes) -> bytes:
    assert old in SSH_BLOB
    return armour(SSH_BLOB.replace(old, new))


SSH_FORM: dict[str, tuple[bytes, str, str]] = {
    "a byte more": (armour(SSH_BLOB + b"\0"), "signature_malformed", "has 1 bytes too many"),
    "bytes more in the signature": (
        armour(SSH_BLOB[:-87] + b"\0\0\0\x54" + SSH_BLOB[-83:] + b"\0"),
        "signature_malformed",
        "the signature has 1 bytes too many",
    ),
    "text before": (b"Dear reader\n" + SSH_SIGNATURE, "signature_malformed", "not a signature of a known kind"),
    "text after": (SSH_SIGNATURE + b"Yours\n", "signature_malformed", "text before or after"),
    "two": (SSH_SIGNATURE * 2, "signature_malformed", "not valid base64"),
    "another magic": (changed_blob(b"SSHSIG", b"SSHSIH"), "signature_malformed", "not a signature of ssh-keygen"),
    "version 2": (changed_blob(b"SSHSIG\0\0\0\1", b"SSHSIG\0\0\0\2"), "signature_malformed", "of version 2"),
    "an unknown hash": (changed_blob(b"sha512", b"sha384"), "signature_malformed", "unknown hash algorithm"),
    "a broken hash": (changed_blob(b"\0\0\0\6sha512", b"\0\0\0\3md5"), "signature_malformed", "unknown hash"),
    "another hash": (changed_blob(b"sha512", b"sha256"), "signature_bad", "not a signature of this list"),
    "another namespace": (changed_blob(b"\0\0\0\4file", b"\0\0\0\4fake"), "signature_bad", "not a signature of"),
    "a reserved field": (
        changed_blob(b"\0\0\0\4file\0\0\0\0", b"\0\0\0\4file\0\0\0\1x"),
        "signature_bad",
        "not a signature of this list",
    ),
    "a signature of no length": (
        armour(SSH_BLOB[:-87] + b"\0\0\0\0"),
        "signature_malformed",
        "the signature is cut short",
    ),
    "a huge length": (armour(SSH_BLOB[:10] + b"\xff\xff\xff\xff" + SSH_BLOB[14:]), "signature_malformed", "cut short"),
    "nothing": (armour(b""), "signature_malformed", "cut short"),
    "the first line alone": (b"-----BEGIN SSH SIGNATURE-----\n", "signature_malformed", "cut short"),
}


@pytest.mark.parametrize(("signature", "code", "words"), SSH_FORM.values(), ids=SSH_FORM)
def test_an_ssh_signature_has_one_form(tmp_path: Path, signature: bytes, code: str, words: str) -> None:
    """What is around it, or too much in it, is refused."""
    found, reason = refused(tmp_path, LIST, signature, SSH.trust(tmp_path))
    assert code == found
    assert words in reason


def test_an_ssh_signature_is_for_a_namespace(tmp_path: Path) -> None:
    """One for git commits does not do for files, nor one for files for another purpose."""
    text = f"{ALICE} {public('alice')}"
    code, reason = refused(tmp_path, LIST, vector("ssh/alice.git.sig"), allowed(tmp_path, text))
    assert ("signature_untrusted", "the signature is for the namespace 'git', not 'file'") == (code, reason)
    code, reason = refused(tmp_path, LIST, SSH_SIGNATURE, allowed(tmp_path, text, namespace="git"))
    assert ("signature_untrusted", "the signature is for the namespace 'file', not 'git'") == (code, reason)
    trust = allowed(tmp_path, text, namespace="git")
    assert accepted(tmp_path, LIST, vector("ssh/alice.git.sig"), trust).signers


K, THEIRS, CA = public("alice"), public("mallory"), public("authority")
NEVER = "signature_untrusted"

ALLOWED: dict[str, tuple[str, str | None, str, str]] = {
    # the file, the identity, the code ("" if it is verified), and the text
    "the key": (f"{ALICE} {K}", ALICE, "", ""),
    "anyone": (f"{ALICE} {K}", None, "", ""),
    "another identity": (f"{ALICE} {K}", "bob@example.org", NEVER, "its key is not that of bob@example.org"),
    "upper case": (f"{ALICE} {K}", ALICE.upper(), NEVER, "its key is not that of"),
    "a part": (f"{ALICE} {K}", "alice", NEVER, "its key is not that of alice"),
    "several": (f"bob,{ALICE} {K}", ALICE, "", ""),
    "quotes": (f'"bob,{ALICE}" {K}', ALICE, "", ""),
    "a wildcard": (f"*@example.org {K}", ALICE, "", ""),
    "a wildcard elsewhere": (f"*@example.com {K}", ALICE, NEVER, "its key is not that of"),
    "a wildcard for a letter": (f"?lice@example.org {K}", ALICE, "", ""),
    "two letters": (f"?ice@example.org {K}", ALICE, NEVER, "its key is not that of"),
    "a wildcard is none in an identity": (f"{ALICE} {K}", "*@example.org", NEVER, "its key is not that of"),
    "a regular expression": (f"[a]lice@example.org {K}", ALICE, NEVER, "its key is not that of"),
    "a dot": (f"alice@example.org {K}", "alice@exampleXorg", NEVER, "its key is not that of"),
    "negated after": (f"*@example.org,!{ALICE} {K}", ALICE, NEVER, "its key is not that of"),
    "negated before": (f"!{ALICE},*@example.org {K}", ALICE, NEVER, "its key is not that of"),
    "negated by a wildcard": (f"{ALICE},!alice* {K}", ALICE, NEVER, "its key is not that of"),
    "another negated": (f"*,!bob {K}", ALICE, "", ""),
    "negated alone": (f"!bob {K}", ALICE, NEVER, "its key is not that of"),
    "another key": (f"{ALICE} {THEIRS}", ALICE, NEVER, "which is not trusted"),
    "another line": (f"{ALICE} {THEIRS}\n{ALICE} {K}\n", ALICE, "", ""),
    "another name in a line before": (f"bob {K}\n{ALICE} {K}\n", ALICE, "", ""),
    "a comment": (f"# {ALICE} {K}\n", ALICE, NEVER, "which is not trusted"),
    "the namespace": (f'{ALICE} namespaces="git,file" {K}', ALICE, "", ""),
    "no namespace": (f'{ALICE} namespaces="" {K}', ALICE, NEVER, "may not sign for the namespace 'file'"),
    "another namespace": (f'{ALICE} namespaces="git" {K}', ALICE, NEVER, "may not sign for the namespace 'file'"),
    "a negated namespace": (f'{ALICE} namespaces="*,!file" {K}', ALICE, NEVER, "may not sign for the namespace"),
    "a namespace by a wildcard": (f'{ALICE} namespaces="f*" {K}', ALICE, "", ""),
    "no more": (f'{ALICE} valid-before="20200101" {K}', ALICE, "signature_expired", "its key is no longer valid"),
    "not yet": (f'{ALICE} valid-after="29990101" {K}', ALICE, "signature_expired", "its key is not valid yet"),
    "now": (f'{ALICE} valid-after="20200101Z",valid-before="299901011200" {K}', ALICE, "", ""),
    "authority": (f"{ALICE} cert-authority {K}", ALICE, NEVER, "which is not trusted"),
    "authority in capitals": (f"{ALICE} CERT-AUTHORITY {K}", ALICE, NEVER, "which is not trusted"),
}


@pytest.mark.parametrize(("text", "identity", "code", "words"), ALLOWED.values(), ids=ALLOWED)
def test_an_allowed_signers_file_says_who_may_sign(
    tmp_path: Path, text: str, identity: str | None, code: str, words: str
) -> None:
    """For a principal, a namespace and a time."""
    trust = allowed(tmp_path, text, identity=identity)
    if not code:
        assert accepted(tmp_path, LIST, SSH_SIGNATURE, trust).signers
        return
    found, reason = refused(tmp_path, LIST, SSH_SIGNATURE, trust)
    assert code == found
    assert words in reason


@pytest.mark.parametrize(
    ("when", "seconds", "code"),
    [
        ("valid-before", -2, "signature_expired"),
        ("valid-before", 100, ""),
        ("valid-after", -2, ""),
        ("valid-after", 100, "signature_expired"),
    ],
)
@pytest.mark.parametrize("zone", ["", "Z"])
def test_a_key_is_valid_from_one_second_to_another(
    tmp_path: Path, when: str, seconds: int, code: str, zone: str
) -> None:
    """In local time, or in UTC."""
    moment = (time.gmtime if zone else time.localtime)(time.time() + seconds)
    text = f'{ALICE} {when}="{time.strftime("%Y%m%d%H%M%S", moment)}{zone}" {K}'
    path = make(tmp_path, LIST, SSH_SIGNATURE)
    if code:
        assert code == refusal(path, allowed(tmp_path, text)).code
    else:
        assert checksig.verify(path, trust=allowed(tmp_path, text)).signers


LIFELESS = {
    "an unknown option": 'bob no-touch="x" ',
    "an unknown flag": "bob verify-required ",
    "a negated flag": "bob no-cert-authority ",
    "a flag with a value": 'bob cert-authority="x" ',
    "an option without a value": "bob namespaces ",
    "an option without quotes": "bob namespaces=file ",
    "an option without an end": 'bob namespaces="file ',
    "an option twice": 'bob namespaces="file",namespaces="git" ',
    "an empty option": 'bob namespaces="file",,valid-before="29990101" ',
    "blanks between options": 'bob namespaces="file", valid-before="29990101" ',
    "a date without digits": 'bob valid-before="tomorrow" ',
    "no date": 'bob valid-before="" ',
    "month 13": 'bob valid-before="20261301" ',
    "11 digits": 'bob valid-before="20260101120" ',
    "other digits": 'bob valid-before="\uff12\uff10260101" ',
    "after before before": 'bob valid-after="20300101",valid-before="20200101" ',
}


@pytest.mark.parametrize("start", LIFELESS.values(), ids=LIFELESS)
def test_an_option_that_is_not_understood_refuses_the_file(tmp_path: Path, start: str) -> None:
    """Be it of another key: it might restrict what the others may."""
    trust = allowed(tmp_path, f"{ALICE} {K}\n{start}{THEIRS}\n")
    error = refusal(make(tmp_path, LIST, SSH_SIGNATURE), trust)
    assert ("key_unusable", str(tmp_path / "allowed_signers")) == (error.code, error.path)
    assert error.reason.startswith("line 2: ")


BAD_LINES: dict[str, str | bytes] = {
    "no key": ALICE,
    "no principal": K,
    "a damaged key": f"{ALICE} {K[:30]}*{K[31:]}",
    "another type": f"{ALICE} {K.replace('ssh-ed25519', 'ssh-rsa')}",
    "Latin-1": f"Andr\xe9 {K}".encode("latin-1"),
    "open quotes": f'"{ALICE} {K}',
}


@pytest.mark.parametrize("text", BAD_LINES.values(), ids=BAD_LINES)
def test_a_line_that_is_not_understood_refuses_the_file(tmp_path: Path, text: str | bytes) -> None:
    """Even if another one allows the key."""
    bad = text if isinstance(text, bytes) else text.encode()
    trust = allowed(tmp_path, f"{ALICE} {K}\n".encode() + bad)
    error = refusal(make(tmp_path, LIST, SSH_SIGNATURE), trust)
    assert "key_unusable" == error.code
    assert error.reason.startswith("line 2: ")


def test_a_key_that_is_cut_short_refuses_the_file(tmp_path: Path) -> None:
    """Its line can't be what was meant."""
    trust = allowed(tmp_path, f"{ALICE} {K}\n{ALICE} {K[:-4]}")
    assert "key_unusable" == refused(tmp_path, LIST, SSH_SIGNATURE, trust)[0]


CERTIFIED: dict[str, tuple[str, str, str | None, str, str]] = {
    # the allowed signers, the signature, the identity, and the code and the text
    "good": (f"carol@example.org cert-authority {CA}", "certified", "carol@example.org", "", ""),
    "by a wildcard": (f"*@example.org cert-authority {CA}", "certified", "carol@example.org", "", ""),
    "anyone": (f"*@example.org cert-authority {CA}", "certified", None, "", ""),
    "another principal": (f"* cert-authority {CA}", "certified", ALICE, NEVER, f"its key is not that of {ALICE}"),
    "principals that the file does not allow": (
        f"*@example.com cert-authority {CA}",
        "certified",
        None,
        NEVER,
        "not that of any allowed principal",
    ),
    "negated": (f"*,!carol* cert-authority {CA}", "certified", None, NEVER, "not that of any allowed principal"),
    "no authority": (f"carol@example.org {CA}", "certified", None, NEVER, "certificate of another authority"),
    "another authority": (f"* cert-authority {K}", "certified", None, NEVER, "certificate of another authority"),
    "another namespace": (f'* cert-authority,namespaces="git" {CA}', "certified", None, NEVER, "may not sign for"),
    "too late": (
        f'* cert-authority,valid-before="20200101" {CA}',
        "certified",
        None,
        "signature_expired",
        "its key is no longer valid",
    ),
    "expired": (f"* cert-authority {CA}", "outdated", None, "signature_expired", "certificate is no longer valid"),
    "for nobody": (f"* cert-authority {CA}", "nameless", None, NEVER, "not that of any allowed principal"),
    "for nobody in particular": (f"* cert-authority {CA}", "nameless", ALICE, NEVER, "its key is not that of"),
    "of a host": (f"* cert-authority {CA}", "host", None, NEVER, "not one of a user"),
    "for one command": (f"* cert-authority {CA}", "limited", None, NEVER, "critical options"),
    "its authority signs": (f"* cert-authority {CA}", "authority", None, NEVER, "which is not trusted"),
    "the certificate as a key": (f"* {public('certified')}", "certified", None, "key_unusable", "unknown type of key"),
}


@pytest.mark.parametrize(("text", "name", "identity", "code", "words"), CERTIFIED.values(), ids=CERTIFIED)
@needs_cryptography
def test_a_certificate_is_by_an_authority_for_a_principal(
    tmp_path: Path, *, text: str, name: str, identity: str | None, code: str, words: str
) -> None:
    """It is for users, valid now, and without conditions that nobody can check."""
    trust, signature = allowed(tmp_path, text, identity=identity), vector(f"ssh/{name}.sig")
    if not code:
        assert "carol@example.org" == accepted(tmp_path, LIST, signature, trust).signers[0].identity
        return
    found, reason = refused(tmp_path, LIST, signature, trust)
    assert code == found
    assert words in reason


@needs_cryptography
def test_a_certificate_signed_with_sha1_is_too_weak(tmp_path: Path) -> None:
    """Two certificates with one SHA-1 can be made."""
    trust = allowed(tmp_path, f"carol@example.org cert-authority {public('rsa-authority')}")
    assert "signature_weak" == refused(tmp_path, LIST, vector("ssh/sha1.sig"), trust)[0]


@needs_cryptography
def test_an_rsa_key_of_1024_bits_is_too_weak(tmp_path: Path) -> None:
    """It can be factored."""
    code, reason = refused(tmp_path, LIST, vector("ssh/short.sig"), allowed(tmp_path, f"x {public('short')}"))
    assert "signature_weak" == code
    assert "1024 bits" in reason


def ssh_string(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data


@needs_cryptography
def test_an_rsa_signature_with_sha1_is_too_weak(tmp_path: Path) -> None:
    """ssh-keygen does not make them any more."""
    import hashlib

    rsa = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.rsa")
    padding = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.padding")
    primitives = pytest.importorskip("cryptography.hazmat.primitives")
    serialization = pytest.importorskip("cryptography.hazmat.primitives.serialization")
    key = rsa.generate_private_key(65537, 2048)
    encoding, form = serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
    line = key.public_key().public_bytes(encoding, form).decode()
    fields = (b"file", b"", b"sha512", hashlib.sha512(LIST).digest())
    signed = key.sign(b"SSHSIG" + b"".join(map(ssh_string, fields)), padding.PKCS1v15(), primitives.hashes.SHA1())
    mark = ssh_string(b"ssh-rsa") + ssh_string(signed)
    blob = b"SSHSIG\0\0\0\1" + b"".join(map(ssh_string, (base64.b64decode(line.split()[1]), *fields[:3], mark)))
    code, reason = refused(tmp_path, LIST, armour(blob), allowed(tmp_path, f"x {line}"))
    assert "signature_weak" == code
    assert "SHA-1" in reason


REVOKED = {
    "the key": ("ssh/alice.pub", "signature_revoked", "is revoked"),
    "another key": ("ssh/mallory.pub", "", ""),
    "a list with the key": ("ssh/alice.krl", "signature_revoked", "is revoked"),
    "a list with its SHA-1": ("ssh/alice.sha1.krl", "signature_revoked", "is revoked"),
    "a list with its SHA-256": ("ssh/alice.sha256.krl", "signature_revoked", "is revoked"),
    "a list with another key": ("ssh/mallory.krl", "", ""),
    "a list of certificates": ("ssh/serial.krl", "", ""),
    "prose": ("list.txt", "key_unusable", "line 1: expected a public key"),
    "missing": ("ssh/missing", "key_unusable", "can't read the key"),
    "a directory": ("ssh", "key_unusable", "can't read the key"),
}


@pytest.mark.parametrize(("name", "code", "words"), REVOKED.values(), ids=REVOKED)
def test_a_revoked_key_is_not_trusted(tmp_path: Path, name: str, code: str, words: str) -> None:
    """Be it in a file of keys, or in a list of ssh-keygen."""
    trust = allowed(tmp_path, f"{ALICE} {K}", revoked=VECTORS / name)
    if not code:
        assert accepted(tmp_path, LIST, SSH_SIGNATURE, trust).signers
        return
    found, reason = refused(tmp_path, LIST, SSH_SIGNATURE, trust)
    assert code == found
    assert words in reason


@pytest.mark.parametrize("length", range(9, len(vector("ssh/mallory.krl")), 3))
def test_a_revocation_list_cut_short_refuses_all(tmp_path: Path, length: int) -> None:
    """The key might have been in the rest."""
    krl = vector("ssh/mallory.krl")
    whole_header = 44  # a list of nothing
    (tmp_path / "krl").write_bytes(krl[:length])
    trust = allowed(tmp_path, f"{ALICE} {K}", revoked=tmp_path / "krl")
    if length == whole_header:
        pytest.skip("is the whole header of an empty list")
    assert "key_unusable" == refused(tmp_path, LIST, SSH_SIGNATURE, trust)[0]


@pytest.mark.parametrize(
    ("name", "code"),
    [("authority.krl", "signature_revoked"), ("authority.pub", "signature_revoked"), ("serial.krl", "key_unusable")],
)
@needs_cryptography
def test_a_revoked_authority_certifies_nobody(tmp_path: Path, name: str, code: str) -> None:
    """What revokes certificates by their numbers can't be looked up, and is refused."""
    trust = allowed(tmp_path, f"* cert-authority {CA}", revoked=VECTORS / "ssh" / name)
    assert code == refused(tmp_path, LIST, vector("ssh/certified.sig"), trust)[0]


def test_another_file_does_not_allow_what_one_revokes(tmp_path: Path) -> None:
    """Of two files of allowed signers one revokes the key."""
    revoking = allowed(tmp_path, f"{ALICE} {K}", revoked=VECTORS / "ssh" / "alice.pub")
    trusting = AllowedSigners(tmp_path / "allowed_signers")
    for trust in ([revoking, trusting], [AllowedSigners(tmp_path / "allowed_signers", "bob"), revoking]):
        assert "signature_revoked" == refused(tmp_path, LIST, SSH_SIGNATURE, trust)[0]


# ssh-keygen as the judge

BOTH_AGREE = {name: (text, identity or ALICE, "alice") for name, (text, identity, _, _) in ALLOWED.items()}
BOTH_AGREE |= {
    f"certificate: {name}": (text, identity or "carol@example.org", signature)
    for name, (text, signature, identity, _, _) in CERTIFIED.items()
    if name not in {"for one command", "the certificate as a key"}  # where checksig is stricter
}
BOTH_AGREE |= {
    "tabs": (f"\t{ALICE}\t{K}", ALICE, "alice"),
    "blanks": (f"  {ALICE}   {K}   comment", ALICE, "alice"),
    "a comment with quotes": (f'{ALICE} {K} "unbalanced', ALICE, "alice"),
    "CRLF": (f"{ALICE} {K}\r\n", ALICE, "alice"),
    "a blank after a comma": (f"bob, {ALICE} {K}", ALICE, "alice"),
    "quotes inside": (f'ali"ce@example.org" {K}', ALICE, "alice"),
    "quotes with a blank": (f'"{ALICE} x" {K}', ALICE, "alice"),
    "capitals": (f'{ALICE} NAMESPACES="file" {K}', ALICE, "alice"),
    "an unknown option": (f'{ALICE} unknown="x" {K}', ALICE, "alice"),
    "a negated flag": (f"{ALICE} no-cert-authority {K}", ALICE, "alice"),
    "14 digits": (f'{ALICE} valid-before="29990101120000" {K}', ALICE, "alice"),
    "10 digits": (f'{ALICE} valid-before="2999010112" {K}', ALICE, "alice"),
    "forever": (f'{ALICE} valid-before="forever" {K}', ALICE, "alice"),
    "in a day": (f'{ALICE} valid-before="+1d" {K}', ALICE, "alice"),
    "an empty interval": (f'{ALICE} valid-after="20200101",valid-before="20200101" {K}', ALICE, "alice"),
    "month 13": (f'{ALICE} valid-before="29991301" {K}', ALICE, "alice"),
    "options in quotes": (f'{ALICE} "namespaces=file" {K}', ALICE, "alice"),
    "blanks around =": (f'{ALICE} namespaces = "file" {K}', ALICE, "alice"),
    "two types": (f"{ALICE} ssh-ed25519 {K}", ALICE, "alice"),
    "a double negation": (f"!!{ALICE},* {K}", ALICE, "alice"),
    "an exclamation mark": (f"!,{ALICE} {K}", ALICE, "alice"),
    "commas": (f",{ALICE},, {K}", ALICE, "alice"),
    "no principal": (f'"" {K}', ALICE, "alice"),
    "a backslash": (f"a\\*,{ALICE} {K}", ALICE, "alice"),
    "a byte order mark": (f"\ufeff{ALICE} {K}", ALICE, "alice"),
    "nothing": ("", ALICE, "alice"),
    "expired, then not": (f'{ALICE} valid-before="20200101" {K}\n{ALICE} {K}', ALICE, "alice"),
    "not, then expired": (f'{ALICE} {K}\n{ALICE} valid-before="20200101" {K}', ALICE, "alice"),
    "authority, then not": (f"{ALICE} cert-authority {K}\n{ALICE} {K}", ALICE, "alice"),
    "another namespace, then not": (f'{ALICE} namespaces="git" {K}\n{ALICE} {K}', ALICE, "alice"),
    "RSA": (f"x {public('rsa')}", "x", "rsa"),
    "ECDSA": (f"x {public('ecdsa')}", "x", "ecdsa"),
    "SHA-256": (f"{ALICE} {K}", ALICE, "alice.sha256"),
    "another namespace in the signature": (f"{ALICE} {K}", ALICE, "alice.git"),
    "a signature of another list": (f"{ALICE} {K}", ALICE, "alice.other"),
}

STRICTER = {
    "a line that has no key": f"{ALICE} {K}\nbob junk",
    "an empty option": f'{ALICE} ,namespaces="file" {K}',
    "30 February": f'{ALICE} valid-before="29990230" {K}',
    "quotes in quotes": f'{ALICE} namespaces="fi\\"le,file" {K}',
}

LAXER = {
    "a comma at the end": f'{ALICE} namespaces="file", {K}',
    "a vertical tab": f"{ALICE}\x0b{K}",
    "a form feed": f"{ALICE}\x0c{K}",
    "padding": f"{ALICE} {K}==",
    "1970": f'{ALICE} valid-after="19700101Z" {K}',
}


def theirs(directory: Path, identity: str, name: str) -> bool:
    """Ask ssh-keygen about the allowed signers in a directory."""
    command = ["ssh-keygen", "-Y", "verify", "-f", "allowed_signers", "-I", identity, "-n", "file"]
    command += ["-s", str(VECTORS / "ssh" / f"{name}.sig")]
    return subprocess.run(command, cwd=directory, input=LIST, check=False, capture_output=True).returncode == 0


def ours(directory: Path, trust: AllowedSigners, name: str) -> bool:
    """Ask checksig."""
    try:
        checksig.verify(make(directory, LIST, vector(f"ssh/{name}.sig")), trust=trust)
    except SignatureError:
        return False
    return True


needs_ssh_keygen = pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="needs ssh-keygen")


@needs_ssh_keygen
@pytest.mark.parametrize(("text", "identity", "name"), BOTH_AGREE.values(), ids=BOTH_AGREE)
def test_checksig_and_ssh_keygen_agree(tmp_path: Path, text: str, identity: str, name: str) -> None:
    """About who may sign what, and when."""
    if not name.startswith("alice"):
        pytest.importorskip("cryptography")
    trust = allowed(tmp_path, text, identity=identity)
    assert theirs(tmp_path, identity, name) == ours(tmp_path, trust, name)


@needs_ssh_keygen
@pytest.mark.parametrize("text", STRICTER.values(), ids=STRICTER)
def test_checksig_is_stricter_than_ssh_keygen(tmp_path: Path, text: str) -> None:
    """Where a line is not what its writer meant."""
    assert not ours(tmp_path, allowed(tmp_path, text, identity=ALICE), "alice")
    assert theirs(tmp_path, ALICE, "alice")


@needs_ssh_keygen
@pytest.mark.parametrize("text", LAXER.values(), ids=LAXER)
def test_checksig_accepts_no_line_that_ssh_keygen_refuses(tmp_path: Path, text: str) -> None:
    """Nobody has to know two forms of one file."""
    assert not theirs(tmp_path, ALICE, "alice")
    assert not ours(tmp_path, allowed(tmp_path, text, identity=ALICE), "alice")


# OpenPGP

P, P_CLEAR = vector("openpgp/alice.sig"), vector("openpgp/alice.clear.sig")
BEGIN = b"-----BEGIN PGP SIGNATURE-----"
AT = P_CLEAR.index(BEGIN)
HASH = b"Hash: SHA256"
TEXT = b"-----BEGIN PGP SIGNED MESSAGE-----\n"


def clear(old: bytes, new: bytes) -> bytes:
    assert old in P_CLEAR
    return P_CLEAR.replace(old, new, 1)


CLEAR: dict[str, tuple[bytes, str, str]] = {
    "text before": (b"read this\n" + P_CLEAR, "signature_missing", "no signature in the list"),
    "an empty line before": (b"\n" + P_CLEAR, "signature_missing", "no signature in the list"),
    "an entry before": (LINE + P_CLEAR, "signature_missing", "no signature in the list"),
    "text after": (P_CLEAR + b"and this\n", "signature_malformed", "text after the signature"),
    "an entry after": (P_CLEAR + LINE, "signature_malformed", "text after the signature"),
    "a second block": (P_CLEAR * 2, "signature_malformed", "text after the signature"),
    "a second signature": (P_CLEAR + P_CLEAR[AT:], "signature_malformed", "text after the signature"),
    "another block": (P_CLEAR + vector("openpgp/alice.other-clear.sig"), "signature_malformed", "text after"),
    "a dash": (clear(b"\n\n", b"\n\n-x\n"), "signature_malformed", "line 4 begins with a dash that is not escaped"),
    "a line of dashes": (clear(b"\n\n", b"\n\n-----\n"), "signature_malformed", "a dash that is not escaped"),
    "a block in the text": (clear(b"\n\n", b"\n\n" + TEXT), "signature_malformed", "a dash that is not escaped"),
    "an escaped line more": (clear(b"\n\n", b"\n\n- -x\n"), "signature_bad", "not a signature of this list"),
    "blanks in the header": (clear(HASH, HASH + b" "), "signature_malformed", "line 2 is not a Hash header"),
    "another header": (clear(HASH, HASH + b"\nComment: x"), "signature_malformed", "line 3 is not a Hash header"),
    "an entry as a header": (clear(HASH, HASH + b"\n" + LINE[:-1]), "signature_malformed", "line 3 is not a Hash"),
    "an entry in a header": (clear(HASH, HASH + b"," + LINE[:-1]), "signature_malformed", "line 2 is not a Hash"),
    "a form feed": (clear(b"\n\n", b"\n\x0c\n\n"), "signature_malformed", "line 3 is not a Hash header"),
    "a blank instead of the empty line": (clear(b"\n\n", b"\n \n"), "signature_malformed", "line 3 is not a Hash"),
    "CR after a header": (clear(HASH + b"\n", HASH + b"\r"), "signature_malformed", "line 3 is not a Hash"),
    "no empty line": (clear(b"\n\n", b"\n"), "signature_malformed", "line 3 is not a Hash header"),
    "blanks after the first line": (clear(TEXT, TEXT[:-1] + b" \n"), "signature_malformed", "the first line is not"),
    "blanks after a line of dashes": (
        clear(BEGIN + b"\n", BEGIN + b" \n"),
        "signature_malformed",
        "the signature is missing|dash",
    ),
    "a line more": (clear(BEGIN, LINE + BEGIN), "signature_bad", "not a signature of this list"),
    "an empty line more": (clear(BEGIN, b"\n" + BEGIN), "signature_bad", "not a signature of this list"),
    "an empty line first": (clear(b"\n\n", b"\n\n\n"), "signature_bad", "not a signature of this list"),
    "a line less": (clear(LINE, b""), "signature_bad", "not a signature of this list"),
    "a form feed at a line end": (clear(b"  a\n", b"  a\x0c\n"), "signature_bad", "not a signature of this list"),
    "NUL": (clear(b"  a\n", b"  a\0\n"), "signature_bad", "not a signature of this list"),
    "a no-break space": (clear(b"  a\n", b"  a\xc2\xa0\n"), "signature_bad", "not a signature of this list"),
    "two CR": (clear(b"  a\n", b"  a\r\r\n"), "signature_malformed", "a carriage return without a line feed"),
    "no signature": (P_CLEAR[:AT], "signature_malformed", "cut short: the signature is missing"),
    "no end": (P_CLEAR[: P_CLEAR.index(b"-----END")], "signature_malformed", "the end of the signature is missing"),
    "the armour cut": (
        P_CLEAR[: AT + 60] + b"\n-----END PGP SIGNATURE-----\n",
        "signature_malformed",
        "cut short or damaged",
    ),
    "another key": (vector("openpgp/mallory.clear.sig"), "signature_untrusted", "which is not trusted"),
    "SHA-1": (vector("openpgp/alice.clear-sha1.sig"), "signature_weak", "uses SHA1, which is too weak"),
    "the signature of another list": (
        P_CLEAR[:AT] + vector("openpgp/alice.other-clear.sig")[AT:],
        "signature_bad",
        "not a signature of this list",
    ),
    "a detached signature": (
        P_CLEAR[:AT] + vector("openpgp/alice.armoured.sig"),
        "signature_bad",
        "not a signature of this list",
    ),
}


@pytest.mark.parametrize(("text", "code", "words"), CLEAR.values(), ids=CLEAR)
@needs_sequoia
def test_a_clear_signed_list_is_nothing_but_that(tmp_path: Path, text: bytes, code: str, words: str) -> None:
    """What is around the signed text, or is not signed in it, is refused."""
    found, reason = refused(tmp_path, text, None, pgp("alice"))
    assert code == found
    assert re.search(words, reason), reason


LIKE_CLEAR = {
    "white space at the ends of lines": clear(b"  a\n", b"  a \t\n"),
    "CRLF": P_CLEAR.replace(b"\n", b"\r\n"),
    "dashes before lines that need none": clear(LINE, b"- " + LINE),
    "no Hash header": clear(HASH + b"\n", b""),
    "another Hash header": clear(HASH, b"Hash: SHA512, SHA384"),
}


@pytest.mark.parametrize("text", LIKE_CLEAR.values(), ids=LIKE_CLEAR)
@needs_sequoia
def test_a_clear_signed_list_is_read_as_it_was_signed(tmp_path: Path, text: bytes) -> None:
    """What OpenPGP does not sign is not read."""
    assert 1 == len(accepted(tmp_path, text, None, pgp("alice")).signers)


@pytest.mark.parametrize(
    ("text", "signature"),
    [
        (REMARK.replace(b"file\n", b"file\r"), "alice.remark.sig"),
        (vector("openpgp/alice.remark-clear.sig").replace(b"file\n", b"file\r"), None),
        (LIST.replace(b"a\n", b"a\r"), "alice.text.sig"),
        (P_CLEAR.replace(b"a\n", b"a\r"), None),
    ],
    ids=["a comment", "a comment, clear-signed", "a name", "a name, clear-signed"],
)
@needs_sequoia
def test_no_line_end_hides_an_entry(tmp_path: Path, text: bytes, signature: str | None) -> None:
    """For a signature of a text, OpenPGP takes CR for a line end, and a list does not."""
    path = make(tmp_path, text, vector(f"openpgp/{signature}") if signature else None)
    try:
        report = checksig.verify(path, trust=pgp("alice"))
    except SignatureError:
        return
    assert ["a", "b"] == sorted(failure.path for failure in report.failures)


@needs_sequoia
def test_a_signature_of_a_text_is_of_either_line_end(tmp_path: Path) -> None:
    """It is what gpg --textmode says, and a list has the same entries with both."""
    for text in (LIST, LIST.replace(b"\n", b"\r\n")):
        assert accepted(tmp_path, text, vector("openpgp/alice.text.sig"), pgp("alice")).signers


UNSIGNED = {
    "a binary message": ("alice.inline.sig", "signature_malformed"),
    "an armoured message": ("alice.inline-armoured.sig", "signature_malformed"),
    "a copy of another list": ("alice.other-clear.sig", "signature_bad"),
    "SHA-1": ("alice.sha1.sig", "signature_weak"),
    "a certificate": ("alice.pub", "signature_malformed"),
}


@pytest.mark.parametrize(("name", "code"), UNSIGNED.values(), ids=UNSIGNED)
@needs_sequoia
def test_no_other_thing_of_openpgp_is_a_signature(tmp_path: Path, name: str, code: str) -> None:
    """Though it is by the trusted key."""
    assert code == refused(tmp_path, LIST, vector(f"openpgp/{name}"), pgp("alice"))[0]


CERTIFICATES = {
    "RSA with 1024 bits": ("rsa1024", "signature_weak", "RSA1024"),
    "an expired key": ("expired", "signature_expired", "has expired"),
    "a revoked key": ("revoked", "signature_revoked", "is revoked"),
    "an expired signature": ("past", "signature_expired", "the signature by .* has expired"),
}


@pytest.mark.parametrize(("name", "code", "words"), CERTIFICATES.values(), ids=CERTIFICATES)
@needs_sequoia
def test_a_key_that_should_not_be_used_is_refused(tmp_path: Path, name: str, code: str, words: str) -> None:
    """Though it is the trusted one."""
    found, reason = refused(tmp_path, LIST, vector(f"openpgp/{name}.sig"), pgp(name))
    assert code == found
    assert re.search(words, reason), reason


SUBKEYS = {
    "stolen": ("subkey-stolen", {"signature_revoked"}),
    "retired": ("subkey-retired", {"signature_revoked"}),
    "expired": ("subkey-expired", {"signature_expired"}),
}


@pytest.mark.parametrize(("name", "codes"), SUBKEYS.values(), ids=SUBKEYS)
@needs_sequoia
def test_a_subkey_that_should_not_be_used_is_refused(tmp_path: Path, name: str, codes: set[str]) -> None:
    """Whoever has it can write any time into a signature, one before its end."""
    assert refused(tmp_path, LIST, vector(f"openpgp/{name}.sig"), pgp(name))[0] in codes


@needs_sequoia
def test_a_stolen_subkey_signs_nothing(tmp_path: Path) -> None:
    """Whatever the code is."""
    code, _ = refused(tmp_path, LIST, vector("openpgp/subkey-stolen.sig"), pgp("subkey-stolen"))
    assert code in SIGNATURE_CODES


BOTH = ("alice", "bob")

SEVERAL: dict[str, tuple[bytes, tuple[str, ...], bool, str, int, int]] = {
    # signatures, trusted keys, require_all, and the code; or the number of signers, and of warnings
    "two": (vector("openpgp/alice.two.sig"), BOTH, True, "", 2, 0),
    "one unknown": (vector("openpgp/alice.two.sig"), ("bob",), False, "", 1, 1),
    "one unknown, all required": (vector("openpgp/alice.two.sig"), ("bob",), True, "signature_untrusted", 0, 0),
    "both unknown": (vector("openpgp/alice.two.sig"), ("mallory",), False, "signature_untrusted", 0, 0),
    "one bad": (P + vector("openpgp/bob.other.sig"), BOTH, False, "signature_bad", 0, 0),
    "one bad, first": (vector("openpgp/bob.other.sig") + P, BOTH, False, "signature_bad", 0, 0),
    "one bad and unknown": (P + vector("openpgp/bob.other.sig"), ("alice",), False, "", 1, 1),
    "one bad by the same key": (P + vector("openpgp/alice.other.sig"), BOTH, False, "signature_bad", 0, 0),
    "one with SHA-1": (P + vector("openpgp/alice.sha1.sig"), ("alice",), False, "signature_weak", 0, 0),
    "one expired": (P + vector("openpgp/past.sig"), ("alice", "past"), False, "signature_expired", 0, 0),
    "a message": (P + vector("openpgp/alice.inline.sig"), BOTH, False, "signature_malformed", 0, 0),
    "a certificate": (P + vector("openpgp/alice.pub"), BOTH, False, "signature_malformed", 0, 0),
    "zeros": (P + bytes(10), BOTH, False, "signature_malformed", 0, 0),
    "half of one": (P + P[:50], BOTH, False, "signature_malformed", 0, 0),
}


@pytest.mark.parametrize(
    ("signatures", "names", "everyone", "code", "signers", "warnings"), SEVERAL.values(), ids=SEVERAL
)
@needs_sequoia
def test_all_signatures_by_trusted_keys_must_be_good(
    tmp_path: Path,
    *,
    signatures: bytes,
    names: tuple[str, ...],
    everyone: bool,
    code: str,
    signers: int,
    warnings: int,
) -> None:
    """Those by unknown keys are mentioned, or refused where all are required."""
    if code:
        assert code == refused(tmp_path, LIST, signatures, pgp(*names), require_all=everyone)[0]
        return
    report = accepted(tmp_path, LIST, signatures, pgp(*names), require_all=everyone)
    assert signers == len(report.signers)
    assert ["signature_unknown"] * warnings == [warning.code for warning in report.warnings]


@needs_sequoia
@pytest.mark.parametrize("everyone", [False, True])
def test_a_clear_signed_list_may_have_two_signatures(tmp_path: Path, *, everyone: bool) -> None:
    """One by an unknown key is mentioned, or refused where all are required."""
    text = vector("openpgp/alice.two-clear.sig")
    assert 2 == len(accepted(tmp_path, text, None, pgp(*BOTH), require_all=everyone).signers)
    if everyone:
        assert "signature_untrusted" == refused(tmp_path, text, None, pgp("bob"), require_all=True)[0]
    else:
        report = accepted(tmp_path, text, None, pgp("bob"))
        assert ["signature_unknown"] == [warning.code for warning in report.warnings]


def armoured(sequoia: Any, packets: bytes) -> bytes:
    text: str = sequoia.armor(packets, sequoia.ArmorKind.Signature)
    return text.encode()


@pytest.mark.parametrize("order", [1, -1])
def test_a_clear_signed_list_has_no_bad_signature_beside_a_good_one(tmp_path: Path, sequoia: Any, order: int) -> None:
    """Who made the bad one could write any time into it, which the report would have."""
    forged = bytearray(vector("openpgp/alice.other.sig"))
    at = forged.index(b"\x05\x02")
    forged[at + 2 : at + 6] = (1_400_000_000).to_bytes(4, "big")
    packets = [dearmoured(P_CLEAR), bytes(forged)][::order]
    text = P_CLEAR[:AT] + armoured(sequoia, b"".join(packets))
    assert "signature_bad" == refused(tmp_path, text, None, pgp("alice"))[0]


@pytest.mark.parametrize("form", [bytes, lambda key: str(key).encode()], ids=["binary", "armoured"])
def test_a_keyring_has_no_private_key(tmp_path: Path, sequoia: Any, form: Callable[[Any], bytes]) -> None:
    """Nobody should hand one around."""
    key = sequoia.Tsk.generate("alice")
    signature = sequoia.sign(key.signer(), LIST, mode=sequoia.SignatureMode.DETACHED, armor=False)
    error = refusal(make(tmp_path, LIST, signature), OpenPGP(in_file(tmp_path, form(key))))
    assert "key_unusable" == error.code
    assert "private key" in error.reason


def test_a_certificate_of_version_6_signs(tmp_path: Path, sequoia: Any) -> None:
    """As RFC 9580 has it."""
    key = sequoia.Tsk.generate("alice", profile=sequoia.Profile.RFC9580)
    (tmp_path / "ring").write_bytes(bytes(key.extract_certificate()))
    signature = sequoia.sign(key.signer(), LIST, mode=sequoia.SignatureMode.DETACHED, armor=False)
    assert accepted(tmp_path, LIST, signature, OpenPGP(tmp_path / "ring")).signers


def test_an_issuer_that_is_not_signed_forges_nothing(tmp_path: Path, sequoia: Any) -> None:
    """A signature may say in its unsigned part that another key made it."""
    key = sequoia.Tsk.generate("mallory")
    signature = sequoia.sign(key.signer(), LIST, mode=sequoia.SignatureMode.DETACHED, armor=False)
    hashed = 8 + int.from_bytes(signature[6:8], "big") if signature[:1] == b"\x88" else 0
    name = P[P.index(b"\x16\x21\x04") + 3 :][:20]
    changed = signature
    for match in re.finditer(rb"\x16\x21\x04", signature):
        changed = changed[: match.end()] + name + changed[match.end() + 20 :]
    code, _ = refused(tmp_path, LIST, changed, pgp("alice"))
    assert code in {"signature_bad", "signature_malformed"}, hashed


def packed_zeros(megabytes: int) -> bytes:
    """Return a compressed packet of OpenPGP that is large when it is unpacked (RFC 9580, sections 4.2, 5.6 and 5.9)."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    size = (6 + (megabytes << 20)).to_bytes(4, "big")
    start = packer.compress(b"\xcb\xff" + size + b"b\0\0\0\0\0") + packer.flush(zlib.Z_FULL_FLUSH)
    each = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)  # which can be repeated
    packed = b"\x01" + start + each * megabytes + packer.flush()
    return b"\xc8\xff" + len(packed).to_bytes(4, "big") + packed


@needs_sequoia
@needs_limit
def test_what_is_packed_behind_a_signature_is_not_unpacked(tmp_path: Path) -> None:
    """It would be more than the machine has."""
    make(tmp_path, LIST, P + packed_zeros(800))
    done = limited(tmp_path, "--keyring", str(VECTORS / "openpgp" / "alice.pub"), "SHA256SUMS")
    assert (2, b"") == (done.returncode, done.stdout)
    assert b"SHA256SUMS.sig: " in done.stderr


@needs_sequoia
def test_a_signature_is_not_a_thousand(tmp_path: Path) -> None:
    """For a large list that would take hours, whoever made them."""
    assert refused(tmp_path, LIST, vector("openpgp/mallory.sig") * 1000 + P, pgp("alice"))


@needs_sequoia
@pytest.mark.parametrize("armoured_too", [False, True])
def test_certificates_may_be_in_one_keyring(tmp_path: Path, sequoia: Any, *, armoured_too: bool) -> None:
    """As gpg --export writes them."""
    ring = b"".join(vector(f"openpgp/{name}.pub") for name in BOTH)
    text = sequoia.armor(ring, sequoia.ArmorKind.PublicKey).encode() if armoured_too else ring
    (tmp_path / "ring").write_bytes(text)
    assert 2 == len(
        accepted(tmp_path, LIST, vector("openpgp/alice.two.sig"), OpenPGP(tmp_path / "ring"), require_all=True).signers
    )


# Anything at all


def mutated(data: bytes, edits: Sequence[tuple[float, int, bytes]]) -> bytes:
    """Replace pieces of data: each edit has where, how much, and by what."""
    for where, length, new in edits:
        at = int(where * len(data))
        data = data[:at] + new + data[at + length :]
    return data


PIECES = st.binary(max_size=6) | st.sampled_from(
    [b"\n", b"\r", b"\r\n", b" ", b"-", b"- ", b"=", b"\0", LINE, COMMENT, BEGIN, TEXT, K.encode(), LIST, OTHER]
)
EDITS = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 40), PIECES), min_size=1, max_size=3)
MUTATION = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize("name", [*CUT, *CUT_LISTS])
@MUTATION
@given(of_list=EDITS, of_signature=EDITS, which=st.sampled_from(["list", "signature", "both"]))
def test_no_mutation_gives_another_list(
    tmp_path: Path,
    name: str,
    of_list: Sequence[tuple[float, int, bytes]],
    of_signature: Sequence[tuple[float, int, bytes]],
    which: str,
) -> None:
    """Whatever happens to a list and its signature: entries that were not signed never get a report."""
    if name.startswith("openpgp"):
        pytest.importorskip("pysequoia")
    in_it = name in CUT_LISTS
    text = LIST if in_it or which == "signature" else mutated(LIST, of_list)
    signature = vector(name) if which == "list" and not in_it else mutated(vector(name), of_signature)
    path = make(tmp_path, signature if in_it else text, None if in_it else signature)
    try:
        report = checksig.verify(path, trust=everyone(tmp_path))
    except SignatureError:
        return
    except checksig.ManifestError as e:
        pytest.fail(f"what was not signed is read: {e}")
    found = {(failure.path, failure.expected) for failure in report.failures}
    assert {tuple(line.split("  ")[::-1]) for line in LIST.decode().splitlines()} == found


@pytest.mark.parametrize("which", [Minisign, Signify, AllowedSigners, OpenPGP])
@MUTATION
@given(key=st.binary(max_size=200) | EDITS.map(lambda edits: mutated(vector("signify/alice.pub"), edits)))
def test_no_key_file_ends_in_another_error(tmp_path: Path, which: Callable[[str], Trust], key: bytes) -> None:
    """Whatever is in a file of keys: it is refused, or does not verify."""
    scheme = next(scheme for scheme in SCHEMES if TRUSTING[scheme.name] is which)
    if scheme.extra:
        pytest.importorskip(scheme.extra)
    path = make(tmp_path, LIST, scheme.file("mallory.sig"))
    error = refusal(path, which(in_file(tmp_path, key)))
    assert error.code in {"key_unusable", "signature_untrusted", "signature_bad"}


@MUTATION
@given(edits=EDITS, krl=st.sampled_from(["alice.krl", "alice.sha1.krl", "alice.sha256.krl", "serial.krl"]))
def test_no_revocation_list_ends_in_another_error(
    tmp_path: Path, edits: Sequence[tuple[float, int, bytes]], krl: str
) -> None:
    """Whatever is in a file of revoked keys."""
    (tmp_path / "krl").write_bytes(mutated(vector(f"ssh/{krl}"), edits))
    path = make(tmp_path, LIST, SSH_SIGNATURE)
    try:
        checksig.verify(path, trust=allowed(tmp_path, f"{ALICE} {K}", revoked=tmp_path / "krl"))
    except SignatureError as e:
        assert e.code in {"key_unusable", "signature_revoked"}  # noqa: PT017 - or there is none


@needs_cryptography
@MUTATION
@given(edits=EDITS, name=st.sampled_from(["rsa", "ecdsa", "certified", "sha1", "alice"]))
def test_no_ssh_signature_ends_in_another_error(
    tmp_path: Path, edits: Sequence[tuple[float, int, bytes]], name: str
) -> None:
    """Whatever is in its armour: keys, certificates and numbers of any form."""
    blob = unarmoured(vector(f"ssh/{name}.sig"))
    changed = mutated(blob, edits)
    path = make(tmp_path, LIST, armour(changed))
    if changed == blob:
        return
    error = refusal(path, allowed(tmp_path, EVERYONE))
    assert error.code in SIGNATURE_CODES


# On the command line

ON_COMMAND_LINE: dict[str, tuple[str, str, Sequence[str], bytes]] = {
    # signature, its module, options, and the beginning of the error
    "another list": (
        "minisign/alice.other.sig",
        "",
        ("--key", "{minisign}"),
        b"checksig: error: SHA256SUMS.sig: not a signature of this list by the minisign key ",
    ),
    "another key": (
        "minisign/mallory.sig",
        "",
        ("--key", "{minisign}"),
        b"checksig: error: SHA256SUMS.sig: signed by the minisign key ",
    ),
    "signify": (
        "signify/mallory.sig",
        "",
        ("--key", "{signify}"),
        b"checksig: error: SHA256SUMS.sig: signed by the signify key ",
    ),
    "a key of another scheme": (
        "ssh/alice.sig",
        "",
        ("--key", "{minisign}"),
        b"checksig: error: SHA256SUMS.sig: an SSH signature, but no key is named that can verify it; see ",
    ),
    "another identity": (
        "ssh/alice.sig",
        "",
        ("--allowed-signers", "allowed_signers", "--identity", "bob"),
        b"checksig: error: SHA256SUMS.sig: its key is not that of bob",
    ),
    "another namespace": (
        "ssh/alice.git.sig",
        "",
        ("--allowed-signers", "allowed_signers"),
        b"checksig: error: SHA256SUMS.sig: the signature is for the namespace 'git', not 'file'",
    ),
    "a revoked key": (
        "ssh/alice.sig",
        "",
        ("--allowed-signers", "allowed_signers", "--revoked-keys", "{revoked}"),
        b"checksig: error: SHA256SUMS.sig: the SSH key ",
    ),
    "a missing keyring": (
        "openpgp/alice.sig",
        "pysequoia",
        ("--keyring", "missing"),
        b"checksig: error: missing: can't read the key: no such file or directory",
    ),
    "require all": (
        "openpgp/alice.two.sig",
        "pysequoia",
        ("--keyring", "{openpgp}", "--require-all"),
        b"checksig: error: SHA256SUMS.sig: signed by the OpenPGP key ",
    ),
}


@pytest.mark.parametrize(("name", "module", "options", "error"), ON_COMMAND_LINE.values(), ids=ON_COMMAND_LINE)
def test_the_command_refuses_with_status_2(
    tmp_path: Path, name: str, module: str, options: Sequence[str], error: bytes
) -> None:
    """Standard output stays empty, and no verdict on a file is given."""
    if module:
        pytest.importorskip(module)
    make(tmp_path, LIST, vector(name))
    allowed(tmp_path, f"{ALICE} {K}\n")
    keys = {scheme.name: str(VECTORS / scheme.name / "alice.pub") for scheme in SCHEMES}
    keys["revoked"] = str(VECTORS / "ssh" / "alice.pub")
    done = run("verify", *(option.format(**keys) for option in options), cwd=tmp_path)
    assert (2, b"") == (done.returncode, done.stdout)
    assert done.stderr.startswith(error), done.stderr
    assert b"FAILED" not in done.stderr


@pytest.mark.parametrize(
    "option",
    ["--signature-only", "--no-strict", "--extra", "--json", "--quiet", "--require-signature", "--recursive"],
)
def test_no_other_option_makes_the_command_milder(tmp_path: Path, option: str) -> None:
    """The status is 2, and no file has a verdict."""
    make(tmp_path, LIST, vector("minisign/alice.other.sig"))
    done = run("verify", "--key", str(VECTORS / "minisign" / "alice.pub"), option, cwd=tmp_path)
    assert 2 == done.returncode
    assert b"not a signature of this list by the minisign key" in done.stdout + done.stderr
    assert b"missing" not in done.stderr


@pytest.mark.parametrize("option", ["--key", "--signature"])
def test_the_command_shows_no_private_key(tmp_path: Path, option: str) -> None:
    """Though it was given in the place of a path."""
    make(tmp_path, LIST, M)
    keys = () if option == "--key" else ("--key", str(VECTORS / "minisign" / "alice.pub"))
    done = run("verify", *keys, option, PRIVATE["minisign, the line"].decode(), cwd=tmp_path)
    assert (2, b"") == (done.returncode, done.stdout)
    assert b"SSSS" not in done.stderr


def test_the_command_says_who_signed(tmp_path: Path) -> None:
    """It is on standard error, before the summary."""
    for name, content in FILES.items():
        (tmp_path / name).write_bytes(content)
    make(tmp_path, LIST, M)
    done = run("verify", "--key", str(VECTORS / "minisign" / "alice.pub"), cwd=tmp_path)
    first, last = lines(done.stderr)
    assert first.startswith("checksig: SHA256SUMS: signed by minisign key ")
    assert ("checksig: OK: 2 files verified", 0) == (last, done.returncode)
