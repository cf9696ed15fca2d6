"""How well the rules complete outfits that are told in words, whole and without each criterion."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from benchmarks.compatibility import captions
from benchmarks.compatibility.questions import Described, Question, Score, hits, questions, role_of
from classifier.datasets.samples import PictureSource
from classifier.taxonomy import garment_types, merged_types
from wardrobe_app.domain.catalogue.free_text import Reader
from wardrobe_app.domain.compatibility import colour_harmony
from wardrobe_app.domain.compatibility.criteria import DEFAULT, CompatibilityConfig, Worn
from wardrobe_app.domain.compatibility.roles import Role
from wardrobe_app.domain.compatibility.scores import match_all
from wardrobe_app.domain.garments.vocabulary import GarmentType, Slot, Vocabulary

CRITERIA = ("slot", "colour", "occasion", "pattern", "season", "gender")
# How often a stylist repeats a colour, and avoids a clash. With the first, "tonal, else neutral" is as good as it is on
# private questions from real stylists (0.424).
STYLISTS = {
    "calibrated": (0.25, 0.6),
    "repeats less, may clash": (0.15, 0.0),
    "may clash": (0.25, 0.0),
    "repeats more, may clash": (0.35, 0.0),
}
OUTFITS = 1_500
CLASH = 0.5
Pool = Mapping[Role, Sequence[Worn]]


def measure(data: Path, folder: Path | None) -> dict[str, Any]:
    """Return the share of questions answered, by stand-in and by what the rules consider, and the colours' shares."""
    reader = Reader(Vocabulary([GarmentType(kind.name, kind.label, Slot(kind.slot)) for kind in garment_types()],
                               merged_types()))  # fmt: skip
    rows = [row for row in _catalogue(data) if row["gender"] in ("Women", "Men", "Unisex")]
    described = [(row, reader.read({"type": row["articleType"], "colour": row["baseColour"]}, {})) for row in rows]
    names = Counter(one.colours.shade.name for _, one in described if one.colours)
    found: dict[str, Any] = {"colours": {name: round(n / names.total(), 3) for name, n in names.most_common()}}
    pool = defaultdict(list)
    for row, one in described:
        if row["gender"] == "Women" and one.colours and (of := role_of(one)) not in (None, Role.PRIVATE):
            pool[of].append(one)
    for name, (repeats, avoids) in STYLISTS.items():
        made = list(_styled(pool, repeats, avoids))  # type: ignore[arg-type]
        found[f"outfits by a small palette, {name}"] = list(_answered(list(questions(made))))
    if folder:
        told = captions.outfits(folder, reader)
        found["outfits told in captions"] = list(_answered(list(questions(told))))
        found["colours repeated in captions"] = list(_repeated(told))
    return found


def _catalogue(data: Path) -> list[dict[str, str]]:
    text = PictureSource(data).read("fashion-products-small", "styles.csv").decode("utf-8")
    kinds = ("Apparel", "Footwear", "Accessories")
    return [row for row in csv.DictReader(text.splitlines()) if row["masterCategory"] in kinds]


def _styled(pool: Pool, repeats: float, avoids: float) -> Iterator[Described]:
    """Yield outfits of catalogue garments: each takes up a colour of the outfit, or comes by chance."""
    rng = Random(0)  # noqa: S311
    for _ in range(OUTFITS):
        outfit: list[Worn] = []
        for of in _roles(rng):
            while not _fits(one := _drawn(pool[of], outfit, repeats, rng), outfit) and rng.random() < avoids:
                pass
            outfit.append(one)
        yield outfit


def _roles(rng: Random) -> list[Role]:
    body = [Role.TOP, Role.BOTTOM] if rng.random() < 0.65 else [Role.ONE_PIECE]
    beside = ((Role.BAG, 0.8), (Role.ACCESSORY, 0.5), (Role.OUTERWEAR, 0.25))
    return [*body, Role.SHOES, *(of for of, often in beside if rng.random() < often)]


def _drawn(garments: Sequence[Worn], outfit: Described, repeats: float, rng: Random) -> Worn:
    if outfit and rng.random() < repeats:
        wanted = _name(rng.choice(outfit))
        alike = [one for one in garments if _name(one) == wanted]
        garments = alike or garments
    return rng.choice(garments)


