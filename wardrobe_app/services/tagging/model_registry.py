"""Choose the checkpoint that tags: the shipped one, one from the models folder, or one named at start-up."""

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
    """The available checkpoints, and the one in use.

    One named at start-up wins, then the user's choice, then the newest usable one in the folder, then the shipped one.
    """

    def __init__(
        self,
        folder: Path,
        shipped: Path,
        named: Path | None,
        read: Callable[[Path], Header],
        unusable: tuple[type[Exception], ...] = (),
    ) -> None:
        """Take ``read`` to get a checkpoint's header; it raises one of ``unusable`` with a sentence."""
        self.folder = folder
        self._shipped = shipped
        self._named = named
        self._read = read
        self._unusable = unusable

    @property
    def is_named(self) -> bool:
        """Return whether a checkpoint was named at start-up, which makes choosing pointless."""
        return self._named is not None

    def all(self) -> tuple[Checkpoint, ...]:
        """Return every checkpoint: named, shipped, then the folder's by name; broken ones with the reason."""
        named = [self._look(_NAMED_KEY, self._named, Origin.NAMED)] if self._named else []
        shipped = self._look(SHIPPED_KEY, self._shipped, Origin.SHIPPED)
        return (*named, shipped, *(self._look(path.name, path, Origin.FOLDER) for path in self._in_folder()))

    def in_use(self) -> Checkpoint:
        """Return the checkpoint that tags. It has a problem only if it was named, or if none is usable."""
        found = {entry.key: entry for entry in self.all()}
        if _NAMED_KEY in found:
            return found[_NAMED_KEY]
        usable = {key: entry for key, entry in found.items() if entry.header}
        if (chosen := self._chosen()) in usable:
            return usable[str(chosen)]
        newest = max(usable.keys() - {SHIPPED_KEY}, key=self._age, default=SHIPPED_KEY)
        return found[SHIPPED_KEY if chosen == SHIPPED_KEY else newest]

    def lost_choice(self) -> str | None:
        """Return the user's choice if it is missing or broken, so that another checkpoint tags; else None."""
        chosen = self._chosen()
        return None if self.is_named or chosen is None or self.in_use().key == chosen else chosen

    def choose(self, key: str) -> Checkpoint:
        """Tag with this checkpoint from now on, also after a restart.

        Raises:
            NotFound: it does not exist (any more).
            InvalidEdit: it is unusable, or another one was named at start-up.
            StorageFailed: the choice cannot be saved.
        """
        if self.is_named:
            raise InvalidEdit(
                "The model was set at start-up, by WARDROBE_CHECKPOINT or --checkpoint, and cannot be changed here."
            )
        found = next((entry for entry in self.all() if entry.key == key), None)
        if found is None:
            raise NotFound(f"{key} is no longer in the models folder.")
        if found.header is None:
            raise InvalidEdit(f"{key} cannot be used. {found.problem}")
        try:
            replace_file(self.folder / _CHOICE, json.dumps({"checkpoint": key}).encode())
        except OSError as error:
            raise StorageFailed(f"The choice could not be saved in {self.folder}: {error.strerror}.") from error
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
    """Tags with the checkpoint in use, loading it again after it was replaced or another one was chosen."""

    def __init__(self, models: ModelRegistry, make: Callable[[Path], TaggerLike]) -> None:
        self._models = models
        self._make = make
        self._made: tuple[object, TaggerLike] | None = None
        self._making = Lock()

    @property
    def model(self) -> str:
        """Return name and version of the model in use."""
        return self._now().model

    def tag(self, images: Sequence[Image], masked: Sequence[bool] | None = None) -> list[Prediction]:
        """Predict each picture, see :class:`TaggerLike`."""
        return self._now().tag(images, masked)

    def explain(self, image: Image, type_name: str | None = None) -> Explanation:
        """Show where a type was seen, see :class:`TaggerLike`."""
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
