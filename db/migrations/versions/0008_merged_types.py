"""Types that were merged into others, and types of the owner's that everybody has now"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels = None
depends_on = None

_MERGED = {
    "Anorak": "Parka", "Flannel": "Button-Down", "Halter": "Top", "Peacoat": "Coat", "Chinos": "Trousers",
    "Culottes": "Capris", "Cutoffs": "Shorts", "Gauchos": "Capris", "Jeggings": "Jeans", "Jodhpurs": "Leggings",
    "Joggers": "Sweatpants", "Sarong": "Skirt", "Sweatshorts": "Shorts", "Caftan": "Dress", "Cape": "Poncho",
    "Coverup": "Dress", "Kaftan": "Dress", "Kimono": "Robe", "Shirtdress": "Dress", "Sundress": "Dress",
}  # fmt: skip
_NEW = ("Slippers", "Clogs", "Dungarees", "Snowsuit")

_TAG = sa.table(
    "tag", sa.column("id", sa.Integer), sa.column("kind"), sa.column("value"), sa.column("candidates", sa.JSON)
)
_MERGE = sa.table("merge", sa.column("id", sa.Integer), sa.column("moved", sa.JSON))
_OWN_TYPE = sa.table("own_type", sa.column("name"))


def upgrade() -> None:
    """Rename types wherever one is stored: in tags, in what models proposed, and in merges that can be undone.

    A type that the owner made up keeps its name, unless it is one of the new types, whatever its capitals.
    """
    own = op.get_bind().scalars(sa.select(_OWN_TYPE.c.name)).all()
    known = {name.casefold(): name for name in _NEW}
    now_common = {name: known[name.casefold()] for name in own if name.casefold() in known}
    names = {old: name for old, name in _MERGED.items() if old not in own} | now_common
    op.execute(sa.delete(_OWN_TYPE).where(_OWN_TYPE.c.name.in_(now_common)))
    is_type = _TAG.c.kind == "type"
    for old, name in names.items():
        op.execute(sa.update(_TAG).where(is_type, _TAG.c.value == old).values(value=name))
    _rewrite(_TAG, "candidates", lambda candidates: _proposed(candidates, names), is_type)
    _rewrite(_MERGE, "moved", lambda moved: [_undone(entry, names) for entry in moved])


def downgrade() -> None:
    """Take back nothing: no row says which of the merged types a garment had, and the older program knows them all."""


def _rewrite(
    table: sa.TableClause[Any], name: str, renamed: Callable[[Any], Any], *conditions: sa.ColumnElement[bool]
) -> None:
    """Write what ``renamed`` changes in a column of JSON. What it cannot read stays: backups are checked later."""
    connection, changed = op.get_bind(), []
    for key, value in connection.execute(sa.select(table.c.id, table.c[name]).where(*conditions)):
        with suppress(LookupError, TypeError, AttributeError):
            if (new := renamed(value)) != value:
                changed.append({"changed_id": key, "new": new})
    statement = sa.update(table).where(table.c.id == sa.bindparam("changed_id"))
    if changed:
        connection.execute(statement.values({name: sa.bindparam("new", type_=sa.JSON)}), changed)


def _proposed(candidates: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Rename proposals; of those that are one type now, the first stays, which is the best."""
    found: dict[str, dict[str, Any]] = {}
    for one in candidates:
        name = names.get(one["value"], one["value"])
        found.setdefault(name, {**one, "value": name})
    return list(found.values())


def _undone(entry: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Rename the type that a merge's undoing gives back to the garment."""
    kept = entry.get("kept")
    if not kept:
        return dict(entry)
    said = {when: _renamed(kept[when], names) for when in ("before", "after")}
    return {**entry, "kept": {**kept, **said}}


def _renamed(said: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    tag = said.get("type")
    return {**said, "type": {**tag, "value": names.get(tag["value"], tag["value"])}} if tag else dict(said)
