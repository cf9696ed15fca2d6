"""A folder of the computer that the program runs on, read where it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from wardrobe_app.components.shared.widgets import button

_KEY = "folder_path"


def ask(add: Callable[[], object]) -> None:
    """Draw the box for the folder's path, and the button that adds what is in it."""
    st.text_input("Path of the folder", key=_KEY, placeholder="~/Pictures/Wardrobe", persist_state="session")
    st.caption("Best for many photos. Includes subfolders and linked folders. The originals stay as they are.")
    button("Import this folder", "folder_open", add, type="primary", key="add_folder")


def typed() -> Path:
    """Return the path that was typed."""
    return Path(st.session_state[_KEY].strip()).expanduser()
