"""`check-data`: check that a downloaded data set is complete."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated

import typer

from classifier.commands.options import DataOption, JsonOption


class Dataset(StrEnum):
    """Data sets that can be checked."""

    DEEPFASHION = "deepfashion"
    CLOTHING = "clothing"
    FASHION_PRODUCTS = "fashion-products"


def check_data(
    dataset: Annotated[Dataset, typer.Option(help="The data set to check.")],
    data: DataOption,
    as_json: JsonOption = False,
) -> None:
    """Count the content of a downloaded data set, and report what is missing or damaged.

    The exit status is 0 only if the data set is complete.
    """
    from classifier.datasets import completeness

    findings = list(completeness.check(dataset.value, data, completeness.EXPECTED, completeness.with_bar))
    complete = all(finding.right for finding in findings)
    if as_json:
        found = [{"sentence": finding.sentence, "right": finding.right} for finding in findings]
        typer.echo(json.dumps({"dataset": dataset.value, "complete": complete, "findings": found}, indent=2))
    else:
        for finding in findings:
            typer.echo(f"{'ok   ' if finding.right else 'error'}  {finding.sentence}")
        typer.echo(f"{dataset.value} is {'complete' if complete else 'not complete'}.")
    if not complete:
        raise typer.Exit(1)
