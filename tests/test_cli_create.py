"""`checksig create`, where it writes to standard output, and what it leaves out."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import tempfile
from pathlib import Path

import pytest

from checksig._cli import main
from command import COMMAND, ERROR, TERMINATED, checksig, finish, lines
from conftest import posix

AWKWARD = ["a", "-", "b b", "back\\slash", "new\nline", "d/c"]


def files(root: Path, names: list[str]) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("x")


@posix
@pytest.mark.parametrize("algorithm", ["sha256", "sha3-512"])
def test_the_list_on_standard_output_is_the_one_in_a_file(algorithm: str, tmp_path: Path) -> None:
    """Byte for byte, and nothing comes before it or after it."""
    root = tmp_path / "root"
    files(root, AWKWARD)
    printed = checksig("create", "--algorithm", algorithm, "--output", "-", str(root))
    written = checksig("create", "--algorithm", algorithm, "--output", "list", str(root), cwd=tmp_path)
    assert 0 == printed.returncode == written.returncode
    assert (tmp_path / "list").read_bytes() == printed.stdout
    assert [f"checksig: {len(AWKWARD)} files listed"] == lines(printed.stderr)
    (tmp_path / "again").write_bytes(printed.stdout)
    assert 0 == checksig("verify", "--root", "root", "--extra", "again", cwd=tmp_path).returncode


@posix
def test_what_the_shell_writes_is_neither_listed_nor_extra(tmp_path: Path) -> None:
    """The files of standard output and standard error in the root are there before the command starts."""
    files(tmp_path, ["a", "b/c"])
    runs: list[tuple[tuple[str, ...], str]] = [
        (("--output", "-"), "log"),
        (("--force",), "log"),
        (("--force", "--json"), "d"),
    ]
    for options, said in runs:
        with (tmp_path / "LIST").open("wb") as output, (tmp_path / said).open("wb") as errors:
            done = checksig("create", *options, cwd=tmp_path, stdout=output, stderr=errors)
        assert 0 == done.returncode
        printed = tmp_path / ("LIST" if options == ("--output", "-") else "SHA256SUMS")
        assert ["a", "b/c"] == [line[66:] for line in lines(printed.read_bytes())]
        (tmp_path / said).unlink()
    with (tmp_path / "LIST").open("wb") as output:
        done = checksig("verify", "--extra", cwd=tmp_path, stdout=output)
    assert (0, []) == (done.returncode, lines(done.stderr)[1:])
    files(tmp_path, ["more"])
    with (tmp_path / "LIST").open("wb") as output:
        done = checksig("verify", "--extra", cwd=tmp_path, stdout=output)
    assert 1 == done.returncode
    assert [b"more: FAILED (extra)"] == (tmp_path / "LIST").read_bytes().splitlines()


def test_a_list_that_is_not_complete_is_not_printed(tmp_path: Path, without_rights: list[str]) -> None:
    """A file that can't be read is named on standard error: a reader must not take it for an entry."""
    files(tmp_path, ["a", "b"])
    (tmp_path / "b").chmod(0)
    done = finish([*without_rights, *COMMAND, "create", "--output", "-"], cwd=tmp_path)
    assert (1, b"") == (done.returncode, done.stdout)
    failed, error = lines(done.stderr)
    assert "checksig: b: FAILED (unreadable: permission denied)" == failed
    assert error.startswith(ERROR)


