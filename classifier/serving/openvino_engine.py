"""Run the slow part of a network with OpenVINO, about three times as fast as PyTorch on CPUs.

OpenVINO is optional. PyTorch does the work where it is missing or cannot convert a network, and whenever gradients or
inner layers are needed.
"""

from __future__ import annotations

import copy
import hashlib
import importlib
import logging
import platform
import sys
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

from classifier.atomic_files import replacing

log = logging.getLogger(__name__)

WARMUP_PICTURES = 32  # that PyTorch processes first: converting a network takes about as long as it saves on these
# Full precision, so that embeddings of different machines are comparable; lowest latency for one batch.
_CONFIG = {"INFERENCE_PRECISION_HINT": "f32", "PERFORMANCE_HINT": "LATENCY"}
_DIGEST_BYTES = 32


def is_installed() -> bool:
    """Whether OpenVINO is installed."""
    return find_spec("openvino") is not None


def accelerated(
    network: nn.Module, size: int, cache: Path | None = None, *, from_cache_only: bool = False
) -> nn.Module | None:
    """Copy ``network`` so that OpenVINO runs its slow method; return None where that is impossible.

    The copy shares all weights with ``network``. The method's result is valid until the method is called again.

    Args:
        network: on the CPU, in inference mode. Its class attribute ``ACCELERATED_METHOD`` names the method, which
            takes pictures (N, 3, size, size) and returns a tensor or a list of tensors.
        size: the side of a picture in pixels.
        cache: folder for converted networks, None to keep nothing.
        from_cache_only: do not convert, which takes seconds.
    """
    method = getattr(network, "ACCELERATED_METHOD", None)
    if method is None or not is_installed():
        return None
    cached = cache / f"{_key(network, size)}.network" if cache else None
    try:
        compiled = _read(cached) if cached else None
        if compiled is None:
            if from_cache_only:
                return None
            compiled = _compiled(network, method, size)
            if cached:
                _write(cached, compiled)
    except Exception as error:  # an optional library must not break tagging
        log.warning("OpenVINO cannot run the network, PyTorch does: %s", error)
        return None
    fast = copy.copy(network)
    fast.__dict__[method] = _caller(compiled)  # hides the class's method, for this copy alone
    return fast


class Accelerator:
    """Decide when OpenVINO takes over a network, and switch back to PyTorch if it fails. Not thread-safe.

    A cached network is used at once, else conversion waits for :data:`WARMUP_PICTURES` pictures. ``size`` and ``cache``
    are as in :func:`accelerated`.
    """

    def __init__(self, network: nn.Module, size: int, cache: Path | None = None) -> None:
        self._network, self._size, self._cache = network, size, cache
        self._fast: nn.Module | None = None
        self._seen = 0
        self._disabled = False

    @property
    def active(self) -> bool:
        """Whether OpenVINO is in use."""
        return self._fast is not None

    def network_for(self, pictures: int) -> nn.Module | None:
        """Return the network for the next ``pictures`` pictures; None for the original one."""
        if self._fast is None and not self._disabled:
            if self._seen >= WARMUP_PICTURES:
                self.activate()
            elif self._seen == 0 and self._cache is not None:
                self._fast = accelerated(self._network, self._size, self._cache, from_cache_only=True)
        self._seen += pictures
        return self._fast

    def activate(self) -> bool:
        """Convert now, if possible; return whether OpenVINO is in use."""
        if self._fast is None and not self._disabled:
            self._fast = accelerated(self._network, self._size, self._cache)
            self._disabled = self._fast is None
        return self._fast is not None

    def disable(self, error: Exception) -> None:
        """Use PyTorch from now on."""
        log.warning("OpenVINO failed, PyTorch continues: %s", error)
        self._fast, self._disabled = None, True


class _Method(nn.Module):
    """One method of a network as a module that returns a tuple."""

    def __init__(self, network: nn.Module, method: str) -> None:
        super().__init__()
        self.network, self.method = network, method

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        result = getattr(self.network, self.method)(x)
        return (result,) if isinstance(result, Tensor) else tuple(result)


def _openvino(part: str = "") -> Any:
    """Import OpenVINO, or a part of it, without its telemetry.

    A plain import sends an event to Google Analytics unless the user has opted out. It works without the package that
    sends the event.
    """
    sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]  # makes the import fail
    return importlib.import_module(f"openvino{part}")


@cache
def _core() -> Any:
    """The process's only OpenVINO core.

    Each core sets up a signal stack and frees it at its end (seen with 2026.4). A second one would leave the thread
    with a freed stack, and the next signal, such as Ctrl+C, would crash the process.
    """
    return _openvino().Core()


def _compiled(network: nn.Module, method: str, size: int) -> Any:
    example = torch.zeros(2, 3, size, size)
    with torch.inference_mode(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyTorch recommends its newer export
        traced = torch.jit.trace(_Method(network, method).eval(), example, check_trace=False)  # type: ignore[no-untyped-call]
        model = _converted(torch.jit.freeze(traced))  # freezing halves the conversion time
    model.reshape([-1, 3, size, size])
    return _core().compile_model(model, "CPU", _CONFIG)


def _converted(traced: Any) -> Any:
    """Convert a traced module with the frontend that ``openvino.convert_model`` uses."""
    frontend = _openvino(".frontend").FrontEndManager().load_by_framework("pytorch")
    decoder = _openvino(".frontend.pytorch.ts_decoder").TorchScriptPythonDecoder(traced)
    return frontend.convert(frontend.load(decoder))


def _caller(compiled: Any) -> Callable[[Tensor], Any]:
    def call(x: Tensor) -> Tensor | list[Tensor]:
        answers = compiled([x.contiguous().numpy()], share_inputs=True, share_outputs=True)
        outputs = [torch.from_numpy(np.asarray(answers[place])) for place in range(len(compiled.outputs))]
        return outputs[0] if len(outputs) == 1 else outputs

    return call


def _key(network: nn.Module, size: int) -> str:
    """Identify a network by its weights and by everything that its conversion depends on."""
    versions = (_openvino().get_version(), torch.__version__, platform.machine(), type(network).__name__, str(size))
    digest = hashlib.sha256("\n".join(versions).encode())
    for name, value in network.state_dict().items():
        digest.update(name.encode())
        digest.update(value.contiguous().numpy().tobytes())
    return digest.hexdigest()


def _read(path: Path) -> Any | None:
    """Load a cached network; None if there is none or it is damaged."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    digest, model = data[:_DIGEST_BYTES], data[_DIGEST_BYTES:]
    if hashlib.sha256(model).digest() != digest:  # OpenVINO may crash on a truncated file
        log.info("%s is damaged and will be replaced", path)
        return None
    return _core().import_model(model, "CPU", _CONFIG)


def _write(path: Path, compiled: Any) -> None:
    model: bytes = compiled.export_model().getvalue()
    with suppress(OSError), replacing(path) as temporary:  # without a cache the next start only takes longer
        temporary.write_bytes(hashlib.sha256(model).digest() + model)
