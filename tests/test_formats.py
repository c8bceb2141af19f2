"""Lists of every format, through the package: which one reads them, and what that says."""

from __future__ import annotations

import base64
import csv
import hashlib
import importlib.metadata
import json
from pathlib import Path
from urllib.parse import quote_plus

import pytest

import checksig
from checksig import Status
from checksig._readers import READERS
from checksig._words import FORMATS
from command import checksig as checksig_command
from conftest import posix

HELLO = hashlib.sha256(b"hello").hexdigest()
MD5 = hashlib.md5(b"hello").hexdigest()
BASE64 = base64.urlsafe_b64encode(bytes.fromhex(HELLO)).rstrip(b"=").decode()
NAMES = ("a.txt", "d/b.txt")
RULE = f"{'-' * 64} {'-' * 13}  ------------"
SEVENZIP = (
    f"{'SHA256':64} {'Size':>13}  Name",
    RULE,
    f"{HELLO} {5:>13}  a.txt",
    f"{'':80}d",
    f"{HELLO} {5:>13}  d/b.txt",
    RULE,
    f"{HELLO} {10:>13}  ",
    "Everything is Ok",
)


def s3_row(key: str, data: bytes, kind: str = "FULL_OBJECT") -> str:
    """Return a row of a report of S3 Batch Operations, in the form that its documentation shows."""
    raw = hashlib.sha256(data).digest()
    message = {
        "checksum_base64": base64.b64encode(raw).decode(),
        "etag": hashlib.md5(data).hexdigest(),
        "checksumAlgorithm": "SHA256",
        "checksumType": kind,
        "checksum_hex": raw.hex().upper(),
    }
    text = json.dumps(message, separators=(",", ":")).replace("=", "\\u003d").replace('"', '""')
    return f'my-bucket,{quote_plus(key, safe="/")},,succeeded,200,,"{text}"\n'


GROUPS = " ".join(HELLO[i : i + 8].upper() for i in range(0, 64, 8))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a directory with two files."""
    (tmp_path / "d").mkdir()
    (tmp_path / "a.txt").write_bytes(b"hello")
    (tmp_path / "d" / "b.txt").write_bytes(b"hello")
    return tmp_path


@pytest.mark.parametrize(
    "content",
    [
        f"{HELLO} a.txt\n{HELLO} d/b.txt\n",
        f"{HELLO}\ta.txt\n{HELLO}\td/b.txt\n",
        f"sha256:{HELLO}  a.txt\nsha256:{HELLO}  d/b.txt\n",
        f"a.txt {HELLO}\nd/b.txt md5:{MD5}\n",
        f"{HELLO}  a.txt\0{HELLO}  d/b.txt\0",
        f"         5  {HELLO}  a.txt\n         5  {HELLO}  d/b.txt\n",
        f"%%%% HASHDEEP-1.0\n%%%% size,md5,sha256,filename\n5,{MD5},{HELLO},a.txt\n5,{MD5},{HELLO},d/b.txt\n",
        f"a.txt,sha256={BASE64},5\nd/b.txt,sha256={BASE64},5\n",
        f"Origin: x\nMD5Sum:\n {MD5} 5 a.txt\n {MD5} 5 d/b.txt\nSHA256:\n {HELLO} 5 a.txt\n {HELLO} 5 d/b.txt\n",
        f"DATA a.txt 5 SHA256 {HELLO}\nMISC d/b.txt 5 WHIRLPOOL {HELLO * 2} SHA256 {HELLO}\n",
        f"DIST a.txt 5 SHA256 {HELLO}\nDIST d/b.txt 5 SHA256 {HELLO}\n",
        f"TIMESTAMP = 1\nSHA256 (a.txt) = {HELLO}\nSIZE (a.txt) = 5\nSHA256 (d/b.txt) = {HELLO}\nSIZE (d/b.txt) = 5\n",
        f"#mtree\na.txt type=file size=5 sha256={HELLO}\nd type=dir\n  b.txt type=file sha256={HELLO}\n..\n",
        f"a.txt: {GROUPS[:53]}\n       {GROUPS[54:]}\nd/b.txt: SHA256 = {GROUPS}\n",
        "".join(f"SHA256 hash of {name}:\n{HELLO}\nCertUtil: -hashfile ok.\n" for name in NAMES),
        (
            "\ufeff"
            + "".join(f"Algorithm : SHA256\r\nHash      : {HELLO}\r\nPath      : {name}\r\n\r\n" for name in NAMES)
        ).encode("utf-16-le"),
        f'"Algorithm","Hash","Path"\r\n"SHA256","{HELLO}","a.txt"\r\n"SHA256","{HELLO}","d/b.txt"\r\n',
        f"Algorithm Hash Path\n--------- ---- ----\nSHA256 {HELLO} a.txt\nSHA256 {HELLO} d/b.txt\n",
        "\n".join(SEVENZIP),
        "".join(s3_row(name, b"hello") for name in NAMES),
        f"SHA256    (a.txt) = {HELLO}\nSHA256    (d/b.txt) = {HELLO}\n",
        f"\ufeff{HELLO} *a.txt\r\n{HELLO} *d/b.txt\r\n".encode("utf-16-le"),
        f"\ufeff{HELLO} *a.txt\r\n{HELLO} *d/b.txt\r\n".encode("utf-32-be"),
    ],
)
def test_a_list_is_read_by_the_format_that_it_shows(root: Path, content: str | bytes) -> None:
    """Both files are verified, and found to be damaged when they are."""
    (root / "list").write_bytes(content.encode() if isinstance(content, str) else content)
    assert 2 == checksig.verify(root, root / "list").counts[Status.OK]
    (root / "d" / "b.txt").write_bytes(b"olleh")
    assert [("d/b.txt", Status.MISMATCH)] == [(r.path, r.status) for r in checksig.verify(root, root / "list").failures]


def test_the_caller_may_say_the_format(root: Path) -> None:
    """What the content would show then doesn't count."""
    (root / "list").write_text(f"{HELLO} a.txt\n")
    assert checksig.verify(root, root / "list", list_format="one-space")
    with pytest.raises(checksig.ManifestError) as caught:
        checksig.verify(root, root / "list", list_format="coreutils")
    assert ("no_entry", 1) == (caught.value.code, caught.value.line)


