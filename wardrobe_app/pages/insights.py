"""How many garments the wardrobe is worth: the number, what could go, what is lacking, what looks hang on."""

from __future__ import annotations

from functools import partial

import streamlit as st

from wardrobe_app import startup
from wardrobe_app.components.insights import cards, diversity_charts, removal_simulator
from wardrobe_app.components.shared import address, notices, selection, size_limits
from wardrobe_app.components.shared.formatting import count_of, plain
from wardrobe_app.services.insights.insights import Gap, InsightsService, Overview, Removal, Standing

TABS = {
    "number": "The number",
    "let-go": "Let go",
    "lacking": "What is lacking",
    "ties": "What hangs on what",
}
IN_ADDRESS = [address.choice("section", "diversity_tab", TABS, TABS["number"])]

rt = notices.opened(startup.current)
thumbnail_of = rt.catalogue.thumbnail_path


@st.cache_resource(max_entries=2, show_spinner="Comparing what there is")
def overview_of(_insights: InsightsService, state: str, zone: str) -> Overview:
    return _insights.overview()


@st.cache_resource(max_entries=2, show_spinner="Counting looks")
def standing_of(_insights: InsightsService, state: str) -> Standing:
    return _insights.standing()


@st.cache_resource(max_entries=2, show_spinner="Weighing every garment")
def partings_of(_insights: InsightsService, state: str) -> tuple[Removal, ...]:
    return _insights.let_go(standing_of(_insights, state))


@st.cache_resource(max_entries=2, show_spinner="Trying on what is not there")
def gaps_of(_insights: InsightsService, state: str) -> tuple[Gap, ...]:
    return _insights.gaps()


def archive(ids: list[int]) -> None:
    with notices.guarded():
        done = rt.catalogue.archive(ids)
        selection.drop(removal_simulator.NAME, ids)
        notices.say(f"{count_of(len(done.ids), 'garment')} archived.", partial(rt.catalogue.take_back, done))


def trash(ids: list[int]) -> None:
    with notices.guarded():
        done = rt.catalogue.trash(ids)
        selection.drop(removal_simulator.NAME, ids)
        notices.say(f"{count_of(len(done.ids), 'garment')} moved to the trash.", partial(rt.catalogue.take_back, done))


st.title("Insights", anchor=False)
notices.show()
state = rt.outfits.rules.state()
overview = overview_of(rt.insights.analysis, state, str(rt.days.zone()))
st.subheader(plain(overview.sentence), anchor=False)
if overview.garments < 2:
    st.info(
        "With two garments or more this page tells how many unlike ones you have, what could go and what is lacking.",
        icon=":material/info:",
    )
    st.page_link("wardrobe_app/pages/add_photos.py", label="Add photos", icon=":material/add_a_photo:")
    st.stop()
st.caption(
    "Garments that do the same job count as one, those that are a little alike as something between one and two. "
    "A pile of the same weighs the number down: it can rise when one of them goes."
)
size_limits.likeness(overview.garments)
if all(share.name is None for share in overview.by_type):
    st.warning(
        "No garment has a type yet, so none can be told to be like another. Tag them again, or set their types.",
        icon=":material/label_off:",
    )
    st.page_link("wardrobe_app/pages/wardrobe.py", label="To the wardrobe", icon=":material/checkroom:")
    st.stop()

address.follow(IN_ADDRESS)
number, going, lacking, ties = st.tabs(list(TABS.values()), on_change="rerun", key="diversity_tab")
address.publish(IN_ADDRESS)
if number.open:
    with number:
        st.markdown("**Over time**")
        if len(overview.history) > 1:
            st.plotly_chart(
                diversity_charts.over_time(overview.history),
                key="diversity_history",
                config={"displaylogo": False},
                alt=f"The wardrobe over time, from {overview.history[0].day} to {overview.history[-1].day}",
            )
            st.caption("From the day a garment was bought, or else added, until it was archived or thrown away.")
        else:
            st.caption(
                "Everything came on one day, so there is no line yet. Dates of purchase count, once they are set."
            )
        for title, shares in (("By type", overview.by_type), ("By colour", overview.by_colour)):
            st.markdown(f"**{title}**")
            st.plotly_chart(
                diversity_charts.side_by_side(shares),
                key=f"diversity_{title}",
                config={"displaylogo": False},
                alt=f"{title}: " + ", ".join(f"{one.label} {one.garments} like {one.effective:.1f}" for one in shares),
            )
if going.open:
    with going:
        size_limits.worth(overview.garments)
        partings = partings_of(rt.insights.analysis, state)
        listed = [parting.garment.id for parting in partings]
        ticked = list(selection.split(removal_simulator.NAME, listed, listed).ids)
        if ticked:
            found = rt.insights.analysis.simulate(ticked, standing_of(rt.insights.analysis, state))
            removal_simulator.simulator(found, ticked, thumbnail_of, rt.money, archive, trash)
        if partings:
            st.caption(
                "Those whose loss costs least come first: the change of the number and the looks that nothing else "
                "makes up for, each against what an average garment carries. Prices have no say. Favourites are not "
                "listed. Tick some to see what would be without them."
            )
            removal_simulator.draw(partings, thumbnail_of)
        else:
            st.info("All garments are favourites, and those are not proposed.", icon=":material/info:")
if lacking.open:
    with lacking:
        size_limits.worth(overview.garments)
        gaps = gaps_of(rt.insights.analysis, state)
        if gaps:
            st.caption(
                "Common types in plain colours, tried against what is there; what would repeat something is left out."
            )
            cards.gaps(gaps, thumbnail_of)
        else:
            st.info("Nothing common that is not there would open a look.", icon=":material/info:")
if ties.open:
    with ties:
        size_limits.worth(overview.garments)
        standing = standing_of(rt.insights.analysis, state)
        alone, pins = rt.insights.analysis.isolated_garments(standing), rt.insights.analysis.key_pieces(standing)
        st.markdown("**Without a partner**")
        if alone:
            cards.isolated_garments(alone, thumbnail_of)
        else:
            st.caption("Everything goes with something.")
        st.markdown("**Most looks hang on these**")
        if pins:
            st.caption(
                "Each look is a line between a top and a bottom; what counts is how many lines end at a garment. Shown "
                "as well is whatever is the only partner of another, alone joins two parts of the wardrobe, or is the "
                "only one of its kind for a tenth of all looks."
            )
            if not any(pin.isolated or pin.components > 1 or pin.only for pin in pins):
                st.caption("None of them is the only one: looks would be fewer, but nothing would be left alone.")
            cards.key_pieces(pins, thumbnail_of)
        else:
            st.caption("There is no look of a top and a bottom yet.")
