"""Before you buy: a photo that is not kept, tagged and weighed against the wardrobe."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from wardrobe_app import startup
from wardrobe_app.components.insights import purchase_advice as considered
from wardrobe_app.components.shared import notices, size_limits
from wardrobe_app.components.shared.formatting import KINDS, plain, tier_words, value_label
from wardrobe_app.domain.errors import WardrobeError
from wardrobe_app.domain.garments.garment import TagKind
from wardrobe_app.services.insights.insights import InsightsService, Standing
from wardrobe_app.services.insights.purchase_advice import Newcomer, source_from_bytes

WAYS = {"file": ":material/photo_library: Photo", "camera": ":material/photo_camera: Camera"}

rt = notices.opened(startup.current)
thumbnail_of = rt.catalogue.thumbnail_path


@st.cache_resource(max_entries=2, show_spinner="Counting looks")
def standing_of(_insights: InsightsService, state: str) -> Standing:
    return _insights.standing()


def another() -> None:
    st.session_state.pop("considered", None)
    st.session_state["consider_round"] = st.session_state.get("consider_round", 0) + 1


def take_up(key: str) -> None:
    """Look at the photo that was just chosen; it stays in this session's memory alone."""
    upload: Any = st.session_state.get(key)
    st.session_state.pop("considered", None)
    if upload is not None:
        with notices.guarded():
            st.session_state["considered"] = rt.insights.purchases.look_at(
                source_from_bytes(upload.name, upload.getvalue())
            )
            st.session_state["considered_number"] = st.session_state.get("considered_number", 0) + 1


def corrected(newcomer: Newcomer) -> Newcomer:
    """The newcomer with the type and the colour that stand in the two boxes."""
    for kind in (TagKind.TYPE, TagKind.COLOUR):
        tag = newcomer.garment.tags.get(kind)
        choices = rt.catalogue.choices(kind)
        value = st.selectbox(
            KINDS[kind],
            choices,
            index=choices.index(tag.value) if tag and tag.value in choices else None,
            format_func=partial(value_label, kind.value, vocabulary=rt.vocabulary),
            key=f"consider_{kind.value}_{st.session_state['considered_number']}",
            placeholder="Not tagged",
        )
        if value is not None and (tag is None or value != tag.value):
            newcomer = rt.insights.purchases.corrected(newcomer, kind, value)
        if shown := newcomer.garment.tags.get(kind):
            words, colour, icon = tier_words(shown)
            st.badge(words, color=colour, icon=icon)
    return newcomer


st.title("Before you buy", anchor=False)
notices.show()
st.caption("A photo from a shop, or of the garment on its hanger. It is looked at on this computer and not kept.")
newcomer: Newcomer | None = st.session_state.get("considered")
if newcomer is None:
    way = st.segmented_control("From where?", list(WAYS), format_func=WAYS.__getitem__, default="file", required=True)
    key = f"consider_{way}_{st.session_state.get('consider_round', 0)}"
    if way == "file":
        st.file_uploader("A photo of one garment", key=key, on_change=take_up, args=(key,))
    else:
        st.camera_input("Hold the garment in front of the camera", key=key, on_change=take_up, args=(key,))
    st.stop()

picture, tags, said = st.columns([2, 2, 4], gap="medium")
with picture:
    st.image(newcomer.picture, alt=f"What you consider: {newcomer.garment.title}", width="stretch")
    st.button("Consider another", icon=":material/restart_alt:", on_click=another)
try:
    with tags:
        newcomer = corrected(newcomer)
        rest = [kind for kind in newcomer.garment.tags if kind not in (TagKind.TYPE, TagKind.COLOUR)]
        st.caption(
            "  \n".join(
                f"{KINDS[kind]}: {plain(value_label(kind.value, newcomer.garment.tags[kind].value, rt.vocabulary))}"
                + ("" if newcomer.garment.tags[kind].is_known else " (not sure)")
                for kind in rest
            )
        )
    standing = standing_of(rt.insights.analysis, rt.outfits.rules.state())
    found = rt.insights.purchases.weigh(newcomer, standing)
except WardrobeError as error:
    st.error(plain(str(error)), icon=":material/error:")
    st.stop()
with said:
    considered.advice(found)
    if found.reasons:
        considered.numbers(found)
st.subheader("Most like it", anchor=False)
if found.nearest:
    considered.nearest(found, thumbnail_of)
else:
    st.caption("Nothing that you own is like it.")
st.subheader("Looks with it", anchor=False)
size_limits.outfits(len(standing.garments) + len(standing.others))
if found.outfits:
    considered.outfits(found, newcomer.picture, thumbnail_of)
else:
    st.caption("It makes no look with what you own.")
