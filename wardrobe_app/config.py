"""Settings: the only place that reads the environment."""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_data_dir
from pydantic import Field, PositiveInt
from pydantic_settings import BaseSettings, SettingsConfigDict

SHIPPED_CHECKPOINT = Path(__file__).resolve().parent.parent / "classifier" / "weights" / "wardrobe.safetensors"


class Settings(BaseSettings):
    """What can be set, each by an environment variable with the prefix ``WARDROBE_``.

    ``checkpoint`` names the one to tag with; None for what was chosen in the program, else the one that ships.
    Sizes are in bytes, pixels or frames; ``photo_max_side`` and ``thumbnail_side`` are the longest side in pixels.
    """

    model_config = SettingsConfigDict(env_prefix="WARDROBE_", frozen=True, extra="ignore", env_ignore_empty=True)

    data_dir: Path = Field(default_factory=lambda: Path(user_data_dir("wardrobe-graph", appauthor=False)))
    database_url: str | None = None
    photos_url: str | None = None
    checkpoint: Path | None = None
    max_file_bytes: PositiveInt = 50 * 1024 * 1024
    max_pixels: PositiveInt = 100_000_000
    max_frames: PositiveInt = 100
    photo_max_side: PositiveInt = 1600
    thumbnail_side: PositiveInt = 480
    batch_size: PositiveInt = 16
    max_batch_files: PositiveInt = 500
    trash_days: PositiveInt = 30

    @property
    def photos_dir(self) -> Path:
        """Where the stored photos are."""
        return self.data_dir / "photos"

    @property
    def thumbnails_dir(self) -> Path:
        """Where the thumbnails are."""
        return self.data_dir / "thumbnails"

    @property
    def masks_dir(self) -> Path:
        """Where the masks and cut-outs of photos are."""
        return self.data_dir / "masks"

    @property
    def photo_places(self) -> tuple[str, str, str]:
        """Where photos, thumbnails and masks are kept: below ``photos_url``, or in the data folder."""
        if self.photos_url is None:
            return str(self.photos_dir), str(self.thumbnails_dir), str(self.masks_dir)
        base = self.photos_url.rstrip("/")
        return f"{base}/photos", f"{base}/thumbnails", f"{base}/masks"

    @property
    def copies_dir(self) -> Path:
        """Where pictures that are kept elsewhere are copied to when they are shown."""
        return self.data_dir / "cache" / "pictures"

    @property
    def networks_dir(self) -> Path:
        """Where networks are kept as this computer runs them fastest; may be deleted at any time."""
        return self.data_dir / "cache" / "networks"

    @property
    def preferences_file(self) -> Path:
        """Where choices made on the settings page are kept."""
        return self.data_dir / "preferences.json"

    @property
    def models_dir(self) -> Path:
        """Where further checkpoints can be put."""
        return self.data_dir / "models"

    @property
    def backups_dir(self) -> Path:
        """Where a copy of the database goes before it is migrated."""
        return self.data_dir / "backups"

    @property
    def resolved_database_url(self) -> str:
        """``database_url``, or the SQLite file in the data folder."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'wardrobe.db').absolute().as_posix()}"


def keep_caches_in(folder: Path) -> None:
    """Let matplotlib, which Grad-CAM's library brings along, list the fonts in ``folder``, not in the user's home."""
    os.environ.setdefault("MPLCONFIGDIR", str(folder))
