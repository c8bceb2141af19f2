"""Lists that Python reads: the CPU time from a file in JSON or XML to entries, and of a mapping to the engine."""

from __future__ import annotations

import base64
import hashlib
import json
import sys
from pathlib import Path
from statistics import median
from typing import Any

from measure import Command, Launcher, middle
from report import Table, judged

FILES = 100_000
MICROSECONDS = 10
"""The most CPU time that an entry may take, on one core."""

JSON = "import json; json.load(open(r'{}', encoding='utf-8'))"
XML = "from xml.parsers.expat import ParserCreate; ParserCreate().ParseFile(open(r'{}', 'rb'))"
READ = """
from checksig._readers._request import otherwise
assert otherwise({{"root": ".", "manifests": [r'{0}']}}, r'{0}')[0]
"""
LIST = "import checksig; checksig.read_list(r'{}')"
NOTHING = "import json, checksig, checksig._readers._request, xml.parsers.expat"
START = """
import checksig, json
with checksig.iter_verify(".", json.load(open(r'{}', encoding="utf-8"))): pass
"""


def table(launcher: Launcher, directory: Path, rounds: int, *, tenth: bool) -> Table:
    """Measure each format, with the parser alone as the peer."""
    count = FILES // 10 if tenth else FILES
    written = write(directory / "documents", count)
    codes = {"nothing": NOTHING}
    for name, path in written.items():
        peer = XML if path.suffix == ".xml" else JSON
        codes |= {f"parse {name}": peer.format(path), f"read {name}": READ.format(path)}
        codes[f"whole {name}"] = (START if name == "a mapping" else LIST).format(path)
    del codes["read a mapping"]
    commands = {name: Command([sys.executable, "-c", code], directory) for name, code in codes.items()}
    runs = launcher.in_turn(commands, rounds)
    nothing = middle(runs.pop("nothing")).cpu

    def cost(name: str) -> float:
        return (median(run.cpu for run in runs[name]) - nothing) / count * 1e6

    head = ["", "parser alone, µs", "to entries, µs", "wanted", "times the parser", "with `read_list`, µs", "peak MB"]
    found = Table("documents", f"CPU time of an entry of {count:,} that Python reads", head)
    for name in written:
        entries = f"read {name}" if f"read {name}" in runs else f"whole {name}"
        each, parser = cost(entries), cost(f"parse {name}")
        cells = [f"{parser:.1f}", f"{each:.1f}", judged(each, MICROSECONDS, judge=not tenth), f"{each / parser:.1f}"]
        found.rows.append([name, *cells, f"{cost(f'whole {name}'):.1f}", f"{middle(runs[entries]).memory:.0f}"])
        found.keep(name, runs[entries])
    found.notes.append("without the start of Python and its imports; a mapping goes as far as the start of the job")
    return found


def write(directory: Path, count: int) -> dict[str, Path]:
    """Write a document of each format."""
    directory.mkdir(parents=True, exist_ok=True)
    rows = [(f"data/part-{i % 100:02}/file-{i:07}.bin", hashlib.sha256(b"%d" % i).hexdigest()) for i in range(count)]
    texts = {name: (json.dumps(content), "json") for name, content in in_json(rows).items()}
    texts |= {name: (content, "xml") for name, content in in_xml(rows).items()}
    paths = {name: directory / f"{name.replace(' ', '-')}-{count}.{suffix}" for name, (_, suffix) in texts.items()}
    for name, path in paths.items():
        path.write_text(texts[name][0], encoding="utf-8")
    return paths


def in_json(rows: list[tuple[str, str]]) -> dict[str, Any]:
    content = {digest: [f"v1/content/{name}"] for name, digest in rows}
    head = {"created": "2026-01-01T00:00:00Z", "state": {digest: [name] for name, digest in rows}}
    return {
        "OCFL": {
            "id": "x",
            "type": "https://ocfl.io/1.1/spec/#inventory",
            "digestAlgorithm": "sha256",
            "head": "v1",
            "manifest": content,
            "versions": {"v1": head},
        },
        "conda": {
            "paths_version": 1,
            "paths": [
                {"_path": name, "path_type": "hardlink", "sha256": digest, "size_in_bytes": 5} for name, digest in rows
            ],
        },
        "SPDX": {
            "spdxVersion": "SPDX-2.3",
            "files": [
                {"fileName": f"./{name}", "checksums": [{"algorithm": "SHA256", "checksumValue": digest}]}
                for name, digest in rows
            ],
        },
        "CycloneDX": {
            "bomFormat": "CycloneDX",
            "specVersion": "1.6",
            "components": [
                {"type": "file", "name": name, "hashes": [{"alg": "SHA-256", "content": digest}]}
                for name, digest in rows
            ],
        },
        "in-toto": {
            "_type": "https://in-toto.io/Statement/v1",
            "subject": [{"name": name, "digest": {"sha256": digest}} for name, digest in rows],
        },
        "a mapping": {name: f"sha256:{digest}" for name, digest in rows},
    }


def in_xml(rows: list[tuple[str, str]]) -> dict[str, str]:
    files = (
        f'<file name="{name}">\n<size>5</size>\n<hash type="sha-256">{digest}</hash>\n</file>\n'
        for name, digest in rows
    )
    components = (
        f'<component type="file"><name>{name}</name><hashes><hash alg="SHA-256">{digest}</hash></hashes></component>\n'
        for name, digest in rows
    )
    entries = (
        f"<FILE_ENTRY><name>{name}</name><MD5>{base64.b64encode(bytes.fromhex(digest[:32])).decode()}</MD5></FILE_ENTRY>\n"
        for name, digest in rows
    )
    return {
        "Metalink": f'<metalink xmlns="urn:ietf:params:xml:ns:metalink">\n{"".join(files)}</metalink>\n',
        "CycloneDX XML": (
            f'<bom xmlns="http://cyclonedx.org/schema/bom/1.6"><components>\n{"".join(components)}</components></bom>\n'
        ),
        "FCIV": f"<FCIV>\n{''.join(entries)}</FCIV>\n",
    }
