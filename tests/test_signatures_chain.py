"""From signatures to entries: which signature is whose, what is refused, and that what was verified is what is read."""

from __future__ import annotations

import asyncio
import copy
import hashlib
import os
import pickle
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

import checksig
from checksig import AllowedSigners, Minisign, OpenPGP, SignatureError, Signify, Status
from checksig._signatures._beside import ENDS, beside
from checksig._signatures._recognise import Kind, kind_of
from command import checksig as run
from command import lines, objects
from conftest import posix
from signing import Key

VECTORS = Path(__file__).parent / "signatures"


def vector(name: str) -> bytes:
    """Read a file that signatures/make.py has made."""
    return (VECTORS / name).read_bytes()


LIST, OTHER, STATEMENT = vector("list.txt"), vector("other.txt"), vector("statement.json")
FILES = {"a": b"alpha\n", "b": b"beta\n"}
KEY = str(VECTORS / "minisign" / "alice.pub")
SIGNED, SIGNED_OTHER = vector("minisign/alice.sig"), vector("minisign/alice.other.sig")
TRUST = Minisign(KEY)
SIGNER = Key("chain")
SIGNIFY = Signify(VECTORS / "signify" / "alice.pub")
MISSING = "no signature in the list"


def make(root: Path, files: dict[str, bytes], *, data: bool = True) -> Path:
    """Write lists and signatures, and the data that `list.txt` names."""
    for name, content in {**(FILES if data else {}), **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return root


def signed(root: Path, name: str = "SHA256SUMS") -> Path:
    """Make a list that Alice signed, and its files. Return its path."""
    return make(root, {name: LIST, f"{name}.minisig": SIGNED}) / name


def refusal(call: Callable[[], object]) -> SignatureError:
    """Return why something is refused."""
    with pytest.raises(SignatureError) as caught:
        call()
    return caught.value


# What a text is

KINDS: dict[str, tuple[bytes, Kind | None]] = {
    "minisign": (SIGNED, Kind("minisign", False)),
    "minisign, legacy": (vector("minisign/alice.legacy.sig"), Kind("minisign", False)),
    "minisign, without its comment": (b"\n".join(SIGNED.split(b"\n")[:2]) + b"\n", Kind("signify", False)),
    "minisign, in a list": (SIGNED + LIST, Kind("minisign", False)),
    "signify": (vector("signify/alice.sig"), Kind("signify", False)),
    "signify, embedded": (vector("signify/alice.embedded.sig"), Kind("signify", True)),
    "signify, the comment alone": (b"untrusted comment:", Kind("signify", False)),
    "signify, with an empty line": (vector("signify/alice.sig") + b"\n", Kind("signify", False)),
    "a key of signify": (vector("signify/alice.pub"), Kind("signify", False)),
    "SSH": (vector("ssh/alice.sig"), Kind("ssh", False)),
    "a key of SSH": (vector("ssh/alice.pub"), None),
    "OpenPGP": (vector("openpgp/alice.sig"), Kind("openpgp", False)),
    "OpenPGP, armoured": (vector("openpgp/alice.armoured.sig"), Kind("openpgp", False)),
    "OpenPGP, clear-signed": (vector("openpgp/alice.clear.sig"), Kind("openpgp", True)),
    "OpenPGP, a message": (vector("openpgp/alice.inline.sig"), None),
    "OpenPGP, a certificate": (vector("openpgp/alice.pub"), None),
    "a list": (LIST, None),
    "a statement": (STATEMENT, None),
    "nothing": (b"", None),
    "prose before": (b"x" + SIGNED, None),
    "a byte order mark": (b"\xef\xbb\xbf" + SIGNED, None),
    "an array": (b'[{"dsseEnvelope": 1}]', None),
    "half an object": (b'{"a": ', None),
    "a deep object": (b'{"a":' * 100_000, None),
    "a long number": (b'{"a": %s}' % (b"1" * 100_000), None),
    "not UTF-8": (b'{"a": "\xff"}', None),
}


@pytest.mark.parametrize(("text", "kind"), KINDS.values(), ids=KINDS)
def test_a_signature_is_recognised_by_its_beginning(text: bytes, kind: Kind | None) -> None:
    """Whatever its name is, and whatever follows."""
    assert kind == kind_of(text)


@pytest.mark.parametrize("end", ENDS)
def test_a_signature_is_found_by_its_name(tmp_path: Path, end: str) -> None:
    """The end of its name does not say which scheme it is of."""
    path = make(tmp_path, {"SHA256SUMS": LIST, f"SHA256SUMS{end}": SIGNED}) / "SHA256SUMS"
    assert [f"{path}{end}"] == beside(str(path))
    assert [f"{path}{end}"] == [signer.signature for signer in checksig.verify(path, trust=TRUST).signers]


def test_only_files_are_signatures(tmp_path: Path) -> None:
    """Directories and links to nothing are passed over."""
    (tmp_path / "SHA256SUMS.sig").mkdir()
    (tmp_path / "SHA256SUMS.sign").write_bytes(b"")
    if os.name == "posix":
        (tmp_path / "SHA256SUMS.asc").symlink_to("nothing")
        os.mkfifo(tmp_path / "SHA256SUMS.gpg")
    assert [str(tmp_path / "SHA256SUMS.sign")] == beside(str(tmp_path / "SHA256SUMS"))


# Several lists, and several signatures


def test_each_list_has_a_signature(tmp_path: Path) -> None:
    """The report has their signers in the order of the lists."""
    paths = [signed(tmp_path, name) for name in ("SHA256SUMS", "sha256sum.txt")]
    report = checksig.verify(tmp_path, paths, trust=TRUST)
    assert report.ok
    assert [str(path) for path in paths] == [signer.manifest for signer in report.signers]


@pytest.mark.parametrize("order", [1, -1])
def test_one_list_without_a_signature_spoils_all(tmp_path: Path, order: int) -> None:
    """The others are not verified either."""
    paths = [signed(tmp_path), make(tmp_path, {"md5sum.txt": LIST}) / "md5sum.txt"][::order]
    error = refusal(lambda: checksig.verify(tmp_path, paths, trust=TRUST))
    assert ("signature_missing", str(tmp_path / "md5sum.txt")) == (error.code, error.path)
    assert error.reason.startswith(MISSING)


def test_one_list_in_a_root_without_a_signature_spoils_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody chose a file, so that all lists count."""
    signed(tmp_path)
    make(tmp_path, {"md5sum.txt": LIST})
    monkeypatch.chdir(tmp_path)
    error = refusal(lambda: checksig.verify(trust=TRUST))
    assert ("signature_missing", "md5sum.txt") == (error.code, error.path)


def test_a_signature_is_of_one_list(tmp_path: Path) -> None:
    """It can't be that of two, even if both have the same content."""
    paths = [signed(tmp_path), signed(tmp_path, "sha256sum.txt")]
    signature = f"{paths[0]}.minisig"
    error = refusal(lambda: checksig.verify(tmp_path, paths, trust=TRUST, signature=signature))
    assert (signature, "one signature can't be that of 2 lists") == (error.path, error.reason)


def test_a_root_that_is_a_list_has_its_signature_beside_it(tmp_path: Path) -> None:
    """Names are relative to its directory."""
    report = checksig.verify(signed(tmp_path / "d"), trust=TRUST)
    assert (True, 2, 1) == (report.ok, report.files, len(report.signers))


@pytest.mark.parametrize("root", [".", "d", "d/", "../x/d", "absolute"])
def test_the_files_are_those_in_the_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, root: str) -> None:
    """Others of the same names above it are not verified instead."""
    here = tmp_path / "x"
    signed(here / "d")
    make(here / "d", {"b": b"changed"})
    make(here, FILES)
    monkeypatch.chdir(here / "d" if root == "." else here)
    report = checksig.verify(here / "d" if root == "absolute" else root, trust=TRUST)
    assert {"b": Status.MISMATCH} == {failure.path: failure.status for failure in report.failures}


