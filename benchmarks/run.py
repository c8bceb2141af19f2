"""Measures checksig against other programs. `nox -s bench -- --help` has the options, docs/speed.md the results."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

import report
from data import Store
from measure import Launcher, compiled
from peers import OURS, peers
from report import Results
from workloads import WORKLOADS, Bench

LEAST = 5
"""Rounds below which a median says little."""


def main() -> int:
    """Measure, or take what was measured; print, save and draw it."""
    arguments = parse()
    results = Results.load(arguments.results) if arguments.results else measure(arguments)
    if arguments.docs:
        write_docs(arguments.docs, results)
    return 0 if all(table.good for table in results.tables) else 1


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    names = [name for name in peers(Path()) if name != OURS]
    parser.add_argument("--rounds", type=int, metavar="N", help=f"measure each N times (default: {LEAST})")
    parser.add_argument("--only", nargs="+", choices=WORKLOADS, metavar="WORKLOAD", help=" ".join(WORKLOADS))
    parser.add_argument("--peers", nargs="+", choices=names, default=names, metavar="PEER", help=" ".join(names))
    parser.add_argument("--quick", action="store_true", help="a tenth of all data: to see that it works")
    default = Path(tempfile.gettempdir(), "checksig-bench")
    parser.add_argument("--data", type=Path, default=default, help="directory of the data (default: %(default)s)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="save the results")
    parser.add_argument("--results", type=Path, metavar="FILE", help="measure nothing, take saved results")
    parser.add_argument(
        "--docs", type=Path, metavar="DIRECTORY", help="write the results into its speed.md, with charts"
    )
    return parser.parse_args()


def measure(arguments: argparse.Namespace) -> Results:
    """Run the workloads one after the other, and print each table when it is there."""
    os.environ |= {"LC_ALL": "C", "GRPC_VERBOSITY": "ERROR"}
    rounds = arguments.rounds or (1 if arguments.quick else LEAST)
    programs = arguments.data / "bin"
    bench = Bench(
        Launcher(programs),
        Store(arguments.data, tenth=arguments.quick),
        peers(compiled("floor", programs)),
        [OURS, *arguments.peers],
        rounds,
        arguments.quick,
    )
    results = Results(report.machine(rounds), [])
    print("\n".join(results.machine))
    for name in arguments.only or WORKLOADS:
        for table in WORKLOADS[name](bench):
            print(report.text(table), flush=True)
            results.tables.append(table)
            if arguments.json:
                results.save(arguments.json)
    return results


def write_docs(directory: Path, results: Results) -> None:
    """Draw the charts into *directory*, and put tables and charts into its speed.md."""
    import plot

    for stale in directory.glob("speed-*.svg"):
        stale.unlink()
    pictures = {table.name: f"speed-{table.name}.svg" for table in results.tables if table.bars}
    for table in results.tables:
        if table.name in pictures:
            plot.draw(table, directory / pictures[table.name])
    page = directory / "speed.md"
    page.write_text(report.document(page.read_text("utf-8"), results, pictures), "utf-8")


if __name__ == "__main__":
    if sys.platform != "linux" or sys.version_info < (3, 11):
        sys.exit("the benchmarks need Linux, whose kernel counts for them, and Python 3.11, for hashlib.file_digest")
    sys.exit(main())
