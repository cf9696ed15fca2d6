"""Which garments a writing unit changed, told by the statements themselves: only those have to be read anew.

A statement that changes nothing but the rows of some garments says so (``touching``). Any other that writes makes it
unknown what was changed, so forgetting to say it costs time, never truth.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import Connection, Engine, event, select, update
from sqlalchemy.orm import Session

from db.schema.tables import StateRow

_TOUCHES: Final = "wardrobe_touches"
_READING: Final = ("SELECT", "BEGIN", "PRAGMA", "SET", "SAVEPOINT", "RELEASE")


def listen(engine: Engine) -> None:
    """Look at every statement that the engine runs."""
    event.listen(engine, "before_cursor_execute", _note)


def changes_only(ids: Collection[int]) -> dict[str, Any]:
    """Execution options of a statement that writes the rows of these garments, or of none, and nothing else of any."""
    return {_TOUCHES: frozenset(ids)}


def begin(session: Session) -> None:
    """A writing unit begins."""
    session.connection().info[_TOUCHES] = set()


def changed_garments(session: Session) -> set[int] | None:
    """The garments that were changed since it began; None where that is not known."""
    session.flush()
    found: set[int] | None = session.connection().info.get(_TOUCHES)
    return found


def _note(connection: Connection, _cursor: Any, statement: str, _parameters: Any, context: Any, _many: bool) -> None:
    known = connection.info.get(_TOUCHES)
    if known is None or statement.lstrip().upper().startswith(_READING):
        return
    told = context.execution_options.get(_TOUCHES) if context is not None else None
    connection.info[_TOUCHES] = None if told is None else known | told


def state(session: Session) -> str:
    """The same as before only where nothing was committed since."""
    return session.scalars(select(StateRow.token)).one()


def renew(session: Session) -> None:
    """Say that something changed. No counter: a restored wardrobe must not have the number of the one before."""
    session.execute(update(StateRow).values(token=uuid.uuid4().hex), execution_options=changes_only(()))
