"""One file for a trained network: safetensors, with preprocessing, labels and calibration inside. Never a pickle."""

from __future__ import annotations

import hashlib
import json
import math
import os
import struct
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from classifier.errors import CheckpointCorrupt, CheckpointIncompatible, CheckpointMissing
from classifier.serving.preprocessing import Preprocessing

if TYPE_CHECKING:
    from torch import Tensor

SHIPPED = Path(str(files("classifier"))) / "weights" / "wardrobe.safetensors"
FORMAT = 1
_FORMAT_KEY, _CONFIG_KEY = "wardrobe_format", "wardrobe_config"
_LONGEST_HEADER = 10_000_000  # bytes: a few thousand tensors need a few hundred thousand
_LARGEST_INPUT, _WIDEST, _MOST_LABELS, _LONGEST_NAME = 4096, 65_536, 100_000, 300


@dataclass(frozen=True)
class Thresholds:
    """From which calibrated probability (0 to 1) on an answer is sure, and from which it is worth checking."""

    sure: float
    check: float


@dataclass(frozen=True)
class CheckpointConfig:
    """All that is needed to rebuild a network, feed it and read its answers.

    ``heads`` holds each head's labels in the order of its logits. ``temperatures`` divide a head's logits before the
    softmax (1 where absent). ``embedding_dim`` is the length of the embedding where the state has a projection.
    ``metrics`` are what was measured when it was trained, for people to read. In the heads of ``many`` each label has a
    probability of its own; ``hidden`` is the width of the dense layer before the heads, 0 for none. With ``mirrored``
    answers are means over a picture and its mirror image.
    """

    name: str
    version: str
    backbone: str
    preprocessing: Preprocessing
    heads: dict[str, tuple[str, ...]]
    temperatures: dict[str, float] = field(default_factory=dict)
    tiers: dict[str, Thresholds] = field(default_factory=dict)
    embedding_dim: int | None = None
    metrics: dict[str, float] = field(default_factory=dict)
    many: tuple[str, ...] = ()
    hidden: int = 0
    mirrored: bool = False

    @property
    def model(self) -> str:
        """Name and version, as tags and embeddings remember it."""
        return f"{self.name} {self.version}"

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> CheckpointConfig:
        """The opposite of :meth:`to_json`.

        Raises:
            KeyError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError: the text is not what
                :meth:`to_json` writes, or no network is like that.
        """
        values: dict[str, Any] = json.loads(text)
        config = cls(
            name=str(values["name"]),
            version=str(values["version"]),
            backbone=str(values["backbone"]),
            preprocessing=Preprocessing.from_dict(values["preprocessing"]),
            heads={head: tuple(map(str, labels)) for head, labels in values["heads"].items()},
            temperatures={head: float(value) for head, value in values["temperatures"].items()},
            tiers={head: Thresholds(float(t["sure"]), float(t["check"])) for head, t in values["tiers"].items()},
            embedding_dim=None if values["embedding_dim"] is None else int(values["embedding_dim"]),
            metrics={name: float(value) for name, value in values["metrics"].items()},
            many=tuple(map(str, values.get("many", ()))),
            hidden=int(values.get("hidden", 0)),
            mirrored=bool(values.get("mirrored", False)),
        )
        config._check()
        return config

    def _check(self) -> None:
        """What would fill the memory, steer a terminal or divide by nothing is refused before it is used."""
        for name in (self.name, self.version, self.backbone, *self.heads):
            if not (name.isprintable() and 0 < len(name) <= _LONGEST_NAME):
                raise ValueError(f"{name[:40]!r} is no name")
        labels = [label for head in self.heads.values() for label in head]
        if not all(label.isprintable() and len(label) <= _LONGEST_NAME for label in labels):
            raise ValueError("a label is no name")
        if len(labels) > _MOST_LABELS or not all(self.heads.values()):
            raise ValueError("a head has no labels, or there are too many")
        if self.preprocessing.size > _LARGEST_INPUT or not 0 <= self.hidden <= _WIDEST:
            raise ValueError(f"size {self.preprocessing.size} or hidden {self.hidden} is too large")
        if self.embedding_dim is not None and not 0 < self.embedding_dim <= _WIDEST:
            raise ValueError(f"an embedding of {self.embedding_dim} dimensions")
        tiers = [part for tier in self.tiers.values() for part in (tier.sure, tier.check)]
        numbers = [*self.temperatures.values(), *tiers, *self.preprocessing.mean, *self.preprocessing.std]
        if not all(map(math.isfinite, numbers)) or min(self.temperatures.values(), default=1.0) <= 0:
            raise ValueError("a temperature or a threshold is no number")


