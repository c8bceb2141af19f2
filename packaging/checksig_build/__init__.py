"""What the build decides, one subject a module; build_engine.py and setup.py ask.

targets        the table of platforms, and the one that the wheel is for
go, compiler   the tools on this machine, and what is wrong with them
library        whether a finished library is the engine
helper         the helper program, the engine's other form
given          the library that a packager gives in place of one built here
requirements   what pip must bring
sbom           what the wheel says is inside
modules        the Go modules, and their sources
golang         setuptools-golang
backend        the hooks that pip and build call

The last two need setuptools, the others nothing but Python. All settings are environment variables,
read when a function is called. No wheel has these modules.
"""


class BuildError(Exception):
    """The build can't go on; the text says what is wrong and what to do."""
