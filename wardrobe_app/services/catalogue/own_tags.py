"""Make the tags that people set."""

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
"""The values of each kind of tag other than the type."""

_SHADE: Final = re.compile("#[0-9a-f]{6}")


def own_tag(kind: TagKind, value: str, choices: Sequence[str]) -> Tag:
    """Return a person's tag; of a kind in ``SEVERAL``, ``value`` may hold several values in any order.

    Raises:
        InvalidEdit: a value is none of the ``choices``.
    """
    values = tag_values.split(value) if kind in SEVERAL else (value,)
    unknown = [one for one in values or (value,) if one not in choices]
    if unknown:
        raise InvalidEdit(f"“{unknown[0][:60]}” is not a {kind.value} that this wardrobe knows.")
    return Tag(kind, tag_values.joined(values, choices) if kind in SEVERAL else value, TagSource.PERSON)


def own_shade(name: str, shade: str, choices: Sequence[str]) -> Tag:
    """Return a person's colour tag with the picked ``shade``, ``#rrggbb``.

    Raises:
        InvalidEdit: the name is none of the ``choices``, or the shade is not valid.
    """
    if name not in choices or not _SHADE.fullmatch(shade):
        raise InvalidEdit(f"“{name}” ({shade}) is not a colour that this wardrobe knows.")
    return Tag(TagKind.COLOUR, name, TagSource.PERSON, shade=shade)


def with_values(garment: Garment, kind: TagKind, value: str, choices: Sequence[str]) -> Tag:
    """Return the tag that adds ``value`` to what a garment has; an uncertain prediction is replaced.

    Raises:
        InvalidEdit: a value is none of the ``choices``.
    """
    added, tag = own_tag(kind, value, choices), garment.tags.get(kind)
    there = tag.value if tag is not None and tag.is_known else ""
    return replace(added, value=tag_values.joined([there, added.value], choices))
