"""Whether anything changed: one short text, new with every commit."""

from __future__ import annotations

import uuid

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db.engine.change_tracking import touching
from db.schema.tables import StateRow


def state(session: Session) -> str:
    """The same as before only where nothing was committed since."""
    return session.scalars(select(StateRow.token)).one()


def renew(session: Session) -> None:
    """Say that something changed. No counter: a restored wardrobe must not have the number of the one before."""
    session.execute(update(StateRow).values(token=uuid.uuid4().hex), execution_options=touching(()))
