"""Start the app: its pages, served by Streamlit on this machine."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path
from typing import Annotated

import typer

# Beside the package, both in the source and in an installed wheel; .streamlit beside it holds its configuration.
_SCRIPT = Path(__file__).resolve().parents[2] / "streamlit_app.py"


def start(
    context: typer.Context,
    port: Annotated[
        int | None, typer.Option(help="The port to listen on.", show_default="8501, or the next free one")
    ] = None,
    browser: Annotated[bool, typer.Option(help="Open the app in a browser.")] = True,
) -> None:
    """Your wardrobe as a graph. Without a command, start the app.

    Set WARDROBE_DATA_DIR to keep the wardrobe in another folder.
    """
    if context.invoked_subcommand is not None:
        return
    options = [] if port is None else [f"--server.port={port}"]
    options += [] if browser else ["--server.headless=true"]
    sys.argv = ["streamlit", "run", str(_SCRIPT), *options]
    runpy.run_module("streamlit", run_name="__main__")
