"""Every algorithm against others' code: hashlib, zlib, and the libraries of BLAKE3, xxHash and CRC-32C."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

import checksig
from checksig import Status, _words
from command import checksig as checksig_command
from conftest import posix

LENGTHS = [0, 1, 3, 4, 8, 9, 16, 17, 63, 64, 65, 127, 128, 129, 240, 241, 1023, 1024, 1025, 1088, 2048, 3072, 3073]
LENGTHS += [4096, 5121, 65_535, 65_536, 65_537, 131_072, 1_000_000, 1 << 20, (1 << 20) + 1, 3_500_000]
"""Around the blocks, stripes, chunks and pieces of files that an algorithm, or the engine, works with."""

DATA = bytes(i * i >> 3 & 255 ^ i & 255 for i in range(251)) * (max(LENGTHS) // 251 + 1)

SHA512T = {"sha512-224": "sha512_224", "sha512-256": "sha512_256"}


def oracle(algorithm: str) -> Callable[[bytes], str]:
    """Return what computes an algorithm here, in hex; skip the test where nothing does."""
    size = int(str(_words.ALGORITHMS[algorithm]["bytes"]))
    if algorithm.startswith("blake2"):
        blake2 = hashlib.blake2b if algorithm.startswith("blake2b") else hashlib.blake2s
        return lambda data: blake2(data, digest_size=size).hexdigest()
    if algorithm == "crc32":
        return lambda data: f"{zlib.crc32(data):08x}"
    name, package = {
        "blake3": ("blake3", "blake3"),
        "crc32c": ("value", "google_crc32c"),
        "xxh64": ("xxh64_hexdigest", "xxhash"),
        "xxh3-128": ("xxh3_128_hexdigest", "xxhash"),
    }.get(algorithm, ("", ""))
    if package:
        compute = getattr(pytest.importorskip(package), name)
        return lambda data: _hex(compute(data))
    try:
        hashlib.new(SHA512T.get(algorithm, algorithm.replace("-", "_")))
    except ValueError:
        pytest.skip(f"this Python's OpenSSL lacks {algorithm}")
    return lambda data: hashlib.new(SHA512T.get(algorithm, algorithm.replace("-", "_")), data).hexdigest()


def _hex(value: object) -> str:
    if isinstance(value, int):
        return f"{value:08x}"
    return value if isinstance(value, str) else value.hexdigest()  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Lay a file of each length, by name."""
    root = tmp_path_factory.mktemp("files")
    for length in LENGTHS:
        (root / str(length)).write_bytes(DATA[:length])
    return root


@pytest.mark.parametrize("algorithm", _words.LISTED)
@pytest.mark.parametrize("jobs", [1, 2])
def test_files_of_every_length_have_the_digest_of_another_implementation(
    files: Path, algorithm: str, jobs: int
) -> None:
    """In the order of their names, on one worker and on two, which share the subtrees of BLAKE3."""
    digest = oracle(algorithm)
    entries = {str(length): f"{algorithm}:{digest(DATA[:length])}" for length in LENGTHS}
    report = checksig.verify(files, entries, jobs=jobs)
    assert report, report.failures
    assert len(LENGTHS) == report.counts[Status.OK]


@pytest.mark.parametrize("algorithm", _words.LISTED)
def test_a_file_that_differs_in_one_bit_is_a_mismatch(tmp_path: Path, algorithm: str) -> None:
    """Whichever part of the file it is in."""
    good = DATA[:200_000]
    listed = checksig.file_digest(_lay(tmp_path / "good", good), algorithm)
    for at in (0, 1023, 1024, 65_536, 131_071, 199_999):
        bad = bytearray(good)
        bad[at] ^= 1
        result = checksig.verify_file(_lay(tmp_path / "bad", bytes(bad)), f"{algorithm}:{listed}")
        assert Status.MISMATCH == result.status