@posix
def test_a_list_for_standard_output_leaves_nothing_behind(tmp_path: Path, big: Path) -> None:
    """Neither in the root nor in the directory for temporary files, and not even where a signal ends it."""
    (big / "SHA256SUMS").unlink()
    before = sorted(big.iterdir())
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    command, env = [*COMMAND, "create", "--output", "-"], {**os.environ, "TMPDIR": str(temporary)}
    with subprocess.Popen(command, cwd=big, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        while not list(temporary.glob("checksig-*")):  # and not what tempfile tries the directory with
            assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
    assert (-signal.SIGTERM, b"", [TERMINATED]) == (process.returncode, out, lines(err))
    assert ([], before) == (list(temporary.iterdir()), sorted(big.iterdir()))
    files(tmp_path / "root", ["a"])
    assert 0 == checksig("create", "--output", "-", cwd=tmp_path / "root", env=env).returncode
    assert ([], ["a"]) == (list(temporary.iterdir()), os.listdir(tmp_path / "root"))


def test_without_a_place_for_temporary_files_the_error_says_so(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """The list can't be printed as a whole or not at all then."""
    files(tmp_path, ["a"])
    with pytest.MonkeyPatch.context() as patch:  # pytest needs such files too
        patch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
        assert 2 == main(["create", "--output", "-", str(tmp_path)])
    out, err = capfd.readouterr()
    assert "" == out
    assert err.startswith(f"{ERROR}-: no temporary directory for the list: ")


def test_the_root_may_hold_the_temporary_files(tmp_path: Path) -> None:
    """They are not in the list."""
    files(tmp_path, ["a"])
    done = checksig("create", "--output", "-", cwd=tmp_path, env={**os.environ, "TMPDIR": str(tmp_path)})
    assert (0, ["a"]) == (done.returncode, [line.split("  ")[1] for line in lines(done.stdout)])


@posix
def test_create_names_what_extra_will_report(tmp_path: Path) -> None:
    """The warning is about the same names as `verify --extra` then reports, and says so."""
    files(tmp_path, ["a", "d/b"])
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "dangling").symlink_to("nowhere")
    (tmp_path / "to-d").symlink_to("d")
    done = checksig("create", cwd=tmp_path)
    warning, _ = lines(done.stderr)
    assert warning.startswith("checksig: warning: 3 names left out")
    assert "so verify --extra will report them (--extra=files won't)" in warning
    done = checksig("verify", "--extra", cwd=tmp_path)
    extra = [line.partition(":")[0] for line in lines(done.stdout)]
    assert ["dangling", "fifo", "to-d"] == extra
    assert [name for name in extra if f" {name} (" in warning] == extra


@posix
def test_a_list_for_standard_output_says_its_algorithm_where_its_length_does_not(tmp_path: Path) -> None:
    """Whoever reads it gives it any name."""
    files(tmp_path / "root", ["a"])
    for algorithm in ("md5", "sha512", "sha512-256", "sha3-224"):
        done = checksig("create", "--algorithm", algorithm, "-o", "-", cwd=tmp_path / "root")
        (tmp_path / "any.txt").write_bytes(done.stdout)
        assert 0 == checksig("verify", "--root", "root", "any.txt", cwd=tmp_path).returncode


BOTH = ["-a", "md5", "-a", "sha256"]


@posix
def test_several_algorithms_make_a_list_each(tmp_path: Path) -> None:
    """The path of each is a line on standard output, and all of them verify."""
    files(tmp_path, AWKWARD)
    done = checksig("create", *BOTH, cwd=tmp_path)
    assert (0, ["MD5SUMS", "SHA256SUMS"]) == (done.returncode, lines(done.stdout))
    assert f"checksig: {len(AWKWARD)} files listed" == lines(done.stderr)[-1]
    done = checksig("verify", "--extra", cwd=tmp_path)
    assert (0, [f"checksig: OK: {len(AWKWARD)} files verified ({2 * len(AWKWARD)} entries)"]) == (
        done.returncode,
        lines(done.stderr)[-1:],
    )


def test_a_list_that_exists_prevents_all(tmp_path: Path) -> None:
    """No other list takes its place, and the file that exists is as it was."""
    files(tmp_path, ["a", "SHA256SUMS"])
    done = checksig("create", *BOTH, cwd=tmp_path)
    assert (2, b"") == (done.returncode, done.stdout)
    assert f"{ERROR}SHA256SUMS: already exists" == lines(done.stderr)[0]
    assert ["SHA256SUMS", "a"] == sorted(os.listdir(tmp_path))
    assert "x" == (tmp_path / "SHA256SUMS").read_text()


@pytest.mark.parametrize(
    ("options", "start"),
    [
        (["--list-format", "hashdeep", *BOTH], b"%%%% HASHDEEP-1.0\n%%%% size,md5,sha256,filename\n1,"),
        (["--list-format", "sfv"], b"; SFV\na "),
        (BOTH, b"MD5 (a) = "),
        (["--list-format", "gentoo"], b"DATA a 1 SHA256 "),
    ],
)
def test_a_list_of_any_format_goes_to_standard_output(options: list[str], start: bytes, tmp_path: Path) -> None:
    """With all digests."""
    files(tmp_path, ["a"])
    done = checksig("create", *options, "-o", "-", cwd=tmp_path)
    assert 0 == done.returncode
    assert done.stdout.startswith(start)
    assert ["a"] == os.listdir(tmp_path)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["-a", "md5,sha256"], "must be one algorithm; repeat the option for several"),
        (["--list-format", "bare"], "must be hashdeep, sfv,"),
        (["--list-format", "coreutils", "-o", "x.sfv"], "x.sfv says the list format sfv, but list_format is coreutils"),
        (["-o", "x.sha256", *BOTH], "give another name, or no output for one list per algorithm"),
        (["--list-format", "sized", "-o", "x", *BOTH], "one of the formats with several (hashdeep, "),
        (["--list-format", "hashdeep", "--bagit"], "list_format can't be combined with bagit"),
    ],
)
def test_what_does_not_go_together_is_a_usage_error(options: list[str], reason: str, tmp_path: Path) -> None:
    """One line says why, and nothing is written."""
    files(tmp_path, ["a"])
    done = checksig("create", *options, cwd=tmp_path)
    assert (2, b"") == (done.returncode, done.stdout)
    assert reason in lines(done.stderr)[0]
    assert ["a"] == os.listdir(tmp_path)


