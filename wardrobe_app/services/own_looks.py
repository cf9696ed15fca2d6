"""Looks that the owner saves, names, rejects and removes, each with its way back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from db.unit_of_work import UnitOfWork
from wardrobe_app.domain.errors import InvalidEdit, NotFound
from wardrobe_app.domain.look import from_the_body, look_name
from wardrobe_app.domain.wearing import LookState, OwnLook

LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class RemovedLooks:
    """Looks that were removed, and which wears each was: what brings them back."""

    looks: tuple[tuple[OwnLook, tuple[int, ...]], ...]


class OwnLooks:
    """Saved and rejected looks. A look is the set of its garments: it is kept once, and is saved or rejected."""

    def __init__(self, uow_factory: Callable[[], UnitOfWork]) -> None:
        self._uow = uow_factory

    def all(self, state: LookState | None = None) -> tuple[OwnLook, ...]:
        """Every look, or those of a state, the newest first."""
        with self._uow() as uow:
            return tuple(look for look in uow.looks.all() if state in (None, look.state))

    def save(self, ids: Sequence[int], name: str = "") -> OwnLook:
        """Keep a look, under a name or one made of its garments; what is saved already gets the name.

        A rejection of the same look is taken back.

        Raises:
            NotFound: one of the garments is not there.
            InvalidEdit: there are fewer than two garments.
        """
        with self._uow() as uow:
            items = from_the_body(uow.garments.many(_at_least_two(ids)))
            named = _name(name) or look_name(items)
            known = _same(uow, ids)
            if known is not None and known.state is LookState.SAVED:
                uow.looks.rename(known.id, _name(name) or known.name)
                look = _same(uow, ids) or known
            else:
                uow.looks.remove([known.id] if known else [])
                look = uow.looks.add([item.id for item in items], LookState.SAVED, named, datetime.now(UTC))
            uow.commit()
        return look

    def reject(self, ids: Sequence[int]) -> OwnLook:
        """Never be shown these garments as a look again.

        Raises:
            NotFound: one of the garments is not there.
            InvalidEdit: there are fewer than two garments, or it is a saved look.
        """
        with self._uow() as uow:
            items = from_the_body(uow.garments.many(_at_least_two(ids)))
            known = _same(uow, ids)
            if known is not None and known.state is LookState.SAVED:
                raise InvalidEdit("This is one of your saved looks. Remove it there first.")
            look = known or uow.looks.add([item.id for item in items], LookState.REJECTED, "", datetime.now(UTC))
            uow.commit()
        return look

    def rename(self, look_id: int, name: str) -> str:
        """Give a look another name; the name it had.

        Raises:
            NotFound: there is no such look.
            InvalidEdit: the name is empty.
        """
        if not _name(name):
            raise InvalidEdit("A look needs a name.")
        with self._uow() as uow:
            before = [look.name for look in uow.looks.all() if look.id == look_id]
            uow.looks.rename(look_id, _name(name))
            uow.commit()
        return before[0] if before else ""

    def remove(self, look_id: int) -> RemovedLooks:
        """Forget a saved look, or take a rejection back; what was worn as one stays worn.

        Raises:
            NotFound: there is no such look.
        """
        with self._uow() as uow:
            looks = [look for look in uow.looks.all() if look.id == look_id]
            if not looks:
                raise NotFound("This look is not there any more.")
            worn = tuple(wear.id for wear in uow.wears.all() if wear.look_id == look_id)
            uow.looks.remove([look_id])
            uow.commit()
        return RemovedLooks(tuple((look, worn) for look in looks))

    def bring_back(self, removed: RemovedLooks) -> None:
        """Undo ``remove``. A look of the same garments that was kept meanwhile stays as it is."""
        with self._uow() as uow:
            for look, worn in removed.looks:
                if _same(uow, look.item_ids) is None:
                    uow.looks.restore(look, worn)
            uow.commit()


def _same(uow: UnitOfWork, ids: Sequence[int]) -> OwnLook | None:
    return next((look for look in uow.looks.all() if set(look.item_ids) == set(ids)), None)


def _name(name: str) -> str:
    return " ".join(name.split())[:LONGEST_NAME]


def _at_least_two(ids: Sequence[int]) -> list[int]:
    if len(set(ids)) < 2:
        raise InvalidEdit("A look takes at least two garments.")
    return list(dict.fromkeys(ids))
