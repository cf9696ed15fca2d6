"""Draw large random wardrobes to measure with, clustered as real ones are, stored within seconds.

Embeddings lie around their type and, closer, around a design; a fifth of all garments share a design with an earlier
one, like duplicates. Cosines are as on people's photos: about 0.8 within a design, 0.25 within a type, 0 otherwise.
No photo has keypoints, so the cost of comparing a pair does not grow. The same count and seed always make
the same wardrobe.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
from PIL import Image, ImageDraw
from sqlalchemy import Engine, insert

from classifier.serving.keypoints import METHOD, Keypoints, pack
from classifier.taxonomy import COLOURS, PATTERNS, SLEEVES, garment_types
from db.engine.session import make_engine
from db.migrate import upgrade
from db.schema.tables import FeaturesRow, ItemRow, KeypointsRow, PhotoRow, TagRow
from wardrobe_app.config import Settings
from wardrobe_app.domain.colour import MULTICOLOUR, NAMED, rgb

MODEL: Final = "drawn 1"
DIMENSION: Final = 384  # of the shipped checkpoint's embeddings
COPIED: Final = 0.2  # share of garments with an earlier one's design
USUAL: Final = ("Tee", "Jeans", "Dress", "Sneakers", "Button-Down", "Sweater", "Shorts", "Skirt", "Blouse", "Jacket")
TIERS: Final = ("sure", "check", "unknown")
PLAIN: Final = [name for name in COLOURS if name != MULTICOLOUR]
BEGAN: Final = datetime(2016, 1, 1, 8, tzinfo=UTC)
BATCH_GARMENTS: Final = 5_000  # garments stored together


@dataclass(frozen=True, slots=True)
class Drawn:
    """N garments as arrays: indices into lists of names, palettes (n, 3 colours), and unit embeddings (n, 384)."""

    types: np.ndarray
    colours: np.ndarray
    shades: np.ndarray
    shares: np.ndarray
    patterns: np.ndarray
    tiers: np.ndarray
    designs: np.ndarray
    embeddings: np.ndarray


def draw(count: int, seed: int = 0) -> Drawn:
    """Draw a wardrobe of ``count`` garments."""
    rng = np.random.default_rng(seed)
    names = [kind.name for kind in garment_types()]
    usual = np.array([names.index(name) for name in USUAL])
    types = np.where(rng.random(count) < 0.75, rng.choice(usual, count), rng.integers(0, len(names), count))
    colours = rng.integers(0, len(PLAIN), (count, 3))
    patterns = rng.choice(len(PATTERNS), count, p=[0.6, *[0.4 / (len(PATTERNS) - 1)] * (len(PATTERNS) - 1)])
    shares = rng.dirichlet([6.0, 1.5, 0.5], count)
    base = np.array([rgb(NAMED[name]) for name in PLAIN]) * 255
    shades = base[colours] + rng.normal(0, 14, (count, 3, 3))
    designs = np.arange(count)
    copied = np.flatnonzero((rng.random(count) < COPIED) & (designs > 0))
    designs[copied] = (rng.random(copied.size) * copied).astype(int)
    for part in (types, colours, patterns, shares, shades):
        part[copied] = part[designs[copied]]
    shades = np.clip(shades + rng.normal(0, 3, shades.shape), 0, 255).astype(int)
    centres, own = rng.normal(size=(len(names), DIMENSION)), rng.normal(size=(count, DIMENSION))
    embeddings = 0.55 * centres[types] + 0.85 * own[designs] + 0.5 * rng.normal(size=(count, DIMENSION))
    embeddings /= np.linalg.norm(embeddings, axis=1, keepdims=True)
    tiers = rng.choice(3, count, p=[0.6, 0.25, 0.15])
    return Drawn(types, colours, shades, shares, patterns, tiers, designs, embeddings.astype("<f4"))


def never(dump: object) -> Path:
    """Back up nothing: a wardrobe to measure with is a new one."""
    raise RuntimeError("a wardrobe for measuring has to be a new one")


def fill(folder: Path, count: int, seed: int = 0, *, pictures: bool = False) -> Settings:
    """Store a wardrobe of ``count`` garments in ``folder``; with ``pictures``, thumbnails in their colours too."""
    settings = Settings(data_dir=folder)
    for place in (settings.photos_dir, settings.thumbnails_dir, settings.masks_dir, settings.models_dir):
        place.mkdir(parents=True, exist_ok=True)
    upgrade(settings.resolved_database_url, never)
    drawn = draw(count, seed)
    engine = make_engine(settings.resolved_database_url)
    store(engine, drawn, seed)
    engine.dispose()
    if pictures:
        _link_pictures(settings, drawn)
    return settings


def store(engine: Engine, drawn: Drawn, seed: int = 0) -> None:
    """Store the rows of a wardrobe in a new database."""
    rng, count = np.random.default_rng(seed + 1), len(drawn.types)
    nothing = pack(Keypoints(np.zeros((0, 4), np.float32), np.zeros((0, 128), np.uint8), 1.0))
    with engine.begin() as connection:
        for start in range(0, count, BATCH_GARMENTS):
            rows = range(start, min(start + BATCH_GARMENTS, count))
            connection.execute(insert(ItemRow), [_item(row, rng) for row in rows])
            connection.execute(insert(PhotoRow), [_photo(row, drawn, rng) for row in rows])
            connection.execute(insert(FeaturesRow), [_features(row, drawn) for row in rows])
            connection.execute(
                insert(KeypointsRow), [{"photo_id": row + 1, "method": METHOD, "data": nothing} for row in rows]
            )
            connection.execute(insert(TagRow), [tag for row in rows for tag in _tags(row, drawn, rng)])


def _item(row: int, rng: np.random.Generator) -> dict[str, Any]:
    brand = f"Brand {rng.integers(1, 200)}" if rng.random() < 0.3 else ""
    return {"id": row + 1, "added_at": BEGAN + timedelta(hours=1.5 * row), "brand": brand,
            "favourite": bool(rng.random() < 0.05), "name": "", "notes": "", "size": ""}  # fmt: skip


def _photo(row: int, drawn: Drawn, rng: np.random.Generator) -> dict[str, Any]:
    key = f"{row + 1:064x}"
    return {"id": row + 1, "item_id": row + 1, "position": 0, "import_key": key, "filename": f"IMG_{row + 1:05d}.jpg",
            "file": f"{row + 1}.jpg", "thumbnail": f"{row + 1}.webp", "width": 1200, "height": 1600, "sha256": key,
            "phash": rng.bytes(80).hex(), "added_at": BEGAN, "masked": True}  # fmt: skip


def _features(row: int, drawn: Drawn) -> dict[str, Any]:
    palette = [
        {"name": PLAIN[colour], "hex": "#" + "".join(f"{int(value):02x}" for value in shade), "share": float(share)}
        for colour, shade, share in zip(drawn.colours[row], drawn.shades[row], drawn.shares[row], strict=True)
    ]
    return {"photo_id": row + 1, "model": MODEL, "embedding": drawn.embeddings[row].tobytes(), "palette": palette}


def _tags(row: int, drawn: Drawn, rng: np.random.Generator) -> list[dict[str, Any]]:
    types = garment_types()
    name, tier = types[drawn.types[row]].name, TIERS[drawn.tiers[row]]
    sure = (0.95, 0.6, 0.3)[drawn.tiers[row]]
    others = [types[at].name for at in rng.integers(0, len(types), 4) if types[at].name != name]
    shares = [sure, *((1 - sure) * share for share in (0.5, 0.2, 0.1, 0.1))]
    candidates = [{"value": value, "confidence": share} for value, share in zip([name, *others], shares, strict=False)]
    tags = {
        "colour": (PLAIN[drawn.colours[row, 0]], "sure"),
        "pattern": (PATTERNS[drawn.patterns[row]], "sure" if row % 4 else "check"),
        "sleeve": (_one_of(SLEEVES, drawn.designs[row]), "sure"),
        "gender": (("women", "women", "women", "unisex")[drawn.designs[row] % 4], "sure"),
        "season": (("summer", "winter", "spring", "autumn")[drawn.designs[row] % 4], "check"),
        "occasion": (("casual", "casual", "formal", "sports")[drawn.designs[row] // 3 % 4], "sure"),
    }
    told = [_tag(row, kind, value, tier, 0.9, []) for kind, (value, tier) in tags.items()]
    if rng.random() < 0.02:  # set by its owner
        told.append({**_tag(row, "type", name, None, None, []), "source": "person", "model": None})
    return [*told, _tag(row, "type", name, tier, sure, candidates)]


def _tag(
    row: int, kind: str, value: str, tier: str | None, confidence: float | None, candidates: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    return {"item_id": row + 1, "kind": kind, "source": "model", "value": value, "confidence": confidence,
            "tier": tier, "model": MODEL, "candidates": list(candidates), "examples": [], "shade": None}  # fmt: skip


def _one_of(values: Sequence[str], number: int) -> str:
    return values[int(number) % len(values)]


def _link_pictures(settings: Settings, drawn: Drawn) -> None:
    """Draw one picture per colour, shared by all photos and thumbnails of that colour."""
    for number, name in enumerate(PLAIN):
        image = Image.new("RGB", (360, 480), "#e8e6e1")
        ImageDraw.Draw(image).polygon([(90, 60), (270, 60), (340, 160), (280, 190), (280, 440), (80, 440), (80, 190),
                                       (20, 160)], fill=NAMED[name])  # fmt: skip
        image.save(settings.data_dir / f"drawn{number}.webp", quality=80)
        image.save(settings.data_dir / f"drawn{number}.jpg", quality=80)
    for row, colour in enumerate(drawn.colours[:, 0].tolist()):
        os.link(settings.data_dir / f"drawn{colour}.webp", settings.thumbnails_dir / f"{row + 1}.webp")
        os.link(settings.data_dir / f"drawn{colour}.jpg", settings.photos_dir / f"{row + 1}.jpg")