def test_an_unknown_format_is_refused_with_the_names_of_all(root: Path) -> None:
    """Something else than a name is a TypeError."""
    with pytest.raises(
        ValueError, match=f'list_format: unknown list format "gnu" \\(known: {", ".join([*FORMATS, *READERS])}\\)'
    ):
        checksig.verify(root, {"a.txt": HELLO}, list_format="gnu")
    with pytest.raises(ValueError, match="list_format is empty"):
        checksig.verify(root, list_format="")
    with pytest.raises(TypeError, match="list_format must be a str such as 'coreutils', not int"):
        checksig.verify(root, list_format=1)  # type: ignore[arg-type]


def test_backslashes_are_slashes_if_the_caller_says_so(root: Path) -> None:
    """Without that, they are part of a name."""
    (root / "list").write_text(f"{HELLO} *.\\d\\b.txt\n")
    assert checksig.verify(root, root / "list", backslash=True)
    assert [(".\\d\\b.txt", True)] == [(r.path, r.fails) for r in checksig.verify(root, root / "list").failures]


def test_a_digest_alone_is_that_of_the_file_that_its_list_is_named_for(root: Path) -> None:
    """A warning says so."""
    (root / "a.txt.sha256").write_text(HELLO)
    report = checksig.verify(root / "a.txt.sha256")
    assert (True, ["name_from_list"]) == (report.ok, [w.code for w in report.warnings])
    (root / "digest").write_text(HELLO)
    with pytest.raises(checksig.ManifestError) as caught:
        checksig.verify(root, root / "digest")
    assert "no_name" == caught.value.code


def test_a_size_that_differs_is_a_mismatch(root: Path) -> None:
    """The digest is right."""
    (root / "list").write_text(f"DATA a.txt 6 SHA256 {HELLO}\n")
    (failure,) = checksig.verify(root, root / "list").failures
    assert ("a.txt", Status.MISMATCH) == (failure.path, failure.status)


