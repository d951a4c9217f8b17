"""Damages archives, one place at a time. Every mutation is told by what it did and where."""

from __future__ import annotations

import copy
import io
import json
import random
import struct
import zipfile
import zlib
from dataclasses import dataclass


@dataclass
class Mutation:
    """A damaged archive. `kind` names the damage, `place` says where it was done."""

    kind: str
    place: str
    data: bytes


# JSON, at one place of the tree


def paths(tree, here=()):
    """The path of every value below `tree`."""
    items = tree.items() if isinstance(tree, dict) else enumerate(tree)
    for key, value in items:
        yield (*here, key)
        if isinstance(value, (dict, list)):
            yield from paths(value, (*here, key))


def spelled(path) -> str:
    """A path without what differs from place to place: `graph.nodes[].inputs[].arg`."""
    text = ""
    for key in path:
        text += "[]" if isinstance(key, int) else f".{key}"
    return text.lstrip(".")


def value_at(tree, path):
    for key in path:
        tree = tree[key]
    return tree


WRONG_KINDS = {
    str: [7, None, ["x"], {"a": 1}, True],
    bool: ["true", 1, None],
    int: ["7", None, 1.5, True, [1]],
    float: ["1.5", None, []],
    list: [{}, None, "x", 3],
    dict: [[], None, "x", 3],
    type(None): [3, "x", {}, []],
}

ODD_INTEGERS = [-1, 0, 1, 12, 99, 2**31, 2**62, 2**63 - 1, 2**64, -(2**63)]


def mutate_tree(tree, place, kind: str, chance: random.Random):
    """Changes the value at `place` of a tree in place; returns False where `kind` does not apply."""
    parent, key = value_at(tree, place[:-1]), place[-1]
    value = parent[key]
    if kind == "remove":
        del parent[key]
    elif kind == "wrong kind":
        parent[key] = chance.choice(WRONG_KINDS[type(value)])
    elif kind == "rename key":
        if not isinstance(parent, dict):
            return False
        items = [(f"{k}_x" if k == key else k, v) for k, v in parent.items()]
        parent.clear()
        parent.update(items)
    elif kind == "extra key":
        if not isinstance(value, dict):
            return False
        value["not_in_the_schema"] = chance.choice([None, 1, "x", {"a": []}])
    elif kind == "duplicate element":
        if not isinstance(parent, list):
            return False
        parent.insert(key, copy.deepcopy(value))
    elif kind == "swap elements":
        if not isinstance(parent, list) or key + 1 >= len(parent) or value == parent[key + 1]:
            return False
        parent[key], parent[key + 1] = parent[key + 1], value
    elif kind == "odd integer":
        if type(value) is not int:
            return False
        parent[key] = chance.choice([n for n in ODD_INTEGERS if n != value])
    elif kind == "other string":
        if type(value) is not str:
            return False
        parent[key] = chance.choice(["", "nobody", value + "_x", value[:-1], "\u00e9\x7f\u2028"])
    else:
        raise ValueError(kind)
    return True


TREE_KINDS = [
    "remove", "wrong kind", "rename key", "extra key", "duplicate element", "swap elements",
    "odd integer", "other string",
]


def mutate_text(text: str, kind: str, chance: random.Random) -> bytes | None:
    """Damages JSON as text."""
    place = chance.randrange(len(text))
    if kind == "cut":
        return text[:place].encode()
    if kind == "junk behind":
        return (text + chance.choice(["x", "{}", "]", "\0"])).encode()
    if kind == "trailing comma":
        place = text.find("]", place)
        return None if place < 1 else f"{text[:place]},{text[place:]}".encode()
    if kind == "duplicate key":
        place = text.find("{\"", place)
        if place < 0:
            return None
        end = text.find("\"", place + 2) + 1
        return f"{text[:place + 1]}{text[place + 1:end]}: null, {text[place + 1:]}".encode()
    if kind == "invalid UTF-8":
        place = text.find("\"", place) + 1
        return text[:place].encode() + b"\xff" + text[place:].encode()
    if kind == "comment":
        place = text.find(", ", place)
        return f"{text[:place]} /* note */{text[place:]}".encode()
    if kind == "NaN":
        place = text.find(": ", place)
        end = min(text.find(mark, place) for mark in ",}" if text.find(mark, place) > 0)
        return f"{text[:place]}: NaN{text[end:]}".encode()
    raise ValueError(kind)


TEXT_KINDS = [
    "cut", "junk behind", "trailing comma", "duplicate key", "invalid UTF-8", "comment", "NaN",
]


# Archives


@dataclass
class Member:
    name: str
    data: bytes


def members(data: bytes) -> list[Member]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [Member(info.filename, archive.read(info)) for info in archive.infolist()]


