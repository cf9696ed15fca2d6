from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes import FakeTagger
from tests.services.full_wardrobe import fill
from wardrobe_app.config import Settings


@pytest.fixture(scope="session")
# The data folder of a wardrobe with everything in it, made once; tests work in copies.
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from wardrobe_app import runtime

    folder = tmp_path_factory.mktemp("filled") / "wardrobe"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runtime, "make_tagger", lambda settings: FakeTagger())
        fill(runtime.build(Settings(data_dir=folder, batch_size=4)))
    return folder
