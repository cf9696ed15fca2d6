"""Options that several commands have."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Device(StrEnum):
    """Where the network can run."""

    CPU = "cpu"
    CUDA = "cuda"
    MPS = "mps"


DeviceOption = Annotated[Device | None, typer.Option(help="Where to compute.", show_default="the best there is")]
CheckpointOption = Annotated[Path, typer.Option(help="The checkpoint to use.", show_default="the shipped one")]
DataOption = Annotated[Path, typer.Option(help="The folder that holds the data sets, packed or unpacked.")]
OutputOption = Annotated[Path, typer.Option(help="The folder that what is written goes into.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
