"""The help pages. click does not rewrap a paragraph whose first line is a lone backspace."""

VERIFY = """\
Check files against their checksum lists.

A ROOT is a directory: all lists directly in it that have a usual name are used, such as
SHA256SUMS, sha1sum.txt or *.md5. A LIST is a file; the names in it are relative to the directory
that the list is in, or to --root. The default ROOT is the current directory.

Files that are not as listed are printed to standard output, one per line, as they are found:

\b
  NAME: FAILED (VERDICT)         the file NAME is not verified
  LIST:LINE: MALFORMED (REASON)  the line can't be read as an entry
  LIST: FAILED (no entry)        the list has no entries, but other lists do

VERDICT is mismatch, missing, unreadable, not regular, outside root, changed (while it was
read) or extra, sometimes followed by a colon and the details. A NAME with control characters,
or with bytes that are not UTF-8, is printed in the shell's $'...' notation. A summary goes to
standard error.
"""

VERIFY_EPILOG = """\b
Examples:
  checksig verify                          use the lists in this directory
  checksig verify ~/Downloads/SHA256SUMS   use one list
  checksig verify --ignore-missing SHA256SUMS
                                           check only files that exist
  checksig verify --extra /srv/backup      also report unlisted files
  checksig verify --no-strict --root / /var/lib/dpkg/info/*.md5sums
                                           names start at /; allow empty lists

\b
Exit status:
  0    every listed file was verified
  1    at least one file was not verified
  2    no verdict: usage error, no readable list, or engine can't be loaded
  130  interrupted by Ctrl-C
  141  the reader of the output has gone
"""

CREATE = """\
Write a checksum list of all files beneath ROOT.

The list has the format of GNU coreutils and is sorted by name; names are relative to ROOT,
by default the current directory. The list is written as a whole or not at all, and does not
contain itself.

The path of the list is printed to standard output, the number of files to standard error. Known
algorithms: md5, sha1, sha224, sha256, sha384, sha512, sha512-256, sha3-224, sha3-256, sha3-384,
sha3-512.
"""

CREATE_EPILOG = """\b
Examples:
  checksig create                      write SHA256SUMS in this directory
  checksig create --algorithm sha512 --output /tmp/list.sha512 /srv/data

\b
Exit status:
  0    the list was written
  1    a file can't be read, or changed meanwhile; nothing was written
  2    nothing was written for another reason: usage, list exists, disk full
  130  interrupted by Ctrl-C; nothing was written
"""
