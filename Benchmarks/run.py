#!/usr/bin/env python3
"""Measures FXKit, side by side with PyTorch where it is installed, and writes results.md.

Builds the command and fxbench in release configuration, makes the models once (in .cache) and runs each
measurement of the two sides in turn. Needs only Python's standard library; PyTorch's side
runs under the Python that --torch names.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

import layers
from against import Checkout, Comparison
from measure import Side, interleaved
from table import Row, at_least, faster, growth, markdown, smaller

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
CACHE = HERE / ".cache"
PASSES = "replace-set-grad,replace-autocast"
GROUPS = ["transform", "json", "memory", "passes", "graph", "readers", "runs"]
COPIES = 13
SMALL = ["Llama, 80 tiny layers", "small network"]
NODES = 110_000


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="one round of each, for a look")
    parser.add_argument(
        "--limit", type=int, default=300, metavar="SECONDS",
        help="end PyTorch on the larger model after this time (default: %(default)s; 0: never)")  # fmt: skip
    parser.add_argument("--only", choices=GROUPS, nargs="+", default=GROUPS, metavar="GROUP",
                        help="which of " + ", ".join(GROUPS))  # fmt: skip
    parser.add_argument(
        "--torch", metavar="PYTHON", help="a Python with PyTorch, or 'none' (default: "
        "$FXKIT_TORCH_PYTHON, or this one if it can import torch)")  # fmt: skip
    parser.add_argument("--fxkit", metavar="PATH", help="the command (default: build it)")
    parser.add_argument(
        "--against", metavar="COMMIT", help="measure beside another commit instead of PyTorch: "
        "transform, json, graph and runs; exit with 1 where a row is more than 5 %% slower")  # fmt: skip
    parser.add_argument("--rounds", type=int, metavar="N",
                        help="rounds of each row with --against (default: 15)")  # fmt: skip
    parser.add_argument("--cpu-time", action="store_true",
                        help="count processor time, for a machine that is not idle")  # fmt: skip
    return parser.parse_args()


def torch_python(wanted: str | None) -> str | None:
    """The Python with PyTorch; nil where there is none."""
    explicit = wanted or os.environ.get("FXKIT_TORCH_PYTHON")
    if explicit == "none":
        return None
    python = shutil.which(explicit or sys.executable)
    check = "import torch; torch._C._export.serialize_exported_program"
    works = python and subprocess.run([python, "-c", check], capture_output=True).returncode == 0
    if not works and explicit:
        sys.exit(f"run.py: {explicit} has no PyTorch 2.15")
    return python if works else None


def build(product: str, package: Path = HERE) -> str:
    """Builds a product of a package, or of the one it depends on, as the command is shipped."""
    print(f"building {product} …", file=sys.stderr)
    # Objects of a package whose libraries' types have changed size aren't always compiled anew.
    for source in (package / "Sources").rglob("*.swift"):
        source.touch()
    command = ["swift", "build", "--package-path", str(package), *release_options(package.parent)]
    subprocess.run([*command, "--product", product], check=True, stdout=sys.stderr)
    path = subprocess.run(
        [*command, "--show-bin-path"], check=True, capture_output=True, text=True
    )
    return str(Path(path.stdout.strip()) / product)


def release_options(root: Path) -> list[str]:
    """How a checkout builds what it ships; commits that don't tell have no more than these two."""
    told = subprocess.run(
        [str(root / "tools/dev"), "release-options"], capture_output=True, text=True, cwd=root
    )
    if told.returncode == 0:
        return told.stdout.splitlines()
    return ["-c", "release", "--static-swift-stdlib"]


def sanitized(name: str) -> str:
    return "".join(c if c.isalnum() else "-" for c in name)


def running(python: str) -> list[str]:
    return [python, "-W", "ignore", str(HERE / "running.py")]


