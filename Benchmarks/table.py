"""The table of results: what was measured, the goal, and whether it is met."""

from __future__ import annotations

from dataclasses import dataclass


def seconds(value: float | None) -> str:
    if value is None:
        return "–"
    if value >= 1:
        return f"{value:.2f} s"
    return f"{value * 1e3:.3g} ms"


def size(value: float | None) -> str:
    return "–" if value is None else f"{value / 1e6:.3g} MB"


@dataclass
class Row:
    what: str
    ours: str
    theirs: str
    ratio: str = ""
    goal: str = ""
    met: bool | None = None

    def cells(self) -> list[str]:
        met = "" if self.met is None else "yes" if self.met else "**no**"
        return [self.what, self.ours, self.theirs, self.ratio, self.goal, met]


def faster(what: str, ours: float | None, theirs: float | None, goal: float | None = None) -> Row:
    """A row of two times; the goal is how many times faster ours must be."""
    row = Row(what, seconds(ours), seconds(theirs))
    if ours and theirs:
        row.ratio = f"{theirs / ours:.3g}× faster"
        row.met = theirs / ours >= goal if goal else None
    row.goal = f"≥ {goal:g}×" if goal else ""
    return row


def at_least(row: Row) -> Row:
    """The row of a comparison whose other side was ended at a limit: its figures are bounds."""
    row.theirs = f"> {row.theirs}"
    row.ratio = f"at least {row.ratio}" if "faster" in row.ratio else f"at most {row.ratio}"
    # A bound that misses a goal says nothing of it.
    row.met = row.met or None
    return row


def smaller(what: str, ours: float | None, theirs: float | None, goal: float, unit: str) -> Row:
    """A row of two sizes; the goal is the largest share that ours may have of theirs."""
    row = Row(what, size(ours), size(theirs))
    if ours and theirs:
        row.ratio = f"{ours / theirs:.3g}× {unit}"
        row.met = ours / theirs <= goal
    row.goal = f"≤ {goal:g}×"
    return row


def growth(what: str, small: float | None, large: float | None, goal: float = 15) -> Row:
    """A row of our time on the small and on the 13 times larger input."""
    row = Row(what, f"{seconds(small)} → {seconds(large)}", "–")
    if small and large:
        row.ratio = f"{large / small:.3g}× the time"
        row.met = large / small <= goal
    row.goal = f"≤ {goal:g}×"
    return row


def markdown(sections: list[tuple[str, str, list[Row]]], theirs: str = "PyTorch") -> str:
    header = ["measurement", "FXKit", theirs, "ratio", "goal", "met"]
    parts = []
    for title, note, rows in sections:
        lines = [f"## {title}", "", note, ""] if note else [f"## {title}", ""]
        lines.append("| " + " | ".join(header) + " |")
        lines.append("|" + "---|" * len(header))
        lines += ["| " + " | ".join(row.cells()) + " |" for row in rows]
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"
