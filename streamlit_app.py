"""Wardrobe Graph: what every page has around it, and the page itself. Everything else lives in wardrobe_app."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from wardrobe_app import startup
from wardrobe_app.components.importing import phone
from wardrobe_app.components.shared import address, navigation, notices, sign_in, titles

# A material icon would be fetched from a font server.
PICTURES = Path(__file__).parent / "wardrobe_app"

st.set_page_config(page_title=titles.PROGRAM, page_icon=str(PICTURES / "icon.svg"), layout="wide")
sign_in.require_access(startup.visitor)  # nothing below runs for those who are not

st.logo(str(PICTURES / "logo.svg"), size="large", icon_image=str(PICTURES / "icon.svg"))
name, page = navigation.choose(startup.waiting())
titles.show(navigation.title(name))
address.arrive(name)
notices.bar(name, undo_key=None if name == "review" else "U")  # the review queue has an undo of its own
if name != "add_photos":
    phone.leave()
with notices.told():
    page.run()
