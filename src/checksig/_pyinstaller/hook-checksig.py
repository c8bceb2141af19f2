"""What a program packed by PyInstaller needs, and no import shows: the engine, and modules loaded by their names."""

from PyInstaller.utils.hooks import collect_submodules

from checksig._engine._library import library_path

binaries = [(library_path(), "checksig")]
hiddenimports = collect_submodules("checksig", filter=lambda name: not name.startswith("checksig._pyinstaller"))
