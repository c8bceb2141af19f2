"""What is measured, and the numbers to reach."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

import cold
import differences
import documents
import dpkg
import results
import signed
import startup
import tiny
import walked
from data import Dataset, Store
from measure import Command, Launcher, Run, middle, ratio
from peers import OURS, Peer, absent
from report import Table, judged

NAMES = {"md5": "MD5", "sha1": "SHA-1", "sha256": "SHA-256", "sha512": "SHA-512"}
LIST_PEERS = (OURS, "sum", "rhash", "floor")
"""Those that are given a list as a whole, and keep no more of it than they need."""
LARGE_LEFT_OUT = ("sum-xargs", "hashdeep")
"""One file can't be shared out; and hashdeep, with one thread for it, would take two minutes of every run."""
LIST_GROWTH = 1.2
"""The most that an entry of the longest list may take, in times of one of the list before."""
LIST_MEMORY = 250
"""The most bytes an entry, over its line in the list, that ours may keep."""

Wanted = Mapping[str, float]
"""The most that our wall time may be, as a part of a peer's."""


class Bench(NamedTuple):
    """What all workloads share."""

    launcher: Launcher
    store: Store
    peers: Mapping[str, Peer]
    chosen: Sequence[str]
    """Names of the peers to measure against."""
    rounds: int
    tenth: bool
    """Only a tenth of the data: nothing to compare the numbers to reach with."""

    def command(self, name: str, data: Dataset, algorithm: str, *, checked: bool = True) -> Command:
        return Command(self.peers[name].command(data, algorithm), data.directory, checked)

    def warm(self, data: Dataset) -> None:
        """Read all files, so that the first program has them in memory as all others do."""
        self.launcher.run(self.command("floor", data, "", checked=False))

    def able(self, names: Sequence[str], algorithm: str, notes: list[str]) -> list[str]:
        """Those of *names* that are to be measured and can; *notes* say about them what matters."""
        able = []
        for name in names:
            peer = self.peers[name]
            label = peer.label.format(algorithm=algorithm)
            if name not in self.chosen:
                continue
            if absent(peer):
                notes.append(f"{label}: left out, there is no {peer.program}")
            elif algorithm not in peer.algorithms:
                notes.append(f"{label}: left out, it has no {NAMES[algorithm]}")
            else:
                able.append(name)
        return able


def small(bench: Bench) -> list[Table]:
    data = bench.store.small()
    return [verify(bench, data, "sha1", {"sum": 0.35, "rhash": 0.60, "floor": 1.6})]


def medium(bench: Bench) -> list[Table]:
    data = bench.store.medium()
    most = {"md5": 0.25, "sha1": 0.50, "sha256": 0.75, "sha512": 0.50}
    return [verify(bench, data, algorithm, {"openssl": part}) for algorithm, part in most.items()]


def large(bench: Bench) -> list[Table]:
    data = bench.store.large()
    fewer = bench._replace(chosen=[name for name in bench.chosen if name not in LARGE_LEFT_OUT])
    return [verify(fewer, data, algorithm, {"openssl": 1.03}) for algorithm in ("sha256", "sha1")]


def mix(bench: Bench) -> list[Table]:
    return [verify(bench, bench.store.mix(), "sha256", {})]


def whole_debian(bench: Bench) -> list[Table]:
    data = dpkg.dataset(bench.store.directory, keep_every=10 if bench.tenth else 1)
    if data is None:
        print("debian: left out, there are no lists of dpkg")
        return []
    bench.warm(data)
    verdicts = dpkg.compare(bench.launcher, data)
    table = verify(bench, data, "md5", {"sum": 0.25}, checked=False)
    table.notes += verdicts.lines
    table.good = verdicts.same
    return [table]


def verify(bench: Bench, data: Dataset, algorithm: str, wanted: Wanted, *, checked: bool = True) -> Table:
    """Verify a list by ours and by all peers."""
    title = f"{data.title}, {NAMES[algorithm]}"
    head = ["", "wall s", "CPU s", "peak MB", "ours/its wall", "wanted"]
    table = Table(f"{data.lists.name}-{algorithm}", title, head, unit="seconds")
    names = bench.able(list(bench.peers), algorithm, table.notes)
    commands = {name: bench.command(name, data, algorithm, checked=checked) for name in names}
    bench.warm(data)
    runs = bench.launcher.in_turn(commands, bench.rounds)
    for name, its in runs.items():
        label, part = bench.peers[name].label.format(algorithm=algorithm), ratio(runs[OURS], its)
        verdict = judged(part, wanted.get(name), judge=not bench.tenth)
        table.rows.append([label, *figures(its), f"{part:.2f}", verdict])
        table.bars[label] = middle(its).wall
        table.keep(label, its)
    return table


def figures(runs: Sequence[Run]) -> list[str]:
    """The cells of wall, CPU and memory."""
    mid = middle(runs)
    return [f"{mid.wall:.3f}", f"{mid.cpu:.3f}", f"{mid.memory:.1f}"]


