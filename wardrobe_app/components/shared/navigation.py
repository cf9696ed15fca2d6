"""The pages of the program in groups, with how much waits on some of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import streamlit as st
from streamlit.navigation.page import StreamlitPage

FOLDER: Final = "wardrobe_app/pages"
DEFAULT: Final = "home"
HIDDEN: Final = frozenset({"garment"})
PACKAGES: Final = {"Outfits": "outfits"}
"""The groups whose pages have a folder of their own; those of the others lie in ``FOLDER`` itself."""
GROUPS: Final[dict[str, dict[str, tuple[str, str]]]] = {
    "Wardrobe": {
        "home": ("Home", "home"),
        "wardrobe": ("Wardrobe", "checkroom"),
        "add_photos": ("Add photos", "add_a_photo"),
        "review": ("Review", "rule"),
        "duplicates": ("Duplicates", "content_copy"),
        "garment": ("Garment", "apparel"),
    },
    "Insights": {
        "insights": ("Insights", "donut_small"),
        "before_you_buy": ("Before you buy", "shopping_bag"),
        "graph": ("Graph", "hub"),
    },
    "Outfits": {
        "today": ("Today", "today"),
        "outfits": ("Outfits", "styler"),
        "arrange": ("Arrange", "dashboard_customize"),
        "calendar": ("Calendar", "calendar_month"),
        "packing": ("Packing lists", "luggage"),
    },
    "System": {
        "trash": ("Trash", "delete"),
        "maintenance": ("Backup and health", "shield"),
        "settings": ("Settings", "settings"),
    },
}
"""The pages by group: a file's name without its ending, its title and its Material icon."""


def choose(counts: Mapping[str, int]) -> tuple[str, StreamlitPage]:
    """Draw the navigation; the name of the page to run, and the page. ``counts`` say how much waits, by page."""
    pages = {
        name: st.Page(
            path(name),
            title=_label(title, counts.get(name, 0)),
            icon=f":material/{icon}:",
            default=name == DEFAULT,
            visibility="hidden" if name in HIDDEN else "visible",
        )
        for group in GROUPS.values()
        for name, (title, icon) in group.items()
    }
    groups = {group: [pages[name] for name in names] for group, names in GROUPS.items()}
    chosen = st.navigation(groups, expanded=True)
    return chosen.url_path or DEFAULT, chosen


def path(name: str) -> str:
    """Return the path of the script of the page called ``name``."""
    group = next(group for group, names in GROUPS.items() if name in names)
    return "/".join(filter(None, (FOLDER, PACKAGES.get(group), f"{name}.py")))


def title(name: str) -> str:
    """Return the title of the page called ``name``."""
    return next(group[name][0] for group in GROUPS.values() if name in group)


def _label(words: str, count: int) -> str:
    return f"{words} :gray-badge[{count}]" if count else words
