"""Save training states, so that an interrupted training resumes, and keep the best pass."""

from __future__ import annotations

from pathlib import Path

import lightning as L
import torch
from lightning.pytorch.callbacks import Callback, ModelCheckpoint, TQDMProgressBar


class States:
    """The states of a training in a folder: of every few steps, of each pass, and of the best pass by ``watched``."""

    def __init__(self, folder: Path, steps: int, watched: str | None) -> None:
        self.folder = folder
        self.best = ModelCheckpoint(folder, "best", monitor=watched, mode="max", save_weights_only=True)
        self.callbacks: list[Callback] = [
            ModelCheckpoint(folder, "step-{step}", every_n_train_steps=steps, save_on_train_epoch_end=False),
            ModelCheckpoint(folder, "pass-{epoch}", save_on_train_epoch_end=True),
            TQDMProgressBar(refresh_rate=20),
            *([self.best] if watched else []),
        ]

    @property
    def newest(self) -> str | None:
        """The state to resume from."""
        states = [path for path in self.folder.glob("*.ckpt") if not path.name.startswith("best")]
        newest = max(states, key=lambda path: path.stat().st_mtime_ns, default=None)
        return str(newest) if newest else None

    def load_best(self, module: L.LightningModule) -> None:
        """Load the best pass's weights, if there is one."""
        best = self.folder / "best.ckpt"
        if best.exists():
            module.load_state_dict(torch.load(best, map_location="cpu", weights_only=True)["state_dict"])
