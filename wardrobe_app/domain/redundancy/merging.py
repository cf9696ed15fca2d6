"""Combine the owner's details of several garments that become one.

Details of a garment are a mapping (``Said``): the fields of ``GarmentEdit``, ``favourite``, and each tag a person set
by the name of its kind (None if nobody did). The kept garment always comes first.

- Details the kept garment lacks are filled in from the first one that has them.
- Notes are joined, each text once; the result is a favourite if one of them is.
- Quantities: the largest for one garment, the sum for identical items.
- The owner is asked about other differences (``conflicts``), except about prices of identical items: the price becomes
  the mean of all pieces, so that totals stay right, and the notes say what each cost.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from wardrobe_app.domain.catalogue.filters import GarmentEdit
from wardrobe_app.domain.garments.brands import brand_key
from wardrobe_app.domain.garments.garment import Garment, MergeId, Tag, TagKind, TagSource, VerdictRecord
from wardrobe_app.domain.text import one_line

Said = Mapping[str, Any]

FIELDS: Final = tuple(entry.name for entry in fields(GarmentEdit))
FAVOURITE: Final = "favourite"
NOTES: Final = "notes"
PRICE: Final = "price"
QUANTITY: Final = "quantity"
STATUS: Final = "status"
LENT_TO: Final = "lent_to"
_NEVER_ASKED: Final = frozenset({NOTES, FAVOURITE, QUANTITY})
ASKED: Final = (*(name for name in FIELDS if name not in _NEVER_ASKED), *(kind.value for kind in TagKind))
"""Fields and tag kinds about which the owner is asked if garments differ."""

_BETWEEN_NOTES: Final = "\n\n"


@dataclass(frozen=True, slots=True)
class Conflict:
    """Different details of several garments: ``values`` by id, without empty ones, the kept garment's first.

    ``key`` names a field of ``GarmentEdit`` or a tag kind; a tag's value is a ``Tag``.
    """

    key: str
    values: Mapping[int, Any]


@dataclass(frozen=True, slots=True)
class Combination:
    """The kept garment's details ``before`` and ``after`` a merge.

    ``prefer`` is the garment whose value the owner chose, by field or tag kind.
    """

    before: Said
    after: Said
    prefer: Mapping[str, int] = field(default_factory=dict)
    identical: bool = False


@dataclass(frozen=True, slots=True)
class MergeRecord:
    """A merge that can be undone: the photos that each garment brought (``moved``: id to photo ids) into ``keep_id``.

    ``added`` is by how much each of them raised the quantity; ``verdicts`` are those about the garments until then.
    Merges by older versions have no ``combination``: they changed nothing but the quantity.
    """

    id: MergeId
    keep_id: int
    moved: Mapping[int, tuple[int, ...]]
    merged_at: datetime
    added: Mapping[int, int] = field(default_factory=dict)
    combination: Combination | None = None
    verdicts: tuple[VerdictRecord, ...] = ()

    @property
    def ids(self) -> tuple[int, ...]:
        """Return the merged garments, the kept one first."""
        return (self.keep_id, *self.moved)


def said(garment: Garment) -> dict[str, Any]:
    """Return the owner's details of a garment."""
    own = {kind: tag for kind, tag in garment.tags.items() if tag.source is TagSource.PERSON}
    return {
        **{name: getattr(garment, name) for name in FIELDS},
        FAVOURITE: garment.favourite,
        **{kind.value: own_tag(kind, own[kind].value, own[kind].shade) if kind in own else None for kind in TagKind},
    }


def own_tag(kind: TagKind, value: str, shade: str | None = None) -> Tag:
    """Create a tag set by a person."""
    return Tag(kind, value, TagSource.PERSON, shade=shade)


def conflicts(every: Mapping[int, Said], prefer: Mapping[str, int], *, identical: bool = False) -> tuple[Conflict, ...]:
    """Return what the owner has to be asked: the differences that ``prefer`` does not settle."""
    never = _NEVER_ASKED | {PRICE} if identical else _NEVER_ASKED
    every = _lent_as_chosen(every, prefer)
    found = []
    for key in _first(every):
        given = _given(every, key)
        if key not in never and prefer.get(key) not in given and _differ(key, list(given.values())):
            found.append(Conflict(key, given))
    return tuple(found)


