"""Verifying on many machines, by any executor: `concurrent.futures`, Dask, MPI, loky.

::

    from concurrent.futures import ProcessPoolExecutor

    import checksig.distributed

    with ProcessPoolExecutor(8) as executor:
        report = checksig.distributed.verify("/archive", "/archive/SHA256SUMS", executor)

docs/scale.md has the whole story. ``import checksig`` does not import this.
"""

from __future__ import annotations

from checksig.distributed._create import create
from checksig.distributed._errors import IncompleteError
from checksig.distributed._verify import verify

__all__ = ["IncompleteError", "create", "verify"]
