"""The arguments: options, help and completion, all by click.

A command only returns what is to be run. What runs inside click would meet its own idea of what
Ctrl-C and a closed pipe mean, and of their exit status.
"""

from __future__ import annotations

import functools
import math
import os
from typing import Any

import click

from checksig._cli import _help
from checksig._cli._run import Style, UsageError, act, create, usage, verification
from checksig._cli._streams import UnwritableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

ALGORITHMS = (
    "md5",
    "sha1",
    "sha224",
    "sha256",
    "sha384",
    "sha512",
    "sha512-256",
    "sha3-224",
    "sha3-256",
    "sha3-384",
    "sha3-512",
)
"""For help and completion. The engine decides what is an algorithm, and takes more spellings."""


def run(arguments: list[str]) -> int:
    """Run the command line *arguments*. Returns the exit status."""
    try:
        action = _parse(arguments)
    except click.UsageError as e:
        name = e.ctx.command_path if e.ctx else "checksig"
        return usage(e.format_message(), f"see `{name} --help`")
    except UsageError as e:
        return usage(str(e), e.hint)
    except click.Abort:
        raise KeyboardInterrupt from None
    except SystemExit as e:
        if "_CHECKSIG_COMPLETE" in os.environ:
            raise
        raise BrokenPipeError from e  # click's way to say so
    return act(action) if callable(action) else action


def _parse(arguments: list[str]) -> Callable[[], int] | int:
    """Return what to do, or an exit status where click has done it: printed the help."""
    try:
        action: Callable[[], int] | int | None = command.main(arguments, prog_name="checksig", standalone_mode=False)
    except OSError as e:
        raise UnwritableError from e
    return action or 0


def _complete_algorithm(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    return [name for name in ALGORITHMS if name.startswith(incomplete)]


def _finite(_ctx: click.Context, _param: click.Parameter, seconds: float | None) -> float | None:
    if seconds is not None and not math.isfinite(seconds):
        reason = f"{seconds} is no number of seconds."
        raise click.BadParameter(reason)
    return seconds


def _version(ctx: click.Context, _param: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click calls it so
    if value and not ctx.resilient_parsing:
        from checksig._cli._version import print_version

        ctx.exit(print_version(verbose=False))


def _shared(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that all commands have."""
    options = (
        click.option(
            "-j",
            "--jobs",
            metavar="N",
            type=click.IntRange(1, 1024),
            help="Use N workers. Default: one for each CPU that this process may use.",
        ),
        click.option(
            "--progress/--no-progress",
            default=None,
            help="Show how far it is on standard error. Default: only on a terminal, and not with --quiet or --json.",
        ),
        click.option("--json", is_flag=True, help="Print JSON Lines to standard output, and nothing else."),
    )
    return functools.reduce(lambda f, option: option(f), reversed(options), function)


@click.group(
    no_args_is_help=False,  # help with exit status 0 would look like a verdict
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="`checksig COMMAND --help` tells more about a command.",
)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_version,
    help="Print the versions of checksig and of its engine; with --verbose also what it holds and may hold.",
)
def command() -> None:
    """Tell whether files are exactly the ones that their checksum list describes."""


@command.command(
    "verify",
    help=_help.VERIFY,
    epilog=_help.VERIFY_EPILOG,
)
@click.argument("paths", metavar="[ROOT | LIST]...", nargs=-1, type=click.Path())
@click.option(
    "--root",
    metavar="DIR",
    type=click.Path(),
    help="Names in LISTs are relative to DIR. Default: to the folder that the LIST is in.",
)
@click.option(
    "--algorithm",
    metavar="NAME",
    shell_complete=_complete_algorithm,
    help="Algorithm of lists that don't say, neither in the line nor by their name, such as sha3-256. "
    "Default: by the digest's length.",
)
@click.option("--ignore-missing", is_flag=True, help="A file that isn't there is no failure.")
@click.option("--extra", is_flag=True, help="Files beneath ROOT that no list names are failures.")
@click.option(
    "--strict/--no-strict",
    default=True,
    help="A line that can't be read as an entry is a failure, and so is a list without an entry beside others. "
    "Default: --strict.",
)
@click.option(
    "--timeout",
    metavar="SECONDS",
    type=click.FloatRange(min=0),
    callback=_finite,
    help="Give up after so many seconds, with exit status 2.",
)
@click.option("-v", "--verbose", is_flag=True, help="Print also what is good: NAME: OK.")
@click.option("-q", "--quiet", is_flag=True, help="Print only failures and errors. No effect on --json.")
@_shared
def verify(**options: Any) -> Callable[[], int]:  # noqa: ANN401 - iter_verify checks them
    """Return what verifies."""
    return functools.partial(verification, **options)


@command.command(
    "create",
    help=_help.CREATE,
    epilog=_help.CREATE_EPILOG,
)
@click.argument("root", metavar="[ROOT]", default=os.curdir, type=click.Path())
@click.option(
    "--algorithm",
    metavar="NAME",
    shell_complete=_complete_algorithm,
    default="sha256",
    help="Digest algorithm. Default: sha256.",
)
@click.option(
    "-o",
    "--output",
    metavar="PATH",
    type=click.Path(),
    help="Write the list to PATH. Default: in ROOT by the algorithm's name, such as SHA256SUMS.",
)
@click.option("--force", is_flag=True, help="Replace the list if it is there.")
@click.option("-q", "--quiet", is_flag=True, help="Print only errors. No effect on --json.")
@_shared
def create_(
    root: str,
    output: str | None,
    algorithm: str,
    *,
    json: bool,
    quiet: bool,
    progress: bool | None,
    jobs: int | None,
    force: bool,
) -> Callable[[], int]:
    """Return what creates a list."""
    return lambda: create(Style(json, quiet, progress), root, output, algorithm, jobs=jobs, force=force)
