"""The parameters in the page's address, kept the same in the script and in the browser.

A page tells with ``Param`` what of its state the address holds. ``follow`` takes the state from an address that is
new, ``publish`` writes the address of a state that is new. Each change of the state is one step of the browser's
history, so that back takes it back.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from wardrobe_app.components.shared.formatting import number_in, plain

_AT: Final = "address_page"
_ENTERED: Final = "address_entered"
_VISIT: Final = "address_visit"  # how many times another page was entered
_LAST: Final = "address_of_"
_IDS_LIMIT: Final = 10_000
_YES, _NO = "yes", "no"
Words = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Param:
    """One part of a page's state: its ``name`` in addresses, its ``key`` in the session, its value where none is said.

    ``read`` turns the words after the name into the value, and returns with it the words that say nothing that the
    page knows; ``write`` turns the value into words.
    """

    name: str
    key: str
    default: Any
    read: Callable[[Sequence[str]], tuple[Any, Sequence[str]]]
    write: Callable[[Any], Sequence[str]]


@dataclass(frozen=True, slots=True)
class _Last:
    """The address of a page as it was seen or written last, the one before, and what the state then had to say."""

    seen: Words
    before: Words
    said: Words


def read(name: str) -> str:
    """Return a parameter of the address, "" where there is none, and make the browser's address bar hold it too.

    A link to the page one is on hands its parameters to the script but leaves the address bar as it was, and the next
    run would get the old ones. A link to another page sets the address bar, some time after this run has begun: what
    is written before that becomes a step of the history under the old page's name. To be called before anything is
    drawn that depends on the parameter.
    """
    value, visit = st.query_params.get(name, ""), st.session_state.get(_VISIT, 0)
    last_visit, last = st.session_state.get(f"address_{name}", (None, ""))
    # Only where it changed: a run that is overtaken by a click to another page must not write into that one's address.
    if value and last_visit == visit and last != value:
        st.query_params[name] = value
    st.session_state[f"address_{name}"] = visit, value
    return value


def change(values: Mapping[str, str | None]) -> None:
    """Set parameters of the address, or with None remove them, in one step of the browser's history."""
    others = {name: st.query_params.get_all(name) for name in st.query_params if name not in values}
    st.query_params.from_dict(others | {name: [value] for name, value in values.items() if value is not None})


def text(name: str, key: str, default: str | None = "") -> Param:
    """Any words; none of them, or an empty one, is the ``default``."""
    return Param(name, key, default, lambda words: (words[-1] or default, ()), lambda value: [value] if value else [])


def flag(name: str, key: str) -> Param:
    """A box that is ticked (``yes``) or not (``no``, or nothing)."""
    return choice(name, key, {_NO: False, _YES: True}, False)


def choice(
    name: str, key: str, values: Mapping[str, Any], default: Any, old_names: Mapping[str, Any] | None = None
) -> Param:
    """One of several ``values``, by the word that stands for it; words from ``old_names`` are still understood."""
    known = {**(old_names or {}), **values}
    words_for = {value: word for word, value in values.items()}

    def from_words(words: Sequence[str]) -> tuple[Any, Sequence[str]]:
        word = words[-1].lower()
        return (known[word], ()) if word in known else (default, words[-1:])

    return Param(name, key, default, from_words, lambda value: [words_for[value]] if value in words_for else [])


def number(name: str, key: str, default: int, allowed: Collection[int]) -> Param:
    """A whole number, one of those ``allowed``."""

    def from_words(words: Sequence[str]) -> tuple[int, Sequence[str]]:
        value = int(words[-1]) if words[-1] == "0" else number_in(words[-1])
        valid = value in allowed and words[-1].isdecimal()
        return (value, ()) if valid else (default, words[-1:])

    return Param(name, key, default, from_words, lambda value: [str(value)])


def several(
    name: str,
    key: str,
    known: Callable[[str], bool],
    default: Sequence[str] = (),
    old_names: Mapping[str, str] | None = None,
) -> Param:
    """Any number of words that are ``known``, each said on its own: ``colour=navy&colour=grey``.

    Where there is a ``default``, an empty word says that none is chosen. Words in ``old_names`` are still understood.
    """

    def from_words(words: Sequence[str]) -> tuple[list[str], Sequence[str]]:
        wanted = [word for word in dict.fromkeys((old_names or {}).get(one, one) for one in words) if word]
        found = [word for word in wanted if known(word)]
        return found if found or not wanted else list(default), [word for word in wanted if word not in found]

    return Param(name, key, list(default), from_words, lambda value: list(value) or [""] * bool(default))


