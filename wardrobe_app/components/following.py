"""What followed from the owner's corrections: said in a notice, and explained beside the tag."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from wardrobe_app.components import photos
from wardrobe_app.components.words import count_of, plain
from wardrobe_app.domain import wording
from wardrobe_app.domain.garment import Garment, Tag, TagKind, TagSource

_NAMED = 3


def words(followed: Sequence[Garment]) -> str:
    """A sentence to put behind what was done, with a space before it; empty where nothing followed."""
    if not followed:
        return ""
    named = [wording.lower_first(garment.title) for garment in followed[:_NAMED]]
    if len(followed) > _NAMED:
        named.append(f"{len(followed) - _NAMED} more")
    return f" {count_of(len(followed), 'look-alike')} followed: {wording.listed(named)}."


def reason(tag: Tag, label: Callable[[str], str]) -> str:
    """Why a tag followed: "like 3 that you called Blouse"."""
    return f"like {len(tag.examples) or 'some'} that you called {label(tag.value)}"


def explain(
    garment: Garment, examples: Sequence[Garment], label: Callable[[str], str], thumbnail_of: photos.PathOf
) -> None:
    """Where the garment's type followed: from which ``examples``, and what the model says by itself."""
    tag = garment.tags.get(TagKind.TYPE)
    if tag is None or tag.source is not TagSource.FOLLOWED:
        return
    suggestion = garment.suggestions.get(TagKind.TYPE)
    said = f" The model by itself says {label(suggestion.value)}." if suggestion else ""
    with st.container(border=True, key="followed", gap="small"):
        st.markdown(f":material/rule: Followed from your corrections: {plain(reason(tag, label))}.{plain(said)}")
        with st.container(horizontal=True, gap="small"):
            for example in examples:
                with st.container(width=96, gap="xxsmall"):
                    photos.card(example, thumbnail_of)
