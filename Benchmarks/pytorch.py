"""PyTorch's side of each measurement, one a process. Prints figures as lines of JSON.

    pytorch.py transform IN.pt2 OUT.pt2     load, two passes, save
    pytorch.py model IN.json REPETITIONS    its C++ reader and writer of model JSON
    pytorch.py graph NODES REPETITIONS      the editing operations of torch.fx
    pytorch.py passes IN.pt2 REPETITIONS    the two passes on a loaded program
"""

from __future__ import annotations

import copy
import json
import os
import sys
import time
from pathlib import Path


now = time.process_time if os.environ.get("BENCHMARK_CLOCK") == "cpu" else time.perf_counter


class Measurement:
    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = {}

    def time(self, name: str, work):
        start = now()
        result = work()
        self.seconds.setdefault(name, []).append(now() - start)
        return result

    def report(self) -> None:
        for name, seconds in self.seconds.items():
            print(json.dumps({"name": name, "seconds": seconds}))


def repeat(count: int, measurement: Measurement, body, warm: bool = True) -> None:
    """Runs `body` once to warm up, and then as often as is asked for."""
    if warm:
        body(measurement)
        measurement.seconds.clear()
    for _ in range(count):
        body(measurement)


# The whole job


def load_autocast_switches() -> None:
    """Lets PyTorch load autocast switches, which it writes and can't find again.

    The exit refers to its entry by name, and the deserializer keeps no name of a node without
    results. Noting it costs nothing beside the rest.
    """
    import torch._export.serde.serialize as serde

    plain = serde.GraphModuleDeserializer.deserialize_node

    def deserialize_node(self, node, target):
        plain(self, node, target)
        if node.target.endswith("_enter_autocast"):
            self.serialized_name_to_node[node.name] = next(reversed(self.graph.nodes))

    serde.GraphModuleDeserializer.deserialize_node = deserialize_node


def run_passes(program):
    from torch._export.passes.replace_autocast_with_hop_pass import (
        replace_autocast_with_hop_pass,
    )
    from torch._export.passes.replace_set_grad_with_hop_pass import (
        replace_set_grad_with_hop_pass,
    )

    module, signature = program.graph_module, program.graph_signature
    module, signature = replace_set_grad_with_hop_pass(module, signature)
    module, signature = replace_autocast_with_hop_pass(module, signature)
    return program._update(module, signature)


def transform(source: str, target: str) -> None:
    import torch

    load_autocast_switches()
    torch.export.save(run_passes(torch.export.load(source)), target)


def passes(source: str, count: int) -> None:
    import torch

    load_autocast_switches()
    measurement = Measurement()

    def once(measurement):
        # The passes change their input.
        program = torch.export.load(source)
        measurement.time("two passes", lambda: run_passes(program))

    repeat(count, measurement, once, warm=False)
    measurement.report()


# Model JSON


def model(source: str, count: int) -> None:
    import torch

    text = Path(source).read_text()
    measurement = Measurement()

    def once(measurement):
        program = measurement.time(
            "JSON to graph", lambda: torch._C._export.deserialize_exported_program(text)
        )
        measurement.time(
            "graph to JSON", lambda: torch._C._export.serialize_exported_program(program)
        )

    repeat(count, measurement, once)
    measurement.report()


# Operations on graphs


def edge_ends(graph) -> int:
    total = 0
    for node in graph.nodes:
        total += len(node.users) + len(node.all_input_nodes)
    return total


def fx_operations(measurement: Measurement, count: int) -> None:
    """The sequence of `GraphOperations.swift`."""
    import torch

    addition = torch.ops.aten.add.Tensor
    negation = torch.ops.aten.neg.default

    def build():
        graph = torch.fx.Graph()
        before = last = graph.placeholder("x")
        for _ in range(count - 2):
            before, last = last, graph.call_function(addition, (last, before))
        graph.output(last)
        return graph

    def insert():
        new = []
        for call in calls:
            with graph.inserting_after(call):
                new.append(graph.call_function(negation, (call,)))
        return new

    def replace():
        for call, new in zip(calls, inserted):
            call.replace_all_uses_with(new, lambda user, new=new: user is not new)

    def erase():
        for new in inserted:
            graph.erase_node(new)

    graph = measurement.time("build", build)
    calls = list(graph.nodes)[1:-1]
    measurement.time("iterate", lambda: edge_ends(graph))
    measurement.time("lint", graph.lint)
    measurement.time("deep copy", lambda: copy.deepcopy(graph))
    inserted = measurement.time("insert", insert)
    measurement.time("replace all uses", replace)
    assert len(inserted[0].users) == 2
    for call, new in zip(calls, inserted):
        new.replace_all_uses_with(call)
    measurement.time("erase", erase)
    assert len(graph.nodes) == count
    output = next(reversed(graph.nodes))
    output.args = (next(iter(graph.nodes)),)
    measurement.time("dead code", graph.eliminate_dead_code)
    assert len(graph.nodes) == 2


def graph(count: int, repetitions: int) -> None:
    measurement = Measurement()
    repeat(repetitions, measurement, lambda m: fx_operations(m, count), warm=False)
    measurement.report()


if __name__ == "__main__":
    command, first, second = sys.argv[1:]
    if command == "transform":
        transform(first, second)
    elif command == "passes":
        passes(first, int(second))
    elif command == "model":
        model(first, int(second))
    elif command == "graph":
        graph(int(first), int(second))
    else:
        sys.exit(__doc__)
