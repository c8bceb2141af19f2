"""What the build decides, one subject a module; setup.py has the setuptools commands that ask.

target        the platform that the wheel is for
go, compiler  the tools on this machine, and what is wrong with them
flags         how they are called
golang        setuptools-golang, which calls them
library       whether a finished library is the engine
given         the library that a packager gives in its place
requirements  what pip must bring
sbom          what the wheel says is inside

Imports go from the lower ones to the upper ones. All settings are environment variables, read when
a function is called. No wheel has these modules: they need setuptools, and the machine that builds.
"""
