"""Build filters, sorting and counting as SQL."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal_column, or_, select, tuple_, union_all
from sqlalchemy.orm import aliased

from db.engine.collation import folded, in_order, naturally
from db.engine.text_index import OWN_TEXTS
from db.schema.tables import ItemRow, PhotoRow, TagRow
from wardrobe_app.domain.catalogue.filters import Filter, Sort
from wardrobe_app.domain.catalogue.lexicon import lexicon_of
from wardrobe_app.domain.catalogue.search import Term, terms
from wardrobe_app.domain.garments.availability import AVAILABLE
from wardrobe_app.domain.garments.garment import SEVERAL, TagKind, TagSource
from wardrobe_app.domain.garments.tag_values import SEPARATOR
from wardrobe_app.domain.garments.vocabulary import Slot, Vocabulary
from wardrobe_app.domain.text import fold

IN_USE = and_(ItemRow.trashed_at.is_(None), ItemRow.archived_at.is_(None))
ARCHIVED = and_(ItemRow.trashed_at.is_(None), ItemRow.archived_at.is_not(None))
IN_TRASH = and_(ItemRow.trashed_at.is_not(None), ItemRow.merged_into_id.is_(None))


def matching(
    wanted: Filter, vocabulary: Vocabulary, values: Collection[str] = (), brands: Collection[str] | None = None
) -> ColumnElement[bool]:
    """Build the condition on ``ItemRow`` for ``wanted`` without its brands.

    ``values`` are all that tags have, to search a text in; ``brands`` are accepted spellings; None accepts all.
    """
    conditions: list[ColumnElement[bool]] = [_place(wanted)]
    conditions += [_accepted(name, values, vocabulary) for name, values in wanted.values.items() if values]
    conditions += [_fits(term, values, vocabulary) for term in terms(wanted.text, lexicon_of(vocabulary))]
    if brands is not None:
        conditions.append(ItemRow.brand.in_(brands))
    if wanted.favourite is not None:
        conditions.append(ItemRow.favourite == wanted.favourite)
    if wanted.unsure is not None:
        conditions.append(unsure() if wanted.unsure else ~unsure())
    return and_(*conditions)


def _place(wanted: Filter) -> ColumnElement[bool]:
    if wanted.ids is not None:
        return and_(ItemRow.trashed_at.is_(None), ItemRow.id.in_(wanted.ids))
    return ARCHIVED if wanted.archived else IN_USE


def unsure() -> ColumnElement[bool]:
    """Match garments whose type no person set and no model is sure of."""
    doubtful = TagRow.tier.in_(("check", "unknown"))
    return ItemRow.id.in_(_effective(TagKind.TYPE).where(doubtful))


def worn_elsewhere(slot: Slot, vocabulary: Vocabulary) -> ColumnElement[bool]:
    """Match garments whose type is no mere guess and belongs to another slot."""
    types = [kind.name for kind in vocabulary.values() if kind.slot is not slot]
    known = or_(TagRow.source == TagSource.PERSON.value, TagRow.tier.is_distinct_from("unknown"))
    return ItemRow.id.in_(_effective(TagKind.TYPE).where(known, TagRow.value.in_(types)))


def is_first(photo: type[PhotoRow]) -> ColumnElement[bool]:
    """Match the first photo of a garment, whose prediction is the garment's."""
    earlier = aliased(PhotoRow)
    before = tuple_(earlier.position, earlier.id) < tuple_(photo.position, photo.id)
    return ~select(earlier.id).where(earlier.item_id == photo.item_id, before).correlate(photo).exists()


def tag_values() -> Select[str]:
    """Select every value that a tag has. There are few: each is one step in the index, whatever the number of tags."""
    seen = select(func.min(TagRow.value).label("value")).cte("seen", recursive=True)
    after = select(func.min(TagRow.value)).where(TagRow.value > seen.c.value).scalar_subquery()
    seen = seen.union_all(select(after).where(seen.c.value.is_not(None)))
    return select(seen.c.value).where(seen.c.value.is_not(None))


def tag_counts(kinds: Collection[TagKind], condition: ColumnElement[bool], *, most: bool) -> Select[str, str, int]:
    """Select kind, value and frequency of tags among the garments that meet ``condition``.

    Where these are ``most`` garments, all tags are scanned, else those of the garments found.
    """
    matches = select(ItemRow.id).where(condition)
    item_id = TagRow.item_id + 0 if most else TagRow.item_id  # a sum uses no index
    wanted = [item_id.in_(matches), _counts()]
    if set(kinds) != set(TagKind):
        wanted.append(TagRow.kind.in_([kind.value for kind in kinds]))
    return select(TagRow.kind, TagRow.value, func.count()).where(*wanted).group_by(TagRow.value, TagRow.kind)


def brand_counts(condition: ColumnElement[bool]) -> Select[str, int]:
    """Count each spelling of a brand among the garments that meet ``condition``, in the order of their ids."""
    counted = select(ItemRow.brand, func.count()).where(condition, ItemRow.brand != "").group_by(ItemRow.brand)
    return counted.order_by(func.min(ItemRow.id))


def own_texts(condition: ColumnElement[bool]) -> Select[str, str, str]:
    """Select what the owner wrote about the garments that meet ``condition``, where there is any text."""
    texts = (ItemRow.name, ItemRow.notes, ItemRow.brand)
    return select(*texts).where(condition, or_(*(text != "" for text in texts)))


def status_counts(condition: ColumnElement[bool]) -> Select[str | None, int]:
    """Count the garments that meet ``condition`` by status; None stands for available."""
    return select(ItemRow.status, func.count()).where(condition).group_by(ItemRow.status)


