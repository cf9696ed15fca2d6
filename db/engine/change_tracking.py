"""Track which garments a writing unit changes, so that only those are loaded again.

A statement that changes only rows of known garments declares them (``changes_only``). After any other write the set is
unknown, and everything is loaded again: a missing declaration costs time, never correctness.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import Connection, Engine, event, select, update
from sqlalchemy.orm import Session

from db.schema.tables import StateRow

_CHANGED: Final = "wardrobe_changed_garments"
_READING: Final = ("SELECT", "BEGIN", "PRAGMA", "SET", "SAVEPOINT", "RELEASE")


def listen(engine: Engine) -> None:
    """Track every statement that the engine executes."""
    event.listen(engine, "before_cursor_execute", _track)


def changes_only(ids: Collection[int]) -> dict[str, Any]:
    """Return execution options for a statement that writes rows of these garments only, or of none."""
    return {_CHANGED: frozenset(ids)}


def begin(session: Session) -> None:
    """Start tracking for a writing unit."""
    session.connection().info[_CHANGED] = set()


def changed_garments(session: Session) -> set[int] | None:
    """Return the garments changed since ``begin``; None if unknown."""
    session.flush()
    found: set[int] | None = session.connection().info.get(_CHANGED)
    return found


def revision(session: Session) -> str:
    """Return a token that changes with every commit."""
    return session.scalars(select(StateRow.token)).one()


def renew_revision(session: Session) -> None:
    """Set a new token. A counter would not do: a restored wardrobe must not repeat an earlier revision."""
    session.execute(update(StateRow).values(token=uuid.uuid4().hex), execution_options=changes_only(()))


def _track(connection: Connection, _cursor: Any, statement: str, _parameters: Any, context: Any, _many: bool) -> None:
    known = connection.info.get(_CHANGED)
    if known is None or statement.lstrip().upper().startswith(_READING):
        return
    declared = context.execution_options.get(_CHANGED) if context is not None else None
    connection.info[_CHANGED] = None if declared is None else known | declared
