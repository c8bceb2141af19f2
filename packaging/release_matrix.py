"""Prints the platforms that releases are built on, as wheels.yml takes them: a JSON list."""

import json

from checksig_build.targets import platforms

rows = [row for row in platforms().values() if row.runner]
windows = {"32": "x86", "amd64": "AMD64", "arm64": "ARM64"}  # as cibuildwheel calls them
arch = {row.name: windows[row.machine] if row.goos == "windows" else row.machine for row in rows}
print(json.dumps([{**row._asdict(), "arch": arch[row.name]} for row in rows]))
