"""What all commands share: options, the report of failures, and printing as text or JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from textwrap import indent
from typing import Annotated, Any

import typer

from wardrobe_app import startup, wiring
from wardrobe_app.commands.json_output import import_json
from wardrobe_app.commands.old_names import with_old_keys
from wardrobe_app.config import Settings
from wardrobe_app.domain.errors import WardrobeError
from wardrobe_app.domain.text import shown
from wardrobe_app.services.importing.importer import ImportResult, Outcome

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
AllowDuplicates = Annotated[
    bool, typer.Option("--allow-duplicates", help="Also add photos that are already in the wardrobe.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would change without changing anything.")]
ItemId = Annotated[int, typer.Argument(help="The id of a garment, as shown by `list`.", show_default=False)]
WithCheckpoint = Annotated[
    Path | None, typer.Option("--checkpoint", help="The checkpoint to tag with.", show_default="the one in use")
]


_failed: ContextVar[list[str]] = ContextVar("failed")


def fail(message: str) -> None:
    """Print on stderr, on one line, that something was not done and why; the exit status becomes 1."""
    _failed.get().append(message)
    say(" ".join(message.split()), err=True)


@contextmanager
def reporting() -> Iterator[None]:
    """Turn known errors into failures, and any failure into exit status 1."""
    failed: list[str] = []
    _failed.set(failed)
    try:
        yield
    except WardrobeError as error:
        fail(str(error))
    if failed:
        raise typer.Exit(1)


def opened(checkpoint: Path | None) -> wiring.Runtime:
    """Open the wardrobe, to tag with ``checkpoint`` if one is given."""
    return startup.build(Settings() if checkpoint is None else Settings(checkpoint=checkpoint))


def report_import(results: Iterable[ImportResult], as_json: bool) -> None:
    """Print what became of each file as it happens, and the sum; JSON at the end, also after an interruption."""
    done: list[dict[str, Any]] = []
    outcomes: Counter[Outcome] = Counter()
    try:
        for result in results:
            outcomes[result.outcome] += 1
            if as_json:
                done.append(import_json(result))
            if result.outcome is Outcome.REFUSED or result.untagged:
                fail(result.message)
            elif not as_json:
                say(result.message)
    finally:
        if as_json:
            print_json(done)
        elif outcomes.total() > 1:
            say(f"{outcomes.total()} files: " + ", ".join(f"{outcomes[one]} {one}" for one in Outcome if outcomes[one]))


def answer(as_json: bool, value: Any, lines: Iterable[str]) -> None:
    """Print ``value`` as JSON, or else the ``lines`` that say the same."""
    if as_json:
        print_json(value)
        return
    for line in lines:
        say(line)


def say(line: str, *, err: bool = False) -> None:
    """Print one line; control characters in names cannot reach the terminal."""
    typer.echo(shown(line), err=err)


def progress(line: str) -> None:
    """Replace the terminal's current line; "" clears it."""
    typer.echo(f"\r{shown(line)}\033[K", err=True, nl=False)


def print_json(value: Any) -> None:
    """Print a value as indented JSON, as ``plain`` converts it."""
    typer.echo(json.dumps(plain(value), indent=2))


def print_json_of_each(values: Iterable[Any]) -> None:
    """Print the list that ``print_json`` would print, each value as soon as it is there."""
    before = "["
    for value in values:
        typer.echo(f"{before}\n{indent(json.dumps(plain(value), indent=2), '  ')}", nl=False)
        before = ","
    typer.echo("[]" if before == "[" else "\n]")


def plain(value: Any) -> Any:
    """Convert to JSON types: dataclasses to objects, floats to four decimals, dates to ISO 8601."""
    if is_dataclass(value) and not isinstance(value, type):
        value = {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, Mapping):
        return with_old_keys({str(key): plain(one) for key, one in value.items()})
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Path | Decimal) else value
