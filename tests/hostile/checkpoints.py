from __future__ import annotations

import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file

# What can be put where a checkpoint is looked for: each takes the path of a sound one, and spoils it.
Harm = Callable[[Path], object]


def header_of(path: Path) -> tuple[dict[str, Any], bytes]:
    data = path.read_bytes()
    length = struct.unpack("<Q", data[:8])[0]
    return json.loads(data[8 : 8 + length]), data[8 + length :]


def write(path: Path, header: bytes, body: bytes = b"", length: int | None = None) -> None:
    path.write_bytes(struct.pack("<Q", len(header) if length is None else length) + header + body)


def with_header(change: Callable[[dict[str, Any]], object]) -> Harm:
    def harm(path: Path) -> None:
        header, body = header_of(path)
        change(header)
        write(path, json.dumps(header).encode(), body)

    return harm


def with_config(**changes: object) -> Harm:
    def change(header: dict[str, Any]) -> None:
        config = json.loads(header["__metadata__"]["wardrobe_config"])
        header["__metadata__"]["wardrobe_config"] = json.dumps({**config, **changes})

    return with_header(change)


def with_tensors(change: Callable[[dict[str, torch.Tensor]], object]) -> Harm:
    def harm(path: Path) -> None:
        metadata, state = header_of(path)[0]["__metadata__"], load_file(path)
        change(state)
        save_file(state, path, metadata=metadata)

    return harm


def first_offsets(low: int, high: int) -> Harm:
    def change(header: dict[str, Any]) -> None:
        next(entry for name, entry in header.items() if name != "__metadata__")["data_offsets"] = [low, high]

    return with_header(change)


def flipped(part: float) -> Harm:
    def harm(path: Path) -> None:
        data = bytearray(path.read_bytes())
        for step in range(0, 400, 7):
            data[int(part * (len(data) - 500)) + step] ^= 0xFF
        path.write_bytes(bytes(data))

    return harm


def cut(part: float) -> Harm:
    return lambda path: path.write_bytes(path.read_bytes()[: int(part * path.stat().st_size)])


def a_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/data.pkl", b"cos\nsystem\n(S'true'\ntR.")


def fill(value: float) -> Harm:
    return with_tensors(lambda state: next(t for t in state.values() if t.is_floating_point()).fill_(value))


def matrices(state: dict[str, torch.Tensor]) -> list[str]:
    return [name for name, value in state.items() if value.ndim > 1]


def swollen(state: dict[str, torch.Tensor]) -> None:
    for name in list(state):
        if state[name].is_floating_point():
            state[name] = torch.full_like(state[name], 6e4)


PREPROCESSING = {"size": 32, "mean": [0.5] * 3, "std": [0.5] * 3, "resize": "squash"}
HARMS: dict[str, Harm] = {
    "empty": cut(0.0),
    "cut in the length": lambda path: path.write_bytes(path.read_bytes()[:5]),
    "cut in the header": lambda path: path.write_bytes(path.read_bytes()[:300]),
    "cut in the weights": cut(0.7),
    "flipped in the header": flipped(0.0),
    "a header of 100 GB": lambda path: write(path, b"{}", length=100 * 2**30),
    "a header of all there is": lambda path: write(path, b"{}", length=2**64 - 1),
    "a header of 90 MB": lambda path: write(path, b'{"a":[' + b"[]," * 30_000_000 + b"[]]}"),
    "lists in lists": lambda path: write(path, b'{"a":' + b"[" * 200_000 + b"]" * 200_000 + b"}"),
    "offsets that are words": with_header(lambda header: header.update(x={"data_offsets": ["a", "b"]})),
    "offsets without end": with_header(
        lambda header: header.update(x={"dtype": "F32", "shape": [1], "data_offsets": [0, 1e999]})
    ),
    "offsets beyond the file": first_offsets(0, 10**12),
    "offsets before the file": first_offsets(-100, 4),
    "offsets that overlap": first_offsets(0, 4),
    "metadata that is a list": with_header(lambda header: header.update(__metadata__=["wardrobe_format"])),
    "metadata of numbers": with_header(lambda header: header["__metadata__"].update(wardrobe_config=7)),
    "a pickle": lambda path: torch.save({"weight": torch.zeros(2)}, path),
    "a ZIP with a pickle": a_zip,
    "another project's": lambda path: save_file({"a": torch.zeros(2)}, path, metadata={"format": "pt"}),
    "other shapes": with_tensors(lambda state: state.update({name: state[name][:0] for name in matrices(state)})),
    "a tensor less": with_tensors(lambda state: state.pop(matrices(state)[0])),
    "a tensor more": with_tensors(lambda state: state.update(more=torch.zeros(3))),
    "NaN": fill(float("nan")),
    "infinite weights": fill(float("inf")),
    "weights whose sums are infinite": with_tensors(swollen),
    "an input of a million pixels a side": with_config(preprocessing={**PREPROCESSING, "size": 1_000_000}),
    "a layer of a million million": with_config(hidden=10**12),
    "a mask decoder of ten thousand channels": with_config(mask_width=10_000),
    "a mask decoder without weights": with_config(mask_width=8),
    "acceptable types of another network": with_tensors(lambda state: state.update(acceptable=torch.zeros(3, 3))),
    "a dimension without end": with_config(embedding_dim=1e999),
    "a temperature of nought": with_config(temperatures={"type": 0.0}),
    "a temperature that is no number": with_config(temperatures={"type": float("nan")}),
    "a name that steers the terminal": with_config(name="\x1b[2J"),
    "a name that is a book": with_config(name="x" * 100_000),
    "a backbone from the internet": with_config(backbone="hf-hub:somebody/something"),
    "a backbone of this machine": with_config(backbone="local-dir:/etc"),
    "a thousand branches": with_config(backbone="resnet18 x1000 after 1"),
    "branches of branches": with_config(backbone="resnet18 x16 after 1 x16 after 1"),
    "a block of a million channels": with_config(backbone="conv_1000000_1000000"),
    "lists in lists of the configuration": with_header(
        lambda header: header["__metadata__"].update(wardrobe_config="[" * 100_000)
    ),
    "labels of nobody": with_config(heads={"type": ["Spaceship"]}),
    "no labels": with_config(heads={"type": []}),
}
