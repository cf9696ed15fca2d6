from __future__ import annotations

from tests.support.app_pages import _fresh_process, five_garments, garments, open_page, wardrobe

__all__ = ["_fresh_process", "five_garments", "garments", "open_page", "wardrobe"]
