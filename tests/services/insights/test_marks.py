from __future__ import annotations

import pytest

from tests.services.support.stored import stored
from tests.support.garments import garment
from wardrobe_app.config import Settings
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.services.answers import Answers
from wardrobe_app.services.insights.connections import Connections
from wardrobe_app.services.insights.insights import InsightsService, Standing
from wardrobe_app.services.insights.marks import GraphMarks, Highlight

WARDROBE = [
    *(garment(number, "Blouse", "pink", occasion="casual") for number in (1, 2, 3)),
    garment(4, "Jeans", "navy", occasion="casual"),
    garment(5, "Sneakers", "white", occasion="casual"),
    garment(6, "Sweatpants", "grey", occasion="formal"),
]


class Counting(InsightsService):
    asked = 0

    def standing(self) -> Standing:
        self.asked += 1
        return super().standing()


def marks_of(settings: Settings, garments: list[Garment]) -> tuple[GraphMarks, Counting]:
    service = Counting(stored(settings, garments))
    return GraphMarks(Connections(Answers(lambda: "1"), service)), service


def nodes(found: Highlight | None) -> set[str]:
    assert found is not None
    assert len(found.nodes) == len(set(found.nodes))
    assert found.label
    return set(found.nodes)


def test_each_insight_names_the_nodes_to_mark(settings: Settings) -> None:
    marks, service = marks_of(settings, WARDROBE)
    assert marks.names == ("key-pieces", "isolated", "smallest-set", "purchase")
    assert "item:4" in nodes(marks.of("key-pieces"))
    assert nodes(marks.of("smallest-set")) >= {"item:1", "item:4"}
    assert "item:2" not in nodes(marks.of("smallest-set"))
    purchase = service.purchases()[0]
    assert nodes(marks.of("purchase")) == {f"item:{one.id}" for one in purchase.goes_with}
    alone = (*service.isolated_garments(), *service.single_partners())
    assert nodes(marks.of("isolated")) == {f"item:{one.garment.id}" for one in alone}


def test_the_answers_are_kept(settings: Settings) -> None:
    marks, service = marks_of(settings, WARDROBE)
    for _ in range(2):
        assert [marks.of(name) for name in marks.names]
    assert service.asked == 1


@pytest.mark.parametrize("garments", [[], WARDROBE[:1]])
def test_where_there_is_nothing_to_mark_there_are_no_nodes(settings: Settings, garments: list[Garment]) -> None:
    marks, _ = marks_of(settings, garments)
    for name in ("key-pieces", "smallest-set"):
        assert nodes(marks.of(name)) == set()
    assert {name for name in marks.names if marks.of(name) is None} == set()


def test_an_unknown_name_marks_nothing(settings: Settings) -> None:
    assert marks_of(settings, WARDROBE)[0].of("<script>") is None
