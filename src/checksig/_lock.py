"""The lock of whoever imports or loads something for the first time.

A fork waits for it: the child would have the locks of such an import, and not the thread that releases them.
"""

import os
from _thread import RLock

lock = RLock()

if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=lock.acquire, after_in_parent=lock.release, after_in_child=lock.release)
