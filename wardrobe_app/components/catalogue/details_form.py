"""The details that only the owner knows: a form that keeps what is typed until it is saved or discarded.

Leaving a field stores its text as a draft, which outlives the page, a lost connection and the program. A browser that
returns to a restarted program brings its own text along, so nothing here may set a field when a page is opened, only
its first value. Only changed fields are saved, with the version that was shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import streamlit as st

from wardrobe_app.components.shared import notices
from wardrobe_app.components.shared.formatting import clock, plain
from wardrobe_app.components.shared.widgets import button
from wardrobe_app.domain.catalogue.drafts import FIELDS, Draft, Drafts, FieldProblem, as_text, draft_about, draft_key
from wardrobe_app.domain.catalogue.drafts import garment_texts as texts_of
from wardrobe_app.domain.days import Days
from wardrobe_app.domain.garments.garment import Condition, Garment
from wardrobe_app.domain.limits import FIRST_DAY, LONGEST, last_day

Save = Callable[[dict[str, str], int], object]
LABELS = {
    "name": "Name",
    "brand": "Brand",
    "size": "Size",
    "price": "Price",
    "purchased_on": "Bought on",
    "quantity": "Quantity",
    "condition": "Condition",
    "notes": "Notes",
}


@dataclass
class _Form:
    """One garment's form in this session.

    ``shown`` is what its fields said when typing began, ``first`` what they begin with, ``last`` what they held when
    the draft was last written. ``recovered`` are fields that a browser brought along after the connection was lost.
    """

    shown: dict[str, str]
    first: dict[str, str]
    last: dict[str, str]
    about: str
    recovered: tuple[str, ...] = ()
    kept: bool = True


def begin_anew(item: int) -> None:
    """Let the form of a garment begin again with what the garment says by then, and with what is still a draft."""
    st.session_state[f"details_anew_{item}"] = True


def saved(item: int, names: Sequence[str], drafts: Drafts) -> None:
    """Forget the drafts of fields that were saved."""
    drafts.drop(draft_key(item), names)
    begin_anew(item)


def give_up(item: int, drafts: Drafts) -> None:
    """Forget all that was typed about a garment; it can be brought back from the notice."""
    form: _Form | None = st.session_state.get(_key(item))
    draft = drafts.read(draft_key(item), form.about) if form else None
    drafts.drop(draft_key(item))
    begin_anew(item)
    if draft is not None:
        notices.say("Unsaved changes discarded.", partial(_bring_back, item, draft, drafts))


def refuse(item: int, problems: Mapping[str, FieldProblem]) -> None:
    """Say beside each of these fields why it cannot be saved; what was typed stays."""
    st.session_state[f"details_problems_{item}"] = dict(problems)


def form(garment: Garment, drafts: Drafts, days: Days, save: Save) -> None:
    """Draw the form; ``save`` is called with the texts of the fields that were changed, and the version shown."""
    item = garment.id
    fresh = _key(item) not in st.session_state
    state = _begin(garment, drafts)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header("Details", anchor=False, width="content")
        mark = st.empty()
    if changed := [name for name in FIELDS if state.shown[name] != texts_of(garment)[name]]:
        _say_what_it_says_now(garment, changed, drafts)
    _fields(garment, state, partial(_keep, item, drafts))
    _keep(item, drafts, recovering=fresh)
    typed = {name: text for name, text in _texts(item).items() if text != state.shown[name]}
    draft = drafts.read(draft_key(item), state.about)
    _mark(mark, typed, draft, state.kept, days)
    _typed_elsewhere(item, draft, days)
    if state.recovered:
        _say_what_came_back(garment, [name for name in state.recovered if name in typed])
    _buttons(garment, state, typed, drafts, save, "Save mine anyway" if changed else "Save details")


def _key(item: int) -> str:
    return f"details_{item}"


def _begin(garment: Garment, drafts: Drafts) -> _Form:
    """The form's state, which begins now where there is none, or where its page was left meanwhile."""
    item, now = garment.id, texts_of(garment)
    state: _Form | None = st.session_state.get(_key(item))
    anew = st.session_state.pop(f"details_anew_{item}", False)
    if state is None or anew or f"name_{item}" not in st.session_state:
        draft = drafts.read(draft_key(item), draft_about(garment))
        first = {**now, **(draft.typed if draft else {})}
        shown = {**now, **(draft.shown if draft else {})}
        state = _Form(shown, first, dict(first), draft_about(garment))
        st.session_state[_key(item)] = state
    if anew:
        for name in FIELDS:
            st.session_state[f"{name}_{item}"] = _value(name, state.first[name])
    return state


