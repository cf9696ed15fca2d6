"""What there is too much of, what could go, what to buy, what it all costs, and the key pieces."""

from __future__ import annotations

from functools import partial

import streamlit as st

from wardrobe_app import startup
from wardrobe_app.components.insights import answers, cards, costs, diversity_charts, few, removal_simulator
from wardrobe_app.components.shared import address, empty_state, notices, selection, size_limits
from wardrobe_app.components.shared.formatting import count_of, plain
from wardrobe_app.components.shared.notices import Said, action
from wardrobe_app.components.shared.widgets import WARDROBE_PAGE
from wardrobe_app.components.shared.widgets import cards as cards_of
from wardrobe_app.services.insights.insights import Standing

OVERVIEW, COULD_GO, MISSING, COSTS, KEY_PIECES, CHARTS = (
    "Overview", "What could go", "What to buy", "Costs", "Key pieces", "Charts",
)  # fmt: skip
TABS = {
    "overview": OVERVIEW, "could-go": COULD_GO, "missing": MISSING, "costs": COSTS, "key-pieces": KEY_PIECES,
    "charts": CHARTS,
}  # fmt: skip
OLD_NAMES = {"number": OVERVIEW, "let-go": COULD_GO, "lacking": MISSING, "ties": KEY_PIECES}
IN_ADDRESS = [address.choice("section", "insights_tab", TABS, OVERVIEW, OLD_NAMES)]
CARD_PX = 280
BEFORE_YOU_BUY = "wardrobe_app/pages/before_you_buy.py"
SCORE = (
    "Garments that you would wear for the same things count as one; similar ones count as a little more than one. "
    "Many near-copies lower the score, so it can rise when one of them goes."
)

rt = notices.opened(startup.current)
thumbnail_of = rt.catalogue.thumbnail_path
analysis, connections = rt.insights.analysis, rt.insights.connections


def standing() -> Standing:
    with st.spinner("Counting outfits"):
        return connections.standing()


@action
def archive(ids: list[int]) -> Said:
    done = rt.catalogue.archive(ids)
    selection.drop(removal_simulator.NAME, ids)
    return f"{count_of(len(done.ids), 'garment')} archived.", partial(rt.catalogue.undo, done)


@action
def trash(ids: list[int]) -> Said:
    done = rt.catalogue.trash(ids)
    selection.drop(removal_simulator.NAME, ids)
    return f"{count_of(len(done.ids), 'garment')} moved to the trash.", partial(rt.catalogue.undo, done)


@action
def clear() -> Said:
    selection.put(removal_simulator.NAME, ())
    return "Nothing is selected."


@action
def tell(listed: list[int]) -> Said:
    """Say what the wardrobe would be without the selection; the result itself may be far above the ticked card."""
    ticked = selection.chosen(removal_simulator.NAME, listed)
    if not ticked:
        return "Nothing is selected."
    known = connections.standing()
    return removal_simulator.summary(analysis.simulate(ticked, known), len(ticked))


def draw_overview() -> None:
    with st.spinner("Counting outfits"):
        much, could, buy = connections.surpluses(), connections.replaceable(), connections.purchases()
    steps = (
        partial(answers.too_much, much, thumbnail_of),
        partial(answers.could_go, could, thumbnail_of, archive),
        partial(answers.to_buy, buy, thumbnail_of),
    )
    for step in cards_of(steps, CARD_PX, "insight_answers"):
        step()


def draw_charts() -> None:
    with st.spinner("Counting outfits"):
        types = connections.work_of_types()
    size_limits.likeness(overview.garments)
    diversity_charts.draw_history(overview.history)
    for title, shares in (("By type", overview.by_type), ("By colour", overview.by_colour)):
        diversity_charts.draw_shares(title, shares)
    few.types(types, thumbnail_of)


def draw_costs() -> None:
    with st.spinner("Adding up"):
        found = connections.spending(rt.days.today())
    costs.draw(found, thumbnail_of, rt.money, rt.preferences.currency)
    costs.over_time(found.months, rt.money)


