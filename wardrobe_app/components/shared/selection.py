"""Which garments of a list are ticked, kept over pages and filters of the list, and which of them actions act on."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import streamlit as st


@dataclass(frozen=True, slots=True)
class Selected:
    """A selection beside the list as it is shown.

    ``ids`` are the selected garments that the list holds, on whatever page: actions act on these and no others.
    ``off_page`` of them are on other pages. ``hidden`` are selected too, but the filters leave them out: they stay
    selected, and no action touches them.
    """

    ids: tuple[int, ...]
    off_page: int = 0
    hidden: tuple[int, ...] = ()

    @property
    def elsewhere(self) -> str:
        """How many of ``ids`` are not on the screen: " (2 on other pages)"; empty where all are."""
        return f" ({self.off_page} on other pages)" if self.off_page else ""

    def label(self, action: str) -> str:
        """What the button of an ``action`` says: it names what cannot be seen."""
        return f"{action} {len(self.ids)}{self.elsewhere}" if self.off_page else action

    def words(self) -> str:
        """How many garments are selected, and how many of those the list does not hold."""
        hidden = f"{len(self.hidden)} {'more is' if len(self.hidden) == 1 else 'more are'} hidden by the filters"
        return f"{len(self.ids)} selected" + (f" ({hidden})" if self.hidden else "")


def key(action: str, ids: Iterable[int]) -> str:
    """A widget key that changes with ``ids``: a click on a button that was drawn for others then does nothing."""
    return f"{action}_{zlib.crc32(repr(tuple(ids)).encode())}"


def _store(name: str) -> set[int]:
    stored: set[int] = st.session_state.setdefault(f"chosen_{name}", set())
    return stored


def chosen(name: str) -> list[int]:
    """Ids ticked in the list called ``name``, in order, whether or not it shows them."""
    return sorted(_store(name))


def split(name: str, listed: Collection[int], on_page: Iterable[int], existing: Collection[int] = ()) -> Selected:
    """The selection beside a list that holds the garments ``listed`` on all its pages, ``on_page`` on this one.

    Ticked garments in neither ``listed`` nor ``existing`` are gone, and forgotten here.
    """
    stored = _store(name)
    stored.intersection_update({*listed, *existing})
    ids = stored.intersection(listed)
    return Selected(tuple(sorted(ids)), len(ids.difference(on_page)), tuple(sorted(stored.difference(ids))))


def put(name: str, ids: Iterable[int]) -> None:
    """Tick exactly ``ids``."""
    st.session_state[f"chosen_{name}"] = set(ids)
    st.session_state[f"round_{name}"] = st.session_state.get(f"round_{name}", 0) + 1


def add(name: str, ids: Iterable[int]) -> None:
    """Tick ``ids`` as well."""
    put(name, _store(name).union(ids))


def drop(name: str, ids: Iterable[int]) -> None:
    """Untick ``ids``; the others stay ticked."""
    put(name, _store(name).difference(ids))


def show(name: str, versions: Mapping[int, int]) -> None:
    """Remember the versions of the garments, by id, that the list called ``name`` shows now."""
    st.session_state.setdefault(f"seen_{name}", {}).update(versions)


def seen(name: str, ids: Iterable[int]) -> dict[int, int]:
    """The versions in which garments were shown last; without those that never were."""
    shown: dict[int, int] = st.session_state.get(f"seen_{name}", {})
    return {item: shown[item] for item in ids if item in shown}


def unsee(name: str, ids: Iterable[int]) -> None:
    """Forget in which versions garments were shown: this tab itself has just changed them."""
    shown: dict[int, int] = st.session_state.get(f"seen_{name}", {})
    for item in ids:
        shown.pop(item, None)


def _toggle(name: str, item: int, key: str) -> None:
    _set(name, item, ticked=st.session_state[key])


def _set(name: str, item: int, *, ticked: bool) -> None:
    (_store(name).add if ticked else _store(name).discard)(item)


def tick(name: str, item: int, label: str) -> bool:
    """A tick box for one garment; ``label`` is read aloud, not drawn.

    Whether the browser knew better than this session: a session that was cut off is a new one, while the boxes on the
    screen stay ticked. The selection has followed them then, and what was drawn of it before is out of date.
    """
    key = f"tick_{name}_{item}_{st.session_state.get(f'round_{name}', 0)}"
    known = item in _store(name)
    ticked = st.checkbox(
        label, value=known, key=key, on_change=_toggle, args=(name, item, key), label_visibility="collapsed"
    )
    _set(name, item, ticked=ticked)
    return ticked != known
