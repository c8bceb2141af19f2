"""What may be wrong with the database or the root of an archive: nothing is forgotten, and it is said what to do."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from checksig import Status
from checksig.track import Archive, ArchiveError
from checksig.track._database import writable
from checksig.track._exclusive import exclusive
from checksig.track._filesystem import is_local, kind_at
from checksig.track._place import data_directory
from checksig.track._root import Root, look
from command import COMMAND, checksig, finish, lines
from conftest import linux, posix
from test_track import found, rot, write

CHECK = "import sqlite3, sys; print(*sqlite3.connect(sys.argv[1]).execute(f'PRAGMA {sys.argv[2]}').fetchone())"

SHELL = {**os.environ, "PYTHON": sys.executable, "CHECK": CHECK}

as_root = pytest.mark.skipif(sys.platform != "linux" or os.getuid() != 0, reason="mounts")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for i in range(20):
        write(tmp_path / "root" / f"f{i:02}", b"%d" % i)
    return tmp_path / "root"


@pytest.fixture
def database(root: Path) -> Path:
    """That of an archive with 20 files."""
    path = root.parent / "archive.sqlite"
    Archive(root, path).init()
    return path


def code_of(root: Path, database: Path, method: str = "scan") -> str:
    with pytest.raises(ArchiveError) as caught:
        getattr(Archive(root, database), method)()
    return caught.value.code


def execute(database: Path, *statements: str) -> None:
    connection = sqlite3.connect(database, isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    connection.close()


def is_sound(database: Path) -> bool:
    with sqlite3.connect(database) as connection:
        return [("ok",)] == connection.execute("PRAGMA integrity_check").fetchall()


METHODS = ["scan", "verify", "accept", "history", "differences"]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "content", [b"no database, but long enough to have its header\n" * 10, b"", b"SQLite format 3\0"]
)
def test_a_file_that_is_no_database_is_refused(root: Path, content: bytes, method: str) -> None:
    """And stays as it is."""
    path = root.parent / "other"
    path.write_bytes(content)
    assert "database_unreadable" == code_of(root, path, method)
    assert content == path.read_bytes()
    assert ["other"] == [one.name for one in root.parent.glob("other*")]


@pytest.mark.parametrize("method", METHODS)
def test_a_database_of_something_else_is_refused(root: Path, method: str) -> None:
    """It has another number of its application."""
    path = root.parent / "other"
    execute(path, "CREATE TABLE files (name)")
    before = path.read_bytes()
    assert "database_unreadable" == code_of(root, path, method)
    assert before == path.read_bytes()
    assert ["other"] == [one.name for one in root.parent.glob("other*")]


@pytest.mark.parametrize("command", ["init", "scan", "verify", "accept", "history", "export"])
def test_a_directory_is_no_database(root: Path, command: str) -> None:
    """Nor is anything made beside it."""
    (root.parent / "other").mkdir()
    done = checksig("track", command, "--database", str(root.parent / "other"), str(root))
    assert (2, b"") == (done.returncode, done.stdout)
    assert b"other: can't be used: it is a directory" in done.stderr
    assert ["other"] == [one.name for one in root.parent.glob("other*")]


def test_init_over_another_file_makes_nothing(root: Path) -> None:
    """Not even a lock."""
    write(root.parent / "other", b"x")
    assert "database_exists" == code_of(root, root.parent / "other", "init")
    assert ["other"] == [one.name for one in root.parent.glob("other*")]


@posix
@pytest.mark.parametrize("command", ["scan", "verify", "accept", "history", "export"])
@pytest.mark.parametrize("what", ["file", "directory"])
def test_a_database_that_must_not_be_read_is_an_error(
    root: Path, database: Path, without_rights: list[str], command: str, what: str
) -> None:
    """That says so."""
    inside = root.parent / "private"
    inside.mkdir()
    shutil.copy(database, inside / "x.sqlite")
    (inside / "x.sqlite" if what == "file" else inside).chmod(0)
    words = ["track", command, "--database", str(inside / "x.sqlite"), str(root)]
    done = finish([*without_rights, *COMMAND, *words])
    inside.chmod(0o755)
    assert (2, b"") == (done.returncode, done.stdout)
    assert b"x.sqlite: can't be read: permission denied\n" in done.stderr


@pytest.mark.parametrize("method", METHODS)
def test_a_database_of_a_newer_version_is_refused(root: Path, database: Path, method: str) -> None:
    """Its schema may mean something else."""
    execute(database, "PRAGMA user_version = 2")
    assert "database_newer" == code_of(root, database, method)


def test_a_damaged_database_is_refused(root: Path, database: Path) -> None:
    """What its pages or its settings say makes no sense."""
    execute(database, "UPDATE settings SET value = 'x' WHERE name = 'algorithms'")
    assert "database_unreadable" == code_of(root, database)
    execute(database, """UPDATE settings SET value = '["md6"]' WHERE name = 'algorithms'""")
    assert "database_newer" == code_of(root, database)
    content = bytearray(database.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    database.write_bytes(content)
    assert "database_unreadable" == code_of(root, database)


def test_there_must_be_a_database(root: Path) -> None:
    """But for init, which refuses to replace one."""
    assert {"database_missing"} == {code_of(root, root.parent / "none", method) for method in METHODS}
    archive = Archive(root, root.parent / "new" / "directory" / "x.sqlite")
    archive.init()
    assert "database_exists" == code_of(root, archive.database, "init")
    assert [] == found(archive.scan())


def test_an_init_that_fails_leaves_no_database(root: Path) -> None:
    """Where nothing was recorded; else it would be in the way of the next one."""
    for path in root.iterdir():
        path.unlink()
    (root / "directory").mkdir()
    database = root.parent / "archive.sqlite"
    done = checksig("track", "init", "--database", str(database), str(root))
    assert 2 == done.returncode
    assert b"no files to record" in done.stderr
    assert ["archive.sqlite.lock"] == [path.name for path in root.parent.glob("archive*")]
    write(root / "a", b"1")
    assert Archive(root, database).init()


def test_init_after_one_that_was_killed_at_once_goes_on(root: Path) -> None:
    """It has left an empty file."""
    path = root.parent / "archive.sqlite"
    path.touch()
    assert Archive(root, path).init()


@posix
@pytest.mark.parametrize("what", ["file", "directory"])
def test_a_database_that_can_only_be_read_can_be_read(
    root: Path, database: Path, without_rights: list[str], what: str
) -> None:
    """Whatever writes says that it can't."""
    inside = root.parent / "read-only"
    inside.mkdir()
    shutil.copy(database, inside / "x.sqlite")
    (inside / "x.sqlite").chmod(0o444)
    if what == "directory":
        inside.chmod(0o555)
    try:
        for command, status in (("scan", 2), ("verify", 2), ("accept", 2), ("history", 0), ("export", 0)):
            words = ["track", command, "--database", str(inside / "x.sqlite"), str(root)]
            done = finish([*without_rights, *COMMAND, *words])
            assert status == done.returncode, (command, done.stderr)
            assert (b"can't be" in done.stderr) is (status == 2)
    finally:
        inside.chmod(0o755)