def _value(name: str, text: str) -> Any:
    """The value of a field's widget, None where it cannot show the text."""
    if name == "purchased_on":
        day = date.fromisoformat(text) if text else None
        return day if day and FIRST_DAY <= day <= last_day() else None
    return (Condition(text) if text else None) if name == "condition" else text


def _texts(item: int) -> dict[str, str]:
    """What the fields hold now; a day that its field cannot show counts as what it says."""
    state: _Form = st.session_state[_key(item)]
    found = {}
    for name in FIELDS:
        value = st.session_state.get(f"{name}_{item}", _value(name, state.first[name]))
        unseen = value is None and _value(name, state.first[name]) is None
        found[name] = state.first[name] if unseen else as_text(value)
    return found


def _keep(item: int, drafts: Drafts, *, recovering: bool = False) -> None:
    """Write what was typed since the last time into the draft."""
    state: _Form | None = st.session_state.get(_key(item))
    if state is None or f"details_anew_{item}" in st.session_state:
        return
    texts = _texts(item)
    new = {name: text for name, text in texts.items() if text != state.last[name]}
    if new:
        state.kept = drafts.keep(draft_key(item), new, {name: state.shown[name] for name in new}, state.about)
        state.last = texts
        if recovering:
            state.recovered = tuple(new)


def _fields(garment: Garment, state: _Form, changed: Callable[[], None]) -> None:
    item, first = garment.id, state.first
    _text("name", item, first, changed, placeholder=garment.title)
    left, right = st.columns(2)
    with left:
        _text("brand", item, first, changed)
    with right:
        _text("size", item, first, changed)
    with left:
        _text("price", item, first, changed, help="For one piece", placeholder="19.90")
    with right:
        day = _value("purchased_on", first["purchased_on"])
        st.date_input(
            LABELS["purchased_on"], value=None if f"purchased_on_{item}" in st.session_state else day,
            min_value=FIRST_DAY, max_value=last_day(), key=f"purchased_on_{item}", on_change=changed,
        )  # fmt: skip
        if first["purchased_on"] and day is None:
            st.caption(
                f"The saved date is {first['purchased_on']}, which can't be shown here. It stays unless you change it."
            )
        _problem("purchased_on", item)
    with left:
        _text("quantity", item, first, changed)
    with right:
        st.selectbox(
            LABELS["condition"], list(Condition), placeholder="Not set", key=f"condition_{item}", on_change=changed,
            index=_index(first["condition"]) if f"condition_{item}" not in st.session_state else None,
            format_func=lambda condition: condition.value.capitalize(),
        )  # fmt: skip
    _text("notes", item, first, changed)


def _text(name: str, item: int, first: Mapping[str, str], changed: Callable[[], None], **rest: Any) -> None:
    draw: Callable[..., Any] = st.text_area if name == "notes" else st.text_input
    # A longer text, from an older version or a backup, is shown whole; it is told when it is changed.
    longest = max(LONGEST[name], len(first[name])) if name in LONGEST else None
    key = f"{name}_{item}"
    value = "" if key in st.session_state else first[name]  # who has a value gets no first one
    draw(LABELS[name], value=value, key=key, max_chars=longest, on_change=changed, **rest)
    _problem(name, item)


def _index(condition: str) -> int | None:
    return list(Condition).index(Condition(condition)) if condition else None


