"""Photos of garments: by path, always with alternative text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

import streamlit as st

from wardrobe_app.components.shared.formatting import photo_alt, plain
from wardrobe_app.components.shared.widgets import cards
from wardrobe_app.domain.garments.garment import Garment, Photo

PathOf = Callable[[Photo], Path]
GARMENT_PAGE = "wardrobe_app/pages/garment.py"


def photo(
    path: Path, alt: str, width: int | Literal["stretch", "content"] = "stretch", link: str | None = None
) -> None:
    """One photo, which may ``link`` to an address; a missing file is reported, not raised."""
    if path.is_file():
        st.image(str(path), alt=alt, width=width, link=link)
    else:
        st.caption(":material/broken_image: The photo's file is missing.")


def cover(
    garment: Garment, path_of: PathOf, width: int | Literal["stretch", "content"] = "stretch", *, opens: bool = False
) -> None:
    """The photo that stands for ``garment``; where it ``opens`` the garment, a click shows that in a tab beside."""
    if garment.cover is None:
        st.caption(":material/hide_image: No photo")
    else:
        link = f"/garment?item={garment.id}" if opens else None
        photo(path_of(garment.cover), photo_alt(garment), width, link)


def link(garment: Garment, icon: str = "") -> None:
    """A link to the garment's page, under its title."""
    st.page_link(GARMENT_PAGE, label=plain(garment.title), icon=icon, query_params={"item": str(garment.id)})


def page_link(garment: Garment) -> None:
    """A link to the garment's page that says what is there."""
    st.page_link(
        GARMENT_PAGE, label="Open the full page", icon=":material/open_in_full:", query_params={"item": str(garment.id)}
    )


def card(garment: Garment, path_of: PathOf) -> None:
    """Photo and linked title, for rows of garments."""
    cover(garment, path_of)
    link(garment)


def row(garments: Sequence[Garment], path_of: PathOf, width: int = 84) -> None:
    """Photos side by side, each at least ``width`` pixels, and their names below, which lead to their pages."""
    for garment in cards(garments, width, gap="xsmall"):
        cover(garment, path_of)
    with st.container(horizontal=True, gap="xsmall"):
        for garment in garments:
            link(garment)
