"""What only one process may do at a time. The lock is the system's: it goes with the process, however that ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from wardrobe_app.domain.errors import StorageFailed


@contextmanager
def alone(path: Path, otherwise: str) -> Iterator[None]:
    """Hold the lock of the file at ``path`` in the block.

    Raises:
        StorageFailed: somebody else holds it; says ``otherwise``.
        OSError: there can be no such file.
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
