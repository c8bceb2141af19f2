"""Bar charts in SVG, the same bytes for the same results."""

from __future__ import annotations

import io
from pathlib import Path

import matplotlib as mpl

from report import Table

mpl.use("svg")
# Text stays text, small and in the reader's own font; without the salt the names of elements are random.
mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "checksig", "font.family": "sans-serif"})
OURS, OTHERS = "#c2410c", "#7c8b9a"


def draw(table: Table, path: Path) -> None:
    """Draw the bars of *table*; those of checksig have a colour of their own."""
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(7.5, 0.7 + 0.36 * len(table.bars)), layout="constrained")
    colors = [OURS if label.startswith("checksig") else OTHERS for label in table.bars]
    bars = axes.barh(list(table.bars), list(table.bars.values()), color=colors)
    axes.bar_label(bars, [figure_of(value) for value in table.bars.values()], padding=3)
    axes.invert_yaxis()
    figure.suptitle(f"{table.title}: {table.unit}", x=0.01, horizontalalignment="left", fontsize=11)
    axes.set_xticks([])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.spines["left"].set_visible(True)
    drawn = io.StringIO()
    figure.savefig(drawn, metadata={"Creator": None, "Date": None})
    plt.close(figure)
    path.write_text("".join(f"{line.rstrip()}\n" for line in drawn.getvalue().splitlines()), "utf-8")


def figure_of(value: float) -> str:
    """Write *value* with three digits that count."""
    return f"{value:,.0f}" if value >= 100 else f"{value:#.3g}"
