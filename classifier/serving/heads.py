"""Find a checkpoint's garment type head, and its labels in the vocabulary."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from classifier.errors import CheckpointIncompatible
from classifier.taxonomy import garment_types, merged_types

if TYPE_CHECKING:
    from classifier.serving.checkpoint import CheckpointConfig

# "category" is the head of a checkpoint trained on DeepFashion, whose categories are types of our vocabulary.
_TYPE_HEADS = ("type", "category")


def type_head(config: CheckpointConfig) -> str | None:
    """Name the head that predicts the garment type, or None."""
    return next((head for head in _TYPE_HEADS if head in config.heads), None)


def type_names(config: CheckpointConfig, path: Path) -> dict[str, str]:
    """Map each label of the type head to its name in the vocabulary; ``path`` is for error messages.

    Raises:
        CheckpointIncompatible: there is no type head, or a label is unknown.
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
        names[label] = name
    return names


def vocabulary_name(label: str) -> str | None:
    """Find the vocabulary's type for ``label``, ignoring case, spaces and hyphens; None if there is none."""
    return _names_by_key().get(_key(label))


@cache
def _names_by_key() -> dict[str, str]:
    own = {kind.name: kind.name for kind in garment_types()}
    return {_key(name): type_name for name, type_name in (own | merged_types()).items()}


def _key(label: str) -> str:
    return re.sub(r"[\W_]+", "", label).casefold()