def test_no_list_at_all_is_an_error(tmp_path: Path) -> None:
    """A root without lists is not one whose lists are all signed."""
    with pytest.raises(checksig.ManifestError, match="no checksum list found"):
        checksig.verify(make(tmp_path, {}), trust=TRUST)


def test_no_list_given_is_an_error(tmp_path: Path) -> None:
    """As without trust."""
    with pytest.raises((checksig.ManifestError, ValueError)):
        checksig.verify(make(tmp_path, {}), [], trust=TRUST)


SECOND: dict[str, tuple[str, bytes, bool, str, list[str]]] = {
    # the end of its name, its content, require_all, the code of the refusal; or the codes of the warnings
    "the same": (".sig", SIGNED, True, "", []),
    "by another key": (".sig", vector("minisign/mallory.sig"), False, "", ["signature_unused"]),
    "by another key, all required": (".sig", vector("minisign/mallory.sig"), True, "signature_untrusted", []),
    "of another scheme": (".asc", vector("openpgp/alice.armoured.sig"), False, "", ["signature_unused"]),
    "of another scheme, all required": (".asc", vector("ssh/alice.sig"), True, "signature_untrusted", []),
    "of another list": (".sig", SIGNED_OTHER, False, "signature_bad", []),
    "damaged": (".sig", SIGNED[:-30], False, "signature_malformed", []),
    "empty": (".sig", b"", False, "", ["signature_unused"]),
    "empty, all required": (".sig", b"", True, "signature_malformed", []),
    "prose": (".signature", b"Alice\n", False, "", ["signature_unused"]),
    "prose, all required": (".signature", b"Alice\n", True, "signature_malformed", []),
}


