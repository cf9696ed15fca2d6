"""Backups and restoring one, the health check, the spreadsheet, and where everything is stored."""

from __future__ import annotations

import streamlit as st

from wardrobe_app import startup
from wardrobe_app.components.maintenance import backups, integrity, restore, spreadsheet
from wardrobe_app.components.shared import notices
from wardrobe_app.services.spreadsheet.service import Marks

rt = notices.opened(startup.current)

st.title("Backup and health", anchor=False)

st.header("Backups", anchor=False)
made = rt.backup.backups.all()
folder = None if rt.shared else rt.backup.backups.folder
backups.section(made, folder, rt.backup.backups.schedule, rt.backup.backups.make, rt.backup.backups.plan, rt.days)
restore.section(made, rt.backup.restore.preview, rt.backup.restore.restore, rt.days)

st.header("Health check", anchor=False)
integrity.draw(rt.integrity.examine, lambda ids: {one.id: one for one in rt.catalogue.these(ids)})

st.header("Spreadsheet", anchor=False)
days = rt.days.fixed()  # the file is written in a thread that no browser stands behind
spreadsheet.section(
    lambda way: rt.spreadsheet.export_bytes(Marks(way), days), rt.spreadsheet.preview, rt.spreadsheet.apply
)

st.header("Where it is stored", anchor=False)
if rt.shared:
    st.markdown("Your photos and your wardrobe are separate from those of others, on the computer that runs this app.")
    st.caption(f"Whoever runs it finds them in the folder people/{rt.settings.data_dir.name}.")
elif elsewhere := rt.kept_elsewhere:
    st.markdown("The settings place these elsewhere; everything else is in the data folder.")
    for what, address in elsewhere.items():
        st.caption(what.capitalize())
        st.code(address, language=None, wrap_lines=True)
    st.caption("Data folder")
else:
    st.markdown("Photos and database are in one folder on this computer; nothing leaves it.")
if not rt.shared:
    st.code(str(rt.settings.data_dir), language=None, wrap_lines=True)
    st.caption("To use another folder, set WARDROBE_DATA_DIR before you start the app.")