def run_models(python: str, folder: Path) -> list[tuple[str, Path]]:
    """The models whose runs are measured, by name, exported by PyTorch where they are not yet."""
    subprocess.run([*running(python), "make", str(folder)], check=True, stdout=sys.stderr)
    names = subprocess.run(
        [*running(python), "names"], check=True, capture_output=True, text=True
    ).stdout.splitlines()  # fmt: skip
    return [(name, folder / (sanitized(name) + ".pt2")) for name in names]


class Models:
    """The small and the larger model: JSON, and archives where PyTorch made them."""

    def __init__(self, python: str | None) -> None:
        self.folder = CACHE / ("torch" if python else "plain")
        self.folder.mkdir(parents=True, exist_ok=True)
        self.small = self.folder / "llama80.json"
        self.large = self.folder / f"llama{80 * COPIES}.json"
        self.has_archives = python is not None
        if not self.small.exists():
            self._make_small(python)
        if not self.large.exists():
            self._make_large()

    def _make_small(self, python: str | None) -> None:
        print("making the model …", file=sys.stderr)
        if python:
            subprocess.run([python, str(HERE / "models.py"), str(self.folder)], check=True)
            return
        fixture = ROOT / "Fixtures" / "zoo" / "llama.export.json.gz"
        program = layers.repeated(json.loads(gzip.decompress(fixture.read_bytes())), 2)
        program = layers.repeated(layers.with_switches(program), 20)
        self.small.write_text(json.dumps(program))

    def _make_large(self) -> None:
        print("making the larger model …", file=sys.stderr)
        program = layers.repeated(json.loads(self.small.read_bytes()), COPIES)
        text = json.dumps(program).encode()
        if self.has_archives:
            small, large = self.small.with_suffix(".pt2"), self.large.with_suffix(".pt2")
            layers.repeat_archive(small, large, text, COPIES, 80)
        self.large.write_bytes(text)

    def each(self) -> list[tuple[str, Path]]:
        return [("80 layers", self.small), (f"{80 * COPIES} layers", self.large)]


