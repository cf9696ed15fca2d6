"""`recipes`: list what can be trained, with published figures and ours."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from classifier.commands.options import JsonOption, needs_training


def recipes(
    as_json: JsonOption = False,
    page: Annotated[
        Path | None, typer.Option(help="Write the table to this page, and the plots to a folder of its name.")
    ] = None,
) -> None:
    """List the recipes with published figures and ours."""
    if page:
        with needs_training():
            from classifier.evaluation.results_page import write_page
        write_page(page, page.with_suffix(""))
        return
    from classifier.evaluation.recorded_results import by_figure, recorded
    from classifier.recipes import RECIPES

    entries = recorded()
    rows: list[dict[str, Any]] = []
    for recipe in RECIPES.values():
        ours = by_figure(entries, recipe.name)
        names = dict.fromkeys([*(recipe.published or {}), *(recipe.at_least or {})])
        figures = {
            name: {
                "published": (recipe.published or {}).get(name),
                "at_least": (recipe.at_least or {}).get(name),
                "ours": ours.get(name),
            }
            for name in names
        }
        rows.append({"recipe": recipe.name, "about": recipe.about, "data": recipe.dataset, "figures": figures})
    typer.echo(json.dumps(rows, indent=2) if as_json else "\n".join(line for entry in rows for line in _lines(entry)))


def _lines(entry: dict[str, Any]) -> list[str]:
    lines = [entry["recipe"], f"  {entry['about']}"]
    for name, figure in entry["figures"].items():
        parts = (f"{kind.replace('_', ' ')} {value:.1%}" for kind, value in figure.items() if value is not None)
        lines.append(f"  {name}: {', '.join(parts)}" + (", not measured yet" if figure["ours"] is None else ""))
    return lines
