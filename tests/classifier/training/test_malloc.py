from __future__ import annotations

import platform
import subprocess
import sys

import pytest

SCRIPT = """
import resource, sys
import torch
from classifier.training.malloc import keep_freed_memory
kept = sys.argv[1] == "keep" and keep_freed_memory()
def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(12):
    torch.ones(16_000_000)
before = faults()
for _ in range(10):
    torch.ones(16_000_000)
print(faults() - before, kept)
"""


def faults(way: str) -> int:
    done = subprocess.run([sys.executable, "-c", SCRIPT, way], check=True, capture_output=True, text=True)
    count, kept = done.stdout.split()
    assert (kept == "True") == (way == "keep")
    return int(count)


@pytest.mark.slow
@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc can be told to keep memory")
def test_what_was_freed_is_used_again_without_asking_the_system() -> None:
    assert faults("keep") < faults("leave") / 20
