"""Which checkpoint tags: the one that ships, one from the data folder's ``models``, or one named at the start."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from wardrobe_app.domain.errors import InvalidEdit, NotFound, StorageFailed
from wardrobe_app.domain.garments.models import Checkpoint, Header, Origin
from wardrobe_app.services.storage.atomic_files import replace_file
from wardrobe_app.services.tagging.predictions import TaggerLike

if TYPE_CHECKING:
    from PIL.Image import Image

    from classifier.prediction import Explanation, Prediction

SHIPPED_KEY = "shipped"
_NAMED_KEY = "named"
_CHOICE = "chosen.json"


class ModelRegistry:
    """The checkpoints that there are, and the one in use.

    One that was named at the start is used before any other. Else what was chosen here counts; as long as nothing was,
    the newest in the folder that can be used, and the one that ships if there is none.
    """

    def __init__(
        self,
        folder: Path,
        shipped: Path,
        named: Path | None,
        read: Callable[[Path], Header],
        unusable: tuple[type[Exception], ...] = (),
    ) -> None:
        """``read`` gives what a checkpoint says of itself, or raises one of ``unusable`` with a sentence."""
        self.folder = folder
        self._shipped = shipped
        self._named = named
        self._read = read
        self._unusable = unusable

    @property
    def is_named(self) -> bool:
        """Whether one was named at the start, so that choosing changes nothing."""
        return self._named is not None

    def all(self) -> tuple[Checkpoint, ...]:
        """Every checkpoint there is: named, shipped, then those of the folder by name; broken ones with the reason."""
        named = [self._look(_NAMED_KEY, self._named, Origin.NAMED)] if self._named else []
        shipped = self._look(SHIPPED_KEY, self._shipped, Origin.SHIPPED)
        return (*named, shipped, *(self._look(path.name, path, Origin.FOLDER) for path in self._in_folder()))

    def in_use(self) -> Checkpoint:
        """The one that tags. It has a problem only if it was named, or if none can be used."""
        found = {entry.key: entry for entry in self.all()}
        if _NAMED_KEY in found:
            return found[_NAMED_KEY]
        usable = {key: entry for key, entry in found.items() if entry.header}
        if (chosen := self._chosen()) in usable:
            return usable[str(chosen)]
        newest = max(usable.keys() - {SHIPPED_KEY}, key=self._age, default=SHIPPED_KEY)
        return found[SHIPPED_KEY if chosen == SHIPPED_KEY else newest]

    def lost_choice(self) -> str | None:
        """What was chosen and is gone or broken now, so that another one tags; else None."""
        chosen = self._chosen()
        return None if self.is_named or chosen is None or self.in_use().key == chosen else chosen

    def choose(self, key: str) -> Checkpoint:
        """Tag with this one from now on, also after a restart.

        Raises:
            NotFound: it is not (or no longer) there.
            InvalidEdit: it cannot be used, or one was named at the start.
            StorageFailed: the choice cannot be written down.
        """
        if self.is_named:
            raise InvalidEdit("The model was named at the start, by WARDROBE_CHECKPOINT or --checkpoint; it stays.")
        found = next((entry for entry in self.all() if entry.key == key), None)
        if found is None:
            raise NotFound(f"{key} is not in the models folder any more.")
        if found.header is None:
            raise InvalidEdit(f"{key} cannot be used. {found.problem}")
        try:
            replace_file(self.folder / _CHOICE, json.dumps({"checkpoint": key}).encode())
        except OSError as error:
            raise StorageFailed(f"The choice could not be written to {self.folder}: {error.strerror}.") from error
        return found

    def _in_folder(self) -> Sequence[Path]:
        try:
            return sorted(path for path in self.folder.glob("*.safetensors") if path.is_file())
        except OSError:
            return ()

    def _look(self, key: str, path: Path, origin: Origin) -> Checkpoint:
        try:
            return Checkpoint(key, str(path), origin, self._read(path))
        except self._unusable as error:
            return Checkpoint(key, str(path), origin, problem=str(error))

    def _chosen(self) -> str | None:
        try:
            choice = json.loads((self.folder / _CHOICE).read_text(encoding="utf-8"))
            return str(choice["checkpoint"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _age(self, key: str) -> tuple[int, str]:
        return _stamp(str(self.folder / key))[0], key


class CurrentTagger:
    """Tags with whatever is in use at the moment; a checkpoint that was replaced or chosen anew is loaded anew."""

    def __init__(self, models: ModelRegistry, make: Callable[[Path], TaggerLike]) -> None:
        self._models = models
        self._make = make
        self._made: tuple[object, TaggerLike] | None = None
        self._making = Lock()

    @property
    def model(self) -> str:
        """Name and version of the model in use."""
        return self._now().model

    def tag(self, images: Sequence[Image], masked: Sequence[bool] | None = None) -> list[Prediction]:
        """One prediction for each picture, as :class:`TaggerLike` says."""
        return self._now().tag(images, masked)

    def explain(self, image: Image, type_name: str | None = None) -> Explanation:
        """Where a type was seen, as :class:`TaggerLike` says."""
        return self._now().explain(image, type_name)

    def _now(self) -> TaggerLike:
        file = self._models.in_use().file
        state = (file, *_stamp(file))
        with self._making:
            if self._made is None or self._made[0] != state:
                self._made = (state, self._make(Path(file)))
            return self._made[1]


def _stamp(file: str) -> tuple[int, int]:
    try:
        found = Path(file).stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size
