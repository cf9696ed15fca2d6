"""The titles of browser tabs and of entries in the browser's history."""

from __future__ import annotations

import streamlit as st

PROGRAM = "Wardrobe Graph"


def show(name: str) -> None:
    """Let the browser call the page by the ``name`` of what it shows."""
    st.set_page_config(page_title=f"{name} · {PROGRAM}")
