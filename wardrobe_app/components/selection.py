"""Which garments of a list are ticked, kept over pages of the list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import streamlit as st


def _store(name: str) -> set[int]:
    stored: set[int] = st.session_state.setdefault(f"chosen_{name}", set())
    return stored


def chosen(name: str, among: Iterable[int] | None = None) -> list[int]:
    """Ids ticked in the list called ``name``, in order; only those of ``among`` where given."""
    stored = _store(name)
    return sorted(stored if among is None else stored.intersection(among))


def put(name: str, ids: Iterable[int]) -> None:
    """Tick exactly ``ids``."""
    st.session_state[f"chosen_{name}"] = set(ids)
    st.session_state[f"round_{name}"] = st.session_state.get(f"round_{name}", 0) + 1


def show(name: str, versions: Mapping[int, int]) -> None:
    """Remember the versions of the garments, by id, that the list called ``name`` shows now."""
    st.session_state.setdefault(f"seen_{name}", {}).update(versions)


def seen(name: str, ids: Iterable[int]) -> dict[int, int]:
    """The versions in which garments were shown last; without those that never were."""
    shown: dict[int, int] = st.session_state.get(f"seen_{name}", {})
    return {item: shown[item] for item in ids if item in shown}


def _toggle(name: str, item: int, key: str) -> None:
    if st.session_state[key]:
        _store(name).add(item)
    else:
        _store(name).discard(item)


def tick(name: str, item: int, label: str) -> None:
    """A tick box for one garment; ``label`` is read aloud, not drawn."""
    key = f"tick_{name}_{item}_{st.session_state.get(f'round_{name}', 0)}"
    st.checkbox(
        label,
        value=item in _store(name),
        key=key,
        on_change=_toggle,
        args=(name, item, key),
        label_visibility="collapsed",
    )
