"""Makes the signatures in this directory anew, with minisign, signify, ssh-keygen and gpg; run by hand.

Nothing here signs anything else. The secret keys are gone when the script ends, so that all files change with
each run. Nothing expires later: what has expired did so in 2016. The names say what a file is::

    list.txt          the list that is signed; the tests write the files that it names
    other.txt         another list, by which an attacker could replace it
    remark.txt        a list with a comment between its entries
    statement.json    the list as a statement of in-toto
    KEY.pub           a public key (OpenPGP: a certificate)
    SIGNER.FORM.sig   a signature of list.txt; FORM is missing where a signer has one only
    SIGNER.other.sig  a signature of other.txt
    SIGNER.remark.sig a signature of remark.txt
    SIGNER.big.sig    a signature of list.txt after 5 MB of comments
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).parent
ALPHA, BETA = (hashlib.sha256(data).hexdigest() for data in (b"alpha\n", b"beta\n"))
LISTS = {
    "list.txt": f"{ALPHA}  a\n{BETA}  b\n",
    "other.txt": f"{ALPHA}  a\n{ALPHA}  b\n",
    "remark.txt": f"{ALPHA}  a\n# the second file\n{BETA}  b\n",
    "statement.json": json.dumps(
        {
            "_type": "https://in-toto.io/Statement/v1",
            "subject": [{"name": "a", "digest": {"sha256": ALPHA}}, {"name": "b", "digest": {"sha256": BETA}}],
            "predicateType": "https://example.org/tests",
            "predicate": {},
        }
    ),
}
BIG = "# filler\n" * 600_000 + LISTS["list.txt"]


def run(*command: str | Path, text: str = "") -> None:
    """Run a tool, which is given *text* on standard input."""
    done = subprocess.run([str(word) for word in command], input=text, text=True, check=False, capture_output=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")


def minisign(secret: Path) -> None:
    """Keys without a password. "legacy" is of the list itself, and the other of its BLAKE2b-512."""
    to = emptied("minisign")
    for name in ("alice", "mallory"):
        run("minisign", "-G", "-W", "-f", "-p", to / f"{name}.pub", "-s", secret / f"{name}.minisign")
    for name, form, signed, options in (
        ("alice", "", "list.txt", ("-t", "for the tests")),
        ("alice", ".plain", "list.txt", ()),  # has minisign's own trusted comment
        ("alice", ".legacy", "list.txt", ("-l", "-t", "for the tests")),
        ("alice", ".other", "other.txt", ("-t", "for the tests")),
        ("alice", ".statement", "statement.json", ("-t", "for the tests")),
        ("alice", ".big", big(secret), ("-t", "for the tests")),
        ("mallory", "", "list.txt", ("-t", "for the tests")),
    ):
        signature = to / f"{name}{form}.sig"
        run("minisign", "-S", "-s", secret / f"{name}.minisign", "-m", HERE / signed, "-x", signature, *options)


def signify(secret: Path) -> None:
    """Keys without a password. "embedded" holds the list."""
    to = emptied("signify")
    for name in ("alice", "mallory"):
        run("signify-openbsd", "-G", "-n", "-c", name, "-p", to / f"{name}.pub", "-s", secret / f"{name}.sec")
    for name, form, signed, options in (
        ("alice", "", "list.txt", ()),
        ("alice", ".embedded", "list.txt", ("-e",)),
        ("alice", ".other", "other.txt", ()),
        ("alice", ".other-embedded", "other.txt", ("-e",)),
        ("alice", ".big", big(secret), ()),
        ("mallory", "", "list.txt", ()),
        ("mallory", ".embedded", "list.txt", ("-e",)),
    ):
        signature = to / f"{name}{form}.sig"
        run("signify-openbsd", "-S", *options, "-s", secret / f"{name}.sec", "-m", HERE / signed, "-x", signature)


def ssh(secret: Path) -> None:
    """Keys without a passphrase, certificates by two authorities, and key revocation lists."""
    to = emptied("ssh")
    options: Sequence[str]
    for name, options in (
        ("alice", ("-t", "ed25519")),
        ("mallory", ("-t", "ed25519")),
        ("rsa", ("-t", "rsa", "-b", "3072")),
        ("short", ("-t", "rsa", "-b", "1024")),
        ("ecdsa", ("-t", "ecdsa", "-b", "256")),
        ("authority", ("-t", "ed25519")),
        ("rsa-authority", ("-t", "rsa", "-b", "2048")),
    ):
        run("ssh-keygen", "-q", *options, "-N", "", "-C", name, "-f", secret / name)
        shutil.copy(secret / f"{name}.pub", to / f"{name}.pub")
    for name, options in (
        ("certified", ("-s", "authority", "-n", "carol@example.org")),
        ("outdated", ("-s", "authority", "-n", "carol@example.org", "-V", "20150101:20160101")),
        ("nameless", ("-s", "authority")),
        ("host", ("-s", "authority", "-h", "-n", "carol@example.org")),
        ("limited", ("-s", "authority", "-n", "carol@example.org", "-O", "force-command=true")),
        ("sha1", ("-s", "rsa-authority", "-t", "ssh-rsa", "-n", "carol@example.org")),
    ):
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", secret / name)
        words = [str(secret / word) if word.endswith("authority") else word for word in options]
        run("ssh-keygen", "-q", *words, "-I", name, secret / f"{name}.pub")
        shutil.move(secret / f"{name}-cert.pub", secret / f"{name}.pub")  # by which ssh-keygen signs then
        shutil.copy(secret / f"{name}.pub", to / f"{name}.pub")
    for name, form, signed, options in (
        *((name, "", "list.txt", ()) for name in ("alice", "mallory", "rsa", "short", "ecdsa", "authority")),
        *((name, "", "list.txt", ()) for name in ("certified", "outdated", "nameless", "host", "limited", "sha1")),
        ("alice", ".sha256", "list.txt", ("-O", "hashalg=sha256")),
        ("alice", ".git", "list.txt", ("-n", "git")),
        ("alice", ".other", "other.txt", ()),
    ):
        namespace = () if "-n" in options else ("-n", "file")
        copy = secret / "signed"
        shutil.copy(HERE / signed, copy)
        run("ssh-keygen", "-q", "-Y", "sign", "-f", secret / f"{name}.pub", *namespace, *options, copy)
        shutil.move(f"{copy}.sig", to / f"{name}{form}.sig")
    alice = (to / "alice.pub").read_text()
    (secret / "sha1").write_text(f"sha1: {alice}")
    (secret / "sha256").write_text(f"sha256: {alice}")
    (secret / "serial").write_text("serial: 7\n")
    run("ssh-keygen", "-q", "-k", "-f", to / "alice.krl", to / "alice.pub")
    run("ssh-keygen", "-q", "-k", "-f", to / "alice.sha1.krl", secret / "sha1")
    run("ssh-keygen", "-q", "-k", "-f", to / "alice.sha256.krl", secret / "sha256")
    run("ssh-keygen", "-q", "-k", "-f", to / "mallory.krl", to / "mallory.pub")
    run("ssh-keygen", "-q", "-k", "-f", to / "serial.krl", "-s", to / "authority.pub", secret / "serial")
    run("ssh-keygen", "-q", "-k", "-f", to / "authority.krl", to / "authority.pub")


def openpgp(secret: Path) -> None:
    """Certificates without a password, and signatures of all kinds, many of them by what must not be trusted."""
    to = emptied("openpgp")
    os.environ["GNUPGHOME"] = str(secret)
    secret.chmod(0o700)
    for name, key, when, lasts in (
        ("alice", "ed25519", NOW, "never"),
        ("bob", "ed25519", NOW, "never"),
        ("mallory", "ed25519", NOW, "never"),
        ("rsa1024", "rsa1024", NOW, "never"),
        ("expired", "ed25519", THEN, "1y"),
        ("revoked", "ed25519", NOW, "never"),
        ("past", "ed25519", THEN, "never"),
    ):
        gpg("--quick-gen-key", f"{name} <{name}@example.org>", key, "sign", lasts, when=when)
    for name, when, lasts in (
        ("subkey", NOW, "never"),
        ("subkey-expired", THEN, "1y"),
        ("subkey-retired", THEN, "never"),
        ("subkey-stolen", THEN, "never"),
    ):
        gpg("--quick-gen-key", f"{name} <{name}@example.org>", "ed25519", "cert", "never", when=when)
        gpg("--quick-add-key", primary(name), "ed25519", "sign", lasts, when=when)
    for name, form, signed, options, when in (
        *((name, "", "list.txt", ("-b",), NOW) for name in ("alice", "bob", "mallory", "rsa1024", "revoked", "subkey")),
        *((name, "", "list.txt", ("-b",), SOON) for name in ("expired", "subkey-expired", "subkey-retired")),
        ("subkey-stolen", "", "list.txt", ("-b",), SOON),
        ("alice", ".armoured", "list.txt", ("-b", "-a"), NOW),
        ("alice", ".text", "list.txt", ("-b", "--textmode"), NOW),
        ("alice", ".sha1", "list.txt", ("-b", "--digest-algo", "SHA1"), NOW),
        ("alice", ".clear-sha1", "list.txt", ("--clear-sign", "--digest-algo", "SHA1"), NOW),
        ("alice", ".clear", "list.txt", ("--clear-sign",), NOW),
        ("alice", ".inline", "list.txt", ("-s",), NOW),
        ("alice", ".inline-armoured", "list.txt", ("-s", "-a"), NOW),
        ("alice", ".other", "other.txt", ("-b",), NOW),
        ("alice", ".other-clear", "other.txt", ("--clear-sign",), NOW),
        ("alice", ".remark", "remark.txt", ("-b", "--textmode"), NOW),
        ("alice", ".remark-clear", "remark.txt", ("--clear-sign",), NOW),
        ("alice", ".two", "list.txt", ("-b", "-u", primary("bob")), NOW),
        ("alice", ".two-clear", "list.txt", ("--clear-sign", "-u", primary("bob")), NOW),
        ("bob", ".other", "other.txt", ("-b",), NOW),
        ("mallory", ".clear", "list.txt", ("--clear-sign",), NOW),
        ("past", "", "list.txt", ("-b", "--default-sig-expire", "1y"), SOON),
        ("past", ".clear", "list.txt", ("--clear-sign", "--default-sig-expire", "1y"), SOON),
    ):
        gpg("-u", primary(name), "-o", to / f"{name}{form}.sig", *options, HERE / signed, when=when)
    certificate = (secret / "openpgp-revocs.d" / f"{primary('revoked')}.rev").read_text()
    gpg("--import", text=certificate.replace(":-----BEGIN", "-----BEGIN"))
    for name, reason in (("subkey-retired", "3"), ("subkey-stolen", "1")):
        gpg("--command-fd=0", "--edit-key", primary(name), text=f"key 1\nrevkey\ny\n{reason}\n\ny\nsave\n", when=NOW)
    for name in CERTIFICATES:
        gpg("-o", to / f"{name}.pub", "--export", primary(name))
    run("gpgconf", "--kill", "gpg-agent")


CERTIFICATES = (
    *("alice", "bob", "mallory", "rsa1024", "expired", "revoked", "past"),
    *("subkey", "subkey-expired", "subkey-retired", "subkey-stolen"),
)
NOW, THEN, SOON = "20200101T000000", "20150101T000000", "20150601T000000"


def gpg(*arguments: str | Path, when: str = "", text: str = "") -> None:
    """Run gpg, at another time."""
    quiet: tuple[str, ...] = (
        "gpg",
        "--batch",
        "--yes",
        "-q",
        "--pinentry-mode",
        "loopback",
        "--passphrase",
        "",
        "--no-emit-version",
    )
    if text.startswith("key"):
        quiet = ("gpg", "--no-tty", *quiet[3:])  # asks
    run(*quiet, *(("--faked-system-time", f"{when}!") if when else ()), *arguments, text=text)


def primary(name: str) -> str:
    """Return the fingerprint of a certificate."""
    command = ["gpg", "--with-colons", "--list-keys", f"<{name}@example.org>"]
    done = subprocess.run(command, text=True, check=True, capture_output=True)
    records = [line.split(":") for line in done.stdout.splitlines()]
    return next(after[9] for record, after in itertools.pairwise(records) if record[0] == "pub")


def big(directory: Path) -> Path:
    """Write the list that is too large to be kept."""
    path = directory / "big.txt"
    path.write_text(BIG)
    return path


def emptied(name: str) -> Path:
    """Return a directory beside this script, without the files of an earlier run."""
    directory = HERE / name
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir()
    return directory


def main() -> None:
    """Make all files."""
    chosen: Sequence[str] = sys.argv[1:] or ("minisign", "signify", "ssh", "openpgp")
    for name, text in LISTS.items():
        (HERE / name).write_text(text)
    for scheme in (minisign, signify, ssh, openpgp):
        if scheme.__name__ in chosen:
            with tempfile.TemporaryDirectory() as secret:
                scheme(Path(secret))


if __name__ == "__main__":
    main()
