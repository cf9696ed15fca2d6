"""What could go: garments with what their loss costs, a tick box each, and what would be without those ticked."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from wardrobe_app.components.shared import photos, selection
from wardrobe_app.components.shared.formatting import count_of, plain
from wardrobe_app.domain.insights.removal_cost import Removal, Simulation
from wardrobe_app.domain.wording import Money

NAME = "let_go"  # of the selection
_TOLD = "let_go_told"
Act = Callable[[list[int]], None]


def cost(parting: Removal) -> str:
    """What its loss costs, in a sentence."""
    outfits = (
        "It is part of no look."
        if not parting.outfits
        else f"It is in {count_of(parting.outfits, 'look')}; others make up for all of them."
        if not parting.outfits_lost
        else f"It is in {count_of(parting.outfits, 'look')}, and {parting.outfits_lost} would be lost."
    )
    if abs(parting.diversity) < 0.05:
        return f"The number stays as it is. {outfits}"
    way = "falls" if parting.diversity > 0 else "rises"
    return f"The number {way} by {abs(parting.diversity):.1f}. {outfits}"


def draw(partings: Sequence[Removal], thumbnail_of: photos.PathOf) -> None:
    """The cards, cheapest first; ticks go to the selection called ``NAME``."""
    news = False
    with st.grid(min_column_width=164, gap="small", border=True, key="let_go_cards") as grid:
        for parting in partings:
            garment = parting.garment
            with grid.cell():
                photos.cover(garment, thumbnail_of)
                with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
                    news |= selection.tick(NAME, garment.id, f"Let go of {plain(garment.title)}, number {garment.id}")
                    photos.link(garment)
                st.caption(plain(cost(parting)))
                if parting.substitute is not None:
                    st.caption(f"Does the same job (number {parting.substitute.id}):")
                    photos.link(parting.substitute)
                if garment.quantity > 1:
                    st.caption(f"There are {garment.quantity} of it: one of them can go at no cost.")
    if news:
        st.rerun()


def simulator(
    found: Simulation, ids: list[int], thumbnail_of: photos.PathOf, money: Money, archive: Act, trash: Act
) -> None:
    """The wardrobe without the ticked garments beside the one that is, and what can be done with them."""
    _tell(found, ids)
    with st.container(border=True, key="simulator"):
        st.markdown(f"**Without the {count_of(len(ids), 'garment')} that you ticked**")
        with st.grid(min_column_width=150, gap="small") as grid:
            with grid.cell():
                _metric("Garments", float(found.garments[0]), float(found.garments[1]), "")
            with grid.cell():
                _metric("Dress you like", *found.effective, ".1")
            with grid.cell():
                _metric("Looks", float(found.outfits[0]), float(found.outfits[1]), "")
            with grid.cell():
                known = found.unpriced < len(ids)
                st.metric("Money freed", plain(money(found.freed)) if known else "not known")
        st.caption(_looks_words(found) + _money_words(found))
        if found.isolated:
            st.warning(
                f"{count_of(len(found.isolated), 'garment')} would be left without a partner.",
                icon=":material/link_off:",
            )
            with st.grid(min_column_width=110, gap="xsmall") as grid:
                for garment in found.isolated[:12]:
                    with grid.cell():
                        photos.card(garment, thumbnail_of)
        with st.container(horizontal=True):
            for label, icon, act in (("Archive them", "archive", archive), ("Move to trash", "delete", trash)):
                key = selection.key(f"let_go_{icon}", ids)
                st.button(label, icon=f":material/{icon}:", on_click=act, args=(ids,), key=key)
            st.button("Tick none", type="tertiary", on_click=selection.put, args=(NAME, ()), key="let_go_none")


def _tell(found: Simulation, ids: list[int]) -> None:
    # Whoever ticks a card far down the page does not see the top of it.
    if st.session_state.get(_TOLD) != ids:
        st.session_state[_TOLD] = ids
        st.toast(
            f"Without {'it' if len(ids) == 1 else f'these {len(ids)}'}: {found.garments[1]} garments dress you like "
            f"{found.effective[1]:.1f}, {count_of(found.outfits_lost, 'look')} lost."
        )


def _metric(label: str, before: float, after: float, form: str) -> None:
    change = after - before
    text = f"{change:+,{form or '.0'}f}"
    shown = None if float(text.replace(",", "")) == 0 else text
    st.metric(label, f"{after:,{form or '.0'}f}", shown, delta_color="normal" if form else "off")


def _looks_words(found: Simulation) -> str:
    if not found.outfits_lost:
        return "No look is lost."
    which = "all" if found.outfits_kept == found.outfits_lost else found.outfits_kept
    kept = f"; look-alikes that stay make {which} of them" if found.outfits_kept else ""
    return f"{count_of(found.outfits_lost, 'look')} lost{kept}."


def _money_words(found: Simulation) -> str:
    return (
        f" {count_of(found.unpriced, 'garment')} {'has' if found.unpriced == 1 else 'have'} no price."
        if found.unpriced
        else ""
    )
