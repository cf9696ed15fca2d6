from __future__ import annotations

from pathlib import Path

import pytest

from tests.services.support.full_wardrobe import fill
from tests.support.fakes import FakeTagger
from wardrobe_app.config import Settings


@pytest.fixture(scope="session")
# The data folder of a wardrobe with everything in it, made once; tests work in copies.
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from wardrobe_app import startup, wiring

    folder = tmp_path_factory.mktemp("filled") / "wardrobe"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wiring, "make_tagger", lambda settings: FakeTagger())
        fill(startup.build(Settings(data_dir=folder, batch_size=4)))
    return folder
