"""Measures this checkout beside another commit of it, in one run: what became slower, and by how much."""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from measure import Run, Side
from table import Row, seconds

# A row is slower where its median takes more than this many times the other commit's.
BOUND = 1.05


class Checkout:
    """A commit of this repository, checked out in a folder of its own that later runs find again."""

    def __init__(self, root: Path, reference: str, cache: Path) -> None:
        commit = subprocess.run(
            ["git", "-C", str(root), "rev-parse", "--short=12", f"{reference}^{{commit}}"],
            check=True, capture_output=True, text=True,
        ).stdout.strip()  # fmt: skip
        self.name = commit
        self.folder = cache / f"commit-{commit}"
        if not (self.folder / "Package.swift").exists():
            shutil.rmtree(self.folder, ignore_errors=True)
            subprocess.run(
                ["git", "clone", "--quiet", "--shared", "--no-checkout", str(root), str(self.folder)],
                check=True,
            )
            subprocess.run(["git", "-C", str(self.folder), "checkout", "--quiet", commit], check=True)
        print(f"measuring against {commit}", file=sys.stderr)

    @property
    def package(self) -> Path:
        return self.folder / "Benchmarks"


class Comparison:
    """The same commands by the binaries of two commits, in turn.

    A ratio is the median of those of the rounds. The two runs of a round follow one another, now one first,
    now the other, so that what the machine does meanwhile falls on both.
    """

    def __init__(self, launcher: str, ours: dict[str, str], theirs: dict[str, str], rounds: int):
        self.launcher = launcher
        self.ours = ours
        self.theirs = theirs
        self.rounds = rounds

    def processes(self, what: str, product: str, *arguments: object) -> list[Row]:
        """One row: the whole process."""
        ours, theirs = self._sides(product, arguments)
        return [slower(what, ours, theirs, lambda run: run.seconds)]

    def figures(self, suffix: str, product: str, *arguments: object) -> list[Row]:
        """A row for each thing that the process measures of itself."""
        ours, theirs = self._sides(product, arguments)
        return [
            slower(f"{name}{suffix}", ours, theirs, lambda run: statistics.median(run.figures[name]))
            for name in ours.names
        ]

    def _sides(self, product: str, arguments: tuple) -> tuple[Side, Side]:
        words = [str(argument) for argument in arguments]
        ours = Side(self.launcher, [self.ours[product], *words])
        theirs = Side(self.launcher, [self.theirs[product], *words])
        for number in range(self.rounds):
            for side in (ours, theirs) if number % 2 == 0 else (theirs, ours):
                side.step()
        return ours, theirs


def slower(what: str, ours: Side, theirs: Side, time: Callable[[Run], float]) -> Row:
    """A row of two times of which ours may be at most a little longer."""
    times = [(time(a), time(b)) for a, b in zip(ours.runs, theirs.runs)]
    ratio = statistics.median(a / b for a, b in times)
    medians = (statistics.median(column) for column in zip(*times))
    row = Row(what, *map(seconds, medians), goal=f"≤ {BOUND:g}×")
    row.ratio = f"{ratio:.3f}× the time"
    row.met = ratio <= BOUND
    return row
