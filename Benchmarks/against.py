"""Measures this checkout beside another commit of it, in one run: what became slower, and by how much."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from measure import Side, interleaved
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
    """The same commands by the binaries of two commits, in turn."""

    def __init__(self, launcher: str, ours: dict[str, str], theirs: dict[str, str], rounds: int):
        self.launcher = launcher
        self.ours = ours
        self.theirs = theirs
        self.rounds = rounds

    def processes(self, what: str, product: str, *arguments: object) -> list[Row]:
        """One row: the whole process."""
        ours, theirs = self._sides(product, arguments)
        return [slower(what, ours.seconds, theirs.seconds)]

    def figures(self, suffix: str, product: str, *arguments: object) -> list[Row]:
        """A row for each thing that the process measures of itself."""
        ours, theirs = self._sides(product, arguments)
        return [slower(f"{n}{suffix}", ours.figure(n), theirs.figure(n)) for n in ours.names]

    def _sides(self, product: str, arguments: tuple) -> tuple[Side, Side]:
        words = [str(argument) for argument in arguments]
        ours = Side(self.launcher, [self.ours[product], *words])
        theirs = Side(self.launcher, [self.theirs[product], *words])
        interleaved(self.rounds, ours, theirs)
        return ours, theirs


def slower(what: str, ours: float | None, theirs: float | None) -> Row:
    """A row of two times of which ours may be at most a little longer."""
    row = Row(what, seconds(ours), seconds(theirs), goal=f"≤ {BOUND:g}×")
    if ours and theirs:
        row.ratio = f"{ours / theirs:.3f}× the time"
        row.met = ours / theirs <= BOUND
    return row
