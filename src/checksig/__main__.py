"""``python -m checksig`` is the command ``checksig``."""

import sys

from checksig._cli import entry

if __name__ == "__main__":
    sys.exit(entry())