class Benchmark:
    def __init__(self, arguments: argparse.Namespace) -> None:
        self.quick = arguments.quick
        self.limit = arguments.limit
        self.python = torch_python(arguments.torch)
        self.bench = build("fxbench")
        self.fxkit = arguments.fxkit or build("fxkit")
        self.models = Models(self.python)
        self.sections: list[tuple[str, str, list[Row]]] = []

    def pytorch(self, *arguments: object) -> list[str] | None:
        if not self.python:
            return None
        return [self.python, "-W", "ignore", str(HERE / "pytorch.py"), *map(str, arguments)]

    def ours(self, *arguments: object) -> list[str]:
        return [self.bench, *map(str, arguments)]

    def side(self, command: list[str] | None, limit: int = 0) -> Side:
        return Side(self.bench, command, limit)

    def rounds(self, count: int) -> int:
        return 1 if self.quick else count

    def transform(self) -> None:
        rows = []
        medians = []
        ending = ".pt2" if self.models.has_archives else ".json"
        for index, (name, model) in enumerate(self.models.each()):
            source = model.with_suffix(ending)
            output = self.models.folder / f"output{ending}"
            ours = self.side([self.fxkit, "transform", str(source), "-p", PASSES, "-o", str(output)])
            limit = 0 if index == 0 else self.limit
            theirs = self.side(self.pytorch("transform", source, output), limit)
            interleaved(self.rounds(5) if index == 0 else 1, ours, theirs)
            interleaved(self.rounds(10), ours)
            medians.append(ours.seconds)
            what = f"`fxkit transform`, {name}, {ending[1:]}"
            both = [
                faster(f"{what}: time", ours.seconds, theirs.seconds, 150),
                smaller(f"{what}: memory", ours.peak_bytes, theirs.peak_bytes, 0.1, "the memory"),
            ]
            rows += [at_least(row) for row in both] if theirs.was_ended else both
        rows.append(growth("`fxkit transform`, 13 times larger", *medians))
        self.add("Whole process", "Load, two passes, save; start-up included.", rows)

    def json(self) -> None:
        self._figures("Model JSON, in memory", "model", {"JSON to graph": 4, "graph to JSON": 5},
                      "PyTorch's side is its C++ reader and writer, which make schema "
                      "structures and no graph.", large=True)  # fmt: skip

    def passes(self) -> None:
        rows = []
        for index, (name, model) in enumerate(self.models.each()):
            ours = self.side(self.ours("model", model, self.rounds(5)))
            archive = model.with_suffix(".pt2")
            # PyTorch takes longer for the larger model than anybody waits.
            theirs = self.side(self.pytorch("passes", archive, 1) if index == 0 else None)
            interleaved(self.rounds(3) if index == 0 else 1, ours, theirs)
            both = ours.figure("two passes"), theirs.figure("two passes")
            rows.append(faster(f"two passes, {name}", *both))
        self.add("Passes alone", "", rows)

    def graph(self) -> None:
        rows = []
        small = self.side(self.ours("graph", NODES // COPIES, self.rounds(5)))
        ours = self.side(self.ours("graph", NODES, self.rounds(3)))
        theirs = self.side(self.pytorch("graph", NODES, 1))
        interleaved(self.rounds(3), ours, theirs, small)
        for name in ours.names:
            goal = None if "own context" in name else 50
            rows.append(faster(name, ours.figure(name), theirs.figure(name), goal))
        for name in ours.names:
            rows.append(growth(f"{name}, 13 times larger", small.figure(name), ours.figure(name)))
        self.add(f"Graph operations, {NODES:,} nodes", "PyTorch's side is torch.fx.", rows)

    def memory(self) -> None:
        rows = []
        for name, model in self.models.each():
            for command, what in (("read", "JSON to graph"), ("rewrite", "and to JSON again")):
                side = self.side(self.ours(command, model))
                interleaved(self.rounds(3), side)
                row = smaller(f"{what}, {name}", side.peak_bytes, model.stat().st_size, 1.5,
                              "the JSON")  # fmt: skip
                row.theirs = "–"
                rows.append(row)
        self.add("Peak memory of reading", "", rows)

    def readers(self) -> None:
        rows = []
        for name, model in self.models.each():
            length = model.stat().st_size
            side = self.side(self.ours("readers", model, self.rounds(3)))
            tree = self.side(self.ours("tree", model))
            interleaved(self.rounds(3), side)
            interleaved(1, tree)
            for each in (side, tree):
                for figure in each.names:
                    speed = length / each.figure(figure) / 1e6
                    rows.append(Row(f"{figure}, {name}", f"{speed:.0f} MB/s", "–"))
            times = tree.peak_bytes / length
            rows.append(Row(f"tree: json-c, memory, {name}", f"{times:.3g}× the JSON", "–"))
        note = "FXKit's own reader against json-c on the same bytes, per byte of JSON."
        self.add("Readers of JSON", note, rows)

    def runs(self) -> None:
        if not self.python:
            return
        script = running(self.python)
        rows, ratios, memory, starts = [], [], [], []
        for name, archive in run_models(self.python, self.models.folder / "runs"):
            count = self.rounds(10)
            ours = self.side(self.ours("execute", archive, count))
            theirs = self.side([*script, "eager", name, str(count)])
            interleaved(self.rounds(3), ours, theirs)
            row = faster(f"run: {name}", ours.figure("run"), theirs.figure("run"))
            rows.append(row)
            ratios.append(theirs.figure("run") / ours.figure("run"))
            memory.append(
                smaller(f"peak memory: {name}", ours.peak_bytes, theirs.peak_bytes, 1, "the memory"))
            if name in SMALL:
                start = self.side([self.fxkit, "run", str(archive)])
                python = self.side([*script, "whole", str(archive)])
                interleaved(self.rounds(5), start, python)
                what = f"from process start to result: {name}"
                starts.append(faster(what, start.seconds, python.seconds, 10))
        mean = statistics.geometric_mean(ratios)
        total = Row("run: geometric mean", "", "", f"{mean:.3g}× faster", "≥ 1×", mean >= 1)
        self.add("Runs", "PyTorch's side is the eager module, with as many threads.",
                 [*rows, total, *starts, *memory])  # fmt: skip

    def _figures(self, title: str, command: str, goals: dict, note: str, large: bool) -> None:
        rows = []
        sides = []
        for name, model in self.models.each():
            ours = self.side(self.ours(command, model, self.rounds(5)))
            theirs = self.side(self.pytorch(command, model, self.rounds(3)))
            interleaved(self.rounds(3), ours, theirs)
            sides.append(ours)
            for figure, goal in goals.items():
                both = ours.figure(figure), theirs.figure(figure)
                rows.append(faster(f"{figure}, {name}", *both, goal))
        for figure in goals:
            medians = [side.figure(figure) for side in sides]
            rows.append(growth(f"{figure}, 13 times larger", *medians))
        self.add(title, note, rows)

    def add(self, title: str, note: str, rows: list[Row]) -> None:
        self.sections.append((title, note, rows))
        print(markdown(self.sections[-1:]), flush=True)

    def write(self) -> None:
        lines = ["# Benchmark results", ""]
        if not self.python:
            lines += ["PyTorch is not installed here: only FXKit's side was run.", ""]
        clock = "processor time" if os.environ.get("BENCHMARK_CLOCK") == "cpu" else "wall time"
        lines += [f"Medians of {clock}, both sides in one run, in turn.", ""]
        text = "\n".join(lines) + "\n" + markdown(self.sections)
        (HERE / "results.md").write_text(text)


def compare(arguments: argparse.Namespace) -> int:
    """Measures this checkout beside another commit; returns 1 where a row is too slow."""
    other = Checkout(ROOT, arguments.against, CACHE)
    ours = {product: build(product) for product in ("fxbench", "fxkit")}
    theirs = {product: build(product, other.package) for product in ("fxbench", "fxkit")}
    python = torch_python(arguments.torch)
    models = Models(python)
    rounds = 1 if arguments.quick else arguments.rounds or 15
    comparison = Comparison(ours["fxbench"], ours, theirs, rounds)
    sections = []

    def add(title: str, rows: list[Row]) -> None:
        sections.append((title, "", rows))
        print(markdown(sections[-1:], theirs=other.name), flush=True)

    if "transform" in arguments.only:
        ending = ".pt2" if models.has_archives else ".json"
        rows = []
        for name, model in models.each():
            output = models.folder / f"output{ending}"
            words = ["transform", model.with_suffix(ending), "-p", PASSES, "-o", output]
            rows += comparison.processes(f"`fxkit transform`, {name}", "fxkit", *words)
        add("Whole process", rows)
    if "json" in arguments.only:
        rows = []
        for name, model in models.each():
            rows += comparison.figures(f", {name}", "fxbench", "model", model, 5)
        add("Model JSON, in memory", rows)
    if "graph" in arguments.only:
        rows = comparison.figures("", "fxbench", "graph", NODES, 3)
        add(f"Graph operations, {NODES:,} nodes", rows)
    if "runs" in arguments.only and not python:
        print("runs: not measured, since PyTorch makes their models (--torch)", file=sys.stderr)
    elif "runs" in arguments.only:
        rows = []
        for name, archive in run_models(python, models.folder / "runs"):
            rows += comparison.figures(f": {name}", "fxbench", "execute", archive, 10)
            if name in SMALL:
                what = f"from process start to result: {name}"
                rows += comparison.processes(what, "fxkit", "run", archive)
        add("Runs", rows)
    return int(any(row.met is False for _, _, rows in sections for row in rows))


def main() -> None:
    arguments = options()
    if arguments.cpu_time:
        os.environ["BENCHMARK_CLOCK"] = "cpu"
    if arguments.against:
        sys.exit(compare(arguments))
    benchmark = Benchmark(arguments)
    for group in GROUPS:
        if group in arguments.only:
            try:
                getattr(benchmark, group)()
            except RuntimeError as error:
                benchmark.add(f"{group}: not measured", str(error).replace(f"{ROOT}/", ""), [])
    benchmark.write()


if __name__ == "__main__":
    main()
