from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.paths import ROOT
from tests.support import no_network

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
# Chromium resolves no name and so fetches nothing from beyond this machine.
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE 127.0.0.2, EXCLUDE localhost",
]


@dataclass(frozen=True)
class Server:
    url: str
    data: Path
    home: Path
    output: Path
    network: Path
    process: int = 0

    def attempts(self) -> str:
        return self.network.read_text(encoding="utf-8") if self.network.exists() else ""


def find_chromium() -> str | None:
    return next((path for path in map(shutil.which, CHROMIUM_NAMES) if path), None)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _is_up(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2) as answer:  # noqa: S310 - always http, loopback
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _wait_until_up(process: subprocess.Popen[bytes], url: str, output: Path, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not _is_up(url):
        if process.poll() is not None or time.monotonic() > end:
            raise RuntimeError(f"the program did not start:\n{output.read_text(encoding='utf-8')[-4000:]}")
        time.sleep(0.2)


README_COMMAND = (
    sys.executable, "-m", "streamlit", "run", "streamlit_app.py", "--server.headless", "true", "--server.port",
)  # fmt: skip


@contextmanager
def serving(
    folder: Path,
    *options: str,
    port: int | None = None,
    command: Sequence[str] = README_COMMAND,
    cwd: Path = ROOT,
    **settings: str,
) -> Iterator[Server]:
    # The README's command, on a free port or this one, and with everything that a user has under a folder of the test.
    home, data, output = folder / "home", folder / "data", folder / "server.log"
    home.mkdir(parents=True, exist_ok=True)
    network = folder / "network.log"
    variables = {
        "WARDROBE_DATA_DIR": str(data),
        "HOME": str(home),
        "USERPROFILE": str(home),
        "XDG_CACHE_HOME": str(home / "cache"),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_DATA_HOME": str(home / "share"),
        **settings,
    }
    environment = dict(no_network.environment(folder / "startup", network, **variables))
    for name in [name for name in environment if name.startswith("STREAMLIT_")]:
        del environment[name]
    if cwd != ROOT:
        environment["PYTHONPATH"] = str(folder / "startup")  # without the source
    port = port or _free_port()
    with output.open("wb") as log:
        process = subprocess.Popen(
            [*command, str(port), *options],
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            url = f"http://localhost:{port}"
            _wait_until_up(process, url, output, seconds=180)
            yield Server(url, data, home, output, network, process.pid)
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(15)


def folder_contents(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
