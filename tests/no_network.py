from __future__ import annotations

import ipaddress
import os
import sys
from collections.abc import Mapping
from pathlib import Path

# Loaded as a pytest plugin, and by a sitecustomize in the programs that tests start. It imports neither pytest nor
# anything of ours, so that such a program starts as it would for a user. An audit hook sees every use of Python's
# sockets, also those made below the socket module.

ROOT = Path(__file__).resolve().parents[1]
_EVENTS = {
    "socket.connect": 1,
    "socket.sendto": 1,
    "socket.sendmsg": 1,
    "socket.getaddrinfo": 0,
    "socket.gethostbyname": 0,
    "socket.gethostbyaddr": 0,
}
_installed = False


class NetworkBlocked(RuntimeError):
    pass


def is_local(address: object) -> bool:
    # Unix sockets have text for an address, and name look-ups may ask for "any" or this host.
    host = address[0] if isinstance(address, tuple) and address else address
    if isinstance(host, bytes):
        host = host.decode(errors="replace")
    if not isinstance(host, str) or host in ("", "localhost") or host.startswith(("/", "\0")):
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


def install(log: Path | None = None) -> None:
    global _installed  # noqa: PLW0603 - a hook cannot be taken away, so it must not be put in twice
    if _installed:
        return
    _installed = True

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event not in _EVENTS:
            return
        address = arguments[_EVENTS[event]]
        if is_local(address):
            return
        if log is not None:
            with log.open("a", encoding="utf-8") as lines:
                lines.write(f"{event} {address!r}\n")
        raise NetworkBlocked(f"the tests reach only this machine, and {event} wanted {address!r}")

    sys.addaudithook(hook)


def environment(folder: Path, log: Path, **variables: str) -> Mapping[str, str]:
    # For subprocess: Python programs started with it keep to this machine, and write in the log what they tried.
    folder.mkdir(parents=True, exist_ok=True)
    startup = f"from pathlib import Path\nfrom tests import no_network\nno_network.install(Path({str(log)!r}))\n"
    (folder / "sitecustomize.py").write_text(startup, encoding="utf-8")
    path = os.pathsep.join([str(folder), str(ROOT)])
    return {**os.environ, "PYTHONPATH": path, "PYTHONUTF8": "1", **variables}


def pytest_configure() -> None:
    install()
