"""Read every row of a database of any revision as JSON values, as docs/backup-format.md describes."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any, Final

from sqlalchemy import JSON, Boolean, ColumnClause, Connection, DateTime, MetaData, Table, column, select, table

from db.schema.revision import revision_of

Row = dict[str, Any]

# The revision is in the manifest; the state changes with every commit; files to delete are not backed up.
LEFT_OUT: Final = frozenset({"alembic_version", "state", "doomed_file"})
_CHUNK: Final = 200  # rows in memory at a time; the local features of a photo take 40 KB


class Dump:
    """Reads the tables of one database in the transaction of its connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @cached_property
    def revision(self) -> str:
        """The schema's revision; "" for a database without one."""
        return revision_of(self._connection) or ""

    @property
    def tables(self) -> tuple[str, ...]:
        """The names of the tables, those that others refer to first."""
        return tuple(found.name for found in self._reflected)

    def rows(self, name: str) -> Iterator[Row]:
        """Read the rows of a table in the order of its primary key, a few in memory at a time.

        Moments are ISO 8601 in UTC, days ISO 8601, bytes base64; everything else is plain JSON.
        """
        found = next(one for one in self._reflected if one.name == name)
        # Columns without types: values are converted here, and one that does not fit its type stays as it is.
        columns: list[ColumnClause[Any]] = [column(one.name) for one in found.columns]
        query = (
            select(*columns).select_from(table(name, *columns)).order_by(*(column(k.name) for k in found.primary_key))
        )
        sqlite = self._connection.dialect.name == "sqlite"
        kinds = [(one.name, one.type) for one in found.columns]
        for row in self._connection.execute(query, execution_options={"yield_per": _CHUNK}):
            yield {key: _plain(value, kind, sqlite) for (key, kind), value in zip(kinds, row, strict=True)}

    @cached_property
    def _reflected(self) -> list[Table]:
        return content_tables(self._connection)


def content_tables(connection: Connection) -> list[Table]:
    """Return the tables of a backup, as they are in this database, those that others refer to first."""
    metadata = MetaData()
    metadata.reflect(connection)
    return [found for found in metadata.sorted_tables if found.name not in LEFT_OUT]


def _plain(value: Any, kind: Any, sqlite: bool) -> Any:
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    if value is None or not isinstance(kind, DateTime | JSON | Boolean):
        return value.isoformat() if isinstance(value, date) else value
    if isinstance(kind, DateTime):
        return _moment(value)
    if isinstance(kind, Boolean):
        return bool(value)
    return _parsed(value) if sqlite else value


def _parsed(value: Any) -> Any:
    try:
        return json.loads(value)
    except (ValueError, TypeError):
        return value


def _moment(value: datetime | str) -> str:
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return str(value)
    return (found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)).isoformat()
