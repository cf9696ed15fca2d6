"""`evaluate`: measure a checkpoint."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from classifier.commands.options import CheckpointOption, DataOption, DeviceOption, JsonOption, needs_training
from classifier.errors import CheckpointError, DatasetError
from classifier.serving.checkpoint import SHIPPED, read_config
from classifier.serving.tagger import full_tagger

OLD_SPLITS = {"looks": "attributes"}  # until 0.3.0


def evaluate(
    data: DataOption,
    split: Annotated[
        str,
        typer.Option(
            help="Which part of the data set: test, val or train. For the garment tagger: "
            "small-test, held-out, unnamed, products, worn, masks, attributes, pairs or corrections."
        ),
    ] = "test",
    checkpoint: CheckpointOption = SHIPPED,
    as_json: JsonOption = False,
    record: Annotated[bool, typer.Option("--record", help="Store the figures for `recipes`.")] = False,
    device: DeviceOption = None,
) -> None:
    """Measure a checkpoint on labelled pictures, with the code that tags photos in the app.

    For a folder of checkpoints, one per variant and seed, this also reports the mean over seeds.
    """
    split = OLD_SPLITS.get(split, split)
    with needs_training():
        from classifier.evaluation import comparison
        from classifier.evaluation import evaluate as evaluation
    try:
        if checkpoint.is_dir():
            figures = comparison.evaluate_all(checkpoint, data, split, device)
        elif split in evaluation.SPLIT_NAMES:
            figures = evaluation.evaluate(full_tagger(checkpoint, device), data, split)
        else:
            figures = comparison.evaluate_one(checkpoint, data, split, device)
        if record:
            _record(checkpoint, split, figures)
    except (CheckpointError, DatasetError) as error:
        typer.echo(f"{error}", err=True)
        raise typer.Exit(1) from error
    typer.echo(json.dumps(figures, indent=2) if as_json else "\n".join(f"{k}: {v}" for k, v in figures.items()))


def _record(checkpoint: Path, split: str, figures: dict[str, Any]) -> None:
    from classifier.evaluation.comparison import checkpoints_in, run_facts
    from classifier.evaluation.recorded_results import RecordedResult, flat
    from classifier.evaluation.recorded_results import record as write_down

    files = checkpoints_in(checkpoint) if checkpoint.is_dir() else [checkpoint]
    minutes, device = run_facts(files)
    name = read_config(files[0]).name
    measured = "" if files == [SHIPPED] else f"--checkpoint RUN{'' if checkpoint.is_dir() else f'/{name}.safetensors'} "
    command = f"python -m classifier evaluate {measured}--data DATA --split {split} --json"
    write_down(RecordedResult(name, split, flat(figures), command, minutes, device))
