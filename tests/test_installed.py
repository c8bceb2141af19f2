"""Installed Python distributions, as pip really installs them."""

from __future__ import annotations

import base64
import hashlib
import importlib.metadata
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from checksig import _installed
from command import checksig, objects

if not [*importlib.metadata.distributions(name="pip")]:
    pytest.skip("needs pip", allow_module_level=True)

SITE = (
    Path("Lib/site-packages")
    if os.name == "nt"
    else Path(f"lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages")
)
SCRIPTS = "Scripts" if os.name == "nt" else "bin"


def wheel(directory: Path, name: str = "some_thing", extra: dict[str, bytes] | None = None) -> Path:
    """Make a wheel with a package, a command, a data file and a name with a comma."""
    info = f"{name}-1.0.dist-info"
    files = {
        f"{name}/__init__.py": b"def main(): print('hello')\n",
        f"{name}/a, b.txt": b"comma\n",
        f"{name}-1.0.data/data/share/{name}/data.txt": b"data\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: by hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": f"[console_scripts]\n{name}-command = {name}:main\n".encode(),
        **(extra or {}),
    }
    rows = []
    for path, content in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        quoted = f'"{path}"' if "," in path else path
        rows.append(f"{quoted},sha256={digest},{len(content)}\n")
    files[f"{info}/RECORD"] = "".join([*rows, f"{info}/RECORD,,\n"]).encode()
    made = directory / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(made, "w") as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return made


