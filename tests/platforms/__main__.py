"""Installs and runs the wheel on every platform that this machine can have: ``[NAME…]``.

A name may be the start of several: ``wine`` is all of Windows. Without one it is all of them but
those that take too long.
"""

from __future__ import annotations

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import chroot
import common
import emulated
import freethreaded
import musl
import pyenv
import signing_tools
import wine

UNSEEN = {
    "macosx_arm64": "needs a Mac; the wheel is only looked at, by the check of wheels",
    "macosx_x86_64": "needs a Mac; the wheel is only looked at, by the check of wheels",
    "win32": "PyPI has no CPython for it; the wheel is only looked at, by the check of wheels",
    "win_arm64": "needs such a machine; the wheel is only looked at, by the check of wheels",
}


class Outcome(NamedTuple):
    """What came of one platform, in how many seconds."""

    name: str
    how: str
    verdict: str
    said: str
    seconds: float


def attempt(platform: common.Platform) -> Outcome:
    started = time.monotonic()
    try:
        verdict, said = "ok", platform.run()
    except common.Skip as e:
        verdict, said = "skipped", str(e)
    except common.Failure as e:
        verdict, said = "FAILED", str(e)
    return Outcome(platform.name, platform.how, verdict, said, time.monotonic() - started)


def chosen(names: list[str]) -> list[common.Platform]:
    """Return the platforms whose names start with one of *names*; by default all but those run by name alone."""
    every = [
        *pyenv.platforms(),
        *freethreaded.platforms(),
        *musl.platforms(),
        *chroot.platforms(),
        *emulated.platforms(),
        *wine.platforms(),
        *signing_tools.platforms(),
    ]
    for name in names:
        if not any(p.name.startswith(name) for p in every):
            sys.exit(f"no platform is called {name}; there are {', '.join(p.name for p in every)}")
    return [p for p in every if (p.name.startswith(tuple(names)) if names else not p.by_name_alone)]


def table(outcomes: list[Outcome]) -> str:
    rows = [("platform", "result", "seconds", "how")]
    rows += [(o.name, o.verdict, f"{o.seconds:.0f}", o.how) for o in outcomes]
    rows += [(name, "not run", "", why) for name, why in UNSEEN.items()]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def main(names: list[str]) -> int:
    todo = chosen(names)
    outcomes = []
    # Most of them keep one processor busy: an emulated one, above all.
    with common.alone(), ThreadPoolExecutor(os.cpu_count()) as pool:
        try:
            for outcome in pool.map(attempt, todo):
                print(f"{outcome.name}: {outcome.how}\n  {outcome.verdict}: {outcome.said}", flush=True)
                outcomes.append(outcome)
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            common.stop()
            raise
    print(f"\n{table(outcomes)}\n")
    counts = {verdict: sum(o.verdict == verdict for o in outcomes) for verdict in ("ok", "FAILED", "skipped")}
    print("{ok} passed, {FAILED} failed, {skipped} skipped".format(**counts))
    return 1 if counts["FAILED"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