def _problem(name: str, item: int) -> None:
    """Say why the field cannot be saved, as long as it says what was refused, with the readings to choose from."""
    problem: FieldProblem | None = st.session_state.get(f"details_problems_{item}", {}).get(name)
    if problem is None or problem.text != as_text(st.session_state.get(f"{name}_{item}")):
        return
    with st.container(key=f"problem_{name}_{item}", gap="xxsmall"):
        st.markdown(f":red[:material/error: {plain(problem.message)}]")
        with st.container(horizontal=True):
            for choice in problem.choices:
                button(choice, "check", _put, name, item, choice, key=f"choose_{name}_{item}_{choice}")


def _put(name: str, item: int, text: str) -> None:
    st.session_state[f"{name}_{item}"] = _value(name, text)


def _mark(mark: Any, typed: Mapping[str, str], draft: Draft | None, kept: bool, days: Days) -> None:
    if typed and kept:
        since = f" from {clock(draft.typed_at, days)}" if draft else ""
        mark.badge(f"Unsaved changes{since}", icon=":material/edit_note:", color="orange")
    elif typed:
        mark.badge("Unsaved, and the draft could not be stored", icon=":material/warning:", color="red")


def _buttons(garment: Garment, state: _Form, typed: dict[str, str], drafts: Drafts, save: Save, label: str) -> None:
    """Save and discard.

    The version is part of the button's key: where the program was started anew, only a click on what the garment
    still says is taken for one.
    """
    item, pressed = garment.id, f"details_pressed_{garment.id}"
    with st.container(horizontal=True):
        key, kind = f"save_details_{item}_{garment.version}", "primary" if typed else "secondary"
        clicked = button(label, "save", _press, pressed, garment.version, key=key, type=kind)
        if typed:
            button("Discard", "undo", give_up, item, drafts, type="tertiary", key=f"discard_{item}")
    version = st.session_state.pop(pressed, garment.version if clicked else None)
    if version is not None:
        if typed:
            save(typed, version)
        st.rerun()


def _press(pressed: str, version: int) -> None:
    st.session_state[pressed] = version


def _say_what_it_says_now(garment: Garment, changed: list[str], drafts: Drafts) -> None:
    with st.container(border=True, key="details_changed"):
        st.markdown(":material/sync_problem: Changed in another tab or program. The saved values are now:")
        _say(garment, changed)
        st.caption("Your text is still below. Saving it changes only the fields you edited.")
        button("Keep theirs", "check", give_up, garment.id, drafts, key=f"details_theirs_{garment.id}")


def _say_what_came_back(garment: Garment, names: Sequence[str]) -> None:
    if names:
        with st.container(border=True, key="details_recovered"):
            st.markdown(
                ":material/wifi_off: The connection was lost. Your text below is not saved. The saved values are:"
            )
            _say(garment, names)


def _say(garment: Garment, names: Sequence[str]) -> None:
    for name in names:
        shown = texts_of(garment)[name]
        st.markdown(f"**{LABELS[name]}**: {plain(shown.capitalize() if name == 'condition' else shown) or 'nothing'}")


def _typed_elsewhere(item: int, draft: Draft | None, days: Days) -> None:
    """What another tab typed later into the same fields, and the way to take it over."""
    here = _texts(item)
    other = {name: text for name, text in draft.typed.items() if text != here[name]} if draft else {}
    if not other or draft is None:
        return
    with st.container(border=True, key="details_elsewhere"):
        st.markdown(f":material/tab: Also unsaved, typed in another tab at {clock(draft.typed_at, days)}:")
        for name, text in other.items():
            st.markdown(f"**{LABELS[name]}**: {plain(text) or 'nothing'}")
        button("Use that here", "check", begin_anew, item, key=f"use_elsewhere_{item}")


def _bring_back(item: int, draft: Draft, drafts: Drafts) -> None:
    drafts.keep(draft_key(item), draft.typed, draft.shown, draft.about)
    begin_anew(item)
