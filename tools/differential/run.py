"""Compares what FXKit and PyTorch accept, on a thousand damaged archives.

    run.py [--count 1000] [--seed 0] [--fxkit PATH] [--keep FOLDER] [--out results.md]

Needs the torch of tools/fixtures/requirements.txt. Each archive of Fixtures/archives is damaged in
one place (mutations.py); `fxkit validate` and `torch.export.load` either take the result or not.
Where they differ, `explanations.py` says why; a difference that nothing explains is listed, and the
exit status is 1. A crash or hang of FXKit is always a failure.
"""

from __future__ import annotations

import argparse
import collections
import json
import re
import select
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

from explanations import explain
from mutations import mutations

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 60


class PyTorch:
    """A process that loads one archive after the other, started anew when it dies or hangs."""

    def __init__(self) -> None:
        self.process = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, __file__, "--worker"], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)

    def verdict(self, path: Path) -> str:
        """An empty string where PyTorch takes the archive, otherwise its error."""
        if self.process is None or self.process.poll() is not None:
            self.start()
        self.process.stdin.write(f"{path}\n")
        self.process.stdin.flush()
        if not select.select([self.process.stdout], [], [], SECONDS)[0]:
            self.process.kill()
            self.process = None
            return "hang"
        line = self.process.stdout.readline()
        if line:
            return json.loads(line)
        status = self.process.wait()
        self.process = None
        return f"crash: exit status {status}"


def worker() -> None:
    import logging
    import os

    warnings.filterwarnings("ignore")
    noted = []

    class Notes(logging.Handler):
        def emit(self, record) -> None:
            caught = record.exc_info and record.exc_info[1]
            while caught and caught.__cause__:
                caught = caught.__cause__
            noted.append(f"{type(caught).__name__}: {caught}" if caught else record.getMessage())
    # What PyTorch itself prints must not stand between the answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    import torch

    log = logging.getLogger("torch.export")
    log.handlers, log.propagate = [Notes()], False
    for line in sys.stdin:
        noted.clear()
        try:
            torch.export.load(line.strip())
            error = ""
        except BaseException as caught:
            error = f"{type(caught).__name__}: {caught}"
            # It says only that something went wrong; what, it has logged before.
            if "ran into an error when deserializing" in error and noted:
                error = noted[0]
            error = " ".join(error.split())[:300]
        answers.write(json.dumps(error) + "\n")
        answers.flush()


def fxkit_verdict(fxkit: str, path: Path) -> str:
    try:
        done = subprocess.run(
            [fxkit, "validate", str(path)], capture_output=True, text=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return "hang"
    if done.returncode == 0:
        return ""
    if done.returncode != 1:
        return f"crash: exit status {done.returncode}"
    text = done.stderr + done.stdout
    errors = [line for line in text.splitlines() if "error:" in line]
    return (errors or ["no message"])[0].replace(str(path), "FILE").removeprefix("fxkit: ")


def general(text: str) -> str:
    """An error without its names and numbers, to count its like."""
    text = re.sub(r"'[^']*'|\"[^\"]*\"", "'…'", text)
    return re.sub(r"-?\d+", "N", text)[:110].replace("|", "\\|")


def torch_version() -> str:
    from importlib.metadata import version

    return version("torch")


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--count", type=int, default=1000)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--fxkit", default=str(ROOT / ".build/release/fxkit"))
    options.add_argument("--keep", help="a folder for the archives on which the two differ")
    options.add_argument("--out", help="a file for the table (standard output otherwise)")
    given = options.parse_args()
    # zipfile warns of the duplicates that are made on purpose.
    warnings.filterwarnings("ignore", message="Duplicate name")

    folder = ROOT / "Fixtures/archives"
    pytorch = PyTorch()
    # Seeds that PyTorch does not take say nothing about damage.
    seeds = {path.name: path.read_bytes() for path in sorted(folder.glob("*.pt2"))
             if not pytorch.verdict(path)}
    both = collections.Counter()
    differences = collections.defaultdict(list)
    unexplained, failures = [], []
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "mutated.pt2"
        for number, (name, mutation) in enumerate(mutations(seeds, given.count, given.seed)):
            path.write_bytes(mutation.data)
            mine, theirs = fxkit_verdict(given.fxkit, path), pytorch.verdict(path)
            told = f"#{number} {name}, {mutation.kind} at {mutation.place}"
            if mine.startswith(("crash", "hang")):
                failures.append(f"{told}: {mine}")
            both[not mine, not theirs] += 1
            if bool(mine) != bool(theirs):
                reason = explain(mutation, mine, theirs)
                if reason is None:
                    unexplained.append(f"{told}\n    FXKit: {mine or 'accepts'}\n"
                                       f"    PyTorch: {theirs or 'accepts'}")
                else:
                    differences[reason].append((mutation, mine, theirs))
                if given.keep:
                    target = Path(given.keep)
                    target.mkdir(parents=True, exist_ok=True)
                    (target / f"{number}.pt2").write_bytes(mutation.data)
            if sys.stderr.isatty():
                print(f"\r{number + 1}/{given.count}", end="", file=sys.stderr)

    lines = [
        "# What FXKit and PyTorch accept", "",
        f"{given.count} damaged archives (seed {given.seed}), PyTorch {torch_version()}; made by "
        "`python tools/differential/run.py --out tools/differential/results.md`.", "",
        "| | PyTorch accepts | PyTorch rejects |", "|---|---|---|",
        f"| FXKit accepts | {both[True, True]} | {both[True, False]} |",
        f"| FXKit rejects | {both[False, True]} | {both[False, False]} |", "",
        "| archives | FXKit | PyTorch | why they differ | example |", "|---|---|---|---|---|",
    ]
    for reason, found in sorted(differences.items(), key=lambda item: -len(item[1])):
        mutation, mine, theirs = found[0]
        lines.append(
            f"| {len(found)} | {'rejects' if mine else 'accepts'} | "
            f"{'rejects' if theirs else 'accepts'} | {reason} | {mutation.kind} at "
            f"`{mutation.place}`: {general(mine or theirs)} |")
    lines += ["", f"Unexplained: {len(unexplained)}. Crashes or hangs of FXKit: {len(failures)}."]
    text = "\n".join(lines) + "\n"
    if given.out:
        Path(given.out).write_text(text)
    else:
        print(text)
    for item in unexplained + failures:
        print(item, file=sys.stderr)
    return 1 if unexplained or failures else 0


if __name__ == "__main__":
    if sys.argv[1:] == ["--worker"]:
        worker()
    else:
        sys.exit(main())