def lists(bench: Bench) -> list[Table]:
    """Verify lists of growing length. Each has ten times the entries of the one before."""
    datasets = bench.store.linked()
    head = [
        "",
        "entries",
        "wall s",
        "CPU s",
        "peak MB",
        "µs an entry",
        "times that before",
        "wanted",
        "µs a further one",
    ]
    table = Table("lists", "Lists of growing length, tiny files, SHA-1", head, unit="µs an entry")
    names = bench.able(LIST_PEERS, "sha1", table.notes)
    commands = {f"{name} {n}": bench.command(name, d, "sha1") for name in names for n, d in enumerate(datasets)}
    bench.warm(datasets[-1])
    runs = bench.launcher.in_turn(commands, bench.rounds)
    for name in names:
        add_growth(bench, table, name, datasets, [runs[f"{name} {n}"] for n in range(len(datasets))])
    table.notes.append("the time an entry includes the start of the program; that of a further one doesn't")
    return [table]


def add_growth(bench: Bench, table: Table, name: str, datasets: list[Dataset], runs: list[list[Run]]) -> None:
    """Add the rows of one program, from the shortest list to the longest."""
    label = bench.peers[name].label.format(algorithm="sha1")
    counts = [data.entries() for data in datasets]
    walls = [middle(its).wall * 1e6 for its in runs]
    for n, (its, count) in enumerate(zip(runs, counts, strict=True)):
        each, growth, further = walls[n] / count, "", ""
        if n:
            growth = f"{each / (walls[n - 1] / counts[n - 1]):.2f}"
            further = f"{(walls[n] - walls[n - 1]) / (count - counts[n - 1]):.2f}"
        most = LIST_GROWTH if name == OURS and n == len(counts) - 1 else None
        verdict = judged(float(growth or 0), most, judge=not bench.tenth)
        table.rows.append([label, f"{count:,}", *figures(its), f"{each:.2f}", growth, verdict, further])
        table.bars[f"{label}, {count:,}"] = each
        table.keep(f"{label}, {count}", its)
    if name == OURS:
        table.notes.append(list_memory(datasets, counts, runs, judge=not bench.tenth))


def list_memory(datasets: list[Dataset], counts: list[int], runs: list[list[Run]], *, judge: bool) -> str:
    """Say how much more memory each entry of the longest list takes, over the list itself."""
    entries = counts[-1] - counts[-2]
    peak = (middle(runs[-1]).memory - middle(runs[-2]).memory) * (1 << 20) / entries
    line = (datasets[-1].sums("sha1").stat().st_size - datasets[-2].sums("sha1").stat().st_size) / entries
    verdict = judged(peak - line, LIST_MEMORY, judge=judge)
    over = f"{peak - line:.0f} over its line in the list, wanted {verdict}"
    return f"each further entry takes checksig {peak:.0f} bytes of memory, {over}"


def not_in_memory(bench: Bench) -> Iterable[Table]:
    return cold.tables(bench.launcher, bench.store, bench.rounds, tenth=bench.tenth)


def new_lists(bench: Bench) -> list[Table]:
    datasets = [(bench.store.small(), "sha1"), (bench.store.medium(), "sha256")]
    for data, _ in datasets:
        bench.warm(data)
    return [walked.created(bench.launcher, data, a, bench.rounds, tenth=bench.tenth) for data, a in datasets]


def unlisted_files(bench: Bench) -> list[Table]:
    data = bench.store.small()
    bench.warm(data)
    return [walked.extra(bench.launcher, data, "sha1", bench.rounds, tenth=bench.tenth)]


def lists_that_are_kept(bench: Bench) -> list[Table]:
    data = bench.store.small()
    bench.warm(data)
    return [walked.updated(bench.launcher, data, "sha1", bench.rounds, tenth=bench.tenth)]


def archives(bench: Bench) -> list[Table]:
    data = bench.store.small()
    bench.warm(data)
    return [walked.scanned(bench.launcher, data, "sha1", bench.rounds, tenth=bench.tenth)]


def what_is_small(bench: Bench) -> list[Table]:
    return [startup.table(bench.launcher, bench.rounds, tenth=bench.tenth)]


def one_tiny_file(bench: Bench) -> list[Table]:
    return [tiny.table(bench.launcher, bench.rounds, tenth=bench.tenth)]


def signed_lists(bench: Bench) -> list[Table]:
    return [signed.table(bench.launcher, bench.rounds)]


def many_results(bench: Bench) -> list[Table]:
    data = bench.store.linked()[-1]
    bench.warm(data)
    return [results.table(bench.launcher, data, bench.rounds, tenth=bench.tenth)]


def in_python(bench: Bench) -> list[Table]:
    return [documents.table(bench.launcher, bench.store.directory, bench.rounds, tenth=bench.tenth)]


def two_lists(bench: Bench) -> list[Table]:
    return [differences.table(bench.launcher, bench.store.directory, bench.rounds, tenth=bench.tenth)]


def grpc(bench: Bench) -> list[Table]:
    try:
        import grpc_call
    except ModuleNotFoundError as e:
        print(f"grpc: left out, {e}")
        return []
    return [grpc_call.table(bench.rounds, tenth=bench.tenth)]


WORKLOADS: Mapping[str, Callable[[Bench], Iterable[Table]]] = {
    "small": small,
    "medium": medium,
    "large": large,
    "mix": mix,
    "debian": whole_debian,
    "lists": lists,
    "cold": not_in_memory,
    "create": new_lists,
    "extra": unlisted_files,
    "update": lists_that_are_kept,
    "track": archives,
    "results": many_results,
    "diff": two_lists,
    "documents": in_python,
    "startup": what_is_small,
    "tiny": one_tiny_file,
    "signatures": signed_lists,
    "grpc": grpc,
}
