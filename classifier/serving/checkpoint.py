"""Save and load a trained network as one safetensors file that holds its preprocessing, labels and calibration."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
from pydantic import AfterValidator, Field, StringConstraints, TypeAdapter, ValidationError
from safetensors import SafetensorError, safe_open

from classifier.atomic_files import replacing
from classifier.errors import CheckpointCorrupt, CheckpointIncompatible, CheckpointMissing
from classifier.serving.preprocessing import Preprocessing

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

SHIPPED = Path(str(files("classifier"))) / "weights" / "wardrobe.safetensors"
FORMAT = 1
_FORMAT_KEY, _CONFIG_KEY = "wardrobe_format", "wardrobe_config"
_MAX_INPUT_PX, _MAX_WIDTH, _MAX_MASK_WIDTH, _MAX_LABELS, _MAX_NAME_LENGTH = 4096, 65_536, 1024, 100_000, 300


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("must be printable")
    return text


def _not_too_many(heads: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    if sum(map(len, heads.values())) > _MAX_LABELS:
        raise ValueError(f"must hold at most {_MAX_LABELS} labels")
    return heads


def _small_input(preprocessing: Preprocessing) -> Preprocessing:
    if preprocessing.size > _MAX_INPUT_PX:
        raise ValueError(f"size must be at most {_MAX_INPUT_PX} pixels")
    return preprocessing


Label = Annotated[str, StringConstraints(max_length=_MAX_NAME_LENGTH), AfterValidator(_printable)]
Name = Annotated[Label, StringConstraints(min_length=1)]
Labels = Annotated[tuple[Label, ...], Field(min_length=1)]
Probability = Annotated[float, Field(allow_inf_nan=False)]
Temperature = Annotated[float, Field(gt=0, allow_inf_nan=False)]


@dataclass(frozen=True)
class Thresholds:
    """Lowest calibrated probabilities (0 to 1) at which an answer is sure, or else worth checking."""

    sure: Probability
    check: Probability


@dataclass(frozen=True)
class CheckpointConfig:
    """Everything needed to rebuild a network, feed it and interpret its outputs."""

    name: Name
    version: Name
    backbone: Name
    preprocessing: Annotated[Preprocessing, AfterValidator(_small_input)]
    heads: Annotated[dict[Name, Labels], AfterValidator(_not_too_many)]  # labels in the order of the logits
    temperatures: dict[str, Temperature] = field(default_factory=dict)  # divide a head's logits; 1 where absent
    tiers: dict[str, Thresholds] = field(default_factory=dict)
    embedding_dim: Annotated[int, Field(gt=0, le=_MAX_WIDTH)] | None = None  # None without a projection
    metrics: dict[str, float] = field(default_factory=dict)  # measured after training, for people to read
    many: tuple[str, ...] = ()  # multi-label heads
    hidden: Annotated[int, Field(ge=0, le=_MAX_WIDTH)] = 0  # width of the dense layer before the heads, 0 for none
    mask_width: Annotated[int, Field(ge=0, le=_MAX_MASK_WIDTH)] = 0  # channels of the mask decoder, 0 for none
    mirrored: bool = False  # outputs are means over a picture and its mirror image

    @property
    def model(self) -> str:
        """Name and version, as stored with tags and embeddings."""
        return f"{self.name} {self.version}"

    def to_json(self) -> str:
        """Serialise the configuration."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> CheckpointConfig:
        """Parse what :meth:`to_json` wrote.

        Raises:
            ValidationError: a value is missing, malformed, or would exhaust the memory.
        """
        return TypeAdapter(cls).validate_json(text)


