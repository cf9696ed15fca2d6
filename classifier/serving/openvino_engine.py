"""The heavy part of a network run by OpenVINO, where it is installed: on CPUs some three times as fast as PyTorch.

PyTorch stays the engine everywhere else, and for all that needs gradients or looks inside. Nothing depends on OpenVINO:
where it is missing, or cannot take a network, the answer here is None, and PyTorch goes on.
"""

from __future__ import annotations

import copy
import hashlib
import importlib
import logging
import os
import platform
import sys
import tempfile
import warnings
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

log = logging.getLogger(__name__)

WORTHWHILE = 32
"""Pictures that a network has seen before it is taken over: what taking it over costs is gained back by then."""
# Full precision, so that embeddings that were made on two machines can be compared; the fewest steps for one batch.
_CONFIG = {"INFERENCE_PRECISION_HINT": "f32", "PERFORMANCE_HINT": "LATENCY"}
_DIGEST_BYTES = 32
Heavy = Callable[[Tensor], Any]


def is_installed() -> bool:
    """Whether OpenVINO is there."""
    return find_spec("openvino") is not None


def accelerated(
    network: nn.Module, size: int, cache: Path | None = None, *, from_cache_only: bool = False
) -> nn.Module | None:
    """A copy of ``network``, on the CPU, whose heavy part OpenVINO runs; None where that cannot be.

    Args:
        network: in inference mode, with a class attribute ``HEAVY``: the name of its method that takes pictures
            (N, 3, size, size) and gives a tensor or a list of them, and in which its time goes.
        size: the side of a picture in pixels.
        cache: a folder where what was converted is kept for the next time; None to keep nothing.
        from_cache_only: do not convert, which takes seconds.

    The copy shares all weights with ``network``. What the heavy method gives is valid until it is called again.
    """
    method = getattr(network, "HEAVY", None)
    if method is None or not is_installed():
        return None
    kept = cache / f"{_key(network, size)}.network" if cache else None
    try:
        compiled = _read(kept) if kept else None
        if compiled is None:
            if from_cache_only:
                return None
            compiled = _compiled(network, method, size)
            if kept:
                _keep(kept, compiled)
    except Exception as error:  # whatever a library does wrong, PyTorch can do the work
        log.warning("OpenVINO cannot take over, PyTorch goes on: %s", error)
        return None
    fast = copy.copy(network)
    fast.__dict__[method] = _caller(compiled)  # stands before the method of the class, for this copy alone
    return fast


class Accelerator:
    """Decides when the heavy part of a network is handed over, and takes it back when that goes wrong.

    ``size`` and ``cache`` are as in :func:`accelerated`. Where the cache holds the network ready it is handed over at
    once, else after :data:`WORTHWHILE` pictures. Not thread-safe.
    """

    def __init__(self, network: nn.Module, size: int, cache: Path | None = None) -> None:
        self._network, self._size, self._cache = network, size, cache
        self._fast: nn.Module | None = None
        self._seen = 0
        self._hopeless = False

    @property
    def handed_over(self) -> bool:
        """Whether the heavy part is handed over."""
        return self._fast is not None

    def network_for(self, pictures: int) -> nn.Module | None:
        """What is to serve the next so many pictures; None for the network itself."""
        if self._fast is None and not self._hopeless:
            if self._seen >= WORTHWHILE:
                self.hand_over()
            elif self._seen == 0 and self._cache is not None:
                self._fast = accelerated(self._network, self._size, self._cache, from_cache_only=True)
        self._seen += pictures
        return self._fast

    def hand_over(self) -> bool:
        """Hand over now, if that can be done; whether it is done."""
        if self._fast is None and not self._hopeless:
            self._fast = accelerated(self._network, self._size, self._cache)
            self._hopeless = self._fast is None
        return self._fast is not None

    def give_up(self, error: Exception) -> None:
        """The network goes on by itself from now on."""
        log.warning("OpenVINO gave out, PyTorch goes on: %s", error)
        self._fast, self._hopeless = None, True


class _Method(nn.Module):
    """One method of a network as a module, its answers in a tuple."""

    def __init__(self, network: nn.Module, method: str) -> None:
        super().__init__()
        self.network, self.method = network, method

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        found = getattr(self.network, self.method)(x)
        return (found,) if isinstance(found, Tensor) else tuple(found)


def _openvino(part: str = "") -> Any:
    """OpenVINO, or a part of it, without what it tells its makers.

    Merely importing it would send an event to Google Analytics, unless its user has opted out; it does without the
    package that sends where that is not to be found.
    """
    sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]  # Python's way to say: not to be imported
    return importlib.import_module(f"openvino{part}")


@cache
def _core() -> Any:
    """The one way in to OpenVINO, for as long as the process runs.

    Each sets up a stack for signals and takes it away at its end (seen with 2026.4). Of two, the second leaves the
    thread with the first one's, which is gone: the next signal, of a child's end or Ctrl+C, would kill the process.
    """
    return _openvino().Core()


def _compiled(network: nn.Module, method: str, size: int) -> Any:
    example = torch.zeros(2, 3, size, size)
    with torch.inference_mode(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyTorch would rather have its newer export used
        traced = torch.jit.trace(_Method(network, method).eval(), example, check_trace=False)  # type: ignore[no-untyped-call]
        frozen = torch.jit.freeze(traced)  # read in half the time that the network itself takes
        model = _converted(frozen)
    model.reshape([-1, 3, size, size])
    return _core().compile_model(model, "CPU", _CONFIG)


def _converted(traced: Any) -> Any:
    """An OpenVINO model of a traced module, by the very reader that ``openvino.convert_model`` uses."""
    reader = _openvino(".frontend").FrontEndManager().load_by_framework("pytorch")
    decoder = _openvino(".frontend.pytorch.ts_decoder").TorchScriptPythonDecoder(traced)
    return reader.convert(reader.load(decoder))


def _caller(compiled: Any) -> Heavy:
    def call(x: Tensor) -> Tensor | list[Tensor]:
        pictures = x.contiguous().numpy()
        answers = compiled([pictures], share_inputs=True, share_outputs=True)
        found = [torch.from_numpy(np.asarray(answers[place])) for place in range(len(compiled.outputs))]
        return found[0] if len(found) == 1 else found

    return call


def _key(network: nn.Module, size: int) -> str:
    """Names a network by its weights and all that what is kept of it rests on."""
    digest = hashlib.sha256()
    versions = (_openvino().get_version(), torch.__version__, platform.machine(), type(network).__name__, str(size))
    digest.update("\n".join(versions).encode())
    for name, value in network.state_dict().items():
        digest.update(name.encode())
        digest.update(value.contiguous().numpy().tobytes())
    return digest.hexdigest()


def _read(path: Path) -> Any | None:
    """What was kept, ready to run; None where there is nothing, or it is not as it was written."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    digest, model = data[:_DIGEST_BYTES], data[_DIGEST_BYTES:]
    if hashlib.sha256(model).digest() != digest:  # a library need not survive a file that was cut off
        log.info("%s is damaged and made anew", path)
        return None
    return _core().import_model(model, "CPU", _CONFIG)


def _keep(path: Path, compiled: Any) -> None:
    """Writes whole files only; not being able to costs seconds the next time, nothing else."""
    model: bytes = compiled.export_model().getvalue()
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(hashlib.sha256(model).digest() + model)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
