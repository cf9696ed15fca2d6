from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

from tests.services.support.stored import Factory, add_as, graph_service, stored
from tests.support.garments import garment, random_wardrobe
from wardrobe_app.config import Settings
from wardrobe_app.domain.errors import GraphRefused
from wardrobe_app.domain.garments.garment import Condition, TagKind, Verdict
from wardrobe_app.domain.garments.vocabulary import Slot
from wardrobe_app.domain.garments.wear_log import OutfitState
from wardrobe_app.domain.graph.schema import build_graph
from wardrobe_app.services.graph import file_guard
from wardrobe_app.services.graph.exporter import ExportFormat
from wardrobe_app.services.graph.formats import IMPORTED, dump
from wardrobe_app.services.graph.importer import GraphImport
from wardrobe_app.services.graph.reader import read_graph
from wardrobe_app.services.tagging import label_propagation

THEN = datetime(2025, 6, 1, 8, 30, 1, 250, UTC)
# Files that the exporter wrote when the schema was of version 2, of owned() wardrobes of ten.
VERSION_2 = Path(__file__).with_name("version_2.zip")
CHOICES = {TagKind.COLOUR: ("teal", "pink", "navy"), TagKind.SEASON: ("winter", "summer")}
NASTY = 'aunt\'s <b>"best"</b> & =1+1 👗'


def importer(factory: Factory) -> GraphImport:
    return GraphImport(factory, lambda kind: CHOICES.get(kind, ()))


def owned(factory: Factory) -> Factory:
    with factory(writing=True) as uow:
        fields = {"name": NASTY, "brand": "Zara", "size": "M", "price": Decimal("19.90"), "favourite": True}
        uow.garments.change([1], {**fields, "purchased_on": date(2024, 2, 29), "quantity": 2, "condition": "worn"})
        uow.garments.change([2], {"price": Decimal("1.00"), "favourite": True})
        uow.custom_types.add("Dirndl", Slot.FULL, THEN)
        uow.commit()
    with factory(writing=True) as uow:
        uow.garments.set_own_tag([3], TagKind.TYPE, "Dirndl")
        uow.garments.set_own_tag([4], TagKind.TYPE, "Blouse")
        uow.garments.set_own_tag([4], TagKind.COLOUR, "teal", "#0a7f80")
        uow.garments.set_own_tag([5], TagKind.SEASON, "winter")
        uow.verdicts.set([(1, 2), (6, 7)], Verdict.KEEP_BOTH, THEN)
        uow.verdicts.set([(2, 3)], Verdict.DIFFERENT, THEN)
        outfit = uow.outfits.add([1, 2, 8], OutfitState.SAVED, "Sunday", THEN)
        uow.outfits.add([4, 5], OutfitState.REJECTED, "", THEN)
        uow.wears.add(date(2025, 5, 4), [1, 2, 8], outfit.id)
        uow.wears.add(date(2025, 5, 4), [4, 1])
        uow.wears.add(date(2025, 5, 9), [9])
        label_propagation.refresh(uow)
        uow.commit()
    return factory


@pytest.fixture
def wardrobe(settings: Settings) -> Factory:
    return owned(stored(settings, random_wardrobe(30)))


@pytest.fixture
def bare(tmp_path: Path) -> Factory:
    return stored(Settings(data_dir=tmp_path / "other"), random_wardrobe(30))


def exported(factory: Factory, form: ExportFormat = ExportFormat.JSON) -> bytes:
    return graph_service(factory).export_bytes(form)


def parts(factory: Factory) -> tuple[dict[str, Any], dict[frozenset[str], Any]]:
    graph = graph_service(factory).graph()
    return dict(graph.nodes(data=True)), {frozenset({a, b}): data for a, b, data in graph.edges(data=True)}


@pytest.mark.parametrize("form", IMPORTED)
def test_a_graph_brought_into_a_wardrobe_with_the_same_photos_restores_the_graph(
    form: ExportFormat, wardrobe: Factory, bare: Factory
) -> None:
    assert parts(bare) != parts(wardrobe)
    report = importer(bare).apply(exported(wardrobe, form))
    assert (report.garments, report.found, report.unknown) == (30, 30, ())
    assert (report.conflicts, report.problems) == ((), ())
    assert parts(bare) == parts(wardrobe)


