"""Propagate a person's corrections to similar garments. Propagated tags are computed, and kept beside the others.

Whatever changes what there is to follow (a correction, a confirmation, an import, tagging again, the trash) calls
``refresh`` in its own transaction. What followed is kept beside the model's tag and beside the person's, so that taking
a correction back takes back what followed from it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Final

import numpy as np

from classifier.prediction import Tier
from classifier.serving.label_propagation import DEFAULT, Example, Propagated, TypePrediction, propagate
from db.unit_of_work import UnitOfWork
from wardrobe_app.domain.garments.garment import Tag, TagKind, TagSource
from wardrobe_app.domain.garments.label_propagation import LabelExample

if TYPE_CHECKING:
    from numpy.typing import NDArray

AT_ONCE: Final = 5_000  # garments that are held against the examples together, which bounds the memory it takes
ROUNDING: Final = 1e-3  # of a cosine of float32 vectors, generously


def refresh(uow: UnitOfWork, ids: Collection[int] | None = None) -> list[int]:
    """Compute anew what follows, for ``ids`` or for all; the ids of garments with another type than before.

    Where a person set the type, nothing follows. The caller commits.
    """
    examples = uow.label_propagation.corrected()
    wanted = _within_reach(uow, examples) | uow.label_propagation.followed() if ids is None else set(ids)
    examples_ = uow.label_propagation.examples(wanted | examples)
    now = _followed(examples_, uow.vocabulary.own)
    changed = []
    for example in examples_:
        if example.item_id not in wanted:
            continue
        tag = now.get(example.item_id)
        if tag != example.followed:
            uow.label_propagation.replace(example.item_id, tag)
        if replace(example, followed=tag).type != example.type:
            changed.append(example.item_id)
    return changed


def refresh_after(uow: UnitOfWork, ids: Collection[int]) -> list[int]:
    """The same where garments came, went or were seen anew: for all only if others follow one of them."""
    return refresh(uow, None if uow.label_propagation.corrected(ids) else ids)


def refresh_around(uow: UnitOfWork, ids: Collection[int]) -> list[int]:
    """The same where a person set or forgot the types of garments that stay: for those that are near enough to hear.

    Types of the owner's own reach further: how like each other their examples are counts as well.
    """
    return refresh(uow, None if uow.vocabulary.own else _within_reach(uow, set(ids)) | set(ids))


def _within_reach(uow: UnitOfWork, examples: Set[int]) -> set[int]:
    """The garments outside the trash that are near enough to hear one of the ``examples``."""
    found: set[int] = set()
    by_model: dict[str, list[NDArray[np.float32]]] = {}
    for example in uow.label_propagation.examples(examples):
        by_model.setdefault(example.model, []).append(example.embedding)
    if not by_model:
        return found
    taught = {model: np.stack(vectors).T for model, vectors in by_model.items()}
    for ids, models, vectors in uow.label_propagation.seen():
        for model in taught.keys() & set(models):
            rows = np.flatnonzero(np.array(models) == model)
            heard = (vectors[rows] @ taught[model]).max(axis=1) >= DEFAULT.min_similarity - ROUNDING
            found.update(ids[row] for row in rows[heard].tolist())
    return found


def _followed(examples_: Sequence[LabelExample], own: frozenset[str]) -> Mapping[int, Tag]:
    """The tags that follow, by garment; garments that different models saw cannot be compared."""
    found: dict[int, Tag] = {}
    for _, group in groupby(sorted(examples_, key=lambda example: example.model), key=lambda example: example.model):
        seen = list(group)
        corrected = [example for example in seen if example.own is not None]
        others = [example for example in seen if example.own is None]
        examples = [Example(_type_prediction(example), example.own or "") for example in corrected]
        for start in range(0, len(others), AT_ONCE):
            some = others[start : start + AT_ONCE]
            for example, one in zip(
                some, propagate([_type_prediction(example) for example in some], examples, own), strict=True
            ):
                if one is not None:
                    found[example.item_id] = _tag(one, example.model, [corrected[at].item_id for at in one.examples])
    return found


def _type_prediction(example: LabelExample) -> TypePrediction:
    tag = example.suggestion
    shares = {entry.value: entry.confidence for entry in tag.candidates} if tag else {}
    return TypePrediction(shares or ({tag.value: 1.0} if tag else {}), example.embedding)


def _tag(found: Propagated, model: str, examples: Sequence[int]) -> Tag:
    # Never sure: seven to nine in ten that follow are right, and a click makes it the owner's word.
    share = round(min(1.0, found.share), 4)
    return Tag(TagKind.TYPE, found.type, TagSource.PROPAGATED, share, Tier.CHECK.value, model, examples=tuple(examples))
