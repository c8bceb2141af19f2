"""Whether the root of an archive is the directory that it was."""

from __future__ import annotations

import os
import stat

from checksig._errors import Code
from checksig._named import NamedTuple, named
from checksig.track._errors import ArchiveError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_HINT = "mount it; or if the archive has moved here, run `checksig track accept --relocated`"


@named
class Root(NamedTuple):
    """A directory, as the system identifies it."""

    path: str
    """The real path."""
    device: int
    """The number of the device. Some file systems get another one each time they are mounted."""
    filesystem: int
    """The identifier of the file system, which mostly stays; 0 if there is none."""
    inode: int

    def is_on(self, device: int, filesystem: int) -> bool:
        """Say whether it is on this device: by the identifier of the file system, where both have one."""
        if self.filesystem and filesystem:
            return self.filesystem == filesystem
        return self.device == device

    def check(self, recorded: Root) -> None:
        """Raise `ArchiveError` unless this is the root that was recorded.

        Another path to the same directory, such as a bind mount, is the same root.
        """
        on_device = self.is_on(recorded.device, recorded.filesystem)
        if self.path != recorded.path and not (on_device and self.inode == recorded.inode):
            reason = f"the database is of another root, {recorded.path}"
            raise ArchiveError(self.path, reason, Code.ARCHIVE_DIFFERS, _HINT.replace("mount it", "name that root"))
        if not on_device:
            reason = "is on another device than when it was recorded"
            raise ArchiveError(self.path, reason, Code.ARCHIVE_DIFFERS, _HINT)


def look(path: str) -> Root:
    """Return what a root is now.

    :raises ArchiveError: it is missing, or no directory that can be listed.
    """
    try:
        real = os.path.realpath(path, strict=True)
        found = os.stat(real)
        if not stat.S_ISDIR(found.st_mode):
            raise NotADirectoryError(20, "not a directory")
        filesystem = os.statvfs(real).f_fsid if hasattr(os, "statvfs") else 0
    except OSError as e:
        reason = f"can't open the root directory: {(e.strerror or str(e)).lower()}"
        raise ArchiveError(path, reason, "root_unreadable", "is it mounted?") from None
    return Root(real, found.st_dev, filesystem, found.st_ino)


def refuse_foreign(root: Root, recorded: Root, names: Iterable[bytes]) -> None:
    """Raise `ArchiveError` if a root has none of the recorded files, by their names."""
    if not any(os.path.isfile(os.path.join(root.path, os.fsdecode(name))) for name in names):
        reason = f"none of the files is there that are recorded of {recorded.path}"
        raise ArchiveError(root.path, reason, Code.ARCHIVE_DIFFERS, "name the directory that the archive is now")


def refuse_empty(root: Root) -> None:
    """Raise `ArchiveError` if nothing at all is in the root, as in a directory where nothing is mounted."""
    try:
        with os.scandir(root.path) as entries:
            if next(entries, None) is not None:
                return
    except OSError as e:
        reason = f"can't open the root directory: {(e.strerror or str(e)).lower()}"
        raise ArchiveError(root.path, reason, "root_unreadable") from None
    reason = "the root is empty"
    raise ArchiveError(root.path, reason, "no_files", "is it mounted?")
