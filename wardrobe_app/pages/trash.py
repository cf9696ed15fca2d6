"""Garments in the trash: restore them, or delete them permanently."""

from __future__ import annotations

from functools import partial

import streamlit as st

from wardrobe_app import startup
from wardrobe_app.components.catalogue import tick_grid
from wardrobe_app.components.shared import empty_state, notices, selection
from wardrobe_app.components.shared.formatting import count_of
from wardrobe_app.components.shared.notices import Said, action
from wardrobe_app.components.shared.widgets import button

LIST = "trash"

rt = notices.opened(startup.current)


@action
def restore(ids: list[int]) -> Said:
    done = rt.catalogue.restore(ids)
    selection.drop(LIST, ids)
    return f"{count_of(len(done.ids), 'garment')} restored.", partial(rt.catalogue.undo, done)


@action
def delete(ids: list[int]) -> Said:
    gone = rt.catalogue.delete_forever(ids)
    selection.drop(LIST, ids)
    return f"{count_of(gone, 'garment')} and their photos deleted."


@st.dialog("Delete permanently?", icon=":material/delete_forever:")
def ask_to_delete(ticked: list[int], everything: list[int]) -> None:
    st.markdown("This deletes the photos and everything you entered. It can't be undone.")
    st.caption(
        "Outfits and calendar days keep their other garments. Older backups still contain everything; delete them "
        "yourself if nothing should remain."
    )
    with st.container(horizontal=True, horizontal_alignment="right"):
        done = st.button("Cancel", icon=":material/close:", key="keep_all")
        if ticked:
            key = selection.key("delete", ticked)
            done |= button(f"Delete {len(ticked)} selected", "delete", delete, ticked, type="primary", key=key)
        # Only what the button counts: garments that another tab moves here meanwhile stay.
        label, kind = f"Empty the trash ({len(everything)})", "secondary" if ticked else "primary"
        key = selection.key("empty", everything)
        done |= button(label, "delete_forever", delete, everything, type=kind, key=key)
    if done:
        st.rerun()


st.title("Trash", anchor=False)
trashed = rt.catalogue.trashed()
if not trashed:
    text = f"Garments that you move here are deleted permanently after {rt.settings.trash_days} days."
    empty_state.stop("trash", "The trash is empty", text, empty_state.TO_WARDROBE)
everything = [garment.id for garment in trashed]
ticked = selection.chosen(LIST, everything)
with st.container(horizontal=True):
    button(
        f"Restore {len(ticked)}" if ticked else "Restore all", "restore_from_trash", restore, ticked or everything,
        type="primary", key=selection.key("restore", ticked or everything),
    )  # fmt: skip
    if st.button("Delete permanently", icon=":material/delete_forever:", key="ask_delete"):
        ask_to_delete(ticked, everything)
st.caption(f"Garments are deleted permanently after {rt.settings.trash_days} days in the trash.")
tick_grid.draw(trashed, rt.catalogue.thumbnail_path, LIST)
