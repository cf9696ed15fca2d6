"""Which head of a checkpoint says the type of a garment, and how a head's probabilities become scores of labels."""

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

# Ours, and that of a checkpoint trained on DeepFashion, whose categories are types of our vocabulary.
_TYPE_HEADS = ("type", "category")


def type_head(config: CheckpointConfig) -> str | None:
    """The head that says the type, or None if no head does."""
    return next((head for head in _TYPE_HEADS if head in config.heads), None)


def type_names(config: CheckpointConfig, path: Path) -> dict[str, str]:
    """The vocabulary's name of each label of the head that says the type; ``path`` is for the error's sentence.

    Raises:
        CheckpointIncompatible: no head says types, a label is no type of the vocabulary, or two are the same.
    """
    head = type_head(config)
    if head is None:
        raise CheckpointIncompatible(f"{path} does not tell types of garments. Choose a checkpoint that does.")
    names: dict[str, str] = {}
    for label in config.heads[head]:
        name = vocabulary_name(label)
        if name is None:
            raise CheckpointIncompatible(
                f"{path} knows a type {label!r} that is not in the vocabulary. Choose another checkpoint."
            )
        if name in names.values():
            raise CheckpointIncompatible(f"{path} knows the type {name!r} twice. Choose another checkpoint.")
        names[label] = name
    return names


def vocabulary_name(label: str) -> str | None:
    """The type of the vocabulary that ``label`` spells, whatever its case, blanks and hyphens; None if none."""
    return _spellings().get(_plain(label))


def scores(config: CheckpointConfig, row: Mapping[str, NDArray[np.float32]], head: str) -> dict[str, float]:
    """Score, 0 to 1, of each label of ``head``, from one picture's calibrated probabilities by head.

    Types are scored together with their kin, as they are proposed to a person; all else by its probability alone.
    """
    found = dict(zip(config.heads[head], map(float, row[head]), strict=True))
    if head != type_head(config):
        return found
    names = {label: vocabulary_name(label) for label in found}
    if None in names.values():
        return found
    voted = label_grouping.with_kin({str(names[label]): value for label, value in found.items()})
    return {label: voted[str(names[label])] for label in found}


@cache
def _spellings() -> dict[str, str]:
    return {_plain(kind.name): kind.name for kind in garment_types()}


def _plain(label: str) -> str:
    return re.sub(r"[\W_]+", "", label).casefold()
