from __future__ import annotations

from tests.domain.wardrobe import garment


def test_a_garment_is_called_by_what_it_looks_like() -> None:
    assert garment(1, "Blouse", "pink", pattern="striped").title == "Pink striped blouse"
    assert garment(2, "Tee", "white", pattern="solid").title == "White T-shirt"
    assert garment(3, "Tee", colour=None).title == "T-shirt"