def _fits(one: Worn, outfit: Described) -> bool:
    return all(
        _name(one) == _name(other) or colour_harmony.harmony(one.colours, other.colours).score >= CLASH
        for other in outfit
        if one.colours and other.colours
    )


def _name(one: Worn) -> str | None:
    return one.colours.shade.name if one.colours else None


def _answered(asked: Sequence[Question]) -> Iterator[dict[str, Any]]:
    """Yield a row for the rules, simpler ones, each criterion alone, and all but one, with 95 % intervals."""
    whole = hits(asked, _rules(DEFAULT))
    nothing = CompatibilityConfig(**dict.fromkeys(CRITERIA, 0.0))
    yield {"questions": len(asked), "all": _share(whole)}
    yield {"tonal, else neutral": _share(hits(asked, tonal_else_neutral))}
    alike = hits(asked, _repeating_alike)
    yield {"every repeated colour alike": _share(alike), "all minus it": _share(whole - alike)}
    for name in CRITERIA:
        alone = hits(asked, _rules(replace(nothing, **{name: getattr(DEFAULT, name)})))
        without = hits(asked, _rules(replace(DEFAULT, **{name: 0.0})))
        yield {f"{name} alone": _share(alone), "all but it": _share(without), "all minus that": _share(whole - without)}


def _rules(config: CompatibilityConfig) -> Score:
    return lambda pairs: [score for score, _ in match_all(pairs, config)]


def _repeating_alike(pairs: Sequence[tuple[Worn, Worn]]) -> Sequence[float]:
    kept = colour_harmony.rarity
    colour_harmony.rarity = lambda name: 0.5  # type: ignore[assignment]
    try:
        return [score for score, _ in match_all(pairs, DEFAULT)]
    finally:
        colour_harmony.rarity = kept


def tonal_else_neutral(pairs: Sequence[tuple[Worn, Worn]]) -> Sequence[float]:
    """Score 2 for one colour name, else 1 if one of the two is neutral."""
    known = [(one.colours, other.colours) for one, other in pairs]
    return [
        0.0
        if not (one and other)
        else 2.0
        if one.shade.name == other.shade.name
        else float(one.neutral or other.neutral)
        for one, other in known
    ]


def _share(found: np.ndarray[Any, np.dtype[np.float64]]) -> str:
    return f"{found.mean():.3f} ± {1.96 * found.std() / len(found) ** 0.5:.3f}"


def _repeated(outfits: Sequence[Described]) -> Iterator[dict[str, Any]]:
    """Yield for each colour how often two garments share it, relative to garments of their roles drawn at random."""
    rng = np.random.default_rng(0)
    flat = [(number, role_of(one), _name(one)) for number, outfit in enumerate(outfits) for one in outfit]
    places: dict[Any, list[int]] = {}
    for place, (_, of, _) in enumerate(flat):
        places.setdefault(of, []).append(place)
    by_chance = [Counter(_pairs(flat, _shuffled(flat, places, rng))) for _ in range(100)]
    seen = Counter(_pairs(flat, [name for *_, name in flat]))
    for name, times in seen.most_common():
        chance = np.array([one[name] for one in by_chance])
        yield {
            "colour": name, "pairs": times, "by chance": round(float(chance.mean()), 1),
            "standard deviations": round(float((times - chance.mean()) / max(chance.std(), 1e-9)), 1),
        }  # fmt: skip


def _shuffled(flat: Sequence[tuple[Any, ...]], places: Mapping[Any, list[int]], rng: np.random.Generator) -> list[Any]:
    names = [name for *_, name in flat]
    for some in places.values():
        for place, other in zip(some, rng.permutation(some), strict=True):
            names[place] = flat[other][2]
    return names


def _pairs(flat: Sequence[tuple[Any, ...]], names: Sequence[Any]) -> Iterator[Any]:
    outfits: dict[int, list[Any]] = {}
    for (number, *_), name in zip(flat, names, strict=True):
        outfits.setdefault(number, []).append(name)
    for worn in outfits.values():
        yield from (name for name, times in Counter(worn).items() for _ in range(times * (times - 1) // 2))