@pytest.mark.parametrize("case", SECOND.values(), ids=SECOND)
def test_a_second_signature_must_be_good_too(tmp_path: Path, case: tuple[str, bytes, bool, str, list[str]]) -> None:
    """Unless it is by somebody unknown, whom it costs nothing to put it there."""
    end, signature, everyone, code, warnings = case
    path = signed(tmp_path)
    Path(f"{path}{end}").write_bytes(signature)
    if code:
        assert code == refusal(lambda: checksig.verify(path, trust=TRUST, require_all=everyone)).code
    else:
        report = checksig.verify(path, trust=TRUST, require_all=everyone)
        assert (True, warnings) == (report.ok, [warning.code for warning in report.warnings])


def test_two_signatures_by_two_trusted_keys_are_reported(tmp_path: Path) -> None:
    """In the order in which they are looked for."""
    path = signed(tmp_path)
    Path(f"{path}.sig").write_bytes(vector("signify/alice.sig"))
    report = checksig.verify(path, trust=[SIGNIFY, TRUST], require_all=True)
    assert ["minisign", "signify"] == [signer.scheme for signer in report.signers]


def test_a_copy_of_another_list_beside_a_good_signature_is_refused(tmp_path: Path) -> None:
    """Though both are by trusted keys."""
    path = signed(tmp_path)
    Path(f"{path}.sig").write_bytes(vector("signify/alice.other-embedded.sig"))
    error = refusal(lambda: checksig.verify(path, trust=[SIGNIFY, TRUST]))
    assert ("signature_bad", f"{path}.sig") == (error.code, error.path)
    assert error.reason.startswith("signs another list than ")


def test_a_signature_that_is_named_is_the_only_one(tmp_path: Path) -> None:
    """Those beside the list are not looked at."""
    path = make(tmp_path, {"SHA256SUMS": LIST, "SHA256SUMS.sig": b"", "elsewhere/s": SIGNED}) / "SHA256SUMS"
    report = checksig.verify(path, trust=TRUST, signature=tmp_path / "elsewhere" / "s")
    assert [str(tmp_path / "elsewhere" / "s")] == [signer.signature for signer in report.signers]
    path = signed(tmp_path)
    error = refusal(lambda: checksig.verify(path, trust=TRUST, signature=tmp_path / "nothing"))
    assert ("signature_missing", str(tmp_path / "nothing")) == (error.code, error.path)
    assert "can't read the signature: no such file or directory" == error.reason


def test_a_list_that_is_named_as_its_own_signature_is_none(tmp_path: Path) -> None:
    """But for one with a signature in it."""
    path = signed(tmp_path)
    assert "signature_malformed" == refusal(lambda: checksig.verify(path, trust=TRUST, signature=path)).code
    path.write_bytes(vector("signify/alice.embedded.sig"))
    assert checksig.verify(path, trust=SIGNIFY, signature=path).ok


# What has no signature


@pytest.mark.parametrize("list_", [{"a": "sha256:" + "0" * 64}, checksig.Entry("a", "sha256:" + "0" * 64)])
def test_entries_have_no_signature(tmp_path: Path, list_: Any) -> None:
    """Nor do mappings: they are from no list, and one beside does not make up for that."""
    signed(tmp_path)
    with pytest.raises(checksig.ManifestError, match="entries that are not from a list have no signature"):
        checksig.verify(tmp_path, list_, trust=TRUST)
    with pytest.raises(checksig.ManifestError, match="entries that are not from a list have no signature"):
        checksig.verify(tmp_path, [tmp_path / "SHA256SUMS", list_], trust=TRUST)


BAG = {
    "bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
    "manifest-sha256.txt": LIST,
    "manifest-sha256.txt.minisig": SIGNED,
}


def test_a_bag_has_no_signature(tmp_path: Path) -> None:
    """But its manifests may have: who wants them to be verified names them."""
    with pytest.raises(checksig.ManifestError, match="a bag, which has no signature as a whole") as caught:
        checksig.verify(make(tmp_path, BAG), trust=TRUST)
    assert "invalid_bag" == caught.value.code
    report = checksig.verify(tmp_path, tmp_path / "manifest-sha256.txt", trust=TRUST)
    assert (True, 2, None) == (report.ok, report.files, report.bag)


# What was verified is what is read