@pytest.mark.parametrize("form", IMPORTED)
def test_a_file_of_version_2_brings_the_same_as_one_of_today(form: ExportFormat, tmp_path: Path) -> None:
    with zipfile.ZipFile(VERSION_2) as archive:
        old = archive.read(f"wardrobe.{form}")
    wardrobe = owned(stored(Settings(data_dir=tmp_path / "owned"), random_wardrobe(10)))
    by_old, by_new = (stored(Settings(data_dir=tmp_path / name), random_wardrobe(10)) for name in ("old", "new"))
    report = importer(by_old).apply(old)
    assert report.changes == importer(by_new).apply(exported(wardrobe, form)).changes
    assert {("size", "M"), ("quantity", "2")} <= {(one.what, one.in_file) for one in report.changes}
    assert (report.conflicts, report.problems) == ((), ())
    assert parts(by_old) == parts(by_new) == parts(wardrobe)


@pytest.mark.parametrize("form", sorted(set(ExportFormat) - set(IMPORTED)))
def test_a_file_for_other_programs_is_refused_as_such(form: ExportFormat, wardrobe: Factory) -> None:
    with pytest.raises(GraphRefused, match="for other programs"):
        read_graph(exported(wardrobe, form))


def test_garments_are_known_by_their_photos_whatever_their_numbers(wardrobe: Factory, tmp_path: Path) -> None:
    first, *others = random_wardrobe(30)
    turned = [replace(one, id=at) for at, one in enumerate([*others, first], 1)]
    other = stored(Settings(data_dir=tmp_path / "turned"), [])
    for one, original in zip(turned, [*others, first], strict=True):
        _add_with_key(other, one, original.id)
    report = importer(other).apply(exported(wardrobe))
    assert report.found == 30
    with other() as uow:
        assert uow.garments.get(30).name == NASTY
        assert uow.garments.get(1).price == Decimal("1.00")
        assert {(record.a, record.b) for record in uow.verdicts.all()} == {(1, 30), (5, 6), (1, 2)}
        assert {outfit.item_ids for outfit in uow.outfits.all()} == {(30, 1, 7), (3, 4)}


def _add_with_key(factory: Factory, one: Any, key: int) -> None:
    with factory(writing=True) as uow:
        assert add_as(uow, one, key) == one.id
        uow.commit()


def test_the_same_file_changes_nothing_the_second_time(wardrobe: Factory, bare: Factory) -> None:
    data = exported(wardrobe)
    importer(bare).apply(data)
    again = importer(bare).apply(data)
    assert (again.changes, again.conflicts, again.undo) == ((), (), None)


def test_a_preview_tells_what_would_change_and_changes_nothing(wardrobe: Factory, bare: Factory) -> None:
    before = parts(bare)
    report = importer(bare).preview(exported(wardrobe))
    assert parts(bare) == before
    assert report.changes == importer(bare).apply(exported(wardrobe)).changes
    told = {(one.what, one.in_file) for one in report.changes}
    assert {("brand", "Zara"), ("price", "19.90"), ("type", "Dirndl"), ("colour", "teal (#0a7f80)")} <= told
    assert {("verdict", "different"), ("look", "saved as “Sunday”"), ("worn on", "2025-05-09")} <= told


def test_an_import_can_be_taken_back(wardrobe: Factory, bare: Factory) -> None:
    before = parts(bare)
    report = importer(bare).apply(exported(wardrobe))
    assert report.undo
    report.undo()
    assert parts(bare) == before
    with bare() as uow:
        assert not uow.custom_types.all()


@pytest.fixture
def differing(bare: Factory) -> Factory:
    with bare(writing=True) as uow:
        uow.garments.change([1], {"name": "mine", "size": "M"})
        uow.garments.set_own_tag([4], TagKind.COLOUR, "pink")
        uow.verdicts.set([(1, 2)], Verdict.TWINS, THEN)
        uow.outfits.add([1, 2, 8], OutfitState.SAVED, "Monday", THEN)
        uow.commit()
    return bare


def test_what_is_here_stays_and_the_difference_is_told(wardrobe: Factory, differing: Factory) -> None:
    report = importer(differing).apply(exported(wardrobe))
    assert {(one.what, one.here) for one in report.conflicts} == {
        ("name", "mine"), ("colour", "pink"), ("verdict", "twins"), ("look", "saved as “Monday”"),
    }  # fmt: skip
    with differing() as uow:
        assert (uow.garments.get(1).name, uow.garments.get(1).brand) == ("mine", "Zara")
        assert uow.garments.get(4).colour == "pink"
        assert {record.verdict for record in uow.verdicts.all() if record.a == 1} == {Verdict.TWINS}
        assert sorted(outfit.name for outfit in uow.outfits.all()) == ["", "Monday"]


