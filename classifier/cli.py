"""The commands of `python -m classifier`."""

from __future__ import annotations

import typer

from classifier.commands.check_data import check_data
from classifier.commands.evaluate import evaluate
from classifier.commands.explain import explain
from classifier.commands.export import export
from classifier.commands.find_lr import find_lr
from classifier.commands.predict import predict
from classifier.commands.recipes import recipes
from classifier.commands.train import train

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.callback()
def main() -> None:
    """Recognise garments on photos; train, evaluate and explain the models."""


for _command in (predict, recipes, train, find_lr, evaluate, explain, export, check_data):
    app.command()(_command)