def test_a_file_without_a_digest_is_neither_verified_nor_extra(root: Path) -> None:
    """A warning names it, but not the list itself."""
    (root / "a.pyc").write_bytes(b"")
    (root / "RECORD").write_text(f"a.txt,sha256={BASE64},5\nd/b.txt,sha256={BASE64},5\na.pyc,,\nRECORD,,\n")
    report = checksig.verify(root, root / "RECORD", extra=True)
    assert (True, 2, ["no_digest"]) == (report.ok, report.files, [w.code for w in report.warnings])
    assert "a.pyc" in report.warnings[0]
    assert "RECORD" not in report.warnings[0]


def test_a_link_in_an_mtree_is_not_extra(root: Path) -> None:
    """It has no digest, so there is nothing to warn of."""
    try:
        (root / "l").symlink_to("a.txt")
    except OSError:
        pytest.skip("no links here")
    head = "#mtree\n/set type=file\n. type=dir\n./d type=dir\n./l type=link link=a.txt\n"
    (root / "x.sha256").write_text(f"{head}./a.txt sha256={HELLO}\n./d/b.txt sha256={HELLO}\n")
    report = checksig.verify(root, root / "x.sha256", extra=True)
    assert (True, 2, ()) == (report.ok, report.files, report.warnings)


S3_FAILED = (
    'my-bucket,docs/gone,,failed,200,PermanentFailure,"error details: {""failureMessage"":"Task 2845ca0d Key not found"'
    ', ""errorCode"": "404"}"\n'
)


def test_a_bucket_is_verified_by_a_report_of_s3(tmp_path: Path) -> None:
    """Against the list that was made before the upload; and a copy of it, by the report. Keys are decoded."""
    files = {"docs/a b+c.txt": b"1", "docs/100%.txt": b"2", "docs/日本語": b"3", "docs/line\nend": b"4", "e": b""}
    old = {name: f"sha256:{hashlib.sha256(data).hexdigest()}" for name, data in files.items()}
    report = tmp_path / "report.csv"
    report.write_text("".join(s3_row(name, data) for name, data in [*files.items(), ("docs/", b"")]), "utf-8")
    assert (False, 5) == (bool(checksig.diff(old, report)), checksig.diff(old, report).same)
    damaged = {**files, "docs/a b+c.txt": b"0", "new": b"5"}
    del damaged["docs/日本語"]
    report.write_text("".join(s3_row(name, data) for name, data in damaged.items()), "utf-8")
    found = [(change.path, change.kind) for change in checksig.diff(old, report)]
    assert [("docs/a b+c.txt", "changed"), ("docs/日本語", "removed"), ("new", "added")] == found


