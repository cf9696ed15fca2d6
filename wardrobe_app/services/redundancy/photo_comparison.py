"""Compare the garments on two photos. Nothing is stored."""

from __future__ import annotations

from dataclasses import dataclass, replace

from wardrobe_app.domain.garments.garment import Garment, PairScore
from wardrobe_app.domain.similarity import same_item
from wardrobe_app.domain.similarity.perceptual_hash import is_same_picture
from wardrobe_app.domain.similarity.relations import Relation, plain_note
from wardrobe_app.domain.similarity.scores import compared, similarity
from wardrobe_app.services.importing.sources import Source
from wardrobe_app.services.insights.purchase_advice import Newcomer, PurchaseAdvisor
from wardrobe_app.services.tagging.keypoint_matching import compared as matched


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two garments that are not stored.

    ``same`` explains whether they are the same item or identical ones, ``alike`` whether they do the same job. ``note``
    explains why plain garments can only be look-alikes, "" for others.
    """

    a: Garment
    b: Garment
    relation: Relation
    same: PairScore
    alike: PairScore
    note: str


class PhotoComparison:
    """Compares photos by a model's predictions and OpenCV's keypoints."""

    def __init__(self, purchase_advisor: PurchaseAdvisor) -> None:
        self._purchase_advisor = purchase_advisor

    def compare(self, one: Source, other: Source) -> Comparison:
        """Compare the garments on two photos.

        Raises:
            ImageRefused: one of them cannot be read, is not a picture, is damaged, or exceeds the limits.
            TaggingUnavailable: there is no usable checkpoint.
        """
        first, second = self._purchase_advisor.look_at(one), self._purchase_advisor.look_at(other)
        return between(first, second)


def between(one: Newcomer, other: Newcomer) -> Comparison:
    """Compare two garments that were predicted already."""
    a, b = replace(one.garment, id=1), replace(other.garment, id=2)
    measures = compared(a, b, match=matched(one.keypoints.found, other.keypoints.found))
    alike = similarity(a, b)
    relation = same_item.relation(a, b, alike.score >= measures.config.redundant, float(measures.same[0]))
    if is_same_picture(one.phash, other.phash):
        relation = Relation.SAME_PICTURE
    note = plain_note((a, b)) if relation is Relation.LOOK_ALIKE else ""
    return Comparison(a, b, relation, measures.sameness(0), alike, note)
