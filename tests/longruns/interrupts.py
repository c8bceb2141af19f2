"""Presses Ctrl-C in processes of several kinds, and says how long they went on: ``interrupts.py --times 100``.

CHECKSIG_ENGINE chooses the engine, as for any program.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

READ = """
import os, signal, sys
def verify(pipe):
    import checksig
    def begun(progress):
        if progress.bytes:
            os.write(pipe, b"+")
    try:
        checksig.verify(sys.argv[1], progress=begun)
    except KeyboardInterrupt:
        os._exit(130)
"""

HOSTS = {
    "a script": "verify(1)",
    "a thread": """
import threading
failed = []
def work():
    import checksig
    with checksig.iter_verify(sys.argv[1], progress=lambda p: p.bytes and os.write(1, b"+")) as job:
        failed.append(job)
        try:
            job.report()
        except checksig.JobCancelled:
            pass
one = threading.Thread(target=work)
one.start()
try:
    one.join()
except KeyboardInterrupt:
    failed[0].cancel()
    one.join()
    os._exit(130)
""",
    "a fork of a process that has used it": """
import checksig
checksig.verify_file(sys.executable, "sha256:" + "0" * 64)
child = os.fork()
if not child:
    verify(1)
signal.signal(signal.SIGINT, signal.SIG_IGN)
os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
""",
    "asyncio": """
import asyncio, checksig
try:
    asyncio.run(checksig.averify(sys.argv[1], progress=lambda p: p.bytes and os.write(1, b"+")))
except KeyboardInterrupt:
    os._exit(130)
""",
}
"""What a process does, by what it is."""


def once(host: str, root: str) -> float:
    """Start a process, press Ctrl-C while it reads, and return the seconds until it has ended."""
    code = READ + HOSTS[host]
    with subprocess.Popen(
        [sys.executable, "-c", code, root], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        assert process.stdout
        if not process.stdout.read(1):
            sys.exit(f"{host}: it did not begin")
        time.sleep(random.random() * 0.1)
        began = time.perf_counter()
        os.killpg(process.pid, signal.SIGINT)
        status = process.wait(timeout=60)
        seconds = time.perf_counter() - began
    if status != 130:
        sys.exit(f"{host}: ended with {status}")
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=100)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as root:
        with Path(root, "f").open("wb") as file:
            file.truncate(1 << 40)
        Path(root, "SHA256SUMS").write_text(f"{'0' * 64}  f\n")
        for host in HOSTS:
            took = sorted(once(host, root) for _ in range(options.times))
            print(f"{host}: median {took[len(took) // 2] * 1000:.0f} ms, longest {took[-1] * 1000:.0f} ms", flush=True)


if __name__ == "__main__":
    main()
