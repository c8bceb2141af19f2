"""What a program packed by PyInstaller needs, and no import shows: the engine, and modules loaded by their names."""

import os

from PyInstaller.utils.hooks import collect_submodules

from checksig._engine._library import PROGRAM, library_path

binaries = [(path, "checksig") for path in (library_path(), PROGRAM) if os.path.exists(path)]
hiddenimports = collect_submodules("checksig", filter=lambda name: not name.startswith("checksig._pyinstaller"))
