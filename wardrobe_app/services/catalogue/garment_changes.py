"""What an import of the table writes: for many garments at once, so that nobody has to wait for it long."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from db.unit_of_work import UnitOfWork
from wardrobe_app.domain.garments.garment import Garment, Tag, TagKind, TagSource


@dataclass(frozen=True, slots=True)
class Change:
    """New values for fields of a garment, and its owner's tags by kind; None for a kind that she says nothing of."""

    item_id: int
    fields: Mapping[str, Any]
    tags: Mapping[TagKind, Tag | None]

    def before(self, garment: Garment) -> Change:
        """What sets the garment back to what it is now."""
        fields = {name: getattr(garment, name) for name in self.fields}
        return Change(self.item_id, fields, {kind: own_tag(garment, kind) for kind in self.tags})


def own_tag(garment: Garment, kind: TagKind) -> Tag | None:
    """The tag that the owner set, if she did."""
    tag = garment.tags.get(kind)
    return tag if tag is not None and tag.source is TagSource.PERSON else None


def write(uow: UnitOfWork, changes: Iterable[Change]) -> None:
    """Write all changes, in few statements; the caller commits."""
    wanted = list(changes)
    uow.garments.change_each({change.item_id: change.fields for change in wanted if change.fields})
    ids: dict[tuple[TagKind, str | None, str | None], list[int]] = defaultdict(list)
    for change in wanted:
        for kind, tag in change.tags.items():
            ids[kind, tag.value if tag else None, tag.shade if tag else None].append(change.item_id)
    for (kind, value, shade), garments in ids.items():
        if value is None:
            uow.garments.forget_own_tag(garments, kind)
        else:
            uow.garments.set_own_tag(garments, kind, value, shade)
