"""The help pages. click does not fill a paragraph that begins with a line of one backspace."""

VERIFY = """\
Check files against their checksum lists.

A ROOT is a folder: all lists that lie directly in it under a usual name are used, such as
SHA256SUMS, sha1sum.txt or *.md5. A LIST is a file; names in it are relative to its own folder,
or to --root. Without an argument ROOT is the current folder.

Files that are not as listed are printed to standard output, one a line, as they are found:

\b
  NAME: FAILED (VERDICT)         the file NAME is not verified
  LIST:LINE: MALFORMED (REASON)  the line can't be read as an entry
  LIST: FAILED (no entry)        the list has no entry, but others have

VERDICT is mismatch, missing, unreadable, not regular, outside root, changed (while it was
read) or extra, with more after a colon where that helps. A NAME with control characters, or
with bytes that are not UTF-8, is printed in the shell's notation $'...'. A summary goes to
standard error.
"""

VERIFY_EPILOG = """\b
Examples:
  checksig verify                          the lists in this folder
  checksig verify ~/Downloads/SHA256SUMS   one list
  checksig verify --ignore-missing SHA256SUMS
                                           those files of it that are here
  checksig verify --extra /srv/backup      also find files that no list names
  checksig verify --no-strict --root / /var/lib/dpkg/info/*.md5sums
                                           names in the lists start at /, and
                                           a package without files has an empty list

\b
Exit status:
  0    every listed file was verified
  1    at least one was not
  2    no verdict: usage, no list, unreadable list, or the engine can't be loaded
  130  interrupted by Ctrl-C
  141  nobody reads the output any more
"""

CREATE = """\
Write a checksum list of all files beneath ROOT, by default the current folder.

The list is in the format of GNU coreutils, sorted by name, and names are relative to ROOT. It
appears at once and as a whole, or not at all. It does not name itself.

The list's path is printed to standard output, the number of files to standard error. Known
algorithms: md5, sha1, sha224, sha256, sha384, sha512, sha512-256, sha3-224, sha3-256, sha3-384,
sha3-512.
"""

CREATE_EPILOG = """\b
Examples:
  checksig create                      SHA256SUMS in this folder, of all beneath it
  checksig create --algorithm sha512 --output /tmp/list.sha512 /srv/data

\b
Exit status:
  0    the list is written
  1    a file can't be read or changed meanwhile; nothing is written
  2    nothing is written for another reason: usage, the list exists, no space
  130  interrupted by Ctrl-C; nothing is written
"""
