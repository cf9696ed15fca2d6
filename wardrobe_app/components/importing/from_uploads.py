"""Photos that the browser uploads: chosen files, a folder, or a picture of the camera."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from wardrobe_app.components.shared.formatting import count_of
from wardrobe_app.components.shared.notices import Said, action
from wardrobe_app.components.shared.widgets import button

if TYPE_CHECKING:
    from wardrobe_app.services.importing.uploads import PendingUploads

_ROUND: Final = "upload_round"  # each import begins with an empty uploader


def ask(way: str, pending: PendingUploads, most: int, add: Callable[[list[Any]], object]) -> list[Any]:
    """Draw the uploader of one ``way``, "files", "folder" or "camera", and the button that adds what is chosen in it.

    At most so many files can be added at a time. What is chosen is kept in ``pending``, and returned.
    """
    key = f"upload_{way}_{st.session_state.get(_ROUND, 0)}"
    if key not in st.session_state:  # the page was left meanwhile: what was chosen before is waiting
        st.session_state.pop(_kept(key), None)
    uploads = _WAYS[way]({"key": key, "on_change": _keep, "args": (key, pending)})
    if len(uploads) > most:
        st.warning(f"You chose {len(uploads)} files; at most {most} can be uploaded at a time.")
    label = f"Add {count_of(len(uploads), 'photo')}" if uploads else "Add photos"
    disabled = not uploads or len(uploads) > most
    button(label, "add", add, uploads, type="primary", key="add_uploads", disabled=disabled)
    if {upload.file_id for upload in uploads} - st.session_state.get(_kept(key), set()):
        _keep(key, pending)  # by a browser that came back after the program was restarted
    return uploads


def begin_anew() -> None:
    """Empty the uploaders: their files are being added."""
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1


def _files(keys: Mapping[str, Any]) -> list[Any]:
    uploads = st.file_uploader("Photos of garments, one garment per photo", accept_multiple_files=True, **keys)
    st.caption("JPEG, PNG, WebP, HEIC, AVIF, TIFF, GIF or BMP, straight from your phone or camera.")
    return list(uploads)


def _folder(keys: Mapping[str, Any]) -> list[Any]:
    return list(st.file_uploader("A folder of photos", accept_multiple_files="directory", **keys))


def _camera(keys: Mapping[str, Any]) -> list[Any]:
    picture = st.camera_input("Hold the garment in front of the camera", **keys)
    return [picture] if picture else []


_WAYS: Final = {"files": _files, "folder": _folder, "camera": _camera}


@action
def _keep(key: str, pending: PendingUploads) -> Said:
    """Keep what was just chosen until it is added, and drop what was just removed."""
    value = st.session_state[key]
    uploads = value if isinstance(value, list) else [value] if value is not None else []
    now = {upload.file_id for upload in uploads}
    pending.discard(st.session_state.get(_kept(key), set()) - now)
    st.session_state[_kept(key)] = now
    failed = pending.keep(uploads)
    return f"{count_of(failed, 'photo')} could not be saved. Add them before you leave this page." if failed else None


def _kept(key: str) -> str:
    return f"kept_{key}"
