"""Whether a database can be shared through memory where it is: on a disk of this machine."""

from __future__ import annotations

import os
import re

_LOCAL = frozenset(
    {
        *(
            "apfs",
            "bcachefs",
            "btrfs",
            "exfat",
            "ext2",
            "ext3",
            "ext4",
            "f2fs",
            "jfs",
            "msdos",
            "nilfs2",
            "ntfs",
            "ntfs3",
        ),
        *("overlay", "ramfs", "reiserfs", "tmpfs", "udf", "vfat", "xfs", "zfs"),
    }
)
"""File systems of which every process of this machine sees the same memory. FUSE may be anything."""

_DRIVE_FIXED = 3


def is_local(directory: str) -> bool:
    """Say whether *directory* is certainly on a file system of this machine alone."""
    if os.name == "nt":
        import ctypes

        drive = os.path.splitdrive(os.path.abspath(directory))[0]
        kinds = ctypes.windll.kernel32  # type: ignore[attr-defined,unused-ignore] # Windows has it
        return bool(kinds.GetDriveTypeW(drive + "\\") == _DRIVE_FIXED)
    return _kind(os.path.realpath(directory)) in _LOCAL


def _kind(path: str) -> str:
    """Return the kind of the file system that is mounted at or above *path*, "" if it is not known."""
    try:
        with open("/proc/self/mountinfo", encoding="utf-8", errors="surrogateescape") as file:
            return kind_at(path, file.read())
    except OSError:
        return ""


def kind_at(path: str, mounts: str) -> str:
    """Return the kind of the last file system of *mounts*, a text as in mountinfo, that is on the way to *path*."""
    best, kind = "", ""
    for line in mounts.splitlines():
        fields, _, rest = line.partition(" - ")
        point = re.sub(r"\\(\d{3})", lambda m: chr(int(m[1], 8)), fields.split(" ")[4])
        above = point.rstrip("/") + "/"
        if len(point) >= len(best) and (path + "/").startswith(above):
            best, kind = point, rest.split(" ")[0]
    return kind