@posix  # Windows removes no open file
def test_a_list_may_come_as_an_open_file(tmp_path: Path) -> None:
    """Its signature is beside the path of the file, and what it reads counts, not what is at the path now."""
    path = signed(tmp_path)
    with path.open("rb") as file:
        assert checksig.verify(tmp_path, file, trust=TRUST).ok
    with path.open("rb") as file:
        path.unlink()
        path.write_bytes(OTHER)
        assert checksig.verify(tmp_path, file, trust=TRUST).ok
        assert "signature_bad" == refusal(lambda: checksig.verify(path, trust=TRUST)).code


@pytest.mark.parametrize(
    ("text", "signature", "other"),
    [(LIST, "alice.sig", OTHER), (STATEMENT, "alice.statement.sig", STATEMENT.replace(b'"b"', b'"c"'))],
    ids=["list", "statement"],
)
def test_a_list_that_is_replaced_while_it_is_verified_does_not_count(
    tmp_path: Path, text: bytes, signature: str, other: bytes
) -> None:
    """Its entries are those that were signed."""
    path = make(tmp_path, {"list": text, "list.sig": vector(f"minisign/{signature}")}) / "list"
    with checksig.iter_verify(tmp_path, path, trust=TRUST, keep="all") as job:
        path.unlink()
        path.write_bytes(other)
        assert {"a": Status.OK, "b": Status.OK} == {result.path: result.status for result in job}


def test_a_statement_may_be_signed_by_a_key(tmp_path: Path) -> None:
    """The signature is of the document, whose lists are read only then."""
    path = make(tmp_path, {"s.json": STATEMENT, "s.json.minisig": vector("minisign/alice.statement.sig")}) / "s.json"
    report = checksig.verify(tmp_path, path, trust=TRUST)
    assert (True, 2, 1) == (report.ok, report.files, len(report.signers))
    path.write_bytes(STATEMENT.replace(b'"b"', b'"c"'))
    assert "signature_bad" == refusal(lambda: checksig.verify(tmp_path, path, trust=TRUST)).code
    path.write_bytes(STATEMENT[:-1])
    assert "signature_bad" == refusal(lambda: checksig.verify(tmp_path, path, trust=TRUST)).code


BIG = b"# filler\n" * 600_000 + LIST


@pytest.mark.parametrize(("scheme", "trust"), [("minisign", TRUST), ("signify", SIGNIFY)], ids=["minisign", "signify"])
def test_a_list_of_5_megabytes_may_be_signed(tmp_path: Path, scheme: str, trust: checksig.Minisign | Signify) -> None:
    """The last byte counts."""
    path = make(tmp_path, {"SHA256SUMS": BIG, "SHA256SUMS.sig": vector(f"{scheme}/alice.big.sig")}) / "SHA256SUMS"
    assert checksig.verify(path, trust=trust).ok
    path.write_bytes(BIG[:-1] + b"\r")
    assert "signature_bad" == refusal(lambda: checksig.verify(path, trust=trust)).code


@posix
def test_the_lines_of_a_list_without_its_signature_are_not_read_again(tmp_path: Path) -> None:
    """A link to the list has signatures of its own, and its content is what counts."""
    path = signed(tmp_path)
    link = tmp_path / "link"
    link.symlink_to(path.name)
    assert "signature_missing" == refusal(lambda: checksig.verify(link, trust=TRUST)).code
    (tmp_path / "link.minisig").symlink_to("SHA256SUMS.minisig")
    assert checksig.verify(link, trust=TRUST).ok


# The helper process


def test_the_helper_process_verifies_signatures_too(tmp_path: Path) -> None:
    """With the same verdicts as the library, also for 5 MB."""
    from checksig._engine._library import PROGRAM

    if not Path(PROGRAM).exists():
        pytest.skip("needs the helper program")
    environment = {**os.environ, "CHECKSIG_ENGINE": "process"}
    make(tmp_path, {"SHA256SUMS": BIG, "SHA256SUMS.sig": vector("signify/alice.big.sig")})
    keys = ("--key", KEY, "--key", str(VECTORS / "signify" / "alice.pub"))
    done = run("verify", *keys, cwd=tmp_path, env=environment)
    assert (0, b"") == (done.returncode, done.stdout), done.stderr
    for text in (BIG[:-1], LIST, b""):
        make(tmp_path, {"SHA256SUMS": text})
        done = run("verify", *keys, "SHA256SUMS", cwd=tmp_path, env=environment)
        assert 2 == done.returncode
        assert b"not a signature of this list by the signify key" in done.stderr


# Objects