def test_what_is_here_is_replaced_when_asked_and_can_be_had_back(wardrobe: Factory, differing: Factory) -> None:
    before = parts(differing)
    report = importer(differing).apply(exported(wardrobe), replace=True)
    assert not report.conflicts
    assert parts(differing)[0] == parts(wardrobe)[0]
    assert report.undo
    report.undo()
    assert parts(differing) == before


def test_a_merged_type_of_a_file_is_read_as_the_one_it_was_merged_into(wardrobe: Factory, bare: Factory) -> None:
    with wardrobe(writing=True) as uow:
        uow.garments.set_own_tag([4], TagKind.TYPE, "Kurta")
        uow.commit()
    data = exported(wardrobe).replace(b"Kurta", b"Chinos")
    report = importer(bare).apply(data)
    assert report.problems == ()
    with bare() as uow:
        assert uow.garments.get(4).type == "Trousers"
        assert {kind.name for kind in uow.custom_types.all()} == {"Dirndl"}
    assert importer(bare).apply(data).changes == ()


def test_garments_that_have_no_photo_here_are_told_and_nothing_is_made_of_them(
    wardrobe: Factory, tmp_path: Path
) -> None:
    few = stored(Settings(data_dir=tmp_path / "few"), random_wardrobe(30)[:3])
    report = importer(few).apply(exported(wardrobe))
    assert (report.found, len(report.unknown)) == (3, 27)
    assert [problem for problem in report.problems if "Sunday" in problem and "1 of its garments" in problem]
    with few() as uow:
        assert len(uow.garments.all()) == 3
        assert not uow.outfits.all()


def test_a_failure_leaves_everything_as_it_was(
    wardrobe: Factory, bare: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = parts(bare)
    monkeypatch.setattr(label_propagation, "refresh", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        importer(bare).apply(exported(wardrobe))
    assert parts(bare) == before


def with_nodes(change: Callable[[dict[str, Any]], None]) -> bytes:
    graph = build_graph([garment(1, "Blouse", "pink", brand="Zara"), garment(2)])
    for number, (_, data) in enumerate(entry for entry in graph.nodes(data=True) if entry[1]["kind"] == "item"):
        data["sha256"] = f"{number + 1:064x}"
        change(data)
    return dump(graph, ExportFormat.JSON)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("price", -4.0), ("price", "much"), ("price", True), ("price", 1e300), ("quantity", 0), ("quantity", 2.5),
        ("condition", "torn"), ("purchased_on", "yesterday"), ("clothing_size", "x" * 400), ("brand", 7),
        ("favourite", "yes"), ("worn_on", "2025-13-01"),
    ],
)  # fmt: skip
def test_a_value_that_makes_no_sense_is_told_and_left_out(name: str, value: Any, bare: Factory) -> None:
    before = parts(bare)
    data = with_nodes(lambda node: node.update({name: value}) if node["item_id"] == 2 else node.pop("brand"))
    report = importer(bare).apply(data)
    assert len(report.problems) == 1
    assert not report.changes
    assert parts(bare) == before


def version_1(label: str, **more: Any) -> bytes:
    graph: nx.Graph[str] = nx.Graph(schema="wardrobe-graph", schema_version=1)
    known = {"kind": "item", "label": label, "item_id": 2, "colour": "pink", "type": "Blouse", "pattern": "striped"}
    graph.add_node("item:2", **known, favourite=True, photos=1, photo="IMG_0002.jpg", **more)
    graph.add_node("type:Blouse", kind="type", label="Blouse")
    graph.add_edge("item:2", "type:Blouse", relation="is-a", set_by="person")
    return dump(graph, ExportFormat.JSON)


def test_a_file_of_version_1_is_read_and_matched_by_number_and_file_name(bare: Factory) -> None:
    report = importer(bare).apply(version_1("Party blouse", price=5.0, brand="Zara"))
    with bare() as uow:
        made = uow.garments.get(2)
    assert report.found == 1
    assert (made.name, made.brand, made.price, made.favourite) == ("Party blouse", "Zara", Decimal(5), True)
    assert made.type == "Blouse"


@pytest.mark.parametrize("label", ["Pink striped blouse", "Pink blouse", "Striped blouse", "Blouse"])
def test_a_description_in_version_1_is_not_taken_for_a_name(label: str, bare: Factory) -> None:
    importer(bare).apply(version_1(label))
    with bare() as uow:
        assert uow.garments.get(2).name == ""


