"""Running processes and keeping their figures."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field


@dataclass
class Run:
    """One run of a process: its time, its peak memory and what it measured of itself."""

    seconds: float
    peak_bytes: int
    figures: dict[str, list[float]] = field(default_factory=dict)


def run(command: list[str]) -> Run:
    """Runs a command to its end. Raises `RuntimeError` with its last words if it fails."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=output, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            errors.seek(0)
            words = errors.read().decode(errors="replace").strip().splitlines()[-1:]
            raise RuntimeError(f"{os.path.basename(command[0])} failed: {' '.join(words)}")
        output.seek(0)
        figures = {}
        for line in output.read().decode(errors="replace").splitlines():
            if line.startswith('{"name"'):
                entry = json.loads(line)
                figures[entry["name"]] = entry["seconds"]
    if os.environ.get("BENCHMARK_CLOCK") == "cpu":
        seconds = usage.ru_utime + usage.ru_stime
    scale = 1 if sys.platform == "darwin" else 1024
    return Run(seconds, usage.ru_maxrss * scale, figures)


class Side:
    """All runs of one side of a comparison."""

    def __init__(self, command: list[str] | None) -> None:
        self.command = command
        self.runs: list[Run] = []

    def step(self) -> None:
        if self.command:
            self.runs.append(run(self.command))

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
