from __future__ import annotations

from collections import Counter

from tests.support.garments import garment, random_wardrobe
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.graph.clusters import Cluster, find_clusters, smallest
from wardrobe_app.domain.graph.schema import wardrobe_graph

BLOUSES = [garment(number, "Blouse", "pink") for number in (1, 2, 3, 4)]
JEANS = [garment(number, "Jeans", "blue") for number in (5, 6, 7)]
STRIPES = [garment(number, "Tee", "navy", pattern="striped") for number in (11, 12, 13)]


def clusters(garments: list[Garment]) -> tuple[Cluster, ...]:
    return find_clusters(garments, wardrobe_graph(garments))


def test_clusters_are_named_by_what_they_share() -> None:
    assert [(one.name, one.item_ids) for one in clusters([*BLOUSES, *JEANS, *STRIPES])] == [
        ("pink blouses", (1, 2, 3, 4)), ("blue jeans", (5, 6, 7)), ("navy striped T-shirts", (11, 12, 13)),
    ]  # fmt: skip


def test_what_is_alone_is_put_together_by_where_it_is_worn() -> None:
    found = clusters([*BLOUSES, garment(20, "Jeans"), garment(21, "Skirt", "red"), garment(22, None, None, None)])
    assert {one.name for one in found} == {"pink blouses", "other bottoms", "other garments"}


def test_every_garment_is_in_exactly_one_cluster() -> None:
    wardrobe = random_wardrobe(300)
    counted = Counter(item_id for one in clusters(wardrobe) for item_id in one.item_ids)
    assert counted == dict.fromkeys(range(1, 301), 1)


def test_no_two_clusters_have_one_name() -> None:
    names = [one.name for one in clusters(random_wardrobe(300))]
    assert len(set(names)) == len(names)


def test_the_same_wardrobe_falls_into_the_same_clusters_in_any_order() -> None:
    wardrobe = random_wardrobe(120)
    assert clusters(wardrobe) == clusters(wardrobe[::-1])


def test_the_face_of_a_cluster_is_one_of_its_own() -> None:
    assert all(one.face in one.item_ids for one in clusters(random_wardrobe(80)))


def test_a_large_wardrobe_has_larger_clusters() -> None:
    assert (smallest(20), smallest(1000)) == (3, 11)


def test_an_empty_wardrobe_has_no_clusters() -> None:
    assert clusters([]) == ()
