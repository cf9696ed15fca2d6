"""Garments, their photos and tags, and verdicts on pairs of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, NewType

from wardrobe_app.domain import wording
from wardrobe_app.domain.garments import tag_values
from wardrobe_app.domain.garments.availability import Status
from wardrobe_app.domain.garments.vocabulary import Slot

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class TagKind(StrEnum):
    """What a tag is about. A garment has one value of each kind, or several of a kind in ``SEVERAL``."""

    TYPE = "type"
    COLOUR = "colour"
    PATTERN = "pattern"
    SLEEVE = "sleeve"
    GENDER = "gender"
    SEASON = "season"
    OCCASION = "occasion"


SEVERAL = frozenset({TagKind.SEASON, TagKind.OCCASION})
"""The kinds of which a garment may have several values at once."""

ATTRIBUTE_KINDS = tuple(kind for kind in TagKind if kind is not TagKind.TYPE)


class TagSource(StrEnum):
    """Who set a tag. A person's counts before a propagated one, and that before a model's."""

    MODEL = "model"
    PROPAGATED = "followed"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A candidate value for a tag, with its calibrated probability (0 to 1)."""

    value: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag with its provenance. Of a kind in ``SEVERAL``, ``value`` may hold several, see ``tag_values``.

    ``confidence`` (0 to 1) and ``tier`` ("sure", "check", "unknown") are the model's, None for a person's tag;
    ``model`` names the checkpoint and version. ``candidates`` are the model's best guesses, best first. ``shade`` is
    the exact colour, ``#rrggbb``, that a person picked. ``examples`` are the garments that a propagated tag was copied
    from, the most alike first.
    """

    kind: TagKind
    value: str
    source: TagSource
    confidence: float | None = None
    tier: str | None = None
    model: str | None = None
    candidates: tuple[Candidate, ...] = ()
    examples: tuple[int, ...] = ()
    shade: str | None = None

    @property
    def values(self) -> tuple[str, ...]:
        """Return every value it holds."""
        return tag_values.split(self.value) if self.kind in SEVERAL else (self.value,)

    @property
    def is_known(self) -> bool:
        """Return whether the tag is reliable: set by a person, or not a mere guess."""
        return self.source is TagSource.PERSON or self.tier != "unknown"


@dataclass(frozen=True, slots=True)
class Swatch:
    """A colour of a garment: plain name, ``#rrggbb`` and share, 0 to 1."""

    name: str
    hex: str
    share: float


@dataclass(frozen=True, slots=True)
class Photo:
    """A stored photo: ``file`` and ``thumbnail`` are names in the photo store, ``filename`` the original name.

    ``sha256`` is of the imported bytes, ``phash`` a perceptual hash of the upright picture (hexadecimal).
    ``mask_model`` names the model that masked the background, None without a mask; ``masked`` is whether the owner
    wants it used. ``cut_from`` is the SHA-256 of the imported bytes of a photo of several garments that this one was
    cut from; ``whole`` is whether the owner said that it shows a single garment.
    """

    id: int
    filename: str
    file: str
    thumbnail: str
    width: int
    height: int
    sha256: str
    phash: str
    added_at: datetime
    mask_model: str | None = None
    masked: bool = True
    cut_from: str | None = None
    whole: bool = False

    @property
    def has_cut_out(self) -> bool:
        """Return whether there is a mask and it is used."""
        return self.masked and self.mask_model is not None


class Condition(StrEnum):
    """How worn a garment is, from best to worst."""

    NEW = "new"
    GOOD = "good"
    WORN = "worn"


