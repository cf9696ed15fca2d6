"""Is a file too large for the repository, or does it name a path of somebody's machine? Fails on either.

python .ci/files.py [FILE...]    without files, all that git knows
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MAX_BYTES = 1_000_000
LARGE = ("classifier/weights/",)  # checkpoints travel with the code
# Examples are of people called "me" and "ada".
MACHINE_PATH = re.compile(rb"(?<![\w.:~-])(/(home|Users|root|tmp)/|[A-Z]:(\\\\?|/)Users(\\\\?|/))(?!me\b|ada\b)\w")


def problems(name: str, data: bytes) -> list[str]:
    """What is wrong with the file of this ``name``, relative to the root, and content."""
    found = []
    if len(data) > MAX_BYTES and not name.startswith(LARGE):
        found.append(f"{name}: {len(data)} bytes, at most {MAX_BYTES} are allowed")
    if b"\0" not in data:
        found += [
            f"{name}:{number}: a path of a machine: {line.decode(errors='replace').strip()}"
            for number, line in enumerate(data.splitlines(), 1)
            if MACHINE_PATH.search(line)
        ]
    return found


def _known_to_git() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)  # noqa: S607
    return [name for name in listed.stdout.decode().split("\0") if name]


def main(names: list[str]) -> int:
    """Print every problem; the exit status is 1 if there is one."""
    files = [name for name in names or _known_to_git() if (ROOT / name).is_file()]
    found = [problem for name in files for problem in problems(name, (ROOT / name).read_bytes())]
    print("\n".join(found), file=sys.stderr)
    return bool(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
