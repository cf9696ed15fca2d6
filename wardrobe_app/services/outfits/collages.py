"""Draw outfits as flat-lay collages: one SVG from the cut-outs of the garments."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from typing import Final

from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.garments.placement import Placement
from wardrobe_app.domain.outfits.collage import arrange, described, shape
from wardrobe_app.domain.outfits.outfit import from_the_body
from wardrobe_app.domain.text import one_line
from wardrobe_app.services.storage.garment_pictures import GarmentPicture, GarmentPictures

SIDE: Final = 1000  # of the drawing, in its own units
PICTURE_PX: Final = 320
# As under cut-outs elsewhere, on light and dark pages: pale enough for navy, grey enough for white.
GROUND: Final = "#e2e0db"
_STYLE: Final = (
    '<filter id="lies" x="-10%" y="-10%" width="120%" height="120%">'
    '<feDropShadow dx="0" dy="5" stdDeviation="7" flood-color="#2a231a" flood-opacity="0.32"/></filter>'
    '<clipPath id="frame" clipPathUnits="objectBoundingBox"><rect width="1" height="1" rx="0.07" ry="0.07"/></clipPath>'
)
Pictures = Mapping[int, GarmentPicture | None]
Arranged = Mapping[frozenset[int], Sequence[Placement]]


class Collages:
    """Draws the garments of an outfit as they lie, from pictures that are kept."""

    def __init__(self, pictures: GarmentPictures, arranged: Callable[[], Arranged] = dict) -> None:
        """``arranged()`` gives the placements of outfits that the owner arranged, by the ids of their garments."""
        self._pictures = pictures
        self._arranged = arranged

    def pictures(self, garments: Iterable[Garment], side: int = PICTURE_PX) -> dict[int, GarmentPicture | None]:
        """Return the picture of each garment by its id, at most ``side`` pixels a side; None where there is none."""
        return {item.id: self._pictures.best(item.cover, side) if item.cover else None for item in garments}

    def arrange(self, garments: Iterable[Garment]) -> tuple[Placement, ...]:
        """Lay the garments out in the proportions of their pictures."""
        worn = tuple(garments)
        return arrange(worn, _ratios(self.pictures(worn)))

    def svg(
        self, garments: Iterable[Garment], placements: Iterable[Placement] | None = None, side: int = PICTURE_PX
    ) -> str:
        """Draw the garments where ``placements`` say, else as the owner arranged them, else as ``arrange`` does.

        ``side`` is that of the pictures in it, in pixels.
        """
        worn = from_the_body(garments)
        pictures = self.pictures(worn, side)
        placements = placements or self._arranged().get(frozenset(item.id for item in worn))
        placed = arrange(worn, _ratios(pictures)) if placements is None else tuple(placements)
        by_id = {item.id: item for item in worn}
        drawn = [
            _drawn(one, by_id[one.item_id], pictures[one.item_id])
            for one in sorted(placed, key=lambda one: one.layer)
            if one.item_id in by_id
        ]
        head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}" role="img">'
        said = f"<title>Flat lay</title><desc>{escape(described(worn))}</desc>"
        ground = f'<rect width="{SIDE}" height="{SIDE}" rx="28" fill="{GROUND}"/>'
        return "".join([head, said, f"<defs>{_STYLE}</defs>", ground, *drawn, "</svg>"])


def _ratios(pictures: Pictures) -> dict[int, float]:
    return {item: picture.ratio for item, picture in pictures.items() if picture}


def _drawn(one: Placement, item: Garment, picture: GarmentPicture | None) -> str:
    """Draw a garment: its cut-out with a shadow, its photo in a rounded frame, or its name in one."""
    width = one.width * SIDE
    height = width / shape(picture.ratio if picture else 1.0)
    turn = f" rotate({one.rotation:.2f})" if one.rotation else ""
    size = f'x="{-width / 2:.1f}" y="{-height / 2:.1f}" width="{width:.1f}" height="{height:.1f}"'
    at = f'<g transform="translate({one.x * SIDE:.1f} {one.y * SIDE:.1f}){turn}" filter="url(#lies)">'
    if picture is None:
        box = f'<rect {size} rx="14" fill="#f6f4f0" stroke="#8a8378"/>'
        return f"{at}{box}{_label(item, width)}</g>"
    frame = "" if picture.is_cut_out else ' clip-path="url(#frame)"'
    fit = "meet" if picture.is_cut_out else "slice"
    return f'{at}<image {size} href="{picture.uri}" preserveAspectRatio="xMidYMid {fit}"{frame}/></g>'


def _label(item: Garment, width: float) -> str:
    """Write what a garment without a picture is called, as large as fits."""
    title = one_line(item.title)
    title = title if len(title) <= 24 else f"{title[:23]}…"
    size = min(34.0, 1.6 * width / max(1, len(title)))
    look = 'text-anchor="middle" dominant-baseline="middle" font-family="sans-serif" fill="#3a342b"'
    return f'<text {look} font-size="{size:.1f}">{escape(title)}</text>'
