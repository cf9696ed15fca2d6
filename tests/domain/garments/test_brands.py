from __future__ import annotations

from tests.support.garments import garment
from wardrobe_app.domain.garments.brands import brand_key, most_used
from wardrobe_app.domain.graph.schema import build_graph


def test_a_brand_is_one_however_it_is_spelled_and_shown_as_it_mostly_is() -> None:
    assert brand_key("Zara") == brand_key(" ZARA ") == brand_key("zara")
    assert most_used({"ZARA": 1, "Zara": 2, "zara": 1, "Léa": 1, "LEA": 1, "": 9}) == {"zara": "Zara", "lea": "Léa"}


def test_the_graph_has_one_node_for_a_brand() -> None:
    spellings = ["ZARA", "Zara", "zara", "Zara", "Levi’s", "LEVI'S", "E\u0301cru", "Ecru"]
    graph = build_graph([garment(number, brand=brand) for number, brand in enumerate(spellings, 1)])
    brands = {node: data["label"] for node, data in graph.nodes(data=True) if data["kind"] == "brand"}
    assert brands == {"brand:zara": "Zara", "brand:levi%27s": "Levi’s", "brand:ecru": "E\u0301cru"}
    assert set(graph["brand:zara"]) == {"item:1", "item:2", "item:3", "item:4"}
