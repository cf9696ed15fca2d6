"""Before you buy: tag a photo without storing it, and compare it with the wardrobe."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from wardrobe_app import startup
from wardrobe_app.components.insights import purchase_advice
from wardrobe_app.components.shared import notices, size_limits
from wardrobe_app.components.shared.formatting import KINDS, plain, tier_words, value_label
from wardrobe_app.components.shared.notices import action
from wardrobe_app.components.shared.widgets import button
from wardrobe_app.domain.errors import WardrobeError
from wardrobe_app.domain.garments.garment import TagKind
from wardrobe_app.services.insights.purchase_advice import Newcomer, source_from_bytes

WAYS = {"file": ":material/photo_library: Photo", "camera": ":material/photo_camera: Camera"}

rt = notices.opened(startup.current)
thumbnail_of = rt.catalogue.thumbnail_path
label_of = partial(value_label, vocabulary=rt.vocabulary)


def another() -> None:
    st.session_state.pop("considered", None)
    st.session_state["consider_round"] = st.session_state.get("consider_round", 0) + 1


@action
def take_up(key: str) -> None:
    """Tag the photo that was just chosen; it stays in this session's memory."""
    upload: Any = st.session_state.get(key)
    st.session_state.pop("considered", None)
    if upload is not None:
        source = source_from_bytes(upload.name, upload.getvalue())
        st.session_state["considered"] = rt.insights.purchases.look_at(source)
        st.session_state["considered_number"] = st.session_state.get("considered_number", 0) + 1


def corrected(newcomer: Newcomer) -> Newcomer:
    """The newcomer with the type and the colour chosen in the two lists."""
    for kind in (TagKind.TYPE, TagKind.COLOUR):
        tag = newcomer.garment.tags.get(kind)
        choices = rt.catalogue.choices(kind)
        value = st.selectbox(
            KINDS[kind],
            choices,
            index=choices.index(tag.value) if tag and tag.value in choices else None,
            format_func=partial(label_of, kind.value),
            key=f"consider_{kind.value}_{st.session_state['considered_number']}",
            placeholder="No tag",
        )
        if value is not None and (tag is None or value != tag.value):
            newcomer = rt.insights.purchases.corrected(newcomer, kind, value)
        if shown := newcomer.garment.tags.get(kind):
            words, colour, icon = tier_words(shown)
            st.badge(words, color=colour, icon=icon)
    return newcomer


st.title("Before you buy", anchor=False)
st.caption("Use a photo from a shop, or take one of the garment on its hanger. The photo is not stored.")
newcomer: Newcomer | None = st.session_state.get("considered")
if newcomer is None:
    way = st.segmented_control("Source", list(WAYS), format_func=WAYS.__getitem__, default="file", required=True)
    key = f"consider_{way}_{st.session_state.get('consider_round', 0)}"
    keys: dict[str, Any] = {"key": key, "on_change": take_up, "args": (key,)}
    if way == "file":
        st.file_uploader("A photo of one garment", **keys)
    else:
        st.camera_input("Hold the garment in front of the camera", **keys)
    st.stop()

picture, facts, verdict = st.columns([2, 2, 4], gap="medium")
with picture:
    st.image(newcomer.picture, alt=f"The garment to check: {newcomer.garment.title}", width="stretch")
    button("Check another", "restart_alt", another, key="consider_another")
try:
    with facts:
        newcomer = corrected(newcomer)
        rest = {kind: tag for kind, tag in newcomer.garment.tags.items() if kind not in (TagKind.TYPE, TagKind.COLOUR)}
        st.caption(
            "  \n".join(
                f"{KINDS[kind]}: {plain(label_of(kind.value, tag.value))}{'' if tag.is_known else ' (unknown)'}"
                for kind, tag in rest.items()
            )
        )
    with st.spinner("Counting outfits"):
        standing = rt.insights.connections.standing()
    found = rt.insights.purchases.weigh(newcomer, standing)
except WardrobeError as error:
    st.error(plain(str(error)), icon=":material/error:")
    st.stop()
with verdict:
    purchase_advice.advice(found)
    if found.reasons:
        purchase_advice.numbers(found)
st.header("Most similar", anchor=False)
if found.nearest:
    purchase_advice.nearest(found, thumbnail_of)
else:
    st.caption("You own nothing similar.")
st.header("Outfits with it", anchor=False)
size_limits.outfits(len(standing.garments) + len(standing.others))
if found.outfits:
    purchase_advice.outfits(found, newcomer.picture, thumbnail_of)
else:
    st.caption("No outfits with the garments you own.")
