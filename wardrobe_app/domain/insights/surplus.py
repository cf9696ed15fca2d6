"""Find the kinds of garments of which there are many more than do different work: "10 do the work of 2"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from wardrobe_app.domain import wording
from wardrobe_app.domain.garments.garment import Garment, TagKind
from wardrobe_app.domain.insights.diversity import Likeness

FEWEST: Final = 3  # two alike are a duplicate, not too many of a kind
LEAST_SHARE: Final = 0.3  # of the garments of a kind that could go without anything lacking
SAME_AS_TYPE: Final = 0.75  # a colour that holds this share of its type's surplus says it better than the type


@dataclass(frozen=True, slots=True)
class Surplus:
    """A type, perhaps of one colour (None: of any), whose ``garments`` do the work of ``enough``, at least 1.

    The garments are in the order of their ids; ``label`` names the kind: "Black T-shirts".
    """

    type: str
    colour: str | None
    label: str
    garments: tuple[Garment, ...]
    enough: int
    extra: float


def surpluses(known: Likeness, most: int = 3) -> tuple[Surplus, ...]:
    """Return the kinds with the largest surplus, one a type, largest first.

    The surplus is the number of garments less their effective number. Guessed tags do not count.
    """
    rows = {kind: _rows_by(known, kind) for kind in (TagKind.TYPE, TagKind.COLOUR)}
    found = [best for name in rows[TagKind.TYPE] if (best := _of_type(known, name, rows)) is not None]
    return tuple(sorted(found, key=lambda one: (-one.extra, one.label))[:most])


def _of_type(known: Likeness, name: str, rows: dict[TagKind, dict[str, list[int]]]) -> Surplus | None:
    """Return the surplus of a type, or that of one of its colours where most of it is there."""
    of_type = rows[TagKind.TYPE][name]
    whole = _surplus(known, of_type, name, None)
    coloured = (
        _surplus(known, sorted({*of_type} & {*of_colour}), name, colour)
        for colour, of_colour in rows[TagKind.COLOUR].items()
    )
    best = max(filter(_is_large, coloured), key=lambda one: one.extra, default=None)
    if best is not None and (best.extra >= SAME_AS_TYPE * whole.extra or not _is_large(whole)):
        return best
    return whole if _is_large(whole) else None


def _is_large(one: Surplus) -> bool:
    return len(one.garments) >= FEWEST and one.extra >= max(1.0, LEAST_SHARE * len(one.garments))


def _surplus(known: Likeness, rows: list[int], name: str, colour: str | None) -> Surplus:
    garments = tuple(sorted((known.garments[row] for row in rows), key=lambda garment: garment.id))
    effective = known.effective_number(rows)
    kind = garments[0].type_label if garments else name
    label = wording.capitalised(wording.several(kind, [colour] if colour else []))
    return Surplus(name, colour, label, garments, max(1, round(effective)), len(garments) - effective)


def _rows_by(known: Likeness, kind: TagKind) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for row, value in _known_values(known, kind):
        found.setdefault(value, []).append(row)
    return found


def _known_values(known: Likeness, kind: TagKind) -> Iterator[tuple[int, str]]:
    for row, garment in enumerate(known.garments):
        tag = garment.tags.get(kind)
        if tag is not None and tag.is_known:
            yield row, tag.value
