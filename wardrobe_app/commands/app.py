"""Start the app: its pages, served by Streamlit on this machine."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path
from typing import Annotated

import typer

# Beside the package, in the source and where a wheel was installed; its configuration is in .streamlit beside it.
_SCRIPT = Path(__file__).resolve().parents[2] / "streamlit_app.py"


def start(
    context: typer.Context,
    port: Annotated[
        int | None, typer.Option(help="Where the app listens.", show_default="8501, or the next free one")
    ] = None,
    browser: Annotated[bool, typer.Option(help="Open the app in a browser.")] = True,
) -> None:
    """Keep a wardrobe as a graph. Without a command, start the app.

    WARDROBE_DATA_DIR names the folder of the wardrobe, if it is not in the user's data folder.
    """
    if context.invoked_subcommand is not None:
        return
    options = [] if port is None else [f"--server.port={port}"]
    options += [] if browser else ["--server.headless=true"]
    sys.argv = ["streamlit", "run", str(_SCRIPT), *options]
    runpy.run_module("streamlit", run_name="__main__")
