from __future__ import annotations

import csv
import io

from tests.support.garments import garment
from wardrobe_app.domain.compatibility.pair_scores import PairScores
from wardrobe_app.domain.outfits.capsule import capsule
from wardrobe_app.services.outfits import packing_list

WARDROBE = [
    garment(1, "Sneakers", "white"),
    garment(2, "Jeans", "navy", brand="=SUM(A1)"),
    garment(3, "Blouse", "white", name="The one\nfrom Lyon"),
]


def test_the_text_has_a_box_to_tick_for_each_garment_under_its_part() -> None:
    text = packing_list.as_text(capsule(PairScores(WARDROBE), 3), " for winter")
    assert text.splitlines() == [
        "Packing list for winter: 3 garments, 1 outfit",
        "=============================================",
        "",
        "Tops",
        "[ ] The one from Lyon (number 3)",
        "",
        "Bottoms",
        "[ ] Navy jeans (number 2)",
        "",
        "Shoes",
        "[ ] White sneakers (number 1)",
        "",
        "Outfits",
        "1. The one from Lyon, Navy jeans, White sneakers",
    ]


def test_the_table_has_a_row_for_each_garment_and_runs_no_formula() -> None:
    rows = list(csv.DictReader(io.StringIO(packing_list.as_csv(WARDROBE).decode("utf-8-sig"))))
    assert [row["part"] for row in rows] == ["shoes", "bottom", "top"]
    assert rows[1]["brand"] == "'=SUM(A1)"
    assert rows[2]["garment"] == "The one from Lyon"
