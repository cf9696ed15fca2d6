from __future__ import annotations

import tracemalloc
from dataclasses import replace

import pytest

from tests.hostile.graph_files import ATTACKS, of_nodes
from tests.services.support.stored import stored
from tests.support.garments import garment, random_wardrobe
from wardrobe_app.config import Settings
from wardrobe_app.domain.errors import GraphRefused
from wardrobe_app.domain.graph.schema import build_graph
from wardrobe_app.services.graph.formats import IMPORTED, ExportFormat, dump
from wardrobe_app.services.graph.reader import read_graph
from wardrobe_app.wiring import Runtime

MEMORY = 320 * 2**20  # little more than three times the largest file that is read


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.timeout(60)
def test_an_attack_is_refused_with_a_sentence_and_little_memory(attack: str) -> None:
    data = ATTACKS[attack]()
    tracemalloc.start()
    try:
        with pytest.raises(GraphRefused, match=r"^(This|The) .+[^.]\.$"):
            read_graph(data)
        assert tracemalloc.get_traced_memory()[1] < MEMORY
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("form", IMPORTED)
def test_a_large_wardrobe_is_no_attack(form: ExportFormat) -> None:
    graph = build_graph(random_wardrobe(400))
    assert read_graph(dump(graph, form)).number_of_nodes() == graph.number_of_nodes()


ODD = [
    '"price":1e999999', '"price":NaN', '"price":-Infinity', '"quantity":1e308', '"label":"x","label":"y"',
    '"own_name":"\\ud800\\u0000\\u001b[31m\\u202egpj"', '"own_name":"\ud800"', '"brand":[1]', '"worn_on":"2024-99-99"',
    '"photo":"../../x.jpg"', '"sha256":"' + "z" * 64 + '"', '"own_name":null', '"item_id":1e400', '"favourite":2',
]  # fmt: skip


@pytest.mark.parametrize("value", ODD)
def test_an_odd_value_is_left_out_told_or_made_harmless(value: str, runtime: Runtime, settings: Settings) -> None:
    stored(settings, [replace(garment(1), name="")])
    try:
        report = runtime.graph.importer.apply(of_nodes([value])())
    except GraphRefused as error:
        assert str(error).endswith(".")
        return
    told = [*report.problems, *report.unknown, *(one.in_file for one in report.changes)]
    assert all(line.isprintable() for line in told)
    kept = runtime.catalogue.get(1)
    assert kept.name.isprintable()
    assert kept.price is None


def test_names_are_escaped_in_every_file_that_is_taken_away() -> None:
    nasty = "</text></title></script><script>x</script>]]>&lol;"
    graph = build_graph([garment(1, name=nasty, brand=nasty), garment(2, name=nasty)])
    for form in (ExportFormat.GRAPHML, ExportFormat.GEXF):
        assert b"<script" not in dump(graph, form)
    for form in IMPORTED:
        names = {data["own_name"] for _, data in read_graph(dump(graph, form)).nodes(data=True) if "own_name" in data}
        assert names == {nasty}, form
