"""A garment's photo, and on request what the model saw in it: where a type, and which part is the garment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import streamlit as st

from wardrobe_app.components.shared import photos
from wardrobe_app.components.shared.formatting import photo_alt, plain
from wardrobe_app.domain.errors import WardrobeError
from wardrobe_app.domain.garments.garment import Garment, Photo, TagKind
from wardrobe_app.domain.garments.models import Why

Explain = Callable[[Photo, str | None], Why]
Unveil = Callable[[Photo], bytes | None]


@st.fragment
def photo(
    garment: Garment, shot: Photo, path: Path, explain: Explain, unveil: Unveil, label: Callable[[str], str]
) -> None:
    """One photo with switches for what the model saw on it, which is computed when it is asked for.

    ``unveil`` gives the photo with its ground veiled, or None where the garment was not told from it.
    """
    picture = st.container()
    key = f"why_{garment.id}_{shot.id}"
    with st.container(horizontal=True, gap="medium"):
        asked = st.toggle("Why this type?", key=key, help="Shows which parts of the photo the model used")
        looked = shot.has_cut_out and st.toggle(
            "Show the cut-out", key=f"ground_{shot.id}", help="Colours are read from this part; the rest is greyed out"
        )
    if not asked:
        veiled = unveil(shot) if looked else None
        with picture:
            if veiled is None:
                photos.photo(path, photo_alt(garment))
            else:
                st.image(veiled, alt=f"{photo_alt(garment)}: the cut-out", width="stretch")
        return
    options = _options(garment)
    wanted = options[0] if options else None
    if len(options) > 1:
        # The type is part of the key: once it is corrected, the new one is explained.
        wanted = st.selectbox("Evidence for", options, format_func=label, key=f"{key}_{options[0]}")
    try:
        with picture, st.spinner("Looking at the photo again"):
            found = _as_tagged(explain(shot, wanted), garment, shot)
    except WardrobeError as error:
        with picture:
            photos.photo(path, photo_alt(garment))
        st.warning(plain(str(error)), icon=":material/warning:")
        return
    with picture:
        st.image(found.picture, alt=f"{photo_alt(garment)}: where the model saw {label(found.type)}", width="stretch")
    st.caption(sentence(found, wanted, label) + _other_model(found, garment))


def sentence(found: Why, wanted: str | None, label: Callable[[str], str]) -> str:
    """What the heat map shows, in Markdown."""
    name, share = plain(label(found.type)), f"{found.share:.0%}" if found.share >= 0.01 else "less than 1%"
    by = f"{plain(found.model)} gives it {share}"
    said = (
        f"The brighter a part, the more it points to **{name}**; grey parts hardly count. {by} for this photo."
        if found.spoke
        else f"Nothing in this photo points to **{name}**. {by}."
    )
    if wanted is None or wanted == found.type:
        return said
    return f"The model does not know **{plain(label(wanted))}**; this shows its own best answer. {said}"


def _other_model(found: Why, garment: Garment) -> str:
    """That the tags are another model's, where they are: what explains is the one in use now."""
    suggestion = garment.suggestions.get(TagKind.TYPE)
    if suggestion is None or suggestion.model in (None, found.model):
        return ""
    return f" These tags are from {plain(str(suggestion.model))}, which is not in use now."


def _as_tagged(found: Why, garment: Garment, shot: Photo) -> Why:
    """With the share that the tags show: the photo as it is stored is a hair different from the one that was tagged."""
    suggestion = garment.suggestions.get(TagKind.TYPE)
    if suggestion is None or suggestion.model != found.model or shot != garment.cover:
        return found
    shares = {entry.value: entry.confidence for entry in suggestion.candidates}
    return replace(found, share=shares.get(found.type, found.share))


def _options(garment: Garment) -> list[str]:
    """The type shown, then the model's other candidates."""
    suggestion = garment.suggestions.get(TagKind.TYPE)
    shown = [garment.type] if garment.type else []
    return list(dict.fromkeys([*shown, *(entry.value for entry in (suggestion.candidates if suggestion else ()))]))
