"""The words that the engine knows. `nox -s words` writes this file: don't edit it."""

STATUSES = (
    "ok",
    "mismatch",
    "missing",
    "unreadable",
    "not_regular",
    "outside_root",
    "changed",
    "malformed",
    "extra",
    "not_listed",
    "unsupported",
)

ALGORITHMS = {
    "md5": {"tag": "MD5", "bytes": 16, "weak": True},
    "sha1": {"tag": "SHA1", "bytes": 20, "weak": True},
    "sha224": {"tag": "SHA224", "bytes": 28, "weak": False},
    "sha256": {"tag": "SHA256", "bytes": 32, "weak": False},
    "sha384": {"tag": "SHA384", "bytes": 48, "weak": False},
    "sha512": {"tag": "SHA512", "bytes": 64, "weak": False},
    "sha512-256": {"tag": "SHA512/256", "bytes": 32, "weak": False},
    "sha3-224": {"tag": "SHA3-224", "bytes": 28, "weak": False},
    "sha3-256": {"tag": "SHA3-256", "bytes": 32, "weak": False},
    "sha3-384": {"tag": "SHA3-384", "bytes": 48, "weak": False},
    "sha3-512": {"tag": "SHA3-512", "bytes": 64, "weak": False},
}

FORMATS = {
    "hashdeep": {"reads": True, "writes": True},
    "sfv": {"reads": True, "writes": True},
    "zero": {"reads": True, "writes": True},
    "bare": {"reads": True, "writes": False},
    "sized": {"reads": True, "writes": True},
    "coreutils": {"reads": True, "writes": True},
    "one-space": {"reads": True, "writes": True},
    "base64": {"reads": True, "writes": True},
    "prefixed": {"reads": True, "writes": True},
    "pooch": {"reads": True, "writes": False},
}

ERRORS = {
    "internal": "internal",
    "invalid_argument": "request",
    "unknown_algorithm": "request",
    "unknown_format": "request",
    "working_directory_gone": "manifest",
    "root_unreadable": "manifest",
    "allowed_unreadable": "manifest",
    "no_list": "manifest",
    "list_unreadable": "manifest",
    "not_a_list": "manifest",
    "unsupported_algorithm": "manifest",
    "no_entry": "manifest",
    "no_name": "manifest",
    "not_listed": "manifest",
    "directory_unreadable": "manifest",
    "no_files": "manifest",
    "only_links_outside": "manifest",
    "output_exists": "manifest",
    "output_not_regular": "manifest",
    "output_unwritable": "manifest",
    "invalid_setting": "host",
    "other_mounts": "host",
    "storage_hangs": "host",
    "cancelled": "cancelled",
}

WARNINGS = (
    "empty_list",
    "nothing_verified",
    "malformed_lines",
    "weak_digest",
    "files_left_out",
    "links_left_out",
    "links_outside",
    "lists_left_out",
    "lists_skipped",
    "name_from_list",
    "stopped_early",
    "list_is_listed",
)
