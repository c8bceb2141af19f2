"""One line for all files of a directory that was renamed."""

from __future__ import annotations

from collections import Counter

from checksig._renamed import renamed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


class Directories:
    """Counts the files of directories that were renamed, for each root and list."""

    def __init__(self) -> None:
        self._files: Counter[tuple[str, str, str, str, str]] = Counter()
        """By root, list, the old and the new name of the file's directory, and the old name of what was renamed."""

    def add(self, root: str, manifest: str, path: str, moved_to: str, moved_with: str) -> None:
        self._files[root, manifest, path.rpartition("/")[0], moved_to.rpartition("/")[0], moved_with] += 1

    def taken(self) -> Iterator[tuple[str, str, str, str, int]]:
        """Yield root, list, old and new name, and the number of files, and forget them."""
        found: Counter[tuple[str, str, str, str]] = Counter()
        for (root, manifest, path, moved_to, moved_with), files in self._files.items():
            old, new = renamed(f"{path}/", f"{moved_to}/", moved_with)
            found[root, manifest, old, new] += files
        self._files.clear()
        for group, files in found.items():
            yield (*group, files)