@dataclass(frozen=True, slots=True)
class Garment:
    """A garment with the tags that count: a person's, else propagated ones, else the model's.

    ``embedding`` is the first photo's, float32 of unit length, None without a prediction; ``suggestions`` are the
    model's tags even where others count. ``quantity`` is the number of identical items, at least 1. ``condition`` is
    None if unknown, ``status`` None if available; ``lent_to`` is who has a lent one. ``version`` rises with every
    change by the owner.
    """

    id: int
    photos: tuple[Photo, ...]
    tags: Mapping[TagKind, Tag]
    type_label: str
    slot: Slot | None
    palette: tuple[Swatch, ...] = ()
    suggestions: Mapping[TagKind, Tag] = field(default_factory=dict)
    embedding: NDArray[np.float32] | None = field(default=None, repr=False, compare=False)
    embedding_model: str | None = None
    name: str = ""
    notes: str = ""
    brand: str = ""
    size: str = ""
    price: Decimal | None = None
    purchased_on: date | None = None
    favourite: bool = False
    quantity: int = 1
    condition: Condition | None = None
    status: Status | None = None
    lent_to: str = ""
    added_at: datetime | None = None
    archived_at: datetime | None = None
    trashed_at: datetime | None = None
    version: int = field(default=1, compare=False)

    def value(self, kind: TagKind) -> str | None:
        """Return the value of the tag of this ``kind``, or None."""
        tag = self.tags.get(kind)
        return tag.value if tag else None

    def values(self, kind: TagKind) -> tuple[str, ...]:
        """Return every value of the tag of this ``kind``; empty if there is none."""
        tag = self.tags.get(kind)
        return tag.values if tag and tag.value else ()

    @property
    def type(self) -> str | None:
        return self.value(TagKind.TYPE)

    @property
    def colour(self) -> str | None:
        return self.value(TagKind.COLOUR)

    @property
    def pattern(self) -> str | None:
        return self.value(TagKind.PATTERN)

    @property
    def cover(self) -> Photo | None:
        """Return the photo that represents the garment."""
        return self.photos[0] if self.photos else None

    def may_have(self, kind: TagKind) -> bool:
        """Return whether a tag of this ``kind`` makes sense: trousers have no sleeves."""
        return kind is not TagKind.SLEEVE or self.slot in (None, Slot.UPPER, Slot.FULL) or kind in self.tags

    @property
    def title(self) -> str:
        """Return the owner's name for it, or a description without guesses: "Navy striped shirt"."""
        if self.name:
            return self.name
        tags = (self.tags.get(kind) for kind in (TagKind.COLOUR, TagKind.PATTERN))
        known = (tag.value for tag in tags if tag is not None and tag.is_known)
        words = [*(word for word in known if word not in ("solid", "other")), self.type_label]
        return wording.capitalised(" ".join([*words[:-1], wording.lower_first(words[-1])]))


class Verdict(StrEnum):
    """The owner's verdict on two garments; it survives new scans.

    ``DIFFERENT``: no more alike than others; ``KEEP_BOTH``: alike, and both stay; ``SAME_GARMENT``: one garment on two
    photos; ``TWINS``: two identical ones.
    """

    KEEP_BOTH = "keep-both"
    DIFFERENT = "different"
    SAME_GARMENT = "same-garment"
    TWINS = "twins"


@dataclass(frozen=True, slots=True)
class VerdictRecord:
    """The verdict on the garments ``a`` and ``b`` (ids, ``a < b``), and when it was given (UTC)."""

    a: int
    b: int
    verdict: Verdict
    decided_at: datetime


MergeId = NewType("MergeId", int)
"""Identifies a merge of garments."""


@dataclass(frozen=True, slots=True)
class Part:
    """A named reason of a score: what was compared (``name``), in words (``text``), how good (0 to 1), how heavy."""

    name: str
    text: str
    score: float
    weight: float


class Likeness(StrEnum):
    """How alike two garments are, for people, closest first."""

    SAME_ITEM = "Same item"
    NEARLY_IDENTICAL = "Nearly identical"
    SIMILAR = "Similar"


@dataclass(frozen=True, slots=True)
class PairScore:
    """How alike, or how well matched, two garments are: ``score`` 0 to 1, and its parts.

    ``likeness`` is the word for it; None if they are hardly alike, or were matched.
    """

    a: int
    b: int
    score: float
    parts: tuple[Part, ...]
    likeness: Likeness | None = None

    @property
    def reasons(self) -> tuple[str, ...]:
        """Return the parts in words, heaviest first, without those of no weight."""
        return tuple(part.text for part in sorted(self.parts, key=lambda part: -part.weight) if part.weight > 0)
