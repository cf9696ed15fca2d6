"""A garment's tags: how certain each is, who set it, and one click to correct it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from wardrobe_app.components.catalogue.label_propagation import reason
from wardrobe_app.components.shared.formatting import KINDS, plain, tier_words
from wardrobe_app.components.shared.widgets import button, swatch
from wardrobe_app.domain.garments import tag_values
from wardrobe_app.domain.garments.garment import SEVERAL, Garment, Swatch, Tag, TagKind, TagSource

Correct = Callable[[TagKind, str], object]
Forget = Callable[[TagKind], object]
Label = Callable[[str], str]
MIN_SHOWN = 0.005  # of a candidate's confidence: less would read 0%


def _provenance(tag: Tag, suggestion: Tag | None, label: Label) -> str:
    model = f" The model says {label(suggestion.value)}." if suggestion else ""
    if tag.source is TagSource.PERSON:
        return f"Set by you; tagging again keeps it.{model}"
    if tag.source is TagSource.PROPAGATED:
        return f"Copied from your corrections: {reason(tag, label)}.{model}"
    certainty = f"{tag.confidence:.0%} certain, " if tag.confidence is not None else ""
    return f"From the model: {certainty}{tag.model or 'version unknown'}."


def _pick(correct: Correct, kind: TagKind, key: str) -> None:
    if (value := st.session_state.get(key)) is not None:
        correct(kind, value)


def _pick_several(correct: Correct, forget: Forget, kind: TagKind, key: str, tag: Tag | None) -> None:
    values: list[str] = st.session_state.get(key) or []
    if values:
        correct(kind, tag_values.SEPARATOR.join(values))
    elif tag is not None and tag.source is TagSource.PERSON:
        forget(kind)
    elif tag is not None:  # a model's tag can be changed, but not removed
        st.session_state[key] = list(tag.values)


def _several(
    garment: Garment, kind: TagKind, choices: Sequence[str], label: Label, correct: Correct, forget: Forget, key: str
) -> None:
    """A kind of which a garment may have several values: each is switched on and off by itself."""
    tag, suggestion = garment.tags.get(kind), garment.suggestions.get(kind)
    chances = {one.value: f" {one.confidence:.0%}" for one in suggestion.candidates} if suggestion else {}
    values = tag.values if tag else ()
    st.pills(
        KINDS[kind],
        [*choices, *(value for value in values if value not in choices)],
        selection_mode="multi",
        default=list(values),
        format_func=lambda value: plain(label(value)) + chances.get(value, ""),
        key=key,
        on_change=_pick_several,
        args=(correct, forget, kind, key, tag),
        wrap=True,
    )


def _one(tag: Tag | None, kind: TagKind, choices: Sequence[str], label: Label, correct: Correct, key: str) -> None:
    """A kind of which a garment has one value: a list of all that there are."""
    options = list(choices) if tag is None or tag.value in choices else [tag.value, *choices]
    st.selectbox(
        KINDS[kind], options, index=options.index(tag.value) if tag else None, format_func=label, key=key,
        on_change=_pick, args=(correct, kind, key), placeholder="No tag", width=190,
    )  # fmt: skip


def _candidates(garment: Garment, kind: TagKind, label: Label, correct: Correct) -> None:
    suggestion = garment.suggestions.get(kind)
    likely = [one for one in suggestion.candidates if one.confidence >= MIN_SHOWN] if suggestion else []
    candidates = {one.value: one.confidence for one in likely}
    if len(candidates) < 2:
        return
    current = garment.value(kind)
    key = f"candidate_{garment.id}_{kind.value}_{current}_{garment.version}"  # a refused choice is not shown as made
    st.pills(
        f"{KINDS[kind]}: the model's candidates",
        list(candidates),
        default=current if current in candidates else None,
        required=current in candidates,
        format_func=lambda value: f"{plain(label(value))} {candidates[value]:.0%}",
        key=key,
        on_change=_pick,
        args=(correct, kind, key),
        label_visibility="collapsed",
        wrap=True,
    )


def row(
    garment: Garment, kind: TagKind, choices: Sequence[str], label: Label, correct: Correct, forget: Forget
) -> None:
    """One tag: its value and certainty, confirm or undo, the model's candidates, and the whole vocabulary."""
    tag = garment.tags.get(kind)
    key = f"value_{garment.id}_{kind.value}_{tag.value if tag else None}_{garment.version}"
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        if kind in SEVERAL:
            _several(garment, kind, choices, label, correct, forget, key)
        else:
            _one(tag, kind, choices, label, correct, key)
        if tag is None:
            return
        words, colour, icon = tier_words(tag)
        st.badge(words, color=colour, icon=icon, help=plain(_provenance(tag, garment.suggestions.get(kind), label)))
        ends, name = f"{garment.id}_{kind.value}", KINDS[kind].lower()
        if tag.source is not TagSource.PERSON and tag.tier != "sure":
            told = f"Confirm this {name}; tagging again then keeps it"
            button("Correct", "check", correct, kind, tag.value, type="tertiary", key=f"confirm_{ends}", help=told)
        elif tag.source is TagSource.PERSON and kind in garment.suggestions:
            told = f"Back to the model's {name}"
            button("Undo", "undo", forget, kind, type="tertiary", key=f"forget_{ends}", help=told)
    if kind not in SEVERAL:
        _candidates(garment, kind, label, correct)


def palette(swatches: Sequence[Swatch], picked: Swatch | None = None) -> None:
    """The garment's colours as swatches, each with its name and share; the one its owner picked comes first."""
    if not swatches and picked is None:
        return
    with st.container(horizontal=True, gap="small"):
        for one in [*([picked] if picked else []), *swatches]:
            with st.container(width=96, gap="xxsmall"):
                swatch(one.hex, f"{one.name}, {one.hex}", 96, 32)
                st.caption(f"{plain(one.name)}, picked" if one is picked else f"{plain(one.name)} {one.share:.0%}")
