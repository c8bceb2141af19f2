"""Are these files exactly the ones their checksum list describes?"""

from checksig._version import __version__

__all__ = ["__version__"]
