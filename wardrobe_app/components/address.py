"""The parameters in the page's address, kept the same in the script and in the browser."""

from __future__ import annotations

import streamlit as st


def read(name: str) -> str:
    """Return a parameter of the address, "" where there is none, and make the browser's address bar hold it too.

    A link to the page one is on hands its parameters to the script but leaves the address bar as it was, and the next
    run would get the old ones. To be called before anything is drawn that depends on the parameter.
    """
    value = st.query_params.get(name, "")
    # Only where it changed: a run that is overtaken by a click to another page must not write into that one's address.
    if value and st.session_state.get(f"address_{name}") != value:
        st.query_params[name] = value
    st.session_state[f"address_{name}"] = value
    return value