def combine(every: Mapping[int, Said], prefer: Mapping[str, int], *, identical: bool = False) -> dict[str, Any]:
    """Return the details of the merged garment, by the rules of this module."""
    every = _lent_as_chosen(every, prefer)
    result = {key: _one_of(every, key, prefer.get(key)) for key in _first(every)}
    counts = [one[QUANTITY] for one in every.values()]
    notes = [one[NOTES] for one in every.values()]
    if identical and prefer.get(PRICE) not in _given(every, PRICE):
        result[PRICE] = _mean_price(every)
        notes.append(_prices_paid(every))
    return {
        **result,
        NOTES: joined_notes(notes),
        FAVOURITE: any(one[FAVOURITE] for one in every.values()),
        QUANTITY: sum(counts) if identical else max(counts),
    }


def added_by(every: Mapping[int, Said], *, identical: bool = False) -> dict[int, int]:
    """Return by how much each garment but the kept one raises the quantity, by id."""
    kept, *others = ((item, one[QUANTITY]) for item, one in every.items())
    if identical:
        return dict(others)
    most = max(others, key=lambda pair: pair[1])
    return {item: max(0, count - kept[1]) if (item, count) == most else 0 for item, count in others}


def joined_notes(notes: Iterable[str]) -> str:
    """Join notes in order, without empty ones and those whose lines are included already."""
    text = ""
    for note in filter(None, notes):
        if not text or _holds(note, text):
            text = note
        elif not _holds(text, note):
            text = f"{text}{_BETWEEN_NOTES}{note}"
    return text


def _holds(text: str, lines: str) -> bool:
    return f"\n{lines}\n" in f"\n{text}\n"


def _lent_as_chosen(every: Mapping[int, Said], prefer: Mapping[str, int]) -> Mapping[int, Said]:
    """Drop who has a garment where its status is not the chosen one: what is in the wash is lent to nobody."""
    status = _one_of(every, STATUS, prefer.get(STATUS))
    return {item: one if one.get(STATUS) == status else {**one, LENT_TO: ""} for item, one in every.items()}


def _first(every: Mapping[int, Said]) -> Said:
    return next(iter(every.values()))


def _given(every: Mapping[int, Said], key: str) -> dict[int, Any]:
    """Return the values that are set, by garment."""
    values = {item: one.get(key) for item, one in every.items()}
    return {item: value for item, value in values.items() if value not in (None, "")}


def _one_of(every: Mapping[int, Said], key: str, preferred: int | None) -> Any:
    given = _given(every, key)
    if preferred in given:
        return given[preferred]
    if not given:
        return _first(every).get(key)
    first, *others = given.values()
    if isinstance(first, Tag) and first.shade is None:  # another one may have the exact shade
        return next((one for one in others if one.value == first.value and one.shade), first)
    return first


def _differ(key: str, values: Sequence[Any]) -> bool:
    """Return whether values contradict each other; capitals in a text and the precision of a colour do not."""
    if values and isinstance(values[0], Tag):
        return len({tag.value for tag in values}) > 1 or len({tag.shade for tag in values if tag.shade}) > 1
    return len({_meant(key, value) for value in values}) > 1


def _meant(key: str, value: Any) -> Any:
    if type(value) is not str:
        return value
    return brand_key(value) if key == "brand" else unicodedata.normalize("NFC", one_line(value)).casefold()


def _paid(every: Mapping[int, Said]) -> list[tuple[int, Decimal]]:
    """Return quantities and prices, where known."""
    return [(one[QUANTITY], one[PRICE]) for one in every.values() if one[PRICE] is not None]


def _mean_price(every: Mapping[int, Said]) -> Decimal | None:
    paid = _paid(every)
    if len({price for _, price in paid}) < 2:
        return paid[0][1] if paid else None
    mean = sum(count * price for count, price in paid) / Decimal(sum(count for count, _ in paid))
    return mean.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _prices_paid(every: Mapping[int, Said]) -> str:
    paid = _paid(every)
    if len({price for _, price in paid}) < 2:
        return ""
    return "Prices paid: " + ", ".join(f"{count} × {price:.2f}" for count, price in paid)
