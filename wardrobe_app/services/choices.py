"""What a person can choose from for each kind of tag."""

from __future__ import annotations

from classifier import taxonomy
from wardrobe_app.domain.garment import TagKind
from wardrobe_app.domain.vocabulary import Vocabulary


def choices(vocabulary: Vocabulary) -> dict[TagKind, tuple[str, ...]]:
    """The values of every kind of tag, in the order to show them: types by label, the others as the vocabulary has."""
    return {
        TagKind.TYPE: tuple(sorted(vocabulary, key=lambda name: vocabulary.label(name).lower())),
        TagKind.COLOUR: taxonomy.COLOURS,
        TagKind.PATTERN: taxonomy.PATTERNS,
        TagKind.GENDER: taxonomy.GENDERS,
        TagKind.SEASON: taxonomy.SEASONS,
        TagKind.OCCASION: taxonomy.OCCASIONS,
    }