def save(path: Path, config: CheckpointConfig, state: Mapping[str, Tensor], *, half: bool = True) -> None:
    """Writes ``config`` and ``state`` to ``path``, whole or not at all.

    With ``half`` weights of two and more dimensions are stored as float16; biases and running statistics stay as they
    are, because a variance can lie outside of float16's range.
    """
    from safetensors.torch import save_file

    stored = {name: _storable(tensor, half) for name, tensor in state.items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    os.close(handle)
    try:
        save_file(stored, temporary, metadata={_FORMAT_KEY: str(FORMAT), _CONFIG_KEY: config.to_json()})
        Path(temporary).chmod(0o644)  # a temporary file is private, a checkpoint is for sharing
        Path(temporary).replace(path)
    finally:
        Path(temporary).unlink(missing_ok=True)


def _storable(tensor: Tensor, half: bool) -> Tensor:
    import torch

    value = tensor.detach().to("cpu")
    if half and value.dtype == torch.float32 and value.ndim >= 2:
        value = value.half()
        if not torch.isfinite(value).all():
            value = tensor.detach().to("cpu")
    return value.clone(memory_format=torch.contiguous_format)


def read_config(path: Path) -> CheckpointConfig:
    """The configuration of a checkpoint, from its first few kilobytes and without loading torch.

    Raises:
        CheckpointMissing: there is no such file.
        CheckpointCorrupt: the file is cut short or not a safetensors file.
        CheckpointIncompatible: it is someone else's, or of a later format than this program knows.
    """
    metadata = _read_metadata(path)
    if _FORMAT_KEY not in metadata or _CONFIG_KEY not in metadata:
        raise CheckpointIncompatible(
            f"{path} is a safetensors file, but not one of Wardrobe Graph's checkpoints. "
            "Choose one that `python -m classifier train` wrote."
        )
    if metadata[_FORMAT_KEY] != str(FORMAT):
        raise CheckpointIncompatible(
            f"{path} is a checkpoint of format {metadata[_FORMAT_KEY]}, this program reads format {FORMAT}. "
            "Update Wardrobe Graph or choose another checkpoint."
        )
    try:
        return CheckpointConfig.from_json(metadata[_CONFIG_KEY])
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError) as error:
        raise CheckpointCorrupt(
            f"{path} has a damaged configuration ({error!r}). Put a fresh copy in its place."
        ) from error


def load(path: Path) -> tuple[CheckpointConfig, dict[str, Tensor]]:
    """Configuration and tensors of a checkpoint, on the CPU; halves come back as float32.

    Raises:
        CheckpointMissing, CheckpointCorrupt, CheckpointIncompatible: as :func:`read_config`.
    """
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    config = read_config(path)
    try:
        state = load_file(path)
    except (SafetensorError, OSError) as error:
        raise _damaged(path, str(error)) from error
    if lost := [name for name, value in state.items() if value.is_floating_point() and not value.isfinite().all()]:
        raise _damaged(path, f"its weights {lost[0]!r} hold what is no number")
    return config, {name: value.float() if value.dtype == torch.float16 else value for name, value in state.items()}


def identity(path: Path) -> str:
    """Name, version and fingerprint of a checkpoint: who trains one anew gives it the same name, not the same weights.

    Raises:
        CheckpointMissing, CheckpointCorrupt, CheckpointIncompatible: as :func:`read_config`.
    """
    model, found = read_config(path).model, path.stat()
    return f"{model} ({_fingerprint(path, found.st_size, found.st_mtime_ns)})"


@lru_cache(maxsize=16)
def _fingerprint(path: Path, size: int, changed: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:12]


def _read_metadata(path: Path) -> dict[str, str]:
    """The ``__metadata__`` of a safetensors file: 8 bytes of length, then a JSON header, then the tensors' bytes."""
    if not path.is_file():
        raise CheckpointMissing(
            f"{path} is not there. Give the path of a checkpoint, or train one with `python -m classifier train`."
        )
    try:
        with path.open("rb") as file:
            prefix = file.read(8)
            length = struct.unpack("<Q", prefix)[0] if len(prefix) == 8 else 0
            if not 2 <= length <= _LONGEST_HEADER:
                raise _damaged(path, "it does not begin like a safetensors file")
            header: Any = json.loads(file.read(length))
            end = max(int(entry["data_offsets"][1]) for name, entry in header.items() if name != "__metadata__")
            metadata: dict[str, str] = dict(header.get("__metadata__", {}))
            if not all(isinstance(value, str) for value in metadata.values()):
                raise TypeError("metadata is text")
        size = path.stat().st_size
    except OSError as error:
        raise CheckpointCorrupt(f"{path} could not be read ({error.strerror}). Check its permissions.") from error
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, ArithmeticError, RecursionError) as error:
        raise _damaged(path, "its header cannot be read") from error
    if size != 8 + length + end:
        raise _damaged(path, f"it is {size} bytes long and should be {8 + length + end}")
    return metadata


def _damaged(path: Path, what: str) -> CheckpointCorrupt:
    return CheckpointCorrupt(f"{path} is not a whole checkpoint: {what}. Put a fresh copy in its place.")
