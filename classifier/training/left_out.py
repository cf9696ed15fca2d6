"""What networks answer for the photos of people whom they were not trained on, from cross-validation by person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from classifier.training.data_module import RecipeData
from classifier.training.lightning_module import RecipeModule

FILE = "left_out.npz"


@dataclass(frozen=True)
class LeftOut:
    """Logits by head, (N, K) for the data set's N samples; rows are NaN where no network left the sample out."""

    logits: dict[str, Tensor]

    def known(self, head: str) -> Tensor:
        """(N,) bool: which samples were left out."""
        return ~self.logits[head].isnan().any(1)


def save_left_out(module: RecipeModule, loading: RecipeData, output: Path) -> None:
    """Write the logits of the validation samples to :data:`FILE` in ``output``."""
    rows: list[Tensor] = []
    logits: dict[str, list[Tensor]] = {head: [] for head in module.network.head_names}
    module.eval()
    batches = loading.val_dataloader()
    for x, _, which in batches if not isinstance(batches, list) else []:
        with torch.inference_mode():
            found = module.network.tail_forward(x.float().contiguous(memory_format=torch.channels_last), module.start)
        rows.append(which)
        for head, values in logits.items():
            values.append(found[head])
    stored = {head: torch.cat(values).numpy() for head, values in logits.items()}
    np.savez(output / FILE, rows=torch.cat(rows).numpy(), **stored)


def load_left_out(folders: Sequence[Path], samples: int) -> LeftOut:
    """Join what :func:`save_left_out` wrote to ``folders``; ``samples`` is the size of the data set."""
    logits: dict[str, Tensor] = {}
    for folder in folders:
        with np.load(folder / FILE) as stored:
            rows = torch.from_numpy(stored["rows"])
            for head in stored.files:
                if head != "rows":
                    values = torch.from_numpy(stored[head])
                    logits.setdefault(head, torch.full((samples, values.shape[1]), torch.nan))[rows] = values
    return LeftOut(logits)