OBJECTS: dict[str, tuple[Callable[[], object], str]] = {
    "Minisign": (lambda: Minisign("k"), "Minisign(key='k')"),
    "Signify": (lambda: Signify("k"), "Signify(key='k')"),
    "AllowedSigners": (lambda: AllowedSigners("a"), "AllowedSigners(path='a', namespace='file')"),
    "AllowedSigners, all": (
        lambda: AllowedSigners("a", "me", "git", "r"),
        "AllowedSigners(path='a', identity='me', namespace='git', revoked='r')",
    ),
    "OpenPGP": (lambda: OpenPGP("k"), "OpenPGP(keyring=('k',))"),
    "OpenPGP, two": (lambda: OpenPGP(["k", "l"]), "OpenPGP(keyring=('k', 'l'))"),
    "a path": (lambda: Minisign(Path("d") / "k"), f"Minisign(key={os.path.join('d', 'k')!r})"),
    "bytes": (lambda: Minisign(b"k"), "Minisign(key='k')"),
}


@pytest.mark.parametrize(("new", "text"), OBJECTS.values(), ids=OBJECTS)
def test_whom_to_trust_is_a_value(new: Callable[[], Any], text: str) -> None:
    """It can be compared, hashed, copied, pickled and shown. No file is read for that."""
    one = new()
    assert text == repr(one)
    for same in (new(), copy.deepcopy(one), pickle.loads(pickle.dumps(one))):
        assert one == same
        assert hash(one) == hash(same)


def test_two_schemes_are_never_the_same() -> None:
    """Nor are two keys."""
    given = [new() for name, (new, _) in OBJECTS.items() if name != "bytes"]
    assert len(given) == len(set(given))
    assert Minisign("k") != "k"


def test_a_signature_error_can_be_pickled(tmp_path: Path) -> None:
    """It may have to travel to another process."""
    error = refusal(lambda: checksig.verify(make(tmp_path, {"SHA256SUMS": LIST}) / "SHA256SUMS", trust=TRUST))
    again = pickle.loads(pickle.dumps(error))
    assert (str(error), error.path, error.reason, error.code) == (str(again), again.path, again.reason, again.code)
    assert isinstance(again, checksig.ChecksigError)
    assert not isinstance(again, ValueError)


def test_a_signer_can_be_pickled_and_is_in_the_report(tmp_path: Path) -> None:
    """So can the report that has it."""
    report = checksig.verify(signed(tmp_path), trust=TRUST)
    again = pickle.loads(pickle.dumps(report))
    assert (report, report.signers) == (again, again.signers)
    (signer,) = report.signers
    assert [signer.as_dict()] == report.as_dict()["signers"]
    assert f"minisign key {signer.key_id}, who says: for the tests" == signer.phrase


def test_a_report_without_trust_has_no_signers(tmp_path: Path) -> None:
    """Signatures beside lists do not make one."""
    assert () == checksig.verify(signed(tmp_path)).signers


def test_a_path_in_an_error_is_harmless() -> None:
    """Control characters and what is not UTF-8 are escaped."""
    assert r"a\033[2J\xff: why\n" == str(SignatureError("a\x1b[2J\udcff", "why\n"))
    assert "why" == str(SignatureError("", "why"))


# Arguments

WRONG: dict[str, tuple[Callable[[], object], type[Exception], str]] = {
    "a signature alone": (lambda: checksig.verify(signature="s"), ValueError, "signature needs trust"),
    "all required alone": (lambda: checksig.verify(require_all=True), ValueError, "require_all needs trust"),
    "nobody": (lambda: checksig.verify(trust=[]), ValueError, "trust is empty"),
    "a path": (lambda: checksig.verify(trust=KEY), TypeError, "trust must be a Minisign"),  # type: ignore[arg-type]
    "paths": (lambda: checksig.verify(trust=[KEY]), TypeError, "trust must be a Minisign"),  # type: ignore[list-item]
    "bytes": (lambda: checksig.verify(trust=b"k"), TypeError, "trust must be a Minisign"),  # type: ignore[arg-type]
    "a class": (lambda: checksig.verify(trust=Minisign), TypeError, "trust must be"),  # type: ignore[arg-type]
    "False": (lambda: checksig.verify(trust=False), TypeError, "trust must be"),  # type: ignore[arg-type]
    "an empty signature": (lambda: checksig.verify(trust=TRUST, signature=""), ValueError, "signature is empty"),
    "a number": (lambda: checksig.verify(trust=TRUST, signature=1), TypeError, "signature"),  # type: ignore[arg-type]
    "all by number": (lambda: checksig.verify(trust=TRUST, require_all=1), TypeError, "True or"),  # type: ignore[arg-type]
    "all by 0": (lambda: checksig.verify(require_all=0), TypeError, "True or"),  # type: ignore[arg-type]
    "an empty key": (lambda: Minisign(""), ValueError, "key is empty"),
    "no key": (lambda: Signify(None), TypeError, "key must be"),  # type: ignore[arg-type]
    "an empty path": (lambda: AllowedSigners(""), ValueError, "path is empty"),
    "an empty identity": (lambda: AllowedSigners("a", ""), ValueError, "identity is empty"),
    "an empty namespace": (lambda: AllowedSigners("a", namespace=""), ValueError, "namespace is empty"),
    "an empty file": (lambda: AllowedSigners("a", revoked=""), ValueError, "revoked is empty"),
    "a number as identity": (lambda: AllowedSigners("a", 1), TypeError, "identity"),  # type: ignore[arg-type]
    "no keyring": (lambda: OpenPGP([]), ValueError, "keyring is empty"),
    "an empty keyring": (lambda: OpenPGP([""]), ValueError, "keyring"),
}


