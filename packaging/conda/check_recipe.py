"""Checks the conda recipe where no channel can be reached: python check_recipe.py SDIST FOLDER.

It is rendered for every platform. Then its steps build a package in FOLDER, with the Go, compiler and
Python of this machine in place of conda's packages, and what is in that package is loaded.
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
from pathlib import Path

import rattler_build as rattler

PLATFORMS = ("linux-64", "linux-aarch64", "osx-64", "osx-arm64", "win-64")
# What a channel's own configuration says; any value does.
VARIANTS = {
    "c_stdlib": ["sysroot"],
    "c_stdlib_version": ["2.17"],
    "m2w64_c_compiler": ["gcc"],
    "m2w64_c_stdlib": ["sysroot"],
    "m2w64_c_stdlib_version": ["2.17"],
}
USE = "import checksig; checksig.create('.'); assert checksig.verify('.').ok; print(checksig.__file__)"


def render(recipe: rattler.Stage0Recipe) -> None:
    for name in PLATFORMS:
        platform = rattler.PlatformConfig(target_platform=name, build_platform=name, host_platform=name)
        variants = recipe.render(rattler.VariantConfig(VARIANTS), rattler.RenderConfig(platform=platform))
        for variant in variants:
            print(name, variant.recipe.to_dict()["requirements"]["build"])


def build(recipe: rattler.Stage0Recipe, sdist: Path, folder: Path) -> Path:
    """Build without requirements, so that the prefix is empty and this Python the one on PATH."""
    content = recipe.to_dict()
    script = content["build"]["script"]["content"]
    steps = [step.replace("${{ PYTHON }}", "python") if isinstance(step, str) else step for step in script]
    content["build"] = {"number": 0, "script": {"content": ['export PIP_PREFIX="$PREFIX"', *steps]}}
    content |= {"source": [{"path": str(sdist)}], "requirements": {}, "tests": []}
    (result,) = rattler.Stage0Recipe.from_dict(content, recipe_dir=folder).run_build(
        output_dir=folder / "output",
        channels=[],
        package_format="tar.bz2",
        env_isolation=rattler.EnvironmentIsolation.NONE,
    )
    return Path(result.packages[0])


def use(package: Path, folder: Path) -> None:
    with tarfile.open(package) as archive:
        archive.extractall(folder / "prefix", filter="data")
    (modules,) = (folder / "prefix").glob("lib/python*/site-packages")
    data = folder / "data"
    data.mkdir()
    (data / "file").write_text("data")
    subprocess.run([sys.executable, "-c", USE], cwd=data, env={"PYTHONPATH": str(modules)}, check=True)


def main() -> None:
    sdist, folder = (Path(argument).resolve() for argument in sys.argv[1:])
    recipe = rattler.Stage0Recipe.from_file(Path(__file__).with_name("recipe.yaml"))
    render(recipe)
    package = build(recipe, sdist, folder)
    use(package, folder)
    print(f"{package.name}: {package.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
