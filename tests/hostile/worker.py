from __future__ import annotations

import json
import resource
import struct
import sys
import time
from pathlib import Path
from typing import BinaryIO

from wardrobe_app.domain.errors import ImageRefused
from wardrobe_app.services.importing.decoding import Limits, read_photo

# Reads files from standard input, each after its length, and says on standard output what became of each.
LIMITS = Limits()


def outcome(data: bytes) -> tuple[str, str]:
    try:
        image = read_photo(data, "photo", LIMITS).image
    except ImageRefused as error:
        told = str(error)
        good = told.startswith("photo: ") and told.endswith((".", ").")) and len(told) > 20 and told.isprintable()
        return ("refused" if good else "wrong"), told
    except BaseException as error:  # what the app would show as a crash is what is looked for
        return "wrong", repr(error)
    if image.mode != "RGB" or max(image.size) > LIMITS.photo_max_side or image.info:
        return "wrong", f"{image.mode} {image.size} {sorted(image.info)}"
    return "accepted", f"{image.width} x {image.height}"


def _memory() -> int:
    # The most so far, in bytes. What getrusage tells of a program counts the one that started it, too.
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def work(source: BinaryIO, most_memory: int) -> None:
    outcome(b"\xff\xd8nothing")
    before = _memory()
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (most_memory, most_memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    while head := source.read(8):
        data = source.read(struct.unpack("<Q", head)[0])
        start = time.perf_counter()
        what, told = outcome(data)
        took = time.perf_counter() - start
        print(json.dumps([what, told, _memory() - before, took]), flush=True)


if __name__ == "__main__":
    work(sys.stdin.buffer, int(sys.argv[1]))
