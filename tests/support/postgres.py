from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, Engine, create_engine, text

from db.migrate import upgrade

# A real PostgreSQL on loopback, started once for all tests that ask for one. Debian's package suffices; it must not
# run already, and nothing of it is left behind.

_REASON = "PostgreSQL is not installed (Debian: apt-get install postgresql)"


class Postgres:
    def __init__(self, address: URL) -> None:
        self._address = address
        self._engine = create_engine(address, isolation_level="AUTOCOMMIT")
        self._numbers = count(1)

    def fresh(self, *, migrated: bool = False) -> str:
        name = f"wardrobe{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {self._migrated if migrated else 'template1'}")
        return self.address(name)

    @cached_property
    def _migrated(self) -> str:
        # Copied for each wardrobe that a test opens, which takes a fifth of the time of its migrations.
        url = self.fresh()
        upgrade(url, _nothing_to_back_up)
        return url.rpartition("/")[2]

    def address(self, database: str) -> str:
        return self._address.set(database=database).render_as_string(hide_password=False)

    def end_connections(self, engine: Engine) -> None:
        ended = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = "
        self.execute(f"{ended} '{engine.url.database}'")

    def drop(self, url: str) -> None:
        # With force: nobody closes the connections of a wardrobe that a test opened.
        self.execute(f"DROP DATABASE IF EXISTS {url.rpartition('/')[2]} WITH (FORCE)")

    def execute(self, statement: str) -> None:
        with self._engine.connect() as connection:
            connection.execute(text(statement))

    def close(self) -> None:
        self._engine.dispose()


def _nothing_to_back_up(dump: object) -> Path:
    raise AssertionError("an empty database is not backed up")


@contextmanager
def running(
    find: Callable[[Path], Path | None] | None = None, reason: str = _REASON, shared_buffers: str = "32MB"
) -> Iterator[Postgres]:
    # Not below pytest's folders: those are for their owner alone.
    with tempfile.TemporaryDirectory(prefix="wardrobe-postgres-", ignore_cleanup_errors=True) as folder:
        programs = _programs() if find is None else find(Path(folder))
        if programs is None:
            pytest.skip(reason)
        password = secrets.token_hex(8)
        as_somebody = _not_as_root(Path(folder))
        _initialise(programs, Path(folder), password, as_somebody)
        with _server(programs, Path(folder), as_somebody, shared_buffers) as port:
            address = URL.create("postgresql+psycopg", "wardrobe", password, "127.0.0.1", port, "postgres")
            server = Postgres(address)
            try:
                yield server
            finally:
                server.close()


def _programs() -> Path | None:
    return next(iter(installed()), None)


def installed() -> list[Path]:
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name), reverse=True)
    found = shutil.which("initdb")
    if found:
        folders.append(Path(found).resolve().parent)
    return [folder for folder in folders if (folder / "initdb").exists() and (folder / "postgres").exists()]


def _not_as_root(folder: Path) -> dict[str, Any]:
    # PostgreSQL refuses to run as root; Debian's package brings a user along.
    if sys.platform == "win32" or os.geteuid() != 0:
        return {}
    import pwd

    try:
        user = pwd.getpwnam("postgres")
    except KeyError:
        pytest.skip("PostgreSQL does not run as root, and there is no user postgres")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _initialise(programs: Path, folder: Path, password: str, as_somebody: dict[str, Any]) -> None:
    secret = folder / "password"
    secret.write_text(password)
    secret.chmod(0o644)  # in a folder that only this user may enter
    command = [
        programs / "initdb", "--pgdata", folder / "data", "--username=wardrobe", "--auth=scram-sha-256",
        f"--pwfile={secret}", "--encoding=UTF8", "--locale=C", "--no-sync",
    ]  # fmt: skip
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=folder, timeout=120, **as_somebody)
    assert done.returncode == 0, done.stderr


@contextmanager
def _server(programs: Path, folder: Path, as_somebody: dict[str, Any], shared_buffers: str) -> Iterator[int]:
    port = _free_port()
    settings = {
        "listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": "", "max_connections": 300,
        "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": shared_buffers,
    }  # fmt: skip
    command = [programs / "postgres", "-D", folder / "data"]
    command += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, **as_somebody)
    try:
        _wait_for(process, port, folder / "log")
        yield port
    finally:
        process.send_signal(signal.SIGINT)  # fast: without waiting for whoever is connected still
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    for _ in range(300):
        assert process.poll() is None, log.read_text(errors="replace")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError(f"PostgreSQL does not answer: {log.read_text(errors='replace')}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with running() as server:
        yield server


@pytest.fixture
def fresh_postgres(postgres: Postgres) -> Iterator[Callable[..., str]]:
    made: list[str] = []

    def fresh(*, migrated: bool = False) -> str:
        made.append(postgres.fresh(migrated=migrated))
        return made[-1]

    yield fresh
    for url in made:
        postgres.drop(url)
