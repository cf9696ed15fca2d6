"""Settings: the only place that reads the environment, and the secrets that a container gets as files."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final, Literal

from platformdirs import user_data_dir
from pydantic import AliasChoices, Field, PositiveInt, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

SHIPPED_CHECKPOINT = Path(__file__).resolve().parent.parent / "classifier" / "weights" / "wardrobe.safetensors"

_KEY: Final = re.compile("[0-9a-f]{32}")
_SECRETS: Final = Path("/run/secrets")  # where Docker, Podman and others mount them


class Settings(BaseSettings):
    """The settings, each read from an environment variable with the prefix ``WARDROBE_``, or a secret file so named.

    ``allowed_users`` may sign in: verified e-mail addresses or keys, separated by commas, or ``*`` for everybody.
    ``checkpoint`` is the one to tag with; None for the one chosen in the app, or else the one that ships with it.
    Sizes are in bytes or pixels; formats that cannot be decoded at reduced size may have half of ``max_pixels``.
    ``phone_address`` is this computer's address on the home network, None for those that are found; ``phone_port`` is
    the preferred port there, 0 for any. ``photo_max_side`` and ``thumbnail_side`` are the longest side in pixels.
    ``metrics`` serves counts to Prometheus: to this machine, or to whoever knows ``metrics_token``.
    """

    model_config = SettingsConfigDict(
        env_prefix="WARDROBE_",
        frozen=True,
        extra="ignore",
        env_ignore_empty=True,
        populate_by_name=True,
        secrets_dir=_SECRETS if _SECRETS.is_dir() else None,
    )

    data_dir: Path = Field(default_factory=lambda: Path(user_data_dir("wardrobe-graph", appauthor=False)))
    # Not in any repr: addresses may hold passwords.
    database_url: str | None = Field(default=None, repr=False)
    database_schema: str | None = None
    photos_url: str | None = Field(default=None, repr=False)
    models_folder: Path | None = None
    # The second name is the one of version 0.1, read until 0.3.
    allowed_users: str = Field(default="", validation_alias=AliasChoices("wardrobe_allowed_users", "wardrobe_people"))
    checkpoint: Path | None = None
    max_file_bytes: PositiveInt = 100 * 1024 * 1024
    max_pixels: PositiveInt = 200_000_000
    photo_max_side: PositiveInt = 1600
    thumbnail_side: PositiveInt = 480
    batch_size: PositiveInt = 16
    max_batch_files: PositiveInt = 500
    trash_days: PositiveInt = 30
    phone_address: str | None = None
    phone_port: int = Field(default=8580, ge=0, le=65535)
    log_format: Literal["text", "json"] = "text"
    metrics: bool = False
    metrics_token: str | None = Field(default=None, repr=False)

    @model_validator(mode="before")
    @classmethod
    def _without_empty_files(cls, given: dict[str, Any]) -> dict[str, Any]:
        """An empty secret file is as good as none, as an empty variable is."""
        return {name: value for name, value in given.items() if value != ""}

    @property
    def photos_dir(self) -> Path:
        """The folder of stored photos."""
        return self.data_dir / "photos"

    @property
    def thumbnails_dir(self) -> Path:
        """The folder of thumbnails."""
        return self.data_dir / "thumbnails"

    @property
    def masks_dir(self) -> Path:
        """The folder of masks and cut-outs."""
        return self.data_dir / "masks"

    @property
    def photo_places(self) -> tuple[str, str, str]:
        """The places of photos, thumbnails and masks: below ``photos_url``, or in the data folder."""
        if self.photos_url is None:
            return str(self.photos_dir), str(self.thumbnails_dir), str(self.masks_dir)
        base = self.photos_url.rstrip("/")
        return f"{base}/photos", f"{base}/thumbnails", f"{base}/masks"

    @property
    def copies_dir(self) -> Path:
        """The local cache of pictures from another store."""
        return self.data_dir / "cache" / "pictures"

    @property
    def preferences_file(self) -> Path:
        """The file of choices made on the page Settings."""
        return self.data_dir / "preferences.json"

    @property
    def models_dir(self) -> Path:
        """The folder for more checkpoints."""
        return self.models_folder or self.data_dir / "models"

    @property
    def imports_dir(self) -> Path:
        """The journals of running and interrupted imports."""
        return self.data_dir / "imports"

    @property
    def drafts_dir(self) -> Path:
        """The folder of drafts: what was typed and not saved."""
        return self.data_dir / "drafts"

    @property
    def uploads_dir(self) -> Path:
        """The folder of photos that were chosen and not added."""
        return self.drafts_dir / "uploads"

    @property
    def lost_and_found_dir(self) -> Path:
        """The folder for files that belong to no garment."""
        return self.data_dir / "lost+found"

    @property
    def backups_dir(self) -> Path:
        """The folder of backups."""
        return self.data_dir / "backups"

    @property
    def restoring_dir(self) -> Path:
        """The folder of temporary files of a restore."""
        return self.data_dir / "restoring"

    @property
    def resolved_database_url(self) -> str:
        """``database_url``, or the SQLite file in the data folder."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'wardrobe.db').absolute().as_posix()}"

    def for_person(self, key: str) -> Settings:
        """Return the settings of the wardrobe of the person with this ``key``.

        Everything in the data folder moves to a folder of that person, on SQLite the database too, even if
        ``database_url`` names a file. Any other database gets a schema per person. Checkpoints are shared.

        Raises:
            ValueError: not a key; it becomes part of paths.
        """
        if not _KEY.fullmatch(key):
            raise ValueError("a person's key is 32 hexadecimal digits")
        in_file = self.database_url is None or self.database_url.startswith("sqlite")
        changes: dict[str, Any] = {
            "data_dir": self.data_dir / "people" / key,
            "database_url": None if in_file else self.database_url,
            "database_schema": None if in_file else f"person_{key}",
            "photos_url": self.photos_url and f"{self.photos_url.rstrip('/')}/people/{key}",
            "models_folder": self.models_dir,
        }
        return self.model_copy(update=changes)
