from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from classifier.taxonomy import COLOURS, PATTERNS, garment_types, merged_types
from wardrobe_app.domain.colour import NAMED, rgb
from wardrobe_app.domain.garments.garment import Garment, Photo, Swatch, Tag, TagKind, TagSource
from wardrobe_app.domain.garments.vocabulary import GarmentType, Slot, Vocabulary

VOCABULARY = Vocabulary(
    [GarmentType(kind.name, kind.label, Slot(kind.slot)) for kind in garment_types()], merged_types()
)
NOON = datetime(2025, 5, 4, 12, tzinfo=UTC)


def tag(kind: TagKind, value: str, tier: str = "sure", source: TagSource = TagSource.MODEL) -> Tag:
    if source is TagSource.PERSON:
        return Tag(kind, value, source)
    return Tag(kind, value, source, {"sure": 0.95, "check": 0.7, "unknown": 0.3}[tier], tier, "fake 1")


def photo(number: int, filename: str) -> Photo:
    return Photo(number, filename, f"{number}.jpg", f"{number}.webp", 600, 800, "0" * 64, "0" * 16, NOON)


def garment(
    number: int,
    type: str | None = "Tee",
    colour: str | None = "pink",
    hex: str | Sequence[tuple[str, str, float]] | None = "",
    *,
    pattern: str | None = "solid",
    tiers: Mapping[str, str] | None = None,
    by_person: Sequence[str] = (),
    filename: str | None = None,
    embedding: Sequence[float] | None = None,
    gender: str | None = None,
    season: str | None = None,
    occasion: str | None = None,
    sleeve: str | None = None,
    **fields: Any,
) -> Garment:
    given = {"type": type, "colour": colour, "pattern": pattern, "gender": gender, "season": season}
    tags = {
        TagKind(kind): tag(
            TagKind(kind),
            value,
            (tiers or {}).get(kind, "sure"),
            TagSource.PERSON if kind in by_person else TagSource.MODEL,
        )
        for kind, value in {**given, "occasion": occasion, "sleeve": sleeve}.items()
        if value is not None
    }
    if isinstance(hex, str):
        shown = hex or NAMED.get(colour or "", "")
        palette: tuple[Swatch, ...] = (Swatch(colour or "grey", shown, 1.0),) if shown else ()
    else:
        palette = tuple(Swatch(*swatch) for swatch in hex or ())
    vector = None if embedding is None else np.asarray(embedding, dtype=np.float32) / np.linalg.norm(embedding)
    return Garment(
        id=number,
        photos=(photo(number, filename or f"IMG_{number:04d}.jpg"),),
        tags=tags,
        type_label=VOCABULARY.label(type),
        slot=VOCABULARY.slot(type),
        palette=palette,
        embedding=vector,
        embedding_model=None if vector is None else fields.pop("embedding_model", "fake 1"),
        **fields,
    )


def random_wardrobe(count: int, seed: int = 0) -> list[Garment]:
    rng = np.random.default_rng(seed)
    types = [kind.name for kind in garment_types()]
    favourites = ["Tee", "Jeans", "Dress", "Sneakers", "Button-Down", "Sweater", "Shorts", "Skirt", "Blouse"]
    made = []
    for number in range(1, count + 1):
        pool = favourites if rng.random() < 0.7 else types
        names = [str(rng.choice(COLOURS)) for _ in range(rng.integers(1, 5))]
        shades = [np.clip(np.array(rgb(NAMED[name])) * 255 + rng.normal(0, 12, 3), 0, 255) for name in names]
        swatches = [
            (name, "#" + "".join(f"{int(channel):02x}" for channel in shade), float(share))
            for name, shade, share in zip(names, shades, rng.dirichlet(np.ones(len(names))), strict=True)
        ]
        main = max(swatches, key=lambda swatch: swatch[2])[0]
        made.append(
            garment(
                number,
                str(rng.choice(pool)),
                main,
                swatches,
                pattern=str(rng.choice(PATTERNS, p=[0.6, *[0.05] * 8])),
                tiers={"type": str(rng.choice(["sure", "check", "unknown"], p=[0.7, 0.2, 0.1]))},
                embedding=rng.random(64),
                gender=str(rng.choice(["women", "men", "unisex", "girls"], p=[0.5, 0.3, 0.15, 0.05])),
                season=str(rng.choice(["spring", "summer", "autumn", "winter"])),
                occasion=str(rng.choice(["casual", "formal", "sports", "ethnic"], p=[0.6, 0.2, 0.15, 0.05])),
            )
        )
    return made
