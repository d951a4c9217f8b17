"""Makes the benchmark's models with PyTorch: an 80-layer Llama whose layers hold regions.

Every fourth layer runs under `torch.no_grad()`, every other fourth under CPU
autocast. The program is saved as export leaves it when its two region passes
are held back, so that the passes still have their work to do.

    python models.py FOLDER    writes llama80.pt2 and llama80.json there
"""

from __future__ import annotations

import contextlib
import sys
import zipfile
from pathlib import Path

import torch
import torch._export.passes.replace_autocast_with_hop_pass as autocast_pass
import torch._export.passes.replace_set_grad_with_hop_pass as set_grad_pass
import torch._export.serde.serialize as serde
import transformers
from torch import nn

LAYERS = 80


class Region(nn.Module):
    """A layer under one of the two switches."""

    def __init__(self, layer: nn.Module, switch) -> None:
        super().__init__()
        self.layer = layer
        self.switch = switch

    def forward(self, *arguments, **named):
        with self.switch():
            return self.layer(*arguments, **named)


class Logits(nn.Module):
    """The model without the class of its outputs, which is no pytree."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, ids):
        return self.model(input_ids=ids).logits


def autocast():
    return torch.autocast("cpu", dtype=torch.bfloat16)


def llama(layers: int) -> nn.Module:
    model = transformers.LlamaForCausalLM(
        transformers.LlamaConfig(
            hidden_size=32, intermediate_size=64, num_hidden_layers=layers, vocab_size=64,
            num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=32,
            use_cache=False, attn_implementation="sdpa",
        )  # fmt: skip
    )
    for layer in model.model.layers[0::4]:
        layer.mlp = Region(layer.mlp, torch.no_grad)
    for layer in model.model.layers[2::4]:
        layer.mlp = Region(layer.mlp, autocast)
    return Logits(model)


@contextlib.contextmanager
def switches_left_in():
    """Within it, `export` leaves the switches in the graph, and `save` (whose self-check
    knows no autocast nodes) writes them."""
    saved = (
        set_grad_pass.replace_set_grad_with_hop_pass,
        autocast_pass.replace_autocast_with_hop_pass,
        serde.canonicalize,
    )
    set_grad_pass.replace_set_grad_with_hop_pass = lambda gm, signature: (gm, signature)
    autocast_pass.replace_autocast_with_hop_pass = lambda gm, signature: (gm, signature)
    serde.canonicalize = lambda program, constants=None: program
    try:
        yield
    finally:
        (
            set_grad_pass.replace_set_grad_with_hop_pass,
            autocast_pass.replace_autocast_with_hop_pass,
            serde.canonicalize,
        ) = saved


def make(folder: Path, layers: int = LAYERS) -> None:
    torch.manual_seed(0)
    with switches_left_in():
        program = torch.export.export(llama(layers), (torch.arange(8).reshape(1, 8),))
        archive = folder / f"llama{layers}.pt2"
        torch.export.save(program, archive)
    with zipfile.ZipFile(archive) as parts:
        member = next(n for n in parts.namelist() if n.endswith("models/model.json"))
        (folder / f"llama{layers}.json").write_bytes(parts.read(member))


if __name__ == "__main__":
    make(Path(sys.argv[1]))