@as_root
def test_a_full_disk_keeps_what_was_committed(root: Path) -> None:
    """The run ends with 2, and the database opens; with room again, the next one goes on."""
    shell = textwrap.dedent("""
        mkdir small && mount -t tmpfs -o size=300k none small || exit 99
        "$PYTHON" -m checksig track init --database small/x.sqlite root
        echo $?
        for i in $(seq 3000); do echo $i > root/some-file-with-a-long-name-$i; done
        "$PYTHON" -m checksig track scan --quiet --database small/x.sqlite root > /dev/null
        echo $?
        "$PYTHON" -c "$CHECK" small/x.sqlite integrity_check
        "$PYTHON" -m checksig track history --database small/x.sqlite root | tail -n1
        mount -o remount,size=30M small
        "$PYTHON" -m checksig track scan --quiet --database small/x.sqlite root
        echo $?
        "$PYTHON" -m checksig track export --database small/x.sqlite root | wc -l
    """)
    done = finish(["unshare", "-m", "sh", "-c", shell], cwd=root.parent, env=SHELL)
    if done.returncode == 99 or b"unshare:" in done.stderr:
        pytest.skip("may not mount")
    _, *said = lines(done.stdout)
    assert ["0", "2", "ok"] == said[:3], done.stderr
    assert b"can't be written: database or disk is full" in done.stderr
    assert said[3].startswith("run 2")
    assert ["0", "3020"] == [said[-2], said[-1].strip()]


