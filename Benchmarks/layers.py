"""Repeats the layers of an exported transformer, on the level of its JSON. Needs no PyTorch.

A copy of the layers takes the hidden state that the layers before it return;
its nodes, parameters and modules get names of their own. The result is a valid
program, which PyTorch loads: its layers share the weights of the original's.
"""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

_LAYER = re.compile(r"\blayers\.(\d+)|(?<=_)layers_(\d+)(?=_)")


def shifted(text: str, by: int) -> str:
    """`text` with every layer number in it raised."""

    def shift(match: re.Match) -> str:
        dotted, underscored = match.groups()
        return f"layers.{int(dotted) + by}" if dotted else f"layers_{int(underscored) + by}"

    return _LAYER.sub(shift, text)


def layer_of(text: str) -> int | None:
    match = _LAYER.search(text)
    return int(match[1] or match[2]) if match else None


def node_layer(node: dict) -> int | None:
    return layer_of(node["metadata"].get("nn_module_stack", ""))


def references(value):
    """All the names that an argument refers to."""
    if isinstance(value, dict):
        if set(value) == {"name"}:
            yield value["name"]
        else:
            for part in value.values():
                yield from references(part)
    elif isinstance(value, list):
        for part in value:
            yield from references(part)


def renamed(value, names):
    """An argument with the names it refers to replaced."""
    if isinstance(value, dict):
        if set(value) == {"name"}:
            return {"name": names(value["name"])}
        return {key: renamed(part, names) for key, part in value.items()}
    if isinstance(value, list):
        return [renamed(part, names) for part in value]
    return value


def definitions(node: dict) -> list[str]:
    """The names that a node defines: of its outputs, or its own where it has none to name."""
    return list(references(node["outputs"])) or [node["name"]]


def repeated(program: dict, copies: int) -> dict:
    """The program with `copies` times its layers, the first of them as they are."""
    module = program["graph_module"]
    graph = module["graph"]
    nodes = graph["nodes"]
    layers = [node_layer(node) for node in nodes]
    inside = [i for i, layer in enumerate(layers) if layer is not None]
    start, end = inside[0], inside[-1] + 1
    count = max(layers[i] for i in inside) + 1
    defined = {name for node in nodes[start:end] for name in definitions(node)}
    mark = _free_mark(defined)
    entry, result = _hidden_states(nodes, start, end, defined, graph["inputs"])

    def name_in(copy: int, name: str) -> str:
        if copy == 0:
            return name
        if name == entry:
            return name_in(copy - 1, result)
        return f"{name}_{mark}{copy}" if name in defined else shifted(name, copy * count)

    values = dict(graph["tensor_values"])
    expanded = nodes[:end]
    for copy in range(1, copies):
        expanded.extend(
            _copied(node, copy * count, lambda name, copy=copy: name_in(copy, name))
            for node in nodes[start:end]
        )
        for name in [*defined, *_names_with_layers(graph["inputs"])]:
            if name in values:
                values[name_in(copy, name)] = values[name]
    last = name_in(copies - 1, result)
    expanded += renamed(nodes[end:], lambda name: last if name == result else name)
    graph["nodes"] = expanded
    graph["outputs"] = renamed(graph["outputs"], lambda name: last if name == result else name)
    graph["inputs"] = _with_copies(graph["inputs"], copies, count)
    order = [*references(graph["inputs"])]
    order += [name for node in expanded for name in references(node["outputs"])]
    graph["tensor_values"] = {name: values[name] for name in order if name in values}
    signature = module["signature"]
    signature["input_specs"] = _with_copies(signature["input_specs"], copies, count)
    module["module_call_graph"] = _with_copies(module["module_call_graph"], copies, count)
    return program


def _free_mark(names: set[str]) -> str:
    """What tells the names of copies from all others, those of an earlier repetition included."""
    mark = "r"
    while any(re.search(f"_{mark}\\d+$", name) for name in names):
        mark += "r"
    return mark


def _hidden_states(nodes, start, end, defined, inputs) -> tuple[str, str]:
    """What the first layer takes from before the layers, and what is used behind the last."""
    results = {n for node in nodes[end:] for n in references(node["inputs"])} & defined
    parameters = set(references(inputs))
    users: dict[str, set] = {}
    for node in nodes[start:end]:
        for name in references(node["inputs"]):
            users.setdefault(name, set()).add(node_layer(node))
    entries = [
        name
        for name, layers in users.items()
        if layers == {0} and name not in defined and name not in parameters
    ]
    if len(entries) != 1 or len(results) != 1:
        raise ValueError(f"the layers take {entries} and give {results}: one of each expected")
    return entries[0], results.pop()


