from __future__ import annotations

from pathlib import Path

from tests.support.drawing import Colour, draw_garment, photo_bytes

PINK, NAVY, WHITE, BLACK = (232, 150, 172), (34, 44, 86), (240, 240, 236), (34, 34, 38)
RED, GREEN, BLUE, BEIGE = (182, 40, 46), (62, 112, 72), (74, 112, 178), (214, 194, 160)

# (name, kind, colour, pattern, background); three pink blouses are practically the same, as it happens in wardrobes.
GARMENTS: tuple[tuple[str, str, Colour, str, str], ...] = (
    ("pink blouse", "blouse", PINK, "solid", "plain"),
    ("blue jeans", "trousers", BLUE, "solid", "wood"),
    ("white shirt", "shirt", WHITE, "solid", "door"),
    ("pink blouse from the sale", "blouse", PINK, "solid", "plain"),
    ("navy striped jumper", "jumper", NAVY, "striped", "bedspread"),
    ("red floral dress", "dress", RED, "floral", "door"),
    ("black trousers", "trousers", BLACK, "solid", "bedspread"),
    ("green t-shirt", "tshirt", GREEN, "solid", "wood"),
    ("beige jacket", "jacket", BEIGE, "solid", "door"),
    ("dotted skirt", "skirt", NAVY, "dotted", "plain"),
    ("checked shirt", "shirt", RED, "checked", "door"),
    ("white shoes", "shoes", WHITE, "solid", "wood"),
    ("black bag", "bag", BLACK, "solid", "plain"),
    ("white t-shirt", "tshirt", WHITE, "solid", "bedspread"),
    ("navy shorts", "shorts", NAVY, "solid", "wood"),
    ("beige hat", "hat", BEIGE, "solid", "plain"),
    ("pink blouse, again", "blouse", PINK, "solid", "plain"),
    ("red bag", "bag", RED, "solid", "bedspread"),
)


def save_photos(folder: Path, count: int = len(GARMENTS), size: tuple[int, int] = (450, 600)) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number, (name, kind, colour, pattern, background) in enumerate(GARMENTS[:count]):
        picture = draw_garment(kind, colour, pattern, background, size=size, seed=number)
        paths.append(folder / f"{name}.jpg")
        paths[-1].write_bytes(photo_bytes(picture, quality=88))
    return paths
