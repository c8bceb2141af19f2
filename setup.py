"""Builds the Go engine into one library, and the wheel that carries it to one platform.

Only what pyproject.toml can't say: the setuptools commands, and what the build needs. How the
platform, the tools and their flags are chosen stands in packaging/checksig_build; setuptools-golang
runs the Go build itself. Packagers who build the library their own way say where it is:
docs/packaging.md.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from setuptools import Distribution, Extension, setup
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_ext import build_ext
from setuptools.errors import CompileError, LinkError

# PEP 517 builds have no folder of the source on sys.path, and once these are loaded need none.
sys.path.insert(0, str(Path(__file__).resolve().parent / "packaging"))
from checksig_build.flags import go_environment, linker_flags
from checksig_build.given import PREBUILT, SYSTEM, given_library, prebuilt_library, refuse_both, system_library
from checksig_build.go import require_go
from checksig_build.golang import adapt_setuptools_golang, staging
from checksig_build.library import load_trouble, place, release
from checksig_build.requirements import build_requirements
from checksig_build.sbom import sbom
from checksig_build.target import chosen_target, refuse_musl

del sys.path[0]

if TYPE_CHECKING:
    from checksig_build.library import Release
    from checksig_build.target import Target

HERE = Path(__file__).resolve().parent
LIBRARY = "checksig._checksig"


def target_of(dist: Distribution) -> Target:
    """Return the target, with a --plat-name given to any of the commands that know one."""
    for command in "bdist_wheel", "build_ext", "build":
        _, asked = dist.get_option_dict(command).get("plat_name", ("", None))
        if asked:
            return chosen_target(asked)
    return chosen_target()


def release_of(dist: Distribution) -> Release:
    return release(dist.get_version(), HERE / "src" / "checksig" / "_native.py")


class BuildLibrary(build_ext):
    """Builds the one library; setuptools-golang puts its own build_extension on top."""

    def get_ext_filename(self, fullname: str) -> str:
        # ctypes loads it, not import: no cp313 in the name, one file for every Python.
        suffix = ".path" if os.environ.get(SYSTEM) else target_of(self.distribution).suffix
        return str(Path(*fullname.split("."))) + suffix

    def build_extensions(self) -> None:
        goal = target_of(self.distribution)
        refuse_musl(goal)
        refuse_both()
        self.build_lib = str(Path(self.build_lib).absolute())
        library = Path(self.get_ext_fullpath(LIBRARY))
        given = given_library()
        if given == PREBUILT:
            place(library, prebuilt_library(goal, release_of(self.distribution)))
        elif given == SYSTEM:
            place(library, system_library(goal))
        else:
            self.build_library(goal, library)

    def build_library(self, goal: Target, library: Path) -> None:
        adapt_setuptools_golang()
        require_go()
        wanted = release_of(self.distribution)
        place(library)
        try:
            with staging(HERE / "go") as source:
                ldflags = linker_flags(goal, library.name, wanted.version, source / "link")
                os.environ.update(go_environment(goal, ldflags))
                super().build_extensions()
        except subprocess.CalledProcessError as e:
            msg = f"`{' '.join(e.cmd[:2])}` failed, see what it says above"
            raise CompileError(msg) from e
        library.with_suffix(".h").unlink()
        trouble = load_trouble(library, wanted) if goal.is_native else ""
        if trouble:
            msg = f"{library.name} was built but {trouble}"
            raise LinkError(msg)


class PlatformWheel(bdist_wheel):
    """One wheel for every Python 3 on the platform: the library knows nothing of Python."""

    def get_tag(self) -> tuple[str, str, str]:
        return "py3", "none", target_of(self.distribution).tag

    def write_wheelfile(self, wheelfile_base: str, *args: str, **kwargs: str) -> None:
        """Also add the SBOM, and give the files modes that don't depend on the checkout's umask."""
        super().write_wheelfile(wheelfile_base, *args, **kwargs)
        library = Path(self.bdist_dir or "", *LIBRARY.split(".")).with_suffix(target_of(self.distribution).suffix)
        if library.is_file():  # not in an editable wheel
            file = Path(wheelfile_base, "sboms", "checksig.cdx.json")
            file.parent.mkdir()
            file.write_text(sbom(self.distribution.get_version(), library.read_bytes()), "utf-8", newline="\n")
        for path in Path(self.bdist_dir).rglob("*") if self.bdist_dir else ():
            path.chmod(0o755 if path.is_dir() or path == library else 0o644)


if __name__ == "__main__":
    # Two builds of one commit give the same bytes, so no file may carry the hour of its
    # checkout. Without a date from outside it is the earliest one that a zip file can hold.
    os.environ.setdefault("SOURCE_DATE_EPOCH", "315532800")  # 1980-01-01, in seconds
    golang: dict[str, Any] = {"root": "checksig", "strip": False}  # -s -w stand in GOFLAGS, beside ours
    keywords: dict[str, Any] = {} if given_library() else {"build_golang": golang}
    setup(
        ext_modules=[Extension(LIBRARY, ["go/cmd/libchecksig/main.go"])],
        cmdclass={"build_ext": BuildLibrary, "bdist_wheel": PlatformWheel},
        setup_requires=build_requirements(),
        **keywords,
    )