@posix
def test_a_name_that_the_format_can_not_hold_is_named(tmp_path: Path) -> None:
    """Each of them, and no list is written."""
    files(tmp_path, ["a", "new\nline", "end "])
    done = checksig("create", "-o", "x.sfv", cwd=tmp_path)
    assert 1 == done.returncode
    assert [
        "$'end ': FAILED (unreadable: the format can't hold such a name)",
        r"$'new\nline': FAILED (unreadable: the name has a line end)",
    ] == lines(done.stdout)
    assert f"{ERROR}no list was written: 2 files could not be listed" == lines(done.stderr)[-1]
    assert not (tmp_path / "x.sfv").exists()


def test_a_bag_has_manifests_of_each_algorithm(tmp_path: Path) -> None:
    """And verifies as a whole."""
    files(tmp_path, ["data/a"])
    done = checksig("create", "--bagit", "-a", "sha256", "-a", "sha512", cwd=tmp_path)
    assert (0, ["."]) == (done.returncode, lines(done.stdout))
    names = [f"{kind}manifest-{name}.txt" for kind in ("", "tag") for name in ("sha256", "sha512")]
    assert set(names) <= set(os.listdir(tmp_path))
    assert 0 == checksig("verify", "--extra", cwd=tmp_path).returncode


def test_tagged_lines_are_those_of_coreutils(tmp_path: Path) -> None:
    """With --tag each line says its algorithm, and a list of which no line can is an error."""
    (tmp_path / "a b").write_bytes(b"hello")
    done = checksig("create", "--tag", "-a", "md5", "-o", "-", cwd=tmp_path)
    assert [f"MD5 (a b) = {hashlib.md5(b'hello').hexdigest()}"] == lines(done.stdout)
    done = checksig("create", "--tag", "--list-format", "one-space", "-o", "-", cwd=tmp_path)
    assert (2, b"") == (done.returncode, done.stdout)
    assert b"--tag: a line of the format one-space can't say its algorithm" in done.stderr
    assert 0 == checksig("create", "--tag", "-a", "sha1", "-a", "sha3-512", cwd=tmp_path).returncode
    assert 0 == checksig("verify", "--no-strict", "--extra", cwd=tmp_path).returncode
