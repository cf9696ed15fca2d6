"""What can be done to garments from the gallery: to those that are ticked, or to the one in the panel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from wardrobe_app.components.catalogue import label_propagation, status
from wardrobe_app.components.gallery import view
from wardrobe_app.components.shared.formatting import KINDS, count_of
from wardrobe_app.components.shared.notices import Said, action
from wardrobe_app.domain.garments.availability import AVAILABLE, Status
from wardrobe_app.domain.garments.garment import Garment, TagKind
from wardrobe_app.domain.garments.vocabulary import Slot

if TYPE_CHECKING:
    from wardrobe_app.services.catalogue.catalogue import Catalogue
    from wardrobe_app.services.catalogue.change_set import AppliedChanges
    from wardrobe_app.services.catalogue.custom_types import CustomTypes

Ids = list[int]
Seen = Mapping[int, int]


class Actions:
    """Callbacks: each does one thing, says so, and offers to undo it.

    ``seen`` are the versions of the garments, by id, that the owner saw. A garment that was changed since is not
    overwritten, unless with ``force``.
    """

    def __init__(self, catalogue: Catalogue, types: CustomTypes, label_of: Callable[[str, str], str]) -> None:
        self._catalogue = catalogue
        self._types = types
        self._label_of = label_of

    @action
    def set_value(self, seen: Seen, ids: Ids, kind: str, value: str, *, force: bool = False) -> Said:
        """Set a tag, or the "status", of garments."""
        number, label = count_of(len(ids), "garment"), self._label_of(kind, value)
        if kind == "status":
            done = self._catalogue.set_status(ids, status.status_of(value))
            return self._undoable(done, f"{number} now {label.lower()}.")
        done = self._catalogue.correct(ids, TagKind(kind), value, seen=None if force else seen)
        text = f"{KINDS[TagKind(kind)]} of {number} changed to {label}." + label_propagation.words(done.propagated)
        return self._undoable(done, text)

    @action
    def add_values(self, seen: Seen, ids: Ids, kind: str, value: str, *, force: bool = False) -> Said:
        """Add values of a kind of which a garment may have several."""
        done = self._catalogue.add_values(ids, TagKind(kind), value, seen=None if force else seen)
        return self._undoable(done, f"{self._label_of(kind, value)} added to {count_of(len(ids), 'garment')}.")

    @action
    def make_type(self, seen: Seen, ids: Ids, name: str, slot: Slot) -> None:
        """Make a type that there is not yet, and set it."""
        self.set_value(seen, ids, TagKind.TYPE.value, self._types.add(name, slot))

    def correct(self, garment: Garment, kind: TagKind, value: str) -> object:
        """Set a tag of one garment."""
        return self.set_value({garment.id: garment.version}, [garment.id], kind.value, value)

    @action
    def forget(self, garment: Garment, kind: TagKind, *, force: bool = False) -> Said:
        """Go back to the model's tag."""
        seen = None if force else {garment.id: garment.version}
        done = self._catalogue.forget_correction([garment.id], kind, seen=seen)
        return self._undoable(done, f"{KINDS[kind]} is the model's again." + label_propagation.words(done.propagated))

    @action
    def set_status(self, garment: Garment, where: Status | None, lent_to: str) -> Said:
        """Say where one garment is."""
        done = self._catalogue.set_status([garment.id], where, lent_to)
        return self._undoable(done, f"Now {self._label_of('status', where or AVAILABLE).lower()}.")

    @action
    def favour(self, ids: Ids) -> Said:
        """Add to the favourites."""
        done = self._catalogue.set_favourite(ids, True)
        return self._undoable(done, f"{count_of(len(done.ids), 'garment')} added to favourites.")

    @action
    def no_favourite(self, ids: Ids) -> Said:
        """Remove from the favourites."""
        return self._undoable(self._catalogue.set_favourite(ids, False), "Removed from favourites.")

    @action
    def archive(self, ids: Ids) -> Said:
        """Move to the archive."""
        return self._moved(self._catalogue.archive(ids), ids, "archived")

    @action
    def unarchive(self, ids: Ids) -> Said:
        """Move back from the archive."""
        return self._moved(self._catalogue.unarchive(ids), ids, "back in the wardrobe")

    @action
    def trash(self, ids: Ids) -> Said:
        """Move to the trash."""
        return self._moved(self._catalogue.trash(ids), ids, "moved to the trash")

    def _undoable(self, done: AppliedChanges, text: str) -> Said:
        return text, partial(self._catalogue.undo, done)

    def _moved(self, done: AppliedChanges, ids: Ids, where: str) -> Said:
        view.untick(ids)
        return self._undoable(done, f"{count_of(len(done.ids), 'garment')} {where}.")
