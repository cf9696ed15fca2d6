from __future__ import annotations

import atexit
import ipaddress
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

# Loaded as a pytest plugin, and by a sitecustomize in the programs that tests start. It imports neither pytest nor
# anything of ours, so that such a program starts as it would for a user. An audit hook sees every use of Python's
# sockets, also those made below the socket module.

ROOT = Path(__file__).resolve().parents[2]
_EVENTS = {
    "socket.connect": 1,
    "socket.sendto": 1,
    "socket.sendmsg": 1,
    "socket.getaddrinfo": 0,
    "socket.gethostbyname": 0,
    "socket.gethostbyaddr": 0,
}
_THIS_MACHINE = ("", "localhost", socket.gethostname())  # its own name is what starters of several processes ask for
# Where programs of a test may listen, too: on this machine alone, and never on all of its addresses. (The page for a
# phone is the only thing that the program opens to a network; tests give it another address of this machine.)
_LISTENING = "socket.bind"
# Addresses that are kept for documentation; what tests reach for on purpose is there.
ON_PURPOSE = ("192.0.2.1", "example.org", "far.invalid")
# Kept for documentation too: no machine has it, so that listening there fails by itself.
NOBODYS = "198.51.100.1"
OPEN_SERVER = "TESTS_OPEN_SERVER"  # set for the one program that a test starts to see it refuse an open address
_SHARED_LOG = "TESTS_NETWORK_LOG"
_installed = False
_log: Path | None = None


class NetworkBlocked(RuntimeError):
    pass


def is_local(address: object) -> bool:
    # Unix sockets have text for an address, and name look-ups may ask for "any" or this host.
    host = address[0] if isinstance(address, tuple) and address else address
    if isinstance(host, bytes):
        host = host.decode(errors="replace")
    if not isinstance(host, str) or host in _THIS_MACHINE or host.startswith(("/", "\0")):
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


def is_private(address: object) -> bool:
    # Of an address to listen on. Nothing and 0.0.0.0 mean every address that the machine has.
    host = address[0] if isinstance(address, tuple) and address else address
    return host == NOBODYS or (host not in ("", b"", None) and is_local(address))


def install(log: Path | None = None) -> None:
    global _installed  # noqa: PLW0603 - a hook cannot be taken away, so it must not be put in twice
    if _installed:
        return
    _installed = True

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event == _LISTENING:
            address, allowed = arguments[1], OPEN_SERVER in os.environ or is_private(arguments[1])
        elif event in _EVENTS:
            address = arguments[_EVENTS[event]]
            allowed = is_local(address)
        else:
            return
        if allowed:
            return
        if log is not None:
            with log.open("a", encoding="utf-8") as lines:
                lines.write(f"{event} {address!r}\n")
        raise NetworkBlocked(f"the tests reach only this machine, and {event} wanted {address!r}")

    sys.addaudithook(hook)


def startup(folder: Path, log: Path) -> Path:
    # A folder that makes every Python program on whose path it is keep to this machine, and write down what it tried.
    folder.mkdir(parents=True, exist_ok=True)
    here = Path(__file__).resolve()
    (folder / "sitecustomize.py").write_text(
        "import importlib.util, pathlib\n"
        f"spec = importlib.util.spec_from_file_location('no_network_of_tests', {str(here)!r})\n"
        "module = importlib.util.module_from_spec(spec)\n"
        "spec.loader.exec_module(module)\n"
        f"module.install(pathlib.Path({str(log)!r}))\n",
        encoding="utf-8",
    )
    return folder


def environment(folder: Path, log: Path, **variables: str) -> Mapping[str, str]:
    # For subprocess: Python programs started with it keep to this machine, and write in the log what they tried.
    path = os.pathsep.join([str(startup(folder, log)), str(ROOT)])
    return {**os.environ, "PYTHONPATH": path, "PYTHONUTF8": "1", **variables}


def attempts() -> list[str]:
    # Of the whole run so far: this process and every Python program that it started, but for those of our own tests.
    lines = _log.read_text(encoding="utf-8").splitlines() if _log and _log.exists() else []
    return [line for line in lines if not any(address in line for address in ON_PURPOSE)]


def pytest_configure(config: Any) -> None:
    global _log  # noqa: PLW0603 - one for the whole run
    if "PYTEST_XDIST_WORKER" in os.environ:
        _log = Path(os.environ[_SHARED_LOG])
    else:
        folder = Path(tempfile.mkdtemp(prefix="no-network-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        _log = folder / "network.log"
        os.environ[_SHARED_LOG] = str(_log)
        if config.getoption("numprocesses", None):
            return  # the tests run in other processes, each of which comes here
    install(_log)
    earlier = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(startup(_log.parent / "startup", _log)), earlier]))


def pytest_sessionfinish(session: object) -> None:
    # A library that swallows the error would otherwise go unnoticed.
    if attempts():
        session.exitstatus = 1  # type: ignore[attr-defined]


def pytest_terminal_summary(terminalreporter: object) -> None:
    for line in attempts():
        terminalreporter.write_line(f"reached for the network: {line}")  # type: ignore[attr-defined]
