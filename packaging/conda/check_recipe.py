"""Checks the conda recipe where no channel can be reached: python check_recipe.py SDIST DIRECTORY.

It is rendered for every platform. Then its steps build a package in DIRECTORY, with the Go, compiler and
Python of this machine in place of conda's packages, and what is in that package is loaded.
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
from pathlib import Path

import rattler_build as rattler

from checksig_build.targets import platforms

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
    for name in filter(None, (row.conda for row in platforms().values())):
        platform = rattler.PlatformConfig(target_platform=name, build_platform=name, host_platform=name)
        variants = recipe.render(rattler.VariantConfig(VARIANTS), rattler.RenderConfig(platform=platform))
        for variant in variants:
            print(name, variant.recipe.to_dict()["requirements"]["build"])


def build(recipe: rattler.Stage0Recipe, sdist: Path, directory: Path) -> Path:
    """Build without requirements, so that the prefix is empty and this Python the one on PATH."""
    content = recipe.to_dict()
    script = content["build"]["script"]["content"]
    steps = [step.replace("${{ PYTHON }}", "python") if isinstance(step, str) else step for step in script]
    content["build"] = {"number": 0, "script": {"content": ['export PIP_PREFIX="$PREFIX"', *steps]}}
    content |= {"source": [{"path": str(sdist)}], "requirements": {}, "tests": []}
    (result,) = rattler.Stage0Recipe.from_dict(content, recipe_dir=directory).run_build(
        output_dir=directory / "output",
        channels=[],
        package_format="tar.bz2",
        env_isolation=rattler.EnvironmentIsolation.NONE,
    )
    return Path(result.packages[0])


def use(package: Path, directory: Path) -> None:
    with tarfile.open(package) as archive:
        archive.extractall(directory / "prefix", filter="data")
    (modules,) = (directory / "prefix").glob("lib/python*/site-packages")
    data = directory / "data"
    data.mkdir()
    (data / "file").write_text("data")
    subprocess.run([sys.executable, "-c", USE], cwd=data, env={"PYTHONPATH": str(modules)}, check=True)


def main() -> None:
    sdist, directory = (Path(argument).resolve() for argument in sys.argv[1:])
    recipe = rattler.Stage0Recipe.from_file(Path(__file__).with_name("recipe.yaml"))
    render(recipe)
    package = build(recipe, sdist, directory)
    use(package, directory)
    print(f"{package.name}: {package.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
