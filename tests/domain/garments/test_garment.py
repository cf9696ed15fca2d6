from __future__ import annotations

from tests.support.garments import garment


def test_a_garment_is_called_by_what_it_looks_like() -> None:
    assert garment(1, "Blouse", "pink", pattern="striped").title == "Pink striped blouse"
    assert garment(2, "Tee", "white", pattern="solid").title == "White T-shirt"
    assert garment(3, "Tee", colour=None).title == "T-shirt"


def test_a_pattern_that_the_model_is_not_sure_of_is_not_in_the_title() -> None:
    assert garment(1, "Blouse", "pink", pattern="floral", tiers={"pattern": "unknown"}).title == "Pink blouse"
    assert garment(2, "Blouse", "pink", pattern="floral", tiers={"pattern": "check"}).title == "Pink floral blouse"