def test_a_file_of_version_1_with_another_photo_under_the_number_is_no_match(bare: Factory) -> None:
    data = version_1("Party blouse").replace(b"IMG_0002", b"IMG_0007")
    assert importer(bare).apply(data).found == 0


def test_the_name_of_version_2_wins_over_its_label(bare: Factory) -> None:
    report = importer(bare).preview(with_nodes(lambda node: node.update(label="Anything")))
    assert not [one for one in report.changes if one.what == "name"]


BOMB = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;">]>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><graph edgedefault="undirected"/></graphml>"""
OUTSIDE = b'<!DOCTYPE graphml SYSTEM "file:///etc/passwd"><graphml/>'


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (BOMB, "XML entities"),
        (OUTSIDE, "XML entities"),
        (BOMB.decode().encode("utf-16"), "not in UTF-8"),
        (b"", "not a wardrobe graph"),
        (b"\xff\xd8\xff\xe0photo", "not in UTF-8"),
        (b"hello", "not a wardrobe graph"),
        (b"<html><body/></html>", "only GraphML and GEXF"),
        (b"<graphml", "damaged|only GraphML"),
        (b'{"nodes": 7}', "damaged"),
        (b'{"nodes": [], "edges": []}', "not that of a wardrobe"),
        (b'{"nodes": [{"id": "a"}], "edges": [], "graph": {"schema": "other"}}', "not that of a wardrobe"),
        (b"[" * 200_000, "not a wardrobe graph"),
        (b'{"a":' * 200_000, "damaged"),
        (b"PK\x03\x04rubbish", "damaged"),
    ],
)
def test_what_is_no_wardrobe_graph_is_refused_with_a_sentence(data: bytes, reason: str) -> None:
    with pytest.raises(GraphRefused, match=reason):
        read_graph(data)


def test_a_later_version_of_the_schema_is_refused() -> None:
    data = json.loads(version_1("x"))
    data["graph"]["schema_version"] = 4
    with pytest.raises(GraphRefused, match="version 4"):
        read_graph(json.dumps(data).encode())


def test_a_declared_encoding_cannot_hide_entities() -> None:
    sly = BOMB.replace(b'version="1.0"', b'version="1.0" encoding="UTF-7"').replace(b"<!", b"+ADwAIQ-")
    with pytest.raises(GraphRefused):
        read_graph(sly)


def test_a_file_or_an_archive_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_guard, "MOST_BYTES", 100_000)
    with pytest.raises(GraphRefused, match="too large"):
        read_graph(b"{" + b" " * 100_000)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("nodes.csv", b"0" * 200_000)
    assert len(packed.getvalue()) < 1000
    with pytest.raises(GraphRefused, match="too large"):
        read_graph(packed.getvalue())


def test_the_condition_comes_back_as_a_condition(wardrobe: Factory, bare: Factory) -> None:
    importer(bare).apply(exported(wardrobe, ExportFormat.CSV))
    with bare() as uow:
        assert uow.garments.get(1).condition is Condition.WORN
        assert uow.garments.get(1).quantity == 2


@pytest.mark.parametrize(
    ("written", "here", "price"),
    [("EUR", "EUR", 5), ("EUR", None, 5), (None, "EUR", 5), ("EUR", "USD", None), ("EUR, or not", "USD", None)],
)
def test_a_price_in_another_currency_is_told_and_left_out(
    bare: Factory, written: str | None, here: str | None, price: int | None
) -> None:
    data = version_1("Party blouse", price=5.0, **({"currency": written} if written else {}))
    report = GraphImport(bare, lambda kind: (), lambda: here).apply(data)
    assert len(report.problems) == (price is None)
    with bare() as uow:
        assert uow.garments.get(2).price == price
        assert uow.garments.get(2).name == "Party blouse"


def test_a_day_on_which_more_was_worn_than_the_file_holds_is_not_doubled(settings: Settings) -> None:
    factory = owned(stored(settings, random_wardrobe(10, seed=3)))
    with factory(writing=True) as uow:
        before = uow.wears.all()
        uow.garments.change([8], {"archived_at": THEN})
        uow.commit()
    file = graph_service(factory).export_bytes(ExportFormat.JSON)
    report = importer(factory).apply(file)
    assert not [change for change in report.changes if change.what == "worn on"]
    with factory() as uow:
        assert uow.wears.all() == before
