from __future__ import annotations

import os
import time
from collections.abc import Sequence

from PIL import Image

from classifier.prediction import Prediction
from tests.support.fakes import FakeTagger
from wardrobe_app.config import Settings

# Made in the workers, in place of the product's tagger.

POISON = (255, 0, 255)


class PoisonedTagger(FakeTagger):
    # Ends its process at a picture in one colour, as a library written in C may.
    def tag(self, images: Sequence[Image.Image], masked: Sequence[bool] | None = None) -> list[Prediction]:
        for image in images:
            middle = image.getpixel((image.width // 2, image.height // 2))
            if isinstance(middle, tuple) and all(abs(a - b) < 20 for a, b in zip(middle, POISON, strict=True)):
                os._exit(1)
        time.sleep(0.002 * len(images))
        return super().tag(images, masked)


def poisoned(settings: Settings) -> FakeTagger:
    return PoisonedTagger()


def another(settings: Settings) -> FakeTagger:
    return FakeTagger("fake 2")