def ids(name: str, key: str) -> Param:
    """The numbers of garments in a row, with commas between."""

    def from_words(words: Sequence[str]) -> tuple[list[int], Sequence[str]]:
        parts = words[-1].split(",")[:_IDS_LIMIT]
        found = dict.fromkeys(number_in(part) for part in parts if number_in(part))
        return list(found), [part for part in parts if not number_in(part)]

    return Param(name, key, [], from_words, lambda value: [",".join(map(str, value))])


def arrive(page: str) -> None:
    """Remember which ``page`` is about to run, by a name of its own; to be called before every run of a page."""
    if st.session_state.get(_AT) != page:
        st.session_state[_AT], st.session_state[_ENTERED] = page, True
        st.session_state[_VISIT] = st.session_state.get(_VISIT, 0) + 1


def entered() -> bool:
    """Whether this run is the first of its page since another one; until ``follow`` is called."""
    return bool(st.session_state.get(_ENTERED, False))


def follow(params: Iterable[Param]) -> None:
    """Take the state from the address where that is new: a link, a reload, back and forward; before it is drawn.

    A page that is entered without any parameters goes on where it was left, but not by back and forward: those show
    what the address says. What the address says of things that the page does not know is left out, and told.
    """
    params, now = list(params), {}
    for param in params:
        if words := st.query_params.get_all(param.name):
            now[param.name] = words
    last: _Last | None = st.session_state.get(_key())
    entered, history = st.session_state.pop(_ENTERED, False), by_history()
    if last is None and not now:
        for param in params:
            st.session_state.setdefault(param.key, param.default)
        _remember(now, now, {})
    elif last is not None and entered and not now and not history:
        _take(params, last.said)
        _remember(now, now, {})
    elif last is None or entered or history or now not in (last.seen, last.before):
        _tell(_take(params, now))
        _remember(now, now, _said(params))
        if not entered and not history:
            # The address bar still holds the old parameters after a link to the page one is on.
            _write(params, now)
    # A run that ended before it drew a widget, because the wardrobe could not be read, loses that widget's value.
    _take([param for param in params if param.key not in st.session_state], st.session_state[_key()].said)


def publish(params: Iterable[Param]) -> None:
    """Write the address where the state is not what it was: after the widgets are drawn that change the state."""
    params = list(params)
    said = _said(params)
    last: _Last = st.session_state[_key()]
    if said != last.said:
        _write(params, said)
        _remember(said, last.seen, said)


def of(page: str) -> dict[str, list[str]]:
    """The parameters with which ``page`` was left, for a link that leads back to it as it was."""
    last: _Last | None = st.session_state.get(_LAST + page)
    return {name: list(words) for name, words in last.said.items()} if last else {}


def _take(params: Sequence[Param], now: Words) -> dict[str, Sequence[str]]:
    """Set the state to what the address says ``now``; the words of each name that say nothing known."""
    unknown: dict[str, Sequence[str]] = {}
    for param in params:
        value, ignored = param.read(now[param.name]) if param.name in now else (param.default, ())
        st.session_state[param.key] = value
        if ignored:
            unknown[param.name] = ignored
    return unknown


def _said(params: Iterable[Param]) -> Words:
    said: dict[str, Sequence[str]] = {}
    for param in params:
        value = st.session_state.get(param.key, param.default)
        if value != param.default and (words := param.write(value)):
            said[param.name] = words
    return said


def _write(params: Iterable[Param], words: Words) -> None:
    names = {param.name for param in params}
    others = {name: st.query_params.get_all(name) for name in st.query_params if name not in names}
    st.query_params.from_dict(others | dict(words))


def _tell(unknown: Words) -> None:
    if unknown:
        words = ", ".join(f"{name} “{word[:40]}”" for name, several in unknown.items() for word in several[:5])
        st.warning(f"Ignored unknown values in the address: {plain(words)}.")


def _remember(seen: Words, before: Words, said: Words) -> None:
    st.session_state[_key()] = _Last(seen, before, said)


def _key() -> str:
    return f"{_LAST}{st.session_state.get(_AT, '')}"


def by_history() -> bool:
    """Whether this run follows from back or forward in the browser."""
    return getattr(get_script_run_ctx(), "is_history_navigation", False)
