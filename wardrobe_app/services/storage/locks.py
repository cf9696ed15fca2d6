"""Let only one process do something at a time. The system releases the lock when the process ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from wardrobe_app.domain.errors import StorageFailed


@contextmanager
def alone(path: Path, otherwise: str) -> Iterator[None]:
    """Hold a lock on the file at ``path`` in the block.

    Raises:
        StorageFailed: another process holds it; the message is ``otherwise``.
        OSError: the file cannot be created.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # Not tied to a thread: the steps of a generator may be taken by several.
    lock = FileLock(path, timeout=0, thread_local=False)
    try:
        lock.acquire()
    except Timeout as error:
        raise StorageFailed(otherwise) from error
    try:
        yield
    finally:
        lock.release()
