"""What goes together: pick a garment, see its partners with the reasons, and whole looks. ``?item=12`` picks one."""

from __future__ import annotations

import streamlit as st

from wardrobe_app import runtime
from wardrobe_app.components import notices, outfit, photos

rt = notices.opened(runtime.current)


def pick() -> None:
    st.query_params["item"] = str(st.session_state["look_item"])


st.title("Looks", anchor=False)
notices.show()
garments = {garment.id: garment for garment in rt.catalogue.garments()}
if len(garments) < 2:
    st.info("Looks need at least two garments.", icon=":material/info:")
    st.page_link("wardrobe_app/pages/add_photos.py", label="Add photos", icon=":material/add_a_photo:")
    st.stop()

asked = st.query_params.get("item", "")
ids = list(garments)
item = garments.get(int(asked) if asked.isdecimal() else 0, garments[ids[0]])
st.session_state["look_item"] = item.id
picture, choice = st.columns([1, 4], vertical_alignment="center")
with choice:
    st.selectbox(
        "Looks with",
        ids,
        format_func=lambda key: f"{garments[key].title} (number {key})",
        key="look_item",
        on_change=pick,
        width=420,
    )
    photos.link(item, icon=":material/open_in_full:")
with picture:
    photos.cover(item, rt.catalogue.thumbnail_path, width=160)

looks = rt.outfits.looks(item.id)
st.subheader("Complete looks", anchor=False)
if looks:
    outfit.looks(looks, rt.catalogue.thumbnail_path)
else:
    st.text(rt.outfits.why_no_looks(item.id))

partners = rt.outfits.partners(item.id)
st.subheader("Goes well with", anchor=False)
if partners:
    outfit.partners(item, partners, garments, rt.catalogue.thumbnail_path, key="partners")
else:
    st.caption("Nothing in the wardrobe goes with it yet.")
