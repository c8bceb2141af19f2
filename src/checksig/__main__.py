"""``python -m checksig`` is the command ``checksig``."""

import sys

from checksig._cli import main

if __name__ == "__main__":
    sys.exit(main())
