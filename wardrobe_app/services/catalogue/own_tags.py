"""The tags that people set, made of what they say."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from classifier import taxonomy
from wardrobe_app.domain.errors import InvalidEdit
from wardrobe_app.domain.garments import tag_values
from wardrobe_app.domain.garments.garment import SEVERAL, Garment, Tag, TagKind, TagSource

VALUES: Final[Mapping[TagKind, tuple[str, ...]]] = {
    TagKind.COLOUR: taxonomy.COLOURS,
    TagKind.PATTERN: taxonomy.PATTERNS,
    TagKind.SLEEVE: taxonomy.SLEEVES,
    TagKind.GENDER: taxonomy.GENDERS,
    TagKind.SEASON: taxonomy.SEASONS,
    TagKind.OCCASION: taxonomy.OCCASIONS,
}
"""What a tag of each kind, other than the type, can say."""

_SHADE: Final = re.compile("#[0-9a-f]{6}")


def own_tag(kind: TagKind, value: str, choices: Sequence[str]) -> Tag:
    """The tag of a person who says ``value``; of a kind in ``SEVERAL`` it may hold several, in any order.

    Raises:
        InvalidEdit: it is none of the ``choices``.
    """
    values = tag_values.split(value) if kind in SEVERAL else (value,)
    unknown = [one for one in values or (value,) if one not in choices]
    if unknown:
        raise InvalidEdit(f"“{unknown[0][:60]}” is not a {kind.value} that this wardrobe knows.")
    return Tag(kind, tag_values.joined(values, choices) if kind in SEVERAL else value, TagSource.PERSON)


def own_shade(name: str, shade: str, choices: Sequence[str]) -> Tag:
    """The tag of a person who picked the ``shade``, ``#rrggbb``, and calls it ``name``.

    Raises:
        InvalidEdit: the name is none of the ``choices``, or there is no such shade.
    """
    if name not in choices or not _SHADE.fullmatch(shade):
        raise InvalidEdit(f"“{name}” ({shade}) is not a colour that this wardrobe knows.")
    return Tag(TagKind.COLOUR, name, TagSource.PERSON, shade=shade)


def with_values(garment: Garment, kind: TagKind, value: str, choices: Sequence[str]) -> Tag:
    """The tag of a person who adds ``value`` to what a garment has; a mere guess of a model is replaced.

    Raises:
        InvalidEdit: it is none of the ``choices``.
    """
    added, tag = own_tag(kind, value, choices), garment.tags.get(kind)
    there = tag.value if tag is not None and tag.is_known else ""
    return replace(added, value=tag_values.joined([there, added.value], choices))
