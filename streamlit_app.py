"""Wardrobe Graph: what every page has around it, and the page itself. Everything else lives in wardrobe_app.

Streamlit imports this file once, to serve ``app``, and runs it as a script for each session.
"""

from __future__ import annotations

import streamlit as st

from wardrobe_app import preload


def run() -> None:
    """Draw the page that a session asks for."""
    from pathlib import Path

    from wardrobe_app import startup
    from wardrobe_app.components.importing import phone
    from wardrobe_app.components.shared import address, navigation, notices, sign_in, titles

    # A material icon would be fetched from a font server.
    pictures = Path(__file__).parent / "wardrobe_app"

    st.set_page_config(page_title=titles.PROGRAM, page_icon=str(pictures / "icon.svg"), layout="wide")
    sign_in.require_access(startup.visitor)  # nothing below runs for those who are not

    st.logo(str(pictures / "logo.svg"), size="large", icon_image=str(pictures / "icon.svg"))
    name, page = navigation.choose(startup.waiting())
    titles.show(navigation.title(name))
    address.arrive(name)
    notices.bar(name, undo_key=None if name == "review" else "U")  # the review queue has an undo of its own
    if name != "add_photos":
        phone.leave()
    with notices.told():
        page.run()
    preload.page_is_shown()


if __name__ == "__main__":
    run()
else:
    from wardrobe_app import endpoints, last_input

    last_input.keep()
    app = st.App(
        __file__, lifespan=endpoints.lifespan, routes=endpoints.routes(), on_script_error=endpoints.page_failed
    )
