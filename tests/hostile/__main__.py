from __future__ import annotations

import argparse
from pathlib import Path

from tests.hostile.bombs import BOMBS
from tests.hostile.trial import mutations, trial

# python -m tests.hostile --count 20000 --seed 7: a longer run than that of the tests, with its figures.


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m tests.hostile")
    options.add_argument("--count", type=int, default=20_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--workers", type=int, default=2)
    options.add_argument("--keep", type=Path, help="where to put files that did harm")
    given = options.parse_args()
    bombs = trial(((name, make()) for name, make in BOMBS.items()), 1, keep=given.keep)
    print(f"bombs: {bombs}")
    damaged = trial(mutations(range(given.count), given.seed), given.workers, keep=given.keep)
    print(f"damaged files: {damaged}")
    for kind, counts in sorted(damaged.by_kind.items()):
        print(f"  {kind:24s} {counts['accepted']:6d} accepted {counts['refused']:6d} refused")
    for tried in bombs.bad + damaged.bad:
        print(f"  {tried.what}: {tried.name}: {tried.told}")


if __name__ == "__main__":
    main()
