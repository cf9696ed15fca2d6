"""Write the rows of a backup to a database. Each value is checked, because a backup may come from anywhere."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from functools import cached_property, partial
from itertools import islice
from typing import Annotated, Any, Final

from pydantic import AfterValidator, AllowInfNan, BeforeValidator, Field, TypeAdapter
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    String,
    Table,
    bindparam,
    delete,
    func,
    insert,
    select,
    text,
    update,
)

from db.transfer.dump import Row, content_tables
from wardrobe_app.domain.errors import BackupRefused

_CHUNK: Final = 200


class Loader:
    """Writes the tables of one database in the transaction of its connection; the caller commits."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def tables(self) -> tuple[str, ...]:
        """The names of the tables, those that others refer to first."""
        return tuple(self._tables)

    def clear(self) -> None:
        """Delete every row of all tables."""
        for found in reversed(self._tables.values()):
            self._connection.execute(delete(found))

    def insert(self, name: str, rows: Iterable[Mapping[str, Any]]) -> int:
        """Insert rows as ``Dump`` gives them, with new ids where they have none; return how many.

        Raises:
            BackupRefused: a column is missing or unknown, or a value does not fit its column.
        """
        found = self._tables[name]
        above = [one for one in found.columns if any(key.column.table is found for key in one.foreign_keys)]
        later: list[Row] = []
        number, remaining = 0, iter(rows)
        while chunk := list(islice(remaining, _CHUNK)):
            values = [_checked(found, row, number + at) for at, row in enumerate(chunk, 1)]
            for one in above:  # a row may refer to a later one of its own table
                later += [{"_id": row["id"], "_to": row[one.name]} for row in values if row[one.name] is not None]
                values = [{**row, one.name: None} for row in values]
            self._connection.execute(insert(found), values)
            number += len(chunk)
        for one in above if later else ():
            change = update(found).where(found.c.id == bindparam("_id")).values({one.name: bindparam("_to")})
            self._connection.execute(change, later)
        self._let_ids_go_on(found)
        return number

    def first_free_id(self, name: str) -> int:
        """Return the first id that no row has or ever had."""
        found = self._tables[name]
        highest = self._connection.scalar(select(func.max(found.c.id))) or 0
        return max(highest, self._last_given(found)) + 1

    def _last_given(self, found: Table) -> int:
        if self._connection.dialect.name == "sqlite":
            if not self._connection.scalar(text("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'")):
                return 0
            given = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
            return int(self._connection.scalar(given, {"name": found.name}) or 0)
        sequence = self._sequence(found)
        # The name comes from the server, quoted.
        query = f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {sequence}"  # noqa: S608
        return int(self._connection.scalar(text(query)) or 0) if sequence else 0

    def _let_ids_go_on(self, found: Table) -> None:
        """Set the id sequence of PostgreSQL; SQLite goes by the rows themselves."""
        if self._connection.dialect.name != "postgresql" or not (sequence := self._sequence(found)):
            return
        if highest := self._connection.scalar(select(func.max(found.c.id))):
            there = max(int(highest), self._last_given(found))
            self._connection.execute(text("SELECT setval(:sequence, :there)"), {"sequence": sequence, "there": there})

    def _sequence(self, found: Table) -> str | None:
        if "id" not in found.columns:
            return None
        query = text("SELECT pg_get_serial_sequence(:name, 'id')")
        given: str | None = self._connection.scalar(query, {"name": f'"{found.name}"'})
        return given

    @cached_property
    def _tables(self) -> dict[str, Table]:
        return {found.name: found for found in content_tables(self._connection)}


def _checked(found: Table, row: Mapping[str, Any], number: int) -> Row:
    columns = {one.name for one in found.columns}
    if not isinstance(row, Mapping) or columns - {"id"} != set(row) - {"id"} or not columns >= set(row):
        raise BackupRefused(f"Row {number} of “{found.name}” has missing or unknown columns.")
    values: Row = {}
    for one in found.columns:
        if one.name not in row:
            continue
        try:
            values[one.name] = _value(one, row[one.name])
        except (ValueError, TypeError, OverflowError) as error:
            raise BackupRefused(f"Row {number} of “{found.name}”: its {one.name} is not valid.") from error
    return values


def _value(one: Column[Any], value: Any) -> Any:
    if value is None:
        if not one.nullable:
            raise ValueError
        return None
    reader = next(reader for kind, reader in _READERS if isinstance(one.type, kind))
    if isinstance(one.type, String) and one.type.length is not None and len(value) > one.type.length:
        raise ValueError
    return reader.validate_python(value)


def _in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _storable(text: str) -> str:
    text.encode()  # half of a surrogate pair cannot be stored
    if "\x00" in text:
        raise ValueError
    return text


def _strict(kind: Any, *checks: Any) -> TypeAdapter[Any]:
    return TypeAdapter(Annotated[kind, Field(strict=True), *checks])


# BigInteger is an Integer, and Float comes before the rest.
_READERS: Final[tuple[tuple[type[Any], TypeAdapter[Any]], ...]] = (
    (Boolean, _strict(bool)),
    (BigInteger, _strict(int, Field(ge=-(2**63), lt=2**63))),
    (Integer, _strict(int, Field(ge=-(2**31), lt=2**31))),
    (Float, _strict(float, AllowInfNan(False))),
    (DateTime, TypeAdapter(Annotated[datetime, BeforeValidator(datetime.fromisoformat), AfterValidator(_in_utc)])),
    (Date, TypeAdapter(Annotated[date, BeforeValidator(date.fromisoformat)])),
    (LargeBinary, TypeAdapter(Annotated[bytes, BeforeValidator(partial(base64.b64decode, validate=True))])),
    (JSON, TypeAdapter(list[Any] | dict[Any, Any])),
    (String, _strict(str, AfterValidator(_storable))),
)
