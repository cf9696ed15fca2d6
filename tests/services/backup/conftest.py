from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.services.support.full_wardrobe import fill

if TYPE_CHECKING:
    from collections.abc import Callable

    from wardrobe_app.config import Settings
    from wardrobe_app.wiring import Runtime


@pytest.fixture
def full(filled: Path, settings: Settings, open_wardrobe: Callable[[Settings], Runtime]) -> Runtime:
    # A wardrobe with everything in it; the copied folder has its database only where that is SQLite.
    if settings.resolved_database_url.startswith("sqlite"):
        shutil.copytree(filled, settings.data_dir)
        return open_wardrobe(settings)
    wardrobe = open_wardrobe(settings)
    fill(wardrobe)
    return wardrobe
