"""50,000 cached files of 4 KiB with a SHA-1 list: checksig against sha1sum -c."""

from __future__ import annotations

import hashlib
import random
import tempfile
from pathlib import Path

from measure import Command, checksig, in_turn, table

FILES = 50_000
SIZE = 4096


def make(root: Path) -> None:
    """Write the files, a thousand in each folder, and their list."""
    noise = random.Random(1)
    with (root / "sha1sum.txt").open("w") as names:
        for number in range(FILES):
            name = f"{number // 1000:02}/{number:05}.bin"
            (root / name).parent.mkdir(exist_ok=True)
            data = noise.randbytes(SIZE)
            (root / name).write_bytes(data)
            names.write(f"{hashlib.sha1(data).hexdigest()}  {name}\n")


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        make(root)
        commands = [
            Command("checksig verify", [checksig(), "verify", "."], root),
            Command("sha1sum -c", ["sha1sum", "--quiet", "-c", "sha1sum.txt"], root),
        ]
        results = in_turn(commands)
        assert {0} == {run.status for runs in results for run in runs}
        print(f"{FILES} cached files of {SIZE} bytes, SHA-1, whole processes")
        print(table(commands, results))


if __name__ == "__main__":
    main()