def _copied(node: dict, shift: int, names) -> dict:
    copy = dict(node)
    copy["inputs"] = renamed(node["inputs"], names)
    copy["outputs"] = renamed(node["outputs"], names)
    copy["metadata"] = {k: shifted(v, shift) for k, v in node["metadata"].items()}
    copy["name"] = names(node["name"])
    return copy


def _names_with_layers(inputs) -> list[str]:
    return [name for name in references(inputs) if layer_of(name) is not None]


def _with_copies(entries: list, copies: int, count: int) -> list:
    """A list with the entries that speak of layers repeated behind the last of them."""
    texts = [json.dumps(entry) for entry in entries]
    at = [i for i, text in enumerate(texts) if layer_of(text) is not None]
    block = [texts[i] for i in at]
    more = [json.loads(shifted(t, c * count)) for c in range(1, copies) for t in block]
    return entries[: at[-1] + 1] + more + entries[at[-1] + 1 :]


def with_switches(program: dict) -> dict:
    """Puts the perceptron of layer 0, 4, … under no_grad and of layer 2, 6, … under autocast."""
    graph = program["graph_module"]["graph"]
    result = []
    grads = autocasts = 0
    open_layer = None
    before: dict = {}
    for node in [*graph["nodes"], {"metadata": {}}]:
        stack = node["metadata"].get("nn_module_stack", "")
        found = re.search(r"layers\.(\d+)\.mlp", stack)
        layer = int(found[1]) if found and int(found[1]) % 2 == 0 else None
        if layer != open_layer:
            if open_layer is not None:
                if open_layer % 4 == 0:
                    result.append(_grad_switch(True, grads, before))
                    grads += 1
                else:
                    result.append(_autocast_exit(autocasts, before))
                    autocasts += 1
            if layer is not None:
                if layer % 4 == 0:
                    result.append(_grad_switch(False, grads, node))
                    grads += 1
                else:
                    result.append(_autocast_entry(autocasts, node))
        open_layer = layer
        before = node
        if "target" in node:
            result.append(node)
    graph["nodes"] = result
    return program


def _numbered(base: str, number: int) -> str:
    return f"{base}_{number}" if number else base


def _call(target: str, name: str, arguments: list, near: dict) -> dict:
    return {
        "target": target,
        "inputs": [{"name": "", "arg": argument, "kind": 1} for argument in arguments],
        "outputs": [{"as_none": True}],
        "metadata": near["metadata"],
        "is_hop_single_tensor_return": None,
        "name": name,
    }


def _grad_switch(on: bool, number: int, near: dict) -> dict:
    name = _numbered("_set_grad_enabled", number)
    return _call("torch._C._set_grad_enabled", name, [{"as_bool": on}], near)


def _autocast_entry(number: int, near: dict) -> dict:
    name = _numbered("_enter_autocast", number)
    arguments = [{"as_string": "cpu"}, {"as_scalar_type": 13}, {"as_bool": True}, {"as_bool": True}]
    return _call("torch.amp.autocast_mode._enter_autocast", name, arguments, near)


def _autocast_exit(number: int, near: dict) -> dict:
    entry = [{"as_tensor": {"name": _numbered("_enter_autocast", number)}}]
    name = _numbered("_exit_autocast", number)
    return _call("torch.amp.autocast_mode._exit_autocast", name, entry, near)


def repeat_archive(source: Path, target: Path, model: bytes, copies: int, count: int) -> None:
    """Writes an archive like `source` with the enlarged model and its layers' weights shared."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as new:
        for member in old.namelist():
            content = old.read(member)
            if member.endswith("models/model.json"):
                content = model
            elif member.endswith("model_weights_config.json"):
                config = json.loads(content)
                config["config"].update(
                    (shifted(name, copy * count), entry)
                    for copy in range(1, copies)
                    for name, entry in list(config["config"].items())
                    if layer_of(name) is not None
                )
                content = json.dumps(config).encode()
            new.writestr(member.replace(source.stem, target.stem, 1), content)