def _lay(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("algorithm", [name for name in _words.ALGORITHMS if name.startswith("blake2")])
def test_blake2_of_every_length_is_that_of_hashlib(tmp_path: Path, algorithm: str) -> None:
    """The length of the digest is part of the algorithm: a short digest is no part of a long one."""
    digest = oracle(algorithm)
    for length in (0, 1, 64, 65, 128, 129, 1000):
        path = _lay(tmp_path / str(length), DATA[:length])
        assert digest(DATA[:length]) == checksig.file_digest(path, algorithm)


@posix
@pytest.mark.parametrize("bits", [8, 16, 128, 160, 256, 384, 504, 512])
@pytest.mark.parametrize("tagged", [False, True])
def test_lists_of_b2sum_are_verified(tmp_path: Path, bits: int, tagged: bool) -> None:  # noqa: FBT001
    """Those without tags by the list's name and the length of the digests."""
    if not shutil.which("b2sum"):
        pytest.skip("there is no b2sum here")
    _lay(tmp_path / "a b", b"x" * 1000)
    command = ["b2sum", f"--length={bits}", *(["--tag"] if tagged else []), "a b"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True)
    path = _lay(tmp_path / ("list" if tagged else "B2SUMS"), done.stdout)
    report = checksig.verify(tmp_path, path, keep="all")
    name = "blake2b" if bits == 512 else f"blake2b-{bits}"
    assert [("a b", Status.OK, name)] == [(r.path, r.status, r.algorithm) for r in report.results]
    if bits >= 160:
        assert () == tuple(report.warnings)
    else:
        assert ["weak_digest"] == [warning.code for warning in report.warnings]


@posix
@pytest.mark.parametrize(
    ("command", "name", "algorithm"),
    [
        (["b3sum"], "B3SUMS", "blake3"),
        (["xxhsum", "-H64"], "x.xxh64", "xxh64"),
        (["xxhsum", "-H128"], "x.xxh", "xxh3-128"),
        (["xxhsum", "--tag", "-H128"], "list", "xxh3-128"),
        (["openssl", "dgst", "-blake2b512"], "list", "blake2b"),
        (["openssl", "dgst", "-blake2s256"], "list", "blake2s"),
        (["openssl", "dgst", "-sha512-224"], "list", "sha512-224"),
    ],
)
def test_lists_of_other_tools_are_verified(tmp_path: Path, command: list[str], name: str, algorithm: str) -> None:
    """As they are written, where the tool is on this machine."""
    if not shutil.which(command[0]):
        pytest.skip(f"there is no {command[0]} here")
    _lay(tmp_path / "a", b"x" * 5000)
    done = subprocess.run([*command, "a"], cwd=tmp_path, capture_output=True, check=False)
    if done.returncode:
        pytest.skip(done.stderr.decode())
    report = checksig.verify(tmp_path, _lay(tmp_path / name, done.stdout), keep="all")
    assert [("a", Status.OK, algorithm)] == [(r.path, r.status, r.algorithm) for r in report.results]


PREFIXES = Path(__file__).parent.parent / "go" / "internal" / "verify" / "testdata"
"""The first bytes of the two files of the published attack. What follows in both doesn't matter."""


def test_files_of_a_collision_attack_are_found_if_asked(tmp_path: Path) -> None:
    """Both have the SHA-1 in the list, and neither is what the other is."""
    names = ["shattered-1.bin", "shattered-2.bin"]
    for name in names:
        _lay(tmp_path / name, (PREFIXES / name).read_bytes() + b"the same end" * 10_000)
    _lay(tmp_path / "good", b"good")
    digests = {name: hashlib.sha1((tmp_path / name).read_bytes()).hexdigest() for name in [*names, "good"]}
    assert digests[names[0]] == digests[names[1]]
    assert checksig.verify(tmp_path, digests)
    report = checksig.verify(tmp_path, digests, detect_collisions=True)
    detail = "the file is part of a collision attack on SHA-1"
    assert [(name, Status.MISMATCH, detail) for name in names] == [(r.path, r.status, r.detail) for r in report.results]

    _lay(tmp_path / "SHA1SUMS", "".join(f"{digest}  {name}\n" for name, digest in digests.items()).encode())
    assert 0 == checksig_command("verify", cwd=tmp_path).returncode
    done = checksig_command("verify", "--detect-collisions", cwd=tmp_path)
    assert 1 == done.returncode
    assert f"{names[1]}: FAILED (mismatch: {detail})" in done.stdout.decode().splitlines()