def draw_could_go() -> None:
    with st.spinner("Comparing garments"):
        found, could = connections.removals(), connections.replaceable()
    listed = [removal.garment.id for removal in found]
    ticked = selection.chosen(removal_simulator.NAME, listed)
    if ticked:
        simulation = analysis.simulate(ticked, standing())
        removal_simulator.simulator(simulation, ticked, thumbnail_of, rt.money, archive, trash, clear)
    st.subheader("Without losing an outfit", anchor=False)
    if not could:
        st.caption("Every garment is in an outfit that no other one makes.")
    for one in cards_of(could, 280, "no_cost_cards"):
        answers.pair(one, thumbnail_of, archive)
    with st.spinner("Looking for the fewest garments"):
        few.smallest(connections.smallest_set(), thumbnail_of)
    st.subheader("Garment by garment", anchor=False)
    if not found:
        st.info("All garments are favourites, and favourites are never suggested.", icon=":material/info:")
        return
    st.caption("The garments you would miss least come first. Select some to see the wardrobe without them.")
    with st.expander("How this is worked out"):
        st.markdown(
            "Two things count: how much variety would be lost, and how many outfits nothing else could replace. "
            "Prices don't count, and favourites are not listed."
        )
    removal_simulator.draw(found, thumbnail_of, partial(tell, listed))


def draw_missing() -> None:
    with st.spinner("Trying out common garments"):
        found = connections.purchases()
    if not found:
        st.info("No common garment would add an outfit.", icon=":material/info:")
        return
    st.subheader("One purchase", anchor=False)
    st.caption("What would open most outfits, and then the best of other kinds and colours.")
    cards.purchases(found, thumbnail_of)
    with st.expander("How this is worked out"):
        st.markdown(
            "Common garments in plain colours are tried with what you own, for the occasions you dress for. Each "
            "counts by the choices that it adds: the second pair of trousers for a blouse adds more than the tenth, "
            "and another one in a colour you have adds less. What you wear often, your own types and colours, and what "
            "suits the season count more. Each proposal is of another kind and colour than those before it."
        )
    st.page_link(BEFORE_YOU_BUY, label="Check something before you buy it", icon=":material/shopping_bag:")


def draw_key_pieces() -> None:
    with st.spinner("Following what goes with what"):
        key_pieces, nothing = connections.key_pieces(), connections.isolated_garments()
        single = connections.single_partners()
    st.subheader("Key pieces", anchor=False)
    if key_pieces:
        st.caption("The garments that join the others to outfits.")
        cards.show_on_graph("key-pieces")
        if not any(piece.isolated or piece.components > 1 or piece.only for piece in key_pieces):
            st.caption("Each of them could be replaced: you would have fewer outfits, but every garment would match.")
        cards.key_pieces(key_pieces, thumbnail_of)
        with st.expander("How this is worked out"):
            st.markdown(
                "Each top and bottom that go together count as one outfit. Imagine going from garment to garment along "
                "what goes together best: the garments that most of these ways lead over come first. Also shown: a "
                "garment that is the only match of another, or the only one of its kind in a tenth of all outfits."
            )
    else:
        st.caption("There is no outfit of a top and a bottom yet.")
    st.subheader("On their own", anchor=False)
    if not nothing and not single:
        st.caption("Every garment goes with several others.")
        return
    st.caption("Garments that go with nothing, or with one other only, and what would help.")
    cards.show_on_graph("isolated")
    cards.isolated_garments([*nothing, *single], thumbnail_of)


st.title("Insights", anchor=False)
with st.spinner("Comparing garments"):
    overview = rt.answers.get(("overview", str(rt.days.zone())), analysis.overview)
if overview.garments < 2:
    text = "With two or more garments you see here how varied they are, what could go and what's missing."
    empty_state.stop("insights", "Not enough garments yet", text)
st.header(plain(overview.sentence), anchor=False, help=SCORE)
if all(share.name is None for share in overview.by_type):
    st.warning("No garment has a type yet. Tag them again, or set their types.", icon=":material/label_off:")
    st.page_link(WARDROBE_PAGE, label="Go to the wardrobe", icon=":material/checkroom:")
    st.stop()

DRAWN = (draw_overview, draw_could_go, draw_missing, draw_costs, draw_key_pieces, draw_charts)
address.follow(IN_ADDRESS)
tabs = st.tabs(list(TABS.values()), on_change="rerun", key="insights_tab")
address.publish(IN_ADDRESS)
for tab, draw in zip(tabs, DRAWN, strict=True):
    if tab.open:
        with tab:
            size_limits.worth(overview.garments)
            draw()
