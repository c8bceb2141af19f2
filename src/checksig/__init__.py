"""Are these files exactly the ones their checksum list describes?

>>> import checksig
>>> report = checksig.verify("examples/logs")
>>> bool(report)
False
>>> [result.path for result in report.failures]
['httpd-08.log']

A file that fails is data in a :class:`Report`. Exceptions mean that no verdict
was possible; :func:`check_signatures` raises for failing files too. The Go
engine is loaded when the first job starts, not on import.
"""

from checksig._version import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from checksig._api import averify, check_signatures, create, iter_verify, verify
    from checksig._errors import (
        ChecksigError,
        EngineError,
        JobCancelled,
        JobTimeout,
        ManifestError,
        VerificationError,
    )
    from checksig._job import Job
    from checksig._report import FileResult, Progress, Report, Status

__all__ = [
    "ChecksigError",
    "EngineError",
    "FileResult",
    "Job",
    "JobCancelled",
    "JobTimeout",
    "ManifestError",
    "Progress",
    "Report",
    "Status",
    "VerificationError",
    "__version__",
    "averify",
    "check_signatures",
    "create",
    "iter_verify",
    "verify",
]

_MODULES = ("_api", "_errors", "_job", "_report")


def __getattr__(name: str) -> object:
    """Import what is asked for, so that ``import checksig`` costs next to nothing (PEP 562)."""
    if name in __all__:
        from importlib import import_module

        for module in _MODULES:
            found = vars(import_module(f"checksig.{module}"))
            if name in found:
                globals()[name] = found[name]
                return found[name]
    msg = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(msg)


def __dir__() -> list[str]:
    return sorted(__all__)
