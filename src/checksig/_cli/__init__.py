"""The command ``checksig``: from the arguments to the exit status, whatever happens on the way.

Importing this is cheap: what a command needs is imported when it runs.
"""

from __future__ import annotations

import errno
import os
import sys

from checksig._cli import _streams
from checksig._cli._exit import BY_SIGNAL, Exit, TerminatedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal
    from collections.abc import Sequence
else:
    import _signal as signal  # the same without enums, which take long to make

_SIGNALLED = frozenset(BY_SIGNAL + number for number in (1, 2, 15))  # SIGHUP, SIGINT, SIGTERM


def entry() -> int:
    """Be the command: like `main`, but end by the signal that ended it, so that a shell's loop ends too."""

    def terminate(number: int, _frame: object) -> None:
        raise TerminatedError(number)

    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number and signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, terminate)
    status = main()
    if os.name == "posix" and status in _SIGNALLED:
        signal.signal(status - BY_SIGNAL, signal.SIG_DFL)
        os.kill(os.getpid(), status - BY_SIGNAL)
    return status


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line *arguments*, by default those of this process. Returns the exit status."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    try:
        return _answer(arguments)
    finally:
        _streams.give_up()


def _answer(arguments: list[str]) -> int:
    try:
        from checksig._cli._dispatch import run

        _streams.prepare()
        status = run(arguments)
        _streams.finish()
    except KeyboardInterrupt as e:
        return _interrupted("interrupted", e, Exit.INTERRUPTED)
    except TerminatedError as e:
        return _interrupted("terminated", e, BY_SIGNAL + e.number)
    except _streams.UnwritableError as e:
        return _unwritable(e.__cause__ or e)
    except BrokenPipeError as e:
        return _unwritable(e)
    except Exception as e:  # noqa: BLE001 - Python's own status for it, 1, would say that a file failed
        return _internal_error(e)
    return status


def _interrupted(word: str, by: BaseException, status: int) -> int:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # a second Ctrl-C ends it without more words
    _streams.give_up()
    so_far = [text for text in by.args if isinstance(text, str) and text]
    _streams.say(" ".join([word, *so_far]))
    return status


def _unwritable(error: BaseException) -> int:
    _streams.give_up()
    # Windows reports a closed pipe as an invalid argument.
    if isinstance(error, BrokenPipeError) or (os.name == "nt" and getattr(error, "errno", 0) == errno.EINVAL):
        return Exit.PIPE_CLOSED
    _streams.say(f"error: can't write the output: {getattr(error, 'strerror', None) or error}")
    return Exit.NO_VERDICT


def _internal_error(error: Exception) -> int:
    _streams.give_up()
    place = error.__traceback__
    while place and place.tb_next:
        place = place.tb_next
    where = f"{os.path.basename(place.tb_frame.f_code.co_filename)}:{place.tb_lineno}" if place else "?"
    _streams.say(f"error: internal error at {where}: {error!r}")
    return Exit.NO_VERDICT
