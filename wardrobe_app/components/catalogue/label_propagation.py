"""Tags copied from the owner's corrections: reported in a notice, and explained beside the tag."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import streamlit as st

from wardrobe_app.components.shared import photos
from wardrobe_app.components.shared.formatting import count_of, plain
from wardrobe_app.domain import wording
from wardrobe_app.domain.garments.garment import Garment, Tag, TagKind, TagSource

_NAMED = 3


def words(followed: Sequence[Garment]) -> str:
    """A sentence to put behind what was done, with a space before it; empty if no tag was copied."""
    if not followed:
        return ""
    titles = Counter(wording.lower_first(garment.title) for garment in followed)
    named = [f"{title} ({number})" if number > 1 else title for title, number in titles.most_common(_NAMED)]
    if rest := len(followed) - sum(number for _, number in titles.most_common(_NAMED)):
        named.append(f"{rest} more")
    return f" Copied to {count_of(len(followed), 'similar garment')}: {wording.listed(named)}."


def reason(tag: Tag, label: Callable[[str], str]) -> str:
    """Why a tag was copied: "similar to three you tagged Blouse"."""
    return f"similar to {wording.number(len(tag.examples))} you tagged {label(tag.value)}"


def explain(
    garment: Garment, examples: Sequence[Garment], label: Callable[[str], str], thumbnail_of: photos.PathOf
) -> None:
    """If the garment's type was copied: from which ``examples``, and what the model says."""
    tag = garment.tags.get(TagKind.TYPE)
    if tag is None or tag.source is not TagSource.PROPAGATED:
        return
    suggestion = garment.suggestions.get(TagKind.TYPE)
    said = f"The model says {label(suggestion.value)}." if suggestion else ""
    with st.container(border=True, key="followed", gap="small"):
        st.markdown(f":material/rule: Copied from your corrections: {plain(reason(tag, label))}. {plain(said)}")
        with st.container(horizontal=True, gap="small"):
            for example in examples:
                with st.container(width=118, gap="xxsmall"):
                    photos.card(example, thumbnail_of)
