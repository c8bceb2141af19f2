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

import sys

from checksig._errors import ChecksigError, Code, EngineError, JobCancelled, JobTimeout, ManifestError, SignatureError
from checksig._lock import lock as _lock
from checksig._version import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from checksig._api import acreate, averify, check_signatures, create, iter_verify, verify
    from checksig._difference import Change, Difference, diff
    from checksig._entry import Entry
    from checksig._files import file_digest, verify_file
    from checksig._job import Job
    from checksig._listing import read_list
    from checksig._plan import Plan, plan
    from checksig._report import FileResult, Progress, Report, Status, VerificationError, WarningText
    from checksig._signer import Signer
    from checksig._span import Span
    from checksig._trust import AllowedSigners, Minisign, OpenPGP, Signify, Sigstore
    from checksig._update import update

__all__ = [
    "AllowedSigners",
    "Change",
    "ChecksigError",
    "Difference",
    "EngineError",
    "Entry",
    "FileResult",
    "Job",
    "JobCancelled",
    "JobTimeout",
    "ManifestError",
    "Minisign",
    "OpenPGP",
    "Plan",
    "Progress",
    "Report",
    "SignatureError",
    "Signer",
    "Signify",
    "Sigstore",
    "Span",
    "Status",
    "VerificationError",
    "WarningText",
    "__version__",
    "acreate",
    "averify",
    "check_signatures",
    "create",
    "diff",
    "file_digest",
    "iter_verify",
    "plan",
    "read_list",
    "update",
    "verify",
    "verify_file",
]

_HOMES = {
    "AllowedSigners": "_trust",
    "Change": "_difference",
    "Difference": "_difference",
    "Entry": "_entry",
    "FileResult": "_report",
    "Job": "_job",
    "Minisign": "_trust",
    "OpenPGP": "_trust",
    "Plan": "_plan",
    "Progress": "_report",
    "Report": "_report",
    "Signer": "_signer",
    "Signify": "_trust",
    "Sigstore": "_trust",
    "Span": "_span",
    "Status": "_report",
    "VerificationError": "_report",
    "WarningText": "_report",
    "acreate": "_api",
    "averify": "_api",
    "check_signatures": "_api",
    "create": "_api",
    "diff": "_difference",
    "file_digest": "_files",
    "iter_verify": "_api",
    "plan": "_plan",
    "read_list": "_listing",
    "update": "_update",
    "verify": "_api",
    "verify_file": "_files",
}
"""Where the names are that are imported when they are first used."""


if not TYPE_CHECKING:  # which would take any name for one that is there

    def __getattr__(name: str) -> object:
        """Import what is asked for, so that ``import checksig`` costs next to nothing (PEP 562)."""
        if name in _HOMES:
            with _lock:
                globals()[name] = found = _imported(name, f"checksig.{_HOMES[name]}")
                return found
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)


def _imported(name: str, home: str) -> object:
    if getattr(sys, "meta_path", None) is None:
        reason = f"{name} can't be first used while Python shuts down"
        raise EngineError(__name__, reason, Code.FIRST_USE)
    cause = None
    try:
        __import__(home)  # and not importlib, which would be one more module to import
        if not _is_being_imported(home):
            return vars(sys.modules[home])[name]
    except (ImportError, KeyError) as e:
        if not any(_is_being_imported(m) for m in list(sys.modules) if m.startswith("checksig.")):
            raise
        cause = e
    reason = f"{name} is used during its own import, for example by a signal handler; use it once before"
    raise EngineError(__name__, reason, Code.FIRST_USE) from cause


def _is_being_imported(module: str) -> bool:
    return getattr(getattr(sys.modules[module], "__spec__", None), "_initializing", False)


def __dir__() -> list[str]:
    return sorted(__all__)
