from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wardrobe_app.domain.garments.garment import Garment, MergeId, VerdictRecord
    from wardrobe_app.services.catalogue.catalogue import Catalogue
    from wardrobe_app.services.redundancy.review import RedundancyService
    from wardrobe_app.wiring import Runtime


def split(wardrobe: Runtime, merge_id: MergeId) -> list[Garment]:
    with wardrobe.catalogue._uow() as uow:
        keep = uow.merges.get(merge_id).keep_id
    gone = wardrobe.redundancy.review.separate(keep, merge_id)
    return [wardrobe.catalogue.get(item) for item in gone.moved]


def empty_trash(catalogue: Catalogue) -> int:
    return catalogue.delete_forever([garment.id for garment in catalogue.trashed()])


def verdicts_of(service: RedundancyService) -> list[VerdictRecord]:
    with service._uow() as uow:
        return uow.verdicts.all()
