"""Tables of results: to print, to keep as JSON, and to put into the documentation."""

from __future__ import annotations

import json
import os
import platform
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from measure import Run, cores, middle, ratio
from peers import NOT_THE_SAME_WORK, versions

FEATURES = ("sha_ni", "avx2", "avx512f", "avx512bw", "asimd", "sha1", "sha2", "sha512")
"""What of a CPU decides how fast digests are, as /proc/cpuinfo names it."""

BEGIN, END = "<!-- begin results -->", "<!-- end results -->"


@dataclass
class Table:
    """The results of one workload."""

    name: str
    title: str
    head: list[str]
    """The first column has text, the others figures."""
    rows: list[list[str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unit: str = ""
    """Of the bars; none are drawn without."""
    bars: dict[str, float] = field(default_factory=dict)
    rounds: dict[str, list[list[float]]] = field(default_factory=dict)
    """Of each row: wall and CPU seconds and peak MB of each round."""
    good: bool = True
    """False where a verdict was wrong."""

    def keep(self, label: str, runs: Sequence[Run]) -> None:
        """Keep the rounds of one row."""
        self.rounds[label] = [[run.wall, run.cpu, run.memory] for run in runs]


@dataclass
class Results:
    """One run of the benchmarks."""

    machine: list[str]
    tables: list[Table]

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self), indent=1) + "\n")

    @classmethod
    def load(cls, path: Path) -> Results:
        saved = json.loads(path.read_text())
        return cls(saved["machine"], [Table(**table) for table in saved["tables"]])


def judged(value: float, most: float | None, *, judge: bool) -> str:
    """The cell of the column "wanted"."""
    if most is None:
        return ""
    verdict = f", {'' if value <= most else 'not '}reached" if judge else ""
    return f"≤ {most:g}{verdict}"


def compare(table: Table, runs: Mapping[str, Sequence[Run]], most: Mapping[str, float | None], *, judge: bool) -> None:
    """Add a row for each command: what it took, and how long the first one took by comparison."""
    first = next(iter(runs.values()))
    for label, its in runs.items():
        mid, part = middle(its), ratio(first, its)
        figures = [f"{mid.wall:.3f}", f"{mid.cpu:.3f}", f"{mid.memory:.1f}"]
        table.rows.append([label, *figures, f"{part:.2f}", judged(part, most.get(label), judge=judge)])
        table.bars[label] = mid.wall
        table.keep(label, its)


def text(table: Table) -> str:
    """Lay the table out for a terminal."""
    lines = [table.head, *table.rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(table.head))]
    laid = [
        "  ".join([line[0].ljust(widths[0]), *(cell.rjust(w) for cell, w in zip(line[1:], widths[1:], strict=True))])
        for line in lines
    ]
    return "\n".join([f"\n{table.title}", *(line.rstrip() for line in laid), *table.notes])


def markdown(table: Table, picture: str) -> str:
    """Write the table as a section, with its picture where there is one."""
    lines = [f"### {table.title}", ""]
    lines += [f"![{table.title}, {table.unit}]({picture})", ""] if picture else []
    lines += [row(table.head), row(["---", *["---:"] * (len(table.head) - 1)]), *map(row, table.rows), ""]
    lines += [f"- {note}" for note in table.notes]
    return "\n".join(lines).rstrip() + "\n"


def row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def document(page: str, results: Results, pictures: dict[str, str]) -> str:
    """Put the results between the two marks of *page*."""
    sections = [markdown(table, pictures.get(table.name, "")) for table in results.tables]
    machine = "\n".join(f"- {line}" for line in results.machine)
    body = "\n".join([BEGIN, "## Results", "", machine, "", *sections]) + END
    changed, times = re.subn(f"{BEGIN}.*{END}", lambda _: body, page, flags=re.DOTALL)
    if times != 1:
        msg = f"the page must have {BEGIN} and {END} once"
        raise ValueError(msg)
    return changed


def machine(rounds: int) -> list[str]:
    """What the figures depend on."""
    cpu = cpuinfo("model name") or platform.machine()
    flags = (cpuinfo("flags") or cpuinfo("Features")).split()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)
    return [
        f"{cores()} cores of {cpu} ({', '.join(f for f in FEATURES if f in flags) or 'plain'}), {memory:.0f} GiB",
        f"Linux {platform.release()}, load {os.getloadavg()[0]:.1f} at the start, medians of {rounds} rounds",
        ", ".join(versions()),
        NOT_THE_SAME_WORK,
    ]


def cpuinfo(name: str) -> str:
    found = re.search(rf"(?m)^{name}\s*: (.*)", Path("/proc/cpuinfo").read_text())
    return found[1] if found else ""
