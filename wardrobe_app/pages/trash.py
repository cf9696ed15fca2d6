"""What was thrown away: bring it back, or delete it for good."""

from __future__ import annotations

import streamlit as st

from wardrobe_app import runtime
from wardrobe_app.components import gallery, notices, selection
from wardrobe_app.components.words import count_of

LIST = "trash"

rt = notices.opened(runtime.current)


def restore(ids: list[int]) -> None:
    with notices.guarded():
        rt.catalogue.restore(ids)
        selection.put(LIST, ())
        notices.say(f"{count_of(len(ids), 'garment')} back in the wardrobe.")


def delete(ids: list[int]) -> None:
    with notices.guarded():
        gone = rt.catalogue.delete_forever(ids)
        selection.put(LIST, ())
        notices.say(f"{count_of(gone, 'garment')} deleted, with the photos.")


def empty() -> None:
    with notices.guarded():
        gone = rt.catalogue.empty_trash()
        selection.put(LIST, ())
        notices.say(f"The trash is empty: {count_of(gone, 'garment')} deleted, with the photos.")


st.title("Trash", anchor=False)
notices.show()
trashed = rt.catalogue.trashed()
if trashed:
    chosen = selection.chosen(LIST, {garment.id for garment in trashed})
    with st.container(horizontal=True):
        st.button(
            f"Restore {len(chosen)}" if chosen else "Restore all",
            icon=":material/restore_from_trash:",
            type="primary",
            on_click=restore,
            args=(chosen or [garment.id for garment in trashed],),
        )
        with st.popover("Delete for good", icon=":material/delete_forever:"):
            st.markdown("Photos and all that is known of them are deleted. This can't be undone.")
            st.caption(
                "Looks and days in the calendar keep their other garments. Backups that were made before keep it all: "
                "delete those yourself where nothing is to be left."
            )
            if chosen:
                st.button(f"Delete the {len(chosen)} ticked", type="primary", on_click=delete, args=(chosen,))
            st.button(f"Empty the trash ({len(trashed)})", type="primary", on_click=empty)
    st.caption(f"What lies here for {rt.settings.trash_days} days is deleted for good.")
    gallery.draw(trashed, rt.catalogue.thumbnail_path, LIST)
else:
    st.caption("The trash is empty.")
