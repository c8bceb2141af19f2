"""A place for a list that is only for standard output, which gets it once it is complete."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile

from checksig._errors import ManifestError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def hidden_path() -> Iterator[str]:
    """Yield the path of a file that is not there yet, and remove it afterwards. Its name says no algorithm.

    :raises ManifestError: there is no place for it.
    """
    directory = ""
    try:  # from before it is there, so that no signal leaves it behind
        try:
            directory = os.path.join(tempfile.gettempdir(), f"checksig-{os.urandom(8).hex()}")
            os.mkdir(directory, 0o700)
        except OSError as e:
            where, reason = "-", f"no temporary directory for the list: {e.strerror or e}"
            raise ManifestError(where, 0, reason, "output_unwritable") from None
        yield os.path.join(directory, "list")
    finally:
        if directory:
            shutil.rmtree(directory, ignore_errors=True)