def order(sort: Sort, vocabulary: Vocabulary) -> list[Any]:
    """Return the sort keys. Newest first breaks ties, so that pages never overlap."""
    newest: list[Any] = [ItemRow.added_at.desc(), ItemRow.id.desc()]
    label = naturally(_label(vocabulary))
    colour = _value(TagKind.COLOUR)
    by_colour = in_order(colour).nulls_first()  # explicit, because databases differ
    keys: dict[Sort, list[Any]] = {
        Sort.NEWEST: [],
        Sort.OLDEST: [ItemRow.added_at, ItemRow.id],
        Sort.TYPE: [_value(TagKind.TYPE).is_(None), label, by_colour],
        Sort.COLOUR: [colour.is_(None), by_colour, label],
        Sort.PRICE: [ItemRow.price.is_(None), ItemRow.price],
        Sort.NAME: [naturally(_title(vocabulary))],
    }
    return keys[sort] + newest


def _counts() -> ColumnElement[bool]:
    """Match the tag that counts among a garment's tags of one kind, by the rank of its source."""
    other = aliased(TagRow)
    overruled = (
        select(other.id)
        .where(
            other.item_id == TagRow.item_id,
            other.kind == TagRow.kind,
            other.source != literal_column("'model'"),  # redundant, but matches a partial index
            _rank(other) > _rank(TagRow),
        )
        .correlate(TagRow)
        .exists()
    )
    return or_(TagRow.source == TagSource.PERSON.value, ~overruled)


def _rank(tag: Any) -> ColumnElement[int]:
    return case({source.value: rank for rank, source in enumerate(TagSource)}, value=tag.source)


def _effective(kind: TagKind) -> Select[int]:
    return select(TagRow.item_id).where(TagRow.kind == kind.value, _counts())


def _value(kind: TagKind) -> ColumnElement[Any]:
    tag = aliased(TagRow)
    return (
        select(tag.value)
        .where(tag.item_id == ItemRow.id, tag.kind == kind.value)
        .order_by(_rank(tag).desc())
        .limit(1)
        .correlate(ItemRow)
        .scalar_subquery()
    )


def _label(vocabulary: Vocabulary) -> ColumnElement[Any]:
    value = _value(TagKind.TYPE)
    known = {name: kind.label for name, kind in vocabulary.items()}
    return func.coalesce(case(known, value=value, else_=value) if known else value, vocabulary.label(None))


def _title(vocabulary: Vocabulary) -> ColumnElement[Any]:
    """Build ``Garment.title`` in SQL."""
    pattern = _value(TagKind.PATTERN)
    colour = func.coalesce(_value(TagKind.COLOUR) + " ", "")
    shown = case((pattern.in_(("solid", "other")), ""), else_=func.coalesce(pattern + " ", ""))
    return case((ItemRow.name != "", ItemRow.name), else_=colour + shown + _label(vocabulary))


def _accepted(name: str, values: frozenset[str], vocabulary: Vocabulary) -> ColumnElement[bool]:
    if name == "status":
        return func.coalesce(ItemRow.status, AVAILABLE).in_(values)
    if name == "slot":
        types = [kind.name for kind in vocabulary.values() if kind.slot in values]
        return ItemRow.id.in_(_effective(TagKind.TYPE).where(TagRow.value.in_(types)))
    return ItemRow.id.in_(_effective(TagKind(name)).where(_holds(TagKind(name), values)))


def _holds(kind: TagKind, values: Collection[str]) -> ColumnElement[bool]:
    """Match tags of this ``kind`` that have one of the ``values``, perhaps among others."""
    if kind not in SEVERAL:
        return TagRow.value.in_(values)
    held = SEPARATOR + TagRow.value + SEPARATOR
    return or_(*(held.contains(f"{SEPARATOR}{value}{SEPARATOR}", autoescape=True) for value in values))


def _fits(term: Term, values: Collection[str], vocabulary: Vocabulary) -> ColumnElement[bool]:
    """Match garments with one of the term's words in their texts, a tag it means, or all of its parts."""
    either = [_mentions(needle, values, vocabulary, known=bool(term.meanings)) for needle in term.needles]
    either += [_accepted(kind.value, frozenset({value}), vocabulary) for kind, value in sorted(term.meanings)]
    if term.parts:
        either.append(and_(*(_fits(part, values, vocabulary) for part in term.parts)))
    return or_(*either)


def _mentions(needle: str, values: Collection[str], vocabulary: Vocabulary, *, known: bool) -> ColumnElement[bool]:
    """Match the ``needle`` in the owner's texts, in a tag that counts, a type's label or a file name.

    A ``known`` word means certain tags already, so among tags only types are searched ("men" is not in "women").
    """
    is_type = TagRow.kind == TagKind.TYPE.value
    types = [kind.name for kind in vocabulary.values() if needle in fold(kind.label)]
    named = TagRow.value.in_([value for value in values if needle in fold(value)])
    tagged = or_(and_(is_type, named) if known else named, and_(is_type, TagRow.value.in_(types)))
    # Each part by itself: PostgreSQL finds the first and the last with indexes of their own.
    found = union_all(
        select(ItemRow.id).where(_contains(OWN_TEXTS, needle)),
        select(TagRow.item_id).where(tagged, _counts()),
        select(PhotoRow.item_id).where(_contains(PhotoRow.filename, needle)),
    )
    return ItemRow.id.in_(found)


def _contains(column: Any, needle: str) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = folded(column).contains(needle, autoescape=True)
    return condition