def archive(parts: list[Member], compression=zipfile.ZIP_STORED, comment: bytes = b"") -> bytes:
    """A ZIP of the members, each aligned to 64 bytes as PyTorch writes them."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as writer:
        for part in parts:
            info = zipfile.ZipInfo(part.name, (1980, 1, 1, 0, 0, 0))
            start = target.tell() + 30 + len(part.name.encode())
            padding = -(start + 4) % 64
            info.extra = struct.pack("<HH", 0x4246, padding) + b"Z" * padding
            info.compress_type = compression
            writer.writestr(info, part.data)
        writer.comment = comment
    return target.getvalue()


def mutate_archive(data: bytes, kind: str, chance: random.Random) -> tuple[str, bytes] | None:
    """Damages an archive as a ZIP; returns where, and the result."""
    parts = members(data)
    index = chance.randrange(len(parts))
    short = parts[index].name.split("/", 1)[-1]
    if kind == "cut":
        place = chance.randrange(len(data))
        return "file", data[:place]
    if kind == "flip a byte":
        place = chance.randrange(len(data))
        return "file", data[:place] + bytes([data[place] ^ 1 << chance.randrange(8)]) + data[place + 1:]
    if kind == "flip a byte of a member":
        part = parts[index]
        if not part.data:
            return None
        start = data.find(part.data)
        place = start + chance.randrange(len(part.data))
        return short, data[:place] + bytes([data[place] ^ 1 << chance.randrange(8)]) + data[place + 1:]
    if kind == "remove a member":
        return short, archive(parts[:index] + parts[index + 1:])
    if kind == "rename a member":
        renamed = Member(parts[index].name + "x", parts[index].data)
        return short, archive(parts[:index] + [renamed] + parts[index + 1:])
    if kind == "duplicate a member":
        return short, archive(parts + [parts[index]])
    if kind == "empty a member":
        if not parts[index].data:
            return None
        return short, archive(parts[:index] + [Member(parts[index].name, b"")] + parts[index + 1:])
    if kind == "shorten a member":
        part = parts[index]
        cut = chance.randrange(max(len(part.data), 1))
        return short, archive(parts[:index] + [Member(part.name, part.data[:cut])] + parts[index + 1:])
    if kind == "lengthen a member":
        part = parts[index]
        longer = Member(part.name, part.data + bytes(chance.randrange(1, 9)))
        return short, archive(parts[:index] + [longer] + parts[index + 1:])
    if kind == "reorder the members":
        chance.shuffle(parts)
        return "archive", archive(parts)
    if kind == "deflate":
        return "archive", archive(parts, zipfile.ZIP_DEFLATED)
    if kind == "comment":
        return "archive", archive(parts, comment=b"a comment")
    if kind == "junk before":
        return "file", b"#!/bin/sh\n" * chance.randrange(1, 9) + data
    if kind == "junk behind":
        return "file", data + bytes(chance.randrange(1, 200))
    if kind == "extra member":
        name = parts[0].name.split("/")[0] + chance.choice(
            ["/extra/notes.txt", "/../escape", "/models/other.txt", "/data/weights/unused"])
        return name.split("/", 1)[-1], archive(parts + [Member(name, b"notes")])
    if kind == "wrong checksum":
        damaged = bytearray(data)
        checksum = struct.pack("<I", zlib.crc32(parts[index].data))
        place = damaged.rfind(checksum)
        if place < 0:
            return None
        damaged[place] ^= 1
        return short, bytes(damaged)
    raise ValueError(kind)


ARCHIVE_KINDS = [
    "cut", "flip a byte", "flip a byte of a member", "remove a member", "rename a member",
    "duplicate a member", "empty a member", "shorten a member", "lengthen a member",
    "reorder the members", "deflate", "comment", "junk before", "junk behind", "extra member",
    "wrong checksum",
]


def mutations(seeds: dict[str, bytes], count: int, seed: int):
    """`count` damaged archives: half in the model's JSON, the rest in other members and the ZIP."""
    chance = random.Random(seed)
    names = sorted(seeds)
    made = 0
    while made < count:
        name = chance.choice(names)
        data = seeds[name]
        what = chance.choices(["model", "config", "text", "archive"], [10, 3, 3, 5])[0]
        if what == "archive":
            kind = chance.choice(ARCHIVE_KINDS)
            result = mutate_archive(data, kind, chance)
            if result is None:
                continue
            place, damaged = result
            mutation = Mutation(f"ZIP: {kind}", place, damaged)
        else:
            parts = members(data)
            ends = ("_config.json",) if what == "config" else ("models/model.json",)
            candidates = [i for i, part in enumerate(parts) if part.name.endswith(ends)]
            if not candidates:
                continue
            index = chance.choice(candidates)
            member = parts[index]
            text = member.data.decode()
            short = member.name.split("/")[-1]
            if what == "text":
                kind = chance.choice(TEXT_KINDS)
                new = mutate_text(text, kind, chance)
                if new is None:
                    continue
                mutation = Mutation(f"JSON text: {kind}", short, b"")
            else:
                tree = json.loads(text)
                kind = chance.choice(TREE_KINDS)
                every = list(paths(tree))
                # Most places are metadata of nodes, which neither side looks at closely.
                every = [p for p in every if "metadata" not in p or chance.random() < 0.1]
                if not every:
                    continue
                place = chance.choice(every)
                if not mutate_tree(tree, place, kind, chance):
                    continue
                new = json.dumps(tree).encode()
                mutation = Mutation(f"JSON: {kind}", f"{short} {spelled(place)}", b"")
            if new == member.data:
                continue
            parts[index] = Member(member.name, new)
            mutation.data = archive(parts)
        if mutation.data == data:
            continue
        made += 1
        yield name, mutation
