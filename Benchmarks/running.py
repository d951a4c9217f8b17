"""The models whose runs are measured, and PyTorch's side of it.

    running.py make FOLDER             exports each model to FOLDER/NAME.pt2, with its inputs
    running.py eager NAME REPETITIONS  times the eager module, as many threads as processors
    running.py names                   prints the names of the models
    running.py whole IN.pt2            loads an archive and runs it once: the whole job in Python
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import torch
from torch import nn


class Logits(nn.Module):
    """The model without the class of its outputs, which is no pytree."""

    def __init__(self, model: nn.Module, field: str) -> None:
        super().__init__()
        self.model = model
        self.field = field

    def forward(self, ids):
        return getattr(self.model(input_ids=ids), self.field)


class Chain(nn.Module):
    def forward(self, x, y):
        for _ in range(4):
            x = torch.tanh(x * y + 0.5) * torch.sigmoid(x) - y
        return x


class Function(nn.Module):
    def __init__(self, function) -> None:
        super().__init__()
        self.function = function

    def forward(self, *arguments):
        return self.function(*arguments)


def images(size: int):
    return (torch.randn(1, 3, size, size),)


def resnet18():
    import torchvision

    return torchvision.models.resnet18(), images(224)


def vit_b16():
    import torchvision

    return torchvision.models.vit_b_16(), images(224)


def bert_base():
    import transformers

    config = transformers.BertConfig(attn_implementation="sdpa")
    return Logits(transformers.BertModel(config), "last_hidden_state"), (
        torch.arange(128).reshape(1, 128),
    )


def llama80():
    import transformers

    config = transformers.LlamaConfig(
        hidden_size=32, intermediate_size=64, num_hidden_layers=80, vocab_size=64,
        num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=32,
        use_cache=False, attn_implementation="sdpa",
    )  # fmt: skip
    return Logits(transformers.LlamaForCausalLM(config), "logits"), (
        torch.arange(8).reshape(1, 8),
    )


def product(size: int):
    return lambda: (Function(torch.matmul), (torch.randn(size, size), torch.randn(size, size)))


def small_network():
    layers = nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 10), nn.Softmax(-1))
    return layers, (torch.randn(8, 64),)


MODELS = {
    "ResNet-18, 224": resnet18,
    "ViT-B/16": vit_b16,
    "BERT base, 128 tokens": bert_base,
    "Llama, 80 tiny layers": llama80,
    "elementwise chain, 4 M": lambda: (Chain(), (torch.randn(1 << 22), torch.randn(1 << 22))),
    "softmax, 4096 × 1024": lambda: (
        Function(lambda x: x.softmax(-1)), (torch.randn(4096, 1024),)),
    "layer norm, 4096 × 1024": lambda: (nn.LayerNorm(1024), (torch.randn(4096, 1024),)),
    "matmul 64": product(64),
    "matmul 256": product(256),
    "matmul 1024": product(1024),
    "small network": small_network,
}  # fmt: skip


def built(name: str):
    torch.manual_seed(0)
    model, inputs = MODELS[name]()
    return model.eval(), inputs


def file_name(name: str) -> str:
    return "".join(c if c.isalnum() else "-" for c in name) + ".pt2"


def make(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in MODELS:
        target = folder / file_name(name)
        if target.exists():
            continue
        model, inputs = built(name)
        with torch.no_grad():
            torch.export.save(torch.export.export(model, inputs), target)


def eager(name: str, count: int) -> None:
    from pytorch import Measurement, repeat

    torch.set_num_threads(os.cpu_count() or 1)
    model, inputs = built(name)
    measurement = Measurement()
    with torch.no_grad():
        repeat(count, measurement, lambda m: m.time("run", lambda: model(*inputs)))
    measurement.report()


def whole(source: str) -> None:
    program = torch.export.load(source)
    arguments, keywords = program.example_inputs
    with torch.no_grad():
        program.module()(*arguments, **keywords)


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(Path(sys.argv[2]))
    elif sys.argv[1] == "eager":
        eager(sys.argv[2], int(sys.argv[3]))
    elif sys.argv[1] == "names":
        print("\n".join(MODELS))
    else:
        whole(sys.argv[2])
