"""Lay an outfit out flat: where each garment lies on a square, as it would on a bed before it is put on.

What covers the body lies in the middle, the top over the bottom; coats and layers to its left, shoes, bags and
accessories where there is room. Sizes are those of real clothes: a coat is larger than shoes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from wardrobe_app.domain.batches import batched
from wardrobe_app.domain.compatibility.pair_scores import part_of
from wardrobe_app.domain.compatibility.roles import Role
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.garments.placement import Placement
from wardrobe_app.domain.outfits.outfit import from_the_body
from wardrobe_app.domain.text import one_line
from wardrobe_app.domain.wording import listed, lower_first

# The room that a garment may take, width and height in centimetres.
ROOM_CM: Final[dict[Role, tuple[float, float]]] = {
    Role.OUTERWEAR: (80, 108),
    Role.LAYER: (66, 78),
    Role.TOP: (64, 68),
    Role.BOTTOM: (58, 100),
    Role.ONE_PIECE: (66, 114),
    Role.SHOES: (38, 40),
    Role.LEGWEAR: (28, 44),
    Role.HEADWEAR: (30, 28),
    Role.BAG: (40, 42),
    Role.ACCESSORY: (26, 34),
    Role.PRIVATE: (36, 36),
}
UNKNOWN_CM: Final = (48.0, 56.0)
SHORT_CM: Final = 62.0  # the height of what has no long legs or skirts
SHORT: Final = frozenset({"Shorts", "Sweatshorts", "Trunks"})
# From the lowest layer up.
LAYERS: Final = (
    Role.PRIVATE, Role.LEGWEAR, Role.BOTTOM, Role.TOP, Role.ONE_PIECE, Role.LAYER, Role.OUTERWEAR, Role.SHOES,
    Role.HEADWEAR, Role.BAG, Role.ACCESSORY,
)  # fmt: skip
OUTER: Final = frozenset({Role.OUTERWEAR, Role.LAYER})
BODY: Final = frozenset({Role.TOP, Role.BOTTOM, Role.ONE_PIECE, None})
USUAL_RATIO: Final = 0.8  # width to height, where the picture is not known
RATIOS: Final = (0.2, 5.0)  # narrower and wider pictures are shown in these proportions
TUCK: Final = 0.06  # of the height of a bottom, which a top hides
GAP_CM: Final = 3.0
OUTFIT_CM: Final = 190.0  # the square of a usual outfit
FILLED: Final = 0.94  # of the square


@dataclass(frozen=True, slots=True)
class _Piece:
    """A garment and its size in centimetres."""

    item: Garment
    width: float
    height: float


_Column = list[_Piece]


def arrange(garments: Iterable[Garment], ratios: Mapping[int, float] | None = None) -> tuple[Placement, ...]:
    """Lay the garments out, each once, from the lowest layer up.

    ``ratios`` are the proportions of their pictures, width to height, by garment id.
    """
    worn = from_the_body(sorted({item.id: item for item in garments}.values(), key=lambda item: item.id))
    pieces = [_piece(item, (ratios or {}).get(item.id, USUAL_RATIO)) for item in worn]
    if not pieces:
        return ()
    order = [item.id for item in sorted(worn, key=lambda item: LAYERS.index(part_of(item) or Role.PRIVATE))]
    placed = _placed(min(_ways(pieces), key=_extent))
    return tuple(sorted((replace(one, layer=order.index(one.item_id)) for one in placed), key=lambda one: one.layer))


def described(garments: Iterable[Garment]) -> str:
    """Describe a collage: "Flat lay of white shirt, navy jeans and black shoes"."""
    return f"Flat lay of {listed(lower_first(one_line(item.title)) for item in garments)}"


def usual_width(item: Garment, ratio: float = USUAL_RATIO) -> float:
    """Return how wide a garment is on the square of an outfit, before anything else lies there, as a share of it."""
    return _piece(item, ratio).width / OUTFIT_CM


def shape(ratio: float) -> float:
    """Return the proportions, width to height, that a picture of this ``ratio`` is shown in."""
    return min(max(ratio, RATIOS[0]), RATIOS[1])


def _piece(item: Garment, ratio: float) -> _Piece:
    """Fit the picture into the room of its kind."""
    part = part_of(item)
    width, height = ROOM_CM[part] if part else UNKNOWN_CM
    height = min(height, SHORT_CM) if item.type in SHORT else height
    width = min(width, height * shape(ratio))
    return _Piece(item, width, width / shape(ratio))


def _ways(pieces: Sequence[_Piece]) -> Iterator[list[_Column]]:
    """Yield columns to choose from, left to right: what covers the body below or beside each other, small things in
    columns of their own or where there is room.
    """
    outer = [piece for piece in pieces if part_of(piece.item) in OUTER]
    body = [piece for piece in pieces if part_of(piece.item) in BODY]
    small = [piece for piece in pieces if part_of(piece.item) not in OUTER | BODY]
    small.reverse()  # accessories first, shoes last and lowest
    for together in (2, 1):
        for added in range(len(small) + 1):
            columns = [*batched(outer, 2), *batched(body, together), *([] for _ in range(added))]
            if columns:
                yield _filled([list(column) for column in columns], small)


def _filled(columns: list[_Column], small: Sequence[_Piece]) -> list[_Column]:
    """Put each of the small things where there is most room, if possible not below what covers the body."""
    free = [column for column in columns if not any(part_of(piece.item) in BODY for piece in column)] or columns
    for piece in small:
        min(free, key=_height).append(piece)
    return [column for column in columns if column]


def _extent(columns: Sequence[_Column]) -> float:
    """Return the side of the square that holds the columns, in centimetres."""
    return max(_breadth(columns), *map(_height, columns))


def _breadth(columns: Sequence[_Column]) -> float:
    return sum(map(_width, columns)) + GAP_CM * (len(columns) - 1)


def _width(column: _Column) -> float:
    return max(piece.width for piece in column)


def _height(column: _Column) -> float:
    return sum(piece.height for piece in column) + sum(_gap(above, below) for above, below in pairwise(column))


def _gap(above: _Piece, below: _Piece) -> float:
    """Return the room between two garments; below 0 where the upper one covers the waist of the lower one."""
    tucked = part_of(above.item) is Role.TOP and part_of(below.item) is Role.BOTTOM
    return -TUCK * min(above.height, below.height) if tucked else GAP_CM


def _placed(columns: Sequence[_Column]) -> Iterator[Placement]:
    """Yield where all of them lie, in the middle of the square."""
    scale, tallest = FILLED / _extent(columns), max(map(_height, columns))
    left = -_breadth(columns) / 2
    for column in columns:
        middle = left + _width(column) / 2
        for piece, top in zip(column, _tops(column, tallest), strict=True):
            y = top + (piece.height - tallest) / 2
            yield Placement(piece.item.id, 0.5 + scale * middle, 0.5 + scale * y, scale * piece.width)
        left += _width(column) + GAP_CM


def _tops(column: _Column, room: float) -> Iterator[float]:
    """Yield how far below the top of the ``room`` each garment begins, in centimetres.

    What covers the body lies in the middle; other things spread, and a single small one lies at the bottom.
    """
    spare, kinds = room - _height(column), {part_of(piece.item) for piece in column}
    single, body = len(column) == 1, bool(kinds & BODY)
    top = spare / 2 if body else spare * (0.3 if kinds <= OUTER else 1.0) if single else 0.0
    for above, below in pairwise([*column, column[-1]]):
        yield top
        top += above.height + _gap(above, below) + (0 if body else spare / max(1, len(column) - 1))
