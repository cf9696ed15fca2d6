"""What a wardrobe holds: garments, their photos and tags, and what their owner decided about pairs of them."""

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
    """What a tag is about. A garment has one value of each kind, or of a kind in ``SEVERAL`` one or more."""

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
    """Who set a tag. A person's tag counts before one that followed from her corrections, and that before a model's."""

    MODEL = "model"
    PROPAGATED = "followed"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of the model's candidates for a tag, with its calibrated probability (0 to 1)."""

    value: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag with its provenance. Of a kind in ``SEVERAL`` its ``value`` may hold several, as ``tag_values`` says.

    ``confidence`` (0 to 1) and ``tier`` ("sure", "check", "unknown") are the model's, None for a person's tag;
    ``model`` names the checkpoint and version that set it. ``candidates`` are the model's best guesses, best first.
    ``shade`` is the very colour, ``#rrggbb``, that a person picked for a colour's name.
    ``examples`` are the ids of the garments that a tag which followed was taken over from, the most alike first.
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
        """Every value that it holds."""
        return tag_values.split(self.value) if self.kind in SEVERAL else (self.value,)

    @property
    def is_known(self) -> bool:
        """Whether the tag may be relied on: a person set it, or the model was not in the dark."""
        return self.source is TagSource.PERSON or self.tier != "unknown"


@dataclass(frozen=True, slots=True)
class Swatch:
    """One colour of a garment: plain name, ``#rrggbb`` and its share, 0 to 1."""

    name: str
    hex: str
    share: float


@dataclass(frozen=True, slots=True)
class Photo:
    """A stored photo: ``file`` and ``thumbnail`` are names in the photo store, ``filename`` what the user called it.

    ``sha256`` is of the bytes that were imported, ``phash`` a perceptual hash of the upright picture (hexadecimal).
    ``mask_model`` names the model that told the garment from the ground, None where none did; ``masked`` is whether
    the owner lets that count.
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

    @property
    def has_cut_out(self) -> bool:
        """Whether there is a picture of the garment alone, and it counts."""
        return self.masked and self.mask_model is not None


class Condition(StrEnum):
    """How worn a garment is, as its owner sees it; from best to worst."""

    NEW = "new"
    GOOD = "good"
    WORN = "worn"


@dataclass(frozen=True, slots=True)
class Garment:
    """One garment with the tags that count: a person's, else what followed from her corrections, else the model's.

    ``embedding`` is that of the first photo, float32 of unit length, None where no model has seen it yet;
    ``suggestions`` holds the model's own tags also where another one counts. ``quantity`` is how many identical ones
    there are (twins), at least 1; ``condition`` is None where nobody said. ``status`` is None for a garment that can be
    worn now; ``lent_to`` says who has one that is lent, "" where nobody said. ``version`` rises with every change of
    what its owner says of it.
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
        """The value of the tag of this ``kind``, or None."""
        tag = self.tags.get(kind)
        return tag.value if tag else None

    def values(self, kind: TagKind) -> tuple[str, ...]:
        """Every value of the tag of this ``kind``; empty where there is none."""
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
        """The photo that stands for the garment."""
        return self.photos[0] if self.photos else None

    def may_have(self, kind: TagKind) -> bool:
        """Whether a tag of this ``kind`` makes sense for it: trousers have no sleeves."""
        return kind is not TagKind.SLEEVE or self.slot in (None, Slot.UPPER, Slot.FULL) or kind in self.tags

    def _tells(self, kind: TagKind) -> bool:
        """Whether the tag of this ``kind`` is there and may be relied on."""
        tag = self.tags.get(kind)
        return tag is not None and tag.is_known

    @property
    def title(self) -> str:
        """The owner's name for it, else what it looks like: "Navy striped shirt". What is not sure is left out."""
        if self.name:
            return self.name
        told = [self.tags[kind].value for kind in (TagKind.COLOUR, TagKind.PATTERN) if self._tells(kind)]
        words = [*(word for word in told if word not in ("solid", "other")), self.type_label]
        return wording.capitalised(" ".join([*words[:-1], wording.lower_first(words[-1])]))


class Verdict(StrEnum):
    """What the owner decided about two garments; it sticks when the wardrobe is scanned again.

    They are no more alike than others (``DIFFERENT``); alike, and both stay (``KEEP_BOTH``); one garment on two photos
    (``SAME_GARMENT``); two identical ones (``TWINS``).
    """

    KEEP_BOTH = "keep-both"
    DIFFERENT = "different"
    SAME_GARMENT = "same-garment"
    TWINS = "twins"


@dataclass(frozen=True, slots=True)
class VerdictRecord:
    """What was decided about the garments ``a`` and ``b`` (ids, ``a < b``), and when (UTC)."""

    a: int
    b: int
    verdict: Verdict
    decided_at: datetime


MergeId = NewType("MergeId", int)
"""Names one merge of garments, so that it can be undone."""


@dataclass(frozen=True, slots=True)
class Part:
    """One named reason of a score: what was compared (``name``), in words (``text``), how good (0 to 1), how heavy."""

    name: str
    text: str
    score: float
    weight: float


@dataclass(frozen=True, slots=True)
class PairScore:
    """How alike, or how well matched, two garments are: ``score`` 0 to 1, and the parts that it is made of."""

    a: int
    b: int
    score: float
    parts: tuple[Part, ...]

    @property
    def reasons(self) -> tuple[str, ...]:
        """The parts in words, heaviest first, without those that had nothing to say."""
        return tuple(part.text for part in sorted(self.parts, key=lambda part: -part.weight) if part.weight > 0)
