"""Propagate a person's type corrections to look-alikes. Propagated tags are computed, and never a garment's only tag.

Call ``refresh`` in the same transaction as anything that changes their basis: a correction, a confirmation, an import,
a new prediction, the trash. Propagated tags are stored beside the model's and the person's, so that undoing a
correction undoes what it propagated.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from classifier.prediction import Tier
from classifier.serving.label_propagation import DEFAULT, Example, Propagated, TypePrediction, propagate
from db.unit_of_work import UnitOfWork
from wardrobe_app.domain.batches import batched
from wardrobe_app.domain.garments.garment import Tag, TagKind, TagSource
from wardrobe_app.domain.garments.label_propagation import LabelExample

if TYPE_CHECKING:
    from numpy.typing import NDArray

BATCH_GARMENTS: Final = 5_000  # compared with the examples together, to bound memory
COSINE_TOLERANCE: Final = 1e-3  # for float32 rounding


def refresh(uow: UnitOfWork, ids: Collection[int] | None = None) -> list[int]:
    """Recompute propagated types for ``ids``, or for all; returns the garments whose type changed.

    A type set by a person is never overridden. The caller commits.
    """
    corrected = uow.label_propagation.corrected()
    wanted = _within_reach(uow, corrected) | uow.label_propagation.propagated() if ids is None else set(ids)
    examples = uow.label_propagation.examples(wanted | corrected)
    now = _propagated(examples, uow.vocabulary.own)
    changed = []
    for example in examples:
        if example.item_id not in wanted:
            continue
        tag = now.get(example.item_id)
        if tag != example.propagated:
            uow.label_propagation.replace(example.item_id, tag)
        if replace(example, propagated=tag).type != example.type:
            changed.append(example.item_id)
    return changed


def refresh_after(uow: UnitOfWork, ids: Collection[int]) -> list[int]:
    """Refresh after garments were added, removed or predicted anew: all of them only if one of ``ids``
    is an example.
    """
    return refresh(uow, None if uow.label_propagation.corrected(ids) else ids)


def refresh_around(uow: UnitOfWork, ids: Collection[int]) -> list[int]:
    """Refresh after a person set or removed the types of garments that stay: only garments near enough to be affected.

    Custom types reach further: their examples are compared with each other as well.
    """
    return refresh(uow, None if uow.vocabulary.own else _within_reach(uow, set(ids)) | set(ids))


def _within_reach(uow: UnitOfWork, examples: Set[int]) -> set[int]:
    """Return the garments outside the trash that are similar enough to be affected by one of the ``examples``."""
    found: set[int] = set()
    by_model: dict[str, list[NDArray[np.float32]]] = {}
    for example in uow.label_propagation.examples(examples):
        by_model.setdefault(example.model, []).append(example.embedding)
    if not by_model:
        return found
    taught = {model: np.stack(vectors).T for model, vectors in by_model.items()}
    for ids, models, vectors in uow.label_propagation.embeddings():
        for model in taught.keys() & set(models):
            rows = np.flatnonzero(np.array(models) == model)
            heard = (vectors[rows] @ taught[model]).max(axis=1) >= DEFAULT.min_similarity - COSINE_TOLERANCE
            found.update(ids[row] for row in rows[heard].tolist())
    return found


def _propagated(examples: Sequence[LabelExample], own: frozenset[str]) -> Mapping[int, Tag]:
    """Return the propagated tags by garment; only garments with the same model can be compared."""
    found: dict[int, Tag] = {}
    for model in {example.model for example in examples}:
        same_model = [example for example in examples if example.model == model]
        corrected = [example for example in same_model if example.own is not None]
        taught = [Example(_type_prediction(example), example.own or "") for example in corrected]
        for some in batched([example for example in same_model if example.own is None], BATCH_GARMENTS):
            for example, one in zip(
                some, propagate([_type_prediction(example) for example in some], taught, own), strict=True
            ):
                if one is not None:
                    found[example.item_id] = _tag(one, model, [corrected[at].item_id for at in one.examples])
    return found


def _type_prediction(example: LabelExample) -> TypePrediction:
    tag = example.suggestion
    shares = {entry.value: entry.confidence for entry in tag.candidates} if tag else {}
    return TypePrediction(shares or ({tag.value: 1.0} if tag else {}), example.embedding)


def _tag(found: Propagated, model: str, examples: Sequence[int]) -> Tag:
    # Never sure: seven to nine in ten are right, and the owner confirms with a click.
    share = round(min(1.0, found.share), 4)
    return Tag(TagKind.TYPE, found.type, TagSource.PROPAGATED, share, Tier.CHECK.value, model, examples=tuple(examples))
