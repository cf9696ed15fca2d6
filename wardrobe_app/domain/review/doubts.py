"""Find the tags of a garment that a person should look at, with the values to choose from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from wardrobe_app.domain.garments.garment import Garment, Tag, TagKind, TagSource
from wardrobe_app.domain.garments.vocabulary import Vocabulary

DOUBTFUL: Final = frozenset({"check", "unknown"})
"""The tiers of tags that need a review."""

MAX_OPTIONS: Final = 5


@dataclass(frozen=True, slots=True)
class Doubt:
    """A guess to review: ``options`` are what it may be instead, the guess itself first, at most ``MAX_OPTIONS``.

    ``confidence`` (0 to 1) is the probability that the guess is right.
    """

    garment: Garment
    kind: TagKind
    confidence: float
    options: tuple[str, ...]

    @property
    def guess(self) -> str:
        return self.options[0]


def is_doubtful(tag: Tag) -> bool:
    """Return whether a person should look at a tag: none set it, and no model is sure of it."""
    return tag.source is not TagSource.PERSON and tag.tier in DOUBTFUL


def type_doubt(garment: Garment, vocabulary: Vocabulary) -> Doubt | None:
    """Return the doubt about a garment's type, None if there is none."""
    tag = garment.tags.get(TagKind.TYPE)
    if tag is None or not is_doubtful(tag):
        return None
    options = _likely_types(garment, tag, vocabulary)
    return Doubt(garment, TagKind.TYPE, tag.confidence or 0.0, options[:MAX_OPTIONS])


def other_doubts(garment: Garment) -> Iterator[Doubt]:
    """Yield the doubts about a garment's other tags, in the order of their kinds."""
    for kind, tag in garment.tags.items():
        if kind is not TagKind.TYPE and is_doubtful(tag) and garment.may_have(kind):
            yield Doubt(garment, kind, tag.confidence or 0.0, _other_options(garment, tag))


def _likely_types(garment: Garment, tag: Tag, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The tag's value and then the model's candidates, each once, under today's names."""
    suggestion = garment.suggestions.get(TagKind.TYPE)
    values = [tag.value, *(one.value for one in (suggestion.candidates if suggestion else ()))]
    return tuple(dict.fromkeys(vocabulary[one].name if one in vocabulary else one for one in values))


def _other_options(garment: Garment, tag: Tag) -> tuple[str, ...]:
    """The guess, then the garment's other colours, largest first; no other kind has candidates that are kept."""
    shades = sorted(garment.palette, key=lambda one: -one.share) if tag.kind is TagKind.COLOUR else ()
    candidates = (one.value for one in tag.candidates)
    return tuple(dict.fromkeys([tag.value, *candidates, *(shade.name for shade in shades)]))[:MAX_OPTIONS]