def test_a_second_run_says_so_at_once(root: Path, database: Path) -> None:
    """While others may read; the lock ends with its process."""
    code = f"""
        import sys, time
        from checksig.track._exclusive import exclusive
        with exclusive({str(database)!r}):
            print("held", flush=True)
            time.sleep(100)
    """
    with subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        began = time.monotonic()
        done = checksig("track", "scan", "--database", str(database), str(root))
        assert 2 == done.returncode
        assert b"another run uses the database\nchecksig: hint: wait" in done.stderr
        assert {"database_locked"} == {code_of(root, database, method) for method in ("scan", "verify", "accept")}
        assert time.monotonic() - began < 20
        assert 1 == len(Archive(root, database).history().runs)
        other.kill()
    assert Archive(root, database).scan()


def test_two_runs_in_one_process_exclude_each_other(root: Path, database: Path) -> None:
    """Too."""
    with exclusive(str(database)):
        assert "database_locked" == code_of(root, database)
    assert Archive(root, database).scan()


def test_another_program_may_lock_the_database(root: Path, database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Such as one that has a transaction open."""
    from checksig.track import _database

    monkeypatch.setattr(_database, "_PATIENCE", 0.1)
    with sqlite3.connect(database, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        assert "database_locked" == code_of(root, database)
        assert 1 == len(Archive(root, database).history().runs)
    other.close()
    assert Archive(root, database).scan()


@posix
def test_a_killed_run_loses_only_what_was_not_committed(tmp_path: Path) -> None:
    """The database opens, and the next run reads first what the killed one has not."""
    root = tmp_path / "root"
    for i in range(4):
        (root / f"d{i}").mkdir(parents=True)
        with (root / f"d{i}" / "large").open("wb") as file:
            file.truncate(50_000_000)
    for i in range(300):
        write(root / f"f{i}", b"%d" % i)
    with (root / "zz").open("wb") as file:  # that one ends the run
        file.truncate(1 << 40)
    database = tmp_path / "x.sqlite"
    archive = Archive(root, database)
    archive.init(exclude="zz")
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE settings SET value = '[]' WHERE name = 'exclude'")
        row = connection.execute("SELECT * FROM files WHERE name = ?", (b"f0",)).fetchone()
        connection.execute("INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?, 2)", (b"zz", 1 << 40, *row[2:8]))
    connection.close()
    with subprocess.Popen([*COMMAND, "track", "verify", "--database", str(database), str(root)]) as run:
        deadline = time.monotonic() + 60
        while checked(database) < 304 and time.monotonic() < deadline:
            time.sleep(0.05)
        assert "running" == archive.history().runs[-1].outcome
        run.send_signal(signal.SIGKILL)
    assert is_sound(database)
    assert ["killed"] * 2 == [history.runs[-1].outcome for history in (archive.history(), archive.overview().history)]
    assert 304 == checked(database)
    (root / "zz").unlink()
    report = archive.scan()
    assert ["zz missing"] == found(report)
    assert ["killed", "differs"] == [run.outcome for run in archive.history().runs[1:]]


def checked(database: Path) -> int:
    connection = sqlite3.connect(database)
    (number,) = connection.execute("SELECT count(*) FROM files WHERE checked = 2 AND name <> ?", (b"zz",)).fetchone()
    connection.close()
    return int(number)


@posix
def test_an_interrupted_run_is_recorded_as_stopped(root: Path, database: Path) -> None:
    """Ctrl-C ends it with its status."""
    with (root / "zz").open("wb") as file:
        file.truncate(1 << 40)
    with subprocess.Popen(
        [*COMMAND, "track", "scan", "--database", str(database), str(root)], stderr=subprocess.PIPE
    ) as run:
        while len(Archive(root, database).history().runs) < 2:
            time.sleep(0.05)
        time.sleep(0.2)
        run.send_signal(signal.SIGINT)
        _, said = run.communicate(timeout=60)
    assert (-signal.SIGINT, b"checksig: interrupted\n") == (run.returncode, said)
    assert "stopped" == Archive(root, database).history().runs[1].outcome
    (root / "zz").unlink()
    assert Archive(root, database).scan()


@pytest.mark.parametrize("method", ["scan", "verify", "accept"])
def test_an_empty_or_missing_root_has_no_verdict(root: Path, database: Path, method: str) -> None:
    """As of a disk that is not mounted: nothing is forgotten."""
    away = root.parent / "away"
    root.rename(away)
    assert "root_unreadable" == code_of(root, database, method)
    root.mkdir()
    assert "no_files" == code_of(root, database, method)
    if method == "scan":
        (root / "lost+found").mkdir()
        done = checksig("track", "scan", "--database", str(database), str(root))
        assert (2, b"") == (done.returncode, done.stdout)
        assert b"there is no file, but 20 are recorded" in done.stderr
        (root / "lost+found").rmdir()
    root.rmdir()
    away.rename(root)
    assert Archive(root, database).scan()
    assert 20 == len(lines(checksig("track", "export", "--database", str(database), str(root)).stdout))


def test_a_root_of_other_files_has_no_verdict_by_the_same_database(root: Path, database: Path) -> None:
    """Unless that is what is wanted: an archive moves with its database."""
    moved = root.parent / "moved"
    shutil.copytree(root, moved)
    assert {"archive_differs"} == {code_of(moved, database, method) for method in ("scan", "verify", "accept")}
    done = checksig("track", "scan", "--database", str(database), str(moved))
    assert 2 == done.returncode
    assert (
        b"hint: name that root; or if the archive has moved here, run `checksig track accept --relocated`"
        in done.stderr
    )
    archive = Archive(moved, database)
    assert (str(root), str(moved)) == archive.accept(relocated=True).relocated
    assert archive.verify()
    assert "archive_differs" == code_of(root, database)
    done = checksig("track", "accept", "--relocated", "--database", str(database), str(root))
    assert [f"{moved}: RELOCATED to {root}"] == lines(done.stdout)
    words = ["accept", "--relocated", "--json", "--database", str(database), str(moved)]
    assert [str(root), str(moved)] == json.loads(checksig("track", *words).stdout)["relocated"]


def test_a_database_is_found_after_its_root_has_another_name(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the old name for what needs no root, and for the rest by the hint."""
    for name in ("HOME", "XDG_DATA_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(root.parent / "data"))
    made = lines(checksig("track", "init", str(root)).stdout)
    renamed = root.parent / "renamed"
    root.rename(renamed)
    assert 20 == len(lines(checksig("track", "export", str(root)).stdout))
    assert 1 == len(lines(checksig("track", "history", str(root)).stdout))
    for words in (["scan"], ["verify"], ["accept", "--relocated"], ["history"], ["export"]):
        done = checksig("track", *words, str(renamed))
        assert (2, b"") == (done.returncode, done.stdout)
        assert f"; there is {made[0]} of {root}" in done.stderr.decode()
    assert b"can't open the root directory" in checksig("track", "scan", str(root)).stderr
    assert 0 == checksig("track", "accept", "--relocated", "--database", made[0], str(renamed)).returncode
    assert 0 == checksig("track", "scan", "--database", made[0], str(renamed)).returncode


def test_a_directory_of_other_files_is_not_where_the_archive_is(root: Path, database: Path) -> None:
    """Nothing is accepted then."""
    write(root.parent / "wrong" / "other", b"1")
    done = checksig("track", "accept", "--relocated", "--database", str(database), str(root.parent / "wrong"))
    assert (2, b"") == (done.returncode, done.stdout)
    assert b"wrong: none of the files is there that are recorded of " in done.stderr
    assert ["init"] == [run.kind for run in Archive(root, database).history().runs]
    assert Archive(root, database).scan()


@as_root
def test_a_disk_that_is_not_mounted_is_noticed(root: Path) -> None:
    """Even where its mount point has files."""
    shell = textwrap.dedent("""
        mkdir at && echo 1 > at/below && mount -t tmpfs none at && cp root/* at || exit 99
        "$PYTHON" -m checksig track init -q --database x.sqlite at
        "$PYTHON" -m checksig track scan --database x.sqlite at; echo $?
        umount at
        "$PYTHON" -m checksig track scan --json --database x.sqlite at; echo $?
        "$PYTHON" -m checksig track export --database x.sqlite at | wc -l
    """)
    done = finish(["unshare", "-m", "sh", "-c", shell], cwd=root.parent, env=SHELL)
    if done.returncode == 99 or b"unshare:" in done.stderr:
        pytest.skip("may not mount")
    mounted, said, status, exported = lines(done.stdout)
    assert ("0", "2", "20") == (mounted, status, exported.strip())
    error = json.loads(said)
    assert ("error", "archive", "archive_differs") == (error["type"], error["kind"], error["code"])


@as_root
def test_a_bind_mount_is_another_path_to_the_same_root(root: Path) -> None:
    """And one within the root is a part of it, with its own device."""
    shell = textwrap.dedent("""
        mkdir at root/within tmp && mount -t tmpfs none tmp && echo x > tmp/x && mount --bind tmp root/within || exit 99
        "$PYTHON" -m checksig track init -q --database x.sqlite root
        mount --rbind root at
        "$PYTHON" -m checksig track scan --database x.sqlite at; echo $?
        "$PYTHON" -m checksig track init -q -x --database y.sqlite root
        "$PYTHON" -m checksig track export --database x.sqlite root | wc -l
        "$PYTHON" -m checksig track export --database y.sqlite root | wc -l
    """)
    done = finish(["unshare", "-m", "sh", "-c", shell], cwd=root.parent, env=SHELL)
    if done.returncode == 99 or b"unshare:" in done.stderr:
        pytest.skip("may not mount")
    assert ["0", "21", "20"] == [line.strip() for line in lines(done.stdout)]


@posix
def test_a_root_by_another_path_is_the_same_archive(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Through a link, or from another directory."""
    monkeypatch.setenv("XDG_DATA_HOME", str(root.parent / "data"))
    monkeypatch.setenv("HOME", str(root.parent / "home"))
    archive = Archive(root)
    archive.init()
    (root.parent / "link").symlink_to(root)
    monkeypatch.chdir(root)
    others = [Archive(root.parent / "link"), Archive("."), Archive(f"{root}/../root/"), Archive(os.fsencode(root))]
    assert {archive.database} == {other.database for other in others}
    assert all(other.scan() for other in others)
    other = root.parent / "other" / "root"
    other.mkdir(parents=True)
    assert archive.database != Archive(other).database


@pytest.mark.parametrize(
    ("platform", "environment", "end"),
    [
        ("linux", {"XDG_DATA_HOME": "/data"}, "/data"),
        ("linux", {"XDG_DATA_HOME": "relative"}, "/.local/share"),
        ("linux", {}, "/.local/share"),
        ("darwin", {"XDG_DATA_HOME": "/data"}, "/Library/Application Support"),
        ("win32", {"LOCALAPPDATA": "C:\\Local"}, "C:\\Local"),
        ("win32", {}, "AppData\\Local"),
    ],
)
def test_data_is_where_each_system_keeps_it(platform: str, environment: dict[str, str], end: str) -> None:
    """By its variables, or in the home directory."""
    assert data_directory(platform, environment).endswith(end)


@pytest.mark.parametrize(
    ("device", "filesystem", "path", "inode", "is_same"),
    [
        (1, 5, "/r", 2, True),
        (9, 5, "/r", 2, True),  # mounted in another order
        (1, 6, "/r", 2, False),  # another disk in the same place
        (1, 0, "/r", 2, True),
        (9, 0, "/r", 2, False),
        (1, 5, "/r", 3, True),  # restored
        (1, 5, "/other", 2, True),  # a bind mount
        (1, 5, "/other", 3, False),
        (9, 0, "/other", 2, False),
    ],
)
def test_a_root_is_known_by_its_file_system(
    device: int, filesystem: int, path: str, inode: int, *, is_same: bool
) -> None:
    """By the number of the device where file systems have no identifier; by its path or its inode."""
    recorded = Root("/r", 1, 5, 2)
    if is_same:
        Root(path, device, filesystem, inode).check(recorded)
    else:
        with pytest.raises(ArchiveError):
            Root(path, device, filesystem, inode).check(recorded)


def test_a_root_that_is_no_directory_is_refused(root: Path, database: Path) -> None:
    """As is one that is a file."""
    assert "root_unreadable" == code_of(root / "f00", database)
    with pytest.raises(ArchiveError, match="not a directory"):
        look(str(root / "f00"))


MOUNTS = """\
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
30 22 0:40 / /home rw shared:2 - nfs4 server:/home rw,vers=4.2
31 30 0:41 / /home/local\\040disk rw - xfs /dev/sdb1 rw
32 22 0:42 / /mnt/sshfs rw - fuse.sshfs server: rw
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "ext4"),
        ("/var/lib", "ext4"),
        ("/home", "nfs4"),
        ("/home/user", "nfs4"),
        ("/homes", "ext4"),
        ("/home/local disk/x", "xfs"),
        ("/mnt/sshfs/x", "fuse.sshfs"),
    ],
)
def test_the_kind_of_a_file_system_is_that_of_the_nearest_mount(path: str, kind: str) -> None:
    """As mountinfo has it, with its escapes."""
    assert kind == kind_at(path, MOUNTS)


