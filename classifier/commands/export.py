"""`export`: write a checkpoint's network for other programs."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from classifier.commands.options import CheckpointOption
from classifier.errors import CheckpointError, ExportFailed
from classifier.serving.checkpoint import SHIPPED


class Format(StrEnum):
    """Formats that can be written."""

    TORCH = "torch"
    ONNX = "onnx"


def export(
    output: Annotated[Path, typer.Option(help="The file to write.", show_default=False)],
    format: Annotated[Format, typer.Option(help="A torch.export program (.pt2) or ONNX.")] = Format.TORCH,
    checkpoint: CheckpointOption = SHIPPED,
) -> None:
    """Write the network as plain PyTorch or ONNX, with labels and preprocessing inside, for batches of any size."""
    from classifier.training import export as exporting

    try:
        difference = exporting.export(checkpoint, format.value, output)
    except (CheckpointError, ExportFailed) as error:
        typer.echo(f"{error}", err=True)
        raise typer.Exit(1) from error
    size = output.stat().st_size / 1e6
    typer.echo(f"{output}: {size:.1f} MB; read back, no output differs by more than {difference:.1g}")
