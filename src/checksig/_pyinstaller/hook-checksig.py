"""What a program packed by PyInstaller needs, and no import shows: the engine, templates, modules loaded by name."""

import os

from PyInstaller.utils.hooks import collect_data_files, collect_submodules

from checksig._engine._library import PROGRAM, library_path

binaries = [(path, "checksig") for path in (library_path(), PROGRAM) if os.path.exists(path)]
datas = collect_data_files("checksig", includes=["**/templates/*"])
hiddenimports = collect_submodules("checksig", filter=lambda name: not name.startswith("checksig._pyinstaller"))
