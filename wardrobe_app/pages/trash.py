"""What was thrown away: bring it back, or delete it for good."""

from __future__ import annotations

from functools import partial

import streamlit as st

from wardrobe_app import startup
from wardrobe_app.components.catalogue import gallery
from wardrobe_app.components.shared import notices, selection
from wardrobe_app.components.shared.formatting import count_of

LIST = "trash"

rt = notices.opened(startup.current)


def restore(ids: list[int]) -> None:
    with notices.guarded():
        done = rt.catalogue.restore(ids)
        selection.drop(LIST, ids)
        notices.say(
            f"{count_of(len(done.ids), 'garment')} back in the wardrobe.", partial(rt.catalogue.take_back, done)
        )


def delete(ids: list[int]) -> None:
    with notices.guarded():
        gone = rt.catalogue.delete_forever(ids)
        selection.drop(LIST, ids)
        notices.say(f"{count_of(gone, 'garment')} deleted, with the photos.")


st.title("Trash", anchor=False)
notices.show()
trashed = rt.catalogue.trashed()
if trashed:
    everything = [garment.id for garment in trashed]
    selected = selection.split(LIST, everything, everything)
    ticked = list(selected.ids)
    with st.container(horizontal=True):
        st.button(
            f"Restore {len(ticked)}" if ticked else "Restore all",
            icon=":material/restore_from_trash:",
            type="primary",
            key=selection.key("restore", ticked or everything),
            on_click=restore,
            args=(ticked or everything,),
        )
        with st.popover("Delete for good", icon=":material/delete_forever:"):
            st.markdown("Photos and all that is known of them are deleted. This can't be undone.")
            st.caption(
                "Looks and days in the calendar keep their other garments. Backups that were made before keep it all: "
                "delete those yourself where nothing is to be left."
            )
            if ticked:
                st.button(
                    f"Delete the {len(ticked)} ticked",
                    type="primary",
                    key=selection.key("delete", ticked),
                    on_click=delete,
                    args=(ticked,),
                )
            # Only what the button counts: garments that come here meanwhile, from another tab, stay.
            st.button(
                f"Empty the trash ({len(everything)})",
                type="primary",
                key=selection.key("empty", everything),
                on_click=delete,
                args=(everything,),
            )
    st.caption(f"What lies here for {rt.settings.trash_days} days is deleted for good.")
    gallery.draw(trashed, rt.catalogue.thumbnail_path, LIST)
else:
    st.caption("The trash is empty.")
