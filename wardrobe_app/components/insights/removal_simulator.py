"""What could go: garments with what their loss costs, a tick box each, and the wardrobe without those ticked."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from wardrobe_app.components.shared import photos, selection
from wardrobe_app.components.shared.formatting import count_of, plain
from wardrobe_app.components.shared.widgets import button, cards
from wardrobe_app.domain.insights.removal_cost import Removal, Simulation
from wardrobe_app.domain.wording import Money

NAME = "let_go"  # of the selection
Act = Callable[[list[int]], bool]


def cost(removal: Removal) -> str:
    """What its loss costs, in a sentence or two."""
    outfits = count_of(removal.outfits, "outfit")
    lost = (
        "In no outfit."
        if not removal.outfits
        else f"In {outfits}; other garments can replace it in all of them."
        if not removal.outfits_lost
        else f"In {outfits}; {removal.outfits_lost} would be lost."
    )
    if abs(removal.diversity) < 0.05:
        return f"Score unchanged. {lost}"
    return f"Score {-removal.diversity:+.1f}. {lost}"


def draw(removals: Sequence[Removal], thumbnail_of: photos.PathOf, changed: Callable[[], object]) -> None:
    """The cards, cheapest first; ticks go to the selection called ``NAME``, and ``changed`` is called after each."""
    news = False
    for removal in cards(removals, 164, "removal_cards"):
        garment = removal.garment
        photos.cover(garment, thumbnail_of)
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            label = f"Select {plain(garment.title)}, number {garment.id}"
            news |= selection.tick(NAME, garment.id, label, changed)
            photos.link(garment)
        st.caption(plain(cost(removal)))
        if removal.substitute is not None:
            st.caption(f"Worn for the same things (number {removal.substitute.id}):")
            photos.link(removal.substitute)
        if garment.quantity > 1:
            st.caption(f"You have {garment.quantity} of these; one can go without any loss.")
    if news:
        st.rerun()


def summary(found: Simulation, number: int) -> str:
    """Say in a sentence what is left without so many garments: for where the simulator is out of sight."""
    lost = f"{count_of(found.outfits_lost, 'outfit')} lost"
    return f"Without {'it' if number == 1 else f'these {number}'}: score {found.effective[1]:.1f}, {lost}."


def simulator(
    found: Simulation,
    ids: list[int],
    thumbnail_of: photos.PathOf,
    money: Money,
    archive: Act,
    trash: Act,
    clear: Callable[[], object],
) -> None:
    """The wardrobe without the ticked garments beside the one that is, and what can be done with them."""
    with st.container(border=True, key="simulator"):
        st.markdown(f"**Without the {count_of(len(ids), 'selected garment')}**")
        freed = plain(money(found.freed)) if found.unpriced < len(ids) else "unknown"
        for label, value, change in cards(
            (
                _metric("Garments", *found.garments),
                _metric("Score", *found.effective, digits=1),
                _metric("Outfits", *found.outfits),
                ("Money freed", freed, None),
            ),
            150,
        ):
            st.metric(label, value, change, delta_color="normal" if label == "Score" else "off")
        st.caption(_outfit_words(found) + _money_words(found))
        if found.isolated:
            st.warning(f"{count_of(len(found.isolated), 'garment')} would go with nothing.", icon=":material/link_off:")
            for garment in cards(found.isolated[:12], 110, gap="xsmall"):
                photos.card(garment, thumbnail_of)
        with st.container(horizontal=True):
            button("Archive", "archive", archive, ids, key=selection.key("let_go_archive", ids))
            button("Move to trash", "delete", trash, ids, key=selection.key("let_go_delete", ids))
            button("Clear selection", "close", clear, type="tertiary", key="let_go_none")


def _metric(label: str, before: float, after: float, digits: int = 0) -> tuple[str, str, str | None]:
    change = f"{after - before:+,.{digits}f}"
    return label, f"{after:,.{digits}f}", None if float(change.replace(",", "")) == 0 else change


def _outfit_words(found: Simulation) -> str:
    if not found.outfits_lost:
        return "No outfit is lost."
    which = "all" if found.outfits_kept == found.outfits_lost else found.outfits_kept
    kept = f"; similar garments can replace {which} of them" if found.outfits_kept else ""
    return f"{count_of(found.outfits_lost, 'outfit')} lost{kept}."


def _money_words(found: Simulation) -> str:
    has = "has" if found.unpriced == 1 else "have"
    return f" {count_of(found.unpriced, 'garment')} {has} no price." if found.unpriced else ""
