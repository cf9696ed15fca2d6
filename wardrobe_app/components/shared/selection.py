"""Which garments of a plain list are ticked. The gallery keeps its ticks in the browser."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Collection, Iterable

import streamlit as st


def key(action: str, ids: Iterable[int]) -> str:
    """A widget key that changes with ``ids``: a click on a button that was drawn for others then does nothing."""
    return f"{action}_{zlib.crc32(repr(tuple(ids)).encode())}"


def _store(name: str) -> set[int]:
    stored: set[int] = st.session_state.setdefault(f"chosen_{name}", set())
    return stored


def chosen(name: str, listed: Collection[int]) -> list[int]:
    """Ids ticked in the list called ``name``, in order; ticked ones that are not ``listed`` are gone, and forgotten."""
    stored = _store(name)
    stored.intersection_update(listed)
    return sorted(stored)


def put(name: str, ids: Iterable[int]) -> None:
    """Tick exactly ``ids``."""
    st.session_state[f"chosen_{name}"] = set(ids)
    st.session_state[f"round_{name}"] = st.session_state.get(f"round_{name}", 0) + 1


def drop(name: str, ids: Iterable[int]) -> None:
    """Untick ``ids``; the others stay ticked."""
    put(name, _store(name).difference(ids))


def _toggle(name: str, item: int, key: str, changed: Callable[[], object] | None) -> None:
    _set(name, item, ticked=st.session_state[key])
    if changed is not None:
        changed()


def _set(name: str, item: int, *, ticked: bool) -> None:
    (_store(name).add if ticked else _store(name).discard)(item)


def tick(name: str, item: int, label: str, changed: Callable[[], object] | None = None) -> bool:
    """A tick box for one garment; ``label`` is read aloud, not drawn. ``changed`` is called after a click.

    Whether the browser knew better than this session: a session that was cut off is a new one, while the boxes on the
    screen stay ticked. The selection has followed them then, and what was drawn of it before is out of date.
    """
    key = f"tick_{name}_{item}_{st.session_state.get(f'round_{name}', 0)}"
    known = item in _store(name)
    ticked = st.checkbox(
        label, value=known, key=key, on_change=_toggle, args=(name, item, key, changed), label_visibility="collapsed"
    )
    _set(name, item, ticked=ticked)
    return ticked != known
