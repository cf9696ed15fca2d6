"""What the owner makes of garments: looks that she saved or rejected, and what she wore when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class LookState(StrEnum):
    """What the owner thinks of a look."""

    SAVED = "saved"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class OwnLook:
    """A look that the owner saved or rejected: ``item_ids`` from the body outwards; ``created_at`` in UTC."""

    id: int
    name: str
    state: LookState
    item_ids: tuple[int, ...]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Wear:
    """Garments that were worn together on a day; ``look_id`` is that of the saved look, if it was one."""

    id: int
    worn_on: date
    item_ids: tuple[int, ...]
    look_id: int | None = None
