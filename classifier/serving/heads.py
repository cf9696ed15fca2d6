"""Find a checkpoint's garment type head, and turn a head's probabilities into label scores."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from classifier.errors import CheckpointIncompatible
from classifier.serving import label_grouping
from classifier.taxonomy import garment_types

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from classifier.serving.checkpoint import CheckpointConfig

# "category" is the head of a checkpoint trained on DeepFashion, whose categories are types of our vocabulary.
_TYPE_HEADS = ("type", "category")


def type_head(config: CheckpointConfig) -> str | None:
    """Name the head that predicts the garment type, or None."""
    return next((head for head in _TYPE_HEADS if head in config.heads), None)


def type_names(config: CheckpointConfig, path: Path) -> dict[str, str]:
    """Map each label of the type head to its name in the vocabulary; ``path`` is for error messages.

    Raises:
        CheckpointIncompatible: there is no type head, or a label is unknown or appears twice.
    """
    head = type_head(config)
    if head is None:
        raise CheckpointIncompatible(f"{path} does not predict garment types. Choose a checkpoint that does.")
    names: dict[str, str] = {}
    for label in config.heads[head]:
        name = vocabulary_name(label)
        if name is None:
            raise CheckpointIncompatible(
                f"{path} has a type {label!r} that is not in the vocabulary. Choose another checkpoint."
            )
        if name in names.values():
            raise CheckpointIncompatible(f"{path} has the type {name!r} twice. Choose another checkpoint.")
        names[label] = name
    return names


def vocabulary_name(label: str) -> str | None:
    """Find the vocabulary's type for ``label``, ignoring case, spaces and hyphens; None if there is none."""
    return _names_by_key().get(_key(label))


def label_scores(config: CheckpointConfig, row: Mapping[str, NDArray[np.float32]], head: str) -> dict[str, float]:
    """Score each label of ``head``, 0 to 1, from one picture's calibrated probabilities by head.

    Types get the grouped scores of :func:`label_grouping.grouped_scores`, other labels their probability.
    """
    probabilities = dict(zip(config.heads[head], map(float, row[head]), strict=True))
    names = {label: vocabulary_name(label) for label in probabilities}
    if head != type_head(config) or None in names.values():
        return probabilities
    scores = label_grouping.grouped_scores({str(names[label]): value for label, value in probabilities.items()})
    return dict(zip(probabilities, scores.values(), strict=True))


@cache
def _names_by_key() -> dict[str, str]:
    return {_key(kind.name): kind.name for kind in garment_types()}


def _key(label: str) -> str:
    return re.sub(r"[\W_]+", "", label).casefold()
