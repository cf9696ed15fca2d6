"""Start Ray on this computer, or join the cluster of others, without telling anybody else."""

from __future__ import annotations

import logging
import os
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from wardrobe_app.domain.errors import WardrobeError

OBJECT_STORE_BYTES: Final = 512 * 1024 * 1024
"""Memory for what processes hand to each other on this computer; a batch of photos takes some 10 MB."""

_LOOPBACK: Final = "127.0.0.1"
_CONNECT_SECONDS: Final = 5.0


@contextmanager
def connected(address: str | None = None) -> Iterator[Any]:
    """Use the cluster at ``address`` (``host:port``); by default, one of this computer alone that ends with the block.

    Yields the module ``ray``. The one of this computer listens on loopback, and what it spills goes with it.

    Raises:
        WardrobeError: Ray is not installed, or does not start, or there is no cluster at ``address``.
    """
    be_discreet(alone=address is None or _host(address) in ("localhost", _LOOPBACK))
    ray = _imported()
    if address is not None and (found := _refusal(address)):
        raise WardrobeError(f"There is no Ray cluster at {address}: {found}.")
    with tempfile.TemporaryDirectory(prefix="wg-", dir=_short_folder(), ignore_cleanup_errors=True) as folder:
        try:
            with without_reports():
                ray.init(**_options(address, f"{folder}/ray"))  # which Ray opens to everybody, but not what is around
            yield ray
        except (ConnectionError, TimeoutError, ray.exceptions.RaySystemError) as error:
            raise WardrobeError(f"Ray does not answer: {str(error).splitlines()[0]}") from error
        finally:
            ray.shutdown()


@contextmanager
def without_reports() -> Iterator[None]:
    """Start no process that reports: even with usage statistics off, Ray's dashboard process tells its makers so.

    It would ask the services of clouds where it runs, too. Nothing else needs it.
    """
    from ray._private import services

    start, services.start_api_server = services.start_api_server, lambda *_, **__: (None, None)
    try:
        yield
    finally:
        services.start_api_server = start


def _options(address: str | None, folder: str) -> dict[str, Any]:
    quiet = {"log_to_driver": False, "logging_level": logging.ERROR, "configure_logging": False}
    if address is not None:
        return {"address": address, **quiet}
    return {
        "address": "local",
        "include_dashboard": False,
        "object_store_memory": OBJECT_STORE_BYTES,
        "_node_ip_address": _LOOPBACK,
        "_temp_dir": folder,
        **quiet,
    }


def be_discreet(*, alone: bool) -> None:
    """Set what Ray reads from the environment when it is imported: no usage statistics, no chatter."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    os.environ["RAY_ENABLE_AUTO_CONNECT"] = "0"  # else a thread that is late at the end would start another Ray
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    if alone:  # else it takes this computer's address on the network for loopback
        os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"


def _imported() -> Any:
    try:
        import ray
        import ray.data
    except ImportError as error:
        raise WardrobeError(
            "Ray is not installed. Install it with: pip install 'wardrobe-graph[cluster]', or leave --engine out."
        ) from error
    logging.getLogger("ray.data").setLevel(logging.CRITICAL)  # what workers did not answer is reported by us
    return ray


def _refusal(address: str) -> str:
    """Return why nobody answers at ``host:port``; "" if somebody does, and for addresses of other kinds."""
    host, _, port = address.rpartition(":")
    if "//" in address or not port.isdecimal():
        return "" if address == "auto" or "//" in address else "an address looks like host:6379"
    try:
        socket.create_connection((host.strip("[]"), int(port)), _CONNECT_SECONDS).close()
    except (OSError, OverflowError) as error:
        return str(getattr(error, "strerror", None) or error)
    return ""


def _host(address: str) -> str:
    return address.rpartition("//")[2].rpartition(":")[0]


def _short_folder() -> str | None:
    """Return where paths are short enough for sockets, whose names have 100 characters at most."""
    return None if sys.platform == "win32" else "/tmp"  # noqa: S108 - made by mkdtemp, for its owner alone
