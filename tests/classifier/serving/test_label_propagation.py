from __future__ import annotations

import numpy as np
import pytest

from classifier.serving.label_propagation import DEFAULT, Example, Propagated, TypePrediction, propagate


def look(angle: float, **shares: float) -> TypePrediction:
    """A garment at an ``angle`` in degrees: the cosine of the angle between two is their likeness."""
    return TypePrediction(shares, np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))], np.float32))


def one(garment: TypePrediction, examples: list[Example], own: frozenset[str] = frozenset()) -> Propagated | None:
    (found,) = propagate([garment], examples, own)
    return found


DOUBTFUL = look(0, Tee=0.5, Blouse=0.4, Top=0.1)


def test_without_examples_the_network_stands() -> None:
    assert propagate([DOUBTFUL, DOUBTFUL], []) == [None, None]
    assert propagate([], [Example(DOUBTFUL, "Blouse")]) == []


def test_a_look_alike_follows_a_correction_and_names_it() -> None:
    found = one(DOUBTFUL, [Example(look(90, Jeans=1.0), "Jeans"), Example(look(10, Tee=0.6, Blouse=0.4), "Blouse")])
    assert found is not None
    assert (found.type, found.examples) == ("Blouse", (1,))
    assert 0.5 < found.share <= 1


def test_what_looks_different_does_not_follow() -> None:
    assert one(DOUBTFUL, [Example(look(90, Tee=0.6, Blouse=0.4), "Blouse")]) is None


def test_the_surer_the_network_the_closer_the_example_has_to_be() -> None:
    sure = look(0, Tee=0.998, Blouse=0.002)
    assert one(sure, [Example(look(50, Tee=0.6, Blouse=0.4), "Blouse")]) is None
    assert one(DOUBTFUL, [Example(look(50, Tee=0.6, Blouse=0.4), "Blouse")]) is not None
    assert one(sure, [Example(look(5, Tee=0.6, Blouse=0.4), "Blouse")]) is not None


def test_a_confirmed_garment_holds_a_corrected_one_in_check() -> None:
    garment = look(0, Tee=0.7, Blouse=0.3)
    corrected = Example(look(25, Tee=0.6, Blouse=0.4), "Blouse")
    confirmed = [Example(look(angle, Tee=0.5, Blouse=0.5), "Tee") for angle in (-5, 0, 5)]
    assert one(garment, [corrected]) is not None
    assert one(garment, [corrected, *confirmed]) is None


def test_confirming_what_the_network_knew_for_certain_changes_nothing() -> None:
    assert one(look(0, Tee=0.5, Blouse=0.5), [Example(look(0, Tee=1.0), "Tee")]) is None


def test_no_type_is_followed_that_no_example_has() -> None:
    # What the owner calls a parka was no T-shirt; that alone does not make the garment beside it a blouse.
    found = one(look(0, Tee=0.6, Blouse=0.4), [Example(look(40, Tee=1.0), "Parka")])
    assert found is None or found.type == "Parka"


@pytest.mark.parametrize(("count", "followed"), [(2, None), (3, "Dirndl")])
def test_a_type_of_the_owners_own_counts_from_three_examples_on(count: int, followed: str | None) -> None:
    examples = [Example(look(angle, Dress=0.9, Skirt=0.1), "Dirndl") for angle in (-8, 4, 9)[:count]]
    found = one(look(0, Dress=0.8, Skirt=0.2), examples, frozenset({"Dirndl"}))
    assert (found.type if found else None) == followed


def test_a_type_of_the_owners_own_takes_only_what_is_as_like_it_as_its_examples() -> None:
    examples = [Example(look(angle, Dress=0.9, Skirt=0.1), "Dirndl") for angle in (0, 2, 4)]
    garments = [look(5, Dress=0.6, Skirt=0.4), look(40, Dress=0.6, Skirt=0.4)]
    assert [found.type if found else None for found in propagate(garments, examples, {"Dirndl"})] == ["Dirndl", None]


def test_the_order_of_the_examples_does_not_matter() -> None:
    examples = [
        Example(look(10, Tee=0.6, Blouse=0.4), "Blouse"),
        Example(look(15, Tee=0.8), "Top"),
        Example(look(40, Tee=0.9), "Tee"),
    ]
    there, back = one(DOUBTFUL, examples), one(DOUBTFUL, examples[::-1])
    assert there is not None
    assert back is not None
    assert (there.type, there.share) == (back.type, pytest.approx(back.share))
    assert [examples[at].type for at in there.examples] == [examples[::-1][at].type for at in back.examples]


def test_a_garment_without_candidates_may_follow_too() -> None:
    found = one(look(0), [Example(look(1, Tee=1.0), "Blouse")])
    assert found is not None
    assert found.type == "Blouse"


def test_only_the_nearest_examples_are_heard() -> None:
    near = [Example(look(angle, Tee=0.5, Blouse=0.5), "Tee") for angle in range(DEFAULT.neighbours)]
    far = [Example(look(20, Tee=0.9, Blouse=0.1), "Blouse")] * 50
    assert one(DOUBTFUL, [*near, *far]) is None
