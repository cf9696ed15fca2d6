"""Wardrobe Graph: the pages and their order. Everything else lives in wardrobe_app."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from wardrobe_app import startup
from wardrobe_app.components.importing import phone
from wardrobe_app.components.shared import address, notices, sign_in, titles

PAGES = "wardrobe_app/pages"
# A material icon would be fetched from a font server.
ICON = Path(__file__).parent / "wardrobe_app" / "icon.svg"

st.set_page_config(page_title=titles.PROGRAM, page_icon=str(ICON), layout="wide")
sign_in.require_access(startup.visitor)  # nothing below runs for those who are not

page = st.navigation(
    [
        st.Page(f"{PAGES}/wardrobe.py", title="Wardrobe", icon=":material/checkroom:", default=True),
        st.Page(f"{PAGES}/add_photos.py", title="Add photos", icon=":material/add_a_photo:"),
        st.Page(f"{PAGES}/garment.py", title="Garment", icon=":material/apparel:", visibility="hidden"),
        st.Page(f"{PAGES}/duplicates.py", title="Duplicates", icon=":material/content_copy:"),
        st.Page(f"{PAGES}/insights.py", title="Insights", icon=":material/donut_small:"),
        st.Page(f"{PAGES}/before_you_buy.py", title="Before you buy", icon=":material/shopping_bag:"),
        st.Page(f"{PAGES}/outfits.py", title="Outfits", icon=":material/styler:"),
        st.Page(f"{PAGES}/calendar.py", title="Calendar", icon=":material/calendar_month:"),
        st.Page(f"{PAGES}/graph.py", title="Graph", icon=":material/hub:"),
        st.Page(f"{PAGES}/trash.py", title="Trash", icon=":material/delete:"),
        st.Page(f"{PAGES}/maintenance.py", title="Backup and health", icon=":material/shield:"),
        st.Page(f"{PAGES}/settings.py", title="Settings", icon=":material/settings:"),
    ]
)
titles.show(page.title)
address.arrive(page.url_path or "wardrobe")
if page.url_path != "add_photos":
    phone.leave()
with notices.told():
    page.run()
