"""Dumps any torch.fx.GraphModule as FX JSON (.fx.json) and loads it back.

    fxjson.dump(graph_module, "model.fx.json")
    graph_module = fxjson.load("model.fx.json", root=original_module)

    python tools/fxjson.py dump MODULE:FUNCTION OUT.fx.json   # what FUNCTION() returns
    python tools/fxjson.py load IN.fx.json [MODULE:FUNCTION]  # lint, print; FUNCTION() is the root

A file holds no data: parameters, buffers and leaf modules come from `root`, which has them at the
same paths. Functions are found under torch, operator, math and builtins; others, and objects that
have only a repr, are given to `load` as `objects`, by name or repr. Nothing is evaluated while
loading, but a loaded module calls the functions that its file names: run only what you trust.
"""

from __future__ import annotations

import builtins
import contextlib
import json
import math
import operator
import pkgutil
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, Callable

import torch.fx
from torch._export.serde import serialize
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.fx.graph import _PyTreeCodeGen, _PyTreeInfo, _type_repr
from torch.fx.node import _get_qualified_name
from torch.fx.passes.shape_prop import TensorMetadata
from torch.utils._pytree import treespec_dumps, treespec_loads

FORMAT, VERSION = "fx-graph-module", 1
NAMED = {torch.dtype: "dtype", torch.layout: "layout", torch.memory_format: "memory_format"}
SYMBOLIC = {torch.SymInt: "sym_int", torch.SymFloat: "sym_float", torch.SymBool: "sym_bool"}
BUILTINS = (abs, bool, complex, dict, divmod, float, getattr, hasattr, int, isinstance, len, list,
            max, min, pow, range, round, slice, sorted, str, sum, tuple, type, zip)
ROOTS = {"torch": torch, "_operator": operator, "operator": operator, "math": math}
FAKE = FakeTensorMode()
to_schema = serialize._dataclass_to_dict  # Of floats and the structures of the export schema.


def function_name(function: Callable) -> str:
    if isinstance(function, torch._ops.OpOverload):
        return f"torch.ops.{function}"
    if isinstance(function, torch._ops.HigherOrderOperator):
        return f"torch.ops.{function.namespace}.{function.name()}"
    return _type_repr(function) if isinstance(function, type) else _get_qualified_name(function)


def find_function(name: str, objects: dict[str, Any]) -> Any:
    if name in objects:
        return objects[name]
    first, *rest = name.split(".")
    builtin = getattr(builtins, name, None)
    found = builtin if builtin in BUILTINS else ROOTS.get(first)
    for part in rest:
        found = getattr(found, part, None)
        # Modules that torch imports for itself (torch.os) are not its own.
        if isinstance(found, ModuleType) and found.__name__.split(".")[0] != "torch":
            found = None
    if not callable(found):
        raise LookupError(f"'{name}' is no function that load() knows; give it in `objects`")
    return found


def dump_argument(value: Any) -> Any:
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if type(value) is float:
        return value if math.isfinite(value) else {"float": to_schema(value)}
    if type(value) is complex:
        return {"complex": to_schema([value.real, value.imag])}
    if isinstance(value, torch.fx.Node):
        return {"node": value.name}
    if isinstance(value, (list, tuple)):
        parts = [dump_argument(part) for part in value]
        return parts if isinstance(value, list) else {"tuple": parts}
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise TypeError(f"keys of dictionary arguments must be strings: {value}")
        return {"dict": {key: dump_argument(part) for key, part in value.items()}}
    if isinstance(value, slice):
        return {"slice": dump_argument([value.start, value.stop, value.step])}
    if value is ...:
        return {"ellipsis": True}
    if type(value) in NAMED or isinstance(value, torch.device):
        return {NAMED.get(type(value), "device"): str(value)}
    is_function = callable(value) and hasattr(value, "__name__")
    return {"function": function_name(value)} if is_function else {"opaque": repr(value)}


def load_argument(value: Any, nodes: dict[str, torch.fx.Node], objects: dict[str, Any]) -> Any:
    def parts(values):
        return [load_argument(part, nodes, objects) for part in values]

    if not isinstance(value, dict):
        return parts(value) if isinstance(value, list) else value
    (kind, content), = [(k, v) for k, v in value.items() if k != "as"]
    match kind:
        case "node": return nodes[content]
        case "list": return parts(content)
        case "tuple": return tuple(parts(content))
        case "dict": return dict(zip(content, parts(content.values())))
        case "slice": return slice(*parts(content))
        case "float": return float(content)
        case "complex": return complex(*map(float, content))
        case "ellipsis" | "none": return ... if kind == "ellipsis" else None
        case "device" if isinstance(content, str): return torch.device(content)
        case "function": return find_function(content, objects)
        case "opaque" if content in objects: return objects[content]
        case "dtype" | "layout" | "memory_format":
            found = getattr(torch, content.removeprefix("torch."), None)
            if NAMED.get(type(found)) == kind:
                return found
    raise LookupError(f"load() can't make {value}; give it in `objects`")


