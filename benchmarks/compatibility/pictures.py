"""Replay an owner's choices: hide a garment of her next outfit, and see at which place of its role it comes."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from PIL import Image

from benchmarks.compatibility.owners import KINDS, Owner, taste
from classifier.datasets import clothing
from classifier.datasets.samples import PictureSource
from wardrobe_app import startup
from wardrobe_app.config import Settings
from wardrobe_app.domain.compatibility.pair_scores import part_of
from wardrobe_app.domain.compatibility.preference_learning import learned
from wardrobe_app.domain.compatibility.roles import Role
from wardrobe_app.domain.compatibility.scores import DEFAULT, score_matrix
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.garments.wear_log import Wear
from wardrobe_app.services.importing.importer import source_from_bytes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from benchmarks.compatibility.owners import Matrix

PHOTOS: Final = 150  # of a wardrobe at most
AFTER: Final = (0, 5, 10, 30, 60)  # outfits
ASKED: Final = 40  # next outfits
LEAST: Final = 4  # garments of a role, to ask about it
Found = dict[tuple[str, int, str], list[tuple[float, float]]]


def measure(data: Path, people: Sequence[str], seeds: int) -> dict[str, Any]:
    """Return by kind of owner, outfits known and ranking: mean reciprocal rank, hits at 1, and the gain over the rules.

    Intervals are of 95 %, over owners.
    """
    found: Found = {}
    sizes = {}
    for person in people:
        garments, looks = _wardrobe(data, person)
        sizes[person] = len(garments)
        rules = score_matrix(garments, DEFAULT).astype(np.float64)
        for kind in KINDS:
            for seed in range(seeds):
                _replay(found, kind, garments, rules, looks, np.random.default_rng([seed, int(person)]))
    return {
        "garments": [sizes],
        **{kind: list(_rows(found, [kind])) for kind in KINDS},
        "all with a taste": list(_rows(found, KINDS[:-1])),
    }


def _wardrobe(data: Path, person: str) -> tuple[list[Garment], Matrix]:
    """Import a person's photos into a new wardrobe and return its garments with their looks, (n, 3)."""
    source = PictureSource(data)
    names = sorted(row["image"] for row in clothing.rows(source) if row["sender_id"] == person)
    Random(20).shuffle(names)  # noqa: S311
    photos = {name: source.read(clothing.ARCHIVE, f"images/{name}.jpg") for name in names[:PHOTOS]}
    with tempfile.TemporaryDirectory() as folder:
        runtime = startup.build(Settings(data_dir=Path(folder) / "data"))
        list(runtime.importing.importer.add([source_from_bytes(f"{name}.jpg", raw) for name, raw in photos.items()]))
        garments = [one for one in runtime.catalogue.garments() if part_of(one) not in (None, Role.PRIVATE)]
    looks = np.array([_look(photos[Path(one.cover.filename).stem]) for one in garments if one.cover])
    return garments, (looks - looks.mean(axis=0)) / looks.std(axis=0)


def _look(raw: bytes) -> tuple[float, float, float]:
    """Return warmth (CIELAB b), texture (log of the mean step of lightness) and lightness of the middle of a photo."""
    middle = np.asarray(Image.open(io.BytesIO(raw)).convert("LAB").resize((96, 96)), dtype=np.float64)[24:72, 24:72]
    steps = sum(np.abs(np.diff(middle[..., 0], axis=axis)).mean() for axis in (0, 1))
    return float(middle[..., 2].mean()), float(np.log(steps + 0.1)), float(middle[..., 0].mean())


def _replay(
    found: Found, kind: str, garments: list[Garment], rules: Matrix, looks: Matrix, rng: np.random.Generator
) -> None:
    owner = Owner(garments, rules, taste(kind, looks, rng), rng)
    past = [owner.outfit() for _ in range(max(AFTER))]
    asked = [(outfit, int(rng.choice(outfit))) for outfit in (owner.outfit() for _ in range(ASKED))]
    for count in AFTER:
        wears = [Wear(at, date(2025, 1, 1), tuple(garments[row].id for row in outfit))
                 for at, outfit in enumerate(past[:count])]  # fmt: skip
        known = learned([], wears, garments)
        rankings = {
            "rules": None,
            "rules and counts": replace(known, pictures=None),
            "rules, counts and pictures": known,
        }
        for name, preferences in rankings.items():
            scores = score_matrix(garments, DEFAULT, preferences if count else None)
            found.setdefault((kind, count, name), []).append(_places(scores, asked, garments))


def _places(
    scores: NDArray[np.float32], asked: Sequence[tuple[list[int], int]], garments: Sequence[Garment]
) -> tuple[float, float]:
    """Return the mean reciprocal rank of the hidden garments within their role, and how often they came first."""
    roles = np.array([part_of(one) for one in garments], dtype=object)
    places = []
    for outfit, hidden in asked:
        there = np.flatnonzero(roles == roles[hidden])
        if len(there) >= LEAST:
            means = scores[np.ix_(there, [row for row in outfit if row != hidden])].mean(axis=1)
            own = means[there == hidden][0]
            places.append(1 + (means > own + 1e-6).sum() + (np.abs(means - own) <= 1e-6).sum() / 2 - 0.5)
    return float(np.mean(1 / np.array(places))), float(np.mean(np.array(places) <= 1))


def _rows(found: Found, kinds: Sequence[str]) -> Iterator[dict[str, Any]]:
    for count in AFTER:
        rules = np.array([ranks for kind in kinds for ranks in found[kind, count, "rules"]])
        row: dict[str, Any] = {"outfits": count}
        for name in ("rules", "rules and counts", "rules, counts and pictures"):
            ranks = np.array([one for kind in kinds for one in found[kind, count, name]])
            mean, first = ranks.mean(axis=0)
            row[name] = f"MRR {mean:.3f} first {first:.3f} gain {_interval(ranks - rules)}"
        yield row


def _interval(gains: Matrix) -> str:
    ranks = gains[:, 0]
    return f"{ranks.mean():+.3f} ± {1.96 * ranks.std(ddof=1) / len(ranks) ** 0.5:.3f}"