def save(path: Path, config: CheckpointConfig, state: Mapping[str, Tensor], *, half: bool = True) -> None:
    """Write ``config`` and ``state`` to ``path``, whole or not at all.

    With ``half``, tensors of two or more dimensions are stored as float16. Biases and running statistics keep their
    precision, because a variance can exceed the range of float16.
    """
    from safetensors.torch import save_file

    stored = {name: _storable(tensor, half) for name, tensor in state.items()}
    with replacing(path) as temporary:
        save_file(stored, temporary, metadata={_FORMAT_KEY: str(FORMAT), _CONFIG_KEY: config.to_json()})


def _storable(tensor: Tensor, half: bool) -> Tensor:
    import torch

    value = tensor.detach().to("cpu")
    if half and value.dtype == torch.float32 and value.ndim >= 2 and value.half().isfinite().all():
        value = value.half()
    return value.clone(memory_format=torch.contiguous_format)


def read_config(path: Path) -> CheckpointConfig:
    """Read a checkpoint's configuration from the file header, without loading torch.

    Raises:
        CheckpointMissing: the file does not exist.
        CheckpointCorrupt: the file is truncated or not a safetensors file.
        CheckpointIncompatible: another program wrote it, or a later version of this one.
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
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, wrong["loc"]))[:100]
        raise _corrupt(path, f"its configuration is invalid ({place}: {wrong['msg']})") from error


def load(path: Path) -> tuple[CheckpointConfig, dict[str, Tensor]]:
    """Load a checkpoint's configuration and tensors to the CPU; float16 becomes float32.

    Raises:
        CheckpointMissing, CheckpointCorrupt, CheckpointIncompatible: see :func:`read_config`.
    """
    import torch
    from safetensors.torch import load_file

    config = read_config(path)
    try:
        state = load_file(path)
    except (SafetensorError, OSError) as error:
        raise _corrupt(path, str(error)) from error
    if bad := [name for name, value in state.items() if value.is_floating_point() and not value.isfinite().all()]:
        raise _corrupt(path, f"its weights {bad[0]!r} are not finite")
    return config, {name: value.float() if value.dtype == torch.float16 else value for name, value in state.items()}


def load_arrays(path: Path) -> dict[str, NDArray[np.float32]]:
    """Load a checkpoint's tensors as float32 arrays, without torch.

    Raises:
        CheckpointMissing, CheckpointCorrupt, CheckpointIncompatible: see :func:`read_config`.
    """
    from safetensors.numpy import load_file

    read_config(path)
    try:
        state = load_file(path)
    except (SafetensorError, OSError) as error:
        raise _corrupt(path, str(error)) from error
    if bad := [name for name, value in state.items() if not np.isfinite(value).all()]:
        raise _corrupt(path, f"its weights {bad[0]!r} are not finite")
    return {name: value.astype(np.float32) for name, value in state.items()}


def identity(path: Path) -> str:
    """Name, version and fingerprint of a checkpoint; training again keeps the name but changes the fingerprint.

    Raises:
        CheckpointMissing, CheckpointCorrupt, CheckpointIncompatible: see :func:`read_config`.
    """
    model, stat = read_config(path).model, path.stat()
    return f"{model} ({_fingerprint(path, stat.st_size, stat.st_mtime_ns)})"


@lru_cache(maxsize=16)
def _fingerprint(path: Path, size: int, changed: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:12]


def _read_metadata(path: Path) -> dict[str, str]:
    if not path.is_file():
        raise CheckpointMissing(
            f"{path} does not exist. Give the path of a checkpoint, or train one with `python -m classifier train`."
        )
    try:
        with safe_open(path, framework="numpy") as file:
            return file.metadata() or {}
    except OSError as error:
        raise CheckpointCorrupt(
            f"{path} could not be read ({error.strerror or error}). Check its permissions."
        ) from error
    except SafetensorError as error:
        raise _corrupt(path, str(error)) from error


def _corrupt(path: Path, reason: str) -> CheckpointCorrupt:
    printable = "".join(letter for letter in reason if letter.isprintable())[:300]
    return CheckpointCorrupt(f"{path} is damaged: {printable}. Replace it with a fresh copy.")
