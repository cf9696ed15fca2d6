"""A garment's tags: how sure, who set them, and one click to put them right."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from wardrobe_app.components.catalogue.label_propagation import reason
from wardrobe_app.components.shared.formatting import KINDS, plain, tier_words
from wardrobe_app.domain.garments import tag_values
from wardrobe_app.domain.garments.garment import SEVERAL, Garment, Swatch, Tag, TagKind, TagSource

Correct = Callable[[TagKind, str], None]


def _provenance(tag: Tag, suggestion: Tag | None, label: Callable[[str], str]) -> str:
    if tag.source is TagSource.PERSON:
        said = f" The model had said {label(suggestion.value)}." if suggestion else ""
        return f"Set by you; tagging again leaves it alone.{said}"
    if tag.source is TagSource.PROPAGATED:
        said = f" The model by itself says {label(suggestion.value)}." if suggestion else ""
        return f"Followed from your corrections: {reason(tag, label)}.{said}"
    certainty = f"{tag.confidence:.0%} sure, " if tag.confidence is not None else ""
    return f"From the model: {certainty}{tag.model or 'version unknown'}."


def _pick(correct: Correct, kind: TagKind, key: str) -> None:
    value = st.session_state.get(key)
    if value is not None:
        correct(kind, value)


def _pick_several(
    correct: Correct, forget: Callable[[TagKind], None], kind: TagKind, key: str, tag: Tag | None
) -> None:
    values: list[str] = st.session_state.get(key) or []
    if values:
        correct(kind, tag_values.SEPARATOR.join(values))
    elif tag is not None and tag.source is TagSource.PERSON:
        forget(kind)
    elif tag is not None:  # what a model says can be changed, but not be taken away
        st.session_state[key] = list(tag.values)


def _several(
    garment: Garment,
    kind: TagKind,
    choices: Sequence[str],
    label: Callable[[str], str],
    correct: Correct,
    forget: Callable[[TagKind], None],
    key: str,
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


def _one(
    tag: Tag | None, kind: TagKind, choices: Sequence[str], label: Callable[[str], str], correct: Correct, key: str
) -> None:
    """A kind of which a garment has one value: a list of all that there are."""
    options = list(choices) if tag is None or tag.value in choices else [tag.value, *choices]
    st.selectbox(
        KINDS[kind],
        options,
        index=options.index(tag.value) if tag else None,
        format_func=label,
        key=key,
        on_change=_pick,
        args=(correct, kind, key),
        placeholder="Not tagged",
        width=190,
    )


def _candidates(garment: Garment, kind: TagKind, label: Callable[[str], str], correct: Correct) -> None:
    suggestion = garment.suggestions.get(kind)
    candidates = {one.value: one.confidence for one in suggestion.candidates} if suggestion else {}
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
    garment: Garment,
    kind: TagKind,
    choices: Sequence[str],
    label: Callable[[str], str],
    correct: Correct,
    forget: Callable[[TagKind], None],
) -> None:
    """One tag: its value and tier, confirm or take back, the model's candidates, and the whole vocabulary."""
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
        if tag.source is not TagSource.PERSON and tag.tier != "sure":
            st.button(
                "Right",
                icon=":material/check:",
                type="tertiary",
                key=f"confirm_{garment.id}_{kind.value}",
                help=f"Keep this as your own answer for {KINDS[kind].lower()}",
                on_click=correct,
                args=(kind, tag.value),
            )
        elif tag.source is TagSource.PERSON and kind in garment.suggestions:
            st.button(
                "Undo",
                icon=":material/undo:",
                type="tertiary",
                key=f"forget_{garment.id}_{kind.value}",
                help="Back to what the model said",
                on_click=forget,
                args=(kind,),
            )
    if kind not in SEVERAL:
        _candidates(garment, kind, label, correct)


def palette(swatches: Sequence[Swatch], picked: Swatch | None = None) -> None:
    """The garment's colours as drawn swatches, each with its name and share; the one its owner picked comes first."""
    if not swatches and picked is None:
        return
    with st.container(horizontal=True, gap="small"):
        for swatch in [*([picked] if picked else []), *swatches]:
            with st.container(width=96, gap="xxsmall"):
                st.image(
                    f'<svg xmlns="http://www.w3.org/2000/svg" width="96" height="32">'
                    f'<rect width="96" height="32" rx="6" fill="{swatch.hex}" stroke="#88888866"/></svg>',
                    alt=f"{swatch.name}, {swatch.hex}",
                    width=96,
                )
                st.caption(
                    f"{plain(swatch.name)}, picked" if swatch is picked else f"{plain(swatch.name)} {swatch.share:.0%}"
                )