@pytest.mark.parametrize(("call", "error", "words"), WRONG.values(), ids=WRONG)
def test_a_wrong_argument_is_refused(call: Callable[[], object], error: type[Exception], words: str) -> None:
    """As soon as it is given."""
    with pytest.raises(error, match=words):
        call()


def test_trust_may_be_any_iterable(tmp_path: Path) -> None:
    """One that can be iterated once does."""
    path = signed(tmp_path)
    givers: Iterable[Iterable[Minisign | Signify]] = ([TRUST], (TRUST, SIGNIFY), {TRUST}, iter([TRUST]))
    for given in givers:
        assert 1 == len(checksig.verify(path, trust=given).signers)


def test_an_iteration_is_refused_before_it_starts(tmp_path: Path) -> None:
    """The call raises, so that no result comes first."""
    path = make(tmp_path, {"SHA256SUMS": LIST, "SHA256SUMS.sig": SIGNED_OTHER}) / "SHA256SUMS"
    assert "signature_bad" == refusal(lambda: checksig.iter_verify(path, trust=TRUST)).code


def test_an_async_job_has_signers_too(tmp_path: Path) -> None:
    """Its report has them."""
    path = signed(tmp_path)

    async def report() -> checksig.Report:
        async with checksig.iter_verify(path, trust=TRUST) as job:
            return await job.areport()

    assert 1 == len(asyncio.run(report()).signers)


# The command line


def test_a_file_is_looked_up_in_signed_lists_alone(tmp_path: Path) -> None:
    """A list without a signature is left out, with a warning."""
    signed(tmp_path)
    make(tmp_path, {"md5sum.txt": b"d41d8cd98f00b204e9800998ecf8427e  a\n"})
    done = run("verify", "--key", KEY, "a", "--json", cwd=tmp_path)
    assert 0 == done.returncode, done.stderr
    found = [o for o in objects(done.stdout) if o["type"] == "warning"]
    assert [("unsigned", "not used, because it is not signed as demanded: md5sum.txt")] == [
        (o["code"], o["message"]) for o in found
    ]


def test_a_file_that_only_an_unsigned_list_names_fails(tmp_path: Path) -> None:
    """It has no entry in any list that counts, and a warning names the one that does not."""
    signed(tmp_path)
    make(tmp_path, {"c": b"not a list\n", "md5sum.txt": b"d41d8cd98f00b204e9800998ecf8427e  c\n"})
    done = run("verify", "--key", KEY, "c", cwd=tmp_path)
    assert (2, b"") == (done.returncode, done.stdout)
    assert b"no entry for c" in done.stderr
    assert "checksig: warning: not used, because it is not signed as demanded: md5sum.txt" == lines(done.stderr)[-1]


@pytest.mark.parametrize("signature", [None, SIGNED_OTHER, b""])
def test_a_file_in_no_signed_list_is_refused(tmp_path: Path, signature: bytes | None) -> None:
    """Nor is a list with a bad signature left out like one without any."""
    make(tmp_path, {"SHA256SUMS": LIST} | ({"SHA256SUMS.sig": signature} if signature is not None else {}))
    done = run("verify", "--key", KEY, "a", cwd=tmp_path)
    assert (2, b"") == (done.returncode, done.stdout)


@pytest.mark.parametrize("beside", [True, False])
def test_an_old_signed_list_in_the_place_of_a_file_is_not_verified_instead(tmp_path: Path, *, beside: bool) -> None:
    """Its unsigned comment may be a script; a file is a list only if it is called like one."""
    (tmp_path / "install.sh").write_bytes(vector("signify/alice.embedded.sig"))
    make(tmp_path, FILES)
    if beside:
        digest = hashlib.sha256(b"the real one").hexdigest()
        text = f"{digest}  install.sh\n".encode()
        make(tmp_path, {"SHA256SUMS": text, "SHA256SUMS.minisig": SIGNER.minisign(text)})
    keys = ("--key", str(VECTORS / "signify" / "alice.pub"), "--key", SIGNER.text)
    done = run("verify", *keys, "install.sh", cwd=tmp_path)
    assert (1 if beside else 2) == done.returncode, done.stderr
    assert (b"install.sh: FAILED (mismatch)\n" if beside else b"") == done.stdout
    assert 0 == run("verify", *keys, "-c", "install.sh", cwd=tmp_path).returncode