def pip(*arguments: str | Path) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *map(str, arguments)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an environment into which pip has installed the wheel."""
    directory = tmp_path_factory.mktemp("installed")
    environment = directory / "env"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True, timeout=300)
    pip("--python", environment, "install", "--no-index", "--no-deps", wheel(directory))
    return environment


@pytest.fixture
def env(made: Path, tmp_path: Path) -> Path:
    """Return a copy of the environment: the paths in RECORD are relative."""
    import shutil

    return Path(shutil.copytree(made, tmp_path / "env", symlinks=True))


def verified(*arguments: str | Path) -> tuple[int, str, str]:
    done = checksig("verify", "--installed", *map(str, arguments))
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_what_pip_installed_is_verified(env: Path) -> None:
    """Modules, commands, data, names with commas, and what pip adds; bytecode is expected."""
    status, out, err = verified("--json", "--extra", "--verbose", env)
    results = [one for one in objects(out.encode()) if one["type"] == "result"]
    assert 0 == status, err
    names = {one["path"] for one in results if one["status"] == "ok"}
    command = f"{SCRIPTS}/some_thing-command" + (".exe" if os.name == "nt" else "")
    assert {"some_thing/__init__.py", "some_thing/a, b.txt", command, "share/some_thing/data.txt"} <= names
    assert "some_thing-1.0.dist-info/INSTALLER" in names
    assert list((env / SITE).rglob("*.pyc"))


def test_each_damage_is_found(env: Path) -> None:
    """Where it is, and on which line of RECORD."""
    site = (env / SITE).resolve()
    (site / "some_thing/__init__.py").write_text("import evil\n")
    (site / "some_thing/a, b.txt").unlink()
    (env / "share/some_thing/data.txt").write_text("other")
    (site / "some_thing/added.py").write_text("")
    (site / "some_thing/__pycache__/other.cpython-311.pyc").write_bytes(b"")
    status, out, err = verified("--extra", f"{env}{os.sep}")
    lines = [line.replace(os.sep, "/") for line in out.splitlines()]
    assert 1 == status, err
    record = (site / "some_thing-1.0.dist-info/RECORD").read_text().splitlines()
    for name, verdict, beneath in (
        ("some_thing/__init__.py", "mismatch", site),
        ("some_thing/a, b.txt", "missing", site),
        ("share/some_thing/data.txt", "mismatch", env.resolve()),
    ):
        [line] = [line for line in lines if f"{beneath.as_posix()}/{name}: FAILED ({verdict})" in line]
        number = 1 + next(i for i, row in enumerate(record) if name in row)
        assert "[" not in line or line.endswith(f"RECORD:{number}]")
    extra = [line for line in lines if line.endswith("(extra)")]
    assert {"added.py", "other.cpython-311.pyc"} == {line.rsplit("/", 1)[1].split(":")[0] for line in extra}


@pytest.mark.parametrize("name", ["some_thing", "Some.Thing", "some-thing"])
def test_a_distribution_is_chosen_by_its_name(env: Path, name: str) -> None:
    """However its name is spelt (PEP 503)."""
    (env / SITE / "other-1.0.dist-info").mkdir()
    (env / SITE / "other-1.0.dist-info/RECORD").write_text("other.py,sha256=" + "A" * 43 + ",1\n")
    assert 1 == verified(env)[0]
    assert 0 == verified(f"{env}{os.sep}", name)[0]
    status, _, err = verified(f"{env}{os.sep}", "gone")
    assert (2, True) == (status, "gone: no such distribution in " in err)


def test_what_can_not_be_verified_is_named(env: Path) -> None:
    """It is no failure of the others, but it is one if it was asked for."""
    site = env / SITE
    (site / "by_debian-1.dist-info").mkdir()
    (site / "by_debian-1.dist-info/INSTALLER").write_text("debian\n")
    status, _, err = verified(env)
    assert (0, True) == (status, "by_debian is not verified: debian installed it, and has no RECORD" in err)
    (site / "old.egg-info").write_text("Name: old\n")
    status, _, err = verified(env)
    assert (0, True) == (
        status,
        "2 distributions are not verified, for lack of a RECORD: by_debian, old" in err,
    )
    for name in ("by-debian", "old"):
        status, out, err = verified("--json", f"{env}{os.sep}", name)
        assert (2, "", True) == (status, out, "can't be verified" in err)


def test_an_editable_distribution_is_told_apart(env: Path) -> None:
    origin = {"url": "file:///src/some_thing", "dir_info": {"editable": True}}
    info = env / SITE / "some_thing-1.0.dist-info"
    (info / "direct_url.json").write_text(json.dumps(origin))
    rows = (info / "RECORD").read_text().splitlines(keepends=True)
    (info / "RECORD").write_text("".join(row for row in rows if "direct_url" not in row))
    status, _, err = verified(env)
    assert (0, True) == (
        status,
        "some_thing is editable, and its modules are not verified: they are in file:///src/some_thing" in err,
    )


def test_a_directory_of_pip_target_is_an_environment(tmp_path: Path) -> None:
    pip("install", "--no-index", "--no-deps", "--target", tmp_path / "lib", wheel(tmp_path))
    status, _, err = verified("--extra", tmp_path / "lib")
    assert 0 == status, err


def test_a_path_that_leads_out_of_the_environment_is_outside_the_root(env: Path, tmp_path: Path) -> None:
    (tmp_path / "target").write_text("x")
    record = env / SITE / "some_thing-1.0.dist-info/RECORD"
    up = "../" * (len(SITE.parts) + 1)
    with record.open("a") as file:
        file.write(f"{up}target,sha256={'A' * 43},1\n{(tmp_path / 'target').as_posix()},sha256={'A' * 43},1\n")
    status, out, _ = verified("--json", env)
    assert 1 == status
    assert ["outside_root"] * 2 == [one["status"] for one in objects(out.encode()) if one["type"] == "result"]


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        ("x.py,sha256=short,1", "malformed"),
        ('"x.py,sha256=' + "A" * 43 + ",1", "malformed"),
        ("x.py,sm3=" + "A" * 43 + ",1", "unsupported"),
        ("x.py,sha256=" + "A" * 43 + ",-1", "malformed"),
        ("x.py", "malformed"),
        ("x.pyc,,1,2", "malformed"),
    ],
)
def test_a_damaged_row_fails_the_run(env: Path, row: str, verdict: str) -> None:
    with (env / SITE / "some_thing-1.0.dist-info/RECORD").open("a") as file:
        file.write(row + "\n")
    status, out, _ = verified("--json", env)
    assert (1, [verdict]) == (status, [one["status"] for one in objects(out.encode()) if one["type"] == "result"])


def test_a_row_without_a_digest_is_named(env: Path) -> None:
    """It is no failure. Neither is the file extra, nor its bytecode."""
    module = env / SITE / "some_thing/__init__.py"
    module.write_text("import evil\n")
    record = env / SITE / "some_thing-1.0.dist-info/RECORD"
    rows = record.read_text().splitlines()
    kept = [row for row in rows if not row.startswith("some_thing/__init__.py,")]
    assert 1 == len(rows) - len(kept)
    up = "../" * len(SITE.parts)
    record.write_text("\n".join([*kept, "some_thing/__init__.py,,", f"{up}share/other.txt,,", ""]))
    status, out, err = verified("--json", "--extra", env)
    warnings = [one for one in objects(out.encode()) if one["type"] == "warning"]
    assert 0 == status, err
    assert ["no_digest"] == [one["code"] for one in warnings]
    assert warnings[0]["message"].endswith(f": some_thing/__init__.py, {up}share/other.txt")


def test_no_digest_is_expected_of_bytecode_record_and_its_signatures(env: Path) -> None:
    info = "some_thing-1.0.dist-info"
    with (env / SITE / info / "RECORD").open("a") as file:
        file.write(f"{info}/RECORD.jws,,\n{info}/RECORD.p7s,,\nsome_thing/old.pyc,,\n")
    for name in (f"{info}/RECORD.jws", f"{info}/RECORD.p7s", "some_thing/old.pyc"):
        (env / SITE / name).write_text("x")
    status, _, err = verified("--extra", env)
    assert (0, True, False) == (status, "OK: " in err, "warning" in err), err


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no entries"),
        ("\n", "no entries"),
        ("other-1.dist-info/RECORD,,\n", "no entries"),
        ("other.py,,\n", "no entries"),
        ("garbage", "the row has more or fewer fields than it must have: garbage"),
        ("other.py,sha256:xxxx,3\n", 'expected "PATH,ALGORITHM=DIGEST,SIZE"'),
    ],
)
def test_a_record_without_digests_fails_the_run(env: Path, text: str, reason: str) -> None:
    """Whether other distributions have one or not."""
    (env / SITE / "other-1.dist-info").mkdir()
    (env / SITE / "other-1.dist-info/RECORD").write_text(text)
    status, out, _ = verified(env)
    assert (1, True) == (status, reason in out), out
    status, _, err = verified(f"{env}{os.sep}", "other")
    assert (2, True) == (status, reason in err), err


@pytest.mark.skipif(os.name == "nt", reason="absolute paths of POSIX")
def test_no_hint_names_an_option_that_can_not_be_combined(env: Path, tmp_path: Path) -> None:
    (tmp_path / "target").write_text("x")
    record = env / SITE / "some_thing-1.0.dist-info/RECORD"
    record.write_text(f"{tmp_path / 'target'},sha256={'A' * 43},1\n")
    status, out, err = verified(env)
    assert (1, True, False) == (status, "FAILED (outside root)" in out, "hint" in err), err


def test_a_hint_names_an_option_that_can_be_combined(env: Path) -> None:
    (env / SITE / "some_thing/a, b.txt").unlink()
    status, _, err = verified(env)
    assert (1, True) == (status, "hint: to verify only the files that are here, add --ignore-missing" in err), err
    assert 0 == verified("--ignore-missing", env)[0]


def test_this_environment_is_verified_by_default() -> None:
    """The distributions that this Python sees, of which pip is one."""
    status, _, err = verified("pip")
    assert (0, True) == (status, "OK: " in err)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--root", "x"], "--root can't be combined with --installed"),
        (["-r"], "--recursive can't be combined with --installed"),
        (["--extra", "pip"], "--extra can't be combined with a selection of distributions"),
        ([""], "the directory or distribution is empty"),
        (["./gone"], "./gone: no Python distributions there"),
    ],
)
def test_what_means_nothing_is_refused(arguments: list[str], reason: str) -> None:
    status, _, err = verified(*arguments)
    assert (2, True) == (status, reason in err), err


def test_names_are_compared_as_pep_503_says() -> None:
    assert {"a-b"} == {_installed.normalized(name) for name in ("a_b", "A.B", "a--b", "a-_.b")}
