"""Combine what the owner said of several garments that are one.

What is said of a garment is a mapping (``Said``): the fields of ``GarmentEdit``, ``favourite``, and under the name of
its kind each tag that a person set (None where nobody did). The kept garment comes first wherever several are given.

- Whatever the kept one does not say is filled in from the first one that does.
- Notes are joined, each text once; it is a favourite if one of them is.
- Of one garment there are as many as of the one that counts most, of twins as many as of all together.
- Where they differ otherwise the owner is asked (``conflicts``), except for the prices of twins: each has its own.
  The price is then the mean of all pieces, so that totals stay right, and the notes say what each cost.
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
"""What garments can differ in, so that the owner has to be asked: fields and kinds of tags."""

_BETWEEN_NOTES: Final = "\n\n"


@dataclass(frozen=True, slots=True)
class Conflict:
    """Garments of which the owner said different things: ``values`` by id, without those that say nothing.

    ``key`` names a field of ``GarmentEdit`` or a kind of tag; a tag's value is a ``Tag``. The first value is the kept
    garment's, if it has one.
    """

    key: str
    values: Mapping[int, Any]


@dataclass(frozen=True, slots=True)
class Combination:
    """What a merge made of the kept garment: what was said of it ``before`` and ``after``.

    ``prefer`` is, by field or kind of tag, the garment whose value the owner chose.
    """

    before: Said
    after: Said
    prefer: Mapping[str, int] = field(default_factory=dict)
    identical: bool = False


@dataclass(frozen=True, slots=True)
class MergeRecord:
    """A merge that can be undone: photos by the garment (``moved``: id to photo ids) that went into ``keep_id``.

    ``added`` is by how much each of them raised the count. ``verdicts`` stood about the garments until then. Merges of
    older versions have no ``combination``: they changed nothing but the count.
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
        """The garments that it made one, the one that was kept first."""
        return (self.keep_id, *self.moved)


def said(garment: Garment) -> dict[str, Any]:
    """What the owner said of a garment."""
    own = {kind: tag for kind, tag in garment.tags.items() if tag.source is TagSource.PERSON}
    return {
        **{name: getattr(garment, name) for name in FIELDS},
        FAVOURITE: garment.favourite,
        **{kind.value: own_tag(kind, own[kind].value, own[kind].shade) if kind in own else None for kind in TagKind},
    }


def own_tag(kind: TagKind, value: str, shade: str | None = None) -> Tag:
    """A tag that a person set."""
    return Tag(kind, value, TagSource.PERSON, shade=shade)


def conflicts(every: Mapping[int, Said], prefer: Mapping[str, int], *, identical: bool = False) -> tuple[Conflict, ...]:
    """What the owner has to be asked: the differences that ``prefer`` does not settle."""
    never = _NEVER_ASKED | {PRICE} if identical else _NEVER_ASKED
    every = _lent_as_chosen(every, prefer)
    found = []
    for key in _first(every):
        given = _given(every, key)
        if key not in never and prefer.get(key) not in given and _differ(key, list(given.values())):
            found.append(Conflict(key, given))
    return tuple(found)


def combine(every: Mapping[int, Said], prefer: Mapping[str, int], *, identical: bool = False) -> dict[str, Any]:
    """What is said of the garment that all of them are; see this module for the rules."""
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
    """By how much each of the garments but the kept one raises its count, by id."""
    kept, *others = ((item, one[QUANTITY]) for item, one in every.items())
    if identical:
        return dict(others)
    most = max(others, key=lambda pair: pair[1])
    return {item: max(0, count - kept[1]) if (item, count) == most else 0 for item, count in others}


def joined_notes(notes: Iterable[str]) -> str:
    """Notes as one text, in order; what is empty, or there already as lines of their own, is left out."""
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
    """Who has a garment counts only with the status that holds: what is in the wash is lent to nobody."""
    status = _one_of(every, STATUS, prefer.get(STATUS))
    return {item: one if one.get(STATUS) == status else {**one, LENT_TO: ""} for item, one in every.items()}


def _first(every: Mapping[int, Said]) -> Said:
    return next(iter(every.values()))


def _given(every: Mapping[int, Said], key: str) -> dict[int, Any]:
    """The values that are there, by garment."""
    values = {item: one.get(key) for item, one in every.items()}
    return {item: value for item, value in values.items() if value not in (None, "")}


def _one_of(every: Mapping[int, Said], key: str, preferred: int | None) -> Any:
    given = _given(every, key)
    if preferred in given:
        return given[preferred]
    if not given:
        return _first(every).get(key)
    first, *others = given.values()
    if isinstance(first, Tag) and first.shade is None:  # the same colour may be told more exactly
        return next((one for one in others if one.value == first.value and one.shade), first)
    return first


def _differ(key: str, values: Sequence[Any]) -> bool:
    """Whether the values cannot all be true; how a text is spelled in capitals, or one colour told, is no matter."""
    if values and isinstance(values[0], Tag):
        return len({tag.value for tag in values}) > 1 or len({tag.shade for tag in values if tag.shade}) > 1
    return len({_meant(key, value) for value in values}) > 1


def _meant(key: str, value: Any) -> Any:
    if type(value) is not str:
        return value
    return brand_key(value) if key == "brand" else unicodedata.normalize("NFC", one_line(value)).casefold()


def _paid(every: Mapping[int, Said]) -> list[tuple[int, Decimal]]:
    """How many pieces cost how much, where that is known."""
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