def test_a_list_with_its_signature_is_known_by_its_name(tmp_path: Path) -> None:
    """As OpenBSD's SHA256.sig is."""
    make(tmp_path, {**FILES, "SHA256.sig": vector("signify/alice.embedded.sig")})
    assert 0 == run("verify", "--key", str(VECTORS / "signify" / "alice.pub"), "SHA256.sig", cwd=tmp_path).returncode


def test_lists_of_others_are_left_out_for_a_file(tmp_path: Path) -> None:
    """In a directory of downloads there may be some, with signatures by other keys, or empty ones."""
    signed(tmp_path)
    others = {"x.md5": b"d41d8cd98f00b204e9800998ecf8427e  x\n", "x.md5.minisig": vector("minisign/mallory.sig")}
    make(tmp_path, {**others, "y.md5": others["x.md5"], "y.md5.asc": b""})
    done = run("verify", "--key", KEY, "a", cwd=tmp_path)
    assert (0, b"") == (done.returncode, done.stdout), done.stderr
    assert 2 == sum(line.endswith(("demanded: x.md5", "demanded: y.md5")) for line in lines(done.stderr))
    assert 2 == run("verify", "--key", KEY, cwd=tmp_path).returncode


@pytest.mark.parametrize("words", [("a",), ("--extra",), ("--only", "a")])
def test_signatures_alone_are_of_lists_alone(tmp_path: Path, words: tuple[str, ...]) -> None:
    """What is about files would not be done."""
    signed(tmp_path)
    done = run("verify", "--signature-only", "--key", KEY, *words, cwd=tmp_path)
    assert (2, b"") == (done.returncode, done.stdout)
    assert b"--signature-only is for lists alone" in done.stderr


def test_a_list_on_standard_input_needs_a_signature(tmp_path: Path) -> None:
    """There is none beside it."""
    signed(tmp_path)
    for command in (("verify", "-c", "-"), ("-c", "-")):
        done = run(*command, "--key", KEY, "--signature", "SHA256SUMS.minisig", cwd=tmp_path, input=LIST, stdin=None)
        assert (0, b"") == (done.returncode, done.stdout), done.stderr
    for options, text in (((), LIST), (("--signature", "SHA256SUMS.minisig"), OTHER)):
        done = run("-c", "-", "--key", KEY, *options, cwd=tmp_path, input=text, stdin=None)
        assert (2, b"") == (done.returncode, done.stdout)


def test_a_list_on_standard_input_may_have_its_signature_in_it(tmp_path: Path) -> None:
    """One of signify, or of OpenPGP."""
    make(tmp_path, {})
    text = vector("signify/alice.embedded.sig")
    key = str(VECTORS / "signify" / "alice.pub")
    done = run("-c", "-", "--key", key, cwd=tmp_path, input=text, stdin=None)
    assert (0, b"") == (done.returncode, done.stdout), done.stderr
    done = run("-c", "-", "--key", key, cwd=tmp_path, input=text + LIST, stdin=None)
    assert (2, b"") == (done.returncode, done.stdout)


def test_all_lists_beneath_a_root_need_signatures(tmp_path: Path) -> None:
    """The first one that has none ends with status 2, whatever the others have."""
    for name in ("x", "y"):
        signed(tmp_path / name)
    assert 0 == run("verify", "-r", "--key", KEY, ".", cwd=tmp_path).returncode
    (tmp_path / "y" / "SHA256SUMS.minisig").unlink()
    done = run("verify", "-r", "--key", KEY, ".", cwd=tmp_path)
    assert 2 == done.returncode
    assert MISSING.encode() in done.stderr


@pytest.mark.parametrize("operand", ["d", "d/SHA256SUMS"])
def test_an_operand_has_its_own_files(tmp_path: Path, operand: str) -> None:
    """Those of the same names in the working directory are not verified instead."""
    signed(tmp_path / "d")
    make(tmp_path / "d", {"b": b"changed"})
    make(tmp_path, FILES)
    done = run("verify", "--key", KEY, operand, cwd=tmp_path)
    assert 1 == done.returncode, done.stderr
    assert [b"FAILED"] == [word for word in (b"FAILED", b"missing") if word in done.stdout]


def test_signatures_alone_may_be_verified(tmp_path: Path) -> None:
    """Then no file is read, be it there or not."""
    make(tmp_path, {"SHA256SUMS": LIST, "SHA256SUMS.sig": SIGNED}, data=False)
    done = run("verify", "--key", KEY, "--signature-only", cwd=tmp_path)
    assert (0, b"") == (done.returncode, done.stdout)
    assert "checksig: OK: 1 list signed as demanded" == lines(done.stderr)[-1]


