from __future__ import annotations

from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, insert, select, text

from classifier.taxonomy import merged_types
from db.engine.session import make_engine
from db.migrate import upgrade
from db.schema.tables import Base
from tests.db.conftest import zipped
from tests.db.test_migrate import NOON, TAG, at_revision
from tests.paths import ROOT

TABLES = Base.metadata.tables
OWN = {"source": "person", "confidence": None, "tier": None, "candidates": []}
KEPT: dict[str, Any] = {"name": "Chinos", "notes": "Kimono", "price": None, "quantity": 1, "favourite": False}


@pytest.fixture
def old(url: str) -> Engine:
    engine = at_revision(url, "0007")
    items = [{"name": "Chinos", "notes": "my Kimono", "added_at": NOON} for _ in range(3)]
    with engine.begin() as connection:
        connection.execute(insert(TABLES["item"]), items)
    return engine


def write(engine: Engine, table: str, *rows: dict[str, Any]) -> None:
    with engine.begin() as connection:
        for row in rows:
            connection.execute(insert(TABLES[table]), row)


def migrated(url: str, table: str) -> list[dict[str, Any]]:
    upgrade(url, zipped)
    with make_engine(url).connect() as connection:
        return [dict(row) for row in connection.execute(select(TABLES[table])).mappings()]


@pytest.mark.parametrize("name", merged_types())
def test_every_merged_type_is_renamed_whoever_said_it(sqlite_url: str, name: str) -> None:
    engine = at_revision(sqlite_url, "0007")
    write(engine, "item", {"name": name, "added_at": NOON})
    said = [{**TAG, "candidates": [], "source": source, "value": name} for source in ("model", "followed", "person")]
    write(engine, "tag", *said)
    assert {row["value"] for row in migrated(sqlite_url, "tag")} == {merged_types()[name]}


def test_nothing_but_the_types_is_changed(url: str, old: Engine) -> None:
    written = [
        {**TAG, "candidates": [{"value": "Tee", "confidence": 0.5}], "examples": [], "model": "m 1"},
        {**TAG, **OWN, "kind": "colour", "value": "Chinos", "examples": [], "shade": "#112233"},
        {**TAG, **OWN, "value": "Chinos", "examples": []},
    ]
    write(old, "tag", *written)
    found = migrated(url, "tag")
    assert [{name: row[name] for name in said} for row, said in zip(found, written, strict=True)] == [
        *written[:2],
        {**written[2], "value": "Trousers"},
    ]
    items = migrated(url, "item")
    assert {(row["name"], row["notes"], row["version"]) for row in items} == {("Chinos", "my Kimono", 1)}


def test_of_proposals_that_are_one_type_now_the_best_stays(url: str, old: Engine) -> None:
    proposed = [("Joggers", 0.5), ("Jeans", 0.25), ("Sweatpants", 0.125), ("Chinos", 0.0625)]
    candidates = [{"value": name, "confidence": share} for name, share in proposed]
    write(old, "tag", {**TAG, "value": "Joggers", "candidates": candidates})
    (tag,) = migrated(url, "tag")
    assert (tag["value"], tag["confidence"]) == ("Sweatpants", 0.5)
    assert [(one["value"], one["confidence"]) for one in tag["candidates"]] == [
        ("Sweatpants", 0.5), ("Jeans", 0.25), ("Trousers", 0.0625),
    ]  # fmt: skip


def test_undoing_a_merge_gives_back_the_renamed_type(url: str, old: Engine) -> None:
    type_before, type_after = {"value": "Chinos", "shade": None}, {"value": "Tee", "shade": None}
    kept = {
        "before": {**KEPT, "type": type_before}, "after": {**KEPT, "type": type_after}, "prefer": {"type": 2},
        "twins": False, "verdicts": [],
    }  # fmt: skip
    moved = [{"item": 2, "photos": [], "added": 0, "kept": kept}, {"item": 3, "photos": [], "added": 0}]
    write(old, "merge", {"keep_id": 1, "moved": moved, "merged_at": NOON})
    renamed = {**kept, "before": {**KEPT, "type": {"value": "Trousers", "shade": None}}}
    (merge,) = migrated(url, "merge")
    assert merge["moved"] == [{**moved[0], "kept": renamed}, moved[1]]


def test_an_own_type_with_a_merged_name_stays_and_one_with_a_new_name_becomes_that(url: str, old: Engine) -> None:
    types = ({"name": name, "slot": "full", "created_at": NOON} for name in ("Kimono", "slippers", "Dirndl"))
    write(old, "own_type", *types)
    said = [{**TAG, **OWN, "item_id": number, "value": name} for number, name in enumerate(("Kimono", "slippers"), 1)]
    write(old, "tag", *said)
    assert [row["value"] for row in migrated(url, "tag")] == ["Kimono", "Slippers"]
    assert {row["name"] for row in migrated(url, "own_type")} == {"Kimono", "Dirndl"}


@pytest.mark.parametrize("wrong", [["Chinos"], [{"value": ["Chinos"]}], {"value": 1}, [{"kept": {"before": 1}}], []])
def test_what_cannot_be_read_stays_as_it_is(url: str, old: Engine, wrong: Any) -> None:
    write(old, "tag", {**TAG, "candidates": wrong})
    write(old, "merge", {"keep_id": 1, "moved": wrong, "merged_at": NOON})
    assert migrated(url, "tag")[0]["candidates"] == migrated(url, "merge")[0]["moved"] == wrong


def test_the_migration_is_taken_back_without_losing_a_row(url: str, old: Engine) -> None:
    write(old, "tag", {**TAG, **OWN, "value": "Chinos"})
    before, config = migrated(url, "tag"), Config()
    config.set_main_option("script_location", str(ROOT / "db" / "migrations"))
    with make_engine(url).connect() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0007")
        connection.commit()
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "0007"
    assert migrated(url, "tag") == before
