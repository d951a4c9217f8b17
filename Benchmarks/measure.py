"""Running processes and keeping their figures."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from dataclasses import dataclass, field


@dataclass
class Run:
    """One run of a process: its time, its peak memory and what it measured of itself."""

    seconds: float
    peak_bytes: int
    figures: dict[str, list[float]] = field(default_factory=dict)
    was_ended: bool = False


def run(launcher: str, command: list[str], limit: int = 0) -> Run:
    """Runs a command to its end, or for `limit` seconds where that is not 0.

    Raises `RuntimeError` with its last words if it fails.
    """
    whole = [launcher, "run", str(limit), *command]
    done = subprocess.run(whole, capture_output=True, text=True)
    if done.returncode != 0:
        words = done.stderr.strip().splitlines()[-1:]
        raise RuntimeError(f"{os.path.basename(command[0])} failed: {' '.join(words)}")
    figures = {}
    for line in done.stdout.splitlines():
        if line.startswith('{"name"'):
            entry = json.loads(line)
            figures[entry["name"]] = entry["seconds"]
    wall, processor, peak = figures.pop("process")
    was_ended = figures.pop("ended", None) is not None
    is_cpu = os.environ.get("BENCHMARK_CLOCK") == "cpu"
    scale = 1 if sys.platform == "darwin" else 1024
    return Run(processor if is_cpu else wall, int(peak) * scale, figures, was_ended)


class Side:
    """All runs of one side of a comparison."""

    def __init__(self, launcher: str, command: list[str] | None, limit: int = 0) -> None:
        self.launcher = launcher
        self.command = command
        self.limit = limit
        self.runs: list[Run] = []

    def step(self) -> None:
        if self.command:
            self.runs.append(run(self.launcher, self.command, self.limit))

    @property
    def was_ended(self) -> bool:
        """Whether a run was ended at the limit, so that its figures are lower bounds."""
        return any(run.was_ended for run in self.runs)

    @property
    def seconds(self) -> float | None:
        return median([r.seconds for r in self.runs])

    @property
    def peak_bytes(self) -> float | None:
        return median([r.peak_bytes for r in self.runs])

    @property
    def names(self) -> list[str]:
        return list(self.runs[0].figures) if self.runs else []

    def figure(self, name: str) -> float | None:
        return median([s for r in self.runs for s in r.figures.get(name, [])])


def median(values: list[float]) -> float | None:
    return statistics.median(values) if values else None


def interleaved(rounds: int, *sides: Side) -> None:
    """Runs the sides in turn: A B A B …, so that both meet the machine in the same state."""
    for _ in range(rounds):
        for side in sides:
            side.step()