@linux
def test_where_memory_is_shared_others_read_while_a_run_writes(root: Path, database: Path) -> None:
    """By a write-ahead log; elsewhere, as on NFS, by a rollback journal, which needs no memory."""
    with writable(str(database)) as connection:
        (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
    assert ("wal" if is_local(str(root.parent)) else "delete") == mode


@as_root
def test_on_another_file_system_there_is_a_rollback_journal(root: Path) -> None:
    """A FUSE file system may be one of the network; a database that comes there from elsewhere changes, too."""
    if not shutil.which("bindfs") and not os.path.exists("/dev/fuse"):
        pytest.skip("needs FUSE")
    pytest.importorskip("checksig.track")
    shell = textwrap.dedent("""
        mkdir back at && bindfs back at || exit 99
        "$PYTHON" -m checksig track init -q --database at/x.sqlite root
        "$PYTHON" -m checksig track scan --database at/x.sqlite root
        echo $?
        "$PYTHON" -c "$CHECK" at/x.sqlite journal_mode
        umount -l at
    """)
    done = finish(["unshare", "-m", "sh", "-c", shell], cwd=root.parent, env=SHELL)
    if done.returncode == 99 or b"unshare:" in done.stderr:
        pytest.skip("has no bindfs")
    assert ["0", "delete"] == lines(done.stdout), done.stderr


def test_without_shared_memory_everything_works(root: Path, database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on NFS, and back again."""
    from checksig.track import _database

    for local in (False, True, False):
        monkeypatch.setattr(_database, "is_local", lambda _, local=local: local)
        rot(root / "f00", b"x")
        assert ["f00 rotten"] == found(Archive(root, database).verify())
        with sqlite3.connect(database) as connection:
            assert ("wal" if local else "delete",) == connection.execute("PRAGMA journal_mode").fetchone()
        connection.close()
        rot(root / "f00", b"0")
        assert Archive(root, database).verify()


@posix
def test_files_that_can_not_be_read_are_differences_until_they_can(
    root: Path, database: Path, without_rights: list[str]
) -> None:
    """New ones are not recorded, and what is beneath a directory is not missing."""
    write(root / "d" / "old", b"1")
    archive = Archive(root, database)
    archive.scan()
    write(root / "f00", b"changed")
    write(root / "new", b"new")
    unreadable = [root / "f00", root / "new", root / "d"]
    for path in unreadable:
        path.chmod(0)
    try:
        for _ in range(2):
            done = finish([*without_rights, *COMMAND, "track", "scan", "--database", str(database), str(root)])
            said = lines(done.stdout)
            assert 1 == done.returncode
            assert ["d: FAILED (unreadable: ", "f00: FAILED (unreadable: ", "new: FAILED (unreadable: "] == [
                f"{line.partition('unreadable: ')[0]}unreadable: " for line in said
            ]
            assert b"3 of 22 files: 3 unreadable; 19 files as recorded" in done.stderr
    finally:
        for path in unreadable:
            path.chmod(0o755)
    assert 3 == len(archive.history().events) - 1
    assert ["f00 modified", "new added"] == found(archive.scan())


def test_a_clock_that_runs_backwards_changes_nothing(root: Path, database: Path) -> None:
    """Runs are in the order of their numbers, and times of files only equal or not."""
    archive = Archive(root, database)
    execute(database, "UPDATE runs SET started = 9e9, ended = 9e9 + 1")
    write(root / "f00", b"earlier", 1)
    assert ["f00 modified"] == found(archive.scan())
    assert archive.accept()
    assert [1, 2, 3] == [run.number for run in archive.history().runs]
    assert {Status.OK: 20} == archive.verify().run.counts


@posix
def test_an_inode_that_is_used_again_is_another_file(root: Path, database: Path) -> None:
    """Its size or its time says so."""
    (root / "f00").rename(root / "new")
    write(root / "new", b"another", 5)
    assert ["f00 missing", "new added"] == found(Archive(root, database).scan())


@pytest.fixture(autouse=True)
def no_journal_is_left(tmp_path: Path) -> Iterator[None]:
    """Of whatever was opened, nothing is left that only a crash should leave."""
    yield
    for path in tmp_path.glob("*.sqlite-journal"):
        assert not path.stat().st_size