@posix
def test_a_copy_of_a_bucket_is_verified_by_a_report_of_s3(tmp_path: Path) -> None:
    """Without a word on what stands for a directory, and with nothing extra in one."""
    files = {"docs/a b+c.txt": b"1", "docs/line\nend": b"4", "e": b""}
    for name, data in files.items():
        (tmp_path / "mirror" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "mirror" / name).write_bytes(data)
    report = "".join(s3_row(name, data) for name, data in [*files.items(), ("docs/", b"")])
    (tmp_path / "report.csv").write_text(report)
    done = checksig_command("verify", "--extra", "--root", "mirror", "report.csv", cwd=tmp_path)
    assert (0, b"", b"checksig: OK: 3 files verified\n") == (done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize(
    ("rows", "status", "said"),
    [
        (s3_row("a", b"1"), 0, []),
        (
            s3_row("a", b"1", "COMPOSITE") + s3_row("b", b"2"),
            1,
            ["not comparable: a (no algorithm in common: SHA256 in"],
        ),
        (s3_row("a", b"1") + S3_FAILED, 2, ["report.csv:2: MALFORMED (the task did not succeed, so the object has no"]),
        (
            s3_row("a", b"1") + s3_row("b", b"2").replace("my-bucket", "other"),
            2,
            ["report.csv:2: MALFORMED (another buck"],
        ),
        (s3_row("a", b"1") + s3_row("b", b"2")[:-40], 2, ["report.csv:2: MALFORMED (quotes in a field"]),
        (
            s3_row("a", b"1") + s3_row("b", b"2").replace('}"', '"'),
            2,
            ["report.csv:2: MALFORMED (the result message is"],
        ),
        (s3_row("a", b"1", "COMPOSITE"), 2, ["report.csv:1: no entry of a supported algorithm: checksum of the parts"]),
        (S3_FAILED, 2, ["report.csv:1: no valid entry: the task did not succeed"]),
    ],
    ids=["whole", "composite", "failed task", "two buckets", "cut short", "no JSON", "only composite", "only failed"],
)
def test_what_a_report_of_s3_lacks_is_never_taken_for_the_same(
    tmp_path: Path, rows: str, status: int, said: list[str]
) -> None:
    """Each has its line and reason, and no status 0."""
    (tmp_path / "SHA256SUMS").write_text(f"{hashlib.sha256(b'1').hexdigest()}  a\n")
    (tmp_path / "report.csv").write_text(rows)
    done = checksig_command("diff", "SHA256SUMS", "report.csv", cwd=tmp_path)
    text = (done.stdout + done.stderr).decode()
    assert (status, []) == (done.returncode, [one for one in said if one not in text]), text


def test_the_record_that_pip_wrote_is_read() -> None:
    """The files of an installed distribution are as they were installed."""
    distribution = importlib.metadata.distribution("pluggy")
    rows = [file for file in distribution.files or () if file.hash]
    (record,) = (file for file in distribution.files or () if file.name == "RECORD")
    report = checksig.verify(Path(str(distribution.locate_file(""))), Path(str(record.locate())))
    assert (True, len(rows)) == (report.ok, report.files)


@posix
def test_a_record_that_is_written_is_read_by_python(tmp_path: Path) -> None:
    """By the modules `csv` and `importlib.metadata`: names, digests and sizes are those of the files."""
    site, info = tmp_path, tmp_path / "x-1.dist-info"
    names = [
        "a.py",
        "a, b.py",
        'say "x".py',
        " blanks ",
        "#",
        "日本語.py",
        "\ufeffmark",
        "tab\t.py",
        "x-1.dist-info/METADATA",
    ]
    info.mkdir()
    for number, name in enumerate(names):
        (site / name).write_bytes(b"Metadata-Version: 2.1\nName: x\nVersion: 1\n"[: None if "META" in name else number])
    rows = [
        f"{(site / name).stat().st_size},{hashlib.sha256((site / name).read_bytes()).hexdigest()}" for name in names
    ]
    listed = "".join(f"{row},{name}\n" for row, name in zip(rows, names, strict=True))
    (site / "list").write_text(f"%%%% HASHDEEP-1.0\n%%%% size,sha256,filename\n{listed}", encoding="utf-8")
    done = checksig_command("list", "list", "--to", "record", "-o", "x-1.dist-info/RECORD", cwd=site)
    assert (0, b"") == (done.returncode, done.stderr)
    with (info / "RECORD").open(encoding="utf-8", newline="") as record:
        read = list(csv.reader(record))
    assert names == [name.removeprefix("./") for name, _, _ in read]
    files = importlib.metadata.PathDistribution(info).files or []
    assert len(names) == len(files)
    for file in files:
        content = file.read_binary()
        assert file.hash
        assert "sha256" == file.hash.mode
        expected = hashlib.new(file.hash.mode, content).hexdigest(), len(content)
        assert expected == (base64.urlsafe_b64decode(file.hash.value + "=").hex(), file.size)


@pytest.mark.parametrize("strict", [True, False])
def test_an_entry_of_an_unsupported_algorithm_fails(root: Path, *, strict: bool) -> None:
    """It is counted among the entries."""
    (root / "list").write_text(f"SM3 (a.txt) = {HELLO}\nSHA256 (d/b.txt) = {HELLO}\n")
    report = checksig.verify(root, root / "list", strict=strict)
    (failure,) = report.failures
    assert ("a.txt", Status.UNSUPPORTED, None, 1) == (failure.path, failure.status, failure.algorithm, failure.line)
    assert (False, 2) == (report.ok, report.files)


@pytest.mark.parametrize("size", ["-1", "18446744073709551616", "5.0", ""])
def test_a_size_that_is_none_makes_its_line_malformed(root: Path, size: str) -> None:
    """No other number is guessed."""
    (root / "list").write_text(f"%%%% HASHDEEP-1.0\n%%%% size,md5,filename\n5,{MD5},d/b.txt\n{size},{MD5},a.txt\n")
    assert [(Status.MALFORMED, 4)] == [(r.status, r.line) for r in checksig.verify(root, root / "list").failures]