def dump_value(value: Any) -> Any:
    if isinstance(value, torch.Tensor):
        return {"tensor": to_schema(serialize.serialize_tensor_meta(value))}
    if isinstance(value, TensorMetadata):  # Has no device.
        with FAKE:
            return dump_value(torch.empty_strided(
                value.shape, value.stride, dtype=value.dtype, requires_grad=value.requires_grad))
    if kind := SYMBOLIC.get(type(value)):
        return {kind: to_schema(getattr(serialize, f"serialize_{kind}")(value))}
    if isinstance(value, (list, tuple)):
        return {"list" if isinstance(value, list) else "tuple": [dump_value(v) for v in value]}
    is_plain = value is None or isinstance(value, (bool, int, float, str))
    return dump_argument(value) if is_plain else {"unknown": True}


def load_value(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    kind, content = next(iter(value.items()))
    if kind == "float":
        return float(content)
    if kind in ("list", "tuple"):
        return (list if kind == "list" else tuple)(map(load_value, content))
    if kind != "tensor" or any("as_int" not in n for n in content["sizes"] + content["strides"]):
        raise ValueError("a symbolic or unknown value")
    device = torch.device(*(part for part in content["device"].values() if part is not None))
    with FAKE:
        tensor = torch.empty_strided(
            [n["as_int"] for n in content["sizes"]], [n["as_int"] for n in content["strides"]],
            dtype=serialize._SERIALIZE_TO_TORCH_DTYPE[content["dtype"]], device=device,
            requires_grad=content["requires_grad"])
        return torch.nn.Parameter(tensor, tensor.requires_grad) if "parameter" in value else tensor


def dump_meta(node: torch.fx.Node) -> dict[str, str]:
    encode = serialize.GraphModuleSerializer(None, []).serialize_metadata
    texts = {}
    for key, value in node.meta.items():
        with contextlib.suppress(Exception):  # What is not of the form that export gives it.
            texts |= encode(SimpleNamespace(meta={key: value}, name=node.name))
        if isinstance(value, str):
            texts.setdefault(key, value)
        elif isinstance(value, TensorMetadata) and "val" not in node.meta:
            texts[key] = str(value.memory_format)
    return texts


def load_meta(texts: dict[str, str], node: torch.fx.Node) -> None:
    memory_format = texts.pop("tensor_meta", None)
    node.meta |= texts | serialize.GraphModuleDeserializer().deserialize_metadata(texts)
    if memory_format is not None and isinstance(val := node.meta.get("val"), torch.Tensor):
        node.meta["tensor_meta"] = TensorMetadata(
            val.shape, val.dtype, val.requires_grad, val.stride(),
            getattr(torch, memory_format.removeprefix("torch."), None), False, {})
        del node.meta["val"]


def dump_node(node: torch.fx.Node) -> str:
    target = node.target if isinstance(node.target, str) else function_name(node.target)
    fields: dict[str, Any] = {"op": node.op, "name": node.name, "target": target}
    if node.args:
        fields["args"] = dump_argument(list(node.args))
    if node.args and isinstance(node.target, torch._ops.OpOverload):
        fields["arg_names"] = [a.name for a in node.target._schema.arguments][:len(node.args)]
    if node.kwargs:
        fields["kwargs"] = dump_argument(dict(node.kwargs))["dict"]
    if node.type is not None:
        fields["type"] = node.type if isinstance(node.type, str) else _type_repr(node.type)
    if (val := node.meta.get("val", node.meta.get("tensor_meta"))) is not None:
        fields["val"] = dump_value(val)
    if meta := dump_meta(node):
        fields["meta"] = meta
    return json.dumps(fields, cls=serialize.EnumEncoder)


def dump_member(member: Any) -> str:
    if isinstance(member, torch.nn.Module):
        return '{"module": ' + dump_module(member) + "}"
    is_parameter = {"parameter": True} if isinstance(member, torch.nn.Parameter) else {}
    is_tensor = isinstance(member, torch.Tensor)
    fields = dump_value(member) | is_parameter if is_tensor else {"object": repr(member)}
    return json.dumps(fields, cls=serialize.EnumEncoder)


def dump_module(module: torch.nn.Module) -> str:
    is_graph = isinstance(module, torch.fx.GraphModule)
    name = type(module).__name__ if is_graph else _type_repr(type(module))
    text = '{"class": ' + json.dumps(name)
    members: dict[str, Any] = {
        name: member for kind in (module._parameters, module._buffers, module._modules)
        for name, member in kind.items() if member is not None}
    if is_graph:
        nodes = ",\n".join(dump_node(node) for node in module.graph.nodes)
        text += ', "graph": {"nodes": [' + (f"\n{nodes}\n" if nodes else "") + "]}"
        if isinstance(module.graph._codegen, _PyTreeCodeGen):
            names, *specs = module.graph._codegen.pytree_info[:3]
            specs = [spec and treespec_dumps(spec) for spec in specs]
            text += ', "metadata": ' + json.dumps({"pytree": json.dumps([names, *specs])})
        for node in module.graph.find_nodes(op="get_attr"):
            first = node.target.split(".")[0]
            members.setdefault(first, getattr(module, first, None))
    if members:
        entries = (f"{json.dumps(key)}: {dump_member(value)}" for key, value in members.items())
        text += ', "members": {\n' + ",\n".join(entries) + "\n}"
    return text + "}"


def load_graph(value: dict, objects: dict[str, Any], metadata: dict[str, str]) -> torch.fx.Graph:
    graph, nodes = torch.fx.Graph(), {}
    for fields in value["nodes"]:
        name, op, target = fields["name"], fields["op"], fields["target"]
        args = load_argument({"tuple": fields.get("args", [])}, nodes, objects)
        kwargs = load_argument({"dict": fields.get("kwargs", {})}, nodes, objects)
        target = find_function(target, objects) if op == "call_function" else target
        node = nodes[name] = graph.create_node(op, target, args, kwargs, name, fields.get("type"))
        node.name = name  # Also where torch.fx would give another one.
        if "val" in fields:
            with contextlib.suppress(ValueError):
                node.meta["val"] = load_value(fields["val"])
        load_meta(dict(fields.get("meta", {})), node)
    if "pytree" in metadata:
        names, *specs = json.loads(metadata["pytree"])
        specs = [spec and treespec_loads(spec) for spec in specs]
        graph._codegen = _PyTreeCodeGen(_PyTreeInfo(names, *specs))
    return graph


def load_module(value: dict, root: Any, objects: dict[str, Any], path: str = "") -> torch.nn.Module:
    if "graph" not in value and value["class"] != _type_repr(torch.nn.Module):
        if root is not None:
            return root
        raise LookupError(f"the module '{path}' ({value['class']}) must come from a root")
    module = torch.nn.Module().train(getattr(root, "training", True))
    for name, member in value.get("members", {}).items():
        found = getattr(root, name, None)
        if "module" in member:
            found = load_module(member["module"], found, objects, f"{path}.{name}".lstrip("."))
        elif found is None:
            found = load_value(member) if "tensor" in member else objects.get(member["object"])
        if "tensor" in member and not member.get("parameter"):
            module.register_buffer(name, found)
        setattr(module, name, found)
    if "graph" not in value:
        return module
    graph = load_graph(value["graph"], objects, value.get("metadata", {}))
    result = torch.fx.GraphModule(module, graph, value["class"])
    # GraphModule takes what its nodes name; here it gets all, in the file's order.
    for key in ("_parameters", "_buffers", "_modules"):
        setattr(result, key, getattr(module, key))
    return result


def dumps(module: torch.fx.GraphModule) -> str:
    header = json.dumps({"format": FORMAT, "version": VERSION})
    return f'{header[:-1]},\n"module": {dump_module(module)}}}\n'


def dump(module: torch.fx.GraphModule, path: str) -> None:
    Path(path).write_text(dumps(module), encoding="ascii", newline="\n")


def load(path: str, root: Any = None, objects: dict | None = None) -> torch.fx.GraphModule:
    document = json.loads(Path(path).read_text(encoding="utf-8"))
    if (found := (document.get("format"), document.get("version"))) != (FORMAT, VERSION):
        raise ValueError(f"found {found}, expected {(FORMAT, VERSION)}")
    return load_module(document["module"], root, objects or {})


if __name__ == "__main__":
    sys.path.insert(0, "")
    match sys.argv[1:]:
        case ["dump", function, path]:
            dump(pkgutil.resolve_name(function)(), path)
        case ["load", path, *roots]:
            module = load(path, *(pkgutil.resolve_name(function)() for function in roots))
            module.graph.lint()
            print(module.graph)
        case _:
            sys.exit(__doc__)