def test_a_signature_that_nobody_asked_for_is_mentioned(tmp_path: Path) -> None:
    """It is not verified without a key, nor with --signature none."""
    make(tmp_path, {"SHA256SUMS": LIST, "SHA256SUMS.sig": SIGNED_OTHER})
    for options in ((), ("--key", KEY, "--signature", "none")):
        done = run("verify", *options, cwd=tmp_path)
        assert 0 == done.returncode
        assert b"warning: the signature SHA256SUMS.sig was not verified" in done.stderr


USAGE: dict[str, Sequence[str]] = {
    "--require-signature requires a key": ("--require-signature",),
    "--signature-only requires a key": ("--signature-only",),
    "--require-all requires a key": ("--require-all",),
    "--signature requires a key": ("--signature", "s"),
    "--namespace requires --allowed-signers": ("--namespace", "n", "--key", KEY),
    "--revoked-keys requires --allowed-signers": ("--revoked-keys", "r", "--key", KEY),
    "--identity requires --allowed-signers or --issuer": ("--identity", "i", "--key", KEY),
    "--issuer requires --identity": ("--issuer", "i", "--key", KEY),
    "--require-signature and --signature none can't be combined": (
        "--require-signature",
        "--signature",
        "none",
        "--key",
        KEY,
    ),
    "--signature-only and --signature none can't be combined": ("--signature-only", "--signature", "none"),
    "--key is empty": ("--key", ""),
    "--allowed-signers is empty": ("--allowed-signers", ""),
    "--revoked-keys is empty": ("--allowed-signers", "a", "--revoked-keys", ""),
    "--namespace is empty": ("--allowed-signers", "a", "--namespace="),
    "--signature is empty": ("--key", KEY, "--signature="),
    "--keyring is empty": ("--keyring=",),
}


@pytest.mark.parametrize(("words", "options"), USAGE.items(), ids=USAGE)
def test_options_that_make_no_sense_verify_nothing(tmp_path: Path, words: str, options: Sequence[str]) -> None:
    """A variable of a script that is not set does not turn signatures off."""
    signed(tmp_path)
    done = run("verify", *options, cwd=tmp_path)
    assert (2, b"") == (done.returncode, done.stdout)
    assert f"checksig: error: {words}" == lines(done.stderr)[0]


def test_the_signer_is_an_object_in_json(tmp_path: Path) -> None:
    """It comes before the verdicts."""
    signed(tmp_path)
    done = run("verify", "--key", KEY, "--json", cwd=tmp_path)
    first = objects(done.stdout)[0]
    assert ("signer", "minisign", "SHA256SUMS.minisig") == (first["type"], first["scheme"], first["signature"])


def test_a_refusal_is_an_object_in_json(tmp_path: Path) -> None:
    """With its code, and a summary that says that nothing is verified."""
    make(tmp_path, {"SHA256SUMS": LIST, "SHA256SUMS.sig": SIGNED_OTHER})
    done = run("verify", "--key", KEY, "--json", cwd=tmp_path)
    *_, error, summary = objects(done.stdout)
    assert (2, "signature_bad") == (done.returncode, error["code"])
    assert (False, 2, 0) == (summary["ok"], summary["exit_status"], summary["files"])


@posix
def test_a_name_of_a_list_is_harmless_in_a_refusal(tmp_path: Path) -> None:
    """It does not move the cursor."""
    name = "SHA\x1b[2JSUMS"
    make(tmp_path, {name: LIST})
    done = run("verify", "--key", KEY, name, cwd=tmp_path)
    assert 2 == done.returncode
    assert b"\x1b" not in done.stdout + done.stderr


def test_reports_in_files_say_who_signed_or_why_not(tmp_path: Path) -> None:
    """They are of the same run."""
    for signature, status in ((SIGNED, 0), (SIGNED_OTHER, 2)):
        make(tmp_path, {"SHA256SUMS": LIST, "SHA256SUMS.sig": signature})
        done = run("verify", "--key", KEY, "--format", "csv", cwd=tmp_path)
        assert status == done.returncode
        assert (b"signed" if status == 0 else b"not a signature of this list") in done.stdout


def test_a_list_like_a_deep_document_is_refused(tmp_path: Path) -> None:
    """It is not signed, and nobody has to read it to its end."""
    path = make(tmp_path, {"SHA256SUMS": b'{"a":' * 200_000, "SHA256SUMS.sig": SIGNED}) / "SHA256SUMS"
    assert "signature_bad" == refusal(lambda: checksig.verify(path, trust=TRUST)).code
