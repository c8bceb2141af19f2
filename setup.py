"""The setuptools commands that build the library and the wheel which carries it: what pyproject.toml can't say.

The backend (packaging/checksig_build/backend.py) runs it, and puts packaging/ on the module path.
build_engine.py there says how Go is called, golang.py what setuptools-golang does.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from setuptools import Distribution, Extension, setup

try:
    from build_engine import build_helper, go_environment
    from checksig_build import BuildError
    from checksig_build.given import PREBUILT, SYSTEM, given_library, prebuilt_library, refuse_both, system_library
    from checksig_build.go import require_go
    from checksig_build.golang import KEYWORDS, adapt_setuptools_golang
    from checksig_build.helper import NAME, makes_no_library, wanted_engines
    from checksig_build.library import load_trouble, place, release
    from checksig_build.modules import is_vendored, staging, vendor
    from checksig_build.sbom import sbom
    from checksig_build.targets import Target, chosen_target, refuse_musl
except ModuleNotFoundError as missing:
    if missing.name not in {"build_engine", "checksig_build"}:
        raise
    sys.exit("error: setup.py is run by the build backend. Run `pip install .` or `python -m build` instead")
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_ext import build_ext
from setuptools.command.sdist import sdist

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).resolve().parent
LIBRARY = "checksig._checksig"


def target_of(dist: Distribution) -> Target:
    """Return the target, with a --plat-name given to any of the commands that know one."""
    for command in "bdist_wheel", "build_ext", "build":
        _, asked = dist.get_option_dict(command).get("plat_name", ("", None))
        if asked:
            return chosen_target(asked)
    return chosen_target()


@contextlib.contextmanager
def working_in(directory: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(directory)
    try:
        yield
    finally:
        os.chdir(before)


class SourceDistribution(sdist):
    """Carries the Go modules too, so that it builds without a network."""

    def make_release_tree(self, base_dir: str, files: list[str]) -> None:
        super().make_release_tree(base_dir, files)
        if not is_vendored(HERE / "go"):
            vendor(HERE / "go", Path(base_dir, "go", "vendor").absolute())


class BuildEngine(build_ext):
    """Builds the library, the helper program, or both; setuptools-golang puts its own build_extension on top."""

    def engines(self) -> tuple[bool, bool]:
        if given_library():
            return True, False
        return wanted_engines(target_of(self.distribution), editable=self.editable_mode)

    def get_ext_filename(self, fullname: str) -> str:
        # ctypes loads it, not import: no cp313 in the name, one file for every Python.
        if not self.engines()[0]:
            return str(Path(*fullname.split(".")).with_name(NAME))
        suffix = ".path" if os.environ.get(SYSTEM) else target_of(self.distribution).suffix
        return str(Path(*fullname.split("."))) + suffix

    def build_extensions(self) -> None:
        goal = target_of(self.distribution)
        refuse_both()
        self.build_lib = str(Path(self.build_lib).absolute())
        library = Path(self.get_ext_fullpath(LIBRARY))
        of_library, of_helper = self.engines()
        place(library.with_name("_checksig.so"))
        library.with_name(NAME).unlink(missing_ok=True)
        if of_helper:  # first, since the library's build leaves its settings in the environment
            build_helper(library.with_name(NAME), goal)
        if of_library:
            self.put_library(goal, library)

    def copy_extensions_to_source(self) -> None:
        super().copy_extensions_to_source()
        built = Path(self.build_lib, "checksig", NAME)
        source = Path(HERE, "src", "checksig", NAME)
        source.unlink(missing_ok=True)
        if built.is_file():
            self.copy_file(str(built), str(source))

    def put_library(self, goal: Target, library: Path) -> None:
        refuse_musl(goal)
        given = given_library()
        if given == PREBUILT:
            place(library, prebuilt_library(goal, release(HERE / "src" / "checksig")))
        elif given == SYSTEM:
            place(library, system_library(goal))
        else:
            self.build_library(goal, library)

    def build_library(self, goal: Target, library: Path) -> None:
        adapt_setuptools_golang()
        require_go()
        wanted = release(HERE / "src" / "checksig")
        try:
            with staging(HERE / "go") as source, working_in(source.parent):
                os.environ.update(go_environment(goal, wanted.version, source / "link"))
                super().build_extensions()
        except subprocess.CalledProcessError as e:
            msg = f"`{' '.join(e.cmd[:2])}` failed, see what it says above"
            raise BuildError(msg) from e
        library.with_suffix(".h").unlink()
        trouble = load_trouble(library, wanted) if goal.is_native else ""
        if trouble:
            msg = f"{library.name} was built but {trouble}"
            raise BuildError(msg)


class PlatformWheel(bdist_wheel):
    """One wheel for every Python 3 on the platform: the library knows nothing of Python."""

    def get_tag(self) -> tuple[str, str, str]:
        return "py3", "none", target_of(self.distribution).tag

    def write_wheelfile(self, wheelfile_base: str, *args: str, **kwargs: str) -> None:
        """Also add the SBOM, and give the files modes that don't depend on the checkout's umask."""
        super().write_wheelfile(wheelfile_base, *args, **kwargs)
        library = Path(self.bdist_dir or "", *LIBRARY.split(".")).with_suffix(target_of(self.distribution).suffix)
        engines = [path for path in (library, library.with_name(NAME)) if path.is_file()]
        if engines:  # not in an editable wheel
            file = Path(wheelfile_base, "sboms", "checksig.cdx.json")
            file.parent.mkdir()
            file.write_text(sbom(self.distribution.get_version(), engines[0].read_bytes()), "utf-8", newline="\n")
        for path in Path(self.bdist_dir).rglob("*") if self.bdist_dir else ():
            path.chmod(0o755 if path.is_dir() or path in engines else 0o644)


if __name__ == "__main__":
    # Two builds of one commit give the same bytes, so no file may carry the hour of its
    # checkout. Without a date from outside it is the earliest one that a zip file can hold.
    os.environ.setdefault("SOURCE_DATE_EPOCH", "315532800")  # 1980-01-01, in seconds
    keywords: dict[str, Any] = {} if given_library() or makes_no_library(chosen_target()) else KEYWORDS
    try:
        setup(
            ext_modules=[Extension(LIBRARY, ["go/cmd/libchecksig/main.go"])],
            cmdclass={"build_ext": BuildEngine, "bdist_wheel": PlatformWheel, "sdist": SourceDistribution},
            **keywords,
        )
    except BuildError as e:
        sys.exit(f"error: {e}")
